//! The timelines, on one axis.

use std::sync::Arc;
use std::time::Duration;

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::Closure;
use web_sys::ResizeObserver;

use super::markup::{add, each, escape, flag, text, views};
use super::model::{Model, Run};
use super::page::{Page, shown};
use super::runner::Runs;
use crate::aio::trace::Ending;
use crate::draw::{DEFINITIONS, EVERYTHING, Frame, Scene, axis, heartbeat, lanes_between, silent, svg};
use crate::timeline::{State, describe, seconds, state_words};

/// What a drawing says stands below it, in words.
pub(super) const DRAWING: &str = r#"aria-hidden="true""#;

pub(super) fn figure(page: Page) -> impl IntoView + use<> {
    // Once the figure has its place on the page, and before that is painted: rows that came later would move what is below
    // them. Not with its next frame: a frame out of sight would wait for that for ever.
    let measure = move || {
        if let Ok(Some(figure)) = document().query_selector("figure") {
            follow_width(&figure, page);
        }
    };
    queue_microtask(measure);
    let ready = Memo::new(move |_| page.read(|model| model.runs.is_some()));
    let more = views(move || with_runs(page, ready, |runs| (runs.instrument.more)(page)));
    let tools = views(move || with_runs(page, ready, |runs| (runs.instrument.tools)(page)));
    let variants = views(move || shown(page).1.into_iter().map(|place| variant(page, place, ready)).collect());
    // Made once for each run that they are about, not for each of its frames.
    let about = Memo::new(move |_| page.read(about));
    let words = Memo::new(move |_| {
        about.with(|_| page.peek(|model| model.runs.map_or_else(String::new, |runs| (runs.words)(model))))
    });
    view! {
        <figure data-testid="figure">
            <div class="definitions" aria-hidden="true" inner_html=definitions()></div>
            <div class="axis" inner_html=text(move || page.read_sight(|model| svg(&axis(frame(model)), DRAWING)))></div>
            {variants}
            <div class="tools">{tools}</div>
            <div class="more">{more}</div>
            <ul class="legend" inner_html=legend()></ul>
            <details class="words">
                <summary>"The timelines in words"</summary>
                <div inner_html=text(move || words.get())></div>
            </details>
        </figure>
    }
}

/// More rows than these are scrolled in a box of their own.
const TALL: usize = 100;

/// With an axis of its own, what a real run begins with: less would grow too fast to be followed.
const LEAST_END: Duration = Duration::from_millis(20);

/// The axis ends with the longest run, ideal or real: it grows when a real one takes longer, and never jumps back. Real runs
/// that have nothing to do with the ideal ones have an axis of their own.
pub(super) fn end(model: &Model) -> Duration {
    let variants = model.selection.variants();
    let ideal = variants.iter().map(|place| &model.ideal[*place]).filter(|_| !model.has_own_axis());
    let kept = model.kept.iter().flat_map(|kept| variants.iter().filter_map(|place| kept.runs.get(*place)));
    let longest = ideal.chain(model.real.iter().flatten()).chain(kept).map(|run| run.timeline.until).max();
    let end = if model.has_own_axis() { longest.max(Some(LEAST_END)) } else { longest };
    end.unwrap_or_default()
}

/// What of the axis is seen.
pub(super) fn frame(model: &Model) -> Frame {
    let end = end(model);
    // With other values a run may be over before what was looked at begins.
    let zoom = model.selection.view.zoom.filter(|(from, _)| *from < end);
    let (from, end) = zoom.unwrap_or((Duration::ZERO, end));
    Frame { width_px: model.width_px, from, end }
}

fn definitions() -> String {
    format!(r#"<svg width="0" height="0">{DEFINITIONS}</svg>"#)
}

fn variant(page: Page, place: usize, ready: Memo<bool>) -> AnyView {
    let Some(variant) = page.scenario().variants.get(place) else { return ().into_any() };
    let drawing = text(move || page.read_sight(|model| drawing(model, place)));
    let time = text(move || page.read(|model| time(model, place)));
    let tall =
        flag(move || page.read(|model| model.ideal.get(place).is_some_and(|run| run.timeline.rows.len() > TALL)));
    let pinned = views(move || with_runs(page, ready, |runs| vec![(runs.instrument.pinned)(page, place)]));
    let instrument = views(move || with_runs(page, ready, |runs| (runs.instrument.stage)(page, place)));
    view! {
        <section class="variant" data-testid=format!("variant-{}", variant.id)>
            <h2>
                {variant.title}
                <span class="time" data-testid=format!("time-of-{}", variant.id)>{time}</span>
            </h2>
            <div class="scroller" class:tall=tall on:scroll=move |_| page.scrolled()>
                <div class="stage">
                    <div class="lanes" inner_html=drawing></div>
                    {instrument}
                </div>
            </div>
            {pinned}
        </section>
    }
    .into_any()
}

/// What is there as soon as what runs need is.
pub(super) fn with_runs(page: Page, ready: Memo<bool>, make: impl FnOnce(Runs) -> Vec<AnyView>) -> Vec<AnyView> {
    // Asked in any case: otherwise nothing would say when it has come.
    let is_ready = ready.get();
    page.peek(|model| model.runs).filter(|_| is_ready).map_or_else(Vec::new, make)
}

/// A variant's rows between two heights.
pub(super) fn scene(model: &Model, place: usize, between: (f64, f64)) -> Option<Scene> {
    let ideal = model.ideal.get(place).filter(|_| model.width_px >= 1.0)?;
    let real = model.cut(place).or_else(|| model.real(place)).map(|run| &run.timeline);
    Some(lanes_between((&ideal.timeline, real), frame(model), !model.has_own_axis(), between))
}

fn drawing(model: &Model, place: usize) -> String {
    let is_painted = model.runs.is_some_and(|runs| (runs.instrument.is_painted)(model, place));
    let scene = if is_painted { None } else { scene(model, place, EVERYTHING) };
    let mut out = scene.map_or_else(String::new, |scene| svg(&scene, DRAWING));
    let real = model.cut(place).or_else(|| model.real(place));
    if let Some((real, runs)) = real.filter(|_| model.scenario().real.blocks() && !is_painted).zip(model.runs) {
        out += &(runs.heart)(model, real);
    }
    out
}

pub(super) fn heart(model: &Model, run: &Run) -> String {
    let Some(speed) = run.speed else { return String::new() };
    svg(&heartbeat(&run.beats, run.timeline.until, speed, frame(model)), DRAWING)
}

fn time(model: &Model, place: usize) -> String {
    let until = |run: &Run| seconds(run.timeline.until);
    let Some(ideal) = model.ideal.get(place) else { return String::new() };
    let ideal = if ideal.timeline.ended == Some(Ending::Deadlock) {
        format!("deadlock at {}", until(ideal))
    } else {
        until(ideal)
    };
    if let Some(cut) = model.cut(place).filter(|cut| !cut.is_over()) {
        return format!("at {} · ideal {ideal}", cut.timeline.resolution.seconds(cut.timeline.until));
    }
    let word = if model.scenario().real.is_outside() { "model" } else { "ideal" };
    let Some(run) = model.real(place) else {
        let waits = if model.has_own_axis() && model.is_running() { "waits for its turn · " } else { "" };
        return format!("{waits}{word} {ideal}");
    };
    model.runs.map_or_else(String::new, |runs| (runs.measured.time)(model, place, run))
}

fn legend() -> String {
    let states = [("running", State::Running), ("suspended", State::Suspended), ("ready", State::Ready)];
    let mut out = each(states, |out, (class, state)| {
        add(
            out,
            format_args!(
                r#"<li><svg width="22" height="10" aria-hidden="true"><rect class="{class}" width="22" height="10" rx="2"/></svg>{}</li>"#,
                state_words(state)
            ),
        );
    });
    out.push_str(concat!(
        r#"<li><svg width="17" height="17" aria-hidden="true"><g class="badge"><circle cx="8.5" cy="8.5" r="8"/>"#,
        r#"<text x="8.5" y="12.5" text-anchor="middle">1</text></g></svg>order of completion</li>"#,
        r#"<li><svg width="12" height="12" aria-hidden="true"><path class="cross" d="M2 2L10 10M2 10L10 2"/></svg>"#,
        r#"cancelled</li>"#,
        r#"<li><svg width="22" height="10" aria-hidden="true"><rect class="cleanup" y="4" width="22" height="3"/></svg>"#,
        r#"cleaning up</li>"#,
        r#"<li><svg width="6" height="10" aria-hidden="true"><path class="print" d="M3 2V8"/></svg>prints</li>"#,
    ));
    out
}

/// The variants' runs that the words tell of, and whether they are the real ones; nothing until there is who tells.
fn about(model: &Model) -> Vec<(usize, usize, bool)> {
    let variants = model.selection.variants().into_iter().filter(|_| model.runs.is_some());
    variants
        .filter_map(|place| {
            let run = told(model, place)?;
            Some((place, Arc::as_ptr(run).addr(), model.real(place).is_some() && !model.is_running()))
        })
        .collect()
}

/// While a run goes on, the ideal one: a text that changes sixty times a second can be neither read nor heard.
fn told(model: &Model, place: usize) -> Option<&Arc<Run>> {
    let over = model.shown(place).filter(|run| run.is_over() && !model.is_running());
    over.or_else(|| model.ideal.get(place))
}

/// The timelines for those who do not see them, or want to read them.
pub(super) fn words(model: &Model) -> String {
    each(model.selection.variants(), |out, place| {
        let variant = &model.scenario().variants[place];
        let Some(run) = told(model, place) else { return };
        let real = Some(run).filter(|run| {
            let is_ideal = model.ideal.get(place).is_some_and(|ideal| Arc::ptr_eq(ideal, run));
            model.scenario().real.blocks() && !is_ideal
        });
        let lines = describe(variant.title, &run.timeline);
        let mut lines = each(lines, |out, line| add(out, format_args!("<li>{}</li>", escape(&line))));
        if let Some(speed) = real.and_then(|run| run.speed) {
            let silences = silent(&run.beats, run.timeline.until, speed).into_iter();
            if let Some(longest) = silences.map(|(from, to)| to.saturating_sub(from)).max() {
                let longest = seconds(longest.div_f64(speed));
                add(&mut lines, format_args!("<li>Meanwhile the page stood still, for {longest} at the longest.</li>"));
            }
        }
        add(out, format_args!(r#"<ul data-testid="words-{}">{lines}</ul>"#, variant.id));
    })
}

/// Keeps the model's width at the element's for as long as the page lives.
fn follow_width(figure: &web_sys::Element, page: Page) {
    let element = figure.clone();
    let measure = move || {
        let width = f64::from(element.client_width());
        if (width - page.peek(|model| model.width_px)).abs() > 0.5 {
            page.change(|model| model.width_px = width);
        }
    };
    measure();
    let on_resize = Closure::<dyn FnMut()>::new(measure);
    if let Ok(observer) = ResizeObserver::new(on_resize.into_js_value().unchecked_ref()) {
        observer.observe(figure);
    }
}
