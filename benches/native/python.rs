//! `CPython`, to be compared with.

use std::io;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

/// The first `CPython` whose asyncio is fast enough to be compared with.
const FIRST: (u32, u32) = (3, 11);

/// A `python3` that is there.
pub(super) struct Python {
    program: &'static str,
    version: (u32, u32),
}

/// The `python3` of this machine; none if there is none, or too old a one.
pub(super) fn find() -> io::Result<Option<Python>> {
    let program = "python3";
    let output = match Command::new(program).arg("--version").output() {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        other => other?,
    };
    let text = String::from_utf8_lossy(&output.stdout);
    let mut numbers = text.trim().trim_start_matches("Python ").split('.').map_while(|number| number.parse().ok());
    let version = numbers.next().zip(numbers.next()).filter(|version| *version >= FIRST);
    Ok(version.map(|version| Python { program, version }))
}

impl Python {
    /// Its name, with the version.
    pub(super) fn name(&self) -> String {
        format!("CPython {}.{}", self.version.0, self.version.1)
    }

    /// How long one of the programs in `asyncio_programs.py` takes, by its own clock.
    pub(super) fn time(&self, program: &str, count: u32) -> io::Result<Duration> {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/native/asyncio_programs.py");
        let output = Command::new(self.program).arg(script).arg(program).arg(count.to_string()).output()?;
        let seconds = String::from_utf8_lossy(&output.stdout).trim().parse().map_err(|_| {
            let said = String::from_utf8_lossy(&output.stderr);
            io::Error::other(format!("python3 gave no time: {said}"))
        })?;
        Ok(Duration::from_secs_f64(seconds))
    }
}
