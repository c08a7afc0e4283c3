//! The time axis: a ruler that does not know where on the screen it lies.

use std::time::Duration;

use super::words::seconds;
use crate::numbers::fixed;

/// Maps time to pixels, linearly, from 0 at the left end.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scale {
    from: Duration,
    end: Duration,
    width_px: f64,
}

/// A mark on the axis.
#[derive(Clone, Debug, PartialEq)]
pub struct Tick {
    /// Where, in pixels from the left end.
    pub x_px: f64,
    /// What stands there: `1.5`, and at the first one of times the unit.
    pub label: String,
}

impl Scale {
    /// A scale on which `end` lies at `width_px`. A run that took no time gets an axis of one second.
    #[must_use]
    pub fn new(end: Duration, width_px: f64) -> Self {
        Self::between(Duration::ZERO, end, width_px)
    }

    /// A scale that begins later. Without any time between its ends it gets a second.
    #[must_use]
    pub fn between(from: Duration, end: Duration, width_px: f64) -> Self {
        let end = if end <= from { from.saturating_add(Duration::from_secs(1)) } else { end };
        Self { from, end, width_px: width_px.max(1.0) }
    }

    fn span(&self) -> f64 {
        self.end.saturating_sub(self.from).as_secs_f64()
    }

    /// The time at the left end.
    #[must_use]
    pub fn from(&self) -> Duration {
        self.from
    }

    /// The time at the right end.
    #[must_use]
    pub fn end(&self) -> Duration {
        self.end
    }

    /// Where a time lies; times outside lie beyond the ends.
    #[must_use]
    pub fn x_px(&self, time: Duration) -> f64 {
        (time.as_secs_f64() - self.from.as_secs_f64()) / self.span() * self.width_px
    }

    /// Which time lies there.
    #[must_use]
    pub fn time(&self, x_px: f64) -> Duration {
        let time = self.from.as_secs_f64() + x_px / self.width_px * self.span();
        Duration::try_from_secs_f64(time.max(0.0)).unwrap_or(Duration::MAX)
    }

    /// Marks at round times (1, 2 or 5 times a power of ten), at least `apart_px` from each other.
    #[must_use]
    pub fn ticks(&self, apart_px: f64) -> Vec<Tick> {
        let mut ticks = round_marks((self.from.as_secs_f64(), self.end.as_secs_f64()), self.width_px, apart_px);
        if let Some(first) = ticks.first_mut() {
            first.label += " s";
        }
        ticks
    }

    /// The end of the axis, in words.
    #[must_use]
    pub fn end_label(&self) -> String {
        seconds(self.end)
    }
}

/// Marks at round numbers from one to another, which lie `length_px` from each other; at least `apart_px` apart.
#[must_use]
pub fn round_marks((from, end): (f64, f64), length_px: f64, apart_px: f64) -> Vec<Tick> {
    let least = (end - from) * apart_px / length_px;
    let mut power = 1e-9;
    let mut decimals = 9;
    while power * 10.0 <= least {
        power *= 10.0;
        decimals -= 1;
    }
    let factors = [(1.0, 0), (2.0, 0), (5.0, 0), (10.0, 1)];
    let (factor, fewer) = factors.into_iter().find(|(factor, _)| factor * power >= least * 0.999).unwrap_or((10.0, 1));
    let step = factor * power;
    let decimals = u32::try_from(decimals - fewer).unwrap_or(0);
    let (begin, until) = ((from / step - 1e-6).ceil() as u64, (end / step + 1e-6).floor() as u64);
    (begin..=until)
        .map(|place| {
            let number = place as f64 * step;
            Tick { x_px: (number - from) / (end - from) * length_px, label: fixed(number, decimals) }
        })
        .collect()
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
    fn a_part_of_the_axis_has_round_ticks_too() {
        let millis = Duration::from_millis;
        let scale = Scale::between(millis(1130), millis(1330), 400.0);
        let ticks: Vec<_> = scale.ticks(56.0).into_iter().map(|tick| (tick.x_px.round(), tick.label)).collect();
        let wanted = [(40.0, "1.15 s"), (140.0, "1.20"), (240.0, "1.25"), (340.0, "1.30")];
        assert_eq!(ticks, wanted.map(|(x_px, label)| (x_px, label.to_owned())));
        assert_eq!(scale.time(200.0), millis(1230));
        assert_eq!(scale.x_px(millis(1130)), 0.0);
    }

    #[test]
    fn the_ends_of_time_are_the_ends_of_the_axis() {
        let scale = Scale::new(Duration::from_secs(4), 200.0);
        assert_eq!(scale.x_px(Duration::ZERO), 0.0);
        assert_eq!(scale.x_px(Duration::from_secs(1)), 50.0);
        assert_eq!(scale.x_px(Duration::from_secs(4)), 200.0);
    }
}
