//! Time: stepping, scrubbing and playing through what was recorded, holding a run, and how much of the axis is seen.

use std::time::Duration;

use leptos::prelude::*;

use super::markup::{add, click, each, flag, text};
use super::model::{Model, Phase};
use super::page::Page;
use super::{instrument, opener, sound};
use crate::aio::trace::{Outcome, Trace, Wait, What};
use crate::host::site;
use crate::numbers::{fixed, parse, plain};
use crate::timeline::{seconds, summary};

/// What time may stop at.
pub(super) const WHENS: [&str; 4] =
    ["never", "something fails", "a task waits for something shared", "something is printed"];

/// What the layers are called, in the order of [`LAYERS`](crate::scenarios::LAYERS).
const LAYERS: [&str; 4] = ["Wake-ups", "Critical path", "Event loop", "Ruler"];

const KEYS: &str = concat!(
    "<dl>",
    "<dt><kbd>←</kbd> <kbd>→</kbd></dt><dd>the stretch before, the next</dd>",
    "<dt><kbd>↑</kbd> <kbd>↓</kbd></dt><dd>the task above, below</dd>",
    "<dt><kbd>,</kbd> <kbd>.</kbd></dt><dd>the event before, the next</dd>",
    "<dt><kbd>Space</kbd></dt><dd>play, pause</dd>",
    "<dt><kbd>+</kbd> <kbd>−</kbd> or <kbd>W</kbd> <kbd>S</kbd></dt><dd>nearer, farther</dd>",
    "<dt><kbd>A</kbd> <kbd>D</kbd></dt><dd>earlier, later</dd>",
    "<dt>Ctrl and wheel, two fingers</dt><dd>nearer, farther</dd>",
    "<dt>Shift and wheel, two fingers</dt><dd>earlier, later</dd>",
    "<dt><kbd>F</kbd></dt><dd>the whole axis</dd>",
    "<dt><kbd>R</kbd> <kbd>M</kbd></dt><dd>the ruler, measure from here</dd>",
    "<dt><kbd>[</kbd> <kbd>]</kbd></dt><dd>the job quicker, slower</dd>",
    "<dt><kbd>Esc</kbd></dt><dd>close the card</dd>",
    "<dt><kbd>?</kbd></dt><dd>this list</dd>",
    "</dl>",
);

/// Below the timelines. It is made when what runs need is there: nothing in it would work before.
pub(super) fn tools(page: Page) -> Vec<AnyView> {
    let style = view! { <link rel="stylesheet" href=format!("{}instrument.css", site::root())/> };
    vec![style.into_any(), moment(page).into_any(), sight(page).into_any(), told(page).into_any()]
}

/// What came out, for those who hear the page: once, when a run is over.
fn told(page: Page) -> impl IntoView + use<> {
    let is_over = Memo::new(move |_| page.read(|model| model.phase == Phase::Finished));
    let told = text(move || if is_over.get() { page.peek(outcome) } else { String::new() });
    view! { <p class="unseen" role="status" data-testid="told">{told}</p> }
}

/// How each variant ended, and how much was found to be wrong.
fn outcome(model: &Model) -> String {
    let variants = model.selection.variants().into_iter();
    let ended = variants.filter_map(|place| Some((model.scenario().variants[place].title, model.whole(place)?)));
    let mut out = each(ended, |out, (title, run)| add(out, format_args!("{} ", summary(title, &run.timeline))));
    match model.diagnoses.len() {
        0 => {}
        1 => out.push_str("1 thing was found in the trace."),
        more => add(&mut out, format_args!("{more} things were found in the trace.")),
    }
    out
}

fn moment(page: Page) -> impl IntoView + use<> {
    let value =
        text(move || page.read(|model| plain(model.selection.view.moment.unwrap_or(model.end()).as_secs_f64())));
    let end_text = text(move || page.read(|model| plain(model.end().as_secs_f64())));
    let running = flag(move || page.read(|model| !model.stands_still()));
    let words = text(move || {
        page.read(|model| model.selection.view.moment.map_or_else(|| "the whole run".to_owned(), seconds))
    });
    let spoken = text(move || {
        page.read(|model| model.selection.view.moment.map_or_else(|| "the whole run".to_owned(), in_words))
    });
    let button = move |label: &'static str, id: &'static str, sign: &'static str, later: bool| {
        view! {
            <button
                class="quiet"
                aria-label=label
                title=label
                data-testid=id
                disabled=running
                on:click=click(move |_| step(page, later))
            >
                {sign}
            </button>
        }
    };
    let goes = flag(move || page.read(|model| model.play.goes || (model.is_running() && model.phase != Phase::Held)));
    let name = text(move || if goes.get() { "Pause".to_owned() } else { "Play".to_owned() });
    let cannot = flag(move || {
        page.read(|model| model.phase == Phase::Preparing || (model.is_running() && model.has_own_axis()))
    });
    view! {
        <div class="moment">
            {button("Previous event", "previous", "‹", false)}
            <button class="quiet" data-testid="play" disabled=cannot on:click=click(move |_| play(page))>{name}</button>
            {button("Next event", "next", "›", true)}
            <label>
                <span>"Moment"</span>
                <input
                    type="range"
                    min="0"
                    max=end_text
                    step="any"
                    prop:value=value
                    disabled=running
                    aria-valuetext=spoken
                    data-testid="moment"
                    on:input:target=move |event| {
                        let at = parse(&event.target().value()).map(|at| Duration::from_millis((at * 1e3).round() as u64));
                        page.change(|model| {
                            model.play.goes = false;
                            let end = model.end();
                            model.look_at(at.filter(|at| *at < end));
                        });
                    }
                    on:change=move |_| page.write_address(false)
                />
            </label>
            <span class="at-words" data-testid="moment-words">{words}</span>
            <label class="when">
                "Pause when"
                <select
                    data-testid="pause-when"
                    inner_html=each(WHENS.iter().enumerate(), |out, (place, words)| {
                        add(out, format_args!(r#"<option value="{place}">{words}</option>"#));
                    })
                    on:change:target=move |event| {
                        let place = parse(&event.target().value()).map_or(0, |place| place as usize);
                        page.change(|model| model.play.pause_when = place.min(WHENS.len() - 1));
                    }
                ></select>
            </label>
        </div>
    }
}

/// What of the axis is seen, and with what on it.
fn sight(page: Page) -> impl IntoView + use<> {
    let whole = flag(move || page.read_sight(|model| model.selection.view.zoom.is_none()));
    let button = move |label: &'static str, id: &'static str, sign: &'static str, (nearer, aside): (i32, i32), off| {
        let go = move |_| instrument::zoom(page, nearer, aside);
        view! {
            <button class="quiet" aria-label=label title=label data-testid=id disabled=off on:click=click(go)>{sign}</button>
        }
    };
    let always = Signal::stored(false);
    let layers: Vec<_> = LAYERS
        .into_iter()
        .enumerate()
        .map(|(place, name)| {
            let set = move |_| {
                page.change_sight(|model| model.selection.view.layers[place] ^= true);
                page.write_address(false);
            };
            view! {
                <label>
                    <input
                        type="checkbox"
                        name="layer"
                        prop:checked=flag(move || page.read_sight(|model| model.selection.view.layers[place]))
                        on:change=set
                    />
                    {name}
                </label>
            }
        })
        .collect();
    let keys_hidden = flag(move || page.read(|model| !model.shows_keys));
    let shown = text(move || page.read(|model| model.shows_keys.to_string()));
    view! {
        <div class="sight">
            <div class="zoom" role="group" aria-label="Zoom">
                {button("Zoom out", "farther", "−", (-1, 0), whole)}
                {button("Zoom in", "nearer", "+", (1, 0), always)}
                {button("Earlier", "earlier", "←", (0, -1), whole)}
                {button("Later", "later", "→", (0, 1), whole)}
                {button("Fit the whole axis", "fit", "Fit", (0, 0), whole)}
            </div>
            <fieldset class="layers"><legend class="unseen">"Also draw"</legend>{layers}</fieldset>
            {sound::toggle(page)}
            <button
                class="quiet"
                aria-expanded=shown
                data-testid="keys"
                on:click=click(move |_| page.change(|model| model.shows_keys = !model.shows_keys))
            >
                "Keys"
            </button>
            {opener::button(page)}
            <div class="keys" hidden=keys_hidden inner_html=KEYS></div>
        </div>
    }
}

/// Holds a run that goes on, or lets it go on; without one, plays what was recorded.
pub(super) fn play(page: Page) {
    let Some(runs) = page.peek(|model| model.runs) else { return };
    if page.peek(Model::is_running) {
        let holds = page.peek(|model| model.phase != Phase::Held);
        page.change(|model| model.look_at(None));
        (runs.hold)(page, holds);
    } else {
        instrument::play(page);
    }
}

fn in_words(moment: Duration) -> String {
    fixed(moment.as_secs_f64(), 2) + " seconds"
}

/// Goes to the next event, or to the one before. A run that is held goes on until something happens.
pub(super) fn step(page: Page, later: bool) {
    if page.peek(|model| !model.stands_still()) {
        return;
    }
    if later && page.peek(|model| model.phase == Phase::Held && model.selection.view.moment.is_none()) {
        page.change(|model| model.play.steps = true);
        if let Some(runs) = page.peek(|model| model.runs) {
            (runs.hold)(page, false);
        }
        return;
    }
    let moment = next(page, later);
    page.change(|model| {
        model.play.goes = false;
        model.look_at(moment);
    });
    page.write_address(false);
}

/// When something happens next, or happened before. After the last event comes the whole run, and with that its end.
fn next(page: Page, later: bool) -> Option<Duration> {
    page.peek(|model| {
        let now = model.selection.view.moment;
        let runs = model.selection.variants().into_iter().filter_map(|place| model.whole(place));
        let times = runs.flat_map(|run| run.trace.events().map(|event| event.at));
        if later {
            times.filter(|at| now.is_none_or(|now| *at > now)).min()
        } else {
            let now = now.unwrap_or(model.end());
            // Before the first event there is nothing to see.
            times.filter(|at| *at < now).max().or(Some(now))
        }
    })
}

/// Whether time is to stop at it.
fn matters(when: usize, what: &What) -> bool {
    match when {
        1 => matches!(what, What::Finished(Outcome::Raised(_)) | What::SpanEnded(_, Outcome::Raised(_))),
        2 => matches!(what, What::Suspended(Wait::Resource(_) | Wait::Room(_) | Wait::Joined(_))),
        3 => matches!(what, What::Printed(_)),
        _ => false,
    }
}

/// Up to when time goes that is to go from one moment to another, and whether it stops there.
pub(super) fn stop_within(model: &Model, from: Duration, to: Duration) -> (Duration, bool) {
    if model.play.pause_when == 0 {
        return (to, false);
    }
    let runs = model.selection.variants().into_iter().filter_map(|place| model.whole(place));
    let events = runs.flat_map(|run| run.trace.events().filter(|event| event.at > from && event.at <= to));
    let first = events.filter(|event| matters(model.play.pause_when, &event.what)).map(|event| event.at).min();
    (first.unwrap_or(to), first.is_some())
}

/// How many events each of the running variants has, if that is asked for.
pub(super) fn counted(model: &Model) -> Option<Vec<usize>> {
    let count = |place| model.real(place).map_or(0, |run| run.trace.events().count());
    (model.play.steps || model.play.pause_when > 0).then(|| model.live_variants().map(count).collect())
}

/// Whether anything has happened since then at which a run is to be held.
pub(super) fn happened_since(model: &mut Model, counts: &[usize]) -> bool {
    let stops = |trace: &Trace, count: usize| {
        trace.events().skip(count).any(|event| model.play.steps || matters(model.play.pause_when, &event.what))
    };
    let mut runs = model.live_variants().zip(counts);
    let happened = runs.any(|(place, count)| model.real(place).is_some_and(|run| stops(&run.trace, *count)));
    drop(runs);
    model.play.steps &= !happened;
    happened
}
