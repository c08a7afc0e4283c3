//! Installing everything at once.

use anyhow::Result;

use crate::browsers::{self, Browser};
use crate::tools::{Found, Tool, requirement};
use crate::{hosts, judges, pins, process, system, toolchain, wasm_opt};

/// Makes sure of everything that any command needs, and says what is there.
///
/// # Errors
/// When something is missing and cannot be installed; everything else is still installed.
pub(crate) fn run() -> Result<()> {
    let mut missing = Vec::new();
    let mut check = |name: &str, outcome: Result<String>| match outcome {
        Ok(found) => println!("{name:<14} {found}"),
        Err(error) => {
            println!("{name:<14} missing");
            missing.push(format!("{error:#}"));
        }
    };
    let shown = |found: Found| found.to_string();

    check("wasm target", toolchain::ensure_wasm_target().map(|()| toolchain::WASM.to_owned()));
    check("lint", toolchain::ensure_lint_components().map(|()| "rustfmt, clippy".to_owned()));
    check("trunk", Tool::trunk().ensure().map(shown));
    check("wasm-bindgen", Tool::wasm_bindgen().and_then(|tool| tool.ensure()).map(shown));
    check("wasm-opt", wasm_opt::ensure().map(shown));
    check("python", ensure_python().map(shown));
    for browser in Browser::defaults() {
        let driver = browsers::ensure(&[browser]).and_then(|()| browser.driver());
        check(browser.name(), driver.map(|path| format!("driven by {}", path.display())));
    }
    let shown = |path: std::path::PathBuf| path.display().to_string();
    check("axe", judges::ensure_axe().map(shown));
    check("lighthouse", judges::ensure_lighthouse().map(shown));
    for (name, outcome) in hosts::ensure() {
        check(name, outcome.map(|path| path.display().to_string()));
    }

    if missing.is_empty() {
        return Ok(());
    }
    anyhow::bail!("{}", missing.join("\nerror: "))
}

/// Makes sure of a Python that can judge: one whose asyncio is recent enough.
///
/// # Errors
/// When there is none and none can be installed.
pub(crate) fn ensure_python() -> Result<Found> {
    system::ensure(&[&system::PYTHON])?;
    let accepted = requirement(pins::PYTHON_ACCEPTED);
    match Found::look_up("python3") {
        Some(found) if found.is(&accepted) => Ok(found),
        Some(found) => anyhow::bail!("Python {accepted} is needed, `python3` is {found}; please install a newer one"),
        None => anyhow::bail!("`{}` does not start", process::shown(&process::command("python3"))),
    }
}
