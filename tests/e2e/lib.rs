//! Drives the built page in real browsers over `WebDriver`.
//!
//! | Module      | What it holds                                                        |
//! |-------------|----------------------------------------------------------------------|
//! | [`server`]  | a static host on this machine that remembers what was asked of it    |
//! | [`process`] | programs that cannot outlive us, whatever way we end                 |
//! | [`browser`] | the three engines: how each one's driver starts, what it needs       |
//! | [`session`] | one open browser window: go somewhere, wait for something            |
//! | [`chromium`]| what only Chromium offers: themes, phones, whole-page pictures, logs |
//! | [`steps`]   | clicks, keys and waits, as a command line writes them                |
//!
//! A browser or driver that is not installed is an error, never a skipped test: a green run means that every engine in
//! [`Browser::wanted`] really saw the page.
#![forbid(unsafe_code)]

pub mod browser;
pub mod chromium;
mod error;
pub mod process;
mod scratch;
pub mod server;
pub mod session;
pub mod steps;

pub use browser::Browser;
pub use error::{Error, Result};
pub use server::Site;
pub use session::Session;
