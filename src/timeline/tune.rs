//! Completions as notes: how high, and how many.

use std::collections::VecDeque;
use std::time::Duration;

/// The lowest note: the A below middle C.
const LOWEST_HERTZ: f64 = 220.0;
/// The notes of an octave, of which any sound well together: a major pentatonic.
const STEPS: [f64; 5] = [1.0, 9.0 / 8.0, 5.0 / 4.0, 3.0 / 2.0, 5.0 / 3.0];
/// So many different notes, from the lowest up.
const NOTES: usize = 16;

/// The note of the completion at this place, counted from 1, of so many: the later, the higher.
#[must_use]
pub fn hertz(place: usize, of: usize) -> f64 {
    // Few go up by steps; many share the notes that there are.
    let note = place.saturating_sub(1) * (NOTES - 1) / of.saturating_sub(1).max(NOTES - 1);
    let note = note.min(NOTES - 1);
    LOWEST_HERTZ * f64::from(1_u32 << (note / STEPS.len())) * STEPS[note % STEPS.len()]
}

/// Lets so many things happen within a second, and no more.
#[derive(Debug)]
pub struct Pace {
    most: usize,
    let_through: VecDeque<Duration>,
}

impl Pace {
    /// At most so many.
    #[must_use]
    pub fn of(most: usize) -> Self {
        Self { most, let_through: VecDeque::new() }
    }

    /// Whether one more may happen, at a time that is not before the last one.
    pub fn allows(&mut self, now: Duration) -> bool {
        while self.let_through.front().is_some_and(|time| *time + Duration::from_secs(1) <= now) {
            self.let_through.pop_front();
        }
        let may = self.let_through.len() < self.most;
        if may {
            self.let_through.push_back(now);
        }
        may
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_later_the_higher() {
        for of in [1, 3, 16, 17, 100, 5000] {
            let notes: Vec<f64> = (1..=of).map(|place| hertz(place, of)).collect();
            assert!(notes.is_sorted(), "{of}: {notes:?}");
            assert!(notes.iter().all(|note| (220.0..2000.0).contains(note)), "{of}: {notes:?}");
        }
        let few: Vec<f64> = (1..=6).map(|place| hertz(place, 6)).collect();
        assert_eq!(few, [220.0, 247.5, 275.0, 330.0, 220.0 * 5.0 / 3.0, 440.0]);
        assert!(hertz(9, 3) < 2000.0, "a place beyond the last one");
    }

    #[test]
    fn no_more_than_some_in_a_second() {
        let mut pace = Pace::of(3);
        let mut count = |from: u64, to: u64| (from..to).filter(|at| pace.allows(Duration::from_millis(*at))).count();
        assert_eq!(count(0, 100), 3);
        assert_eq!(count(100, 1000), 0);
        assert_eq!(count(1000, 1001), 1, "the first one was a second ago");
        assert_eq!(count(1001, 2001), 3);
    }
}
