//! The picture that the README opens with is the one that the code draws.

use std::fs;
use std::path::Path;

use interleave::scenarios::{ALL, Param, Selection};

#[path = "../examples/picture.rs"]
#[expect(dead_code, reason = "the command around the drawing is not called here")]
mod example;

#[test]
fn the_readmes_picture_is_what_the_code_draws_now() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/gather.svg");
    let kept = fs::read_to_string(file).expect("docs/gather.svg");
    let (selection, _) = Selection::parse("scenario=gather");
    assert!(
        kept == example::drawn(&selection),
        "docs/gather.svg is not up to date: `cargo xtask picture` draws it anew"
    );
}

/// At its ends every range gives a run that is over and a drawing with a place for everything: zero seconds, a thousand jobs.
#[test]
fn every_scenario_can_be_drawn_at_the_ends_of_its_ranges() {
    type End = fn(&Param) -> f64;
    let ends: [End; 2] = [|param| param.min, |param| param.max];
    for scenario in ALL {
        for end in ends {
            let mut selection = Selection::of(scenario);
            for param in scenario.params {
                selection.values.set(param.id, end(param));
            }
            let drawing = example::drawn(&selection);
            let rows = drawing.matches("class=\"label").count();
            assert!(rows >= scenario.variants.len(), "{}: {rows} rows", scenario.id);
            for nowhere in ["NaN", "inf"] {
                let place = format!("=\"{nowhere}");
                assert!(!drawing.contains(&place), "{} at {:?}: {nowhere}", scenario.id, selection.values);
            }
        }
    }
}
