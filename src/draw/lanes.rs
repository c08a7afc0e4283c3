//! One variant's rows as shapes, and the axis above them.

use std::time::Duration;

use super::scene::{Anchor, Bar, Scene, Shape};
use crate::timeline::{Ending, Level, Outcome, Row, Scale, Segment, State, Timeline, seconds, state_words};

/// Below this a drawing is for a phone.
const NARROW_PX: f64 = 560.0;
/// More rows than this are drawn close together.
const ROOMY_ROWS: usize = 24;
/// A step of a task mostly takes no time that could be seen: it gets at least this width.
const INSTANT_PX: f64 = 2.0;

/// What a queue takes below the rows.
const LEVEL_PX: f64 = 32.0;
/// A queue that has room for more is drawn as high as it becomes.
const LIMIT_AT_MOST: u64 = 50;

/// The classes of bars.
const BACK_TO_FRONT: [&str; 5] = ["ghost", "suspended", "suspended cancelled", "ready", "running"];

/// The room that every variant's drawing divides in the same way, so that all share one time axis.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Frame {
    /// The whole width.
    pub width_px: f64,
    /// The time at the right end of the axis.
    pub end: Duration,
}

impl Frame {
    fn labels_px(self) -> f64 {
        if self.width_px < NARROW_PX { 88.0 } else { 156.0 }
    }

    /// To the right of the axis there is room for the completion numbers.
    fn scale(self) -> Scale {
        Scale::new(self.end, self.width_px - self.labels_px() - 28.0)
    }

    pub(super) fn x_px(self, time: Duration) -> f64 {
        self.labels_px() + self.scale().x_px(time)
    }

    fn ticks(self) -> Vec<crate::timeline::Tick> {
        self.scale().ticks(if self.width_px < NARROW_PX { 44.0 } else { 64.0 })
    }
}

/// The axis: its numbers alone, to stand above the variants.
#[must_use]
pub fn axis(frame: Frame) -> Scene {
    let labels = frame.ticks().into_iter().map(|tick| Shape::Text {
        class: "tick",
        at_px: [frame.labels_px() + tick.x_px, 14.0],
        anchor: Anchor::Middle,
        text: tick.label,
    });
    Scene { width_px: frame.width_px, height_px: 20.0, shapes: labels.collect() }
}

struct Heights {
    row_px: f64,
    bar_px: f64,
    /// Every how many rows one is labelled.
    label_every: usize,
}

fn heights(rows: usize) -> Heights {
    match rows {
        0..=ROOMY_ROWS => Heights { row_px: 22.0, bar_px: 12.0, label_every: 1 },
        25..=60 => Heights { row_px: 11.0, bar_px: 8.0, label_every: 5 },
        _ => Heights { row_px: 6.0, bar_px: 4.5, label_every: 10 },
    }
}

/// A variant's rows. With a real run, that is drawn, with the ideal one as an outline behind it.
///
/// The rows are the ideal run's, so that nothing jumps while a real run goes on; what only the real run has stands below.
#[must_use]
pub fn lanes(ideal: &Timeline, real: Option<&Timeline>, frame: Frame) -> Scene {
    drawn(ideal, real, frame, true)
}

/// The same for a real run that has nothing to do with an ideal one but its rows: that is not hinted at. Without a run there
/// are only the rows' names.
#[must_use]
pub fn real_lanes(ideal: &Timeline, real: Option<&Timeline>, frame: Frame) -> Scene {
    drawn(ideal, Some(real.unwrap_or(&Timeline::default())), frame, false)
}

fn drawn(ideal: &Timeline, real: Option<&Timeline>, frame: Frame, hints: bool) -> Scene {
    let rows = aligned(ideal, real);
    let heights = heights(rows.len());
    let rows_px = rows.len() as f64 * heights.row_px + 6.0;
    let levels = levels(ideal, real);
    let height_px = rows_px + levels.len() as f64 * LEVEL_PX;
    let mut shapes: Vec<Shape> = frame
        .ticks()
        .iter()
        .map(|tick| {
            let x_px = frame.labels_px() + tick.x_px;
            Shape::Line { class: "grid", ends_px: [x_px, 0.0, x_px, height_px] }
        })
        .collect();
    let mut painter = Painter {
        frame,
        heights,
        bars: Default::default(),
        marks: Vec::new(),
        real: real.is_some(),
        hints,
        titles: real.is_none_or(over),
    };
    for (place, (ideal, real)) in rows.iter().enumerate() {
        painter.row(place, *ideal, *real);
    }
    let bars = BACK_TO_FRONT.into_iter().zip(painter.bars).filter(|(_, bars)| !bars.is_empty());
    shapes.extend(bars.map(|(class, bars)| Shape::Bars { class, bars }));
    if hints && over(ideal) {
        let x_px = frame.x_px(ideal.until);
        let class = if real.is_some() { "end-ghost" } else { "end" };
        shapes.push(Shape::Line { class, ends_px: [x_px, 0.0, x_px, height_px] });
    }
    if let Some(real) = real.filter(|real| !real.rows.is_empty()) {
        let x_px = frame.x_px(real.until);
        let class = if over(real) { "end" } else { "now" };
        shapes.push(Shape::Line { class, ends_px: [x_px, 0.0, x_px, height_px] });
    }
    shapes.append(&mut painter.marks);
    for (place, (name, level)) in levels.into_iter().enumerate() {
        let until = real.unwrap_or(ideal).until;
        draw_level(&mut shapes, name, level, until, (frame, rows_px + place as f64 * LEVEL_PX));
    }
    Scene { width_px: frame.width_px, height_px, shapes }
}

/// The queues in which items stand in the ideal run, for longer than an instant, as the run has them that is drawn.
fn levels<'a>(ideal: &'a Timeline, real: Option<&'a Timeline>) -> Vec<(&'a str, Option<&'a Level>)> {
    let used = ideal.queues.iter().enumerate().filter(|(_, level)| level.most(ideal.until) > 0);
    used.map(|(place, level)| (&*level.name, real.unwrap_or(ideal).queues.get(place))).collect()
}

/// How many items stand in a queue, as a column for each stretch of time. A queue with room for so many is as high as that.
fn draw_level(
    shapes: &mut Vec<Shape>,
    name: &str,
    level: Option<&Level>,
    until: Duration,
    (frame, y_px): (Frame, f64),
) {
    let floor_px = y_px + LEVEL_PX - 2.0;
    let label = level.filter(|_| frame.width_px >= NARROW_PX).map_or_else(|| name.to_owned(), Level::label);
    shapes.push(Shape::Text {
        class: "label",
        at_px: [0.0, floor_px - 6.0],
        anchor: Anchor::Start,
        text: shortened(&label, frame.labels_px() - 12.0),
    });
    let ends_px = |y_px| [frame.x_px(Duration::ZERO), y_px, frame.x_px(frame.end), y_px];
    shapes.push(Shape::Line { class: "grid", ends_px: ends_px(floor_px) });
    let Some(level) = level else { return };
    let most = level.most(until).max(level.limit.unwrap_or(0).min(LIMIT_AT_MOST)).max(1);
    let item_px = (LEVEL_PX - 8.0) / most as f64;
    if level.limit == Some(most) {
        shapes.push(Shape::Line { class: "limit", ends_px: ends_px(floor_px - item_px * most as f64) });
    }
    let bars = level.stretches(until).map(|(from, to, items)| {
        let x_px = frame.x_px(from);
        let height_px = item_px * items as f64;
        let title = if items == 1 { "1 item".to_owned() } else { format!("{items} items") };
        Bar { x_px, y_px: floor_px - height_px, width_px: frame.x_px(to) - x_px, height_px, title }
    });
    shapes.push(Shape::Bars { class: "level", bars: bars.collect() });
}

fn over(timeline: &Timeline) -> bool {
    timeline.ended.is_some()
}

/// Rows of the same label belong together, the first with the first.
fn aligned<'a>(ideal: &'a Timeline, real: Option<&'a Timeline>) -> Vec<(Option<&'a Row>, Option<&'a Row>)> {
    let Some(real) = real else { return ideal.rows.iter().map(|row| (Some(row), None)).collect() };
    let mut taken = vec![false; real.rows.len()];
    let mut expected = 0;
    let mut pairs: Vec<_> = Vec::with_capacity(ideal.rows.len());
    for row in &ideal.rows {
        // Mostly both have the same rows in the same order: the search begins where the last one ended.
        let places = (expected..taken.len()).chain(0..expected.min(taken.len()));
        let found = places.into_iter().find(|place| !taken[*place] && real.rows[*place].label == row.label);
        if let Some(place) = found {
            taken[place] = true;
            expected = place + 1;
        }
        pairs.push((Some(row), found.map(|place| &real.rows[place])));
    }
    pairs.extend(real.rows.iter().zip(taken).filter(|(_, taken)| !taken).map(|(row, _)| (None, Some(row))));
    pairs
}

struct Painter {
    frame: Frame,
    heights: Heights,
    /// For each class in [`BACK_TO_FRONT`].
    bars: [Vec<Bar>; 5],
    /// In front of everything else.
    marks: Vec<Shape>,
    /// Whether a real run is drawn.
    real: bool,
    /// Whether the ideal one is hinted at then.
    hints: bool,
    titles: bool,
}

impl Painter {
    fn row(&mut self, place: usize, ideal: Option<&Row>, real: Option<&Row>) {
        let y_px = place as f64 * self.heights.row_px + 3.0;
        let roomy = self.heights.label_every == 1;
        if let Some(row) = ideal.or(real).filter(|_| place.is_multiple_of(self.heights.label_every)) {
            let indent_px = f64::from(row.depth) * if roomy { 10.0 } else { 0.0 };
            let room_px = self.frame.labels_px() - indent_px - 12.0;
            self.marks.push(Shape::Text {
                class: if row.depth == 0 { "label main" } else { "label" },
                at_px: [indent_px, y_px + if roomy { 10.0 } else { 7.0 }],
                anchor: Anchor::Start,
                text: shortened(&row.label, room_px),
            });
        }
        if self.real
            && self.hints
            && let Some(ghost) = ideal
        {
            let to = ghost.end.as_ref().map_or(self.frame.end, |(at, _)| *at);
            let bar = self.bar(y_px, ghost.from, to, String::new());
            self.add("ghost", bar);
        }
        let Some(row) = (if self.real { real } else { ideal }) else { return };
        for segment in &row.segments {
            let title = if self.titles { title(row, segment) } else { String::new() };
            let bar = self.bar(y_px, segment.from, segment.to, title);
            let class = match (segment.state, &row.end) {
                (State::Running, _) => "running",
                (State::Suspended, Some((_, Outcome::Cancelled))) => "suspended cancelled",
                (State::Suspended, _) => "suspended",
                (State::Ready, _) => "ready",
            };
            self.add(class, bar);
        }
        self.end_of(row, y_px);
    }

    fn end_of(&mut self, row: &Row, y_px: f64) {
        let middle_px = y_px + self.heights.bar_px / 2.0;
        for at in &row.cancel_requests {
            self.marks.push(Shape::Arrow { class: "cancel", at_px: [self.frame.x_px(*at), y_px + 1.0] });
        }
        let Some((at, outcome)) = &row.end else { return };
        if self.heights.label_every > 1 {
            return;
        }
        let at_px = [self.frame.x_px(*at) + 13.0, middle_px];
        match (outcome, row.place) {
            (Outcome::Cancelled, _) => self.marks.push(Shape::Cross { class: "cross", at_px }),
            (Outcome::Raised(_), place) => {
                let text = place.map_or_else(|| "!".to_owned(), |place| place.to_string());
                self.marks.push(Shape::Badge { class: "badge failed", at_px, text });
            }
            (Outcome::Returned(_), Some(place)) => {
                self.marks.push(Shape::Badge { class: "badge", at_px, text: place.to_string() });
            }
            (Outcome::Returned(_), None) => {}
        }
    }

    fn bar(&self, y_px: f64, from: Duration, to: Duration, title: String) -> Bar {
        let x_px = self.frame.x_px(from);
        let width_px = (self.frame.x_px(to) - x_px).max(INSTANT_PX);
        Bar { x_px, y_px, width_px, height_px: self.heights.bar_px, title }
    }

    /// Bars of one meaning are kept together, the shortest-lived meaning in front: an instant of running must not hide
    /// behind the wait that follows it.
    fn add(&mut self, class: &'static str, bar: Bar) {
        let same = BACK_TO_FRONT.iter().position(|known| *known == class);
        if let Some(bars) = same.and_then(|place| self.bars.get_mut(place)) {
            bars.push(bar);
        }
    }
}

fn title(row: &Row, segment: &Segment) -> String {
    let (from, to) = (seconds(segment.from), seconds(segment.to));
    let when = if from == to { format!("at {from}") } else { format!("{from} – {to}") };
    format!("{} · {} · {when}", row.label, state_words(segment.state))
}

/// A text cut so that it fits: SVG cuts nothing by itself, and what its letters measure is known only roughly.
fn shortened(text: &str, room_px: f64) -> String {
    let fits = (room_px / 6.6).max(3.0) as usize;
    if text.chars().count() <= fits {
        return text.to_owned();
    }
    text.chars().take(fits - 1).chain(['…']).collect()
}

/// How a variant ended if not simply by finishing, in a word or two.
#[must_use]
pub(super) fn ending_words(ending: Ending) -> Option<&'static str> {
    match ending {
        Ending::Finished => None,
        Ending::Deadlock => Some("deadlocked"),
        Ending::Stopped | Ending::Runaway(_) => Some("stopped"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aio::{gather, sleep, span};
    use crate::host::virtual_time;

    fn timeline(seconds: &'static [u64]) -> Timeline {
        let run = virtual_time::run(async {
            let job = |second: u64| span(format!("job {second}"), sleep(Duration::from_secs(second)));
            gather(seconds.iter().map(|second| job(*second))).await.map(drop)
        });
        Timeline::of(&run.trace)
    }

    fn frame(width_px: f64) -> Frame {
        Frame { width_px, end: Duration::from_secs(3) }
    }

    fn bars(scene: &Scene, wanted: &str) -> Vec<Bar> {
        let of_class = |shape: &Shape| match shape {
            Shape::Bars { class, bars } if *class == wanted => bars.clone(),
            _ => Vec::new(),
        };
        scene.shapes.iter().flat_map(of_class).collect()
    }

    #[test]
    fn a_wait_is_as_long_as_the_axis_says() {
        let scene = lanes(&timeline(&[3, 1]), None, frame(1000.0));
        let widths: Vec<f64> = bars(&scene, "suspended").iter().map(|bar| bar.width_px).collect();
        let whole = 1000.0 - 156.0 - 28.0;
        assert_eq!(widths, [whole, whole, whole / 3.0]);
    }

    #[test]
    fn everything_stays_inside_on_a_phone() {
        for width_px in [280.0, 328.0, 1000.0] {
            let scene = lanes(&timeline(&[3, 1, 2]), None, frame(width_px));
            for class in ["running", "suspended"] {
                assert!(
                    bars(&scene, class).iter().all(|bar| bar.x_px + bar.width_px <= width_px),
                    "{class} {width_px}"
                );
            }
            let inside = |shape: &Shape| match shape {
                Shape::Badge { at_px, .. } => at_px[0] + 8.0 <= width_px,
                _ => true,
            };
            assert!(scene.shapes.iter().all(inside));
        }
    }

    #[test]
    fn a_real_run_keeps_the_rows_of_the_ideal_one() {
        let ideal = timeline(&[3, 1]);
        let real = timeline(&[1]);
        let scene = lanes(&ideal, Some(&real), frame(1000.0));
        assert_eq!(scene.height_px, lanes(&ideal, None, frame(1000.0)).height_px);
        assert_eq!(bars(&scene, "ghost").len(), 3);
        let row = |class| bars(&scene, class).last().map(|bar| bar.y_px);
        assert_eq!(row("suspended"), row("ghost"), "job 1 is drawn in the row that it has in the ideal run");
    }

    #[test]
    fn many_rows_move_together() {
        let many: &'static [u64] = &[1; 100];
        assert!(lanes(&timeline(many), None, frame(1000.0)).height_px < 700.0);
    }
}
