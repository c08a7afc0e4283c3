//! Fuzzing: libFuzzer, driven by cargo-fuzz, on the toolchain that everything else is built with.

use std::fs;
use std::process::{Command, ExitCode, Stdio};

use anyhow::{Context, Result, ensure};

use crate::steps::{Counts, Report};
use crate::tools::Tool;
use crate::{process, project, system};

/// What takes longer than this on one input hangs.
const SECONDS_AT_MOST: u64 = 10;

/// No input is longer, in bytes. Everything that can go wrong does so in a few kilobytes, and short inputs run quickly.
const BYTES_AT_MOST: u64 = 16_384;

/// How many of the last lines are shown when something was found.
const TAIL_LINES: usize = 60;

/// Fuzzes one target or all; the exit code says whether nothing was found.
pub(crate) fn run(target: Option<&str>, seconds: u64) -> ExitCode {
    let mut report = Report::default();
    report.step("fuzz", || match target {
        Some(target) => fuzz(&[target.to_owned()], seconds),
        None => all(seconds),
    });
    report.print();
    report.exit_code()
}

/// Fuzzes all targets, one after the other: one check for each.
///
/// # Errors
/// When they cannot be built or started.
pub(crate) fn all(seconds: u64) -> Result<Counts> {
    fuzz(&targets()?, seconds)
}

/// The programs' names.
fn targets() -> Result<Vec<String>> {
    let folder = project::root().join("fuzz/fuzz_targets");
    let files = fs::read_dir(&folder).with_context(|| format!("cannot read {}", folder.display()))?;
    let mut names = Vec::new();
    for file in files {
        names.extend(file?.path().file_stem().map(|name| name.to_string_lossy().into_owned()));
    }
    names.sort();
    Ok(names)
}

fn fuzz(targets: &[String], seconds: u64) -> Result<Counts> {
    let known = self::targets()?;
    for target in targets {
        ensure!(known.contains(target), "there is no target {target}; there are {}", known.join(", "));
    }
    system::ensure(&[&system::CXX])?;
    Tool::cargo_fuzz().ensure()?;
    let mut counts = Counts::default();
    for target in targets {
        process::run(cargo_fuzz("build", target).stdin(Stdio::null()))?;
        println!("{target}: {seconds} s");
        match fuzz_one(target, seconds)? {
            Ok(summary) => {
                println!("{target}: {summary}");
                counts.passed += 1;
            }
            Err(text) => {
                println!("{text}\n\n{target}: see it again with `cargo run -p interleave-fuzz --bin {target} -- FILE`");
                counts.failed += 1;
            }
        }
    }
    Ok(counts)
}

/// What it did; or, when it found something, what that is.
fn fuzz_one(target: &str, seconds: u64) -> Result<Result<String, String>> {
    // What it finds worth keeping stays here and is begun with the next time; what is checked in stays as it is.
    let found = project::root().join("target/fuzz").join(target);
    fs::create_dir_all(&found).with_context(|| format!("cannot create {}", found.display()))?;
    let mut command = cargo_fuzz("run", target);
    command.arg(&found).arg(project::root().join("fuzz/corpus").join(target)).arg("--").args([
        format!("-max_total_time={seconds}"),
        format!("-timeout={SECONDS_AT_MOST}"),
        format!("-max_len={BYTES_AT_MOST}"),
    ]);
    let shown = process::shown(&command);
    let output = command.stdin(Stdio::null()).output().with_context(|| format!("cannot start `{shown}`"))?;
    let text = String::from_utf8_lossy(&output.stderr);
    let lines: Vec<&str> = text.lines().collect();
    if output.status.success() {
        // `#4096 DONE cov: 7 ft: 8 corp: 9/10b … exec/s: 11 rss: 12Mb`
        let done = lines.iter().rev().find(|line| line.contains("DONE"));
        return Ok(Ok(done.map_or_else(String::new, |line| line.split_whitespace().collect::<Vec<_>>().join(" "))));
    }
    Ok(Err(lines[lines.len().saturating_sub(TAIL_LINES)..].join("\n")))
}

/// A command of cargo-fuzz.
///
/// Coverage is counted by what the compiler puts in, which the stable one does as well; only sanitizers need a nightly, and
/// they look for what code without `unsafe` does not do.
fn cargo_fuzz(verb: &str, target: &str) -> Command {
    let mut command = process::command("cargo");
    command
        .args(["fuzz", verb, target, "--sanitizer", "none", "--codegen-units", "16"])
        // The release is made to be small, which takes long and runs slowly.
        .env("CARGO_PROFILE_RELEASE_LTO", "off")
        .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "2")
        .env("CARGO_PROFILE_RELEASE_PANIC", "unwind");
    command
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_target_has_a_program_and_a_corpus() {
        let targets = targets().expect("they can be listed");
        assert!(targets.len() >= 4, "{targets:?}");
        for target in targets {
            assert!(project::root().join("fuzz/corpus").join(&target).is_dir(), "{target}");
        }
    }

    #[test]
    fn what_is_no_target_is_said_before_anything_is_installed() {
        let error = fuzz(&["nothing".to_owned()], 1).expect_err("there is none").to_string();
        assert!(error.contains("nothing") && error.contains("trace"), "{error}");
    }
}
