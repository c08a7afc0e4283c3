//! A ruler across all variants: what each of them is doing at a time, and how long it is from one time to another.

use std::time::Duration;

use leptos::prelude::*;

use super::markup::{add, each, escape, flag, text};
use super::model::Model;
use super::page::Page;
use crate::timeline::{Row, State, Timeline, seconds};

/// Its place in [`LAYERS`](crate::scenarios::LAYERS).
pub(super) const RULER: usize = 3;

/// So many rows are named that run at a time; of more it is said how many.
const NAMED: usize = 3;

pub(super) fn is_laid(model: &Model) -> bool {
    model.selection.view.layers[RULER]
}

/// Where it lies: at what is pointed at, and at what has been marked.
pub(super) fn lies(model: &Model) -> [Option<Duration>; 2] {
    if is_laid(model) { [model.pointer.at, model.pointer.mark] } else { [None; 2] }
}

/// Measures from here on, or no more if that is done from here already.
pub(super) fn mark(page: Page) {
    page.point(|model| {
        let at = model.pointer.at.filter(|_| is_laid(model));
        model.pointer.mark = at.filter(|at| model.pointer.mark != Some(*at));
    });
}

/// What is read off it.
pub(super) fn reading(page: Page) -> impl IntoView + use<> {
    let words = text(move || page.read_pointed(read));
    let none = flag(move || page.read_sight(|model| !is_laid(model)));
    view! { <div class="measure" data-testid="ruler" hidden=none inner_html=words></div> }
}

fn read(model: &Model) -> String {
    let [at, mark] = lies(model);
    let Some(at) = at else {
        return "<p>Point at the timelines, or walk them, to read a time off all of them. A click, or M, measures from there.</p>"
            .to_owned();
    };
    let distance = mark.map_or_else(String::new, |mark| {
        format!(" · {} {} {}", seconds(at.abs_diff(mark)), if at < mark { "before" } else { "after" }, seconds(mark))
    });
    let variants = each(model.selection.variants(), |out, place| {
        let Some(run) = model.shown(place) else { return };
        let title = model.scenario().variants[place].title;
        add(out, format_args!("<dt>{}</dt><dd>{}</dd>", escape(title), escape(&at_time(&run.timeline, at))));
    });
    format!("<p><b>{}</b>{distance}</p><dl>{variants}</dl>", seconds(at))
}

/// What a timeline says of a time: how much is done, who has the thread, how many wait.
fn at_time(timeline: &Timeline, at: Duration) -> String {
    if at > timeline.until {
        return match timeline.ended {
            Some(_) => format!("over since {}", timeline.resolution.seconds(timeline.until)),
            None => "not there yet".to_owned(),
        };
    }
    let below: Vec<&Row> = timeline.rows.iter().filter(|row| row.depth > 0).collect();
    let rows = if below.is_empty() { timeline.rows.iter().collect() } else { below };
    let done = rows.iter().filter(|row| row.end.as_ref().is_some_and(|(end, _)| *end <= at)).count();
    let mut parts = vec![format!("{done} of {} done", rows.len())];
    for (state, word) in [(State::Running, "running"), (State::Ready, "ready"), (State::Suspended, "suspended")] {
        let there: Vec<&str> = rows.iter().filter(|row| is_in(row, state, at)).map(|row| &*row.label).collect();
        match there.len() {
            0 => {}
            few if few <= NAMED => parts.push(format!("{word}: {}", there.join(", "))),
            many => parts.push(format!("{many} {word}")),
        }
    }
    parts.join(" · ")
}

/// A step that takes no time is not what a row is doing at a time: it would be, for an instant.
fn is_in(row: &Row, state: State, at: Duration) -> bool {
    let after = row.segments.partition_point(|segment| segment.to <= at);
    let found = row.segments.get(after).filter(|segment| segment.from <= at);
    found.is_some_and(|segment| segment.state == state && segment.to > segment.from)
}
