//! The browsers the tests run in, and what each of them needs.

use std::path::PathBuf;

use anyhow::{Context, Result};
use clap::ValueEnum;

use crate::system::{self, Program};
use crate::tools::Tool;

/// A browser that the tests can drive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Browser {
    /// Chromium or Chrome, with chromedriver.
    Chromium,
    /// Firefox, with geckodriver.
    Firefox,
    /// The engine of Safari as GTK programs use it, with its own driver; Linux only.
    Webkit,
}

impl Browser {
    /// The browsers that can be had on this system.
    pub(crate) fn defaults() -> Vec<Self> {
        if cfg!(target_os = "linux") {
            vec![Self::Chromium, Self::Firefox, Self::Webkit]
        } else {
            vec![Self::Chromium, Self::Firefox]
        }
    }

    /// Its name on the command line and for the end-to-end tests.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Chromium => "chromium",
            Self::Firefox => "firefox",
            Self::Webkit => "webkit",
        }
    }

    /// What the system has to provide for it.
    fn programs(self) -> Vec<&'static Program> {
        match self {
            Self::Chromium => vec![&system::CHROMIUM, &system::CHROMEDRIVER],
            Self::Firefox => vec![&system::FIREFOX],
            Self::Webkit => vec![&system::WEBKIT_DRIVER, &system::XVFB],
        }
    }

    /// The program that drives it.
    ///
    /// # Errors
    /// When it is not there and cannot be installed.
    pub(crate) fn driver(self) -> Result<PathBuf> {
        let program = match self {
            Self::Chromium => &system::CHROMEDRIVER,
            Self::Firefox => return Ok(Tool::geckodriver().ensure()?.path),
            Self::Webkit => &system::WEBKIT_DRIVER,
        };
        program.find().with_context(|| format!("{} is gone", program.what))
    }

    /// The environment variable that leads wasm-bindgen's test runner to the driver; it knows nothing of `WebKit`.
    pub(crate) fn driver_variable(self) -> Option<&'static str> {
        match self {
            Self::Chromium => Some("CHROMEDRIVER"),
            Self::Firefox => Some("GECKODRIVER"),
            Self::Webkit => None,
        }
    }
}

/// Makes sure that these browsers and their drivers are there.
///
/// # Errors
/// When something is missing and cannot be installed.
pub(crate) fn ensure(browsers: &[Browser]) -> Result<()> {
    let programs: Vec<&Program> = browsers.iter().flat_map(|browser| browser.programs()).collect();
    system::ensure(&programs)?;
    for browser in browsers {
        browser.driver()?;
    }
    Ok(())
}
