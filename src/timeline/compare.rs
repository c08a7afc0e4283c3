//! Comparing runs.

use std::collections::BinaryHeap;
use std::time::Duration;

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

/// By how much the loop noticed its timers late: the lateness that 95 % of them did not exceed. None without timers.
#[must_use]
pub fn lateness(trace: &Trace) -> Option<Duration> {
    let late = trace.events().filter_map(|event| match event.what {
        What::Ready(Waker::Timer { due }) => Some(event.at.saturating_sub(due)),
        _ => None,
    });
    let mut late: BinaryHeap<Duration> = late.collect();
    // The latest twentieth, which may be later still.
    for _ in 0..late.len() - (late.len() * 95).div_ceil(100) {
        late.pop();
    }
    late.pop()
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
    fn lateness_is_what_a_blocked_loop_adds() {
        let second = Duration::from_secs(1);
        let on_time = virtual_time::run(async move { gather((1..=20).map(|place| sleep(second * place))).await });
        assert_eq!(lateness(&on_time.trace), Some(Duration::ZERO));
        let late = virtual_time::run(async move {
            let sleeper = crate::aio::spawn(sleep(second));
            crate::aio::yield_now().await?;
            blocking_sleep(second * 3);
            sleeper.await
        });
        assert_eq!(lateness(&late.trace), Some(second * 2));
        assert_eq!(lateness(&virtual_time::run(async { Ok(()) }).trace), None);
    }
}
