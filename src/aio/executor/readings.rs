//! When to read the clock.

use std::time::Duration;

/// When to read the clock.
///
/// Every poll should have a reading of its own after it; but in a turn of many polls that would cost more than the polls.
/// So after the first ones several share a reading, as long as they take next to no time.
pub(super) struct Readings {
    polls: u32,
    /// How many polls share a reading, and how many of them are still to come.
    sharing: u32,
    left: u32,
}

impl Readings {
    const SINGLE: u32 = 64;
    const SHARING_AT_MOST: u32 = 512;
    const NEXT_TO_NOTHING: Duration = Duration::from_micros(250);

    pub(super) fn new() -> Self {
        Self { polls: 0, sharing: 1, left: 1 }
    }

    /// Notes a poll; says whether the clock is to be read after it.
    pub(super) fn is_due(&mut self) -> bool {
        self.left -= 1;
        self.left == 0
    }

    /// Notes a reading, and how much time has passed since the one before.
    pub(super) fn note(&mut self, passed: Duration) {
        self.polls = self.polls.saturating_add(self.sharing);
        self.sharing = match passed {
            _ if self.polls < Self::SINGLE || passed > Self::NEXT_TO_NOTHING => 1,
            _ => (2 * self.sharing).min(Self::SHARING_AT_MOST),
        };
        self.left = self.sharing;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// After how many polls the clock is read, each poll taking that long.
    fn read_after(polls: u32, each: impl Fn(u32) -> Duration) -> Vec<u32> {
        let mut readings = Readings::new();
        let mut passed = Duration::ZERO;
        let mut read = Vec::new();
        for poll in 1..=polls {
            passed += each(poll);
            if readings.is_due() {
                readings.note(std::mem::take(&mut passed));
                read.push(poll);
            }
        }
        read
    }

    #[test]
    fn quick_polls_come_to_share_readings_of_the_clock() {
        let read = read_after(10_000, |_| Duration::from_nanos(100));
        assert!(read[..64].iter().copied().eq(1..=64));
        assert_eq!(read[64..70], [66, 70, 78, 94, 126, 190]);
        assert_eq!(read.last().zip(read.iter().nth_back(1)).map(|(last, before)| last - before), Some(512));
    }

    #[test]
    fn polls_that_take_long_keep_a_reading_each() {
        let read = read_after(1000, |_| Duration::from_millis(1));
        assert_eq!(read.len(), 1000);
    }

    #[test]
    fn after_a_long_poll_the_next_ones_have_readings_of_their_own_again() {
        let read = read_after(1600, |poll| if poll == 900 { Duration::from_millis(5) } else { Duration::ZERO });
        let late = read.iter().position(|poll| *poll >= 900).unwrap();
        assert_eq!(read[late + 1] - read[late], 1);
        assert_eq!(read[late + 2] - read[late + 1], 2);
    }
}
