//! The list of scenarios: a rail on a desk, a sheet on a phone.

use leptos::prelude::*;
use wasm_bindgen::JsCast;

use super::markup::{click, flag, text};
use super::page::{Page, in_group};
use super::place;
use crate::scenarios::{ALL, Group, Scenario, Selection};

pub(super) fn mark(page: Page) -> impl IntoView + use<> {
    const SIGN: &str = concat!(
        r#"<svg class="mark-sign" viewBox="0 0 22 18" aria-hidden="true"><rect width="13" height="4" rx="1"/>"#,
        r#"<rect x="5" y="7" width="17" height="4" rx="1" opacity=".66"/>"#,
        r#"<rect x="2" y="14" width="9" height="4" rx="1" opacity=".4"/></svg>Interleave"#,
    );
    let home = click(move |event| page.follow(&event, Selection::first()));
    view! { <a class="mark" href=place::href(&Selection::first()) inner_html=SIGN on:click=home></a> }
}

/// Opens the sheet, and puts the keyboard into its search field.
pub(super) fn open(page: Page) {
    page.change(|model| model.picking = true);
    focus_soon("[data-testid=search]");
}

fn close(page: Page) {
    if page.peek(|model| model.picking) {
        page.change(|model| model.picking = false);
        focus_soon("[data-testid=open-picker]");
    }
}

fn matches(scenario: &Scenario, wanted: &str) -> bool {
    let text = [scenario.short, scenario.title, scenario.id, scenario.watch, scenario.group.title()].join(" ");
    let found = |word: &[u8]| text.as_bytes().windows(word.len()).any(|part| part.eq_ignore_ascii_case(word));
    wanted.split_ascii_whitespace().all(|word| found(word.as_bytes()))
}

pub(super) fn picker(page: Page) -> impl IntoView + use<> {
    let keys = window_event_listener(leptos::ev::keydown, move |event| {
        if event.key() == "Escape" {
            close(page);
        }
        if event.key() == "/" && !event.ctrl_key() && !event.meta_key() && !is_typing() {
            event.prevent_default();
            if is_narrow() { open(page) } else { focus_soon("[data-testid=search]") }
        }
    });
    on_cleanup(move || keys.remove());
    let first = move || page.read(|model| ALL.iter().copied().find(|scenario| matches(scenario, &model.wanted)));
    let pick_first = move || {
        if let Some(scenario) = first() {
            page.go_to(page.peek(|model| model.selection.another(scenario)));
        }
    };
    let groups: Vec<_> = Group::ALL.into_iter().map(|chapter| group(page, chapter)).collect();
    let course = click(move |event| page.follow(&event, Selection::course()));
    let nothing = text(move || page.read(|model| format!("No scenario matches “{}”.", model.wanted)));
    view! {
        <nav class="rail" class:open=flag(move || page.read(|model| model.picking)) aria-label="Scenarios">
            {mark(page)}
            <div class="search">
                <input
                    type="search"
                    placeholder="Find a scenario"
                    aria-label="Find a scenario"
                    aria-keyshortcuts="/"
                    data-testid="search"
                    on:input:target=move |event| {
                        let wanted = event.target().value();
                        page.change(|model| model.wanted = wanted);
                    }
                    on:keydown=move |event| if event.key() == "Enter" { pick_first() }
                />
                <kbd aria-hidden="true">"/"</kbd>
                <button class="quiet close" data-testid="close-picker" on:click=click(move |_| close(page))>"Close"</button>
            </div>
            <a class="course" href=place::href(&Selection::course()) data-testid="course" on:click=course>
                "Take it as a course"
            </a>
            {groups}
            <p class="nothing" role="status" hidden=flag(move || first().is_some())>{nothing}</p>
        </nav>
    }
}

fn group(page: Page, group: Group) -> impl IntoView + use<> {
    let scenarios = in_group(group);
    let links: Vec<_> = scenarios.iter().map(|scenario| link(page, scenario)).collect();
    let hidden = flag(move || page.read(|model| !scenarios.iter().any(|scenario| matches(scenario, &model.wanted))));
    view! {
        <div hidden=hidden>
            <h2>{group.title()}</h2>
            <ul>{links}</ul>
        </div>
    }
}

fn link(page: Page, scenario: &'static Scenario) -> impl IntoView + use<> {
    let hidden = flag(move || page.read(|model| !matches(scenario, &model.wanted)));
    let current = text(move || if page.scenario().id == scenario.id { "page" } else { "false" }.to_owned());
    view! {
        <li hidden=hidden>
            <a
                href=place::href(&Selection::of(scenario))
                aria-current=current
                data-testid=format!("pick-{}", scenario.id)
                on:click=click(move |event| page.follow(&event, page.peek(|model| model.selection.another(scenario))))
            >
                {scenario.short}
            </a>
        </li>
    }
}

/// After the change that may show or hide the element has reached the page.
pub(super) fn focus_soon(selector: &'static str) {
    request_animation_frame(move || focus(selector));
}

fn focus(selector: &str) {
    let found = document().query_selector(selector).ok().flatten();
    if let Some(element) = found.and_then(|found| found.dyn_into::<web_sys::HtmlElement>().ok()) {
        let _ = element.focus();
    }
}

fn is_typing() -> bool {
    let field = |element: web_sys::Element| ["INPUT", "SELECT", "TEXTAREA"].contains(&element.tag_name().as_str());
    document().active_element().is_some_and(field)
}

/// Whether the rail is a sheet; the style sheet has the same limit.
fn is_narrow() -> bool {
    window().match_media("(max-width: 51.25em)").ok().flatten().is_some_and(|query| query.matches())
}
