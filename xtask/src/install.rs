//! Running an installer: announced, quiet where nobody watches, loud when it fails.

use std::fs::{self, File};
use std::io::{IsTerminal, stderr};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Context, Result, bail};

use crate::{process, project};

/// How many of a failed installer's last lines are shown.
const TAIL_LINES: usize = 40;

/// Says what will be installed, runs the installer and says how long it took.
///
/// On a terminal its output goes through; elsewhere it goes to a log, of which a failure shows the end.
///
/// # Errors
/// When the installer cannot start or fails.
pub(crate) fn run(name: &str, announcement: &str, command: &mut Command) -> Result<()> {
    eprintln!("setup: {announcement}: `{}`", process::shown(command));
    let start = Instant::now();
    if stderr().is_terminal() {
        process::run(command)?;
    } else {
        run_logged(name, command)?;
    }
    eprintln!("setup: {name} took {} s", start.elapsed().as_secs());
    Ok(())
}

/// A command that installs a crate's programs.
pub(crate) fn cargo(krate: &str, version: &str) -> Command {
    let mut command = process::command("cargo");
    command
        // Forced, since cargo's records may outlive the programs they tell of.
        .args(["install", "--force", &format!("{krate}@{version}")])
        // The tools have little to do here: the last of their speed is not worth twice the installation.
        .env("CARGO_PROFILE_RELEASE_LTO", "off")
        .env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16")
        .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "1");
    command
}

/// The folder of modules that a lock file names, installed into `.tools/<name>` with npm unless that has been done.
///
/// # Errors
/// When there is no npm, or it fails.
pub(crate) fn npm(name: &str, announcement: &str, pins: &Path) -> Result<PathBuf> {
    let folder = project::local_tools().join(name);
    let modules = folder.join("node_modules");
    let read = |path: PathBuf| fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()));
    let lock = read(pins.join("package-lock.json"))?;
    let installed = folder.join("package-lock.json");
    if modules.is_dir() && fs::read_to_string(&installed).is_ok_and(|installed| installed == lock) {
        return Ok(modules);
    }
    if process::find("npm").is_none() || process::find("node").is_none() {
        bail!("please install node with npm: {announcement}");
    }
    fs::create_dir_all(&folder).with_context(|| format!("cannot create {}", folder.display()))?;
    fs::write(folder.join("package.json"), read(pins.join("package.json"))?)?;
    fs::write(&installed, &lock)?;
    let mut command = process::command("npm");
    command.args(["ci", "--no-audit", "--no-fund"]).current_dir(&folder);
    let installing = run(name, &format!("{announcement}, getting it takes seconds"), &mut command);
    if installing.is_err() {
        fs::remove_file(&installed)?;
    }
    installing.map(|()| modules)
}

/// The folder of programs that lists of Python packages name, installed into `.tools/<name>`, apart from the system's,
/// unless that has been done.
///
/// # Errors
/// When Python cannot make such a folder, or pip fails.
pub(crate) fn pip(name: &str, announcement: &str, lists: &[PathBuf]) -> Result<PathBuf> {
    let folder = project::local_tools().join(name);
    let programs = folder.join(if cfg!(windows) { "Scripts" } else { "bin" });
    let mut wanted = String::new();
    for list in lists {
        wanted += &fs::read_to_string(list).with_context(|| format!("cannot read {}", list.display()))?;
    }
    let installed = folder.join("installed.txt");
    if fs::read_to_string(&installed).is_ok_and(|installed| installed == wanted) {
        return Ok(programs);
    }
    let mut make = process::command("python3");
    make.args(["-m", "venv", "--clear"]).arg(&folder);
    run(name, &format!("{announcement}, in a folder of its own"), &mut make)
        .context("please install what Python makes virtual environments with (Debian: python3-venv)")?;
    let mut fill = Command::new(programs.join("python"));
    fill.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"]);
    for list in lists {
        fill.arg("--requirement").arg(list);
    }
    run(name, &format!("{announcement}, getting it takes half a minute"), &mut fill)?;
    fs::write(&installed, wanted).with_context(|| format!("cannot write {}", installed.display()))?;
    Ok(programs)
}

/// Runs an installer with its output in `.tools/log/<name>.log`.
fn run_logged(name: &str, command: &mut Command) -> Result<()> {
    let folder = project::local_tools().join("log");
    fs::create_dir_all(&folder).with_context(|| format!("cannot create {}", folder.display()))?;
    let path = folder.join(format!("{name}.log"));
    let log = File::create(&path).with_context(|| format!("cannot create {}", path.display()))?;
    let status = command
        .stdin(Stdio::null())
        .stdout(log.try_clone()?)
        .stderr(log)
        .status()
        .with_context(|| format!("cannot start `{}`", process::shown(command)))?;
    if !status.success() {
        let text = fs::read(&path).unwrap_or_default();
        eprintln!("{}", tail(&String::from_utf8_lossy(&text)));
        bail!("`{}` failed ({status}); all it said is in {}", process::shown(command), path.display());
    }
    Ok(())
}

/// The last lines of a log.
fn tail(text: &str) -> String {
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(TAIL_LINES)..].join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tail_of_a_short_log_is_all_of_it() {
        assert_eq!(tail("one\ntwo\n"), "one\ntwo");
        assert_eq!(tail(""), "");
    }

    #[test]
    fn the_tail_of_a_long_log_is_its_end() {
        let long = "early\n".repeat(TAIL_LINES) + &"late\n".repeat(TAIL_LINES);
        assert_eq!(tail(&long), "late\n".repeat(TAIL_LINES).trim_end());
    }
}
