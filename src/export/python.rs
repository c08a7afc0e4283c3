//! A scenario's Python program with the values that are shown, as one file.

use std::fmt;

use crate::numbers::{fixed, parse, plain};
use crate::scenarios::{Param, Unit, Values};

/// What stands in for the world outside the whole programs.
const SERVICES: &str = include_str!("../../examples/python/services.py");

/// Parameters for which a program has no constant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Missing(pub Vec<&'static str>);

impl fmt::Display for Missing {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "the program has no constant for {}", self.0.join(", "))
    }
}

impl std::error::Error for Missing {}

/// The name of a parameter's constant: `CANCEL_AT`.
#[must_use]
pub fn constant(param: &Param) -> String {
    param.id.to_ascii_uppercase().replace('-', "_")
}

/// The program with these values in the place of its constants. What it imports that is not in Python's library stands in it.
///
/// # Errors
///
/// When it has no constant for some of the parameters.
pub fn python(program: &str, values: &Values) -> Result<String, Missing> {
    let mut wanted: Vec<(&'static str, String, String)> =
        values.iter().map(|(param, value)| (param.id, constant(param), literal(param, value))).collect();
    let mut out = String::with_capacity(program.len());
    let mut has_services = false;
    for (job, percent) in values.slower().iter() {
        // A line of a comment, whatever the job is called.
        let job: String = job.chars().filter(|letter| !letter.is_control()).collect();
        out.extend(["# On the page, ", &job, " took ", &percent.to_string(), " % of its time. "]);
        out.push_str("Here it takes as long as the program says.\n");
    }
    for line in program.split_inclusive('\n') {
        let (text, end) = line.strip_suffix('\n').map_or((line, ""), |text| (text, "\n"));
        if !has_services && (text == "import services" || text.starts_with("from services import ")) {
            out.push_str(&services());
            has_services = true;
        }
        let set = text.split_once(" = ").filter(|(_, value)| parse(value).is_some());
        match set.and_then(|(name, _)| wanted.iter().position(|(_, constant, _)| constant == name)) {
            // The first one alone is the constant.
            Some(place) => {
                let (_, name, value) = wanted.swap_remove(place);
                out.extend([&*name, " = ", &*value, end]);
            }
            None => out.push_str(line),
        }
    }
    if wanted.is_empty() { Ok(out) } else { Err(Missing(wanted.into_iter().map(|(id, ..)| id).collect())) }
}

/// A value as the program writes it.
fn literal(param: &Param, value: f64) -> String {
    match param.unit {
        Unit::Count | Unit::Percent => fixed(value, 0),
        Unit::Seconds => {
            let text = plain(value);
            if text.contains('.') { text } else { text + ".0" }
        }
    }
}

/// What makes `services` a module that can be imported, though it is no file.
fn services() -> String {
    format!(
        "import sys\nimport types\n\n\
         # What the programs know of the world outside stands here, so that this file needs no other.\n\
         sys.modules[\"services\"] = types.ModuleType(\"services\")\n\
         exec(\n    r'''{SERVICES}''',\n    vars(sys.modules[\"services\"]),\n)\n\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenarios::{ALL, Scenario};

    fn program(scenario: &Scenario) -> String {
        let file = format!("{}/examples/python/{}.py", env!("CARGO_MANIFEST_DIR"), scenario.id);
        std::fs::read_to_string(file).expect("every scenario has a program")
    }

    fn constants(text: &str) -> Vec<(&str, f64)> {
        let set = text.lines().filter_map(|line| line.split_once(" = "));
        set.filter_map(|(name, value)| Some((name, parse(value)?))).collect()
    }

    #[test]
    fn at_their_defaults_programs_stay_as_they_are() {
        for scenario in ALL {
            let program = program(scenario);
            let same = python(&program, &scenario.defaults()).expect("every parameter has its constant");
            assert_eq!(same.replacen(&services(), "", 1), program, "{}", scenario.id);
            assert_eq!(same != program, program.contains("services import") || program.contains("import services"));
        }
    }

    #[test]
    fn every_parameter_of_every_scenario_is_found() {
        for scenario in ALL {
            for end in [|param: &Param| param.min, |param: &Param| param.max] {
                let mut values = scenario.defaults();
                for param in scenario.params {
                    values.set(param.id, end(param));
                }
                let text = python(&program(scenario), &values).expect("every parameter has its constant");
                let constants = constants(&text);
                for param in scenario.params {
                    let name = constant(param);
                    let found = constants.iter().find(|(other, _)| *other == name).map(|(_, value)| *value);
                    assert_eq!(found, Some(end(param)), "{}: {name}", scenario.id);
                }
            }
        }
    }

    #[test]
    fn only_the_constant_itself_changes() {
        let scenario = Scenario::find("gather").expect("a scenario");
        let mut values = scenario.defaults();
        values.set("latency", 2.0);
        let text = "LATENCY = LATENCIES\nLATENCY = 1.0\n    REQUESTS = 3\nREQUESTS = 3\nLATENCY = 1.0";
        let changed = "LATENCY = LATENCIES\nLATENCY = 2.0\n    REQUESTS = 3\nREQUESTS = 3\nLATENCY = 1.0";
        assert_eq!(python(text, &values).as_deref(), Ok(changed));
        assert_eq!(python("LATENCY = 1.0", &values), Err(Missing(vec!["requests"])));
    }

    #[test]
    fn the_services_can_stand_in_a_text() {
        assert!(!SERVICES.contains("'''") && !SERVICES.contains('\\') && !SERVICES.ends_with('\''));
    }
}
