//! Steps that all run, whatever becomes of the others, and what is said about them at the end.

use std::process::{Command, ExitCode};
use std::time::{Duration, Instant};

use anyhow::{Error, Result};

use crate::process;

/// How many checks passed and failed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    /// Checks that held.
    pub(crate) passed: u32,
    /// Checks that did not.
    pub(crate) failed: u32,
}

impl Counts {
    /// One check that held.
    pub(crate) const PASSED: Self = Self { passed: 1, failed: 0 };

    /// Adds up the `test result:` lines of everything a test run printed; colours in between do not matter.
    fn read(output: &str) -> Self {
        let mut counts = Self::default();
        for line in output.lines() {
            let Some((_, result)) = line.split_once("test result: ") else {
                continue;
            };
            counts.passed += number_before(result, " passed");
            counts.failed += number_before(result, " failed");
        }
        counts
    }
}

/// The number in front of a word.
fn number_before(text: &str, word: &str) -> u32 {
    let before = text.split_once(word).map_or("", |(before, _)| before);
    let digits = before.len() - before.trim_end_matches(|c: char| c.is_ascii_digit()).len();
    before[before.len() - digits..].parse().unwrap_or(0)
}

/// Runs a test command, passing its output on, and counts its tests.
///
/// A command that fails without a failed test, because it does not compile or breaks off, counts as one failure.
///
/// # Errors
/// When it cannot start.
pub(crate) fn count_tests(command: &mut Command) -> Result<Counts> {
    let name = process::shown(command);
    let (output, succeeded) = process::tee(command)?;
    let mut counts = Counts::read(&output);
    if !succeeded && counts.failed == 0 {
        eprintln!("error: `{name}` failed before it could count its tests");
        counts.failed = 1;
    }
    Ok(counts)
}

/// Runs a command that is itself one check.
///
/// # Errors
/// When it cannot start or fails.
pub(crate) fn one_check(command: &mut Command) -> Result<Counts> {
    process::run(command).map(|()| Counts::PASSED)
}

/// What became of one step.
struct Step {
    /// Its headline.
    name: &'static str,
    /// How it ended.
    outcome: Outcome,
}

/// How a step ended.
enum Outcome {
    /// It ran.
    Ran(Counts, Duration),
    /// It was left out, and why.
    LeftOut(&'static str),
}

/// The steps so far.
#[derive(Default)]
pub(crate) struct Report {
    /// In the order in which they ran.
    steps: Vec<Step>,
}

impl Report {
    /// Runs a step under its headline and says whether it held; an error counts as one failed check.
    pub(crate) fn step(&mut self, name: &'static str, run: impl FnOnce() -> Result<Counts>) -> bool {
        println!("\n=== {name} ===");
        let start = Instant::now();
        let counts = run().unwrap_or_else(|error: Error| {
            eprintln!("error: {error:#}");
            Counts { passed: 0, failed: 1 }
        });
        self.steps.push(Step { name, outcome: Outcome::Ran(counts, start.elapsed()) });
        counts.failed == 0
    }

    /// Notes that a step did not run.
    pub(crate) fn leave_out(&mut self, name: &'static str, reason: &'static str) {
        println!("\n=== {name} ===\nnot run: {reason}");
        self.steps.push(Step { name, outcome: Outcome::LeftOut(reason) });
    }

    /// All checks together.
    pub(crate) fn total(&self) -> Counts {
        let mut total = Counts::default();
        for step in &self.steps {
            if let Outcome::Ran(counts, _) = step.outcome {
                total.passed += counts.passed;
                total.failed += counts.failed;
            }
        }
        total
    }

    /// Prints one line for each step.
    pub(crate) fn print(&self) {
        println!("\n=== summary ===");
        for Step { name, outcome } in &self.steps {
            match outcome {
                Outcome::Ran(Counts { passed, failed: 0 }, took) => {
                    println!("{name:<22} {passed:>5} passed {:>20} s", took.as_secs());
                }
                Outcome::Ran(Counts { passed, failed }, took) => {
                    println!("{name:<22} {passed:>5} passed, {failed:>4} FAILED {:>7} s", took.as_secs());
                }
                Outcome::LeftOut(reason) => println!("{name:<22}   not run: {reason}"),
            }
        }
    }

    /// Success only if nothing failed.
    pub(crate) fn exit_code(&self) -> ExitCode {
        if self.total().failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_of_several_test_programs_add_up() {
        let output = "running 3 tests\ntest result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; 7 filtered out\n\
                      test result: \u{1b}[31mFAILED\u{1b}[0m. 12 passed; 2 failed; 0 ignored\n";
        assert_eq!(Counts::read(output), Counts { passed: 15, failed: 2 });
    }

    #[test]
    fn only_result_lines_count() {
        assert_eq!(Counts::read("5 passed, 5 failed\ntest 9 passed ... ok\n"), Counts::default());
    }

    #[test]
    fn a_step_that_breaks_counts_as_a_failure_and_the_next_one_still_runs() {
        let mut report = Report::default();
        assert!(!report.step("breaks", || anyhow::bail!("on purpose")));
        assert!(report.step("holds", || Ok(Counts { passed: 4, failed: 0 })));
        report.leave_out("left out", "no need");
        assert_eq!(report.total(), Counts { passed: 4, failed: 1 });
        assert_eq!(report.exit_code(), ExitCode::FAILURE);
    }

    #[test]
    fn a_command_that_fails_without_a_result_line_counts_as_a_failure() {
        let mut command = process::command("cargo");
        command.arg("no-such-command").stderr(std::process::Stdio::null());
        assert_eq!(count_tests(&mut command).expect("it starts"), Counts { passed: 0, failed: 1 });
    }
}
