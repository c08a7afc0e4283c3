//! What the Rust toolchain itself needs: the wasm target, rustfmt and clippy.

use std::path::Path;

use anyhow::{Result, bail};

use crate::{install, process};

/// The target the page is compiled for.
pub(crate) const WASM: &str = "wasm32-unknown-unknown";

/// Makes sure that the toolchain in use can compile for wasm.
///
/// # Errors
/// When it cannot, and rustup is not there to change that.
pub(crate) fn ensure_wasm_target() -> Result<()> {
    if has_wasm_target() {
        return Ok(());
    }
    rustup("wasm-target", &format!("the page is compiled for {WASM}"), &["target", "add", WASM])?;
    if !has_wasm_target() {
        bail!("rustup added {WASM}, but the `rustc` on the PATH is not rustup's and cannot compile for it");
    }
    Ok(())
}

/// Whether the standard library for wasm is there.
fn has_wasm_target() -> bool {
    process::output(process::command("rustc").args(["--print", "target-libdir", "--target", WASM]))
        .and_then(|text| text.lines().next().map(|line| Path::new(line).is_dir()))
        .unwrap_or(false)
}

/// Makes sure that rustfmt and clippy are there.
///
/// # Errors
/// When they are not, and rustup is not there to change that.
pub(crate) fn ensure_lint_components() -> Result<()> {
    let missing: Vec<&str> = [("fmt", "rustfmt"), ("clippy", "clippy")]
        .into_iter()
        .filter(|(subcommand, _)| process::output(process::command("cargo").args([*subcommand, "--version"])).is_none())
        .map(|(_, component)| component)
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    let need = format!("lint needs {}", missing.join(" and "));
    rustup("components", &need, &[&["component", "add"], missing.as_slice()].concat())
}

/// Lets rustup add something to the toolchain in use.
fn rustup(name: &str, need: &str, arguments: &[&str]) -> Result<()> {
    if process::find("rustup").is_none() {
        bail!(
            "{need}, but there is no rustup to do it; \
             install rustup from https://rustup.rs, or with your system's packages what `rustup {}` would add",
            arguments.join(" ")
        );
    }
    install::run(name, &format!("{need}, getting that takes seconds"), process::command("rustup").args(arguments))
}
