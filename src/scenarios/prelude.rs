//! What every scenario's file begins with.

pub(super) use std::time::Duration;

pub(super) use super::{
    Compare, Count, Group, Percent, Preset, Question, Random, Real, Scenario, Seconds, Told, Values, Variant,
};
pub(super) use crate::aio::*;
pub(super) use crate::numbers::fixed;

/// A time as the reasons name it: `1.5 s`.
pub(super) fn secs(time: Duration) -> String {
    fixed(time.as_secs_f64(), 1) + " s"
}
