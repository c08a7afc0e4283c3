//! What one variant's run gave: completions, console, events.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{EventTarget, HtmlElement, MouseEvent};

use super::choice::Choice;
use super::markup::{add, click, each, escape, flag, text, views};
use super::model::{Model, Run};
use super::page::{Page, shown};
use crate::aio::trace::Outcome;
use crate::numbers::parse;

const PANELS: [&str; 3] = ["Completed", "Console", "Events"];

/// A table of more events than this would be slow to build, and nobody would read it: the others have tables of their own.
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
        class: "segments",
        get: |model| model.selection.variants().iter().position(|place| *place == model.variant).unwrap_or_default(),
        set: |model, place| model.variant = model.selection.variants()[place],
    };
    let variants = views(move || vec![variant.view(page, &titles(page)).into_any()]);
    let single = flag(move || shown(page).1.len() < 2);
    let name = text(move || {
        page.read(|model| {
            let panel = PANELS[model.selection.view.panel.min(PANELS.len() - 1)];
            format!("{panel}: {}", model.scenario().variants[model.variant].title)
        })
    });
    view! {
        <section class="outcome" aria-label="What came out">
            <div class="head">
                {panel.view(page, &PANELS)}
                <div hidden=single>{variants}</div>
            </div>
            // It scrolls, and so must be reached by keyboard; what is in it changes with every frame of a run.
            <div
                class="panel"
                role="region"
                tabindex="0"
                aria-label=name
                data-testid="panel"
                inner_html=text(move || page.read(body))
                on:click=click(move |event| turn(page, &event))
            ></div>
        </section>
    }
}

/// Shows the events from another one on.
fn turn(page: Page, event: &MouseEvent) {
    let element = |target: Option<EventTarget>| target?.dyn_into::<HtmlElement>().ok();
    let Some(from) = element(event.target()).and_then(|button| button.get_attribute("data-from")) else { return };
    page.change(|model| model.events_from = parse(&from).map_or(0, |from| from as usize));
    // The button is another one now.
    if let Some(panel) = element(event.current_target()) {
        panel.set_scroll_top(0);
        let _ = panel.focus();
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
        (_, Some(runs)) => (runs.panel)(model, run),
        // It is on its way.
        (_, None) => String::new(),
    }
}

/// The others than the first.
pub(super) fn panel(model: &Model, run: &Run) -> String {
    if model.selection.view.panel == 1 { console(run) } else { events(model, run) }
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
    format!(r#"<ol class="completed" data-testid="completed">{items}</ol>"#)
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
    format!(r#"<ol class="console" data-testid="console">{items}</ol>"#)
}

fn events(model: &Model, run: &Run) -> String {
    let trace = &run.trace;
    let all = trace.len();
    // Another run may have fewer.
    let from = if model.events_from < all { model.events_from } else { 0 };
    let to = all.min(from + EVENTS_AT_MOST);
    let rows = each(trace.events().skip(from).take(EVENTS_AT_MOST), |out, event| {
        let (name, what) = (trace.name(event.task), trace.describe(&event.what));
        let at = time(run, event.at);
        add(
            out,
            format_args!(r#"<tr><td class="at">{at}</td><td>{}</td><td>{}</td></tr>"#, escape(&name), escape(&what)),
        );
    });
    let title = model.scenario().variants[model.variant].title;
    let (which, pages) = if all > EVENTS_AT_MOST {
        let which = format!("{} to {to} of {all}", from + 1);
        (format!("Events of {title}, {which}"), pages(&which, from, Some(to).filter(|to| *to < all)))
    } else {
        (format!("Events of {title}"), String::new())
    };
    format!(
        concat!(
            r#"<div class="events" data-testid="events"><table><caption class="unseen">{}</caption><thead><tr>"#,
            r#"<th scope="col"><abbr title="seconds">s</abbr></th><th scope="col">Task</th><th scope="col">Event</th>"#,
            r#"</tr></thead><tbody>{}</tbody></table>{}</div>"#
        ),
        which, rows, pages
    )
}

/// What leads to the events before and after.
fn pages(which: &str, from: usize, later: Option<usize>) -> String {
    let places = [("Earlier", from.checked_sub(EVENTS_AT_MOST)), ("Later", later)];
    let buttons = each(places, |out, (name, place)| {
        let (from, disabled) = (place.unwrap_or_default(), if place.is_none() { " disabled" } else { "" });
        add(
            out,
            format_args!(
                r#"<button class="quiet" data-from="{from}" aria-label="{name} events"{disabled}>{name}</button>"#
            ),
        );
    });
    format!(r#"<p class="pages"><span>{which}</span>{buttons}</p>"#)
}
