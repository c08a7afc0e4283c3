//! How much of the axis is seen: nearer, farther, aside.

use std::time::Duration;

/// An axis is at least so long.
const SHORTEST: Duration = Duration::from_micros(10);

/// Fingers are never nearer to each other than they are thick.
const FINGER_PX: f64 = 12.0;

/// A change of what is seen of the axis. Places on it are fractions: 0 at its left end, 1 at its right.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Look {
    /// How much longer the stretch becomes that is seen; less than 1 is nearer.
    pub factor: f64,
    /// What lies here …
    pub before: f64,
    /// … lies there afterwards.
    pub after: f64,
}

impl Look {
    /// Nearer or farther, about a place that stays where it is.
    #[must_use]
    pub fn about(place: f64, factor: f64) -> Self {
        Self { factor, before: place, after: place }
    }

    /// Aside, by so much of what is seen; later if positive.
    #[must_use]
    pub fn aside(by: f64) -> Self {
        Self { factor: 1.0, before: by, after: 0.0 }
    }

    /// What two fingers mean that lay at some points and lie at others now, on an axis that begins at `first_px` and is
    /// `axis_px` long: what lay in the middle between them stays there, and nearer follows their distance.
    #[must_use]
    pub fn between(before: [[f64; 2]; 2], after: [[f64; 2]; 2], first_px: f64, axis_px: f64) -> Self {
        let middle = |[one, other]: [[f64; 2]; 2]| (f64::midpoint(one[0], other[0]) - first_px) / axis_px.max(1.0);
        let apart = |[one, other]: [[f64; 2]; 2]| (one[0] - other[0]).hypot(one[1] - other[1]).max(FINGER_PX);
        Self { factor: apart(before) / apart(after), before: middle(before), after: middle(after) }
    }

    /// What is seen afterwards, of an axis of which the stretch from `from` to `to` was seen and which ends with `whole`;
    /// none for all of it.
    #[must_use]
    pub fn of(self, (from, to): (Duration, Duration), whole: Duration) -> Option<(Duration, Duration)> {
        let (from, whole) = (from.as_secs_f64(), whole.as_secs_f64());
        let span = to.as_secs_f64() - from;
        let longer = (span * self.factor).max(SHORTEST.as_secs_f64());
        if longer >= whole {
            return None;
        }
        // At the end of what can be seen nothing moves any more.
        let after = if longer == span * self.factor { self.after } else { self.before };
        let from = (from + span * self.before - longer * after).clamp(0.0, whole - longer);
        let time = |seconds| Duration::try_from_secs_f64(seconds).unwrap_or_default();
        Some((time(from), time(from + longer)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEN: Duration = Duration::from_secs(10);
    const ALL: (Duration, Duration) = (Duration::ZERO, TEN);

    fn seen(look: Look, from: (Duration, Duration)) -> Option<(f64, f64)> {
        let rounded = |time: Duration| (time.as_secs_f64() * 1e6).round() / 1e6;
        look.of(from, TEN).map(|(from, to)| (rounded(from), rounded(to)))
    }

    fn secs(from: f64, to: f64) -> (Duration, Duration) {
        (Duration::from_secs_f64(from), Duration::from_secs_f64(to))
    }

    #[test]
    fn what_lies_under_the_pointer_stays_there() {
        assert_eq!(seen(Look::about(0.5, 0.6), ALL), Some((2.0, 8.0)));
        assert_eq!(seen(Look::about(0.0, 0.5), ALL), Some((0.0, 5.0)));
        assert_eq!(seen(Look::about(0.25, 0.5), secs(4.0, 8.0)), Some((4.5, 6.5)));
        assert_eq!(seen(Look::about(0.25, 1.5), secs(4.0, 8.0)), Some((3.5, 9.5)));
    }

    #[test]
    fn nothing_beyond_the_run_is_seen() {
        assert_eq!(seen(Look::aside(0.2), secs(2.0, 8.0)), Some((3.2, 9.2)));
        assert_eq!(seen(Look::aside(1.0), secs(2.0, 8.0)), Some((4.0, 10.0)));
        assert_eq!(seen(Look::aside(-1.0), secs(2.0, 8.0)), Some((0.0, 6.0)));
        assert_eq!(seen(Look::about(0.9, 2.0), secs(2.0, 6.0)), Some((0.0, 8.0)));
        assert_eq!(seen(Look::about(0.5, 2.0), secs(2.0, 8.0)), None);
        assert_eq!(seen(Look::aside(0.2), ALL), None);
    }

    #[test]
    fn the_axis_keeps_some_length() {
        let near = secs(1.0, 1.000_02);
        let (from, to) = Look::about(0.5, 0.01).of(near, TEN).expect("a part");
        assert!(to.saturating_sub(from) >= Duration::from_nanos(9_999), "{from:?} {to:?}");
    }

    #[test]
    fn two_fingers_move_and_stretch_the_axis() {
        // From 40 % and 60 % of an axis of 100 px that begins at 50 px, to 20 % and 80 %.
        let spread = Look::between([[90.0, 5.0], [110.0, 5.0]], [[70.0, 5.0], [130.0, 5.0]], 50.0, 100.0);
        let (from, to) = seen(spread, ALL).expect("a part");
        assert!((from - 10.0 / 3.0).abs() < 1e-5 && (to - 20.0 / 3.0).abs() < 1e-5, "{from} {to}");
        // Both to the left by a tenth of the axis: later.
        let pan = Look::between([[90.0, 5.0], [110.0, 5.0]], [[80.0, 5.0], [100.0, 5.0]], 50.0, 100.0);
        assert_eq!(seen(pan, secs(2.0, 8.0)), Some((2.6, 8.6)));
        // One above the other.
        let upright = Look::between([[100.0, 0.0], [100.0, 20.0]], [[100.0, 0.0], [100.0, 40.0]], 50.0, 100.0);
        assert_eq!(seen(upright, ALL), Some((2.5, 7.5)));
        // On one spot they say nothing.
        let none = Look::between([[90.0, 5.0], [90.0, 5.0]], [[90.0, 5.0], [91.0, 5.0]], 50.0, 0.0);
        assert_eq!(none.factor, 1.0);
    }
}
