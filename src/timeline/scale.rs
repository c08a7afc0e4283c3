//! The time axis: a ruler that does not know where on the screen it lies.

use std::time::Duration;

use super::words::seconds;
use crate::numbers::fixed;

/// Maps time to pixels, linearly, from 0 at the left end.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scale {
    end: Duration,
    width_px: f64,
}

/// A mark on the axis.
#[derive(Clone, Debug, PartialEq)]
pub struct Tick {
    /// Where, in pixels from the left end.
    pub x_px: f64,
    /// What stands there: `1.5`, and at the last one that has room for it the unit.
    pub label: String,
}

impl Scale {
    /// A scale on which `end` lies at `width_px`. A run that took no time gets an axis of one second.
    #[must_use]
    pub fn new(end: Duration, width_px: f64) -> Self {
        let end = if end.is_zero() { Duration::from_secs(1) } else { end };
        Self { end, width_px: width_px.max(1.0) }
    }

    /// The time at the right end.
    #[must_use]
    pub fn end(&self) -> Duration {
        self.end
    }

    /// Where a time lies; times after the end lie beyond the right end.
    #[must_use]
    pub fn x_px(&self, time: Duration) -> f64 {
        time.as_secs_f64() / self.end.as_secs_f64() * self.width_px
    }

    /// Marks at round times (1, 2 or 5 times a power of ten), at least `apart_px` from each other.
    #[must_use]
    pub fn ticks(&self, apart_px: f64) -> Vec<Tick> {
        let end = self.end.as_secs_f64();
        let least = end * apart_px / self.width_px;
        let mut power = 1e-6;
        let mut decimals = 6;
        while power * 10.0 <= least {
            power *= 10.0;
            decimals -= 1;
        }
        let factors = [(1.0, 0), (2.0, 0), (5.0, 0), (10.0, 1)];
        let (factor, fewer) =
            factors.into_iter().find(|(factor, _)| factor * power >= least * 0.999).unwrap_or((10.0, 1));
        let step = factor * power;
        let decimals = u32::try_from(decimals - fewer).unwrap_or(0);
        let count = (end / step + 1e-6).floor() as usize;
        (0..=count)
            .map(|place| {
                let time = place as f64 * step;
                let unit = if place == 0 { " s" } else { "" };
                Tick { x_px: time / end * self.width_px, label: fixed(time, decimals) + unit }
            })
            .collect()
    }

    /// The end of the axis, in words.
    #[must_use]
    pub fn end_label(&self) -> String {
        seconds(self.end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(end_millis: u64, width_px: f64) -> String {
        let ticks = Scale::new(Duration::from_millis(end_millis), width_px).ticks(56.0);
        assert!(ticks.windows(2).all(|pair| pair[1].x_px - pair[0].x_px >= 55.9), "{ticks:?}");
        ticks.into_iter().map(|tick| tick.label).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn ticks_are_round_and_have_room() {
        assert_eq!(labels(3000, 800.0), "0.0 s 0.5 1.0 1.5 2.0 2.5 3.0");
        assert_eq!(labels(3000, 210.0), "0 s 1 2 3");
        assert_eq!(labels(100_000, 800.0), "0 s 10 20 30 40 50 60 70 80 90 100");
        assert_eq!(labels(300, 500.0), "0.00 s 0.05 0.10 0.15 0.20 0.25 0.30");
    }

    #[test]
    fn no_time_and_no_room_still_give_an_axis() {
        assert_eq!(labels(0, 800.0), "0.0 s 0.1 0.2 0.3 0.4 0.5 0.6 0.7 0.8 0.9 1.0");
        assert_eq!(Scale::new(Duration::from_secs(1), 0.0).ticks(56.0).len(), 1);
    }

    #[test]
    fn the_ends_of_time_are_the_ends_of_the_axis() {
        let scale = Scale::new(Duration::from_secs(4), 200.0);
        assert_eq!(scale.x_px(Duration::ZERO), 0.0);
        assert_eq!(scale.x_px(Duration::from_secs(1)), 50.0);
        assert_eq!(scale.x_px(Duration::from_secs(4)), 200.0);
    }
}
