//! What the page knows: the selection, the runs that belong to it, and how it stands with them.

use std::sync::Arc;

use leptos::prelude::*;
use web_sys::MouseEvent;

use crate::aio::trace::Trace;
pub(super) use crate::scenarios::Selection;
use crate::scenarios::{ALL, Group, Scenario};
use crate::timeline::{Timeline, diagnose, lateness};

use super::runner::Runner;

/// One variant's run, as far as it has come.
#[derive(Debug)]
pub(super) struct Run {
    pub(super) trace: Trace,
    pub(super) timeline: Timeline,
    /// How many times the clock stood still because the page was hidden.
    pub(super) pauses: u32,
}

impl Run {
    pub(super) fn of(trace: Trace) -> Self {
        let timeline = Timeline::of(&trace);
        Self { trace, timeline, pauses: 0 }
    }

    pub(super) fn is_over(&self) -> bool {
        self.timeline.ended.is_some()
    }

    pub(super) fn lateness_millis(&self) -> Option<f64> {
        lateness(&self.trace).map(|late| late.as_secs_f64() * 1e3)
    }
}

/// A run that is equal to itself alone: comparing what happened in it would cost more than drawing it.
#[derive(Clone, Debug)]
pub(super) struct Shared(pub(super) Arc<Run>);

impl PartialEq for Shared {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

/// How it stands with the real run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Phase {
    /// There is none: what is shown is ideal.
    Ideal,
    Running,
    /// It goes on, but the page is hidden and the clock stands still.
    Paused,
    Finished,
    Stopped,
}

impl Phase {
    pub(super) fn is_running(self) -> bool {
        matches!(self, Self::Running | Self::Paused)
    }
}

#[derive(Clone, Copy)]
pub(super) struct Page {
    pub(super) selection: RwSignal<Selection>,
    pub(super) notices: RwSignal<Vec<String>>,
    pub(super) phase: RwSignal<Phase>,
    /// Each variant's run under the virtual clock.
    pub(super) ideal: Memo<Vec<Shared>>,
    /// Each variant's run under the browser's clock, once it has begun.
    pub(super) real: RwSignal<Vec<Option<Shared>>>,
    /// Whether the real runs are shown, where there are any.
    pub(super) show_real: RwSignal<bool>,
    /// The variant that the panels are about.
    pub(super) shown: RwSignal<usize>,
    pub(super) runner: StoredValue<Runner, LocalStorage>,
}

impl Page {
    pub(super) fn new() -> Self {
        let (selection, notices) = Selection::parse(&address());
        let selection = RwSignal::new(selection);
        let what = Memo::new(move |_| selection.with(|picked| (picked.scenario.id, picked.values.clone())));
        let ideal = Memo::new(move |_| {
            what.track();
            selection.with_untracked(|picked| {
                let traces = picked.scenario.ideal(&picked.values);
                traces.into_iter().map(|trace| Shared(Arc::new(Run::of(trace)))).collect()
            })
        });
        let page = Self {
            selection,
            notices: RwSignal::new(notices),
            phase: RwSignal::new(Phase::Ideal),
            ideal,
            real: RwSignal::new(Vec::new()),
            show_real: RwSignal::new(true),
            shown: RwSignal::new(last_variant(selection.get_untracked().scenario)),
            runner: StoredValue::new_local(Runner::default()),
        };
        // What the address said wrong is mended in it, too.
        page.write_address(false);
        let back = window_event_listener(leptos::ev::popstate, move |_| {
            let (selection, notices) = Selection::parse(&address());
            page.show(selection);
            page.notices.set(notices);
        });
        on_cleanup(move || back.remove());
        Effect::new(move |_| {
            document().set_title(&format!("{} · Interleave", page.scenario().title));
        });
        page
    }

    pub(super) fn scenario(self) -> &'static Scenario {
        self.selection.with(|picked| picked.scenario)
    }

    /// The runs that are shown: the real one of a variant where it has begun and is wanted, otherwise the ideal one.
    pub(super) fn visible(self, variant: usize) -> Option<Shared> {
        let real = self.show_real.get().then(|| self.real.with(|real| real.get(variant).cloned().flatten())).flatten();
        real.or_else(|| self.ideal.with(|ideal| ideal.get(variant).cloned()))
    }

    pub(super) fn real(self, variant: usize) -> Option<Shared> {
        self.real.with(|real| real.get(variant).cloned().flatten())
    }

    /// What can be proved to have gone wrong, with the title of the variant: in the real runs once they are over, and
    /// before that in the ideal ones.
    pub(super) fn diagnoses(self) -> Vec<(&'static str, String)> {
        let over = matches!(self.phase.get(), Phase::Finished);
        let variants = self.scenario().variants.iter().enumerate();
        variants
            .filter_map(|(place, variant)| {
                let run = if over { self.visible(place) } else { self.ideal.with(|ideal| ideal.get(place).cloned()) };
                run.map(|run| (variant.title, run))
            })
            .flat_map(|(title, run)| diagnose(&run.0.trace).into_iter().map(move |found| (title, found.text)))
            .collect()
    }

    /// Shows another selection: whatever was running belonged to the old one.
    pub(super) fn show(self, selection: Selection) {
        let other = self.selection.with_untracked(|now| now.scenario.id != selection.scenario.id);
        if other {
            self.shown.set(last_variant(selection.scenario));
        }
        self.clear_runs();
        self.selection.set(selection);
    }

    /// Changes a parameter. Does not touch the address: a slider that is being dragged would flood the history.
    pub(super) fn set_value(self, id: &str, number: f64) {
        self.clear_runs();
        self.selection.update(|picked| {
            picked.values.set(id, number);
        });
    }

    pub(super) fn set_speed(self, speed: f64) {
        self.selection.update(|picked| picked.speed = speed);
        self.runner.with_value(|runner| runner.set_speed(speed));
        self.write_address(false);
    }

    pub(super) fn clear_runs(self) {
        if self.phase.get_untracked() == Phase::Ideal {
            return;
        }
        self.runner.update_value(Runner::stop);
        self.phase.set(Phase::Ideal);
        self.real.set(Vec::new());
        self.show_real.set(true);
    }

    /// Follows a link inside the page, unless it is meant for another tab.
    pub(super) fn follow(self, event: &MouseEvent, selection: Selection) {
        if event.ctrl_key() || event.meta_key() || event.shift_key() || event.button() != 0 {
            return;
        }
        event.prevent_default();
        self.go_to(selection);
    }

    pub(super) fn go_to(self, selection: Selection) {
        self.show(selection);
        self.notices.set(Vec::new());
        self.write_address(true);
        window().scroll_to_with_x_and_y(0.0, 0.0);
    }

    /// Puts the selection into the address bar, as a new entry of the history or in the place of the current one.
    pub(super) fn write_address(self, new_entry: bool) {
        let query = self.selection.with_untracked(Selection::to_query);
        let wanted = format!("?{query}");
        let Ok(history) = window().history() else { return };
        let nothing = wasm_bindgen::JsValue::NULL;
        // A sandboxed frame may refuse: the page works without.
        let _ = if address() == wanted || (address().is_empty() && query == Selection::first().to_query()) {
            Ok(())
        } else if new_entry {
            history.push_state_with_url(&nothing, "", Some(&wanted))
        } else {
            history.replace_state_with_url(&nothing, "", Some(&wanted))
        };
    }
}

fn address() -> String {
    window().location().search().unwrap_or_default()
}

/// The one that differs most from the baseline is the one to look at.
fn last_variant(scenario: &Scenario) -> usize {
    1.min(scenario.variants.len() - 1)
}

pub(super) fn in_group(group: Group) -> Vec<&'static Scenario> {
    ALL.iter().copied().filter(|scenario| scenario.group == group).collect()
}

pub(super) fn after(scenario: &Scenario) -> &'static Scenario {
    let place = ALL.iter().position(|other| other.id == scenario.id).unwrap_or(0);
    ALL[(place + 1) % ALL.len()]
}
