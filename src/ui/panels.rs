//! What one variant's run gave: completions, console, events.

use leptos::prelude::*;

use super::choice::Choice;
use super::page::{Page, Shared};
use crate::aio::trace::Outcome;

/// A table of more events than this would be slow to build and nobody would read it; the whole trace can be saved.
const EVENTS_AT_MOST: usize = 400;

#[component]
pub(super) fn Panels(page: Page) -> impl IntoView {
    let panel = RwSignal::new(0);
    let titles =
        Signal::derive(move || page.scenario().variants.iter().map(|variant| variant.title.to_owned()).collect());
    let run = Memo::new(move |_| page.visible(page.shown.get()));
    let body = move || {
        let run = run.get()?;
        Some(match panel.get() {
            0 => completed(&run).into_any(),
            1 => console(&run).into_any(),
            _ => events(&run).into_any(),
        })
    };
    view! {
        <section aria-label="What came out">
            <div class="head">
                <Choice
                    legend="Panel"
                    options=Signal::derive(|| ["Completed", "Console", "Events"].map(str::to_owned).to_vec())
                    selected=panel
                    on_select=move |place| panel.set(place)
                    class="tabs"
                />
                <Show when=move || { page.scenario().variants.len() > 1 }>
                    <Choice
                        legend="Variant"
                        options=titles
                        selected=page.shown
                        on_select=move |place| page.shown.set(place)
                        class="segments small"
                    />
                </Show>
            </div>
            {body}
        </section>
    }
}

fn time(at: std::time::Duration) -> String {
    format!("{:.2}", at.as_secs_f64())
}

fn completed(run: &Shared) -> impl IntoView + use<> {
    let rows = run.0.timeline.completions();
    let empty = rows.is_empty().then(|| view! { <p class="nothing">"Nothing has completed yet."</p> });
    let items = rows.into_iter().enumerate().map(|(place, done)| {
        let (class, result) = match done.outcome {
            Outcome::Returned(None) => ("", String::new()),
            Outcome::Returned(Some(value)) => ("", value.to_string()),
            Outcome::Raised(error) => ("failed", format!("raised {error}")),
            Outcome::Cancelled => ("cancelled", "cancelled".to_owned()),
        };
        view! {
            <li class=class>
                <span class="place">{place + 1}</span>
                <span class="at">{time(done.at)}</span>
                <b>{done.label.to_string()}</b>
                <span class="value">{result}</span>
            </li>
        }
    });
    view! {
        <ol class="completed" data-testid="completed">{items.collect_view()}</ol>
        {empty}
    }
}

fn console(run: &Shared) -> impl IntoView + use<> {
    let lines = &run.0.timeline.printed;
    let empty = lines.is_empty().then(|| view! { <p class="nothing">"Nothing has been printed yet."</p> });
    let lines: Vec<_> = lines
        .iter()
        .map(|line| view! { <li><span class="at">{time(line.at)}</span><samp>{line.text.to_string()}</samp></li> })
        .collect();
    view! {
        <ol class="console" data-testid="console" tabindex="0">{lines}</ol>
        {empty}
    }
}

fn events(run: &Shared) -> impl IntoView + use<> {
    let trace = &run.0.trace;
    let rows: Vec<_> = trace
        .events()
        .take(EVENTS_AT_MOST)
        .map(|event| {
            view! {
                <tr>
                    <td class="at">{time(event.at)}</td>
                    <td>{trace.name(event.task).to_string()}</td>
                    <td>{trace.describe(&event.what)}</td>
                </tr>
            }
        })
        .collect();
    let more = trace.len().saturating_sub(EVENTS_AT_MOST);
    let more = (more > 0).then(|| view! { <p class="nothing">{format!("and {more} more")}</p> });
    view! {
        <div class="events" tabindex="0" data-testid="events">
            <table>
                <thead><tr><th scope="col">"s"</th><th scope="col">"Task"</th><th scope="col">"Event"</th></tr></thead>
                <tbody>{rows}</tbody>
            </table>
            {more}
        </div>
    }
}
