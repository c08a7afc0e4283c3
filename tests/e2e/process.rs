//! Programs that cannot outlive us, whatever way we end.
//!
//! A driver starts a browser, which starts a dozen helpers. Killing the driver alone would leave the rest behind, and a
//! destructor does not run when a test run is interrupted or killed. So each program runs in a process group of its own,
//! led by a shell that holds the reading end of a pipe: when the writing end closes, because it was dropped or because
//! this process is gone, the shell ends the whole group, itself included.

use std::{
    env,
    ffi::OsStr,
    fs::File,
    io,
    os::unix::process::CommandExt,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use crate::{Error, Result};

/// Runs its arguments in the background and ends the group when they end or when standard input does: the program is
/// asked first, so that it can remove its lock files, and has a second to comply.
const KEEPER: &str = r#"
trap : TERM
{ trap : TERM; "$@" </dev/null; kill -KILL 0; } &
read -r _
kill -TERM 0
sleep 1
kill -KILL 0
"#;

/// How long a program may take until it is of use. Generous, since a busy machine starts a browser slowly.
const START: Duration = Duration::from_mins(1);

/// How many lines of a program's output an error quotes.
const QUOTED_LINES: usize = 20;

/// A running program and everything it started.
///
/// Dropping it kills them all and waits until the program itself is gone.
#[derive(Debug)]
pub struct Process {
    keeper: Child,
    program: String,
    log: PathBuf,
}

impl Process {
    /// Starts `program` with what it prints going to the file `log`.
    ///
    /// # Errors
    /// [`Error::Io`] when the log cannot be written or no process can be started.
    pub fn start(program: &Path, args: &[String], env: &[(&str, &OsStr)], log: PathBuf) -> Result<Self> {
        let output = File::create(&log)?;
        let keeper = Command::new("sh")
            .args(["-c", KEEPER, "sh"])
            .arg(program)
            .args(args)
            .envs(env.iter().copied())
            .stdin(Stdio::piped())
            .stdout(output.try_clone()?)
            .stderr(output)
            .process_group(0)
            .spawn()?;
        Ok(Self { keeper, program: program.display().to_string(), log })
    }

    /// Asks `ready`, which is given everything printed so far, until it answers with something.
    ///
    /// # Errors
    /// [`Error::NotStarted`] when the program ends first or a minute passes.
    pub async fn until<T>(&mut self, what: &str, mut ready: impl FnMut(&str) -> Option<T>) -> Result<T> {
        let began = Instant::now();
        loop {
            if let Some(found) = ready(&self.output()) {
                return Ok(found);
            }
            let reason = if self.keeper.try_wait()?.is_some() {
                format!("it ended before {what}")
            } else if began.elapsed() > START {
                format!("{START:?} went by without {what}")
            } else {
                tokio::time::sleep(Duration::from_millis(20)).await;
                continue;
            };
            return Err(Error::NotStarted { program: self.program.clone(), reason, log: self.last_words() });
        }
    }

    /// The last lines that the program printed, to quote in an error.
    #[must_use]
    pub fn last_words(&self) -> String {
        let output = self.output();
        let lines: Vec<&str> = output.lines().collect();
        lines[lines.len().saturating_sub(QUOTED_LINES)..].join("\n")
    }

    fn output(&self) -> String {
        std::fs::read(&self.log).map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).unwrap_or_default()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        drop(self.keeper.stdin.take());
        self.keeper.wait().ok();
    }
}

/// The first executable of this name in `PATH`.
#[must_use]
pub fn find_program(name: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    env::split_paths(&path).map(|dir| dir.join(name)).find(|candidate| candidate.is_file())
}

/// A port on this machine that nothing listens on at the moment.
///
/// # Errors
/// When the operating system has none left.
pub fn free_port() -> io::Result<u16> {
    Ok(std::net::TcpListener::bind((std::net::Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn alive(pid: &str) -> bool {
        // A process that has ended but was not yet collected by its parent counts as gone.
        let state = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
        state.rsplit(") ").next().is_some_and(|rest| !rest.is_empty() && !rest.starts_with('Z'))
    }

    #[tokio::test]
    async fn dropping_a_program_ends_what_it_started() {
        let dir = tempfile::tempdir().expect("a folder");
        let args = ["-c", "sleep 1000 & echo $!; wait"].map(str::to_owned);
        let log = dir.path().join("log");
        let mut process = Process::start(Path::new("sh"), &args, &[], log).expect("a process");
        let first_line = |printed: &str| printed.split_once('\n').map(|(line, _)| line.to_owned());
        let grandchild = process.until("it told", first_line).await.expect("a number");
        assert!(alive(&grandchild));
        drop(process);
        let began = Instant::now();
        while alive(&grandchild) {
            assert!(began.elapsed() < START, "the program's own child was left behind");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    #[tokio::test]
    async fn a_program_that_ends_early_is_quoted() {
        let dir = tempfile::tempdir().expect("a folder");
        let args = ["-c", "echo no such display >&2; exit 1"].map(str::to_owned);
        let mut process = Process::start(Path::new("sh"), &args, &[], dir.path().join("log")).expect("a process");
        let error = process.until("it was ready", |_| None::<()>).await.expect_err("it never is");
        assert!(error.to_string().contains("no such display"), "{error}");
    }
}
