//! From where on more of something brings little.

use std::time::Duration;

/// Times that differ by less than this share of the longest are the same to a reader.
const MATTERS: f64 = 0.05;

/// A curve that stays this close to its chord, as a share of both its sides, bends nowhere.
const BEND: f64 = 0.1;

/// Numbers that differ by less came out of the same fractions.
const EQUAL: f64 = 1e-9;

/// What a curve of times does while something grows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Knee {
    /// It falls, and past this place it falls little or no more.
    At(usize),
    /// It falls to the end: as evenly as a straight line, or with the last values the most.
    Falling,
    /// The longest of its times differs from the shortest by less than 5 %.
    Flat,
    /// It begins with its shortest time, or with one that is hardly longer, and rises.
    Rising,
}

/// The knee of a curve: of times by a number that grows from each to the next.
///
/// It is looked for between the first point and the first of the shortest times, so that it does not depend on how much of
/// no use comes after. There the curve counts as its ceiling, the longest time from each point on: a value that is short
/// by chance, with longer ones after it, is no knee. Of that the knee is the point that lies farthest below the straight line
/// from end to end, both sides being 1 (Kneedle, by Satopää and others); of several, the last. If none lies below it by a
/// tenth, the knee is where the shortest time begins; and if nothing comes after that, there is none.
#[must_use]
pub fn knee(points: &[(f64, Duration)]) -> Knee {
    let times = || points.iter().map(|(_, time)| time.as_secs_f64());
    let (Some(longest), Some(shortest)) = (times().reduce(f64::max), times().reduce(f64::min)) else {
        return Knee::Flat;
    };
    if longest - shortest < longest * MATTERS || longest == shortest {
        return Knee::Flat;
    }
    let fastest = times().position(|time| time == shortest).unwrap_or(0);
    let mut ceilings: Vec<f64> = times().take(fastest + 1).collect();
    for place in (0..fastest).rev() {
        ceilings[place] = ceilings[place].max(ceilings[place + 1]);
    }
    let gain = ceilings[0] - shortest;
    if gain < longest * MATTERS {
        return Knee::Rising;
    }
    let (from, to) = (points[0].0, points[fastest].0);
    let mut found = (fastest, BEND);
    for (place, ceiling) in ceilings.iter().enumerate() {
        let below = 1.0 - (points[place].0 - from) / (to - from) - (ceiling - shortest) / gain;
        if below >= found.1 - EQUAL {
            found = (place, below);
        }
    }
    if found.0 < fastest || fastest + 1 < points.len() { Knee::At(found.0) } else { Knee::Falling }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(millis: impl IntoIterator<Item = u64>) -> Knee {
        let points: Vec<_> = millis
            .into_iter()
            .enumerate()
            .map(|(place, time)| (place as f64 + 1.0, Duration::from_millis(time)))
            .collect();
        knee(&points)
    }

    /// So many jobs of a second each, with room for 1, 2, 3 and so on.
    fn rounds(jobs: u64, most: u64) -> impl Iterator<Item = u64> {
        (1..=most).map(move |limit| jobs.div_ceil(limit) * 1000)
    }

    #[test]
    fn what_comes_after_the_shortest_time_does_not_move_the_knee() {
        for most in [10, 20, 100] {
            assert_eq!(of(rounds(10, most)), Knee::At(4), "5 at a time, of up to {most}");
        }
        assert_eq!(of(rounds(100, 20)), Knee::At(4));
        assert_eq!(of(rounds(9, 20)), Knee::At(2));
        assert_eq!(of([10, 5, 2, 1, 1, 8, 20]), Knee::At(2), "slower again in the end");
    }

    #[test]
    fn a_step_is_a_knee_where_it_ends() {
        assert_eq!(of([10, 1, 1, 1]), Knee::At(1));
        assert_eq!(of([10, 10, 10, 1, 1, 1]), Knee::At(3));
        assert_eq!(of([10, 7, 4, 1, 1]), Knee::At(3), "a straight fall, then nothing more");
    }

    #[test]
    fn what_does_not_bend_has_none() {
        assert_eq!(of([10, 9, 8, 7, 6]), Knee::Falling);
        assert_eq!(of([10, 10, 10, 1]), Knee::Falling);
        assert_eq!(of([10, 1]), Knee::Falling);
        assert_eq!(of([1, 2, 3]), Knee::Rising);
        assert_eq!(of([1000, 990, 5000, 9000]), Knee::Rising, "what is gained at first is nothing beside what is lost");
        for flat in [vec![], vec![7], vec![7, 7, 7], vec![0, 0], vec![1000, 980, 1000, 990]] {
            assert_eq!(of(flat.clone()), Knee::Flat, "{flat:?}");
        }
    }

    #[test]
    fn a_lucky_value_is_no_knee() {
        // Short at the second place, and only there.
        assert_eq!(of([1000, 300, 900, 500, 350, 320, 300, 290, 280]), Knee::At(4));
        assert_eq!(of([1000, 970, 1000, 960, 1000]), Knee::Flat, "noise alone");
    }
}
