//! Building and serving the page with trunk.

use std::env;
use std::process::Command;

use anyhow::Result;

use crate::tools::Tool;
use crate::{finish, process, split, toolchain, wasm_opt};

/// Serves the page until interrupted.
///
/// # Errors
/// When a tool is missing or trunk fails.
pub(crate) fn serve(release: bool, port: Option<u16>, open: bool) -> Result<()> {
    let mut trunk = trunk("serve", release)?;
    if let Some(port) = port {
        trunk.args(["--port", &port.to_string()]);
    }
    if open {
        trunk.arg("--open");
    }
    process::hand_over(trunk)
}

/// Builds the optimised page into `dist/`, to be found at an address, if that is known.
///
/// # Errors
/// When a tool is missing or trunk fails.
pub(crate) fn build(base_url: Option<&str>) -> Result<()> {
    let mut trunk = trunk("build", true)?;
    if let Some(base_url) = base_url {
        trunk.env(finish::BASE_URL_VARIABLE, base_url);
    }
    process::run(&mut trunk)
}

/// Makes sure of everything trunk needs, so that it never fetches a tool by itself.
///
/// # Errors
/// When something is missing and cannot be installed.
pub(crate) fn ensure_tools(release: bool) -> Result<()> {
    toolchain::ensure_wasm_target()?;
    Tool::trunk().ensure()?;
    Tool::wasm_bindgen()?.ensure()?;
    if release {
        wasm_opt::ensure()?;
    }
    Ok(())
}

/// A trunk command.
fn trunk(subcommand: &str, release: bool) -> Result<Command> {
    ensure_tools(release)?;
    let mut command = process::command("trunk");
    command.arg(subcommand).env("TRUNK_SKIP_VERSION_CHECK", "true");
    if release {
        command.arg("--release");
        split::prepare(&mut command)?;
    }
    // Trunk takes this variable for a flag and stumbles over the usual `1`.
    if env::var_os("NO_COLOR").is_some() {
        command.env("NO_COLOR", "true");
    }
    Ok(command)
}
