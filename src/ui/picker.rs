//! The list of scenarios: a rail on a desk, a sheet on a phone.

use leptos::html::Input;
use leptos::prelude::*;

use super::page::{Page, Selection, in_group};
use crate::scenarios::{Group, Scenario};

#[component]
pub(super) fn Mark() -> impl IntoView {
    view! {
        <svg class="mark-sign" viewBox="0 0 22 18" aria-hidden="true">
            <rect width="13" height="4" rx="1"/>
            <rect x="5" y="7" width="17" height="4" rx="1" opacity=".66"/>
            <rect x="2" y="14" width="9" height="4" rx="1" opacity=".4"/>
        </svg>
    }
}

fn matches(scenario: &Scenario, wanted: &str) -> bool {
    let text = [scenario.short, scenario.title, scenario.id, scenario.watch, scenario.group.title()].join(" ");
    let text = text.to_lowercase();
    wanted.to_lowercase().split_whitespace().all(|word| text.contains(word))
}

#[component]
pub(super) fn Picker(page: Page, open: RwSignal<bool>) -> impl IntoView {
    let wanted = RwSignal::new(String::new());
    let field = NodeRef::<Input>::new();
    let found = move |group| -> Vec<&'static Scenario> {
        wanted.with(|wanted| in_group(group).into_iter().filter(|scenario| matches(scenario, wanted)).collect())
    };
    let first = move || Group::ALL.into_iter().flat_map(found).next();
    let pick = move |scenario: &'static Scenario| {
        open.set(false);
        page.go_to(Selection::of(scenario));
    };
    let keys = window_event_listener(leptos::ev::keydown, move |event| {
        if event.key() == "Escape" && open.get_untracked() {
            open.set(false);
        }
        if event.key() == "/" && !event.ctrl_key() && !event.meta_key() && !is_typing() {
            event.prevent_default();
            if is_narrow() {
                open.set(true);
            }
            if let Some(field) = field.get_untracked() {
                let _ = field.focus();
            }
        }
    });
    on_cleanup(move || keys.remove());
    Effect::new(move |before: Option<bool>| {
        let now = open.get();
        if now && let Some(field) = field.get_untracked() {
            let _ = field.focus();
        }
        if !now && before == Some(true) {
            focus("[data-testid=open-picker]");
        }
        now
    });
    let groups = move || {
        let groups = Group::ALL.into_iter().filter_map(move |group| {
            let scenarios = found(group);
            (!scenarios.is_empty()).then(|| {
                let links = scenarios.into_iter().map(move |scenario| {
                    let selection = Selection::of(scenario);
                    let current = move || (page.scenario().id == scenario.id).then_some("page");
                    view! {
                        <li>
                            <a
                                href=format!("?{}", selection.to_query())
                                aria-current=current
                                data-testid=format!("pick-{}", scenario.id)
                                on:click=move |event| {
                                    open.set(false);
                                    page.follow(&event, selection.clone());
                                }
                            >
                                {scenario.short}
                            </a>
                        </li>
                    }
                });
                view! {
                    <h2>{group.title()}</h2>
                    <ul>{links.collect_view()}</ul>
                }
            })
        });
        groups.collect_view()
    };
    view! {
        <nav class="rail" class:open=open aria-label="Scenarios">
            <a class="mark desk" href="?" on:click=move |event| page.follow(&event, Selection::first())>
                <Mark/>
                "Interleave"
            </a>
            <div class="search">
                <input
                    type="search"
                    placeholder="Find a scenario"
                    aria-label="Find a scenario"
                    aria-keyshortcuts="/"
                    data-testid="search"
                    node_ref=field
                    prop:value=wanted
                    on:input:target=move |event| wanted.set(event.target().value())
                    on:keydown=move |event| {
                        if event.key() == "Enter" && let Some(scenario) = first() {
                            pick(scenario);
                        }
                    }
                />
                <kbd aria-hidden="true">"/"</kbd>
                <button class="quiet close" data-testid="close-picker" on:click=move |_| open.set(false)>"Close"</button>
            </div>
            {groups}
            {move || first().is_none().then(|| view! {
                <p class="nothing" role="status">"No scenario has “"{wanted.get()}"” in its name."</p>
            })}
        </nav>
    }
}

fn focus(selector: &str) {
    use wasm_bindgen::JsCast;
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
    window().match_media("(max-width: 820px)").ok().flatten().is_some_and(|query| query.matches())
}
