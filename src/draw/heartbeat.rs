//! Whether the page could do anything beside a run.

use std::time::Duration;

use super::lanes::Frame;
use super::scene::{Anchor, Bar, Scene, Shape};
use crate::timeline::seconds;

/// A heart that misses for so long, on the wall's clock, has missed something that a person would notice.
const SILENCE: Duration = Duration::from_millis(200);

const HEIGHT_PX: f64 = 22.0;

/// A mark for each time that the page could do something else, on the lanes' axis, and how long it could not. The run went
/// `speed` times as fast as the wall's clock.
#[must_use]
pub fn heartbeat(beats: &[Duration], until: Duration, speed: f64, frame: Frame) -> Scene {
    let mut shapes = vec![Shape::Text {
        class: "label",
        at_px: [0.0, 14.0],
        anchor: Anchor::Start,
        text: "page’s heart".to_owned(),
    }];
    let mut silences = Vec::new();
    let mut words = Vec::new();
    for (from, to) in silent(beats, until, speed) {
        let Some((x_px, end_px)) = frame.stretch_px(from, to) else { continue };
        let text = format!("stands still for {}", seconds(to.saturating_sub(from).div_f64(speed)));
        if end_px - x_px > 8.0 * text.len() as f64 {
            let at_px = [f64::midpoint(x_px, end_px), 14.0];
            words.push(Shape::Text { class: "silence", at_px, anchor: Anchor::Middle, text: text.clone() });
        }
        silences.push(Bar { x_px, y_px: 3.0, width_px: end_px - x_px, height_px: 16.0, title: text });
    }
    shapes.push(Shape::Bars { class: "silence", bars: silences });
    let beats = beats.iter().filter(|beat| frame.shows(**beat)).map(|beat| frame.x_px(*beat));
    shapes.extend(beats.map(|x_px| Shape::Line { class: "beat", ends_px: [x_px, 6.0, x_px, 16.0] }));
    shapes.append(&mut words);
    Scene { width_px: frame.width_px, height_px: HEIGHT_PX, shapes, joined: 0 }
}

/// When the page could do nothing for long, on the run's clock.
#[must_use]
pub fn silent(beats: &[Duration], until: Duration, speed: f64) -> Vec<(Duration, Duration)> {
    let from = std::iter::once(Duration::ZERO).chain(beats.iter().copied());
    let to = beats.iter().copied().chain([until]);
    from.zip(to).filter(|(from, to)| to.saturating_sub(*from) >= SILENCE.mul_f64(speed)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tenths(count: u64) -> Duration {
        Duration::from_millis(100 * count)
    }

    #[test]
    fn a_heart_that_beats_is_never_silent() {
        let beats: Vec<_> = (1..20).map(tenths).collect();
        assert_eq!(silent(&beats, tenths(20), 1.0), []);
    }

    #[test]
    fn a_silence_lasts_from_one_beat_to_the_next() {
        assert_eq!(silent(&[tenths(1), tenths(11), tenths(12)], tenths(13), 1.0), [(tenths(1), tenths(11))]);
        assert_eq!(silent(&[], tenths(30), 1.0), [(tenths(0), tenths(30))]);
        assert_eq!(silent(&[tenths(1)], tenths(31), 1.0), [(tenths(1), tenths(31))]);
    }

    #[test]
    fn what_is_long_is_so_on_the_walls_clock() {
        let beats = [tenths(10), tenths(20)];
        assert_eq!(silent(&beats, tenths(30), 20.0), [], "each is a twentieth of a second");
        let half = silent(&beats[..1], tenths(14), 0.25);
        assert_eq!(half, [(tenths(0), tenths(10)), (tenths(10), tenths(14))], "the second is a second and a half");
    }

    #[test]
    fn a_long_silence_is_said_and_a_short_one_only_drawn() {
        let frame = Frame::whole(900.0, tenths(100));
        let words = |scene: &Scene| {
            let silence = |shape: &&Shape| matches!(shape, Shape::Text { class: "silence", .. });
            scene.shapes.iter().filter(silence).count()
        };
        let long = heartbeat(&[tenths(1)], tenths(90), 1.0, frame);
        assert_eq!(words(&long), 1);
        let short: Vec<_> = (1..90).filter(|beat| *beat != 40).map(tenths).collect();
        let short = heartbeat(&short, tenths(90), 1.0, frame);
        assert_eq!(words(&short), 0);
        assert!(short.shapes.iter().any(|shape| matches!(shape, Shape::Bars { bars, .. } if bars.len() == 1)));
    }
}
