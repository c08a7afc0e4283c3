//! Clocks for the executor: the browser's, and one that jumps, also with somebody who chooses the order.

#[cfg(target_arch = "wasm32")]
pub mod browser;
pub mod explore;
pub mod schedule;
#[cfg(target_arch = "wasm32")]
pub mod site;
pub mod virtual_time;
#[cfg(target_arch = "wasm32")]
pub mod workers;

/// How many times faster than the wall clock a real run may go, from the slowest to the fastest.
pub const SPEEDS: std::ops::RangeInclusive<f64> = 0.25..=20.0;
