//! What is different between two runs: which rows are gone, which are new, which have moved, and by how much.

use std::time::Duration;

use super::resolution::Resolution;
use super::rows::{Row, State, Timeline};
use crate::aio::trace::Outcome;
use crate::numbers::fixed;

/// Below this, a time is told in milliseconds.
const SMALL: Duration = Duration::from_millis(100);

/// Rows of the same label belong together, the first with the first: those of one timeline in their order, each with the
/// other's, then what only the other has.
#[must_use]
pub fn pairs<'a>(one: &'a Timeline, other: &'a Timeline) -> Vec<(Option<&'a Row>, Option<&'a Row>)> {
    let mut taken = vec![false; other.rows.len()];
    let mut expected = 0;
    let mut pairs: Vec<_> = Vec::with_capacity(one.rows.len());
    for row in &one.rows {
        // Mostly both have the same rows in the same order: the search begins where the last one ended.
        let places = (expected..taken.len()).chain(0..expected.min(taken.len()));
        let found = places.into_iter().find(|place| !taken[*place] && other.rows[*place].label == row.label);
        if let Some(place) = found {
            taken[place] = true;
            expected = place + 1;
        }
        pairs.push((Some(row), found.map(|place| &other.rows[place])));
    }
    pairs.extend(other.rows.iter().zip(taken).filter(|(_, taken)| !taken).map(|(row, _)| (None, Some(row))));
    pairs
}

/// From one time to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shift {
    /// In the one run.
    pub from: Duration,
    /// In the other.
    pub to: Duration,
}

impl Shift {
    /// How far it is.
    #[must_use]
    pub fn distance(self) -> Duration {
        self.from.abs_diff(self.to)
    }

    fn words(self, clock: Resolution, more: &str, less: &str) -> String {
        let distance = self.distance();
        // Of what hundredths of a second would show as nothing.
        let millis = || fixed(distance.as_secs_f64() * 1e3, 1) + " ms";
        let words = if distance < SMALL && clock.is_exact() { millis() } else { clock.seconds(distance) };
        format!("{words} {}", if self.to > self.from { more } else { less })
    }
}

/// What became of a row of the one run in the other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// The other run does not have it.
    Vanished,
    /// Only the other run has it.
    New,
    /// Both have it, and these things are different; nothing if it is the same.
    Changed {
        /// When it begins.
        begins: Option<Shift>,
        /// When it ends; where only one run has ended it, that is part of `outcome`.
        ends: Option<Shift>,
        /// For how long it waits, be it for something or for its turn.
        waits: Option<Shift>,
        /// How it ends, in words, in the one run and in the other.
        outcome: Option<(String, String)>,
        /// Its place in the order of completion.
        place: Option<(usize, usize)>,
    },
}

/// A row, and what became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// Its label.
    pub label: String,
    /// What became of it.
    pub change: Change,
}

/// What became of each row, in the order in which both are drawn. Times that are no more apart than `tolerance` are the same:
/// what a clock cannot tell is no difference.
#[must_use]
pub fn differences(one: &Timeline, other: &Timeline, tolerance: Duration) -> Vec<Difference> {
    let rows = pairs(one, other).into_iter();
    rows.filter_map(|pair| {
        let (label, change) = match pair {
            (Some(row), None) => (&row.label, Change::Vanished),
            (None, Some(row)) => (&row.label, Change::New),
            (Some(one), Some(other)) => (&one.label, changed(one, other, tolerance)),
            (None, None) => return None,
        };
        Some(Difference { label: label.to_string(), change })
    })
    .collect()
}

fn changed(one: &Row, other: &Row, tolerance: Duration) -> Change {
    let shift = |from, to| Some(Shift { from, to }).filter(|shift| shift.distance() > tolerance);
    let end = |row: &Row| row.end.as_ref().map(|(at, _)| *at);
    let waits = |row: &Row| row.total(State::Suspended) + row.total(State::Ready);
    let outcome = Some((outcome_words(one), outcome_words(other)));
    Change::Changed {
        begins: shift(one.from, other.from),
        ends: end(one).zip(end(other)).and_then(|(from, to)| shift(from, to)),
        waits: shift(waits(one), waits(other)),
        outcome: outcome.filter(|(one, other)| one != other),
        place: one.place.zip(other.place).filter(|(one, other)| one != other),
    }
}

fn outcome_words(row: &Row) -> String {
    match row.end.as_ref().map(|(_, outcome)| outcome) {
        None => "does not end".to_owned(),
        Some(Outcome::Returned(None)) => "returns".to_owned(),
        Some(Outcome::Returned(Some(value))) => format!("returns {value}"),
        Some(Outcome::Raised(error)) => format!("raises {error}"),
        Some(Outcome::Cancelled) => "is cancelled".to_owned(),
    }
}

impl Difference {
    /// Whether there is none.
    #[must_use]
    pub fn is_same(&self) -> bool {
        self.words(Resolution::EXACT).is_none()
    }

    /// What is different, as the rest of a sentence that begins with the row's label, with no digit that the clock does not
    /// tell; none if nothing is.
    #[must_use]
    pub fn words(&self, clock: Resolution) -> Option<String> {
        let Change::Changed { begins, ends, waits, outcome, place } = &self.change else {
            return Some(if self.change == Change::New { "is new" } else { "is gone" }.to_owned());
        };
        let mut parts = Vec::new();
        let moves = begins.zip(*ends).filter(|(begin, end)| begin.distance() == end.distance());
        // The whole of it may have moved, and be as long as before.
        if let Some((begin, _)) = moves.filter(|(begin, end)| (begin.to > begin.from) == (end.to > end.from)) {
            parts.push(format!("comes {}", begin.words(clock, "later", "earlier")));
        } else {
            parts.extend(begins.map(|begin| format!("begins {}", begin.words(clock, "later", "earlier"))));
            parts.extend(ends.map(|end| format!("ends {}", end.words(clock, "later", "earlier"))));
        }
        parts.extend(waits.map(|waits| format!("waits {}", waits.words(clock, "longer", "less"))));
        parts.extend(outcome.as_ref().map(|(one, other)| format!("{other}, where it {one}")));
        parts.extend(place.map(|(one, other)| format!("completes as number {other}, not {one}")));
        (!parts.is_empty()).then(|| parts.join("; "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aio::{Error, Result, gather, sleep, span};
    use crate::host::virtual_time;

    const SECOND: Duration = Duration::from_secs(1);

    async fn job(name: &'static str, seconds: u32) -> Result<()> {
        span(name, sleep(SECOND * seconds)).await
    }

    fn timeline<T: std::fmt::Debug + 'static>(main: impl Future<Output = Result<T>> + 'static) -> Timeline {
        Timeline::of(&virtual_time::run(main).trace)
    }

    fn words(one: &Timeline, other: &Timeline, tolerance: Duration) -> Vec<String> {
        let found = differences(one, other, tolerance).into_iter();
        found.filter_map(|it| Some(format!("{} {}", it.label, it.words(Resolution::EXACT)?))).collect()
    }

    #[test]
    fn what_runs_side_by_side_comes_earlier_than_in_turn() {
        let in_turn = timeline(async {
            job("a", 2).await?;
            job("b", 1).await
        });
        let together = timeline(async { gather([job("a", 2), job("b", 1)]).await.map(drop) });
        assert_eq!(
            words(&in_turn, &together, Duration::ZERO),
            [
                "main ends 1.00 s earlier; waits 1.00 s less",
                "a completes as number 2, not 1",
                "b comes 2.00 s earlier; completes as number 1, not 2",
            ]
        );
        assert!(differences(&in_turn, &in_turn, Duration::ZERO).iter().all(Difference::is_same));
    }

    #[test]
    fn what_only_one_of_them_has_is_new_or_gone() {
        let (one, other) = (timeline(async { job("a", 1).await }), timeline(async { job("b", 1).await }));
        assert_eq!(words(&one, &other, Duration::ZERO), ["a is gone", "b is new"]);
    }

    #[test]
    fn rows_of_one_name_belong_together_in_their_order() {
        let one = timeline(async { gather([job("a", 1), job("a", 3)]).await.map(drop) });
        let other = timeline(async { gather([job("a", 1), job("a", 2)]).await.map(drop) });
        let found = words(&one, &other, Duration::ZERO);
        assert_eq!(found[1..], ["a ends 1.00 s earlier; waits 1.00 s less"]);
    }

    #[test]
    fn another_outcome_is_told_and_what_the_clock_cannot_tell_is_not() {
        let one = timeline(async { job("a", 1).await });
        let other = timeline(async {
            span("a", async {
                sleep(SECOND + Duration::from_millis(3)).await?;
                Err::<(), _>(Error::raised("no"))
            })
            .await
            .or(Ok(()))
        });
        let found = words(&one, &other, Duration::from_millis(5));
        assert_eq!(found, ["a raises no, where it returns"]);
        assert!(words(&one, &other, Duration::ZERO)[1].starts_with("a ends 3.0 ms later"));
    }
}
