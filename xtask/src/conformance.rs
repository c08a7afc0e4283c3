//! Random programs beside `CPython`.

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::{Args, ValueEnum};

use crate::{install, process, project, setup};

/// What to compare.
#[derive(Args)]
pub(crate) struct Options {
    /// The seed of the first program; each next one has the next seed
    #[arg(long, default_value_t = 0)]
    seed: u64,
    /// How many programs
    #[arg(long, default_value_t = 10_000)]
    programs: u64,
    /// Which Python to compare with
    #[arg(long, value_enum, default_value_t = Arbiter::Python3)]
    arbiter: Arbiter,
    /// The Python to compare with instead of the first `python3` on the PATH
    #[arg(long)]
    python: Option<OsString>,
    /// Only one feature: gather, as-completed, timeout, group, sync, queue, shut-down or block
    #[arg(long)]
    only: Option<String>,
    /// Also what asyncio does not have, and diagnoses are about
    #[arg(long)]
    mistakes: bool,
}

/// Which `CPython` says what is right.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Arbiter {
    /// The machine's own, 3.11 or newer
    Python3,
    /// The newest, 3.14, as wasm under node
    Pyodide,
}

/// Compares; the exit code says whether all programs did the same.
///
/// # Errors
/// When what that needs cannot be had.
pub(crate) fn run(options: &Options) -> Result<ExitCode> {
    let mut command = process::command("cargo");
    // Not the release's profile: there a panic takes along the program that it came from.
    command.args(["run", "--quiet", "--profile", "random", "--package", "interleave-random", "--"]);
    command.args(["--seed", &options.seed.to_string(), "--programs", &options.programs.to_string()]);
    if let Some(only) = &options.only {
        command.args(["--only", only]);
    }
    if options.mistakes {
        command.arg("--mistakes");
    }
    match (options.arbiter, &options.python) {
        (Arbiter::Python3, Some(python)) => _ = command.arg("--python").arg(python),
        (Arbiter::Python3, None) => _ = setup::ensure_python()?,
        (Arbiter::Pyodide, _) => _ = command.arg("--pyodide").arg(ensure_pyodide()?),
    }
    let status = command.status().with_context(|| format!("cannot start `{}`", process::shown(&command)))?;
    Ok(if status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// The folder of modules that has pyodide, in the version that the lock file beside the programs names.
///
/// # Errors
/// When it cannot be installed.
pub(crate) fn ensure_pyodide() -> Result<PathBuf> {
    install::npm("pyodide", "CPython as wasm is needed to compare with", &project::root().join("tests/random"))
}
