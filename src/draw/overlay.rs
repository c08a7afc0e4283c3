//! What is drawn over the rows: who wakes whom, what decides how long the run takes, what is pointed at.

use std::time::Duration;

use super::lanes::{Frame, Placed, placed};
use super::scene::{Anchor, Bar, Scene, Shape};
use crate::timeline::{Link, LoopState, Row, Segment, Spell, TaskId, Timeline, Wake, seconds};

/// More arrows than these on one axis would only be a blot.
const WAKES_AT_MOST: usize = 400;
/// So near a bar counts as hit, for fingers and for steps that take no time.
const NEAR_PX: f64 = 4.0;
const PATH_PX: f64 = 3.0;
const LOOP_PX: f64 = 22.0;

/// What is drawn over the rows.
#[derive(Clone, Copy, Debug, Default)]
pub struct Overlay<'a> {
    /// Who woke whom.
    pub wakes: &'a [Wake],
    /// The critical path.
    pub path: &'a [Link],
    /// What is pointed at.
    pub spot: Option<Spot>,
    /// A line of the program: where tasks stood there is marked.
    pub line: Option<u32>,
    /// Where a ruler is laid, one time or two.
    pub ruler: [Option<Duration>; 2],
}

/// A segment of a row, by their places.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spot {
    /// Among the rows as they are drawn.
    pub row: usize,
    /// Among the row's segments.
    pub segment: usize,
}

impl Spot {
    /// What it is a place of, if there still is such a thing.
    #[must_use]
    pub fn find<'a>(self, ideal: &'a Timeline, real: Option<&'a Timeline>) -> Option<(&'a Row, &'a Segment)> {
        let row = placed(ideal, real).get(self.row)?.row?;
        Some((row, row.segments.get(self.segment)?))
    }

    /// What lies there, in pixels from the drawing's upper left corner.
    #[must_use]
    pub fn at(ideal: &Timeline, real: Option<&Timeline>, frame: Frame, [x_px, y_px]: [f64; 2]) -> Option<Self> {
        let (first_px, last_px) = frame.axis_px();
        if !(first_px - NEAR_PX..=last_px + NEAR_PX).contains(&x_px) {
            return None;
        }
        let rows = placed(ideal, real);
        let row = rows.iter().position(|row| (row.y_px..row.y_px + row.height_px).contains(&y_px))?;
        let segments = &rows[row].row?.segments;
        // The shortest of those that are near: a step of no time would else never be hit.
        let near = segments.iter().enumerate().filter(|(_, segment)| {
            let stretch = frame.stretch_px(segment.from, segment.to);
            stretch.is_some_and(|(from, to)| (from - NEAR_PX..=to + NEAR_PX).contains(&x_px))
        });
        let inside = |segment: &Segment| {
            let (from, to) = (frame.x_px(segment.from), frame.x_px(segment.to));
            let away_px = (from - x_px).max(x_px - to).max(0.0);
            // A step may be nearer than the wait in which the pointer is.
            if segment.from == segment.to { away_px - NEAR_PX / 2.0 } else { away_px }
        };
        let nearest = near.min_by(|(_, one), (_, other)| inside(one).total_cmp(&inside(other)));
        nearest.map(|(segment, _)| Self { row, segment })
    }

    /// Where a card about it may stand: at its beginning, below its row.
    #[must_use]
    pub fn below_px(self, ideal: &Timeline, real: Option<&Timeline>, frame: Frame) -> Option<[f64; 2]> {
        let (_, segment) = self.find(ideal, real)?;
        let rows = placed(ideal, real);
        let row = rows.get(self.row)?;
        let (x_px, _) = frame.stretch_px(segment.from, segment.to)?;
        Some([x_px, row.y_px + row.height_px])
    }

    /// The spot that is reached from here by so many rows down and so many segments on; the nearest that there is.
    #[must_use]
    pub fn moved(self, ideal: &Timeline, real: Option<&Timeline>, rows: isize, segments: isize) -> Option<Self> {
        let all = placed(ideal, real);
        let here = self.find(ideal, real).map(|(_, segment)| segment.from);
        let mut row = self.row;
        // Rows that have nothing yet are passed over.
        let mut left = rows;
        while left != 0 {
            let next = row.checked_add_signed(left.signum()).filter(|next| *next < all.len())?;
            row = next;
            if all[row].row.is_some_and(|row| !row.segments.is_empty()) {
                left -= left.signum();
            }
        }
        let of_row = &all.get(row)?.row?.segments;
        let last = of_row.len().checked_sub(1)?;
        let segment = if rows == 0 {
            self.segment.saturating_add_signed(segments).min(last)
        } else {
            let at = here.unwrap_or_default();
            of_row.iter().position(|segment| segment.to > at).unwrap_or(last)
        };
        Some(Self { row, segment })
    }
}

/// Drawn over the rows of [`lanes`](super::lanes()) with the same arguments, and as high as they are.
#[must_use]
pub fn overlay(ideal: &Timeline, real: Option<&Timeline>, frame: Frame, over: &Overlay<'_>) -> Scene {
    let rows = placed(ideal, real);
    let mut shapes = Vec::new();
    let segments = || rows.iter().filter_map(|placed| Some((placed, placed.row?)));
    if let Some(line) = over.line {
        let lit = segments().flat_map(|(placed, row)| {
            let there = row.segments.iter().filter(move |segment| segment.line == Some(line));
            there.filter_map(move |segment| outline(placed, segment, frame))
        });
        shapes.push(Shape::Bars { class: "lit", bars: lit.collect() });
    }
    path(&mut shapes, &rows, over.path, frame);
    wakes(&mut shapes, &rows, over.wakes, frame);
    if let Some((placed, segment)) = over.spot.and_then(|spot| {
        let placed = rows.get(spot.row)?;
        Some((placed, placed.row?.segments.get(spot.segment)?))
    }) {
        shapes.push(Shape::Bars { class: "spot", bars: outline(placed, segment, frame).into_iter().collect() });
    }
    let height_px = rows.last().map_or(0.0, |row| row.y_px + row.height_px);
    for time in over.ruler.into_iter().flatten().filter(|time| frame.shows(*time)) {
        let x_px = frame.x_px(time);
        shapes.push(Shape::Line { class: "ruler", ends_px: [x_px, 0.0, x_px, height_px] });
    }
    Scene { width_px: frame.width_px, height_px, shapes, joined: 0 }
}

fn outline(placed: &Placed<'_>, segment: &Segment, frame: Frame) -> Option<Bar> {
    let (x_px, to_px) = frame.stretch_px(segment.from, segment.to)?;
    Some(Bar {
        x_px: x_px - 1.0,
        y_px: placed.y_px - 1.0,
        width_px: (to_px - x_px).max(2.0) + 2.0,
        height_px: placed.bar_px + 2.0,
        title: String::new(),
    })
}

/// A line below the bars of those whose time it is, and from each to the next.
fn path(shapes: &mut Vec<Shape>, rows: &[Placed<'_>], path: &[Link], frame: Frame) {
    let below = |placed: &Placed<'_>| placed.y_px + placed.bar_px + 1.0;
    let mut bars = Vec::new();
    let mut before: Option<f64> = None;
    for link in path {
        let of_task = |placed: &&Placed<'_>| placed.row.is_some_and(|row| row.task == link.task);
        let named = |placed: &&Placed<'_>| placed.row.is_some_and(|row| row.label == link.label);
        let place = rows.iter().filter(of_task).find(named).or_else(|| rows.iter().find(of_task));
        let Some(place) = place else { continue };
        let y_px = below(place);
        if let Some((x_px, to_px)) = frame.stretch_px(link.from, link.to) {
            if let Some(before) = before.filter(|before| *before != y_px && frame.shows(link.from)) {
                let x_px = x_px + PATH_PX / 2.0;
                shapes.push(Shape::Line {
                    class: "path-turn",
                    ends_px: [x_px, before + PATH_PX / 2.0, x_px, y_px + PATH_PX / 2.0],
                });
            }
            let width_px = (to_px - x_px).max(PATH_PX);
            let title = format!("critical path: {}, {}", link.label, seconds(link.duration()));
            bars.push(Bar { x_px, y_px, width_px, height_px: PATH_PX, title });
        }
        before = Some(y_px);
    }
    if !bars.is_empty() {
        shapes.push(Shape::Bars { class: "path", bars });
    }
}

fn wakes(shapes: &mut Vec<Shape>, rows: &[Placed<'_>], wakes: &[Wake], frame: Frame) {
    let row_of = |task: TaskId| rows.iter().find(|placed| placed.row.is_some_and(|row| row.task == task));
    let shown: Vec<_> = wakes.iter().filter(|wake| frame.shows(wake.at)).collect();
    if shown.len() > WAKES_AT_MOST {
        shapes.push(Shape::Text {
            class: "note",
            at_px: [frame.axis_px().1, 12.0],
            anchor: Anchor::End,
            text: format!("{} wake-ups: zoom in to see them", shown.len()),
        });
        return;
    }
    for wake in shown {
        let (Some(by), Some(to)) = (row_of(wake.by), row_of(wake.task)) else { continue };
        let x_px = frame.x_px(wake.at);
        let middle = |placed: &Placed<'_>| placed.y_px + placed.bar_px / 2.0;
        let up = to.y_px < by.y_px;
        let tip_px = if up { to.y_px + to.bar_px } else { to.y_px };
        shapes.push(Shape::Line { class: "wake", ends_px: [x_px, middle(by), x_px, tip_px] });
        shapes.push(Shape::Arrow { class: "wake-tip", up, at_px: [x_px, tip_px] });
    }
}

/// The loop's own lane: what it did, on the rows' axis.
#[must_use]
pub fn loop_lane(spells: &[Spell], frame: Frame) -> Scene {
    let (first_px, last_px) = frame.axis_px();
    let middle_px = LOOP_PX / 2.0;
    let mut shapes = vec![
        Shape::Text { class: "label", at_px: [0.0, 15.0], anchor: Anchor::Start, text: "event loop".to_owned() },
        Shape::Line { class: "grid", ends_px: [first_px, middle_px, last_px, middle_px] },
    ];
    for (state, class, word) in [(LoopState::Busy, "busy", "busy"), (LoopState::Blocked, "blocked", "blocked")] {
        let bars = spells.iter().filter(|spell| spell.doing == state).filter_map(|spell| {
            let (x_px, to_px) = frame.stretch_px(spell.from, spell.to)?;
            let duration = spell.to.saturating_sub(spell.from);
            let title = format!("the loop is {word} for {}", seconds(duration));
            Some(Bar { x_px, y_px: 4.0, width_px: (to_px - x_px).max(1.5), height_px: LOOP_PX - 8.0, title })
        });
        let bars: Vec<_> = bars.collect();
        if !bars.is_empty() {
            shapes.push(Shape::Bars { class, bars });
        }
    }
    Scene { width_px: frame.width_px, height_px: LOOP_PX, shapes, joined: 0 }
}

/// How much of the time that is shown the loop was busy, blocked and idle, in this order.
#[must_use]
pub fn loop_shares(spells: &[Spell]) -> [Duration; 3] {
    [LoopState::Busy, LoopState::Blocked, LoopState::Idle].map(|state| {
        let those = spells.iter().filter(|spell| spell.doing == state);
        those.map(|spell| spell.to.saturating_sub(spell.from)).sum()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aio::{gather, sleep, span};
    use crate::draw::svg;
    use crate::host::virtual_time;
    use crate::timeline::{critical_path, spells, wakes};

    /// Two sleeps side by side, and what their trace says.
    fn two() -> (Timeline, Vec<Wake>, Vec<Link>, Vec<Spell>) {
        let run = virtual_time::run(async {
            let job = |name: &'static str, seconds| span(name, sleep(Duration::from_secs(seconds)));
            gather([job("a", 1), job("b", 2)]).await.map(drop)
        });
        let timeline = Timeline::of(&run.trace);
        let spells = spells(&run.trace, timeline.until);
        (timeline, wakes(&run.trace), critical_path(&run.trace), spells)
    }

    /// 156 pixels of labels, 100 for each second.
    fn frame() -> Frame {
        Frame::whole(156.0 + 200.0 + 28.0 + 400.0, Duration::from_secs(6))
    }

    #[test]
    fn what_is_pointed_at_is_found_and_what_is_beside_is_not() {
        let (timeline, ..) = two();
        let found = |x_px, y_px| {
            let spot = Spot::at(&timeline, None, frame(), [x_px, y_px])?;
            let (row, segment) = spot.find(&timeline, None)?;
            Some((row.label.to_string(), segment.from.as_millis(), segment.to.as_millis()))
        };
        assert_eq!(found(200.0, 30.0), Some(("a".to_owned(), 0, 1000)), "inside the wait of the second row");
        assert_eq!(found(256.0, 52.0), Some(("b".to_owned(), 0, 2000)));
        assert_eq!(found(356.0, 52.0), Some(("b".to_owned(), 2000, 2000)), "its last step, at its end");
        assert_eq!(found(500.0, 30.0), None, "it was over long ago");
        assert_eq!(found(20.0, 30.0), None, "that is its name");
        assert_eq!(found(200.0, 500.0), None, "there is no row");
    }

    #[test]
    fn the_keyboard_walks_segments_and_rows_and_stays_inside() {
        let (timeline, ..) = two();
        let start = Spot { row: 1, segment: 0 };
        let moved = |spot: Spot, rows, segments| spot.moved(&timeline, None, rows, segments).expect("a spot");
        assert_eq!(moved(start, 0, 1), Spot { row: 1, segment: 1 });
        assert_eq!(moved(start, 0, -1), start);
        assert_eq!(moved(start, 0, 99).segment, timeline.rows[1].segments.len() - 1);
        assert_eq!(moved(Spot { row: 1, segment: 1 }, 1, 0).row, 2);
        assert_eq!(start.moved(&timeline, None, 5, 0), None);
        assert_eq!(start.moved(&timeline, None, -2, 0), None);
    }

    #[test]
    fn arrows_go_from_who_woke_to_who_was_woken_and_the_path_below_who_decides() {
        let (timeline, wakes, path, _) = two();
        let over =
            Overlay { wakes: &wakes, path: &path, spot: Some(Spot { row: 0, segment: 1 }), ..Overlay::default() };
        let drawn = svg(&overlay(&timeline, None, frame(), &over), "");
        let wanted = concat!(
            r#"<rect class="path" x="156" y="60" width="200" height="3" rx="2"><title>critical path: b, 2.00 s</title></rect>"#,
            r#"<line class="wake" x1="356" y1="53" x2="356" y2="15"/><path class="wake-tip" d="M356 15l-4 6h8z"/>"#,
        );
        assert!(drawn.contains(wanted), "{drawn}");
        assert!(drawn.contains(r#"class="spot""#), "{drawn}");
    }

    #[test]
    fn a_loop_that_only_waits_is_drawn_busy_for_instants() {
        let (_, _, _, spells) = two();
        let [busy, blocked, idle] = loop_shares(&spells);
        assert_eq!((busy, blocked, idle), (Duration::ZERO, Duration::ZERO, Duration::from_secs(2)));
        let drawn = svg(&loop_lane(&spells, frame()), "");
        assert_eq!(drawn.matches(r#"class="busy""#).count(), 3, "{drawn}");
    }
}
