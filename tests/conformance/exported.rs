//! The programs that readers take along: each alone in a folder, with its values in the place of its constants.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use interleave::export::python;
use interleave::scenarios::ALL;

use super::{Run, differences, for_each, python_is_there, sets, theirs};

#[test]
fn a_program_that_was_taken_along_does_what_was_shown() {
    if !python_is_there() {
        return;
    }
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("taken-along");
    let text = for_each(ALL, |scenario| {
        // Alone, so that it finds nothing beside it.
        let folder = folder.join(scenario.id);
        fs::create_dir_all(&folder).expect("a folder");
        let program = fs::read_to_string(format!("examples/python/{}.py", scenario.id)).expect("a program");
        // The last one is what nobody would guess.
        let values = sets(scenario).pop().expect("values");
        let file = folder.join("program.py");
        fs::write(&file, python(&program, &values).expect("every parameter has its constant")).expect("a file");
        let file = file.to_string_lossy();
        match theirs(&file, &[Vec::new()]) {
            Ok(theirs) => {
                let ideal = scenario.variants.iter().zip(scenario.ideal(&values));
                let ours: BTreeMap<_, _> =
                    ideal.map(|(variant, trace)| (variant.id.to_owned(), Run::from(&trace))).collect();
                theirs.iter().map(|theirs| differences(&file, &ours, theirs)).collect()
            }
            Err(error) => format!("{file}: {error}\n"),
        }
    });
    assert!(text.is_empty(), "{text}");
}
