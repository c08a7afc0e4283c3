//! What a task costs natively, under the virtual clock and with its trace, beside what it costs in `CPython`'s asyncio.
//!
//! Rounds of both take turns, and what counts is the median of the rounds' ratios: a machine that is busy with other
//! things slows both down.
#![forbid(unsafe_code)]
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a measurement reports on its terminal")]

use std::hint::black_box;
use std::io;
use std::path::Path;
use std::process::{Command, ExitCode};
use std::time::{Duration, Instant};

use interleave::aio::{gather, spawn, yield_now};
use interleave::host::virtual_time;

const TASKS: u32 = 200_000;
const ROUNDS: usize = 7;

/// How much of asyncio's time the executor may take.
const LIMIT: f64 = 0.02;

/// The first `CPython` whose asyncio is fast enough to be compared with.
const PYTHON: (u32, u32) = (3, 11);

fn ours() -> Duration {
    let began = Instant::now();
    let run = virtual_time::run(async {
        let tasks: Vec<_> = (0..TASKS).map(|_| spawn(async { yield_now().await })).collect();
        gather(tasks).await
    });
    let took = began.elapsed();
    assert_eq!(run.result.map(|result| result.map(|units| units.len())), Some(Ok(TASKS as usize)));
    black_box(run.trace);
    took
}

/// The version of `python3`; none if there is none.
fn python_version() -> io::Result<Option<(u32, u32)>> {
    let output = match Command::new("python3").arg("--version").output() {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        other => other?,
    };
    let text = String::from_utf8_lossy(&output.stdout);
    let mut numbers = text.trim().trim_start_matches("Python ").split('.').map_while(|number| number.parse().ok());
    Ok(numbers.next().zip(numbers.next()))
}

fn asyncio() -> io::Result<Duration> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/asyncio_tasks.py");
    let output = Command::new("python3").arg(script).arg(TASKS.to_string()).output()?;
    let seconds = String::from_utf8_lossy(&output.stdout).trim().parse().map_err(|_| {
        let said = String::from_utf8_lossy(&output.stderr);
        io::Error::other(format!("python3 gave no time: {said}"))
    })?;
    Ok(Duration::from_secs_f64(seconds))
}

fn median(mut numbers: Vec<f64>) -> f64 {
    numbers.sort_by(f64::total_cmp);
    numbers[numbers.len() / 2]
}

fn per_task(times: &[Duration]) -> f64 {
    median(times.iter().map(|time| time.as_secs_f64() * 1e6 / f64::from(TASKS)).collect())
}

fn measure() -> io::Result<bool> {
    ours();
    let python = python_version()?;
    let Some(version) = python.filter(|version| *version >= PYTHON) else {
        let times: Vec<_> = (0..ROUNDS).map(|_| ours()).collect();
        println!("{:.3} µs a task; compared with nothing, there is no python3 from 3.11 on", per_task(&times));
        return Ok(true);
    };
    let rounds = (0..ROUNDS).map(|_| Ok((ours(), asyncio()?))).collect::<io::Result<Vec<_>>>()?;
    let (ours, theirs): (Vec<_>, Vec<_>) = rounds.iter().copied().unzip();
    let ratio = median(rounds.iter().map(|(ours, theirs)| ours.as_secs_f64() / theirs.as_secs_f64()).collect());
    let passes = ratio <= LIMIT;
    println!(
        "{ratio:.4} of asyncio's time, limit {LIMIT}: {}; {:.3} µs a task, CPython {}.{} {:.1} µs",
        if passes { "ok" } else { "OVER" },
        per_task(&ours),
        version.0,
        version.1,
        per_task(&theirs),
    );
    Ok(passes)
}

fn main() -> ExitCode {
    match measure() {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}
