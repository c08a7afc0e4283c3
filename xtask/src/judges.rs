//! What judges the built page: axe, in the end-to-end tests, and Lighthouse, among the measurements.

use std::path::PathBuf;

use anyhow::{Context, Result};

use crate::browsers::{self, Browser};
use crate::{install, process, project, system};

/// The environment variable that leads the tests to axe.
pub(crate) const AXE: &str = "INTERLEAVE_AXE";

/// The script that looks for what keeps people from using a page, in the version that the lock file beside the tests names.
///
/// # Errors
/// When it cannot be installed.
pub(crate) fn ensure_axe() -> Result<PathBuf> {
    let modules = install::npm(
        "axe",
        "axe looks for what keeps people from using the page",
        &project::root().join("tests/e2e/axe"),
    )?;
    Ok(modules.join("axe-core/axe.min.js"))
}

/// The folder of modules that has Lighthouse, in the version that the lock file beside the benchmarks names.
///
/// # Errors
/// When it cannot be installed.
pub(crate) fn ensure_lighthouse() -> Result<PathBuf> {
    install::npm("lighthouse", "Lighthouse judges the page", &project::root().join("benches/lighthouse"))
}

/// Has Lighthouse judge the page that was built.
///
/// # Errors
/// When a tool is missing, or a score is below its limit.
pub(crate) fn lighthouse() -> Result<()> {
    browsers::ensure(&[Browser::Chromium])?;
    let chromium = system::CHROMIUM.find().context("Chromium is gone")?;
    let mut judge = process::command("cargo");
    judge.args(["run", "--release", "--package", "interleave-e2e", "--bin", "lighthouse", "--"]);
    process::run(judge.arg(project::dist()).arg(ensure_lighthouse()?).arg(chromium))
}
