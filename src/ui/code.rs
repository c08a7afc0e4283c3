//! The code that runs, in Python and in Rust, coloured when the page was built.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::{JsFuture, spawn_local};

use super::choice::Choice;
use super::markup::{add, click, each, flag, text};
use super::model::Model;
use super::page::Page;

const LANGUAGES: [&str; 2] = ["Python", "Rust"];
const ENDINGS: [&str; 2] = ["py", "rs"];
const RUST: usize = 1;

pub(super) fn code(page: Page) -> impl IntoView + use<> {
    follow(page);
    let language = Choice {
        legend: "Language",
        class: "tabs",
        get: |model| model.language,
        set: |model, place| model.language = place,
    };
    let fine = flag(move || page.read(|model| model.code_problem.is_empty()));
    let failed = flag(move || page.read(|model| !model.code_problem.is_empty()));
    let message = text(move || page.read(|model| format!("The code could not be loaded: {}.", model.code_problem)));
    let code = text(move || page.read(|model| model.code.clone()));
    let is_rust = flag(move || page.read(|model| model.language == RUST));
    // A scrolling region must be reachable by keyboard.
    view! {
        <section aria-label="Code">
            <div class="head">{language.view(page, &LANGUAGES)}</div>
            <style>{text(move || page.read(standing))}</style>
            <pre class="code" tabindex="0" data-testid="code" hidden=failed inner_html=code></pre>
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

/// While a run goes on, the lines at which its tasks stand: a style rule for each, so that the code is never touched.
fn standing(model: &Model) -> String {
    if model.language != RUST || !model.is_running() {
        return String::new();
    }
    let Some(run) = model.shown(model.variant) else { return String::new() };
    each(&run.timeline.lines, |out, (line, tasks)| {
        let words = if *tasks == 1 { "task is" } else { "tasks are" };
        let style = "background:var(--hit);box-shadow:inset 2px 0 var(--accent)";
        add(out, format_args!(".code [data-line=\"{line}\"]{{--here:\"{tasks} {words} here\";{style}}}"));
    })
}

fn address(model: &Model) -> String {
    format!("code/{}.{}.html", model.scenario().id, ENDINGS[model.language])
}

/// Loads the code that is to be shown, unless it is the code that is shown or on its way.
pub(super) fn follow(page: Page) {
    let wanted = page.peek(|model| Some(address(model)).filter(|wanted| *wanted != model.code_address));
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

async fn load(address: &str) -> Result<String, String> {
    let failed = |_| "the connection failed".to_owned();
    let response = JsFuture::from(window().fetch_with_str(address)).await.map_err(failed)?;
    let response: web_sys::Response = response.dyn_into().map_err(failed)?;
    if !response.ok() {
        return Err(format!("the server answered {}", response.status()));
    }
    let text = JsFuture::from(response.text().map_err(failed)?).await.map_err(failed)?;
    Ok(text.as_string().unwrap_or_default())
}
