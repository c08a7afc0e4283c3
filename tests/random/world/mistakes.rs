//! What asyncio does not have, and diagnoses are about.

use std::time::Duration;

use interleave::aio::{Closeable, Rate, Result, Span, Value, span};

use super::{index, world};
use crate::program::Which;

/// The value of this number.
#[must_use]
pub fn value(which: Which) -> Value<u32> {
    world().values[index(which)].clone()
}

/// The rate of this number.
#[must_use]
pub fn rate(which: Which) -> Rate {
    world().rates[index(which)].clone()
}

/// So many times in as many ticks: two in half a second, three in three quarters.
pub(super) fn new_rate(which: Which) -> Rate {
    let ticks = u32::from(which) + 2;
    Rate::new(ticks, Duration::from_millis(250) * ticks)
}

/// The thing of this number that has to be closed.
#[must_use]
pub fn closeable(which: Which) -> Closeable {
    world().closeables[index(which)].clone()
}

/// A named operation, to be awaited later.
pub fn operation(name: &str, work: impl Future<Output = Result<String>> + 'static) -> Span<'static, String> {
    span(name, work)
}

/// A named operation that nobody awaits.
pub fn forget(name: &str, work: impl Future<Output = Result<String>> + 'static) {
    drop(operation(name, work));
}
