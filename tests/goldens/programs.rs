//! The Python programs beside the scenarios: the same variants, the same parameters, the same defaults.

use std::fs;
use std::path::Path;

use interleave::scenarios::{ALL, Unit};

fn read(path: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The keys of the dictionary that stands in the program under this name.
fn keys(program: &str, name: &str) -> Vec<String> {
    let begin = format!("\n{name} = {{");
    let (_, rest) = program.split_once(&begin).unwrap_or_else(|| panic!("no {name}"));
    let (body, _) = rest.split_once('}').unwrap_or_else(|| panic!("{name} has no end"));
    let quoted = |entry: &str| entry.split('"').nth(1).map(str::to_owned);
    body.split(',').filter_map(quoted).collect()
}

/// The numbers that the program begins with: name and value as they stand there.
fn constants(program: &str) -> Vec<(String, String)> {
    let is_name = |name: &str| !name.is_empty() && name.chars().all(|sign| sign.is_ascii_uppercase() || sign == '_');
    let lines = program.lines().filter_map(|line| line.split_once(" = "));
    lines
        .filter(|(name, value)| is_name(name) && value.parse::<f64>().is_ok())
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
}

#[test]
fn every_scenario_has_its_python_program_with_the_same_variants_and_defaults() {
    for scenario in ALL {
        let id = scenario.id;
        let program = read(&format!("examples/python/{id}.py"));
        let variants: Vec<_> = scenario.variants.iter().map(|variant| variant.id).collect();
        assert_eq!(keys(&program, "VARIANTS"), variants, "{id}");

        let rust = read(&format!("src/scenarios/{}.rs", id.replace('-', "_")));
        let mut constants = constants(&program);
        // What is fixed in Python must be fixed in Rust.
        constants.retain(|(name, _)| !rust.contains(&format!("const {name}: Duration = ")));
        let params: Vec<_> = scenario
            .params
            .iter()
            .map(|param| {
                let value = match param.unit {
                    Unit::Count | Unit::Percent => format!("{:.0}", param.default),
                    Unit::Seconds => format!("{:?}", param.default),
                };
                (param.id.to_uppercase().replace('-', "_"), value)
            })
            .collect();
        assert_eq!(constants, params, "{id}");
    }
}

#[test]
fn every_python_program_belongs_to_a_scenario() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/python");
    for entry in fs::read_dir(folder).expect("the Python programs").flatten() {
        let path = entry.path();
        if path.extension().is_some_and(|extension| extension == "py") {
            // The world outside the whole programs, which they import.
            if path.ends_with("services.py") {
                continue;
            }
            let id = path.file_stem().expect("a name").to_string_lossy().into_owned();
            assert!(ALL.iter().any(|scenario| scenario.id == id), "there is no scenario {id}");
        }
    }
}

/// The last lines of every program have variables, which must not take the place of what its functions call.
#[test]
fn no_function_has_a_name_that_the_last_lines_need() {
    for scenario in ALL {
        let program = read(&format!("examples/python/{}.py", scenario.id));
        let (functions, last) = program.split_once("\nif __name__").unwrap_or_else(|| panic!("{}", scenario.id));
        for name in ["name", "main", "start"] {
            assert!(last.contains(name), "{}: {name}", scenario.id);
            assert!(!functions.contains(&format!("def {name}(")), "{}: {name}", scenario.id);
        }
    }
}

#[test]
fn programs_are_read_right() {
    let program = "A = 1\nB_C = 2.5\nnames = 3\n\nVARIANTS = {\n    \"a\": lambda: f(\"b\"),\n    \"c-d\": g,\n}\n";
    assert_eq!(keys(program, "VARIANTS"), ["a", "c-d"]);
    assert_eq!(constants(program), [("A".into(), "1".into()), ("B_C".into(), "2.5".into())]);
}
