//! What can go wrong between here and a browser, each cause with what to do about it.

use std::{io, path::PathBuf, time::Duration};

use thirtyfour::error::WebDriverError;

/// Shorthand for results of this crate.
pub type Result<T> = std::result::Result<T, Error>;

/// A failure to start, reach or drive a browser.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A program that a browser session needs is not installed.
    #[error("`{program}` was not found; {hint}")]
    Missing {
        /// What was looked for.
        program: String,
        /// How to install it, or how to go without it.
        hint: String,
    },

    /// A program started but ended, or stayed silent, before it was of use.
    #[error("`{program}` did not start: {reason}\n{log}")]
    NotStarted {
        /// The program.
        program: String,
        /// What was waited for, and what happened instead.
        reason: String,
        /// The end of what it printed.
        log: String,
    },

    /// The driver runs but could not open its browser.
    #[error("{browser} did not open; {hint}\n{source}\n{log}")]
    NoSession {
        /// The browser's name.
        browser: &'static str,
        /// What is the likeliest cause.
        hint: &'static str,
        /// What the driver answered.
        source: Box<WebDriverError>,
        /// The end of what the driver printed.
        log: String,
    },

    /// Something that should have come true in the page did not.
    #[error("waited {within:?} in vain for {what}")]
    TimedOut {
        /// What was waited for.
        what: String,
        /// How long.
        within: Duration,
    },

    /// A window cannot be made as small or large as asked.
    #[error("asked for a viewport of {asked:?} px, the browser gave {given:?} px")]
    Viewport {
        /// Width and height asked for.
        asked: (u32, u32),
        /// Width and height that came of it.
        given: (u32, u32),
    },

    /// `E2E_BROWSERS` names a browser that is not known.
    #[error("E2E_BROWSERS names `{0}`; known are chromium, firefox and webkit")]
    UnknownBrowser(String),

    /// A file or folder could not be used.
    #[error("{}: {source}", path.display())]
    File {
        /// Which one.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },

    /// A driver's answer could not be read.
    #[error("unexpected answer from the driver: {0}")]
    Answer(String),

    /// The driver refused a command.
    #[error(transparent)]
    WebDriver(#[from] WebDriverError),

    /// The operating system refused something.
    #[error(transparent)]
    Io(#[from] io::Error),
}
