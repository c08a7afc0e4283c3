//! What the executor costs natively, under the virtual clock and with its trace, beside what others cost for the same.
//!
//! Rounds of both take turns, and what counts is the median of the rounds' ratios: a machine that is busy with other
//! things slows both down.
#![forbid(unsafe_code)]
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a measurement reports on its terminal")]

mod python;
mod round_trips;
mod sleeps;
mod tasks;

use std::io;
use std::process::ExitCode;
use std::time::{Duration, Instant};

const ROUNDS: usize = 7;

fn median(mut numbers: Vec<f64>) -> f64 {
    numbers.sort_by(f64::total_cmp);
    numbers[numbers.len() / 2]
}

/// How long a call takes.
fn time<T>(call: impl FnOnce() -> T) -> (Duration, T) {
    let began = Instant::now();
    let result = call();
    (began.elapsed(), result)
}

fn verdict(passes: bool) -> &'static str {
    if passes { "ok" } else { "OVER" }
}

/// Compares two things in rounds that take turns, and says so. Gives whether the first keeps to the limit.
fn compare(
    name: &str,
    limit: f64,
    steps: u32,
    mut ours: impl FnMut() -> io::Result<Duration>,
    mut theirs: impl FnMut() -> io::Result<Duration>,
) -> io::Result<bool> {
    ours()?;
    let rounds = (0..ROUNDS).map(|_| Ok((ours()?, theirs()?))).collect::<io::Result<Vec<_>>>()?;
    let ratio = median(rounds.iter().map(|(ours, theirs)| ours.as_secs_f64() / theirs.as_secs_f64()).collect());
    let micros =
        |times: Vec<Duration>| median(times.iter().map(|time| time.as_secs_f64() * 1e6 / f64::from(steps)).collect());
    let (ours, theirs): (Vec<_>, Vec<_>) = rounds.iter().copied().unzip();
    let passes = ratio <= limit;
    println!(
        "{name}: {ratio:.4}, limit {limit}: {}; ours {:.3} µs, theirs {:.3} µs",
        verdict(passes),
        micros(ours),
        micros(theirs),
    );
    Ok(passes)
}

fn measure() -> io::Result<bool> {
    let python = python::find()?;
    if python.is_none() {
        println!("there is no python3 from 3.11 on: what is compared with it is left out");
    }
    let mut passes = true;
    if let Some(python) = &python {
        passes &= tasks::beside_asyncio(python)?;
    }
    passes &= tasks::flat_cost();
    passes &= round_trips::beside_crates()?;
    if let Some(python) = &python {
        passes &= round_trips::beside_asyncio(python)?;
    }
    passes &= sleeps::events_per_second();
    passes &= sleeps::bytes_per_event();
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
