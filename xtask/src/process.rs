//! Finding and starting other programs.

use std::env;
use std::ffi::{OsStr, OsString};
use std::io::{Read, Write};
use std::path::PathBuf;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::project;

/// Where systems keep a driver that they do not put on the `PATH`.
const DRIVER_FOLDERS: [&str; 2] = ["/usr/lib/chromium", "/usr/lib/chromium-browser"];

/// The `PATH` of every child: the project's own tools, then everyone's, then what else might not be among them.
pub(crate) fn search_path() -> OsString {
    let tools = project::local_tools();
    let inherited = env::var_os("PATH").unwrap_or_default();
    let folders = [tools.join("bin"), tools.join("node_modules").join(".bin")]
        .into_iter()
        .chain(env::split_paths(&inherited))
        .chain(project::cargo_bin())
        .chain(DRIVER_FOLDERS.map(PathBuf::from));
    env::join_paths(folders).unwrap_or(inherited)
}

/// The program of this name that a child would start.
pub(crate) fn find(name: impl AsRef<OsStr>) -> Option<PathBuf> {
    which::which_in(name, Some(search_path()), project::root()).ok()
}

/// A command that runs in the project's folder and finds the project's tools first.
pub(crate) fn command(name: &str) -> Command {
    let mut command = Command::new(find(name).unwrap_or_else(|| name.into()));
    command.current_dir(project::root()).env("PATH", search_path());
    command
}

/// Runs a command whose output goes straight through.
///
/// # Errors
/// When it cannot start or does not succeed.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let status = command.status().with_context(|| format!("cannot start `{}`", shown(command)))?;
    if !status.success() {
        bail!("`{}` failed ({status})", shown(command));
    }
    Ok(())
}

/// Runs a command that takes over: where the system allows it, in place of this process, so that a signal to stop
/// reaches it.
///
/// # Errors
/// When it cannot start or does not succeed.
pub(crate) fn hand_over(mut command: Command) -> Result<()> {
    #[cfg(unix)]
    {
        let error = std::os::unix::process::CommandExt::exec(&mut command);
        Err(error).with_context(|| format!("cannot start `{}`", shown(&command)))
    }
    #[cfg(not(unix))]
    run(&mut command)
}

/// What a command prints, standard output before standard error; `None` when it cannot start or does not succeed.
pub(crate) fn output(command: &mut Command) -> Option<String> {
    let output = command.stdin(Stdio::null()).output().ok()?;
    let text = [output.stdout, output.stderr].concat();
    output.status.success().then(|| String::from_utf8_lossy(&text).into_owned())
}

/// Runs a command, passing its standard output on as it comes and returning it too, with whether it succeeded.
///
/// # Errors
/// When it cannot start or its output cannot be read.
pub(crate) fn tee(command: &mut Command) -> Result<(String, bool)> {
    let name = shown(command);
    let mut child = command.stdout(Stdio::piped()).spawn().with_context(|| format!("cannot start `{name}`"))?;
    let mut from = child.stdout.take().context("the child's output is not piped")?;
    let mut to = std::io::stdout();
    let mut text = Vec::new();
    let mut chunk = [0; 8192];
    loop {
        let length = from.read(&mut chunk).with_context(|| format!("cannot read from `{name}`"))?;
        if length == 0 {
            break;
        }
        text.extend_from_slice(&chunk[..length]);
        to.write_all(&chunk[..length])?;
        to.flush()?;
    }
    let status = child.wait().with_context(|| format!("cannot wait for `{name}`"))?;
    Ok((String::from_utf8_lossy(&text).into_owned(), status.success()))
}

/// The command as one would type it.
pub(crate) fn shown(command: &Command) -> String {
    let program = PathBuf::from(command.get_program());
    let name = program.file_name().unwrap_or(program.as_os_str());
    std::iter::once(name).chain(command.get_args()).map(OsStr::to_string_lossy).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_projects_own_tools_come_before_everyones() {
        let first = env::split_paths(&search_path()).next();
        assert_eq!(first, Some(project::local_tools().join("bin")));
    }

    #[test]
    fn a_failing_child_is_named_with_its_arguments() {
        let error = run(command("cargo").args(["no-such-command"]).stderr(Stdio::null())).unwrap_err();
        assert!(error.to_string().starts_with("`cargo no-such-command` failed"), "{error}");
    }

    #[test]
    fn output_of_a_failing_child_is_none() {
        assert_eq!(output(command("cargo").arg("no-such-command")), None);
        assert!(output(command("cargo").arg("--version")).is_some_and(|text| text.starts_with("cargo ")));
    }
}
