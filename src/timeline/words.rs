//! Timelines in words, for those who do not see them.

use std::time::Duration;

use super::levels::{Count, Level};
use super::resolution::{Resolution, ties_in_words};
use super::rows::{Row, State, Timeline};
use crate::aio::trace::{Ending, Outcome, ResourceKind};
use crate::numbers::fixed;

/// A time as it stands on the page: seconds with two decimals, `1.50 s`.
#[must_use]
pub fn seconds(time: Duration) -> String {
    fixed(time.as_secs_f64(), 2) + " s"
}

/// A place in an order: `1st`, `2nd`, `11th`.
#[must_use]
pub fn ordinal(place: usize) -> String {
    let suffix = match (place % 10, place % 100) {
        (1, last) if last != 11 => "st",
        (2, last) if last != 12 => "nd",
        (3, last) if last != 13 => "rd",
        _ => "th",
    };
    format!("{place}{suffix}")
}

/// The name of a state, as the legend has it.
#[must_use]
pub fn state_words(state: State) -> &'static str {
    match state {
        State::Running => "running",
        State::Suspended => "suspended",
        State::Ready => "ready, waiting for the loop",
    }
}

/// A timeline in a sentence: how it ended.
#[must_use]
pub fn summary(title: &str, timeline: &Timeline) -> String {
    let until = timeline.resolution.seconds(timeline.until);
    match timeline.ended {
        Some(Ending::Finished) => format!("{title} takes {until}."),
        Some(Ending::Deadlock) => format!("{title} deadlocks at {until}."),
        Some(Ending::Stopped | Ending::Runaway(_)) => format!("{title} was stopped at {until}."),
        None => format!("{title} has come to {until}."),
    }
}

/// A timeline as sentences: how it ended, then one sentence for each row.
#[must_use]
pub fn describe(title: &str, timeline: &Timeline) -> Vec<String> {
    let whole = summary(title, timeline);
    let levels = timeline.levels.iter().filter_map(|level| describe_level(level, timeline));
    let rows = timeline.rows.iter().map(|row| describe_row(row, timeline.resolution));
    let ties = ties_in_words(&timeline.completions(), timeline.resolution);
    std::iter::once(whole).chain(rows).chain(ties).chain(levels).collect()
}

fn describe_level(level: &Level, timeline: &Timeline) -> Option<String> {
    let until = timeline.until;
    let Count { inside, waiting } = level.most(until);
    let said = |count: u64, [one, many]: [&str; 2]| match count {
        0 => None,
        1 => Some(format!("1 {one}")),
        count => Some(format!("up to {count} {many}")),
    };
    let words = match level.kind {
        ResourceKind::Queue => ["item stands in this queue", "items stand in this queue"],
        ResourceKind::Pool => ["call goes on in this pool", "calls go on in this pool"],
        _ => ["task holds it", "tasks hold it"],
    };
    let waits = if inside > 0 { ["waits for it", "wait for it"] } else { ["task waits for it", "tasks wait for it"] };
    let full = level.full_for(until);
    let full = (!full.is_zero() && level.kind == ResourceKind::Queue)
        .then(|| format!("it is full for {}", timeline.resolution.span(full)));
    let parts: Vec<String> = [said(inside, words), said(waiting, waits), full].into_iter().flatten().collect();
    (!parts.is_empty()).then(|| format!("{}: {}.", level.label(), parts.join("; ")))
}

fn describe_row(row: &Row, clock: Resolution) -> String {
    let Some(started) = row.started() else {
        return match &row.end {
            Some((at, _)) => format!("{} never runs; it ends at {}.", row.label, clock.seconds(*at)),
            None => format!("{} has not run yet.", row.label),
        };
    };
    let mut parts = vec![format!("{} starts at {}", row.label, clock.seconds(started))];
    let spent =
        [(State::Running, "runs"), (State::Suspended, "is suspended"), (State::Ready, "is ready but cannot run")];
    for (state, verb) in spent {
        let total = row.total(state);
        // What would be shown as 0.00 s says nothing.
        if total >= Duration::from_millis(5) && clock.tells(total) {
            parts.push(format!("{verb} for {}", clock.seconds(total)));
        }
    }
    let place = row.place.map(|place| format!(" as the {}", ordinal(place))).unwrap_or_default();
    match &row.end {
        Some((at, outcome)) => {
            let how = match outcome {
                Outcome::Returned(None) => String::new(),
                Outcome::Returned(Some(value)) => format!(" with {value}"),
                Outcome::Raised(error) => format!(" with the error “{error}”"),
                Outcome::Cancelled => ", cancelled".to_owned(),
            };
            parts.push(format!("ends{place} at {}{how}", clock.seconds(*at)));
        }
        None => parts.push("goes on".into()),
    }
    format!("{}.", parts.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aio::{gather, sleep, span};
    use crate::host::virtual_time;

    #[test]
    fn a_timeline_can_be_read_aloud() {
        let run = virtual_time::run(async {
            let wait = |name: &'static str, seconds| {
                span(name, async move { sleep(Duration::from_secs(seconds)).await.map(|()| seconds) })
            };
            gather([wait("slow", 2), wait("fast", 1)]).await
        });
        let text = describe("gather", &Timeline::of(&run.trace));
        assert_eq!(
            text,
            [
                "gather takes 2.00 s.",
                "main starts at 0.00 s, is suspended for 2.00 s, ends at 2.00 s with [2, 1].",
                "slow starts at 0.00 s, is suspended for 2.00 s, ends as the 2nd at 2.00 s with 2.",
                "fast starts at 0.00 s, is suspended for 1.00 s, ends as the 1st at 1.00 s with 1.",
            ]
        );
    }

    #[test]
    fn what_was_measured_is_told_with_the_digits_of_its_clock() {
        let run = virtual_time::run(async {
            let wait = |name: &'static str| span(name, sleep(Duration::from_millis(1040)));
            gather([wait("one"), wait("other")]).await
        });
        let clock = Resolution::of_step(Duration::from_millis(20));
        let text = describe("gather", &Timeline::of(&run.trace).by(clock));
        assert_eq!(text[0], "gather takes 1.0 s.");
        assert_eq!(text[2], "one starts at 0.0 s, is suspended for 1.0 s, ends as the 1st at 1.0 s.");
        assert!(text[4].starts_with("1–2: at the same time, as far as this clock tells"), "{text:?}");
    }

    #[test]
    fn ordinals_know_their_exceptions() {
        let all = [1, 2, 3, 4, 11, 12, 13, 21, 102, 111].map(ordinal);
        assert_eq!(all, ["1st", "2nd", "3rd", "4th", "11th", "12th", "13th", "21st", "102nd", "111th"]);
    }
}
