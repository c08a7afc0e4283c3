//! What is diagnosed in a run, beside what `CPython` shows to have gone wrong in it.

use std::collections::BTreeMap;
use std::fmt::{self, Display};

use interleave::aio::trace::{Trace, What};
use interleave::timeline::{Diagnosis, Kind, diagnose};
use serde_json::Value;

/// Its kind, and whom it is about.
pub type Finding = (String, String);

/// What went wrong in a run of `CPython`'s; `python/facts.py` says when something counts.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    /// What must be found. Of several in one list exactly one must be.
    pub must: Vec<Vec<Finding>>,
    /// What may be found; `*` is whatever there is of a kind.
    pub may: Vec<Finding>,
}

/// Whomever it is about.
const ANY: &str = "*";

/// Everything that is found in the first events of a trace, each of it once for every time that it happened.
pub(crate) fn findings_of(trace: &Trace, length: usize) -> Vec<Finding> {
    let whole = diagnose(trace);
    let is_merged = whole.iter().any(|it| it.text.contains(" It happened "));
    let found = if is_merged || length < trace.len() { diagnose(&line_by_line(trace, length)) } else { whole };
    found.iter().map(|it| (format!("{:?}", it.kind), about(trace, it))).collect()
}

/// The trace as far as the log goes, with each event at a line of its own: what happens several times at one line is one
/// finding, and to the interpreter all steps of a kind stand at one line. What arrives where a task waits stays at that
/// wait's line.
fn line_by_line(trace: &Trace, length: usize) -> Trace {
    let count = |is_one: fn(&What) -> bool| trace.events().take(length).filter(|event| is_one(&event.what)).count();
    let tasks = count(|what| *what == What::Created);
    let spans = count(|what| matches!(what, What::SpanBegan(_)));
    let mut document: Value = serde_json::from_str(&trace.to_json()).expect("a trace is JSON");
    let mut list = |name: &str, change: &mut dyn FnMut(&mut Vec<Value>)| {
        change(document[name].as_array_mut().expect("a trace has these lists"));
    };
    list("tasks", &mut |list| {
        list.truncate(tasks);
        // A task's line is that of its creation.
        for task in list.iter_mut().filter_map(Value::as_object_mut) {
            task.retain(|name, _| name != "file" && name != "line");
        }
    });
    list("spans", &mut |list| list.truncate(spans));
    list("events", &mut |list| {
        list.truncate(length);
        let mut waits = BTreeMap::new();
        let whats = trace.events().map(|event| (event.task, event.what));
        for (place, (event, (task, what))) in list.iter_mut().zip(whats).enumerate() {
            let Some(line) = event.get_mut("line") else { continue };
            let before = std::mem::replace(line, place.into());
            match what {
                What::Suspended(_) => _ = waits.insert(task, (before, place)),
                What::CancelDelivered => {
                    if let Some((_, wait)) = waits.get(&task).filter(|(at, _)| *at == before) {
                        *line = (*wait).into();
                    }
                }
                _ => {}
            }
        }
    });
    Trace::from_json(&document.to_string()).expect("lines may be any, and the end may be missing")
}

fn about(trace: &Trace, found: &Diagnosis) -> String {
    let text = &found.text;
    let between = |before, after| -> Option<&str> {
        let (_, rest) = text.split_once(before)?;
        Some(rest.split_once(after)?.0)
    };
    let name = found.task.map_or_else(|| "somebody".into(), |task| trace.name(task));
    let last_word = |text: Option<&str>| text.and_then(|text| text.rsplit(' ').next()).unwrap_or("nameless").to_owned();
    match found.kind {
        Kind::ReleasedTwice => format!("{} by {name}", last_word(between(": ", ", by "))),
        Kind::NotReleased => {
            let thing = between("Never released: ", ", taken by").or_else(|| between("ended, ", " was still taken"));
            format!("{} by {name}", last_word(thing))
        }
        Kind::GrowingQueue => last_word(between("a limit ", " grew all")),
        Kind::LostUpdate => {
            let times = between(". ", " updates were lost in all").unwrap_or("1").rsplit(' ').next().unwrap_or("1");
            format!("{} by {name}, {times} times", last_word(between("update of ", " was lost")))
        }
        Kind::OverRate => {
            let (count, begin) = (between("there were ", " from "), between(" from ", " on. "));
            let rate = last_word(between("The rate ", " allows"));
            format!("{rate} by {name}, {} from {}", count.unwrap_or_default(), begin.unwrap_or_default())
        }
        Kind::BlockedLoop => {
            let longest = between("blocked for ", " by ").unwrap_or_default();
            let times = between(", and ", " times in all").unwrap_or("1");
            let total = between("in all, for ", " s").map_or_else(|| longest.to_owned(), |total| format!("{total} s"));
            let starved = between(" was ready for ", " before").map(|time| {
                let (before, _) = text.split_once(" was ready for ").unwrap_or_default();
                let label = before.rsplit(". ").next().unwrap_or_default();
                // A task without a name may go by that of what it began with.
                let span = trace.spans().iter().find(|span| *span.name == *label);
                format!(", {} {time}", span.map_or_else(|| label.into(), |span| trace.name(span.task)))
            });
            format!("{longest} by {name}, {times} times, {total}{}", starved.unwrap_or_default())
        }
        _ => name.to_string(),
    }
}

/// What differs, a line each.
#[must_use]
pub fn differences(found: &[Finding], facts: &Facts) -> Vec<String> {
    let mut tally = Tally::default();
    tally.add(found, facts);
    tally.differences
}

/// How often each kind was found, was a fact, and differed.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    kinds: BTreeMap<String, Counts>,
    differences: Vec<String>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Counts {
    must: usize,
    may: usize,
    found: usize,
    wrongly: usize,
    missed: usize,
}

impl Tally {
    pub(crate) fn add(&mut self, found: &[Finding], facts: &Facts) {
        let mut left = found.to_vec();
        for finding in found {
            self.of(finding).found += 1;
        }
        let mut take = |finding: &Finding| {
            let place = left.iter().position(|other| other == finding);
            place.map(|place| left.swap_remove(place)).is_some()
        };
        for alternatives in &facts.must {
            let Some(first) = alternatives.first() else { continue };
            self.of(first).must += 1;
            if !alternatives.iter().any(&mut take) {
                self.of(first).missed += 1;
                let names: Vec<&str> = alternatives.iter().map(|(_, about)| about.as_str()).collect();
                self.differences.push(format!("not found: {}: {}", first.0, names.join(" or ")));
            }
        }
        for fact in &facts.may {
            self.of(fact).may += 1;
            if fact.1 == ANY {
                left.retain(|(kind, _)| *kind != fact.0);
            } else if let Some(place) = left.iter().position(|finding| finding == fact) {
                left.swap_remove(place);
            }
        }
        for finding in left {
            self.of(&finding).wrongly += 1;
            self.differences.push(format!("found, and not so in CPython: {}: {}", finding.0, finding.1));
        }
    }

    /// What there was at all, on either side.
    pub fn kinds(&self) -> impl Iterator<Item = &str> {
        self.kinds.keys().map(String::as_str)
    }

    fn of(&mut self, (kind, _): &Finding) -> &mut Counts {
        self.kinds.entry(kind.clone()).or_default()
    }

    pub(crate) fn merge(&mut self, other: Self) {
        for (kind, counts) in other.kinds {
            let own = self.kinds.entry(kind).or_default();
            own.must += counts.must;
            own.may += counts.may;
            own.found += counts.found;
            own.wrongly += counts.wrongly;
            own.missed += counts.missed;
        }
    }
}

impl Display for Tally {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(out, "{:24}{:>8}{:>8}{:>8}{:>8}{:>8}", "", "found", "must be", "may be", "wrongly", "missed")?;
        for (kind, Counts { must, may, found, wrongly, missed }) in &self.kinds {
            writeln!(out, "{kind:24}{found:>8}{must:>8}{may:>8}{wrongly:>8}{missed:>8}")?;
        }
        Ok(())
    }
}
