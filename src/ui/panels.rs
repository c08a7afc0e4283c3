//! What one variant's run gave: completions, console, events.

use leptos::prelude::*;

use super::choice::Choice;
use super::markup::{add, each, escape, flag, text, views};
use super::model::{Model, Run};
use super::page::{Page, shown};
use crate::aio::trace::Outcome;

/// A table of more events than this would be slow to build, and nobody would read it.
const EVENTS_AT_MOST: usize = 400;

pub(super) fn panels(page: Page) -> impl IntoView + use<> {
    let panel = Choice {
        legend: "Panel",
        class: "tabs",
        get: |model| model.selection.view.panel,
        set: |model, place| model.selection.view.panel = place,
    };
    let variant = Choice {
        legend: "Variant",
        class: "segments small",
        get: |model| model.selection.variants().iter().position(|place| *place == model.variant).unwrap_or_default(),
        set: |model, place| model.variant = model.selection.variants()[place],
    };
    let variants = views(move || vec![variant.view(page, &titles(page)).into_any()]);
    let single = flag(move || shown(page).1.len() < 2);
    view! {
        <section class="outcome" aria-label="What came out">
            <div class="head">
                {panel.view(page, &["Completed", "Console", "Events"])}
                <div hidden=single>{variants}</div>
            </div>
            <div inner_html=text(move || page.read(body))></div>
        </section>
    }
}

fn titles(page: Page) -> Vec<&'static str> {
    let (scenario, places) = shown(page);
    places.into_iter().map(|place| scenario.variants[place].title).collect()
}

fn body(model: &Model) -> String {
    let Some(run) = model.shown(model.variant) else { return String::new() };
    match (model.selection.view.panel, model.runs) {
        (0, runs) => {
            let ties = runs.filter(|_| !run.timeline.resolution.is_exact());
            completed(run) + &ties.map_or_else(String::new, |runs| (runs.measured.ties)(run))
        }
        (place, Some(runs)) => (runs.panel)(run, place),
        // It is on its way.
        (_, None) => String::new(),
    }
}

/// The others than the first.
pub(super) fn panel(run: &Run, place: usize) -> String {
    if place == 1 { console(run) } else { events(run) }
}

fn time(run: &Run, at: std::time::Duration) -> String {
    run.timeline.resolution.show(at)
}

fn completed(run: &Run) -> String {
    let rows = run.timeline.completions();
    if rows.is_empty() {
        return r#"<p class="nothing">Nothing has completed yet.</p>"#.to_owned();
    }
    let items = each(rows.into_iter().enumerate(), |out, (place, done)| {
        let (class, result) = match done.outcome {
            Outcome::Returned(None) => ("returned", String::new()),
            Outcome::Returned(Some(value)) => ("returned", value.to_string()),
            Outcome::Raised(error) => ("failed", format!("raised {error}")),
            Outcome::Cancelled => ("cancelled", "cancelled".to_owned()),
        };
        add(
            out,
            format_args!(
                r#"<li class="{class}"><span class="place">{}</span><span class="at">{}</span><b>{}</b><span class="value">{}</span></li>"#,
                place + 1,
                time(run, done.at),
                escape(&done.label),
                escape(&result)
            ),
        );
    });
    format!(r#"<ol class="completed" data-testid="completed" tabindex="0">{items}</ol>"#)
}

fn console(run: &Run) -> String {
    let lines = &run.timeline.printed;
    if lines.is_empty() {
        return r#"<p class="nothing">Nothing has been printed yet.</p>"#.to_owned();
    }
    let items = each(lines, |out, line| {
        let (at, line) = (time(run, line.at), escape(&line.text));
        add(out, format_args!(r#"<li><span class="at">{at}</span><samp>{line}</samp></li>"#));
    });
    format!(r#"<ol class="console" data-testid="console" tabindex="0">{items}</ol>"#)
}

fn events(run: &Run) -> String {
    let trace = &run.trace;
    let rows = each(trace.events().take(EVENTS_AT_MOST), |out, event| {
        let (name, what) = (trace.name(event.task), trace.describe(&event.what));
        let at = time(run, event.at);
        add(
            out,
            format_args!(r#"<tr><td class="at">{at}</td><td>{}</td><td>{}</td></tr>"#, escape(&name), escape(&what)),
        );
    });
    let more = trace.len().saturating_sub(EVENTS_AT_MOST);
    let more = if more == 0 { String::new() } else { format!(r#"<p class="nothing">and {more} more</p>"#) };
    format!(
        concat!(
            r#"<div class="events" tabindex="0" data-testid="events"><table><thead><tr><th scope="col">s</th>"#,
            r#"<th scope="col">Task</th><th scope="col">Event</th></tr></thead><tbody>{}</tbody></table>{}</div>"#
        ),
        rows, more
    )
}
