//! The page: Leptos components that wire what the other rooms compute.

mod answer;
mod choice;
mod code;
mod controls;
mod failure;
mod figure;
mod markup;
mod model;
mod page;
mod panels;
#[cfg_attr(not(in_parts), path = "whole.rs")]
mod parts;
mod picker;
mod predict;
mod runner;

use leptos::prelude::*;

use markup::{add, click, each, escape, flag, text};
use model::Model;
use page::Page;
#[cfg(in_parts)]
pub use parts::{Loading, mount_with};

/// Puts the page in the place of the loading message.
pub fn mount() {
    let failed_before = failure::install();
    if let Some(boot) = document().get_element_by_id("boot") {
        boot.remove();
    }
    mount_to_body(move || view! { <App failed_before=failed_before.clone()/> });
}

#[component]
fn App(failed_before: Option<String>) -> impl IntoView {
    let page = Page::new(failed_before);
    let picking = move || page.read(|model| model.picking);
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
                <div class="below">{code::code(page)} {panels::panels(page)}</div>
                {foot(page)}
            </main>
        </div>
    }
}

fn notices(page: Page) -> impl IntoView + use<> {
    let items = text(move || {
        let notice = |out: &mut String, notice: &String| add(out, format_args!("<li>{}</li>", escape(notice)));
        page.read(|model| each(&model.notices, notice))
    });
    let none = flag(move || page.read(|model| model.notices.is_empty()));
    view! {
        <aside class="notices" role="status" data-testid="notices" hidden=none>
            <ul inner_html=items></ul>
            <button class="quiet" on:click=click(move |_| page.change(|model| model.notices.clear()))>"Dismiss"</button>
        </aside>
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
    view! { <div inner_html=text(words)></div> }
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

fn foot(page: Page) -> impl IntoView + use<> {
    let next = move || page.read(|model| model.selection.another(page::after(model.scenario())));
    view! {
        <footer class="foot">
            <span>"Runs in your browser, on an executor written in Rust."</span>
            <a href=text(move || format!("?{}", next().to_query())) on:click=click(move |event| page.follow(&event, next()))>
                {text(move || format!("Next: {}", next().scenario.short))}
            </a>
        </footer>
    }
}
