//! The page: Leptos components that wire what the other rooms compute.

mod answer;
mod choice;
mod code;
mod compare;
mod controls;
mod embed;
mod failure;
mod figure;
mod files;
mod gestures;
mod instrument;
mod markup;
mod measured;
mod model;
mod moment;
mod opener;
mod order;
mod page;
mod panels;
mod paper;
#[cfg_attr(not(in_parts), path = "whole.rs")]
mod parts;
mod picker;
mod place;
mod predict;
mod ruler;
mod runner;
mod schedule;
mod share;
mod sheet;
mod sound;
mod sweep;
mod what_if;

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, Event};

use markup::{add, click, each, escape, flag, text, views};
use model::{Later, Model};
use page::Page;
pub use paper::Paper;
#[cfg(in_parts)]
pub use parts::{Load, Loading, mount_with};
pub use runner::Runs;
pub use schedule::Scheduler;
pub use share::Dialog;
pub use sweep::Curves;

/// Puts the page in the place of the loading message.
#[cfg(not(in_parts))]
pub fn mount() {
    put(if place::is_embed() { Frame::embed() } else { WHOLE });
}

/// A page of some kind: puts itself into the body, and says what went wrong in the one that was here before.
#[derive(Clone, Copy, Debug)]
pub struct Frame(fn(Option<String>));

/// The front page, and that of each scenario.
const WHOLE: Frame = Frame(|failed_before| mount_to_body(move || view! { <App failed_before=failed_before.clone()/> }));

fn put(Frame(mount): Frame) {
    let failed_before = failure::install();
    if let Some(boot) = document().get_element_by_id("boot") {
        boot.remove();
    }
    mount(failed_before);
}

#[component]
fn App(failed_before: Option<String>) -> impl IntoView {
    let page = Page::new(failed_before);
    let picking = move || page.read(|model| model.picking);
    // Whatever else changes, a run's frames above all, the dialog stays the same elements.
    let sharing = Memo::new(move |_| page.read(|model| model.sharing.is_some()));
    // Followed, the link would be an entry of the history, and what has been measured forgotten.
    let skip = click(move |event| {
        event.prevent_default();
        picker::focus_soon("#title");
    });
    let asking = flag(move || page.read(Model::is_asking));
    view! {
        <div class="app">
            <a class="skip" href="#title" data-testid="skip" on:click=skip>"Skip to the scenario"</a>
            <header class="top">
                {picker::mark(page)}
                <button
                    class="quiet"
                    aria-expanded=text(move || picking().to_string())
                    data-testid="open-picker"
                    on:click=click(move |_| picker::open(page))
                >
                    "Scenarios"
                </button>
            </header>
            {picker::picker(page)}
            <main inert=flag(picking) class:asking=asking>
                {notices(page)}
                {heading(page)}
                {predict::predict(page)}
                {answer::answer(page)}
                {controls::controls(page)}
                {figure::figure(page)}
                {why(page)}
                {sweep(page)}
                <div class="below">{code::code(page)} {panels::panels(page)}</div>
                {foot(page)}
            </main>
            {views(move || if sharing.get() { dialog(page) } else { Vec::new() })}
        </div>
    }
}

fn dialog(page: Page) -> Vec<AnyView> {
    page.peek(|model| model.sharing).map(|Dialog(make)| make(page)).into_iter().collect()
}

fn notices(page: Page) -> impl IntoView + use<> {
    let items = text(move || {
        let notice = |out: &mut String, notice: &String| add(out, format_args!("<li>{}</li>", escape(notice)));
        page.read(|model| each(&model.notices, notice))
    });
    let none = flag(move || page.read(|model| model.notices.is_empty()));
    view! {
        <div class="notices" role="status" data-testid="notices" hidden=none>
            <ul inner_html=items></ul>
            <button class="quiet" on:click=click(move |_| page.change(|model| model.notices.clear()))>"Dismiss"</button>
        </div>
    }
}

fn heading(page: Page) -> impl IntoView + use<> {
    let words = move || {
        let scenario = page.scenario();
        let inside = page::in_group(scenario.group);
        let place = inside.iter().position(|other| other.id == scenario.id).map_or(1, |place| place + 1);
        format!(
            r#"<p class="crumb">{} · {place} of {}</p><h1 id="title" data-testid="title" tabindex="-1">{}</h1><p class="watch">{}</p>"#,
            scenario.group.title(),
            inside.len(),
            escape(scenario.title),
            escape(scenario.watch)
        )
    };
    view! {
        <div class="heading">
            <div inner_html=text(words)></div>
            <div class="acts">
                {predict::toggle(page)}
                <button class="quiet" data-testid="share" on:click=click(move |_| parts::share(page))>"Share or embed"</button>
            </div>
        </div>
    }
}

fn why(page: Page) -> impl IntoView + use<> {
    let why = text(move || page.read(|model| model.why.clone()));
    let items = text(move || {
        page.read(|model| {
            each(&model.diagnoses, |out, (variant, what)| {
                add(out, format_args!("<li><b>{variant}</b> {}</li>", escape(what)));
            })
        })
    });
    let none = flag(move || page.read(|model| model.diagnoses.is_empty()));
    view! {
        <p class="why" data-testid="why">{why}</p>
        <ul class="diagnoses" data-testid="diagnoses" aria-label="Found in the trace" hidden=none inner_html=items></ul>
    }
}

/// What opens the curves over a parameter's values. Their code comes when it is opened.
fn sweep(page: Page) -> impl IntoView + use<> {
    let none = flag(move || page.scenario().params.is_empty());
    let toggle = move |event: Event| {
        let details = event.target().and_then(|target| target.dyn_into::<Element>().ok());
        if details.is_some_and(|details| details.has_attribute("open")) {
            parts::sweep(page);
        } else {
            page.change(|model| model.sweeping = Later::Closed);
        }
    };
    let is_open = Memo::new(move |_| page.read(|model| matches!(model.sweeping, Later::Open(_))));
    let status = move |model: &Model| match model.sweeping {
        Later::Loading => "Loading the curves…",
        Later::Failed => "The curves could not be loaded. Once there is a connection, close this and open it again.",
        Later::Closed | Later::Open(_) => "",
    };
    let curves = move || match (is_open.get(), page.peek(|model| model.sweeping)) {
        (true, Later::Open(Curves(make))) => vec![make(page)],
        _ => Vec::new(),
    };
    view! {
        <details class="sweep" data-testid="sweep" hidden=none on:toggle=toggle>
            <summary data-testid="open-sweep">"Every value at once"</summary>
            <p class="status" role="status" data-testid="sweep-status" hidden=flag(move || is_open.get())>
                {text(move || page.read(status).to_owned())}
            </p>
            {views(curves)}
        </details>
    }
}

fn foot(page: Page) -> impl IntoView + use<> {
    let next = move || page.read(|model| model.selection.another(page::after(model.scenario())));
    view! {
        <footer class="foot">
            <span>"Runs in your browser, on an executor written in Rust."</span>
            <a href=text(move || place::href(&next())) on:click=click(move |event| page.follow(&event, next()))>
                {text(move || format!("Next: {}", next().scenario.short))}
            </a>
        </footer>
    }
}
