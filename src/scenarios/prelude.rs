//! What every scenario's file begins with.

pub(super) use std::time::Duration;

use crate::numbers::fixed;

pub(super) use super::{Compare, Count, Group, Preset, Scenario, Seconds, Values, Variant};
pub(super) use crate::aio::*;

/// A time as the reasons name it: `1.5 s`.
pub(super) fn secs(time: Duration) -> String {
    fixed(time.as_secs_f64(), 1) + " s"
}
