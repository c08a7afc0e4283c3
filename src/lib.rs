//! Interleave makes asynchronous code visible.
//!
//! A scenario runs on the executor in [`aio`], under a clock in [`host`]; it leaves a [`trace`](aio::trace), from which
//! everything that is shown is computed.

#![forbid(unsafe_code)]

pub mod aio;
pub mod draw;
pub mod embed;
pub mod export;
pub mod host;
pub mod numbers;
pub mod picture;
pub mod scenarios;
pub mod schedule;
pub mod sweep;
pub mod timeline;
#[cfg(target_arch = "wasm32")]
pub mod ui;
pub mod world;
