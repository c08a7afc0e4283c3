//! The code that runs, in Python and in Rust, coloured when the page was built.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::spawn_local;

use super::choice::Choice;
use super::markup::{add, click, each, flag, text};
use super::model::Model;
use super::page::Page;
use crate::host::site;

pub(super) const LANGUAGES: [&str; 2] = ["Python", "Rust"];
const ENDINGS: [&str; 2] = ["py", "rs"];
const RUST: usize = 1;

/// What a line is found by from the line of the Rust program, which is what traces know.
pub(super) const LINES: [&str; 2] = ["data-rust", "data-line"];

pub(super) fn code(page: Page) -> impl IntoView + use<> {
    follow(page);
    Effect::new(move |_| site::style(&page.read_pointed(standing)));
    let language = Choice {
        legend: "Language",
        class: "tabs",
        get: |model| model.selection.view.language,
        set: |model, place| model.selection.view.language = place,
    };
    let fine = flag(move || page.read(|model| model.code_problem.is_empty()));
    let failed = flag(move || page.read(|model| !model.code_problem.is_empty()));
    let message = text(move || page.read(|model| format!("The code could not be loaded: {}.", model.code_problem)));
    let code = text(move || page.read(|model| model.code.clone()));
    let is_rust = flag(move || page.read(|model| model.selection.view.language == RUST));
    // A scrolling region must be reachable by keyboard.
    view! {
        <section aria-label="Code">
            <div class="head">{language.view(page, &LANGUAGES)}</div>
            <pre
                class="code"
                tabindex="0"
                data-testid="code"
                hidden=failed
                inner_html=code
                on:pointermove=move |event| light(page, Some(event))
                on:pointerleave=move |_| light(page, None)
            ></pre>
            <p class="matches" data-testid="matches" hidden=is_rust>
                "Matches CPython 3.11, 3.12 and 3.13: the same lines at the same times, on a virtual clock."
            </p>
            <p class="missing" role="alert" hidden=fine>
                {message}
                <button class="quiet" on:click=click(move |_| fetch(page, page.peek(address)))>"Try again"</button>
            </p>
        </section>
    }
}

fn light(page: Page, event: Option<web_sys::PointerEvent>) {
    if let Some(runs) = page.peek(|model| model.runs) {
        (runs.instrument.light)(page, event);
    }
}

/// The lines that are pointed at, and while a run goes on those at which its tasks stand: a style rule for each, so that the
/// code is never touched.
fn standing(model: &Model) -> String {
    let name = LINES[model.selection.view.language];
    let rule = |out: &mut String, line: u32| {
        add(out, format_args!(".code [{name}=\"{line}\"]{{background:var(--hit);outline:1px solid var(--accent)}}"));
    };
    let mut pointed = each(model.pointer.line, rule);
    pointed += &each(model.pointer.lit, rule);
    if !model.is_running() {
        return pointed;
    }
    let Some(run) = model.shown(model.variant) else { return pointed };
    pointed
        + &each(&run.timeline.lines, |out, (line, tasks)| {
            let words = if *tasks == 1 { "task is" } else { "tasks are" };
            let style = "background:var(--hit);box-shadow:inset 2px 0 var(--accent)";
            add(out, format_args!(".code [{name}=\"{line}\"]{{--here:\"{tasks} {words} here\";{style}}}"));
        })
}

/// Where a line of the Rust program stands in the program that is shown: in the other language, if anything there does the
/// same.
pub(super) fn shown_line(model: &Model, line: u32) -> Option<usize> {
    let language = model.selection.view.language;
    if language == RUST {
        return Some(line as usize);
    }
    let mark = format!("{}=\"{line}\"", LINES[language]);
    Some(model.code.lines().position(|code| code.contains(&mark))? + 1)
}

fn address(model: &Model) -> String {
    format!("code/{}.{}.html", model.scenario().id, ENDINGS[model.selection.view.language])
}

/// Loads the code that is to be shown, unless it is the code that is shown or on its way.
pub(super) fn follow(page: Page) {
    let wanted = page.peek(|model| Some(address(model)).filter(|wanted| *wanted != model.code_address));
    let wanted = wanted.filter(|_| page.peek(|model| model.shows_code));
    if let Some(wanted) = wanted {
        page.change_quietly(|model| model.code_address.clone_from(&wanted));
        fetch(page, wanted);
    }
}

fn fetch(page: Page, wanted: String) {
    spawn_local(async move {
        let loaded = load(&wanted).await;
        // Meanwhile something else may have been picked.
        if page.peek(|model| model.code_address == wanted) {
            page.change(|model| {
                (model.code, model.code_problem) =
                    loaded.map_or_else(|why| (String::new(), why), |code| (code, String::new()));
            });
        }
    });
}

/// The content of a file with code; or why it is not there.
pub(super) async fn load(address: &str) -> Result<String, String> {
    let loaded = site::get(address).await.map_err(|why| {
        // What a browser says about a lost connection differs, and helps nobody.
        let said = why.dyn_into::<js_sys::Error>().map(|error| String::from(error.message())).unwrap_or_default();
        if said.starts_with("the server") { said } else { "the connection failed".to_owned() }
    })?;
    let bytes = js_sys::Uint8Array::new(&loaded).to_vec();
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}
