//! What the page knows: the selection, the runs that belong to it, and how it stands with them.

use std::sync::Arc;
use std::time::Duration;

use super::runner::Runner;
use crate::aio::trace::Trace;
use crate::numbers::parse;
use crate::scenarios::{Real, Scenario, Selection, Told};
use crate::timeline::{Timeline, diagnose, lateness};

/// One variant's run, as far as it has come.
#[derive(Debug)]
pub(super) struct Run {
    pub(super) trace: Trace,
    pub(super) timeline: Timeline,
    /// How many times the clock stood still because the page was hidden.
    pub(super) pauses: u32,
    /// How many times faster than the wall clock it went; none if that was changed on its way.
    pub(super) speed: Option<f64>,
    /// Whether it had the world outside to ask: then how long it took has nothing to do with the ideal run.
    pub(super) outside: bool,
    /// When the page could do something else meanwhile, in a scenario that holds it up.
    pub(super) beats: Vec<Duration>,
}

impl Run {
    fn ideal(trace: Trace) -> Arc<Self> {
        let timeline = Timeline::of(&trace);
        Arc::new(Self { trace, timeline, pauses: 0, speed: None, outside: false, beats: Vec::new() })
    }

    pub(super) fn is_over(&self) -> bool {
        self.timeline.ended.is_some()
    }

    /// How late its timers were, in milliseconds of the wall clock: to be had only if it went at one speed.
    pub(super) fn lateness_millis(&self) -> Option<f64> {
        Some(lateness(&self.trace)?.as_secs_f64() * 1e3 / self.speed?)
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
    Finished,
    Stopped,
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
    /// Why the runs that are shown came out as they did.
    pub(super) why: String,
    /// What can be proved to have gone wrong: the variant's title, and a sentence.
    pub(super) diagnoses: Vec<(&'static str, String)>,
    /// What may be predicted, and which of it the reader has picked.
    pub(super) choices: Vec<String>,
    pub(super) guess: Option<usize>,
    /// Which of it is right on an ideal machine, and in the runs that are shown.
    right: String,
    measured: String,
    pub(super) runner: Runner,
    /// What has come of the world outside, in sentences.
    pub(super) outside: Vec<String>,
    /// Which runs are shown where there are both: the real ones, 0, or the ideal ones, 1.
    pub(super) clock: usize,
    /// The variant that the panels are about.
    pub(super) variant: usize,
    /// Which panel is open: completions, console, events.
    pub(super) panel: usize,
    /// Which language the code is shown in: Python, Rust.
    pub(super) language: usize,
    /// Where the code that is shown, or on its way, was asked for.
    pub(super) code_address: String,
    pub(super) code: String,
    pub(super) code_problem: String,
    /// What is being searched for.
    pub(super) wanted: String,
    /// Whether the sheet with the scenarios is open, on a phone.
    pub(super) picking: bool,
    pub(super) width_px: f64,
}

impl Model {
    pub(super) fn new(selection: Selection, notices: Vec<String>) -> Self {
        let mut model = Self {
            variant: telling_variant(selection.scenario),
            selection,
            notices,
            phase: Phase::Ideal,
            ideal: Vec::new(),
            real: Vec::new(),
            why: String::new(),
            diagnoses: Vec::new(),
            choices: Vec::new(),
            right: String::new(),
            measured: String::new(),
            guess: None,
            runner: Runner::default(),
            outside: Vec::new(),
            clock: 0,
            panel: 0,
            language: 0,
            code_address: String::new(),
            code: String::new(),
            code_problem: String::new(),
            wanted: String::new(),
            picking: false,
            width_px: 0.0,
        };
        model.forget_runs();
        model
    }

    pub(super) fn scenario(&self) -> &'static Scenario {
        self.selection.scenario
    }

    pub(super) fn is_running(&self) -> bool {
        matches!(self.phase, Phase::Preparing | Phase::Running | Phase::Paused)
    }

    /// A variant's real run, where there is one and it is wanted.
    pub(super) fn real(&self, variant: usize) -> Option<&Arc<Run>> {
        self.real.get(variant).and_then(Option::as_ref).filter(|_| self.clock == 0)
    }

    /// A variant's run that is shown: the real one, otherwise the ideal one.
    pub(super) fn shown(&self, variant: usize) -> Option<&Arc<Run>> {
        self.real(variant).or_else(|| self.ideal.get(variant))
    }

    /// Shows another selection.
    pub(super) fn select(&mut self, selection: Selection) {
        if self.selection.scenario.id != selection.scenario.id {
            self.variant = telling_variant(selection.scenario);
        }
        self.selection = selection;
        self.forget_runs();
    }

    pub(super) fn set_value(&mut self, id: &str, number: f64) {
        self.selection.values.set(id, number);
        self.forget_runs();
    }

    pub(super) fn set_address(&mut self, address: Option<String>) {
        self.selection.values.set_address(address);
        self.forget_runs();
    }

    /// Runs belong to a selection: whatever was running belonged to the old one.
    fn forget_runs(&mut self) {
        self.runner.stop();
        self.phase = Phase::Ideal;
        self.real.clear();
        self.outside.clear();
        self.clock = 0;
        let traces = self.selection.scenario.ideal(&self.selection.values);
        self.ideal = traces.into_iter().map(Run::ideal).collect();
        self.guess = None;
        self.choices.clear();
        // By hand: what sorts in the standard library weighs more than the whole question.
        let answers = (self.scenario().question.choices)(&self.told());
        for choice in answers {
            if self.choices.is_empty() {
                self.right.clone_from(&choice);
            }
            let key = |text: &String| (by_number(text), text.clone());
            let place = self.choices.iter().position(|other| key(other) >= key(&choice)).unwrap_or(self.choices.len());
            if self.choices.get(place) != Some(&choice) {
                self.choices.insert(place, choice);
            }
        }
        self.tell();
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

    /// What words about the runs are made from: the real ones, once they are all over.
    fn told(&self) -> Told<'_> {
        let is_real = self.phase == Phase::Finished && self.clock == 0 && !self.tells_of_model();
        let ideal = self.ideal.iter().enumerate();
        let runs = ideal.map(|(place, ideal)| self.real(place).filter(|_| is_real).unwrap_or(ideal));
        Told::new(self.scenario(), &self.selection.values, runs.map(|run| &run.trace))
    }

    /// Makes the words about the runs that are shown. Reading whole traces for them is too much for each frame of a run.
    pub(super) fn tell(&mut self) {
        let scenario = self.scenario();
        let told = self.told();
        let (why, answers) = ((scenario.why)(&told), (scenario.question.choices)(&told));
        self.why = if self.tells_of_model() { format!("In the model: {why}") } else { why };
        self.measured = answers.into_iter().next().unwrap_or_default();
        self.diagnoses.clear();
        for (place, variant) in scenario.variants.iter().enumerate() {
            let Some(run) = self.shown(place) else { continue };
            for found in diagnose(&run.trace) {
                self.diagnoses.push((variant.title, found.text));
            }
        }
    }
}

/// A text that begins with a number goes by that, any other comes after them.
fn by_number(text: &str) -> f64 {
    let end = text.find(|sign: char| !sign.is_ascii_digit() && sign != '.').unwrap_or(text.len());
    parse(&text[..end]).unwrap_or(f64::INFINITY)
}

/// The first variant is what the others are compared with: the second is the one to look at.
fn telling_variant(scenario: &Scenario) -> usize {
    1.min(scenario.variants.len() - 1)
}
