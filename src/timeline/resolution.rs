//! What a clock can tell apart, and how much of a time may be said that was read off it.

use std::time::Duration;

use super::rows::Completion;
use super::words::seconds;
use crate::numbers::fixed;

/// The steps in which a run's clock moves. Times that lie closer together are, as far as it tells, the same.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Resolution(Duration);

impl Resolution {
    /// The virtual clock's: what it shows is so.
    pub const EXACT: Self = Self(Duration::ZERO);

    /// A clock that moves in such steps.
    #[must_use]
    pub const fn of_step(step: Duration) -> Self {
        Self(step)
    }

    /// How long a step is; zero for an exact clock.
    #[must_use]
    pub fn step(self) -> Duration {
        self.0
    }

    /// Whether all that it shows is so.
    #[must_use]
    pub fn is_exact(self) -> bool {
        self.0.is_zero()
    }

    /// Whether two of its readings that lie so far apart are two times: at least a step. A step is measured as a float, and
    /// may come out a hundredth too long.
    #[must_use]
    pub fn tells(self, gap: Duration) -> bool {
        gap >= self.0.mul_f64(0.99)
    }

    /// How many decimals of a second it vouches for, of the two that are shown.
    #[must_use]
    pub fn decimals(self) -> u32 {
        const TENTH: Duration = Duration::from_millis(100);
        match self.0 {
            step if step <= TENTH / 10 => 2,
            step if step <= TENTH => 1,
            _ => 0,
        }
    }

    /// A time with the decimals that it vouches for: `1.50`, `1.5`.
    #[must_use]
    pub fn show(self, time: Duration) -> String {
        fixed(time.as_secs_f64(), self.decimals())
    }

    /// The same with its unit: `1.50 s`.
    #[must_use]
    pub fn seconds(self, time: Duration) -> String {
        self.show(time) + " s"
    }

    /// How long something took, between two readings.
    #[must_use]
    pub fn span(self, time: Duration) -> String {
        if self.is_exact() || self.tells(time) { self.seconds(time) } else { "less than this clock tells".to_owned() }
    }

    /// Its step in words: `0.1 ms`, `2 ms`, `0.10 s`.
    #[must_use]
    pub fn words(self) -> String {
        let millis = self.0.as_secs_f64() * 1e3;
        match millis {
            millis if millis >= 100.0 => seconds(self.0),
            millis if millis >= 9.95 => fixed(millis, 0) + " ms",
            millis => fixed(millis, 2).trim_end_matches('0').trim_end_matches('.').to_owned() + " ms",
        }
    }
}

/// Which completions ended at one time as far as the clock tells, by their places, counted from 1: from which to which.
#[must_use]
pub fn ties(completions: &[Completion], resolution: Resolution) -> Vec<(usize, usize)> {
    if resolution.is_exact() {
        return Vec::new();
    }
    let mut ties = Vec::new();
    let mut first = 0;
    for next in 1..=completions.len() {
        let begun = completions[first].at;
        let is_tied = completions.get(next).is_some_and(|done| !resolution.tells(done.at.saturating_sub(begun)));
        if !is_tied {
            if next - first > 1 {
                ties.push((first + 1, next));
            }
            first = next;
        }
    }
    ties
}

/// The same in words, and what is known of their order all the same; none without any.
#[must_use]
pub fn ties_in_words(completions: &[Completion], resolution: Resolution) -> Option<String> {
    let ties: Vec<String> = ties(completions, resolution).iter().map(|(from, to)| format!("{from}–{to}")).collect();
    let last = ties.last()?;
    let (which, each) = match ties.len() {
        1 => (last.clone(), ""),
        more => (format!("{} and {last}", ties[..more - 1].join(", ")), "each "),
    };
    let step = resolution.words();
    Some(format!(
        "{which}: {each}at the same time, as far as this clock tells, which moves by {step}. There is one thread, so the order \
         is known; how far apart they were is not."
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aio::trace::Outcome;

    const MILLI: Duration = Duration::from_millis(1);

    fn at(micros: &[u64]) -> Vec<Completion> {
        let done = |micros: &u64| Completion {
            label: "it".into(),
            at: Duration::from_micros(*micros),
            outcome: Outcome::Returned(None),
        };
        micros.iter().map(done).collect()
    }

    #[test]
    fn no_digit_is_shown_that_the_clock_does_not_vouch_for() {
        let time = Duration::from_micros(1_234_567);
        let shown = |millis| Resolution::of_step(MILLI * millis).seconds(time);
        assert_eq!([0, 1, 10, 11, 100, 101].map(shown), ["1.23 s", "1.23 s", "1.23 s", "1.2 s", "1.2 s", "1 s"]);
        let words = |micros| Resolution::of_step(Duration::from_micros(micros)).words();
        assert_eq!(
            [5, 20, 100, 2000, 20_000, 100_000].map(words),
            ["0.01 ms", "0.02 ms", "0.1 ms", "2 ms", "20 ms", "0.10 s"]
        );
    }

    #[test]
    fn a_span_below_a_step_has_no_length() {
        let clock = Resolution::of_step(MILLI * 2);
        assert_eq!(
            [1, 2, 20].map(|millis| clock.span(MILLI * millis)),
            ["less than this clock tells", "0.00 s", "0.02 s"]
        );
        assert_eq!(Resolution::EXACT.span(Duration::ZERO), "0.00 s");
    }

    #[test]
    fn a_step_is_told_whatever_a_float_makes_of_it() {
        let clock = Resolution::of_step(Duration::from_micros(100));
        assert!(clock.tells(Duration::from_nanos(99_999)));
        assert!(!clock.tells(Duration::from_micros(50)));
    }

    #[test]
    fn what_ends_within_a_step_ends_at_the_same_time() {
        let clock = Resolution::of_step(MILLI);
        assert_eq!(ties(&at(&[0, 0, 400, 1000, 2000, 2000]), clock), [(1, 3), (5, 6)]);
        assert_eq!(ties(&at(&[0, 600, 1200]), clock), [(1, 2)], "a chain of small gaps is no small gap");
        assert_eq!(ties(&at(&[0, 1000]), clock), []);
        assert_eq!(ties(&[], clock), []);
        assert_eq!(ties(&at(&[0, 0]), Resolution::EXACT), [], "under the virtual clock they do end at one time");
    }

    #[test]
    fn ties_are_said_with_what_is_known() {
        let words = ties_in_words(&at(&[0, 0, 1000, 2000, 2000]), Resolution::of_step(MILLI));
        let words = words.expect("two of them");
        assert!(
            words.starts_with("1–2 and 4–5: each at the same time, as far as this clock tells, which moves by 1 ms.")
        );
        assert_eq!(ties_in_words(&at(&[0, 1000]), Resolution::of_step(MILLI)), None);
    }
}
