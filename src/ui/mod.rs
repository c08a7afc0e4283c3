//! The page: Leptos components that wire what the other rooms compute.

#![expect(unreachable_pub, reason = "the component macro makes its props public, whatever the component is")]

mod answer;
mod choice;
mod code;
mod controls;
mod failure;
mod figure;
mod page;
mod panels;
mod picker;
mod runner;

use leptos::prelude::*;

use page::Page;

/// Puts the page in the place of the loading message.
pub fn mount() {
    failure::install();
    if let Some(boot) = document().get_element_by_id("boot") {
        boot.remove();
    }
    mount_to_body(App);
}

#[component]
fn App() -> impl IntoView {
    let page = Page::new();
    let open = RwSignal::new(false);
    view! {
        <div class="app">
            <header class="top">
                <a class="mark" href="?" on:click=move |event| page.follow(&event, page::Selection::first())>
                    <picker::Mark/>
                    "Interleave"
                </a>
                <button
                    class="quiet"
                    aria-expanded=move || open.get().to_string()
                    data-testid="open-picker"
                    on:click=move |_| open.set(true)
                >
                    "Scenarios"
                </button>
            </header>
            <picker::Picker page open/>
            <main inert=move || open.get()>
                <Notices page/>
                <Heading page/>
                <answer::Answer page/>
                <controls::Controls page/>
                <figure::Figure page/>
                <Why page/>
                <div class="below">
                    <code::Code page/>
                    <panels::Panels page/>
                </div>
                <Foot page/>
            </main>
        </div>
    }
}

#[component]
fn Notices(page: Page) -> impl IntoView {
    move || {
        let notices = page.notices.get();
        (!notices.is_empty()).then(|| {
            view! {
                <aside class="notices" role="status" data-testid="notices">
                    <ul>{notices.into_iter().map(|notice| view! { <li>{notice}</li> }).collect_view()}</ul>
                    <button class="quiet" on:click=move |_| page.notices.set(Vec::new())>"Dismiss"</button>
                </aside>
            }
        })
    }
}

#[component]
fn Heading(page: Page) -> impl IntoView {
    let scenario = move || page.scenario();
    let crumb = move || {
        let group = scenario().group;
        let inside = page::in_group(group);
        let place = inside.iter().position(|other| other.id == scenario().id).map_or(1, |place| place + 1);
        format!("{} · {place} of {}", group.title(), inside.len())
    };
    view! {
        <p class="crumb">{crumb}</p>
        <h1 data-testid="title">{move || scenario().title}</h1>
        <p class="watch">{move || scenario().watch}</p>
    }
}

#[component]
fn Why(page: Page) -> impl IntoView {
    let found = move || {
        let diagnoses = page.diagnoses();
        (!diagnoses.is_empty()).then(|| {
            let items = diagnoses.into_iter().map(|(variant, text)| {
                view! { <li><b>{variant}</b>" "{text}</li> }
            });
            view! { <ul class="diagnoses" data-testid="diagnoses">{items.collect_view()}</ul> }
        })
    };
    view! {
        <p class="why" data-testid="why">{move || page.selection.with(|picked| (picked.scenario.why)(&picked.values))}</p>
        {found}
    }
}

#[component]
fn Foot(page: Page) -> impl IntoView {
    let next = move || {
        let next = page::after(page.scenario());
        let selection = page::Selection::of(next);
        view! {
            <a href=format!("?{}", selection.to_query()) on:click=move |event| page.follow(&event, selection.clone())>
                "Next: "{next.short}
            </a>
        }
    };
    view! {
        <footer class="foot">
            <span>"Runs in your browser, on an executor written in Rust."</span>
            {next}
        </footer>
    }
}
