//! What every variant of every scenario does on an ideal machine, event by event, and what the catalogue promises of it.
//!
//! After a change that is meant: `UPDATE_EXPECT=1 cargo test --test goldens`, and read the difference.

mod catalogue;
mod coordination;
mod going_wrong;
mod programs;
mod programs_of_the_catalogue;
mod together;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use expect_test::expect_file;
use interleave::aio::trace::Trace;
use interleave::scenarios::{ALL, Scenario, Variant};

fn goldens() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/goldens")
}

fn file_of(scenario: &Scenario, variant: &Variant) -> PathBuf {
    goldens().join(scenario.id).join(variant.id).with_extension("txt")
}

fn check(scenario: &Scenario, variant: &Variant) {
    let file = file_of(scenario, variant);
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder).expect("a folder for the goldens");
    }
    expect_file![file].assert_eq(&told(&variant.ideal(&scenario.defaults())));
}

/// The trace as text; without the line that created main, which is in the registry and no part of the scenario.
fn told(trace: &Trace) -> String {
    let text = trace.to_string();
    match text.split_once("  @mod.rs:").and_then(|(main, rest)| Some((main, rest.split_once('\n')?.1))) {
        Some((main, rest)) => format!("{main}\n{rest}"),
        None => text,
    }
}

#[test]
fn every_variant_does_what_it_did() {
    for scenario in ALL {
        for variant in scenario.variants {
            check(scenario, variant);
        }
    }
}

#[test]
fn every_golden_belongs_to_a_variant() {
    let expected: BTreeSet<PathBuf> =
        ALL.iter().flat_map(|scenario| scenario.variants.iter().map(|variant| file_of(scenario, variant))).collect();
    let mut found = BTreeSet::new();
    for folder in fs::read_dir(goldens()).expect("the goldens").flatten().filter(|entry| entry.path().is_dir()) {
        for file in fs::read_dir(folder.path()).expect("a scenario's goldens").flatten() {
            found.insert(file.path());
        }
    }
    let orphans: Vec<_> = found.difference(&expected).collect();
    assert!(orphans.is_empty(), "no scenario has these variants any more: {orphans:?}");
}

#[test]
fn the_same_scenario_gives_the_same_trace_every_time() {
    for scenario in ALL {
        let texts = || scenario.ideal(&scenario.defaults()).iter().map(ToString::to_string).collect::<Vec<_>>();
        assert_eq!(texts(), texts(), "{}", scenario.id);
    }
}
