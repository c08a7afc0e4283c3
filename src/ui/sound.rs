//! Runs that can be heard: a note for each completion, the higher the later; failures and cancellations sound otherwise.
//!
//! It is off until somebody wants it, so that a browser's own rule about sounds is kept as well, and nobody remembers that.

use std::cell::RefCell;
use std::time::Duration;

use leptos::prelude::*;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{AudioContext, OscillatorType};

use super::markup::flag;
use super::model::{Model, Phase, Run};
use super::page::Page;
use crate::aio::trace::Outcome;
use crate::timeline::{Pace, hertz};

/// More notes than this in a second are a blare.
const NOTES_A_SECOND: usize = 20;

/// So many at most of those that end together, one shortly after the other, so that they can be told apart.
const TOGETHER: usize = 5;
const APART_SECONDS: f64 = 0.045;

const LOUD: f32 = 0.11;
/// What fades goes down to this: an exponential never arrives.
const SILENT: f32 = 0.0005;
const ATTACK_SECONDS: f64 = 0.006;

struct Sound {
    context: AudioContext,
    pace: Pace,
    /// How many completions of each variant have been heard of.
    heard: Vec<usize>,
    /// Whether a run or a recording went on when it was looked last.
    went_on: bool,
}

thread_local! {
    static SOUND: RefCell<Option<Sound>> = const { RefCell::new(None) };
}

/// How a completion sounds.
struct Note {
    hertz: f64,
    shape: OscillatorType,
    seconds: f64,
}

impl Note {
    fn of(outcome: &Outcome, place: usize, of: usize) -> Self {
        let hertz = hertz(place, of);
        match outcome {
            Outcome::Returned(_) => Self { hertz, shape: OscillatorType::Triangle, seconds: 0.35 },
            // An octave lower, and rough.
            Outcome::Raised(_) => Self { hertz: hertz / 2.0, shape: OscillatorType::Sawtooth, seconds: 0.5 },
            // Cut short.
            Outcome::Cancelled => Self { hertz, shape: OscillatorType::Square, seconds: 0.07 },
        }
    }
}

/// What turns it on and off; not where the browser has no sound.
pub(super) fn toggle(page: Page) -> impl IntoView + use<> {
    let cannot =
        js_sys::Reflect::get(&js_sys::global(), &"AudioContext".into()).is_ok_and(|found| found.is_undefined());
    let is_on = RwSignal::new(false);
    Effect::new(move |_| {
        page.read(|model| SOUND.with_borrow_mut(|sound| sound.iter_mut().for_each(|it| it.follow(model))));
    });
    let set = move |_| {
        if !turn_on(page, !is_on.get_untracked()) {
            page.change(|model| model.notices = vec!["This browser lets the page make no sound.".to_owned()]);
        }
        is_on.set(SOUND.with_borrow(Option::is_some));
    };
    view! {
        <label class="sound" hidden=cannot title="A note for each completion of a run">
            <input type="checkbox" data-testid="sound" prop:checked=flag(move || is_on.get()) on:change=set/>
            "Sound"
        </label>
    }
}

/// Says whether that could be done.
fn turn_on(page: Page, on: bool) -> bool {
    let before = SOUND.take();
    if let Some(sound) = before {
        forget(sound.context.close());
    }
    if !on {
        return true;
    }
    let Ok(context) = AudioContext::new() else { return false };
    forget(context.resume());
    let mut sound = Sound { context, pace: Pace::of(NOTES_A_SECOND), heard: Vec::new(), went_on: false };
    page.peek(|model| sound.heard = counts(model));
    SOUND.set(Some(sound));
    true
}

/// What becomes of it is nobody's business; but a refusal that nobody takes would be an error of the page.
fn forget(promise: Result<js_sys::Promise, JsValue>) {
    if let Ok(promise) = promise {
        spawn_local(async move {
            let _ = JsFuture::from(promise).await;
        });
    }
}

/// A variant's run that can be heard: while real ones go on, only those.
fn audible(model: &Model, place: usize) -> Option<&Run> {
    let run = if model.is_running() { model.real(place) } else { model.shown(place) };
    run.map(|run| &**run)
}

fn count(run: &Run) -> usize {
    run.timeline.rows.iter().filter(|row| row.place.is_some()).count()
}

fn counts(model: &Model) -> Vec<usize> {
    (0..model.ideal.len()).map(|place| audible(model, place).map_or(0, count)).collect()
}

impl Sound {
    /// Plays what has completed since it was looked last, if that went on by itself.
    fn follow(&mut self, model: &Model) {
        let goes_on = model.play.goes || model.phase == Phase::Running;
        let counts = counts(model);
        // The last completions come with the end.
        if (goes_on || self.went_on) && self.heard.len() == counts.len() {
            let mut notes = Vec::new();
            for place in model.selection.variants() {
                let Some(run) = audible(model, place) else { continue };
                let of = model.ideal.get(place).map_or(0, |ideal| ideal.timeline.rows.len());
                let rows = run.timeline.rows.iter().filter_map(|row| Some((row.place?, &row.end.as_ref()?.1)));
                let new = rows.filter(|(nth, _)| *nth > self.heard[place]);
                notes.extend(new.map(|(nth, outcome)| (nth, Note::of(outcome, nth, of))));
            }
            notes.sort_by_key(|(nth, _)| *nth);
            self.play(notes.into_iter().map(|(_, note)| note));
        }
        self.heard = counts;
        self.went_on = goes_on;
    }

    fn play(&mut self, notes: impl Iterator<Item = Note>) {
        let now = Duration::from_secs_f64(js_sys::Date::now().max(0.0) / 1e3);
        let begin = self.context.current_time();
        for (place, note) in notes.take(TOGETHER).enumerate() {
            // Without a device nothing is heard, and nothing is lost.
            if self.pace.allows(now) {
                let _ = self.sound(&note, begin + place as f64 * APART_SECONDS);
            }
        }
    }

    fn sound(&self, note: &Note, at: f64) -> Result<(), JsValue> {
        let (source, volume) = (self.context.create_oscillator()?, self.context.create_gain()?);
        source.set_type(note.shape);
        source.frequency().set_value(note.hertz as f32);
        let (gain, end) = (volume.gain(), at + note.seconds);
        gain.set_value_at_time(SILENT, at)?;
        gain.exponential_ramp_to_value_at_time(LOUD, at + ATTACK_SECONDS)?;
        gain.exponential_ramp_to_value_at_time(SILENT, end)?;
        source.connect_with_audio_node(&volume)?;
        volume.connect_with_audio_node(&self.context.destination())?;
        source.start_with_when(at)?;
        source.stop_with_when(end)
    }
}
