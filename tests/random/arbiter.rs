//! `CPython`, in a process of its own that runs one program after the other.

use std::ffi::OsString;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::thread;

use anyhow::{Context, Result, bail, ensure};

use crate::excluded;
use crate::findings::Facts;
use crate::log::Log;

/// Which `CPython` it is.
#[derive(Clone, Debug)]
pub enum Kind {
    /// A `python3`, by its name or path.
    Python(OsString),
    /// Pyodide under node, from this folder of modules.
    Pyodide {
        /// The name or path of node.
        node: OsString,
        /// The `node_modules` that has pyodide.
        modules: PathBuf,
    },
}

/// What a program in Python did, and what went wrong in it.
#[derive(Clone, Debug)]
pub struct Answer {
    /// What it did.
    pub log: Log,
    /// What went wrong.
    pub facts: Facts,
}

/// A running `CPython`.
#[derive(Debug)]
pub struct Arbiter {
    child: Child,
    questions: ChildStdin,
    answers: BufReader<ChildStdout>,
}

fn here() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn conformance() -> PathBuf {
    here().with_file_name("conformance")
}

impl Kind {
    fn command(&self) -> Command {
        let exclusions = excluded::as_json();
        let python = |file| here().join("python").join(file);
        let own = ["excluded.py", "support.py", "facts.py", "worker.py"].map(python);
        let files = std::iter::once(conformance().join("virtual_run.py")).chain(own);
        match self {
            Self::Python(program) => {
                let mut command = Command::new(program);
                // -B: no __pycache__ beside the sources.
                command
                    .arg("-B")
                    .args([python("worker.py").into(), OsString::from(exclusions)])
                    .env("PYTHONPATH", conformance());
                command
            }
            Self::Pyodide { node, modules } => {
                let mut command = Command::new(node);
                command.arg(here().join("node/arbiter.mjs")).arg(modules).arg(exclusions).args(files);
                command
            }
        }
    }

    /// Says why this is no `CPython` that can judge, if so.
    ///
    /// # Errors
    ///
    /// When it cannot start, or is older than 3.11.
    pub fn check(&self) -> Result<()> {
        let Self::Python(program) = self else { return Ok(()) };
        let version = "import sys; sys.exit(f'python3 is {sys.version}' if sys.version_info < (3, 11) else 0)";
        let output = Command::new(program).args(["-c", version]).output()?;
        ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr).trim());
        Ok(())
    }
}

impl Arbiter {
    /// Starts it.
    ///
    /// # Errors
    ///
    /// When that is not possible.
    pub fn start(kind: &Kind) -> Result<Self> {
        let mut command = kind.command();
        let shown = format!("{}", command.get_program().display());
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .with_context(|| format!("cannot start `{shown}`"))?;
        let questions = child.stdin.take().context("its input is no pipe")?;
        let answers = BufReader::new(child.stdout.take().context("its output is no pipe")?);
        Ok(Self { child, questions, answers })
    }

    /// What programs in Python do, and what goes wrong in them.
    ///
    /// `meanwhile` is called while it works.
    ///
    /// # Errors
    ///
    /// When it gives up.
    pub fn answers<T>(&mut self, programs: &[String], meanwhile: impl FnOnce() -> T) -> Result<(Vec<Answer>, T)> {
        let question = serde_json::to_string(programs)? + "\n";
        let (mut line, questions, answers) = (String::new(), &mut self.questions, &mut self.answers);
        let (written, given) = thread::scope(|scope| {
            // Written beside the reading, so that neither side waits for the other with a full pipe.
            let writer = scope.spawn(move || questions.write_all(question.as_bytes()).and_then(|()| questions.flush()));
            let given = meanwhile();
            let read = answers.read_line(&mut line).map(|_| ());
            (writer.join(), read.map(|()| given))
        });
        let given = given?;
        if !matches!(written, Ok(Ok(()))) || line.is_empty() {
            bail!("the arbiter is gone: {:?}", self.child.wait());
        }
        let parts: Vec<(Log, _, _)> =
            serde_json::from_str(&line).with_context(|| format!("no list of logs and facts: {line}"))?;
        ensure!(parts.len() == programs.len(), "{} answers to {} programs", parts.len(), programs.len());
        let answer = |(log, must, may)| Answer { log, facts: Facts { must, may } };
        Ok((parts.into_iter().map(answer).collect(), given))
    }

    /// What a program in Python does, and what goes wrong in it.
    ///
    /// # Errors
    ///
    /// When it gives up.
    pub fn answer(&mut self, program: &str) -> Result<Answer> {
        let (mut answers, ()) = self.answers(&[program.to_owned()], || ())?;
        answers.pop().context("there is no answer")
    }

    /// What a program in Python does.
    ///
    /// # Errors
    ///
    /// When it gives up.
    pub fn log(&mut self, program: &str) -> Result<Log> {
        Ok(self.answer(program)?.log)
    }
}

impl Drop for Arbiter {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
