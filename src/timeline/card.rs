//! What there is to say about one stretch of a row.

use super::rows::{Row, Segment, State, Timeline};
use super::words::state_words;
use crate::aio::trace::{TaskId, Trace, What};

/// So much of what happened is told.
const EVENTS_AT_MOST: usize = 6;

/// What is said about a stretch of a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Card {
    /// Who it is, and what they do: `job 4: suspended`.
    pub title: String,
    /// Names and what is to be said for each: `When`, `Waits for`, `Then`, `Line`.
    pub facts: Vec<(&'static str, String)>,
}

impl Card {
    /// About a segment of a row of the trace's timeline.
    #[must_use]
    pub fn of(trace: &Trace, timeline: &Timeline, row: &Row, segment: &Segment) -> Self {
        let name = |task: TaskId| {
            // A task's own row stands before those of its operations.
            let row = timeline.rows.iter().find(|row| row.task == task);
            row.map_or_else(|| trace.name(task), |row| row.label.clone())
        };
        let Segment { from, to, .. } = *segment;
        let clock = timeline.resolution;
        let when = if from == to {
            format!("at {}", clock.seconds(from))
        } else {
            let took = clock.span(to.saturating_sub(from));
            format!("{} – {}, for {took}", clock.seconds(from), clock.seconds(to))
        };
        let mut facts = vec![("When", when)];
        if let Some(wait) = segment.wait.as_ref().filter(|_| segment.state == State::Suspended) {
            facts.push(("Waits for", trace.describe_wait_by(wait, &name)));
        }
        let told = |what: &What| !matches!(what, What::Running | What::Suspended(_) | What::Created | What::Retrieved);
        let happened = trace.events().filter(|event| event.task == row.task && told(&event.what));
        // What ends a wait stands at its end, what a step does from its beginning on.
        let inside = happened.filter(|event| match segment.state {
            State::Suspended => event.at > from && event.at <= to && !is_of_step(&event.what),
            State::Running => event.at >= from && event.at <= to && is_of_step(&event.what),
            State::Ready => event.at >= from && event.at <= to && !is_of_step(&event.what),
        });
        let mut words: Vec<String> = inside.map(|event| trace.describe_by(&event.what, &name)).collect();
        let more = words.len().saturating_sub(EVENTS_AT_MOST);
        words.truncate(EVENTS_AT_MOST);
        if more > 0 {
            words.push(format!("and {more} more"));
        }
        if !words.is_empty() {
            let name = if segment.state == State::Running { "Does" } else { "Then" };
            facts.push((name, words.join("; ")));
        }
        if let Some(line) = segment.line {
            facts.push(("Line", format!("{line} of the Rust program")));
        }
        Self { title: format!("{}: {}", row.label, state_words(segment.state)), facts }
    }

    /// The same as one text, to be read aloud.
    #[must_use]
    pub fn spoken(&self) -> String {
        let facts = self.facts.iter().map(|(name, words)| format!(" {name}: {words}."));
        std::iter::once(format!("{}.", self.title)).chain(facts).collect()
    }
}

/// Whether it happens while the task runs, and not to one that waits.
fn is_of_step(what: &What) -> bool {
    !matches!(what, What::Ready(_) | What::CancelRequested(_) | What::CancelDelivered)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::aio::{Semaphore, gather, print, sleep, span};
    use crate::host::virtual_time;
    use crate::timeline::Timeline;

    #[test]
    fn a_card_tells_what_is_waited_for_and_what_comes_of_it() {
        let run = virtual_time::run(async {
            let semaphore = Semaphore::new(1).named("permit");
            let job = |name: &'static str| {
                let semaphore = semaphore.clone();
                span(name, async move {
                    let _permit = semaphore.acquire().await?;
                    sleep(Duration::from_secs(1)).await?;
                    print(name);
                    Ok(())
                })
            };
            gather([job("a"), job("b")]).await
        });
        let timeline = Timeline::of(&run.trace);
        let b = &timeline.rows[2];
        let cards: Vec<_> = b.segments.iter().map(|segment| Card::of(&run.trace, &timeline, b, segment)).collect();
        let facts = |place: usize| -> Vec<String> {
            let told = cards[place].facts.iter().filter(|(name, _)| *name != "Line");
            told.map(|(name, words)| format!("{name}: {words}")).collect()
        };
        assert_eq!(cards[1].title, "b: suspended");
        assert_eq!(
            facts(1),
            ["When: 0.00 s – 1.00 s, for 1.00 s", "Waits for: the semaphore permit", "Then: ready, woken by a"]
        );
        assert_eq!(facts(2), ["When: at 1.00 s", "Does: acquired the semaphore permit"]);
        let last = cards.len() - 1;
        assert_eq!(facts(last)[1], "Does: printed: b; released the semaphore permit; b: returned; returned");
        assert!(cards[1].facts.iter().any(|(name, words)| *name == "Line" && words.ends_with("of the Rust program")));
        assert!(cards[1].spoken().starts_with("b: suspended. When: 0.00 s – 1.00 s, for 1.00 s. Waits for:"));
    }
}
