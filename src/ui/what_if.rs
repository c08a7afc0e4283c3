//! What if this job took longer? The end of its bar is dragged, and the rest follows.

use std::time::Duration;

use leptos::prelude::*;
use web_sys::PointerEvent;

use super::figure::frame;
use super::markup::{click, flag, text};
use super::model::Model;
use super::page::Page;
use crate::aio::Slower;
use crate::aio::trace::Wait;
use crate::draw::{Frame, Spot};
use crate::numbers::parse;
use crate::scenarios::PERCENTS;
use crate::timeline::{Row, Timeline};

/// So near its end a bar is taken hold of.
const GRIP_PX: f64 = 7.0;

/// A drag goes in steps of so many percent, a key in larger ones.
const STEP: u32 = 5;
const KEY_STEP: u32 = 10;

/// What the slider offers; a drag goes on to the ends of [`PERCENTS`].
const SLIDER: (u32, u32) = (10, 400);

/// The end of a bar that is being dragged.
#[derive(Debug)]
pub(super) struct Drag {
    job: String,
    /// How long it slept in all, at which percentage, when it was taken hold of.
    slept: Duration,
    percent: u32,
    /// Where the pointer was, and how much time a pixel is there.
    from_px: f64,
    per_px: Duration,
}

/// How long a row sleeps: what can be made to take longer. Nothing can where the world outside decides that.
fn slept(row: &Row) -> Duration {
    let sleeps = row.segments.iter().filter(|segment| matches!(segment.wait, Some(Wait::Sleep { .. })));
    sleeps.map(|segment| segment.to.saturating_sub(segment.from)).sum()
}

fn can_be_slower(model: &Model, row: &Row) -> bool {
    !model.is_running() && !model.scenario().real.is_outside() && !slept(row).is_zero()
}

/// The row whose end is there.
fn grip<'a>(
    model: &Model,
    (ideal, real): (&'a Timeline, Option<&'a Timeline>),
    frame: Frame,
    at_px: [f64; 2],
) -> Option<&'a Row> {
    // A little beyond the end there is nothing any more that a pointer would find.
    let near = [at_px[0] - GRIP_PX, at_px[1]];
    let spot = Spot::at(ideal, real, frame, at_px).or_else(|| Spot::at(ideal, real, frame, near))?;
    let (row, _) = spot.find(ideal, real)?;
    let (end, _) = row.end.as_ref()?;
    let end_px = frame.at_px(*end)?;
    ((end_px - at_px[0]).abs() <= GRIP_PX && can_be_slower(model, row)).then_some(row)
}

/// What a pointer does that takes hold of the end of a bar, drags it, lets go. Says whether it did, and else whether it could.
pub(super) fn drags(page: Page, place: usize, event: &PointerEvent, at_px: [f64; 2]) -> (bool, bool) {
    let dragged = page.peek(|model| model.pointer.drag.is_some());
    match &*event.type_() {
        "pointermove" if dragged => {
            page.peek(|model| model.pointer.drag.as_ref().map(|drag| (drag.job.clone(), drag.percent_at(at_px[0]))))
                .into_iter()
                .for_each(|(job, percent)| set(page, &job, percent));
            return (true, true);
        }
        "pointerup" if dragged => {
            let_go(page);
            return (true, true);
        }
        _ => {}
    }
    let taken = page.peek(|model| {
        let ideal = &model.ideal.get(place)?.timeline;
        let real = model.cut(place).or_else(|| model.real(place)).map(|run| &run.timeline);
        let frame = frame(model);
        let row = grip(model, (ideal, real), frame, at_px)?;
        let percent = model.selection.values.slower().percent(&row.label);
        let per_px = frame.time(at_px[0] + 1.0).saturating_sub(frame.time(at_px[0]));
        // At the right end of the axis there is no time beyond.
        let per_px =
            if per_px.is_zero() { frame.time(at_px[0]).saturating_sub(frame.time(at_px[0] - 1.0)) } else { per_px };
        Some(Drag { job: row.label.to_string(), slept: slept(row), percent, from_px: at_px[0], per_px })
    });
    let could = taken.is_some();
    // A finger scrolls, and has the slider.
    if event.type_() == "pointerdown" && event.pointer_type() != "touch" && event.button() == 0 && could {
        page.point(|model| {
            model.pointer.job = taken.as_ref().map(|drag| drag.job.clone());
            model.pointer.drag = taken;
        });
        return (true, true);
    }
    (false, could)
}

/// What has been dragged stays where it is.
pub(super) fn let_go(page: Page) {
    if page.peek(|model| model.pointer.drag.is_some()) {
        page.point(|model| model.pointer.drag = None);
        page.write_address(false);
    }
}

impl Drag {
    fn percent_at(&self, x_px: f64) -> u32 {
        let moved = self.per_px.as_secs_f64() * (x_px - self.from_px);
        let slept = self.slept.as_secs_f64();
        let percent = f64::from(self.percent) * (slept + moved) / slept;
        let steps = (percent / f64::from(STEP)).round().max(0.0) as u32;
        (steps * STEP).clamp(*PERCENTS.start(), *PERCENTS.end())
    }
}

fn set(page: Page, job: &str, percent: u32) {
    if page.peek(|model| model.selection.values.slower().percent(job) != percent) {
        page.change(|model| model.set_slower(job, percent));
    }
}

/// Makes what is pointed at slower or quicker by a step.
pub(super) fn step(page: Page, slower: bool) {
    let job = page.peek(|model| model.pointer.job.clone());
    let Some(job) = job.filter(|job| page.peek(|model| is_there(model, job))) else { return };
    let percent = page.peek(|model| model.selection.values.slower().percent(&job));
    let next = if slower { percent + KEY_STEP } else { percent.saturating_sub(KEY_STEP) };
    set(page, &job, next.clamp(*PERCENTS.start(), *PERCENTS.end()));
    page.write_address(false);
}

/// Whether there is such a job, and it could be slower.
fn is_there(model: &Model, job: &str) -> bool {
    let rows = model.ideal.iter().flat_map(|run| &run.timeline.rows);
    rows.filter(|row| *row.label == *job).any(|row| can_be_slower(model, row))
}

/// The job that was pointed at last, with a slider; and what has been made slower.
pub(super) fn what_if(page: Page) -> impl IntoView + use<> {
    let job = move |model: &Model| model.pointer.job.clone().filter(|job| is_there(model, job));
    let none = flag(move || page.read_pointed(|model| job(model).is_none()));
    let name = text(move || page.read_pointed(|model| job(model).unwrap_or_default()));
    let percent = move || {
        page.read_pointed(|model| {
            job(model).map_or(Slower::AS_IT_IS, |job| model.selection.values.slower().percent(&job))
        })
    };
    let set_to = move |value: String| {
        let job = page.peek(|model| model.pointer.job.clone());
        if let Some((job, percent)) = job.zip(parse(&value)) {
            set(page, &job, percent as u32);
        }
    };
    let changed = text(move || page.read_pointed(words));
    let all_as_they_are = flag(move || page.read(|model| model.selection.values.slower().is_empty()));
    let reset = click(move |_| {
        page.change(Model::forget_slower);
        page.write_address(false);
    });
    view! {
        <div class="what-if">
            <label hidden=none>
                <span>"What if " <b>{name}</b> " took"</span>
                <input
                    type="range"
                    min=SLIDER.0.to_string()
                    max=SLIDER.1.to_string()
                    step=KEY_STEP.to_string()
                    prop:value=text(move || percent().to_string())
                    aria-valuetext=text(move || format!("{} percent of its time", percent()))
                    data-testid="what-if"
                    on:input:target=move |event| set_to(event.target().value())
                    on:change=move |_| page.write_address(false)
                />
                <output>{text(move || format!("{} %", percent()))}</output>
            </label>
            <p hidden=all_as_they_are data-testid="slower">
                <span>{changed}</span>
                <button class="quiet" data-testid="as-it-is" on:click=reset>"As the program says"</button>
            </p>
        </div>
    }
}

fn words(model: &Model) -> String {
    let said =
        model.selection.values.slower().iter().map(|(job, percent)| format!("{job} takes {percent} % of its time"));
    said.collect::<Vec<_>>().join(", ")
}
