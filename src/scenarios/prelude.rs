//! What every scenario's file begins with.

pub(super) use std::time::Duration;

pub(super) use super::{Compare, Count, Group, Preset, Scenario, Seconds, Values, Variant};
pub(super) use crate::aio::*;
