//! `CPython` is the arbiter: what our executor does is what asyncio does, line by line and instant by instant.
//!
//! Both sides run on virtual clocks; `virtual_run.py` says how `CPython` gets one. Needs a `python3` of at least 3.11. Without
//! it nothing is compared, except in CI, where that is a failure.

mod corners;
mod exported;
mod lines;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Write as _;
use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

use interleave::aio::trace::{Ending, Outcome, TaskId, Trace, What};
use interleave::host::virtual_time;
use interleave::scenarios::{ALL, Param, Scenario, Unit, Values};
use serde::Deserialize;

const RUNNER: &str = "tests/conformance/virtual_run.py";
const BATCH: &str = "tests/conformance/batch.py";

/// What `virtual_run.py` says of a run in which every task waits and nothing can wake one.
const DEADLOCK: &str = "every task waits and nothing can wake one";

/// What one variant did: the same for both sides.
#[derive(Debug, PartialEq)]
struct Run {
    until: Duration,
    prints: Vec<(Duration, String)>,
    /// Tasks that the program named, in the order in which they ended: name, outcome, when.
    tasks: Vec<(String, &'static str, Duration)>,
    error: Option<String>,
}

/// What the Python side reports.
#[derive(Deserialize)]
struct Report {
    seconds: f64,
    prints: Vec<(f64, String)>,
    tasks: Vec<TaskReport>,
    error: Option<String>,
}

#[derive(Deserialize)]
struct TaskReport {
    name: String,
    outcome: String,
    at: f64,
}

impl From<Report> for Run {
    fn from(report: Report) -> Self {
        let named = |task: &TaskReport| !task.name.starts_with("Task-");
        let outcome = |text: &str| match text {
            "returned" => "returned",
            "raised" => "raised",
            _ => "cancelled",
        };
        Self {
            until: exactly(report.seconds),
            prints: report.prints.into_iter().map(|(at, text)| (exactly(at), text)).collect(),
            tasks: report
                .tasks
                .into_iter()
                .filter(named)
                .map(|task| (task.name, outcome(&task.outcome), exactly(task.at)))
                .collect(),
            error: report.error.map(|error| words(&error)),
        }
    }
}

/// An error as our executor tells it: without its type, and in our words where Python's own errors have none.
fn words(error: &str) -> String {
    match error.split_once(": ") {
        Some(("CancelledError", _)) => "cancelled".to_owned(),
        Some(("TimeoutError", "")) => "timed out".to_owned(),
        Some((_, words)) => words.to_owned(),
        None => error.to_owned(),
    }
}

impl From<&Trace> for Run {
    fn from(trace: &Trace) -> Self {
        let named = |task: TaskId| trace.given_name(task).map(ToString::to_string);
        let deadlocked = matches!(trace.ended(), Some((_, Ending::Deadlock)));
        let error = deadlocked.then(|| DEADLOCK.to_owned());
        let mut run = Self { until: trace.until(), prints: Vec::new(), tasks: Vec::new(), error };
        for event in trace.events() {
            match &event.what {
                What::Printed(text) => run.prints.push((event.at, text.to_string())),
                What::Finished(outcome) => {
                    let (how, error) = match outcome {
                        Outcome::Returned(_) => ("returned", None),
                        Outcome::Raised(error) => ("raised", Some(error.to_string())),
                        Outcome::Cancelled => ("cancelled", Some("cancelled".to_owned())),
                    };
                    if event.task == TaskId::MAIN {
                        run.error = error;
                    } else if let Some(name) = named(event.task) {
                        run.tasks.push((name, how, event.at));
                    }
                }
                _ => {}
            }
        }
        run
    }
}

/// Both clocks count whole nanoseconds; the float that stands for one names it.
fn exactly(seconds: f64) -> Duration {
    Duration::from_nanos((seconds * 1e9).round() as u64)
}

/// Runs `python3` with these arguments and this input, and gives what it printed.
fn python(arguments: &[&str], input: &str) -> Result<String, String> {
    // -B: no __pycache__ beside the sources.
    let mut child = Command::new("python3")
        .arg("-B")
        .args(arguments)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|error| error.to_string())?;
    let stdin = child.stdin.take();
    let output = thread::scope(|scope| {
        // Written beside the reading, so that neither side waits for the other with a full pipe. A write that fails shows in
        // what comes out.
        scope.spawn(move || stdin.map(|mut stdin| stdin.write_all(input.as_bytes())));
        child.wait_with_output()
    });
    let output = output.map_err(|error| error.to_string())?;
    if output.status.success() {
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    } else {
        Err(String::from_utf8_lossy(&output.stderr).into_owned())
    }
}

/// Whether there is a Python to compare with.
///
/// # Panics
///
/// In CI, when there is none.
fn python_is_there() -> bool {
    let version = "import sys; sys.exit(f'python3 is {sys.version}' if sys.version_info < (3, 11) else 0)";
    match python(&["-c", version], "") {
        Ok(_) => true,
        Err(why) => {
            assert!(std::env::var("CI").as_deref() != Ok("true"), "python3 of at least 3.11 is needed: {why}");
            #[expect(clippy::print_stderr, reason = "a test that compares nothing must say so")]
            {
                eprintln!("NOT COMPARED with CPython: python3 of at least 3.11 is needed ({})", why.trim());
            }
            false
        }
    }
}

/// What `CPython` makes of a program, once for each list of settings.
fn theirs(program: &str, settings: &[Vec<String>]) -> Result<Vec<BTreeMap<String, Run>>, String> {
    let line = |settings: &Vec<String>| {
        let line: Vec<&str> = [program].into_iter().chain(settings.iter().map(String::as_str)).collect();
        serde_json::to_string(&line).map(|line| line + "\n").map_err(|error| error.to_string())
    };
    let input = settings.iter().map(line).collect::<Result<String, String>>()?;
    let answers: Vec<_> = python(&[BATCH], &input)?.lines().map(reports).collect::<Result<_, _>>()?;
    assert_eq!(answers.len(), settings.len(), "{program}");
    Ok(answers)
}

fn reports(json: &str) -> Result<BTreeMap<String, Run>, String> {
    let reports: BTreeMap<String, Report> = serde_json::from_str(json).map_err(|error| format!("{error}: {json}"))?;
    Ok(reports.into_iter().map(|(variant, report)| (variant, report.into())).collect())
}

/// What differs, in words; nothing if nothing does.
fn differences(place: &str, ours: &BTreeMap<String, Run>, theirs: &BTreeMap<String, Run>) -> String {
    let mut text = String::new();
    for name in ours.keys().filter(|name| !theirs.contains_key(*name)) {
        let _ = writeln!(text, "{place}: Python has no {name}");
    }
    for (name, theirs) in theirs {
        match ours.get(name) {
            None => {
                let _ = writeln!(text, "{place}: Rust has no {name}");
            }
            Some(ours) if ours != theirs => {
                let _ = writeln!(text, "{place}, {name}:\n{}", side_by_side(ours, theirs));
            }
            Some(_) => {}
        }
    }
    text
}

fn side_by_side(ours: &Run, theirs: &Run) -> String {
    let lines = |run: &Run| {
        let prints = run.prints.iter().map(|(at, text)| format!("{:.3} {text}", at.as_secs_f64()));
        let tasks = run.tasks.iter().map(|(name, how, at)| format!("{:.3} [{name} {how}]", at.as_secs_f64()));
        let until = format!("{:.9} over, error: {:?}", run.until.as_secs_f64(), run.error);
        prints.chain(tasks).chain([until]).collect::<Vec<_>>()
    };
    let (ours, theirs) = (lines(ours), lines(theirs));
    let mut text = String::new();
    for row in 0..ours.len().max(theirs.len()) {
        let side = |lines: &[String]| lines.get(row).cloned().unwrap_or_default();
        let (ours, theirs) = (side(&ours), side(&theirs));
        let mark = if ours == theirs { ' ' } else { '!' };
        let _ = writeln!(text, "  {mark} ours: {ours:40} CPython: {theirs}");
    }
    text
}

/// Calls for every item, each in a thread of its own, and gives what the calls said.
fn for_each<T: Sync>(items: &[T], call: impl Fn(&T) -> String + Sync) -> String {
    thread::scope(|scope| {
        let workers: Vec<_> = items.iter().map(|item| scope.spawn(|| call(item))).collect();
        workers.into_iter().map(|worker| worker.join().expect("a worker's panic is a failure")).collect()
    })
}

/// The next of a fixed series of numbers below `below`.
fn next_random(state: &mut u64, below: u64) -> u64 {
    *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    (*state >> 33) % below
}

/// The sets of values that a scenario is compared with: defaults, presets, both ends of every range in some combinations, all
/// times equal, and some more of a fixed series.
fn sets(scenario: &Scenario) -> Vec<Values> {
    let with = |choose: &mut dyn FnMut(&Param) -> f64| {
        let mut values = scenario.defaults();
        for param in scenario.params {
            values.set(param.id, choose(param));
        }
        values
    };
    let is_even = |param: &Param| scenario.params.iter().position(|other| other.id == param.id).unwrap_or(0) % 2 == 0;
    let mut sets = vec![
        scenario.defaults(),
        with(&mut |param| param.min),
        with(&mut |param| param.max),
        with(&mut |param| if param.unit == Unit::Seconds { 1.0 } else { param.default }),
        with(&mut |param| if is_even(param) { param.min } else { param.max }),
        with(&mut |param| if is_even(param) { param.max } else { param.min }),
    ];
    sets.extend(scenario.presets.iter().map(|preset| scenario.preset(preset)));
    let mut state = scenario.id.bytes().fold(7, |hash: u64, byte| hash.wrapping_mul(31) + u64::from(byte));
    for _ in 0..6 {
        sets.push(with(&mut |param| {
            let steps = ((param.max - param.min) / param.step).round() as u64;
            param.min + next_random(&mut state, steps + 1) as f64 * param.step
        }));
    }
    let mut different: Vec<Values> = Vec::new();
    for set in sets {
        if !different.contains(&set) {
            different.push(set);
        }
    }
    different
}

/// A parameter's setting as the runner takes it: `CANCEL_AT=1.5`.
fn setting((param, number): (&Param, f64)) -> String {
    let name = param.id.to_uppercase().replace('-', "_");
    match param.unit {
        Unit::Count | Unit::Percent => format!("{name}={number:.0}"),
        Unit::Seconds => format!("{name}={number:?}"),
    }
}

#[test]
fn every_scenario_does_what_cpython_does() {
    if !python_is_there() {
        return;
    }
    let text = for_each(ALL, |scenario| {
        let program = format!("examples/python/{}.py", scenario.id);
        let sets = sets(scenario);
        let settings: Vec<Vec<String>> = sets.iter().map(|set| set.iter().map(setting).collect()).collect();
        let theirs = match theirs(&program, &settings) {
            Ok(theirs) => theirs,
            Err(error) => return format!("{program}: {error}\n"),
        };
        let compare = |((values, settings), theirs): ((&Values, &Vec<String>), &BTreeMap<String, Run>)| {
            let ideal = scenario.variants.iter().zip(scenario.ideal(values));
            let ours = ideal.map(|(variant, trace)| (variant.id.to_owned(), Run::from(&trace))).collect();
            differences(&format!("{program} {}", settings.join(" ")), &ours, theirs)
        };
        sets.iter().zip(&settings).zip(&theirs).map(compare).collect()
    });
    assert!(text.is_empty(), "{text}");
}

#[test]
fn in_the_corners_too() {
    if !python_is_there() {
        return;
    }
    let text = for_each(corners::ALL, |(file, cases)| {
        let program = format!("tests/conformance/corners/{file}.py");
        let run =
            |(name, case): &(&str, corners::Case)| ((*name).to_owned(), Run::from(&virtual_time::run(case()).trace));
        let ours = cases.iter().map(run).collect();
        match theirs(&program, &[Vec::new()]) {
            Ok(theirs) => differences(&program, &ours, &theirs[0]),
            Err(error) => format!("{program}: {error}\n"),
        }
    });
    assert!(text.is_empty(), "{text}");
}

#[test]
fn the_runner_checks_itself() {
    if python_is_there() {
        python(&[RUNNER, "--self-check"], "").expect("the clock that CPython runs on is right");
    }
}

#[test]
fn a_batch_gives_what_single_runs_give() {
    if !python_is_there() {
        return;
    }
    let program = "examples/python/gather.py";
    let settings = ["REQUESTS=2".to_owned(), "LATENCY=0.3".to_owned()];
    let single = python(&[RUNNER, program, "--set", &settings[0], &settings[1]], "").and_then(|json| reports(&json));
    let batch = theirs(program, &[Vec::new(), settings.to_vec()]).expect("both can be run");
    assert_eq!(single.as_ref(), Ok(&batch[1]));
    assert_ne!(single.as_ref(), Ok(&batch[0]));
}

#[test]
fn a_setting_that_no_program_has_is_an_error() {
    if python_is_there() {
        let error = theirs("examples/python/hello.py", &[vec!["SIZE=1".to_owned()]]).expect_err("there is no such");
        assert!(error.contains("has no parameter SIZE"), "{error}");
    }
}

#[test]
fn no_program_takes_the_place_of_a_module_that_others_need() {
    // A program that is run has its neighbours first in its path, before the standard library.
    let script = r#"
import importlib, sys
for name in sys.argv[1:]:
    if name in sys.stdlib_module_names:
        sys.path.insert(0, "examples/python")
        sys.modules.pop(name, None)
        if hasattr(importlib.import_module(name), "VARIANTS"):
            sys.exit(f"{name}.py hides the standard library's {name}")
"#;
    if python_is_there() {
        let ids = ALL.iter().map(|scenario| scenario.id);
        let arguments: Vec<_> = ["-c", script].into_iter().chain(ids).collect();
        python(&arguments, "").expect("every import finds what it means");
    }
}

#[test]
fn a_difference_is_noticed() {
    let run = |text: &str, millis| {
        let at = Duration::from_millis(millis);
        let run = Run { until: at, prints: vec![(at, text.to_owned())], tasks: Vec::new(), error: None };
        BTreeMap::from([("variant".to_owned(), run)])
    };
    assert_eq!(differences("here", &run("a", 1), &run("a", 1)), "");
    assert!(differences("here", &run("a", 1), &run("b", 1)).contains("! ours: 0.001 a"));
    assert!(differences("here", &run("a", 1), &run("a", 2)).contains("! ours: 0.001 a"));
    assert!(differences("here", &run("a", 1), &BTreeMap::new()).contains("Python has no variant"));
    assert!(differences("here", &BTreeMap::new(), &run("a", 1)).contains("Rust has no variant"));
}
