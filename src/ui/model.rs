//! What the page knows: the selection, the runs that belong to it, and how it stands with them.

use std::sync::Arc;
use std::time::Duration;

use super::runner::{Runner, Runs};
use super::schedule::Scheduler;
use super::share::Dialog;
use super::sweep::Curves;
use super::what_if::Drag;
use crate::aio::trace::Trace;
use crate::draw::Spot;
use crate::numbers::parse;
use crate::scenarios::{Real, Scenario, Selection, Told, Values};
use crate::timeline::Timeline;

/// One variant's run, as far as it has come.
#[derive(Debug)]
pub(super) struct Run {
    pub(super) trace: Trace,
    pub(super) timeline: Timeline,
    /// How many times the clock stood still because the page was hidden.
    pub(super) pauses: u32,
    /// How many times faster than the wall clock it went; none if that was changed on its way.
    pub(super) speed: Option<f64>,
    /// The highest that it had.
    pub(super) fastest: f64,
    /// Whether it had the world outside to ask: then how long it took has nothing to do with the ideal run.
    pub(super) outside: bool,
    /// When the page could do something else meanwhile, in a scenario that holds it up.
    pub(super) beats: Vec<Duration>,
    /// How many of its timers the browser held back, since timers had set them.
    pub(super) held_back: u32,
}

impl Run {
    fn ideal(trace: Trace) -> Arc<Self> {
        let timeline = Timeline::of(&trace);
        Arc::new(Self {
            trace,
            timeline,
            pauses: 0,
            speed: None,
            fastest: 1.0,
            outside: false,
            beats: Vec::new(),
            held_back: 0,
        })
    }

    pub(super) fn is_over(&self) -> bool {
        self.timeline.ended.is_some()
    }
}

/// How it stands with the real run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Phase {
    /// There is none: what is shown is ideal.
    Ideal,
    /// It is about to begin, and needs something from the world outside first.
    Preparing,
    Running,
    /// It goes on, but the page is hidden and the clock stands still.
    Paused,
    /// It goes on when the reader lets it.
    Held,
    Finished,
    Stopped,
}

/// What happens to the real run, for somebody outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum News {
    Begun,
    Over,
    Stopped,
}

/// How it stands with something whose code comes when it is opened.
#[derive(Clone, Copy, Debug)]
#[cfg_attr(not(in_parts), expect(dead_code, reason = "what is there from the beginning is never on its way"))]
pub(super) enum Later<T> {
    Closed,
    /// Their code is on its way.
    Loading,
    /// It could not be loaded.
    Failed,
    Open(T),
}

/// Everything that can change on the page.
pub(super) struct Model {
    pub(super) selection: Selection,
    pub(super) notices: Vec<String>,
    pub(super) phase: Phase,
    /// Each variant's run under the virtual clock.
    pub(super) ideal: Vec<Arc<Run>>,
    /// Each variant's run under the browser's clock, once it has begun.
    pub(super) real: Vec<Option<Arc<Run>>>,
    /// What is shown of them where only a part is, up to some moment.
    cut: Vec<Arc<Run>>,
    /// Why the runs that are shown came out as they did.
    pub(super) why: String,
    /// What can be proved to have gone wrong: the variant's title, and a sentence.
    pub(super) diagnoses: Vec<(&'static str, String)>,
    /// What may be predicted, and which of it the reader has picked.
    pub(super) choices: Vec<String>,
    pub(super) guess: Option<usize>,
    /// In which order the reader expects what to end, and in which variant.
    pub(super) expected: (usize, Vec<Arc<str>>),
    /// Which of it is right on an ideal machine, and in the runs that are shown.
    right: String,
    measured: String,
    pub(super) runner: Runner,
    /// What it needs, once that is there.
    pub(super) runs: Option<Runs>,
    /// What has come of the world outside, in sentences.
    pub(super) outside: Vec<String>,
    /// Which runs are shown where there are both: the real ones, 0, or the ideal ones, 1.
    pub(super) clock: usize,
    /// The variant that the panels are about.
    pub(super) variant: usize,
    /// The first of the events that the panel shows, which has not room for all of very many.
    pub(super) events_from: usize,
    /// Where the code that is shown, or on its way, was asked for.
    pub(super) code_address: String,
    pub(super) code: String,
    pub(super) code_problem: String,
    /// What is being searched for.
    pub(super) wanted: String,
    /// Whether the sheet with the scenarios is open, on a phone.
    pub(super) picking: bool,
    pub(super) width_px: f64,
    /// Whether the code is shown, and so has to be loaded.
    pub(super) shows_code: bool,
    /// Whom to tell how it stands with the runs.
    pub(super) hears: Option<fn(&Model, News)>,
    /// The dialog for sharing, once its code is there and it is wanted.
    pub(super) sharing: Option<Dialog>,
    pub(super) pointer: Pointer,
    pub(super) play: Play,
    /// Whether the list of keys is shown.
    pub(super) shows_keys: bool,
    /// The curves over a parameter's values.
    pub(super) sweeping: Later<Curves>,
    /// The run in which the reader chooses who is next.
    pub(super) scheduling: Later<Scheduler>,
    /// Those of the selection's pins.
    pub(super) kept: Vec<Kept>,
}

/// Runs that stand beside those with the present values.
#[derive(Debug)]
pub(super) struct Kept {
    pub(super) values: Values,
    /// Of each variant: its real run if that was shown, otherwise its ideal one.
    pub(super) runs: Vec<Arc<Run>>,
    /// Which of them are real.
    pub(super) reals: Vec<bool>,
}

impl Kept {
    /// What is shown.
    pub(super) fn of(model: &Model) -> Self {
        let places = 0..model.ideal.len();
        let real = |place| model.real(place).filter(|run| run.is_over());
        let runs = places.filter_map(|place| real(place).or_else(|| model.ideal.get(place)).cloned());
        Self { values: model.selection.values.clone(), runs: runs.collect(), reals: model.kept_reals() }
    }

    pub(super) fn is_real(&self, place: usize) -> bool {
        self.reals.get(place).copied().unwrap_or(false)
    }
}

/// What is pointed at.
#[derive(Debug, Default)]
pub(super) struct Pointer {
    /// The variant, and where in it.
    pub(super) spot: Option<(usize, Spot)>,
    /// Whether it was reached by keyboard, and so is to be read aloud.
    pub(super) is_walking: bool,
    /// The line of the Rust program at which that stands.
    pub(super) line: Option<u32>,
    /// The line that is pointed at in the program.
    pub(super) lit: Option<u32>,
    /// The time that is pointed at, and that from which it is measured.
    pub(super) at: Option<Duration>,
    pub(super) mark: Option<Duration>,
    /// The job that was last picked, by its row's label.
    pub(super) job: Option<String>,
    /// The end of a bar that is being dragged.
    pub(super) drag: Option<Drag>,
}

/// How time goes on.
#[derive(Debug, Default)]
pub(super) struct Play {
    /// Whether what has been recorded is being played.
    pub(super) goes: bool,
    /// Counts how often that was begun or stopped.
    pub(super) film: u32,
    /// Whether a run that was held goes on until something happens.
    pub(super) steps: bool,
    /// At what a run or what is played stops by itself, by its place in [`moment::WHENS`](super::moment::WHENS).
    pub(super) pause_when: usize,
}

impl Model {
    pub(super) fn new(selection: Selection, notices: Vec<String>) -> Self {
        let mut model = Self {
            variant: telling_variant(&selection),
            selection,
            notices,
            phase: Phase::Ideal,
            ideal: Vec::new(),
            real: Vec::new(),
            cut: Vec::new(),
            why: String::new(),
            diagnoses: Vec::new(),
            choices: Vec::new(),
            right: String::new(),
            measured: String::new(),
            guess: None,
            expected: (0, Vec::new()),
            runner: Runner::default(),
            runs: None,
            outside: Vec::new(),
            clock: 0,
            events_from: 0,
            code_address: String::new(),
            code: String::new(),
            code_problem: String::new(),
            wanted: String::new(),
            picking: false,
            width_px: 0.0,
            shows_code: true,
            hears: None,
            sharing: None,
            pointer: Pointer::default(),
            play: Play::default(),
            shows_keys: false,
            sweeping: Later::Closed,
            scheduling: Later::Closed,
            kept: Vec::new(),
        };
        model.keep_pins();
        model.forget_runs();
        model
    }

    pub(super) fn scenario(&self) -> &'static Scenario {
        self.selection.scenario
    }

    pub(super) fn is_running(&self) -> bool {
        matches!(self.phase, Phase::Preparing | Phase::Running | Phase::Paused | Phase::Held)
    }

    /// Whether no run goes on by itself, so that its moments can be looked at.
    pub(super) fn stands_still(&self) -> bool {
        !self.is_running() || self.phase == Phase::Held
    }

    /// A variant's real run, where there is one and it is wanted.
    pub(super) fn real(&self, variant: usize) -> Option<&Arc<Run>> {
        self.real.get(variant).and_then(Option::as_ref).filter(|_| self.clock == 0)
    }

    /// A variant's run that is shown: the real one, otherwise the ideal one; up to the moment that is looked at.
    pub(super) fn shown(&self, variant: usize) -> Option<&Arc<Run>> {
        self.cut(variant).or_else(|| self.whole(variant))
    }

    pub(super) fn whole(&self, variant: usize) -> Option<&Arc<Run>> {
        self.real(variant).or_else(|| self.ideal.get(variant))
    }

    /// When the longest of the runs that are shown ends.
    pub(super) fn end(&self) -> Duration {
        let places = self.selection.variants().into_iter();
        places.filter_map(|place| self.whole(place)).map(|run| run.timeline.until).max().unwrap_or_default()
    }

    /// What a moment shows of a variant's run, if one is looked at.
    pub(super) fn cut(&self, variant: usize) -> Option<&Arc<Run>> {
        self.cut.get(variant).filter(|_| self.stands_still())
    }

    /// Looks at a moment, or at the whole runs again.
    pub(super) fn look_at(&mut self, moment: Option<Duration>) {
        self.selection.view.moment = moment;
        self.cut_runs();
    }

    pub(super) fn cut_runs(&mut self) {
        self.cut.clear();
        let Some(moment) = self.selection.view.moment else { return };
        for place in 0..self.ideal.len() {
            let Some(run) = self.whole(place) else { continue };
            let trace = run.trace.up_to(moment);
            let timeline = Timeline::new(&trace, moment.min(run.timeline.until)).by(run.timeline.resolution);
            let beats = run.beats.iter().copied().filter(|beat| *beat <= moment).collect();
            let Run { pauses, speed, fastest, outside, held_back, .. } = **run;
            let cut = Run { trace, timeline, pauses, speed, fastest, outside, beats, held_back };
            self.cut.push(Arc::new(cut));
        }
    }

    /// Tells somebody outside how it stands, if anybody listens.
    pub(super) fn tell_news(&self, news: News) {
        if let Some(hear) = self.hears {
            hear(self, news);
        }
    }

    /// Shows another selection.
    pub(super) fn select(&mut self, selection: Selection) {
        let other = self.selection.scenario.id != selection.scenario.id;
        if other || !selection.variants().contains(&self.variant) {
            self.variant = telling_variant(&selection);
        }
        self.selection = selection;
        if other {
            self.kept.clear();
        }
        self.keep_pins();
        self.forget_runs();
    }

    /// Has the runs of the selection's pins, those that were kept and of the others the ideal ones.
    fn keep_pins(&mut self) {
        let mut before = std::mem::take(&mut self.kept);
        for values in &self.selection.view.pins {
            let known = before.iter().position(|kept| kept.values == *values);
            let ideal = || {
                let runs = self.selection.scenario.ideal(values).into_iter().map(Run::ideal).collect();
                Kept { values: values.clone(), runs, reals: Vec::new() }
            };
            self.kept.push(known.map_or_else(ideal, |place| before.swap_remove(place)));
        }
    }

    /// Has the link tell of the runs that are kept.
    pub(super) fn write_pins(&mut self) {
        self.selection.view.pins = self.kept.iter().map(|kept| kept.values.clone()).collect();
    }

    /// Which variants' real runs would be kept.
    pub(super) fn kept_reals(&self) -> Vec<bool> {
        (0..self.ideal.len()).map(|place| self.real(place).is_some_and(|run| run.is_over())).collect()
    }

    pub(super) fn set_value(&mut self, id: &str, number: f64) {
        self.selection.values.set(id, number);
        self.forget_runs();
    }

    pub(super) fn set_address(&mut self, address: Option<String>) {
        self.selection.values.set_address(address);
        self.forget_runs();
    }

    /// What is being dragged stays so.
    fn forget_runs_of(&mut self, change: impl FnOnce(&mut Values)) {
        change(&mut self.selection.values);
        let Pointer { job, drag, .. } = std::mem::take(&mut self.pointer);
        self.forget_runs();
        self.pointer = Pointer { job, drag, ..Pointer::default() };
    }

    /// Makes a job slower: its end is where the runs end that are made with it.
    pub(super) fn set_slower(&mut self, job: &str, percent: u32) {
        self.forget_runs_of(|values| {
            values.set_slower(job, percent);
        });
    }

    pub(super) fn forget_slower(&mut self) {
        self.forget_runs_of(Values::forget_slower);
    }

    /// Runs belong to a selection: whatever was running belonged to the old one.
    fn forget_runs(&mut self) {
        self.runner.stop();
        self.phase = Phase::Ideal;
        (self.play.goes, self.play.steps) = (false, false);
        self.pointer = Pointer::default();
        self.real.clear();
        self.outside.clear();
        (self.clock, self.events_from) = (0, 0);
        let traces = self.selection.scenario.ideal(&self.selection.values);
        self.ideal = traces.into_iter().map(Run::ideal).collect();
        self.cut_runs();
        self.guess = None;
        self.expected.1.clear();
        self.ask();
    }

    /// Makes the words about the runs that are shown, and has the answers among which the reader chooses.
    pub(super) fn ask(&mut self) {
        self.choices.clear();
        // By hand: what sorts in the standard library weighs more than the whole question.
        for choice in self.tell() {
            if self.choices.is_empty() {
                self.right.clone_from(&choice);
            }
            let key = |text: &String| (by_number(text), text.clone());
            let place = self.choices.iter().position(|other| key(other) >= key(&choice)).unwrap_or(self.choices.len());
            if self.choices.get(place) != Some(&choice) {
                self.choices.insert(place, choice);
            }
        }
    }

    /// Whether what comes out is hidden, since the reader is to predict it first.
    pub(super) fn is_asking(&self) -> bool {
        self.selection.predict && self.guess.is_none() && self.phase == Phase::Ideal
    }

    /// What the reader said and what came out, once a run has shown it: ideally, and by this browser's clock.
    pub(super) fn guessed(&self) -> Option<(&str, &str, &str)> {
        let guess = self.choices.get(self.guess?)?;
        (self.phase == Phase::Finished).then_some((guess, &self.right, &self.measured))
    }

    /// Whether real runs, or what waits for its turn among them, stand on an axis of their own.
    pub(super) fn has_own_axis(&self) -> bool {
        self.clock == 0 && (self.runner.is_outside() || self.real.iter().flatten().any(|run| run.outside))
    }

    /// Whether the words about the runs are about the model, since real ones took other times than the values say.
    fn tells_of_model(&self) -> bool {
        self.has_own_axis() && self.scenario().real != Real::Computes
    }

    /// What words about the runs are made from: the real ones, once they are all over, if they can be told.
    fn told(&self) -> Told<'_> {
        // They are told with two decimals, which a coarse clock does not vouch for.
        let is_fine = self.real.iter().flatten().all(|run| run.timeline.resolution.decimals() >= 2);
        let is_real = self.phase == Phase::Finished && self.clock == 0 && !self.tells_of_model() && is_fine;
        let ideal = self.ideal.iter().enumerate();
        let runs = ideal.map(|(place, ideal)| self.real(place).filter(|_| is_real).unwrap_or(ideal));
        Told::new(self.scenario(), &self.selection.values, runs.map(|run| &run.trace))
    }

    /// Makes the words about the runs that are shown. Reading whole traces for them is too much for each frame of a run. Gives
    /// what may be answered to the question; what is right in these runs comes first.
    pub(super) fn tell(&mut self) -> Vec<String> {
        let scenario = self.scenario();
        let told = self.told();
        let why = (scenario.why)(&told);
        // They come with what runs need.
        let answers = self.runs.map_or_else(Vec::new, |runs| (runs.answers)(scenario, &told));
        self.why = if self.tells_of_model() { format!("In the model: {why}") } else { why };
        self.measured = answers.first().cloned().unwrap_or_default();
        self.diagnoses.clear();
        for place in self.selection.variants() {
            let Some(run) = self.whole(place) else { continue };
            let variant = &scenario.variants[place];
            let found = self.runs.map(|runs| (runs.diagnose)(&run.trace, run.fastest));
            self.diagnoses.extend(found.into_iter().flatten().map(|found| (variant.title, found.text)));
        }
        answers
    }
}

/// A text that begins with a number goes by that, any other comes after them.
fn by_number(text: &str) -> f64 {
    let end = text.find(|sign: char| !sign.is_ascii_digit() && sign != '.').unwrap_or(text.len());
    parse(&text[..end]).unwrap_or(f64::INFINITY)
}

/// The first variant is what the others are compared with: the second is the one to look at.
fn telling_variant(selection: &Selection) -> usize {
    let variants = selection.variants();
    variants[1.min(variants.len() - 1)]
}
