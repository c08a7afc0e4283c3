//! Taking the timelines apart: layers, cards, the keyboard, zoom, and playing what has been recorded.
//!
//! The first drawing does without: all of this is reached through [`Runs`](super::Runs), which is loaded after it.

use std::cell::{OnceCell, RefCell};
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, KeyboardEvent, PointerEvent};

use super::code::{LANGUAGES, LINES, shown_line};
use super::figure::{self, DRAWING, frame};
use super::markup::{add, each, escape, flag, text};
use super::model::{Model, Run};
use super::page::Page;
use super::{compare, gestures, moment, opener, ruler, sheet, what_if};
use crate::draw::{Frame, Overlay, Spot, loop_lane, loop_shares, overlay, svg};
use crate::numbers::fixed;
use crate::timeline::{Card, Link, Look, Spell, Wake, critical_path, seconds, spells, wakes};

/// The layers' places in [`LAYERS`](crate::scenarios::LAYERS).
const WAKES: usize = 0;
const PATH: usize = 1;
const LOOP: usize = 2;

/// How much nearer one step of zooming is.
const NEARER: f64 = 0.6;

/// How far one step of panning goes, of what is seen.
const ASIDE: f64 = 0.2;

/// The room that a card takes.
const CARD_PX: f64 = 280.0;

/// What is walked to has so much room above and below it.
const ROOM_PX: f64 = 30.0;

/// What is reached through [`Runs`](super::Runs).
#[derive(Clone, Copy, Debug)]
pub(super) struct Instrument {
    /// What lies over a variant's rows, and below them.
    pub(super) stage: fn(Page, usize) -> Vec<AnyView>,
    /// What stands below the timelines.
    pub(super) tools: fn(Page) -> Vec<AnyView>,
    /// And below that.
    pub(super) more: fn(Page) -> Vec<AnyView>,
    /// The line of the program that is pointed at there.
    pub(super) light: fn(Page, Option<PointerEvent>),
    /// Whether a variant's rows are painted on a canvas.
    pub(super) is_painted: fn(&Model, usize) -> bool,
    /// The pinned runs of a variant.
    pub(super) pinned: fn(Page, usize) -> AnyView,
}

impl Instrument {
    pub(super) const ALL: Self =
        Self { stage, tools, more, light, is_painted: sheet::is_painted, pinned: compare::pinned };
}

fn tools(page: Page) -> Vec<AnyView> {
    sheet::follow_theme(page);
    moment::tools(page)
}

/// What is not needed at once: it has room of its own below the tools.
fn more(page: Page) -> Vec<AnyView> {
    let first = [what_if::what_if(page).into_any(), ruler::reading(page).into_any(), opener::opened(page).into_any()];
    first.into_iter().chain([compare::compare(page)]).collect()
}

fn stage(page: Page, place: usize) -> Vec<AnyView> {
    let Some(variant) = page.scenario().variants.get(place) else { return Vec::new() };
    // It reads the whole trace: once for all that is shown of it.
    let card = Memo::new(move |_| page.read_pointed(|model| said(model, place)));
    let of_card = move |part: fn(Said) -> String| text(move || card.get().map_or_else(String::new, part));
    let pointer = |act: Box<dyn FnMut(PointerEvent)>| act;
    let glass = view! {
        {sheet::sheet(page, place)}
        <div class="over" inner_html=text(move || page.read_pointed(|model| over(model, place)))></div>
        <div
            class="glass"
            tabindex="0"
            role="group"
            aria-label=format!("Timeline of {}. Arrow keys walk it; ? lists all keys.", variant.title)
            data-testid=format!("stage-{}", variant.id)
            on:pointermove=pointer(Box::new(move |event| gestures::moved(page, place, &event)))
            on:pointerdown=pointer(Box::new(move |event| gestures::down(page, place, &event)))
            on:pointerup=pointer(Box::new(move |event| gestures::up(page, place, &event)))
            on:pointercancel=pointer(Box::new(move |event| gestures::gone(page, &event)))
            on:pointerleave=pointer(Box::new(move |event| gestures::gone(page, &event)))
            on:touchmove=move |event| gestures::keep(&event)
            on:wheel=move |event| gestures::wheel(page, &event)
            on:keydown=move |event| {
                if key(page, place, &event) {
                    event.prevent_default();
                }
            }
        ></div>
        <div class="loop" inner_html=text(move || page.read_sight(|model| below(model, place)))></div>
        <div
            class="card"
            aria-hidden="true"
            data-testid=format!("card-{}", variant.id)
            hidden=flag(move || card.with(Option::is_none))
            style:left=of_card(|card| fixed(card.at_px[0], 1) + "px")
            style:top=of_card(|card| fixed(card.at_px[1], 1) + "px")
            inner_html=of_card(|card| card.markup)
        ></div>
        <p class="unseen" aria-live="polite">{of_card(|card| card.aloud)}</p>
    };
    vec![glass.into_any()]
}

/// What of a run the rows leave out, as far as a layer has asked for it.
#[derive(Default)]
struct Details {
    wakes: OnceCell<Vec<Wake>>,
    path: OnceCell<Vec<Link>>,
    spells: OnceCell<Vec<Spell>>,
}

thread_local! {
    /// Of the runs that are shown, for as long as they are.
    static DETAILS: RefCell<Vec<(Arc<Run>, Rc<Details>)>> = const { RefCell::new(Vec::new()) };
}

fn details(run: &Arc<Run>) -> Rc<Details> {
    DETAILS.with_borrow_mut(|known| {
        // Nobody else has what only this list still keeps.
        known.retain(|(run, _)| Arc::strong_count(run) > 1);
        if let Some((_, details)) = known.iter().find(|(other, _)| Arc::ptr_eq(other, run)) {
            return details.clone();
        }
        let details = Rc::<Details>::default();
        known.push((run.clone(), details.clone()));
        details
    })
}

/// The run whose rows are drawn.
fn real(model: &Model, place: usize) -> Option<&Arc<Run>> {
    model.cut(place).or_else(|| model.real(place))
}

/// What is drawn over a variant's rows.
fn over(model: &Model, place: usize) -> String {
    let Some(ideal) = model.ideal.get(place).filter(|_| model.width_px >= 1.0) else { return String::new() };
    let real = real(model, place);
    let run = real.unwrap_or(ideal);
    let details = details(run);
    let layers = model.selection.view.layers;
    let mut over = Overlay { line: model.pointer.lit, ..Overlay::default() };
    over.ruler = ruler::lies(model);
    over.spot = model.pointer.spot.filter(|(variant, _)| *variant == place).map(|(_, spot)| spot);
    if layers[WAKES] {
        over.wakes = details.wakes.get_or_init(|| wakes(&run.trace));
    }
    if layers[PATH] && run.is_over() {
        over.path = details.path.get_or_init(|| critical_path(&run.trace));
    }
    let scene = overlay(&ideal.timeline, real.map(|run| &run.timeline), frame(model), &over);
    if scene.shapes.is_empty() { String::new() } else { svg(&scene, DRAWING) }
}

/// The loop's lane, below a variant's rows.
fn below(model: &Model, place: usize) -> String {
    let run = real(model, place).or_else(|| model.ideal.get(place));
    let Some(run) = run.filter(|_| model.selection.view.layers[LOOP] && model.width_px >= 1.0) else {
        return String::new();
    };
    let details = details(run);
    let spells = details.spells.get_or_init(|| spells(&run.trace, run.timeline.until));
    let [busy, blocked, idle] = loop_shares(spells).map(seconds);
    let words = format!(
        r#"role="img" aria-label="The event loop is busy for {busy}, blocked for {blocked}, idle for {idle}.""#
    );
    svg(&loop_lane(spells, frame(model)), &words)
}

/// What is said about the spot that is pointed at.
#[derive(Clone, Default, PartialEq)]
struct Said {
    markup: String,
    /// To be read aloud; only where the keyboard has led there.
    aloud: String,
    /// Where its left upper corner stands in the drawing, in pixels.
    at_px: [f64; 2],
}

fn said(model: &Model, place: usize) -> Option<Said> {
    let (_, spot) = model.pointer.spot.filter(|(variant, _)| *variant == place)?;
    let ideal = model.ideal.get(place)?;
    let real = real(model, place);
    let run = real.unwrap_or(ideal);
    let timeline = real.map(|run| &run.timeline);
    let (row, segment) = spot.find(&ideal.timeline, timeline)?;
    let [x_px, y_px] = spot.below_px(&ideal.timeline, timeline, frame(model))?;
    let mut card = Card::of(&run.trace, &run.timeline, row, segment);
    let language = model.selection.view.language;
    if let (Some(line), Some((_, words))) =
        (segment.line.and_then(|line| shown_line(model, line)), card.facts.iter_mut().find(|(name, _)| *name == "Line"))
    {
        *words = format!("{line} of the {} program", LANGUAGES[language]);
    }
    let facts =
        each(&card.facts, |out, (name, words)| add(out, format_args!("<dt>{name}</dt><dd>{}</dd>", escape(words))));
    Some(Said {
        markup: format!("<p>{}</p><dl>{facts}</dl>", escape(&card.title)),
        aloud: if model.pointer.is_walking { card.spoken() } else { String::new() },
        at_px: [x_px.min(model.width_px - CARD_PX).max(0.0), y_px],
    })
}

pub(super) fn set_spot(page: Page, spot: Option<(usize, Spot)>, is_walking: bool) {
    if page.peek(|model| model.pointer.spot != spot) {
        page.point(|model| {
            model.pointer.spot = spot;
            model.pointer.is_walking = is_walking;
            if is_walking {
                model.pointer.at = spot.and_then(|(place, spot)| {
                    let real = real(model, place).map(|run| &run.timeline);
                    Some(spot.find(&model.ideal.get(place)?.timeline, real)?.1.from)
                });
            }
            model.pointer.line = spot.and_then(|(place, spot)| {
                let real = real(model, place).map(|run| &run.timeline);
                spot.find(&model.ideal.get(place)?.timeline, real)?.1.line
            });
        });
    }
}

fn light(page: Page, event: Option<PointerEvent>) {
    let name = page.peek(|model| LINES[model.selection.view.language]);
    let line = event.and_then(|event| {
        let target = event.target()?.dyn_into::<Element>().ok()?;
        target.closest(".line").ok()??.get_attribute(name)?.parse().ok()
    });
    if page.peek(|model| model.pointer.lit != line) {
        page.point(|model| model.pointer.lit = line);
    }
}

/// Takes hold of what can be dragged there, drags it, lets it go. Says whether it does: then nothing is pointed at.
pub(super) fn drags(page: Page, place: usize, event: &PointerEvent, at_px: [f64; 2]) -> bool {
    let stage = event.current_target().and_then(|target| target.dyn_into::<Element>().ok());
    let Some(stage) = stage else { return false };
    let (drags, could) = what_if::drags(page, place, event, at_px);
    let _ = stage.class_list().toggle_with_force("grips", drags || could);
    if drags {
        if event.type_() == "pointerdown" {
            // Wherever the pointer goes meanwhile.
            let _ = stage.set_pointer_capture(event.pointer_id());
        }
        set_spot(page, None, false);
    }
    drags
}

/// Points at what lies there, in pixels from the drawing's upper left corner; `presses` picks it, too.
pub(super) fn point(page: Page, place: usize, at_px: [f64; 2], presses: bool) {
    let spot = page.peek(|model| {
        let ideal = model.ideal.get(place)?;
        let real = real(model, place).map(|run| &run.timeline);
        Spot::at(&ideal.timeline, real, frame(model), at_px)
    });
    if presses {
        pick(page, place, spot);
    }
    if page.peek(ruler::is_laid) {
        page.point(|model| model.pointer.at = Some(frame(model).time(at_px[0])));
        if presses {
            ruler::mark(page);
        }
    }
    set_spot(page, spot.map(|spot| (place, spot)), false);
}

/// Remembers whose row that is.
fn pick(page: Page, place: usize, spot: Option<Spot>) {
    page.point(|model| {
        let label = |spot: Spot| {
            let real = real(model, place).map(|run| &run.timeline);
            Some(spot.find(&model.ideal.get(place)?.timeline, real)?.0.label.to_string())
        };
        if let Some(label) = spot.and_then(label) {
            model.pointer.job = Some(label);
        }
    });
}

fn key(page: Page, place: usize, event: &KeyboardEvent) -> bool {
    if event.ctrl_key() || event.meta_key() || event.alt_key() {
        return false;
    }
    match &*event.key() {
        "ArrowRight" => walk(page, place, 0, 1),
        "ArrowLeft" => walk(page, place, 0, -1),
        "ArrowDown" => walk(page, place, 1, 0),
        "ArrowUp" => walk(page, place, -1, 0),
        "Home" => walk(page, place, 0, isize::MIN / 2),
        "End" => walk(page, place, 0, isize::MAX / 2),
        "Escape" => set_spot(page, None, false),
        "+" | "=" | "w" | "W" => zoom(page, 1, 0),
        "-" | "s" | "S" => zoom(page, -1, 0),
        "a" | "A" => zoom(page, 0, -1),
        "d" | "D" => zoom(page, 0, 1),
        "f" | "F" => zoom(page, 0, 0),
        "r" | "R" => lay_ruler(page),
        "m" | "M" => ruler::mark(page),
        "]" => what_if::step(page, true),
        "[" => what_if::step(page, false),
        "." => moment::step(page, true),
        "," => moment::step(page, false),
        " " => moment::play(page),
        "?" => page.change(|model| model.shows_keys = !model.shows_keys),
        _ => return false,
    }
    true
}

fn lay_ruler(page: Page) {
    page.change_sight(|model| model.selection.view.layers[ruler::RULER] ^= true);
    page.write_address(false);
}

fn walk(page: Page, place: usize, rows: isize, segments: isize) {
    let next = page.peek(|model| {
        let ideal = &model.ideal.get(place)?.timeline;
        let real = real(model, place).map(|run| &run.timeline);
        let first = Spot { row: 0, segment: 0 };
        match model.pointer.spot.filter(|(variant, _)| *variant == place) {
            Some((_, spot)) => spot.moved(ideal, real, rows, segments),
            None => Some(first),
        }
    });
    if let Some(spot) = next {
        set_spot(page, Some((place, spot)), true);
        pick(page, place, Some(spot));
        let below = page.peek(|model| {
            let real = real(model, place).map(|run| &run.timeline);
            spot.below_px(&model.ideal.get(place)?.timeline, real, frame(model))
        });
        if let Some((stage, [_, y_px])) = document().active_element().zip(below) {
            sheet::reveal(&stage, y_px, ROOM_PX);
        }
    }
}

/// Zooms by steps, nearer if positive; pans by steps; 0 and 0 shows all.
pub(super) fn zoom(page: Page, nearer: i32, aside: i32) {
    page.change_sight(|model| match (nearer, aside) {
        (0, 0) => model.selection.view.zoom = None,
        (0, aside) => look(model, Look::aside(ASIDE * f64::from(aside))),
        (nearer, _) => look(model, Look::about(pointed(model).unwrap_or(0.5), NEARER.powi(nearer))),
    });
    page.write_address(false);
}

/// Changes what of the axis is seen.
pub(super) fn look(model: &mut Model, look: Look) {
    let Frame { from, end, .. } = frame(model);
    model.selection.view.zoom = look.of((from, end), figure::end(model));
}

/// Where on the axis begins what is pointed at, if anything is; from 0 to 1.
fn pointed(model: &Model) -> Option<f64> {
    let (place, spot) = model.pointer.spot?;
    let real = real(model, place).map(|run| &run.timeline);
    let at = spot.find(&model.ideal.get(place)?.timeline, real)?.1.from.as_secs_f64();
    let Frame { from, end, .. } = frame(model);
    let place = (at - from.as_secs_f64()) / end.saturating_sub(from).as_secs_f64();
    Some(place).filter(|place| (0.0..=1.0).contains(place))
}

/// Plays what has been recorded from the moment on, or stops that.
pub(super) fn play(page: Page) {
    let plays = page.peek(|model| model.play.goes);
    page.change(|model| {
        model.play.goes = !plays;
        model.play.film = model.play.film.wrapping_add(1);
        if !plays && model.selection.view.moment.is_none() {
            model.look_at(Some(Duration::ZERO));
        }
    });
    if plays {
        return page.write_address(false);
    }
    let film = page.peek(|model| model.play.film);
    next_frame(page, film, js_sys::Date::now());
}

/// `film` tells the frames of one playing from those of the next.
fn next_frame(page: Page, film: u32, before: f64) {
    request_animation_frame(move || {
        let now = js_sys::Date::now();
        if page.peek(|model| model.play.film != film || !model.play.goes) {
            return;
        }
        let mut over = false;
        page.change(|model| {
            let passed = Duration::from_secs_f64((now - before).max(0.0) / 1e3).mul_f64(model.selection.speed);
            let was = model.selection.view.moment.unwrap_or_default();
            let (at, stops) = moment::stop_within(model, was, was + passed);
            let end = model.end();
            over = stops || at >= end;
            model.play.goes = !over;
            model.look_at(Some(at).filter(|at| *at < end));
        });
        if over {
            page.write_address(false);
        } else {
            next_frame(page, film, now);
        }
    });
}
