//! What a scenario does on an ideal machine, as text: `cargo run -q --example trace -- gather sequential latency=2`.

use std::fmt::{Display, Write as _};
use std::io::Write as _;
use std::process::ExitCode;

use interleave::aio::trace::Trace;
use interleave::export::{Export, Run, chrome, csv};
use interleave::scenarios::{ALL, CLOCKS, Scenario, Values, Variant};
use interleave::timeline::{Statistics, Timeline, completions};

const USAGE: &str = "\
usage: trace ID [VARIANT] [NAME=VALUE ...] [--json | --csv | --chrome | --statistics]
       trace --summary

Runs a scenario under the virtual clock and prints what happened, one event a line: all its variants, or one.

  NAME=VALUE    sets a parameter
  --json        prints JSON, one object a variant and line
  --csv         prints a table, one line for each stretch of time in one state
  --chrome      prints trace events for ui.perfetto.dev
  --statistics  prints numbers instead: work, concurrency, waiting, the critical path
  --summary     prints a line for every variant of every scenario:
                id, variant, seconds, what ended in which order; separated by tabs
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match answer(&arguments) {
        Ok(text) => match std::io::stdout().write_all(text.as_bytes()) {
            // Whoever read it may have had enough: `trace gather | head`.
            Ok(()) | Err(_) => ExitCode::SUCCESS,
        },
        Err(complaint) => {
            let _ = writeln!(std::io::stderr(), "{complaint}");
            ExitCode::from(2)
        }
    }
}

fn answer(arguments: &[String]) -> Result<String, String> {
    let (flags, words): (Vec<&str>, Vec<&str>) =
        arguments.iter().map(String::as_str).partition(|argument| argument.starts_with("--"));
    let (settings, names): (Vec<&str>, Vec<&str>) = words.into_iter().partition(|word| word.contains('='));
    match (flags.as_slice(), names.as_slice()) {
        (["--help"], _) => Ok(USAGE.to_owned()),
        (["--summary"], []) if settings.is_empty() => Ok(summary()),
        ([] | ["--json" | "--csv" | "--chrome" | "--statistics"], [id, variant @ ..]) if variant.len() <= 1 => {
            let scenario = find(id)?;
            let values = values(scenario, &settings)?;
            let variants = match variant {
                [variant] => vec![find_variant(scenario, variant)?],
                _ => scenario.variants.iter().collect(),
            };
            Ok(match flags.as_slice() {
                ["--json"] => json(&variants, &values),
                ["--csv"] => export(scenario, &variants, &values, csv),
                ["--chrome"] => export(scenario, &variants, &values, chrome),
                ["--statistics"] => text(&variants, |variant| Statistics::of(&variant.ideal(&values))),
                _ => text(&variants, |variant| variant.ideal(&values)),
            })
        }
        _ => Err(USAGE.trim_end().to_owned()),
    }
}

fn export(
    scenario: &'static Scenario,
    variants: &[&'static Variant],
    values: &Values,
    write: fn(&Export<'_>) -> String,
) -> String {
    let traces: Vec<Trace> = variants.iter().map(|variant| variant.ideal(values)).collect();
    let timelines: Vec<Timeline> = traces.iter().map(Timeline::of).collect();
    let runs = variants.iter().zip(traces.iter().zip(&timelines));
    let run =
        |(variant, (trace, timeline)): (&&'static Variant, (_, _))| Run { variant, clock: CLOCKS[1], trace, timeline };
    write(&Export { scenario, values, runs: runs.map(run).collect() })
}

fn text<T: Display>(variants: &[&Variant], tell: impl Fn(&Variant) -> T) -> String {
    let mut text = String::new();
    for variant in variants {
        if variants.len() > 1 {
            let _ = writeln!(text, "--- {}", variant.id);
        }
        let _ = write!(text, "{}", tell(variant));
    }
    text
}

fn json(variants: &[&Variant], values: &Values) -> String {
    variants.iter().map(|variant| variant.ideal(values).to_json() + "\n").collect()
}

fn summary() -> String {
    let line = |scenario: &Scenario, variant: &Variant, trace: &Trace| {
        let labels: Vec<_> = completions(trace).iter().map(|completion| completion.label.to_string()).collect();
        format!("{}\t{}\t{:.2}\t{}\n", scenario.id, variant.id, trace.until().as_secs_f64(), labels.join(","))
    };
    let lines = |scenario: &&'static Scenario| {
        let traces = scenario.ideal(&scenario.defaults());
        scenario.variants.iter().zip(traces).map(|(variant, trace)| line(scenario, variant, &trace)).collect::<String>()
    };
    ALL.iter().map(lines).collect()
}

fn find(id: &str) -> Result<&'static Scenario, String> {
    let list = || ALL.iter().map(|scenario| scenario.id).collect::<Vec<_>>().join(", ");
    Scenario::find(id).ok_or_else(|| format!("there is no scenario {id}; there are {}", list()))
}

fn find_variant(scenario: &Scenario, id: &str) -> Result<&'static Variant, String> {
    let list = || scenario.variants.iter().map(|variant| variant.id).collect::<Vec<_>>().join(", ");
    let found = scenario.variants.iter().find(|variant| variant.id == id);
    found.ok_or_else(|| format!("{} has no variant {id}; it has {}", scenario.id, list()))
}

fn values(scenario: &Scenario, settings: &[&str]) -> Result<Values, String> {
    let mut values = scenario.defaults();
    for setting in settings {
        let (name, value) = setting.split_once('=').unwrap_or((setting, ""));
        let Some(param) = scenario.params.iter().find(|param| param.id == name) else {
            let list = scenario.params.iter().map(|param| param.id).collect::<Vec<_>>().join(", ");
            return Err(format!("{} has no parameter {name}; it has {list}", scenario.id));
        };
        let wrong = || {
            let (min, max, step) = (param.min, param.max, param.step);
            format!("{name} is a number from {min} to {max} in steps of {step}, not {value}")
        };
        let number: f64 = value.parse().map_err(|_| wrong())?;
        if (param.nearest(number) - number).abs() > 1e-9 || !number.is_finite() {
            return Err(wrong());
        }
        values.set(name, number);
    }
    Ok(values)
}
