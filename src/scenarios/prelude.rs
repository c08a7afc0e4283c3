//! What every scenario's file begins with.

pub(super) use std::time::Duration;

use crate::numbers::fixed;

#[expect(unused_imports, reason = "each scenario takes what it needs")]
pub(super) use super::{
    Compare, Count, Group, Percent, Preset, Question, Random, Scenario, Seconds, Told, Values, Variant,
};
pub(super) use crate::aio::*;

/// A time as the reasons name it: `1.5 s`.
pub(super) fn secs(time: Duration) -> String {
    fixed(time.as_secs_f64(), 1) + " s"
}
