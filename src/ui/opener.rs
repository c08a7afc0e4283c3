//! What opens “You schedule”, below the timelines. Its code comes when it is opened, or with a link that has choices in it.

use leptos::prelude::*;

use super::markup::{click, flag, text, views};
use super::model::{Later, Model};
use super::page::Page;
use super::parts;
use super::schedule::Scheduler;
use crate::scenarios::Schedule;

/// The button, among the tools.
pub(super) fn button(page: Page) -> impl IntoView + use<> {
    let toggle = click(move |_| {
        let failed = page.peek(|model| matches!(model.scheduling, Later::Failed));
        page.change(|model| {
            let variant = model.variant;
            let view = &mut model.selection.view;
            if failed {
                // Tried once more.
                model.scheduling = Later::Closed;
            } else if view.schedule.take().is_none() {
                view.schedule = Some(Schedule { variant, ..Schedule::default() });
            }
        });
        page.write_address(false);
    });
    view! {
        <button
            class="quiet"
            title="Choose yourself which ready task goes next"
            aria-expanded=text(move || page.read(wants).to_string())
            data-testid="open-schedule"
            on:click=toggle
        >
            "You schedule"
        </button>
    }
}

/// What it opens, below the tools.
pub(super) fn opened(page: Page) -> impl IntoView + use<> {
    Effect::new(move |_| {
        let asked = page.read(|model| wants(model) && matches!(model.scheduling, Later::Closed));
        if asked {
            parts::schedule(page);
        }
    });
    let is_open = Memo::new(move |_| page.read(|model| wants(model) && matches!(model.scheduling, Later::Open(_))));
    let part = views(move || match (is_open.get(), page.peek(|model| model.scheduling)) {
        (true, Later::Open(Scheduler(make))) => vec![make(page)],
        _ => Vec::new(),
    });
    let status = text(move || {
        let said = |model: &Model| match model.scheduling {
            _ if !wants(model) => "",
            Later::Loading => "Loading…",
            Later::Failed => "That could not be loaded. Once there is a connection, press the button again.",
            Later::Closed | Later::Open(_) => "",
        };
        page.read(said).to_owned()
    });
    let none = flag(move || status.with(String::is_empty));
    view! {
        <p class="status" role="status" data-testid="schedule-loading" hidden=none>{status}</p>
        {part}
    }
}

fn wants(model: &Model) -> bool {
    model.selection.view.schedule.is_some()
}
