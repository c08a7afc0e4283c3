//! Typed parameters: a scenario declares them once, its code reads them by type, the page makes controls of them.

use std::ops::RangeInclusive;
use std::time::Duration;

use crate::aio::Slower;
use crate::numbers::{fixed, within};

/// A whole number that a scenario takes, with its range.
#[derive(Clone, Copy, Debug)]
pub struct Count(Param);

/// A time in seconds that a scenario takes, with its range.
#[derive(Clone, Copy, Debug)]
pub struct Seconds(Param);

/// A share between 0 and 100 % that a scenario takes.
#[derive(Clone, Copy, Debug)]
pub struct Percent(Param);

/// One parameter, as a control needs it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Param {
    /// Its name in the URL and, in capitals, in the Python program.
    pub id: &'static str,
    /// Its name on the page.
    pub label: &'static str,
    /// What it is at first.
    pub default: f64,
    /// The least that it can be.
    pub min: f64,
    /// The most that it can be.
    pub max: f64,
    /// What it counts in: every value is a multiple of this.
    pub step: f64,
    /// What its value means.
    pub unit: Unit,
}

/// What a parameter's value means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// A number of things.
    Count,
    /// A time.
    Seconds,
    /// A share.
    Percent,
}

impl Count {
    /// A whole number between `min` and `max`.
    #[must_use]
    pub const fn new(id: &'static str, label: &'static str, default: u32, min: u32, max: u32) -> Self {
        Self(Param {
            id,
            label,
            default: default as f64,
            min: min as f64,
            max: max as f64,
            step: 1.0,
            unit: Unit::Count,
        })
    }

    /// As a control needs it.
    #[must_use]
    pub const fn param(self) -> Param {
        self.0
    }
}

impl Seconds {
    /// A time between `min` and `max` seconds, in steps of a tenth.
    #[must_use]
    pub const fn new(id: &'static str, label: &'static str, default: f64, min: f64, max: f64) -> Self {
        Self(Param { id, label, default, min, max, step: 0.1, unit: Unit::Seconds })
    }

    /// As a control needs it.
    #[must_use]
    pub const fn param(self) -> Param {
        self.0
    }
}

impl Percent {
    /// A share, in steps of 5 %.
    #[must_use]
    pub const fn new(id: &'static str, label: &'static str, default: u32) -> Self {
        Self(Param { id, label, default: default as f64, min: 0.0, max: 100.0, step: 5.0, unit: Unit::Percent })
    }

    /// As a control needs it.
    #[must_use]
    pub const fn param(self) -> Param {
        self.0
    }
}

/// A parameter that knows the type of its value.
pub trait Key: Copy {
    /// The type that the scenario's code works with.
    type Value;

    /// The parameter itself.
    fn untyped(self) -> Param;

    /// Its value from the number that stands in a control or a URL.
    fn typed(number: f64) -> Self::Value;
}

impl Key for Count {
    type Value = usize;

    fn untyped(self) -> Param {
        self.0
    }

    fn typed(number: f64) -> usize {
        number as usize
    }
}

impl Key for Seconds {
    type Value = Duration;

    fn untyped(self) -> Param {
        self.0
    }

    fn typed(number: f64) -> Duration {
        // Through whole microseconds, so that 0.1 s is exactly that and sums of it stay exact.
        Duration::from_micros((number * 1e6).round() as u64)
    }
}

impl Key for Percent {
    /// From 0 to 1.
    type Value = f64;

    fn untyped(self) -> Param {
        self.0
    }

    fn typed(number: f64) -> f64 {
        number / 100.0
    }
}

impl Param {
    /// The nearest value that the parameter can have: inside its range and a multiple of its step. Not a number counts as
    /// the default.
    #[must_use]
    pub fn nearest(&self, number: f64) -> f64 {
        let ends = self.min..=self.max;
        if number.is_nan() {
            return self.default;
        }
        let steps = (within(number, &ends) / self.step).round();
        // Division by the whole number of steps in one gives the float that its decimal text would give.
        let nearest = if self.step < 1.0 { steps / (1.0 / self.step).round() } else { steps * self.step };
        within(nearest, &ends)
    }

    /// A value as people read it: `3`, `1.5 s`.
    #[must_use]
    pub fn show(&self, value: f64) -> String {
        match self.unit {
            Unit::Count => fixed(value, 0),
            Unit::Seconds => fixed(value, 1) + " s",
            Unit::Percent => fixed(value, 0) + " %",
        }
    }
}

/// How long a job may be made to take, in percent of what its program says.
pub const PERCENTS: RangeInclusive<u32> = 10..=1000;

/// So many jobs may be made slower.
pub const SLOWER_AT_MOST: usize = 8;

/// A longer name is none of a job.
const NAME_AT_MOST: usize = 120;

/// One value for each parameter of a scenario, each inside its range.
#[derive(Clone, Debug, PartialEq)]
pub struct Values {
    numbers: Vec<(Param, f64)>,
    address: Option<String>,
    slower: Slower,
}

impl Values {
    /// Every parameter at its default.
    #[must_use]
    pub fn defaults(params: &[Param]) -> Self {
        Self {
            numbers: params.iter().map(|param| (*param, param.default)).collect(),
            address: None,
            slower: Slower::default(),
        }
    }

    /// The value of a parameter, in the type that it was declared with.
    ///
    /// # Panics
    ///
    /// When the scenario does not list the parameter.
    #[must_use]
    pub fn get<K: Key>(&self, key: K) -> K::Value {
        let id = key.untyped().id;
        K::typed(self.number(id).unwrap_or_else(|| panic!("the scenario must list its parameter {id}")))
    }

    /// The parameters that are not at their defaults, with their values.
    pub fn changed(&self) -> impl Iterator<Item = (&Param, f64)> {
        self.iter().filter(|(param, value)| *value != param.default)
    }

    /// The value of a parameter as a plain number.
    #[must_use]
    pub fn number(&self, id: &str) -> Option<f64> {
        self.numbers.iter().find(|(param, _)| param.id == id).map(|(_, value)| *value)
    }

    /// Sets a parameter to the [nearest](Param::nearest) value that it can have, and gives that value; none if there is no
    /// such parameter.
    pub fn set(&mut self, id: &str, number: f64) -> Option<f64> {
        let (param, value) = self.numbers.iter_mut().find(|(param, _)| param.id == id)?;
        *value = param.nearest(number);
        Some(*value)
    }

    /// The address of a page that the reader wants fetched as well, of a scenario that
    /// [takes one](super::Real::Fetches). It is no part of a link.
    #[must_use]
    pub fn address(&self) -> Option<&str> {
        self.address.as_deref()
    }

    /// Sets that address.
    pub fn set_address(&mut self, address: Option<String>) {
        self.address = address;
    }

    /// Jobs that take longer, or shorter, than the program says.
    #[must_use]
    pub fn slower(&self) -> &Slower {
        &self.slower
    }

    /// Makes what has this name slower: see [`Slower::set`]. The percentage is the nearest of [`PERCENTS`]; of more than
    /// [`SLOWER_AT_MOST`] names the last ones count for nothing. Says whether it was set to just that.
    pub fn set_slower(&mut self, name: &str, percent: u32) -> bool {
        let used = percent.clamp(*PERCENTS.start(), *PERCENTS.end());
        let fits = self.slower.percent(name) != Slower::AS_IT_IS || self.slower.len() < SLOWER_AT_MOST;
        if fits && name.len() <= NAME_AT_MOST {
            self.slower.set(name, used);
        }
        fits && name.len() <= NAME_AT_MOST && used == percent
    }

    /// Has every job take as long as the program says.
    pub fn forget_slower(&mut self) {
        self.slower = Slower::default();
    }

    /// Every parameter with its value, in the scenario's order.
    pub fn iter(&self) -> impl Iterator<Item = (&Param, f64)> {
        self.numbers.iter().map(|(param, value)| (param, *value))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const COUNT: Count = Count::new("count", "Count", 3, 1, 20);
    const LATENCY: Seconds = Seconds::new("latency", "Latency", 1.0, 0.1, 5.0);

    #[test]
    fn the_nearest_value_is_in_range_and_on_a_step() {
        let nearest = |number| LATENCY.param().nearest(number);
        assert_eq!(nearest(0.3), 0.3);
        assert_eq!(nearest(0.34), 0.3);
        assert_eq!(nearest(-1.0), 0.1);
        assert_eq!(nearest(1e300), 5.0);
        assert_eq!(nearest(f64::INFINITY), 5.0);
        assert_eq!(nearest(f64::NAN), 1.0);
        assert_eq!(COUNT.param().nearest(2.5), 3.0);
    }

    #[test]
    fn a_tenth_of_a_second_is_exact() {
        let mut values = Values::defaults(&[COUNT.param(), LATENCY.param()]);
        for tenths in 1..=50_u32 {
            values.set("latency", f64::from(tenths) / 10.0);
            assert_eq!(values.get(LATENCY), Duration::from_millis(u64::from(tenths) * 100));
        }
        assert_eq!(values.get(COUNT), 3);
        assert_eq!(values.set("nothing", 1.0), None);
    }
}
