//! What the fuzzer once found worth keeping holds without it, too.

use std::fs;
use std::path::{Path, PathBuf};

use interleave::scenarios::{ALL, Scenario};
use interleave::timeline::Timeline;
use interleave_fuzz::{TARGETS, Target, address};

fn corpus(target: &Target) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus").join(target.name);
    let files = fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    files.map(|file| file.expect("a file").path()).collect()
}

#[test]
#[expect(clippy::print_stdout, reason = "a failed test shows it, and so which file it was")]
fn everything_in_the_corpus_holds() {
    for target in TARGETS {
        let files = corpus(target);
        assert!(files.len() >= 10, "{} has {} files", target.name, files.len());
        for file in files {
            println!("{}", file.display());
            (target.check)(&fs::read(&file).expect("a file that can be read"));
        }
    }
}

#[test]
fn the_corpus_is_small() {
    let bytes = |file: &PathBuf| fs::metadata(file).expect("a file").len();
    let total: u64 = TARGETS.iter().flat_map(corpus).map(|file| bytes(&file)).sum();
    assert!(total < 300_000, "{total} bytes");
}

/// So that the corpus does not end up with nothing that comes far.
#[test]
fn much_of_the_corpus_is_accepted_as_traces() {
    let target = TARGETS.iter().find(|target| target.name == "trace").expect("it is fuzzed");
    let rows = |file: PathBuf| {
        let text = fs::read_to_string(file).ok()?;
        let trace = interleave::aio::trace::Trace::from_json(&text).ok()?;
        Some(Timeline::of(&trace).rows.len())
    };
    let accepted: Vec<usize> = corpus(target).into_iter().filter_map(rows).collect();
    assert!(accepted.len() >= 20, "{} are accepted", accepted.len());
    assert!(accepted.iter().any(|rows| *rows > 3));
}

#[test]
fn what_the_program_itself_makes_holds() {
    let trace = TARGETS.iter().find(|target| target.name == "trace").expect("it is fuzzed");
    for scenario in ALL.iter().map(|scenario| Scenario::find(scenario.id).expect("it is in the catalogue")) {
        for run in scenario.ideal(&scenario.defaults()) {
            (trace.check)(run.to_json().as_bytes());
        }
        address::check(format!("scenario={}", scenario.id).as_bytes());
    }
}
