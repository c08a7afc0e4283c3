//! A run in which the reader chooses which ready task is next, and what comes of that beside the loop's own order.

use std::sync::Arc;
use std::time::Duration;

use crate::aio::trace::{Ending, Event, Outcome, TaskId, Trace, Use, Wait, What};
use crate::host::schedule::{self, Choices, Scheduled};
use crate::scenarios::{Values, Variant};
use crate::timeline::{Timeline, diagnose, seconds};

/// So many of those who are ready are looked at; the others come to the front when these have run.
pub const LISTED_AT_MOST: usize = 20;

/// So much of what a task is going to do is told.
const DEEDS_AT_MOST: usize = 3;

/// So much of what has changed is told of each kind.
const CHANGES_AT_MOST: usize = 6;

/// Of more names an order is not read.
const NAMES_AT_MOST: usize = 12;

/// One who is ready, and may be chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ready {
    /// Its name; of one that has not run yet, that which it is going to get.
    pub name: Arc<str>,
    /// What it does if it is chosen.
    pub does: String,
    /// The line of the Rust program at which it stands.
    pub line: Option<u32>,
}

/// How far a run has come with the choices that were made.
#[derive(Clone, Debug)]
pub struct Played {
    /// Everything that has happened.
    pub trace: Trace,
    /// The same as rows, as far as it has come.
    pub timeline: Timeline,
    /// Among whom to choose next, in the order in which the loop would take them; none when the run is over.
    pub ready: Vec<Ready>,
    /// How many there are.
    pub all_ready: usize,
    /// Who was chosen, by name.
    pub picked: Vec<Arc<str>>,
    /// The choice that could not be made, by its place, if there is one. It was left out with all that followed.
    pub refused: Option<usize>,
}

impl Played {
    /// Plays a variant from its beginning, with these choices.
    #[must_use]
    pub fn of(variant: &Variant, values: &Values, choices: &Choices) -> Self {
        let play = |choices: &Choices| schedule::run(choices, |host| variant.start(host, values));
        let Scheduled { trace, now, ready, picked, refused } = play(choices);
        let timeline = Timeline::new(&trace, now);
        let made = picked.len();
        let picked = picked.into_iter().map(|task| name(&timeline, &trace, task)).collect();
        // What each would do is no guess: it is tried.
        let try_out = |(place, task): (usize, &TaskId)| {
            let mut places = choices.places[..made].to_vec();
            places.push(place as u8);
            let tried = play(&Choices { places, goes_on: false });
            Ready::of(*task, &trace, &tried)
        };
        let all_ready = ready.len();
        let listed: Vec<Ready> = ready.iter().take(LISTED_AT_MOST).enumerate().map(try_out).collect();
        let mut timeline = timeline;
        for (task, told) in ready.iter().zip(&listed) {
            // One name for a task in the list and in its row, also before it has run.
            if let Some(row) = timeline.rows.iter_mut().find(|row| row.task == *task) {
                row.label = told.name.clone();
            }
        }
        Self { trace, timeline, ready: listed, all_ready, picked, refused }
    }

    /// Whether there is nothing left to choose.
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.ready.is_empty()
    }
}

fn name(timeline: &Timeline, trace: &Trace, task: TaskId) -> Arc<str> {
    let row = timeline.rows.iter().find(|row| row.task == task);
    row.map_or_else(|| trace.name(task), |row| row.label.clone())
}

impl Ready {
    fn of(task: TaskId, before: &Trace, tried: &Scheduled) -> Self {
        let own = |event: &Event<'_>| event.task == task;
        let line = before.events().filter(own).filter_map(|event| event.site).last().map(|site| site.line);
        let timeline = Timeline::new(&tried.trace, tried.now);
        let name_of = |task: TaskId| name(&timeline, &tried.trace, task);
        let name = name_of(task);
        let mut deeds = Vec::new();
        for event in tried.trace.events().skip(before.len()).filter(own) {
            deeds.extend(deed(&event.what, &tried.trace, &name, &name_of));
            if matches!(event.what, What::Suspended(_) | What::Finished(_)) {
                break;
            }
        }
        if deeds.len() > DEEDS_AT_MOST {
            // How its step ends counts more than what it does on the way.
            deeds.drain(DEEDS_AT_MOST - 1..deeds.len() - 1);
        }
        Self { name, does: deeds.join(", "), line }
    }
}

/// What a task does, in a few words; none if it goes without saying.
fn deed(what: &What, trace: &Trace, own: &str, name_of: &dyn Fn(TaskId) -> Arc<str>) -> Option<String> {
    let span = |span: &crate::aio::trace::SpanId| trace.spans()[span.index()].name.clone();
    Some(match what {
        What::Printed(text) => format!("prints “{text}”"),
        What::SpanBegan(id) if *span(id) != *own => format!("begins {}", span(id)),
        What::SpanEnded(id, _) if *span(id) != *own => format!("ends {}", span(id)),
        What::Blocked(duration) => format!("blocks the loop for {}", seconds(*duration)),
        What::Suspended(Wait::Sleep { until }) => format!("sleeps until {}", seconds(*until)),
        What::Suspended(Wait::Yield) => "gives way".to_owned(),
        What::Suspended(wait) => format!("waits for {}", trace.describe_wait_by(wait, name_of)),
        What::Used(how, resource) => format!("{} {}", use_words(*how), trace.describe_resource(*resource)),
        What::CancelDelivered => "hears that it is to stop".to_owned(),
        What::Finished(Outcome::Returned(_)) => "ends".to_owned(),
        What::Finished(Outcome::Raised(error)) => format!("fails with {error}"),
        What::Finished(Outcome::Cancelled) => "ends cancelled".to_owned(),
        _ => return None,
    })
}

fn use_words(how: Use) -> &'static str {
    match how {
        Use::Acquired => "acquires",
        Use::Released => "releases",
        Use::Put => "puts an item into",
        Use::Got => "gets an item from",
        Use::Read => "reads",
        Use::Wrote => "writes",
        Use::Counted => "counts against",
    }
}

/// What is different in the chosen order from what the loop does: facts, in sentences.
#[must_use]
pub fn changes(chosen: (&Trace, &Timeline), usual: (&Trace, &Timeline)) -> Vec<String> {
    let mut said = vec![how_long(chosen.1, usual.1)];
    said.extend(order(chosen.1, usual.1));
    said.extend(ends(chosen.1, usual.1));
    said.extend(prints(chosen.1, usual.1));
    said.extend(found(chosen.0, usual.0));
    said
}

fn how_long(chosen: &Timeline, usual: &Timeline) -> String {
    let how = |timeline: &Timeline| match timeline.ended {
        Some(Ending::Deadlock) => format!("deadlocks at {}", seconds(timeline.until)),
        Some(Ending::Stopped | Ending::Runaway(_)) => format!("was stopped at {}", seconds(timeline.until)),
        _ => format!("takes {}", seconds(timeline.until)),
    };
    let (one, other) = (how(chosen), how(usual));
    if one == other {
        return format!("Your order {one}, as asyncio’s does.");
    }
    let apart = seconds(chosen.until.abs_diff(usual.until));
    let more = if chosen.until > usual.until { "longer" } else { "shorter" };
    let both_end = [chosen, usual].iter().all(|timeline| timeline.ended == Some(Ending::Finished));
    let apart = if both_end { format!(": {apart} {more}") } else { String::new() };
    format!("Your order {one}, asyncio’s {other}{apart}.")
}

fn names(timeline: &Timeline) -> Vec<Arc<str>> {
    timeline.completions().into_iter().map(|done| done.label).collect()
}

fn order(chosen: &Timeline, usual: &Timeline) -> Option<String> {
    let (one, other) = (names(chosen), names(usual));
    match () {
        () if one.len().max(other.len()) < 2 => None,
        () if one == other => Some("What ends, ends in the same order.".to_owned()),
        () if one.len().max(other.len()) > NAMES_AT_MOST => {
            let moved = one.iter().zip(&other).filter(|(one, other)| one != other).count();
            Some(format!("What ends, ends in another order: {moved} places have somebody else."))
        }
        () => Some(format!("Yours ends in the order {}; asyncio’s in the order {}.", one.join(", "), other.join(", "))),
    }
}

/// Whose end has moved on the clock.
fn ends(chosen: &Timeline, usual: &Timeline) -> Vec<String> {
    let end = |timeline: &Timeline, label: &str| -> Option<Duration> {
        let mut rows = timeline.rows.iter().filter(|row| *row.label == *label);
        let row = rows.next()?;
        // Of several of one name nobody knows which is which.
        if rows.next().is_some() { None } else { row.end.as_ref().map(|(at, _)| *at) }
    };
    let moved = usual.rows.iter().filter_map(|row| {
        let (before, now) = (end(usual, &row.label)?, end(chosen, &row.label)?);
        (before != now && row.depth > 0)
            .then(|| format!("{} ends at {} instead of {}.", row.label, seconds(now), seconds(before)))
    });
    shortened(moved.collect())
}

fn prints(chosen: &Timeline, usual: &Timeline) -> Option<String> {
    let lines =
        |timeline: &Timeline| -> Vec<Arc<str>> { timeline.printed.iter().map(|line| line.text.clone()).collect() };
    let (mut one, mut other) = (lines(chosen), lines(usual));
    if one == other {
        return None;
    }
    one.sort();
    other.sort();
    if one == other {
        return Some("It prints the same lines in another order.".to_owned());
    }
    let new = one.iter().find(|line| !other.contains(line));
    let new = new.map_or_else(String::new, |line| format!(", “{line}” among them"));
    Some(format!("It prints other lines{new}."))
}

/// What is proved to be wrong in one of them and not in the other.
fn found(chosen: &Trace, usual: &Trace) -> Vec<String> {
    let (one, other) = (diagnose(chosen), diagnose(usual));
    let only = |these: &[crate::timeline::Diagnosis], those: &[crate::timeline::Diagnosis], who: &str| -> Vec<String> {
        let new = these.iter().filter(|this| those.iter().all(|that| that.kind != this.kind));
        new.map(|this| format!("Only in {who} order: {}", this.text)).collect()
    };
    shortened([only(&one, &other, "your"), only(&other, &one, "asyncio’s")].concat())
}

fn shortened(mut said: Vec<String>) -> Vec<String> {
    let more = said.len().saturating_sub(CHANGES_AT_MOST);
    said.truncate(CHANGES_AT_MOST);
    if more > 0 {
        said.push(format!("And {more} more."));
    }
    said
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenarios::Selection;

    fn played(query: &str, place: usize, places: &[u8], goes_on: bool) -> (Played, Trace) {
        let (selection, notices) = Selection::parse(query);
        assert_eq!(notices, [""; 0]);
        let variant = &selection.scenario.variants[place];
        let choices = Choices { places: places.to_vec(), goes_on };
        (Played::of(variant, &selection.values, &choices), variant.ideal(&selection.values))
    }

    fn changed(query: &str, place: usize, places: &[u8]) -> Vec<String> {
        let (played, usual) = played(query, place, places, true);
        changes((&played.trace, &played.timeline), (&usual, &Timeline::of(&usual)))
    }

    #[test]
    fn who_has_not_run_is_called_by_the_name_that_it_gets() {
        let (played, _) = played("scenario=gather-mixed", 1, &[], false);
        let told: Vec<(&str, &str)> = played.ready.iter().map(|ready| (&*ready.name, &*ready.does)).collect();
        assert_eq!(
            told,
            [
                ("user", "prints “user requested”, sleeps until 1.00 s"),
                ("posts", "prints “posts requested”, sleeps until 1.50 s"),
                ("comments", "prints “comments requested”, sleeps until 0.50 s"),
            ]
        );
        assert!(played.ready.iter().all(|ready| ready.line.is_some()));
        assert!(!played.is_over() && played.timeline.ended.is_none());
        let rows: Vec<&str> = played.timeline.rows.iter().map(|row| &*row.label).collect();
        assert_eq!(rows, ["main", "user", "posts", "comments"]);
    }

    #[test]
    fn what_was_chosen_is_told_by_name_and_what_it_changed_in_facts() {
        let query = "scenario=semaphore&jobs=3&limit=1";
        let (begun, _) = played(query, 1, &[2], false);
        assert_eq!(begun.picked.iter().map(|name| &**name).collect::<Vec<_>>(), ["job 3"]);
        let said = changed(query, 1, &[2]);
        assert_eq!(said[0], "Your order takes 3.00 s, as asyncio’s does.");
        assert_eq!(said[1], "Yours ends in the order job 3, job 1, job 2; asyncio’s in the order job 1, job 2, job 3.");
        assert!(said.contains(&"job 3 ends at 1.00 s instead of 3.00 s.".to_owned()), "{said:?}");
        assert!(said.contains(&"It prints the same lines in another order.".to_owned()), "{said:?}");
        assert_eq!(changed(query, 1, &[0, 0]).len(), 2, "the loop's own choices change nothing");
    }

    #[test]
    fn a_choice_that_is_not_there_is_left_out_with_what_follows() {
        let (played, _) = played("scenario=gather-mixed", 1, &[1, 9, 0], true);
        assert_eq!((played.refused, played.picked.len(), played.ready.len()), (Some(1), 1, 2));
    }

    #[test]
    fn a_thousand_that_are_ready_are_counted_and_not_all_listed() {
        let (played, _) = played("scenario=gather&requests=1000", 1, &[], false);
        assert_eq!((played.ready.len(), played.all_ready), (LISTED_AT_MOST, 1000));
    }
}
