//! `wasm-opt`, which shrinks the release build by about a fifth.

use anyhow::{Context, Result};

use crate::tools::{Found, requirement};
use crate::{install, pins, process, project};

/// Finds a recent `wasm-opt`, or installs one: with npm where there is npm, otherwise by compiling it.
///
/// # Errors
/// When the installation fails or does not help.
pub(crate) fn ensure() -> Result<Found> {
    if let Some(found) = suitable() {
        return Ok(found);
    }
    if process::find("npm").is_some() && process::find("node").is_some() {
        let installed = install::run(
            "wasm-opt",
            "the release build needs wasm-opt, getting it takes seconds",
            process::command("npm")
                .args(["install", "--no-save", "--no-audit", "--no-fund", "--prefix"])
                .arg(project::local_tools())
                .arg(format!("binaryen@{}", pins::BINARYEN_NPM)),
        );
        if let Some(found) = suitable() {
            return Ok(found);
        }
        let reason = installed.err().map_or_else(|| "it does not start".to_owned(), |error| error.to_string());
        eprintln!("setup: npm's wasm-opt is of no use here: {reason}");
    }
    install::run(
        "wasm-opt",
        "the release build needs wasm-opt, compiling it with a C++ compiler takes about 10 minutes",
        install::cargo("wasm-opt", pins::WASM_OPT_CRATE).args(["--locked", "--root"]).arg(project::local_tools()),
    )?;
    suitable().context("wasm-opt is installed but does not start")
}

/// The `wasm-opt` that the build would use, if it is recent enough.
fn suitable() -> Option<Found> {
    let accepted = requirement(pins::WASM_OPT_ACCEPTED);
    Found::look_up("wasm-opt").filter(|found| found.is(&accepted))
}
