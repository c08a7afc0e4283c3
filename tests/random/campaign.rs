//! Many programs, compared, and the smallest of each that differs.

use std::fmt::{self, Display};
use std::ops::Range;
use std::sync::Mutex;
use std::thread;

use anyhow::{Context, Result};
use proptest::strategy::ValueTree;
use proptest::test_runner::{TestCaseError, TestError};

use crate::arbiter::{Answer, Arbiter, Kind};
use crate::findings::{Tally, differences};
use crate::generate::{Wanted, program, programs, runner, tree};
use crate::log::{Log, Run, side_by_side};
use crate::print::{python, rust};
use crate::program::Program;

/// What to compare.
#[derive(Clone, Debug)]
pub struct Campaign {
    /// The seed of the first program; each next one has the next seed.
    pub seed: u64,
    /// How many programs.
    pub programs: u64,
    /// What there may be in them.
    pub wanted: Wanted,
    /// How many arbiters work side by side.
    pub jobs: u64,
    /// How many divergences are shrunk and told; the others are only counted.
    pub told_at_most: usize,
}

/// A program that the two sides run in different ways, shrunk.
#[derive(Debug)]
pub struct Divergence {
    /// The seed of the program as it was before it was shrunk.
    pub seed: u64,
    /// What there was to be in it.
    pub wanted: Wanted,
    /// The program.
    pub program: Program,
    /// What the executor makes of it.
    pub ours: Log,
    /// What `CPython` makes of it.
    pub theirs: Log,
    /// What is found on one side only.
    pub findings: Vec<String>,
}

/// What a campaign gave.
#[derive(Debug, Default)]
pub struct Report {
    /// How many programs differ.
    pub count: usize,
    /// The first of them.
    pub told: Vec<Divergence>,
    /// What was found in all of them that do the same on both sides.
    pub tally: Tally,
}

/// Programs that an arbiter gets at once.
const BATCH: u64 = 50;

/// Compares what `ours` makes of the programs with what the arbiter does, and what is found in them with what goes wrong there.
///
/// # Errors
///
/// When the arbiter gives up.
///
/// # Panics
///
/// When `ours` does.
pub fn compare(campaign: &Campaign, kind: &Kind, ours: impl Fn(&Program) -> Run + Sync) -> Result<Report> {
    let report = Mutex::new(Report::default());
    let (end, step) = (campaign.seed + campaign.programs, BATCH * campaign.jobs);
    let work = |job: u64| -> Result<()> {
        let mut worker = Worker { campaign, arbiter: Arbiter::start(kind)?, ours: &ours, report: &report };
        let first = campaign.seed + job * BATCH;
        (first..end).step_by(step as usize).try_for_each(|from| worker.batch(from..end.min(from + BATCH)))
    };
    thread::scope(|scope| {
        let workers: Vec<_> = (0..campaign.jobs).map(|job| scope.spawn(move || work(job))).collect();
        workers.into_iter().try_for_each(|worker| worker.join().expect("a worker's panic is a failure"))
    })?;
    let mut report = report.into_inner().ok().context("a worker's panic is a failure")?;
    report.told.sort_by_key(|divergence| divergence.seed);
    Ok(report)
}

struct Worker<'a, F> {
    campaign: &'a Campaign,
    arbiter: Arbiter,
    ours: &'a F,
    report: &'a Mutex<Report>,
}

/// What is found on one side only, if they do the same.
fn findings(ours: &Run, theirs: &Answer) -> Vec<String> {
    if ours.log == theirs.log { differences(&ours.found, &theirs.facts) } else { Vec::new() }
}

impl<F: Fn(&Program) -> Run> Worker<'_, F> {
    fn batch(&mut self, seeds: Range<u64>) -> Result<()> {
        let strategy = programs(self.campaign.wanted);
        let made: Vec<Program> = seeds.clone().map(|seed| program(&strategy, seed)).collect();
        let sources: Vec<String> = made.iter().map(python).collect();
        let run = || made.iter().map(self.ours).collect::<Vec<_>>();
        let (theirs, ours) = self.arbiter.answers(&sources, run)?;
        let mut tally = Tally::default();
        for (ours, theirs) in ours.iter().zip(&theirs).filter(|(ours, theirs)| ours.log == theirs.log) {
            tally.add(&ours.found, &theirs.facts);
        }
        self.report.lock().ok().context("a worker's panic is a failure")?.tally.merge(tally);
        for (seed, (ours, theirs)) in seeds.zip(ours.iter().zip(&theirs)) {
            if ours.log == theirs.log && findings(ours, theirs).is_empty() {
                continue;
            }
            let is_told = {
                let mut report = self.report.lock().ok().context("a worker's panic is a failure")?;
                report.count += 1;
                report.count <= self.campaign.told_at_most
            };
            if is_told {
                let divergence = self.shrunk(seed)?;
                self.report.lock().ok().context("a worker's panic is a failure")?.told.push(divergence);
            }
        }
        Ok(())
    }

    /// The smallest program found that differs as well.
    fn shrunk(&mut self, seed: u64) -> Result<Divergence> {
        let strategy = programs(self.campaign.wanted);
        let mut runner = runner(seed);
        let tree = tree(&strategy, &mut runner);
        let arbiter = Mutex::new(&mut self.arbiter);
        let both = |program: &Program| -> Result<(Run, Answer)> {
            let theirs = arbiter.lock().ok().context("a test's panic is a failure")?.answer(&python(program))?;
            Ok(((self.ours)(program), theirs))
        };
        // In the way in which it differs, and not in the other.
        let (ours, theirs) = both(&tree.current())?;
        let does_the_same = ours.log == theirs.log;
        let differs = |program: Program| match both(&program) {
            Ok((ours, theirs)) if does_the_same && findings(&ours, &theirs).is_empty() => Ok(()),
            Ok((ours, theirs)) if !does_the_same && ours.log == theirs.log => Ok(()),
            Ok(_) => Err(TestCaseError::fail("they differ")),
            Err(_) => Ok(()),
        };
        let Err(TestError::Fail(_, program)) = runner.run_one(tree, differs) else {
            anyhow::bail!("the program of seed {seed} differs once, and then no more");
        };
        let (ours, theirs) = both(&program)?;
        let findings = findings(&ours, &theirs);
        let wanted = self.campaign.wanted;
        Ok(Divergence { seed, wanted, program, ours: ours.log, theirs: theirs.log, findings })
    }
}

impl Display for Divergence {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(out, "--- seed {}, shrunk ---", self.seed)?;
        writeln!(out, "{}", side_by_side(&self.ours, &self.theirs))?;
        for finding in &self.findings {
            writeln!(out, "  ! {finding}")?;
        }
        writeln!(out, "As Python:\n\n{}", python(&self.program))?;
        writeln!(out, "As Rust:\n\n{}", rust(&self.program))?;
        writeln!(out, "To see it again: cargo xtask conformance --seed {} --programs 1{}", self.seed, self.wanted)
    }
}
