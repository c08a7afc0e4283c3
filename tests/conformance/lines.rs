//! Which line of the Python program a line of the Rust program stands for: the one where `CPython`'s tasks are made, wait and
//! block at the very times at which ours do.
//!
//! What is found so is `examples/python/lines.json`, from which the page shows a stretch's line in both programs.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;
use std::{env, fs};

use interleave::aio::trace::{Event, Trace, What};
use interleave::scenarios::{ALL, Scenario, Values};

use super::{exactly, for_each, python, python_is_there, sets, setting};

const RECORDER: &str = "tests/conformance/lines.py";
const TABLE: &str = "examples/python/lines.json";

/// Values that are tried besides the defaults.
const MORE: usize = 6;

/// Lines that share less than this of what happens at them are not the same.
const ENOUGH: f64 = 0.5;

/// What happens at a line: in which run, of which variant, what and when; and how often.
type Happens = BTreeMap<(usize, String, &'static str, Duration), usize>;

/// Each line with what happens at it.
#[derive(Default)]
struct Lines(BTreeMap<u32, Happens>);

impl Lines {
    fn note(&mut self, line: u32, (run, variant): (usize, &str), what: &'static str, at: Duration) {
        *self.0.entry(line).or_default().entry((run, variant.to_owned(), what, at)).or_default() += 1;
    }

    /// The line at which the same happens. Of several that are as good it is the first that is not taken.
    fn like(&self, happens: &Happens, taken: &BTreeSet<u32>) -> Option<u32> {
        let scored = self.0.iter().map(|(line, other)| (likeness(happens, other), !taken.contains(line), *line));
        let best =
            |a: &(f64, bool, u32), b: &(f64, bool, u32)| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)).then(b.2.cmp(&a.2));
        scored.max_by(best).filter(|(likeness, ..)| *likeness >= ENOUGH).map(|(_, _, line)| line)
    }
}

/// How much of what happens at either of two lines happens at both, from 0 to 1.
fn likeness(one: &Happens, other: &Happens) -> f64 {
    let count = |happens: &Happens, key| happens.get(key).copied().unwrap_or(0);
    let keys: BTreeSet<_> = one.keys().chain(other.keys()).collect();
    let (mut both, mut either) = (0, 0);
    for key in keys {
        both += count(one, key).min(count(other, key));
        either += count(one, key).max(count(other, key));
    }
    both as f64 / either as f64
}

fn ours(scenario: &Scenario, sets: &[Values]) -> Lines {
    let mut lines = Lines::default();
    for (run, values) in sets.iter().enumerate() {
        for (variant, trace) in scenario.variants.iter().zip(scenario.ideal(values)) {
            for (line, what, at) in happened(scenario, &trace) {
                lines.note(line, (run, variant.id), what, at);
            }
        }
    }
    lines
}

fn happened(scenario: &Scenario, trace: &Trace) -> Vec<(u32, &'static str, Duration)> {
    let file = format!("scenarios/{}.rs", scenario.id.replace('-', "_"));
    let known = |event: Event<'_>| {
        let site = event.site.filter(|site| site.file.ends_with(&file))?;
        let (what, at) = match event.what {
            What::Created => ("created", event.at),
            What::Suspended(_) => ("waits", event.at),
            // It is told when it is over.
            What::Blocked(time) => ("blocks", event.at.saturating_sub(time)),
            _ => return None,
        };
        Some((site.line, what, at))
    };
    trace.events().filter_map(known).collect()
}

/// Each line with what happens at it: the innermost ones of the program, and all of them.
fn theirs(scenario: &Scenario, sets: &[Values]) -> Result<[Lines; 2], String> {
    let path = || [format!("examples/python/{}.py", scenario.id)].into_iter();
    let request = |set: &Values| {
        let settings: Vec<String> = path().chain(set.iter().map(setting)).collect();
        serde_json::to_string(&settings).map(|line| line + "\n").map_err(|error| error.to_string())
    };
    let input = sets.iter().map(request).collect::<Result<String, String>>()?;
    let (mut inner, mut all) = (Lines::default(), Lines::default());
    for (run, json) in python(&[RECORDER], &input)?.lines().enumerate() {
        let report: BTreeMap<String, Vec<(String, f64, Vec<u32>)>> =
            serde_json::from_str(json).map_err(|error| format!("{error}: {json}"))?;
        for (variant, noted) in &report {
            for (what, at, lines) in noted {
                let what =
                    ["created", "waits", "blocks"].into_iter().find(|known| known == what).ok_or("what is that?")?;
                let at = exactly(*at);
                if let Some(line) = lines.first() {
                    inner.note(*line, (run, variant), what, at);
                }
                for line in lines.iter().collect::<BTreeSet<_>>() {
                    all.note(*line, (run, variant), what, at);
                }
            }
        }
    }
    Ok([inner, all])
}

/// The lines of the Python program, each with the line of the Rust program that does the same.
fn pairs(scenario: &Scenario) -> Result<BTreeMap<u32, u32>, String> {
    let sets = sets(scenario);
    // What is random comes last; the extremes are large, and tell nothing more.
    let sets: Vec<Values> = sets[..1].iter().chain(sets[1..].iter().rev().take(MORE)).cloned().collect();
    let [inner, all] = theirs(scenario, &sets)?;
    let mut pairs = BTreeMap::new();
    for (line, happens) in &ours(scenario, &sets).0 {
        let taken = pairs.keys().copied().collect();
        if let Some(found) = inner.like(happens, &taken).or_else(|| all.like(happens, &taken))
            && let Some(other) = pairs.insert(found, *line)
        {
            return Err(format!("line {found} of the Python program is both {other} and {line} of the Rust program"));
        }
    }
    Ok(pairs)
}

#[test]
fn each_line_has_its_twin() {
    if !python_is_there() {
        return;
    }
    let text = for_each(ALL, |scenario| match pairs(scenario) {
        Ok(pairs) => {
            let pairs: Vec<String> = pairs.iter().map(|(python, rust)| format!("\"{python}\": {rust}")).collect();
            format!("  \"{}\": {{{}}},\n", scenario.id, pairs.join(", "))
        }
        Err(error) => format!("{}: {error}\n", scenario.id),
    });
    let text = format!("{{\n{}\n}}\n", text.trim_end_matches(",\n"));
    if env::var_os("UPDATE_EXPECT").is_some() {
        fs::write(TABLE, &text).expect("the table can be written");
    }
    let table = fs::read_to_string(TABLE).unwrap_or_default();
    assert!(text == table, "{TABLE} is not up to date: with UPDATE_EXPECT=1 this test writes it anew\n{text}");
}
