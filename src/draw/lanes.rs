//! One variant's rows as shapes, and the axis above them.

use std::time::Duration;

use super::scene::{Anchor, Bar, Scene, Shape};
use crate::timeline::{
    Count, Ending, Level, Outcome, ResourceKind, Row, Scale, Segment, State, Timeline, pairs, seconds, state_words,
};

/// Below this a drawing is for a phone.
const NARROW_PX: f64 = 560.0;
/// More rows than this are drawn close together.
const ROOMY_ROWS: usize = 24;
/// A step of a task mostly takes no time that could be seen: it gets at least this width.
const INSTANT_PX: f64 = 2.0;

/// What hangs below a bar where its task prints.
const PRINT_PX: f64 = 4.0;

/// What lies along the lower edge of a bar while its task cleans up.
const CLEANUP_PX: f64 = 3.0;

/// What something shared takes below the rows.
const LEVEL_PX: f64 = 32.0;
/// What has room for more is drawn as high as it becomes.
const LIMIT_AT_MOST: u64 = 50;
/// So many shared things are drawn; of more, those that are waited for the longest.
const LEVELS_AT_MOST: usize = 8;

/// A line of text below them.
const HINT_PX: f64 = 20.0;

/// Of more stretches than these, those that are too short to be seen apart are drawn together.
const STRETCHES_APART: usize = 1_000;
/// Less between two bars is no gap.
const GAP_PX: f64 = 0.25;

/// The classes of bars.
const BACK_TO_FRONT: [&str; 5] = ["ghost", SUSPENDED, "suspended cancelled", "ready", RUNNING];
const SUSPENDED: &str = "suspended";
const RUNNING: &str = "running";

/// Steps that are drawn together, and that take less than half of the room that they are drawn in: so high, of a bar.
const STEPS: &str = "running steps";
const STEPS_HEIGHT: f64 = 0.4;

/// The room that every variant's drawing divides in the same way, so that all share one time axis.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Frame {
    /// The whole width.
    pub width_px: f64,
    /// The time at the left end of the axis.
    pub from: Duration,
    /// The time at the right end of the axis.
    pub end: Duration,
}

impl Frame {
    /// Everything from the beginning on.
    #[must_use]
    pub fn whole(width_px: f64, end: Duration) -> Self {
        Self { width_px, from: Duration::ZERO, end }
    }

    /// Where the axis begins and ends.
    #[must_use]
    pub fn axis_px(self) -> (f64, f64) {
        (self.x_px(self.scale().from()), self.x_px(self.scale().end()))
    }

    /// Which time lies there; the nearest on the axis.
    #[must_use]
    pub fn time(self, x_px: f64) -> Duration {
        self.scale().time(x_px - self.labels_px()).clamp(self.scale().from(), self.scale().end())
    }

    /// Where a time lies, if it is on the axis.
    #[must_use]
    pub fn at_px(self, time: Duration) -> Option<f64> {
        self.shows(time).then(|| self.x_px(time))
    }

    /// Whether a time is on the axis.
    pub(super) fn shows(self, time: Duration) -> bool {
        (self.scale().from()..=self.scale().end()).contains(&time)
    }

    /// A stretch of time as far as it is on the axis: from and to.
    pub(super) fn stretch_px(self, from: Duration, to: Duration) -> Option<(f64, f64)> {
        let (scale, labels_px) = (self.scale(), self.labels_px());
        let (least, most) = (scale.from(), scale.end());
        let is_seen = to >= least && from <= most;
        is_seen.then(|| (labels_px + scale.x_px(from.max(least)), labels_px + scale.x_px(to.min(most))))
    }

    fn labels_px(self) -> f64 {
        if self.width_px < NARROW_PX { 88.0 } else { 156.0 }
    }

    /// To the right of the axis there is room for the completion numbers.
    fn scale(self) -> Scale {
        Scale::between(self.from, self.end, self.width_px - self.labels_px() - 28.0)
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
    Scene { width_px: frame.width_px, height_px: 20.0, shapes: labels.collect(), joined: 0 }
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
        61..=150 => Heights { row_px: 6.0, bar_px: 4.5, label_every: 10 },
        // Who scrolls anyway shall see something for it, and hit it with a finger.
        _ => Heights { row_px: 8.0, bar_px: 6.0, label_every: 10 },
    }
}

/// A variant's rows. With a real run, that is drawn, with the ideal one as an outline behind it.
///
/// The rows are the ideal run's, so that nothing jumps while a real run goes on; what only the real run has stands below.
#[must_use]
pub fn lanes(ideal: &Timeline, real: Option<&Timeline>, frame: Frame) -> Scene {
    drawn(ideal, real, frame, true, EVERYTHING)
}

/// The same for a real run that has nothing to do with an ideal one but its rows: that is not hinted at. Without a run there
/// are only the rows' names.
#[must_use]
pub fn real_lanes(ideal: &Timeline, real: Option<&Timeline>, frame: Frame) -> Scene {
    drawn(ideal, Some(real.unwrap_or(&Timeline::default())), frame, false, EVERYTHING)
}

/// What [`lanes`] or, without hints, [`real_lanes`] draws between two heights: whoever sees only a part of very many rows
/// needs no more. The scene is as high as with all of them.
#[must_use]
pub fn lanes_between(
    (ideal, real): (&Timeline, Option<&Timeline>),
    frame: Frame,
    hints: bool,
    (top_px, bottom_px): (f64, f64),
) -> Scene {
    if hints {
        drawn(ideal, real, frame, true, (top_px, bottom_px))
    } else {
        drawn(ideal, Some(real.unwrap_or(&Timeline::default())), frame, false, (top_px, bottom_px))
    }
}

/// How many stretches of time a timeline's rows have.
#[must_use]
pub fn stretches(timeline: &Timeline) -> usize {
    timeline.rows.iter().map(|row| row.segments.len()).sum()
}

/// Whatever height it has: for [`lanes_between`].
pub const EVERYTHING: (f64, f64) = (f64::NEG_INFINITY, f64::INFINITY);

fn drawn(
    ideal: &Timeline,
    real: Option<&Timeline>,
    frame: Frame,
    hints: bool,
    (top_px, bottom_px): (f64, f64),
) -> Scene {
    let rows = aligned(ideal, real);
    let heights = heights(rows.len());
    let rows_px = rows.len() as f64 * heights.row_px + 6.0;
    let levels = levels(ideal, real);
    let left_out = levels.len().saturating_sub(LEVELS_AT_MOST);
    let levels = the_most_waited_for(levels, ideal.until);
    let height_px = rows_px + levels.len() as f64 * LEVEL_PX + if left_out > 0 { HINT_PX } else { 0.0 };
    let mut shapes: Vec<Shape> = frame
        .ticks()
        .iter()
        .map(|tick| {
            let x_px = frame.labels_px() + tick.x_px;
            Shape::Line { class: "grid", ends_px: [x_px, 0.0, x_px, height_px] }
        })
        .collect();
    let detail = match stretches(real.unwrap_or(ideal)) {
        many if many > STRETCHES_APART => Detail::Joined,
        _ if real.is_none_or(over) => Detail::Titled,
        _ => Detail::Plain,
    };
    let mut painter = Painter {
        frame,
        heights,
        bars: Default::default(),
        marks: Vec::new(),
        real: real.is_some(),
        hints,
        detail,
        ran_px: Vec::new(),
        joined: 0,
    };
    let apart_px = painter.heights.row_px;
    let first = (top_px / apart_px) as usize;
    let seen = rows.iter().enumerate().skip(first.saturating_sub(1));
    for (place, (ideal, real)) in seen.take_while(|(place, _)| *place as f64 * apart_px <= bottom_px) {
        painter.row(place, *ideal, *real);
    }
    let steps = painter.take_steps();
    let bars = BACK_TO_FRONT.into_iter().zip(painter.bars).chain([(STEPS, steps)]);
    shapes.extend(bars.filter(|(_, bars)| !bars.is_empty()).map(|(class, bars)| Shape::Bars { class, bars }));
    if hints && over(ideal) && frame.shows(ideal.until) {
        let x_px = frame.x_px(ideal.until);
        let class = if real.is_some() { "end-ghost" } else { "end" };
        shapes.push(Shape::Line { class, ends_px: [x_px, 0.0, x_px, height_px] });
    }
    if let Some(real) = real.filter(|real| !real.rows.is_empty() && frame.shows(real.until)) {
        let x_px = frame.x_px(real.until);
        let class = if over(real) { "end" } else { "now" };
        shapes.push(Shape::Line { class, ends_px: [x_px, 0.0, x_px, height_px] });
    }
    shapes.append(&mut painter.marks);
    for (place, (known, level)) in levels.into_iter().enumerate() {
        let until = real.unwrap_or(ideal).until;
        draw_level(&mut shapes, known, level, until, (frame, rows_px + place as f64 * LEVEL_PX));
    }
    if left_out > 0 {
        shapes.push(Shape::Text {
            class: "label",
            at_px: [0.0, height_px - 5.0],
            anchor: Anchor::Start,
            text: format!("and {left_out} more that are shared"),
        });
    }
    Scene { width_px: frame.width_px, height_px, shapes, joined: painter.joined }
}

/// What is shared in the ideal run, for longer than an instant, and the same as the run has it that is drawn. As with rows,
/// those of the same name belong together, the first with the first: which is used first may differ.
fn levels<'a>(ideal: &'a Timeline, real: Option<&'a Timeline>) -> Vec<(&'a Level, Option<&'a Level>)> {
    let used = ideal.levels.iter().enumerate().filter(|(_, level)| level.is_used(ideal.until));
    used.map(|(place, level)| {
        let same = |other: &&Level| other.name == level.name && other.kind == level.kind;
        let before = ideal.levels[..place].iter().filter(same).count();
        (level, real.unwrap_or(ideal).levels.iter().filter(same).nth(before))
    })
    .collect()
}

type Pair<'a> = (&'a Level, Option<&'a Level>);

/// In the order in which they stand.
fn the_most_waited_for(mut levels: Vec<Pair<'_>>, until: Duration) -> Vec<Pair<'_>> {
    while levels.len() > LEVELS_AT_MOST {
        let waited = |(_, (level, _)): &(usize, &Pair<'_>)| -> f64 {
            level
                .stretches(until)
                .map(|(from, to, count)| count.waiting as f64 * to.saturating_sub(from).as_secs_f64())
                .sum()
        };
        let least = levels.iter().enumerate().rev().min_by(|one, other| waited(one).total_cmp(&waited(other)));
        let Some((place, _)) = least else { break };
        levels.remove(place);
    }
    levels
}

/// How many hold something shared, or stand in it, as a column for each stretch of time, and on top of it how many wait. What
/// has room for so many is as high as that.
fn draw_level(
    shapes: &mut Vec<Shape>,
    known: &Level,
    level: Option<&Level>,
    until: Duration,
    (frame, y_px): (Frame, f64),
) {
    let floor_px = y_px + LEVEL_PX - 2.0;
    let room_px = frame.labels_px() - 12.0;
    // The name alone says more than half a limit.
    let whole = Some(known.label()).filter(|label| label.chars().count() <= letters(room_px));
    let label = whole.unwrap_or_else(|| known.name.to_string());
    shapes.push(Shape::Text {
        class: "label",
        at_px: [0.0, floor_px - 6.0],
        anchor: Anchor::Start,
        text: shortened(&label, room_px),
    });
    let (first_px, last_px) = frame.axis_px();
    let ends_px = |y_px| [first_px, y_px, last_px, y_px];
    shapes.push(Shape::Line { class: "grid", ends_px: ends_px(floor_px) });
    let Some(level) = level else { return };
    let highest = level.stretches(until).map(|(.., count)| count.inside + count.waiting).max().unwrap_or(0);
    let limit = level.limit.filter(|limit| *limit <= highest.max(LIMIT_AT_MOST));
    let item_px = (LEVEL_PX - 8.0) / highest.max(limit.unwrap_or(0)).max(1) as f64;
    let (mut inside, mut waiting) = (Vec::new(), Vec::new());
    for (from, to, count) in level.stretches(until) {
        let Some((x_px, to_px)) = frame.stretch_px(from, to) else { continue };
        let column = |bars: &mut Vec<Bar>, below: u64, many: u64| {
            let height_px = item_px * many as f64;
            let y_px = floor_px - item_px * below as f64 - height_px;
            if many > 0 {
                bars.push(Bar { x_px, y_px, width_px: to_px - x_px, height_px, title: count_words(level, count) });
            }
        };
        column(&mut inside, 0, count.inside);
        column(&mut waiting, count.inside, count.waiting);
    }
    let bars = [("level", inside), ("waiters", waiting)].into_iter().filter(|(_, bars)| !bars.is_empty());
    shapes.extend(bars.map(|(class, bars)| Shape::Bars { class, bars }));
    if let Some(limit) = limit {
        shapes.push(Shape::Line { class: "limit", ends_px: ends_px(floor_px - item_px * limit as f64) });
    }
}

fn count_words(level: &Level, Count { inside, waiting }: Count) -> String {
    let inside = match (level.kind, inside) {
        (_, 0) => String::new(),
        (ResourceKind::Queue, 1) => "1 item".to_owned(),
        (ResourceKind::Queue, many) => format!("{many} items"),
        (_, many) => format!("{many} inside"),
    };
    let comma = if inside.is_empty() || waiting == 0 { "" } else { ", " };
    let waiting = if waiting == 0 { String::new() } else { format!("{waiting} waiting") };
    format!("{}: {inside}{comma}{waiting}", level.name)
}

/// A row where it is drawn.
pub(super) struct Placed<'a> {
    /// The real run's, where one is drawn; none where that has not come so far.
    pub(super) row: Option<&'a Row>,
    /// The upper edge of its bars.
    pub(super) y_px: f64,
    /// From one row to the next.
    pub(super) height_px: f64,
    pub(super) bar_px: f64,
}

/// Every row that [`lanes`] draws, from top to bottom.
pub(super) fn placed<'a>(ideal: &'a Timeline, real: Option<&'a Timeline>) -> Vec<Placed<'a>> {
    let rows = aligned(ideal, real);
    let Heights { row_px, bar_px, .. } = heights(rows.len());
    let shown = rows.into_iter().map(|(ideal, run)| if real.is_some() { run } else { ideal });
    let placed = shown.enumerate();
    placed.map(|(place, row)| Placed { row, y_px: place as f64 * row_px + 3.0, height_px: row_px, bar_px }).collect()
}

fn over(timeline: &Timeline) -> bool {
    timeline.ended.is_some()
}

/// The rows of both, where there are two; those that belong together are drawn together.
fn aligned<'a>(ideal: &'a Timeline, real: Option<&'a Timeline>) -> Vec<(Option<&'a Row>, Option<&'a Row>)> {
    match real {
        Some(real) => pairs(ideal, real),
        None => ideal.rows.iter().map(|row| (Some(row), None)).collect(),
    }
}

/// How stretches of time become bars.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Detail {
    /// Each says what it is.
    Titled,
    Plain,
    /// Those that cannot be told apart are drawn together.
    Joined,
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
    detail: Detail,
    /// Of each running bar, how wide the time is in which it really ran.
    ran_px: Vec<f64>,
    /// How many stretches had their bars drawn together with the one before.
    joined: usize,
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
            self.add("ghost", y_px, (ghost.from, to), String::new);
        }
        let Some(row) = (if self.real { real } else { ideal }) else { return };
        for segment in self.in_sight(&row.segments) {
            let class = match (segment.state, &row.end) {
                (State::Running, _) => RUNNING,
                (State::Suspended, Some((_, Outcome::Cancelled))) => "suspended cancelled",
                (State::Suspended, _) => SUSPENDED,
                (State::Ready, _) => "ready",
            };
            let words = || if self.detail == Detail::Titled { title(row, segment) } else { String::new() };
            let Some((bar, ran_px)) = self.bar(y_px, (segment.from, segment.to), words) else { continue };
            if self.put(class, bar) && class == RUNNING {
                // It belongs to the bar before.
                if let Some(before) = self.ran_px.last_mut() {
                    *before += ran_px;
                }
            } else if class == RUNNING {
                self.ran_px.push(ran_px);
            }
        }
        self.end_of(row, y_px);
    }

    fn in_sight<'a>(&self, segments: &'a [Segment]) -> impl Iterator<Item = &'a Segment> + use<'a> {
        let (from, end) = (self.frame.scale().from(), self.frame.scale().end());
        let first = segments.partition_point(|segment| segment.to < from);
        segments[first..].iter().take_while(move |segment| segment.from <= end)
    }

    fn end_of(&mut self, row: &Row, y_px: f64) {
        let middle_px = y_px + self.heights.bar_px / 2.0;
        for at in row.cancel_requests.iter().filter(|at| self.frame.shows(**at)) {
            self.marks.push(Shape::Arrow { class: "cancel", up: false, at_px: [self.frame.x_px(*at), y_px + 1.0] });
        }
        // In many rows close together they would only be dirt.
        if self.heights.label_every == 1 {
            for at in row.prints.iter().filter(|at| self.frame.shows(**at)) {
                let x_px = self.frame.x_px(*at);
                let bottom_px = y_px + self.heights.bar_px;
                self.marks.push(Shape::Line { class: "print", ends_px: [x_px, bottom_px, x_px, bottom_px + PRINT_PX] });
            }
        }
        let Some((at, outcome)) = &row.end else { return };
        if let Some((x_px, to_px)) = row.cleanup.and_then(|from| self.frame.stretch_px(from, *at))
            && to_px > x_px
        {
            let y_px = y_px + self.heights.bar_px - CLEANUP_PX;
            let bar = Bar { x_px, y_px, width_px: to_px - x_px, height_px: CLEANUP_PX, title: String::new() };
            self.marks.push(Shape::Bars { class: "cleanup", bars: vec![bar] });
        }
        if self.heights.label_every > 1 || !self.frame.shows(*at) {
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

    /// Many instants side by side must not look as if the task had run all the time.
    fn take_steps(&mut self) -> Vec<Bar> {
        let Some(running) = self.bars.last_mut().filter(|_| self.joined > 0) else { return Vec::new() };
        let mut ran_px = self.ran_px.iter();
        let is_steps = |bar: &mut Bar| {
            let ran_px = ran_px.next().copied().unwrap_or(0.0);
            bar.width_px > INSTANT_PX * 2.0 && ran_px < bar.width_px / 2.0
        };
        let thinner = |bar: Bar| {
            let height_px = bar.height_px * STEPS_HEIGHT;
            Bar { y_px: bar.y_px + (bar.height_px - height_px) / 2.0, height_px, ..bar }
        };
        running.extract_if(.., is_steps).map(thinner).collect()
    }

    /// With how wide the time is that it stands for. None for what lies beyond the axis.
    fn bar(&self, y_px: f64, (from, to): (Duration, Duration), title: impl FnOnce() -> String) -> Option<(Bar, f64)> {
        let (x_px, to_px) = self.frame.stretch_px(from, to)?;
        let width_px = (to_px - x_px).max(INSTANT_PX);
        Some((Bar { x_px, y_px, width_px, height_px: self.heights.bar_px, title: title() }, to_px - x_px))
    }

    fn add(&mut self, class: &'static str, y_px: f64, times: (Duration, Duration), title: impl FnOnce() -> String) {
        if let Some((bar, _)) = self.bar(y_px, times, title) {
            self.put(class, bar);
        }
    }

    /// Bars of one meaning are kept together, the shortest-lived meaning in front: an instant of running must not hide
    /// behind the wait that follows it. Says whether it is drawn together with the one before.
    fn put(&mut self, class: &'static str, bar: Bar) -> bool {
        let same = BACK_TO_FRONT.iter().position(|known| *known == class);
        let Some(bars) = same.and_then(|place| self.bars.get_mut(place)) else { return false };
        let is_short = bar.width_px <= INSTANT_PX;
        // The step between two waits is drawn over where they meet.
        let looks_same = self.detail == Detail::Joined && (is_short || class.starts_with(SUSPENDED));
        let last = bars.last_mut().filter(|last| looks_same && touches(last, &bar));
        let joins = last.is_some();
        if let Some(last) = last {
            last.width_px = last.width_px.max(bar.x_px + bar.width_px - last.x_px);
            self.joined += usize::from(is_short);
        } else {
            bars.push(bar);
        }
        joins
    }
}

/// Whether there is no gap between a bar and the one before it in its row.
fn touches(last: &Bar, next: &Bar) -> bool {
    last.y_px == next.y_px && next.x_px - (last.x_px + last.width_px) < GAP_PX
}

fn title(row: &Row, segment: &Segment) -> String {
    let (from, to) = (seconds(segment.from), seconds(segment.to));
    let when = if from == to { format!("at {from}") } else { format!("{from} – {to}") };
    format!("{} · {} · {when}", row.label, state_words(segment.state))
}

/// How many letters fit: what they measure is known only roughly.
fn letters(room_px: f64) -> usize {
    (room_px / 6.6).max(3.0) as usize
}

/// A text cut so that it fits: SVG cuts nothing by itself.
fn shortened(text: &str, room_px: f64) -> String {
    let fits = letters(room_px);
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
    use crate::aio::{Queue, gather, sleep, span};
    use crate::host::virtual_time;

    fn timeline(seconds: &'static [u64]) -> Timeline {
        let run = virtual_time::run(async {
            let job = |second: u64| span(format!("job {second}"), sleep(Duration::from_secs(second)));
            gather(seconds.iter().map(|second| job(*second))).await.map(drop)
        });
        Timeline::of(&run.trace)
    }

    /// One item for each queue, taken a second later, in this order.
    fn queues(names: &'static [&'static str]) -> Timeline {
        let run = virtual_time::run(async {
            for (place, name) in names.iter().enumerate() {
                let queue = Queue::new().named(*name);
                for item in 0..=place {
                    let _ = queue.try_put(item);
                }
                sleep(Duration::from_secs(1)).await?;
                while queue.try_get().is_ok() {}
            }
            Ok(())
        });
        Timeline::of(&run.trace)
    }

    #[test]
    fn a_queue_is_found_by_its_name_whichever_is_used_first() {
        let (ideal, real) = (queues(&["a", "b", "a"]), queues(&["b", "a", "a"]));
        let found = levels(&ideal, Some(&real)).into_iter();
        let inside = |level: &Level| level.most(real.until).inside;
        let found: Vec<_> = found.map(|(known, level)| (&*known.name, level.map(inside))).collect();
        assert_eq!(found, [("a", Some(2)), ("b", Some(1)), ("a", Some(3))]);
    }

    fn frame(width_px: f64) -> Frame {
        Frame::whole(width_px, Duration::from_secs(3))
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

    /// So many tasks that yield so many times, each time after a millisecond of its own.
    fn many(tasks: u32, steps: u32) -> Timeline {
        let run = virtual_time::run(async move {
            let job = |number: u32| {
                span(format!("job {number}"), async move {
                    for _ in 0..steps {
                        sleep(Duration::from_millis(u64::from(1 + number % 7))).await?;
                    }
                    Ok(())
                })
            };
            gather((0..tasks).map(job)).await.map(drop)
        });
        Timeline::of(&run.trace)
    }

    fn bar_count(scene: &Scene) -> usize {
        let of_shape = |shape: &Shape| if let Shape::Bars { bars, .. } = shape { bars.len() } else { 0 };
        scene.shapes.iter().map(of_shape).sum()
    }

    #[test]
    fn what_is_too_short_to_be_told_apart_is_drawn_together_and_counted() {
        let timeline = many(10, 400);
        let all = stretches(&timeline);
        let whole = lanes(&timeline, None, Frame::whole(1000.0, timeline.until));
        // Waits that meet at a step are one bar below it.
        let (count, waits) = (bar_count(&whole), all / 2);
        assert!(
            whole.joined > waits / 2 && count + whole.joined <= all && bars(&whole, SUSPENDED).len() <= 11,
            "{count} {all}"
        );
        let near = Frame { width_px: 1000.0, from: Duration::ZERO, end: Duration::from_millis(50) };
        let near = lanes(&timeline, None, near);
        assert!(near.joined < whole.joined / 10, "steps of one instant stay together, the others come apart");
        assert!(bar_count(&near) < all, "what is not on the axis is not drawn");
        assert_eq!(lanes(&many(10, 10), None, frame(1000.0)).joined, 0, "few are never drawn together");
    }

    #[test]
    fn bars_that_are_drawn_together_cover_the_same_pixels() {
        let timeline = many(10, 400);
        let frame = Frame::whole(1000.0, timeline.until);
        let row = |class: &str| {
            let of_first = |bar: &Bar| (25.0..37.0).contains(&bar.y_px);
            bars(&lanes(&timeline, None, frame), class).into_iter().filter(of_first).collect::<Vec<_>>()
        };
        for (class, state) in [("running", State::Running), ("suspended", State::Suspended)] {
            let drawn = [row(class), row(STEPS)].concat();
            let covers = |x_px: f64, to_px: f64| {
                drawn.iter().any(|bar| bar.x_px <= x_px + 1e-6 && to_px <= bar.x_px + bar.width_px + 1e-6)
            };
            for segment in timeline.rows[1].segments.iter().filter(|segment| segment.state == state) {
                let (x_px, to_px) = frame.stretch_px(segment.from, segment.to).expect("it is on the axis");
                assert!(covers(x_px, to_px.max(x_px + INSTANT_PX)), "{class} at {x_px}");
            }
        }
    }

    #[test]
    fn steps_that_fill_a_row_only_together_do_not_look_busy() {
        let timeline = many(10, 400);
        let scene = lanes(&timeline, None, Frame::whole(1000.0, timeline.until));
        let (steps, running) = (bars(&scene, STEPS), bars(&scene, RUNNING));
        assert!(!steps.is_empty() && steps.iter().all(|bar| bar.height_px < 5.0), "{steps:?}");
        assert!(running.iter().all(|bar| bar.width_px <= INSTANT_PX * 2.0), "what takes no time is never a bar");
        let busy = virtual_time::run(async {
            for _ in 0..2000 {
                crate::aio::blocking_sleep(Duration::from_millis(1));
                crate::aio::yield_now().await?;
            }
            Ok(())
        });
        let busy = Timeline::of(&busy.trace);
        let scene = lanes(&busy, None, Frame::whole(1000.0, busy.until));
        assert!(scene.joined > 0 && bars(&scene, STEPS).is_empty(), "this one had the thread all the time");
    }

    #[test]
    fn a_part_of_the_rows_is_drawn_where_it_stands_among_all() {
        let timeline = many(100, 3);
        let frame = Frame::whole(1000.0, timeline.until);
        let whole = lanes(&timeline, None, frame);
        let part = lanes_between((&timeline, None), frame, true, (120.0, 240.0));
        assert_eq!(part.height_px, whole.height_px);
        let inside = |bar: &&Bar| bar.y_px + bar.height_px > 120.0 && bar.y_px < 240.0;
        for class in ["running", "suspended"] {
            let (all, drawn) = (bars(&whole, class), bars(&part, class));
            assert!(all.iter().filter(inside).all(|bar| drawn.contains(bar)), "{class}");
            assert!(drawn.len() < all.len() / 3, "{class}");
        }
    }

    #[test]
    fn many_rows_move_together() {
        let many: &'static [u64] = &[1; 100];
        assert!(lanes(&timeline(many), None, frame(1000.0)).height_px < 700.0);
    }
}
