//! Runs random programs by the executor and by `CPython`, and tells where they differ.

#![forbid(unsafe_code)]
#![expect(clippy::print_stdout, reason = "it talks to the person who started it")]
#![expect(clippy::print_stderr, reason = "what goes wrong is said apart from what was asked for")]

use std::ffi::OsString;
use std::num::NonZeroU64;
use std::path::PathBuf;
use std::process::ExitCode;
use std::thread;

use anyhow::Result;
use clap::Parser;

use interleave_random::arbiter::Kind;
use interleave_random::campaign::{Campaign, compare};
use interleave_random::generate::{Feature, Wanted, program, programs};
use interleave_random::interpret::run as run_and_diagnose;
use interleave_random::log::Run;
use interleave_random::print::{python, rust};

/// Runs random programs by the executor and by `CPython`, and tells where they differ
#[derive(Parser)]
struct Options {
    /// The seed of the first program; each next one has the next seed
    #[arg(long, default_value_t = 0)]
    seed: u64,
    /// How many programs
    #[arg(long, default_value_t = 1000)]
    programs: u64,
    /// Only these features, beside what is in every program
    #[arg(long, value_enum, value_delimiter = ',')]
    only: Vec<Feature>,
    /// Also what Python has from 3.13 on
    #[arg(long)]
    since_3_13: bool,
    /// Also what asyncio does not have, and diagnoses are about
    #[arg(long)]
    mistakes: bool,
    /// The Python to compare with
    #[arg(long, default_value = "python3")]
    python: OsString,
    /// A `node_modules` with pyodide, to compare with instead
    #[arg(long)]
    pyodide: Option<PathBuf>,
    /// The node that runs pyodide
    #[arg(long, default_value = "node")]
    node: OsString,
    /// How many processes of the arbiter; as many as there are cores, if nothing is said
    #[arg(long)]
    jobs: Option<NonZeroU64>,
    /// How many divergences to shrink and show
    #[arg(long, default_value_t = 5)]
    show: usize,
    /// Print the first program and what it does, and compare nothing
    #[arg(long)]
    print: bool,
}

fn main() -> ExitCode {
    let options = Options::parse();
    match run(&options) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(options: &Options) -> Result<ExitCode> {
    let since_3_13 = options.pyodide.is_some() || options.since_3_13;
    let only = options.only.iter().copied().collect();
    let wanted = Wanted { only, since_3_13, mistakes: options.mistakes };
    if options.print {
        let program = program(&programs(wanted), options.seed);
        let Run { log, found } = run_and_diagnose(&program);
        println!("{}\n{}\n{}", python(&program), rust(&program), log.join("\n"));
        for (kind, about) in found {
            println!("{kind}: {about}");
        }
        return Ok(ExitCode::SUCCESS);
    }
    let kind = match &options.pyodide {
        Some(modules) => Kind::Pyodide { node: options.node.clone(), modules: modules.clone() },
        None => Kind::Python(options.python.clone()),
    };
    kind.check()?;
    let cores = || thread::available_parallelism().map_or(1, |cores| cores.get() as u64);
    let campaign = Campaign {
        seed: options.seed,
        programs: options.programs,
        wanted,
        jobs: options.jobs.map_or_else(cores, NonZeroU64::get),
        told_at_most: options.show,
    };
    let report = compare(&campaign, &kind, run_and_diagnose)?;
    for divergence in &report.told {
        println!("{divergence}");
    }
    println!("{}", report.tally);
    println!("{} programs, {} divergences", options.programs, report.count);
    Ok(if report.count == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
