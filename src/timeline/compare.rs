//! Comparing runs.

use std::collections::BinaryHeap;
use std::time::Duration;

use super::resolution::Resolution;
use crate::aio::trace::{Trace, Waker, What};
use crate::numbers::fixed;

/// How many times faster, with what it was computed from.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Speedup {
    /// How long the first variant took.
    pub baseline: Duration,
    /// How long this one took.
    pub time: Duration,
}

impl Speedup {
    /// The first operand divided by the second.
    #[must_use]
    pub fn factor(&self) -> f64 {
        self.baseline.as_secs_f64() / self.time.as_secs_f64()
    }

    /// The factor with two significant digits, and at least one decimal below 10: `3.0`, `1.5`, `100`.
    #[must_use]
    pub fn show(&self) -> String {
        let factor = self.factor();
        fixed(factor, u32::from(factor < 9.95))
    }
}

/// How many times faster `time` is than `baseline`; none where one of them took no time, and nothing can be said.
#[must_use]
pub fn speedup(baseline: Duration, time: Duration) -> Option<Speedup> {
    (!baseline.is_zero() && !time.is_zero()).then_some(Speedup { baseline, time })
}

/// By how much the loop noticed its timers late.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Drift {
    /// How many timers fired.
    pub timers: usize,
    /// The lateness that half of them did not exceed.
    pub p50: Duration,
    /// The lateness that 95 % of them did not exceed.
    pub p95: Duration,
}

/// By how much the loop noticed its timers late. None without timers.
#[must_use]
pub fn drift(trace: &Trace) -> Option<Drift> {
    let late = trace.events().filter_map(|event| match event.what {
        What::Ready(Waker::Timer { due }) => Some(event.at.saturating_sub(due)),
        _ => None,
    });
    // The standard library's heap is there anyway; what sorts is not.
    let mut late: BinaryHeap<Duration> = late.collect();
    let timers = late.len();
    // The latest are taken out until so many are left.
    let mut left_of = |percent: usize| {
        while late.len() > (timers * percent).div_ceil(100) {
            late.pop();
        }
        late.peek().copied()
    };
    let p95 = left_of(95)?;
    let p50 = left_of(50)?;
    Some(Drift { timers, p50, p95 })
}

/// How long a real run took, and what is known of how true that is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Measured {
    /// How long it took.
    pub took: Duration,
    /// How long it takes on an ideal machine, if that can be compared.
    pub ideal: Option<Duration>,
    /// How late its timers were ([`Drift::p95`]).
    pub late: Duration,
    /// What its clock can tell apart.
    pub resolution: Resolution,
}

impl Measured {
    /// By how much the machine may have bent it: a step of the clock, and what it took longer than it should have or its
    /// timers were late, whichever is more.
    #[must_use]
    pub fn may_be_off_by(&self) -> Duration {
        let bent = self.ideal.map_or(Duration::ZERO, |ideal| self.took.abs_diff(ideal));
        self.resolution.step() + bent.max(self.late)
    }

    /// Whether the two took the same time, as far as can be told: their difference is no more than either may be off by.
    #[must_use]
    pub fn is_as_long_as(&self, other: &Self) -> bool {
        self.took.abs_diff(other.took) <= self.may_be_off_by().max(other.may_be_off_by())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aio::{blocking_sleep, gather, sleep};
    use crate::host::virtual_time;

    #[test]
    fn the_speedup_is_the_first_time_divided_by_the_second() {
        let times = |a, b| speedup(Duration::from_millis(a), Duration::from_millis(b));
        assert_eq!(times(3000, 1000).map(|speedup| speedup.show()).as_deref(), Some("3.0"));
        assert_eq!(times(3000, 2000).map(|speedup| speedup.show()).as_deref(), Some("1.5"));
        assert_eq!(times(100_000, 1000).map(|speedup| speedup.show()).as_deref(), Some("100"));
        assert_eq!(times(9_960, 1000).map(|speedup| speedup.show()).as_deref(), Some("10"));
        assert_eq!(times(1000, 0), None);
    }

    #[test]
    fn drift_is_what_a_blocked_loop_adds() {
        let second = Duration::from_secs(1);
        let on_time = virtual_time::run(async move { gather((1..=20).map(|place| sleep(second * place))).await });
        assert_eq!(drift(&on_time.trace), Some(Drift { timers: 20, p50: Duration::ZERO, p95: Duration::ZERO }));
        let late = virtual_time::run(async move {
            let sleepers = crate::aio::spawn(gather((1..=20).map(|place| sleep(second * place))));
            crate::aio::yield_now().await?;
            crate::aio::yield_now().await?;
            blocking_sleep(second * 20);
            sleepers.await
        });
        // From 19 seconds late to on time.
        assert_eq!(drift(&late.trace), Some(Drift { timers: 20, p50: second * 9, p95: second * 18 }));
        assert_eq!(drift(&virtual_time::run(async { Ok(()) }).trace), None);
    }

    #[test]
    fn no_difference_is_claimed_that_the_machine_may_have_made() {
        let millis = Duration::from_millis;
        let run = |took, ideal: Option<u64>, late| Measured {
            took: millis(took),
            ideal: ideal.map(millis),
            late: millis(late),
            resolution: Resolution::of_step(millis(2)),
        };
        assert!(!run(3010, Some(3000), 4).is_as_long_as(&run(1010, Some(1000), 4)));
        assert!(run(1004, Some(1000), 1).is_as_long_as(&run(1010, Some(1000), 1)), "12 ms are within 10 ms and a step");
        assert!(!run(1000, None, 1).is_as_long_as(&run(1004, None, 1)), "4 ms are more than 1 ms and a step");
        assert!(run(1000, None, 2).is_as_long_as(&run(1004, None, 0)));
        assert!(run(1000, None, 0).is_as_long_as(&run(1002, None, 0)), "a step of the clock is nothing");
        assert_eq!(run(1004, Some(1000), 9).may_be_off_by(), millis(11));
    }
}
