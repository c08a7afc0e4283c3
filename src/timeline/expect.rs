//! The order in which somebody expects things to end, beside the one in which they did.

use std::sync::Arc;
use std::time::Duration;

use super::rows::{Row, State, Timeline};
use super::words::ordinal;
use crate::aio::trace::{TaskId, Trace, Wait};
use crate::numbers::parse;

/// Of fewer there is no order, and of more nobody keeps it in mind.
const WORTH_PREDICTING: std::ops::RangeInclusive<usize> = 2..=6;

/// A wait that would be shown as 0.00 s says nothing.
const TELLING: Duration = Duration::from_millis(5);

/// The names of what ends in a run, if its order is worth predicting: a few, each with a name of its own. They are in the
/// order of the names, which tells nothing about theirs.
#[must_use]
pub fn predictable(timeline: &Timeline) -> Option<Vec<Arc<str>>> {
    let ended = timeline.rows.iter().filter(|row| row.place.is_some());
    let is_nameless = |row: &Row| *row.label == *format!("task {}", row.task.0);
    let rows: Vec<&Row> = ended.collect();
    if !WORTH_PREDICTING.contains(&rows.len()) || rows.iter().any(|row| is_nameless(row)) {
        return None;
    }
    let mut names: Vec<Arc<str>> = rows.iter().map(|row| row.label.clone()).collect();
    names.sort_by(|one, other| by_number(one).partial_cmp(&by_number(other)).unwrap_or(std::cmp::Ordering::Equal));
    let all = names.len();
    names.dedup();
    (names.len() == all).then_some(names)
}

/// `job 10` comes after `job 9`.
fn by_number(name: &str) -> (&str, f64) {
    let words = name.trim_end_matches(|sign: char| sign.is_ascii_digit());
    (words, parse(&name[words.len()..]).unwrap_or(-1.0))
}

/// One place in the order of completion, as it was expected and as it was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expected {
    /// What was expected there.
    pub expected: Arc<str>,
    /// What ended there, if anything did.
    pub actual: Option<Arc<str>>,
    /// Why what was expected there ended elsewhere, as far as the trace tells; none where it was right.
    pub why: Option<String>,
}

impl Expected {
    /// Whether it was so.
    #[must_use]
    pub fn is_right(&self) -> bool {
        self.actual.as_ref() == Some(&self.expected)
    }
}

/// The expected order beside that of a run.
#[must_use]
pub fn expected(names: &[Arc<str>], trace: &Trace, timeline: &Timeline) -> Vec<Expected> {
    let completions = timeline.completions();
    let place = |(place, name): (usize, &Arc<str>)| {
        let actual = completions.get(place).map(|done| done.label.clone());
        let is_right = actual.as_ref() == Some(name);
        let why = (!is_right).then(|| why(name, place + 1, trace, timeline));
        Expected { expected: name.clone(), actual, why }
    };
    names.iter().enumerate().map(place).collect()
}

fn why(name: &Arc<str>, expected: usize, trace: &Trace, timeline: &Timeline) -> String {
    let row = timeline.rows.iter().find(|row| row.label == *name && row.place.is_some());
    let Some((row, place, (at, _))) = row.and_then(|row| Some((row, row.place?, row.end.as_ref()?))) else {
        return format!("{name} did not end.");
    };
    let clock = timeline.resolution;
    let begun = if row.from >= TELLING { format!(", begun at {}", clock.seconds(row.from)) } else { String::new() };
    let spent = spent(row, trace, timeline);
    let spent = if spent.is_empty() { String::new() } else { format!(", after {}", spent.join(" and ")) };
    let completions = timeline.completions();
    let same = completions.get(expected - 1).filter(|other| {
        let apart = other.at.abs_diff(*at);
        apart.is_zero() || !clock.tells(apart)
    });
    let same = same.map_or_else(String::new, |other| {
        let order = if place > expected { "after" } else { "before" };
        format!(" {} ended at the same time, and the loop had {name} {order} it in its queue.", other.label)
    });
    format!(
        "{name} ended {}, not {}: at {}{begun}{spent}.{same}",
        ordinal(place),
        ordinal(expected),
        clock.seconds(*at)
    )
}

/// What it waited for, and for how long.
fn spent(row: &Row, trace: &Trace, timeline: &Timeline) -> Vec<String> {
    let name = |task: TaskId| {
        let row = timeline.rows.iter().find(|row| row.task == task);
        row.map_or_else(|| trace.name(task), |row| row.label.clone())
    };
    let words = |wait: &Wait| match wait {
        Wait::Sleep { .. } => "asleep".to_owned(),
        Wait::Thread { .. } => "in a thread".to_owned(),
        Wait::Other => "waiting for the world outside".to_owned(),
        wait => format!("waiting for {}", trace.describe_wait_by(wait, &name)),
    };
    let mut spent: Vec<(String, Duration)> = Vec::new();
    for segment in &row.segments {
        let words = match (&segment.wait, segment.state) {
            (Some(wait), State::Suspended) => words(wait),
            (_, State::Ready) => "ready but kept from running".to_owned(),
            (_, State::Running) => "running".to_owned(),
            (None, State::Suspended) => continue,
        };
        let took = segment.to.saturating_sub(segment.from);
        match spent.iter_mut().find(|(known, _)| *known == words) {
            Some((_, sum)) => *sum += took,
            None => spent.push((words, took)),
        }
    }
    let clock = timeline.resolution;
    let told = spent.into_iter().filter(|(_, took)| *took >= TELLING && clock.tells(*took));
    told.map(|(words, took)| format!("{} {words}", clock.seconds(took))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aio::{Semaphore, gather, sleep, span, spawn};
    use crate::host::virtual_time;

    fn secs(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    fn names(timeline: &Timeline) -> Vec<String> {
        predictable(timeline).unwrap_or_default().iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_few_with_names_of_their_own_are_worth_predicting() {
        let timeline = |labels: Vec<&'static str>| {
            let run = virtual_time::run(async move {
                gather(labels.into_iter().enumerate().map(|(place, name)| span(name, sleep(secs(9 - place as u64)))))
                    .await
            });
            Timeline::of(&run.trace)
        };
        let sorted = names(&timeline(vec!["job 10", "b", "job 9", "a"]));
        assert_eq!(sorted, ["a", "b", "job 9", "job 10"], "in no order that tells");
        assert_eq!(names(&timeline(vec!["a"])), [""; 0], "one has no order");
        assert_eq!(names(&timeline(vec!["a", "a"])), [""; 0], "nobody could tell them apart");
        assert_eq!(names(&timeline(vec!["1", "2", "3", "4", "5", "6", "7"])), [""; 0], "too many");
        let nameless = virtual_time::run(async { gather([sleep(secs(1)), sleep(secs(2))]).await });
        assert_eq!(names(&Timeline::of(&nameless.trace)), [""; 0]);
    }

    #[test]
    fn what_was_expected_elsewhere_is_explained_by_what_it_waited_for() {
        let run = virtual_time::run(async {
            let permit = Semaphore::new(1).named("permit");
            let job = |name: &'static str, seconds| {
                let permit = permit.clone();
                span(name, async move {
                    let _permit = permit.acquire().await?;
                    sleep(secs(seconds)).await
                })
            };
            gather([job("slow", 2), job("fast", 1)]).await
        });
        let told = expected(&["fast".into(), "slow".into()], &run.trace, &Timeline::of(&run.trace));
        assert!(told.iter().all(|place| !place.is_right()));
        assert_eq!(told[0].actual.as_deref(), Some("slow"));
        assert_eq!(
            told[0].why.as_deref(),
            Some(
                "fast ended 2nd, not 1st: at 3.00 s, after 2.00 s waiting for the semaphore permit and 1.00 s asleep."
            )
        );
        let right = expected(&["slow".into(), "fast".into()], &run.trace, &Timeline::of(&run.trace));
        assert!(right.iter().all(|place| place.is_right() && place.why.is_none()));
    }

    #[test]
    fn what_ends_together_ends_in_the_order_of_the_queue() {
        let run = virtual_time::run(async {
            let (one, other) = (spawn(span("one", sleep(secs(1)))), spawn(span("other", sleep(secs(1)))));
            other.await?;
            one.await
        });
        let told = expected(&["other".into()], &run.trace, &Timeline::of(&run.trace));
        let why = told[0].why.as_deref().unwrap_or_default();
        assert!(why.ends_with("one ended at the same time, and the loop had other after it in its queue."), "{why}");
        let lost = expected(&["nobody".into()], &run.trace, &Timeline::of(&run.trace));
        assert_eq!(lost[0].why.as_deref(), Some("nobody did not end."));
    }
}
