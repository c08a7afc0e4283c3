//! What the words about a scenario are made from: its values and what came out.

use std::time::Duration;

use super::{Key, Scenario, Values};
use crate::aio::trace::{Trace, What};

/// A run of every variant of a scenario, with the values that they had.
#[derive(Debug)]
pub struct Told<'a> {
    scenario: &'static Scenario,
    values: &'a Values,
    traces: Vec<&'a Trace>,
}

impl<'a> Told<'a> {
    /// The traces are those of the variants, in order.
    pub fn new(scenario: &'static Scenario, values: &'a Values, traces: impl IntoIterator<Item = &'a Trace>) -> Self {
        Self { scenario, values, traces: traces.into_iter().collect() }
    }

    /// Every parameter's value.
    #[must_use]
    pub fn values(&self) -> &'a Values {
        self.values
    }

    /// The value of a parameter; the same as [`Values::get`].
    #[must_use]
    pub fn get<K: Key>(&self, key: K) -> K::Value {
        self.values.get(key)
    }

    /// A variant's trace.
    ///
    /// # Panics
    ///
    /// When the scenario has no such variant.
    #[must_use]
    pub fn trace(&self, variant: &str) -> &'a Trace {
        let place = self.scenario.variants.iter().position(|known| known.id == variant);
        let trace = place.and_then(|place| self.traces.get(place));
        trace.unwrap_or_else(|| panic!("{} has no variant {variant}", self.scenario.id))
    }

    /// How long a variant took.
    #[must_use]
    pub fn took(&self, variant: &str) -> Duration {
        self.trace(variant).until()
    }

    /// Every line that a variant printed, and when.
    pub fn prints(&self, variant: &str) -> impl Iterator<Item = (Duration, String)> {
        self.trace(variant).events().filter_map(|event| match event.what {
            What::Printed(text) => Some((event.at, text.to_string())),
            _ => None,
        })
    }

    /// When a variant first printed a line that has this in it, if it did.
    #[must_use]
    pub fn printed(&self, variant: &str, part: &str) -> Option<Duration> {
        self.prints(variant).find(|(_, line)| line.contains(part)).map(|(at, _)| at)
    }

    /// How many lines a variant printed that have this in them.
    #[must_use]
    pub fn count(&self, variant: &str, part: &str) -> usize {
        self.prints(variant).filter(|(_, line)| line.contains(part)).count()
    }
}
