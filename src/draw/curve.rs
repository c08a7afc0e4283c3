//! What variants take as curves over a parameter's values, and below it how many times faster they are.

use std::time::Duration;

use super::scene::{Anchor, Bar, Scene, Shape};
use crate::timeline::{Scale, Tick, round_marks};

/// Left of the axes, for their numbers.
const GUTTER_PX: f64 = 50.0;
const RIGHT_PX: f64 = 14.0;
/// Above the axes, for what the marks say.
const TOP_PX: f64 = 34.0;
const TIMES_PX: f64 = 150.0;
/// Between the two drawings.
const BETWEEN_PX: f64 = 34.0;
const FACTORS_PX: f64 = 80.0;
/// Below, for the values and for the legend's first line.
const BOTTOM_PX: f64 = 24.0;
const LINE_PX: f64 = 20.0;
/// Points that are closer than this are drawn as a line alone.
const DOTS_APART_PX: f64 = 7.0;

/// The meanings of the variants' curves and of their points, in order; past the last they begin again.
const CLASSES: [(&str, &str); 6] = [
    ("curve c1", "dot c1"),
    ("curve c2", "dot c2"),
    ("curve c3", "dot c3"),
    ("curve c4", "dot c4"),
    ("curve c5", "dot c5"),
    ("curve c6", "dot c6"),
];

/// One variant.
#[derive(Clone, Debug)]
pub struct Curve<'a> {
    /// Its name.
    pub title: &'a str,
    /// How long it takes with each value; none where it does not end, which a cross on the axis says.
    pub times: Vec<Option<Duration>>,
    /// How many times faster it is; none where that cannot be said.
    pub factors: Vec<Option<f64>>,
}

/// Curves over the values of a parameter.
#[derive(Clone, Debug)]
pub struct Plot<'a> {
    /// The whole width.
    pub width_px: f64,
    /// The parameter's values, from the least, which is not negative, to the greatest.
    pub values: Vec<f64>,
    /// What the values count in: no marks stand closer.
    pub step: f64,
    /// What stands after the first of them, such as ` s`.
    pub unit: &'a str,
    /// The variants. Each has something for each value.
    pub curves: Vec<Curve<'a>>,
    /// Past which value more brings little, and a word about it.
    pub knee: Option<(f64, String)>,
    /// The value that the parameter has, and a word about it.
    pub present: (f64, String),
    /// The place of the value that a reader looks at.
    pub cursor: Option<usize>,
}

/// One of the two drawings.
struct Area {
    top_px: f64,
    height_px: f64,
    /// What lies at its upper edge.
    most: f64,
}

impl Area {
    fn bottom_px(&self) -> f64 {
        self.top_px + self.height_px
    }

    fn y_px(&self, number: f64) -> f64 {
        self.bottom_px() - number / self.most * self.height_px
    }
}

impl Plot<'_> {
    fn length_px(&self) -> f64 {
        (self.width_px - GUTTER_PX - RIGHT_PX).max(1.0)
    }

    /// The axis begins with 0.
    fn last(&self) -> f64 {
        self.values.last().copied().filter(|last| *last > 0.0).unwrap_or(1.0)
    }

    fn x_px(&self, value: f64) -> f64 {
        GUTTER_PX + value / self.last() * self.length_px()
    }

    /// The place of the value that is nearest to what is pointed at.
    #[must_use]
    pub fn nearest(&self, x_px: f64) -> Option<usize> {
        let distance = |place: &usize| (self.x_px(self.values[*place]) - x_px).abs();
        (0..self.values.len()).min_by(|one, other| distance(one).total_cmp(&distance(other)))
    }

    /// As shapes.
    #[must_use]
    pub fn scene(&self) -> Scene {
        let seconds = |curve: &Curve| -> Vec<Option<f64>> {
            curve.times.iter().map(|time| time.map(|time| time.as_secs_f64())).collect()
        };
        let times: Vec<_> = self.curves.iter().map(seconds).collect();
        let longest = self.curves.iter().flat_map(|curve| &curve.times).flatten().max().copied().unwrap_or_default();
        let scale = Scale::new(longest, TIMES_PX);
        let area = Area { top_px: TOP_PX, height_px: TIMES_PX, most: scale.end().as_secs_f64() };
        let mut shapes = Vec::new();
        self.draw_area(&mut shapes, &area, "time", &scale.ticks(36.0), &times);
        let mut bottom_px = area.bottom_px();
        self.draw_lost(&mut shapes, bottom_px);

        let factors: Vec<_> = self.curves.iter().map(|curve| curve.factors.clone()).collect();
        if let Some(most) = factors.iter().flatten().flatten().copied().reduce(f64::max) {
            let area = Area { top_px: bottom_px + BETWEEN_PX, height_px: FACTORS_PX, most: most.max(1.0) };
            let mut marks = round_marks((0.0, area.most), area.height_px, 24.0);
            for mark in &mut marks {
                mark.label.push('×');
            }
            self.draw_area(&mut shapes, &area, "speedup", &marks, &factors);
            bottom_px = area.bottom_px();
        }

        self.draw_values(&mut shapes, bottom_px + 16.0);
        self.draw_marks(&mut shapes, bottom_px);
        let height_px = self.draw_legend(&mut shapes, bottom_px + BOTTOM_PX);
        Scene { width_px: self.width_px, height_px, shapes, joined: 0 }
    }

    fn draw_area(&self, shapes: &mut Vec<Shape>, area: &Area, name: &str, ticks: &[Tick], lines: &[Vec<Option<f64>>]) {
        let right_px = self.x_px(self.last());
        let at_px = [0.0, area.top_px - 9.0];
        shapes.push(Shape::Text { class: "label", at_px, anchor: Anchor::Start, text: name.to_owned() });
        for Tick { x_px: up_px, label } in ticks {
            let y_px = area.bottom_px() - up_px;
            shapes.push(Shape::Line { class: "grid", ends_px: [GUTTER_PX, y_px, right_px, y_px] });
            let at_px = [GUTTER_PX - 6.0, y_px + 4.0];
            shapes.push(Shape::Text { class: "tick", at_px, anchor: Anchor::End, text: label.clone() });
        }
        let has_dots = self.length_px() / self.values.len().max(1) as f64 >= DOTS_APART_PX;
        for (line, (curve, dot)) in lines.iter().zip(CLASSES.iter().cycle()) {
            let at = |place: usize, number: f64| Some([self.x_px(*self.values.get(place)?), area.y_px(number)]);
            let points: Vec<Option<[f64; 2]>> =
                line.iter().enumerate().map(|(place, number)| at(place, (*number)?)).collect();
            let stretches = points.split(Option::is_none).filter(|stretch| stretch.len() > 1);
            shapes.extend(
                stretches.map(|stretch| Shape::Path {
                    class: curve,
                    points_px: stretch.iter().copied().flatten().collect(),
                }),
            );
            let looked_at = self.cursor.and_then(|place| points.get(place).copied().flatten());
            // Alone between two that are missing, a point has no line that would show it.
            let is_alone = |place: usize| {
                let is_missing = |place: Option<usize>| place.and_then(|place| points.get(place)?.as_ref()).is_none();
                is_missing(place.checked_sub(1)) && is_missing(Some(place + 1))
            };
            let small = points.iter().enumerate().filter(|(place, _)| has_dots || is_alone(*place));
            let bars: Vec<Bar> = small
                .filter_map(|(_, point)| Some(square(*point.as_ref()?, 4.0)))
                .chain(looked_at.map(|point| square(point, 8.0)))
                .collect();
            if !bars.is_empty() {
                shapes.push(Shape::Bars { class: dot, bars });
            }
        }
    }

    /// A cross on the axis where some variant does not end.
    fn draw_lost(&self, shapes: &mut Vec<Shape>, y_px: f64) {
        for (place, value) in self.values.iter().enumerate() {
            if self.curves.iter().any(|curve| matches!(curve.times.get(place), Some(None))) {
                shapes.push(Shape::Cross { class: "lost", at_px: [self.x_px(*value), y_px] });
            }
        }
    }

    fn draw_values(&self, shapes: &mut Vec<Shape>, y_px: f64) {
        let least_px = self.step / self.last() * self.length_px();
        let apart_px = if self.width_px < 560.0 { 40.0 } else { 56.0 };
        let marks = round_marks((0.0, self.last()), self.length_px(), least_px.max(apart_px));
        shapes.extend(marks.into_iter().enumerate().map(|(place, mark)| Shape::Text {
            class: "tick",
            at_px: [GUTTER_PX + mark.x_px, y_px],
            anchor: Anchor::Middle,
            text: mark.label + if place == 0 { self.unit } else { "" },
        }));
    }

    /// The knee and the present value, each with its word in a line of its own, and what is looked at.
    fn draw_marks(&self, shapes: &mut Vec<Shape>, bottom_px: f64) {
        let middle_px = GUTTER_PX + self.length_px() / 2.0;
        let mut mark = |class, word, value: f64, from_px: f64, text: &str| {
            let x_px = self.x_px(value);
            shapes.push(Shape::Line { class, ends_px: [x_px, from_px, x_px, bottom_px] });
            let (anchor, x_px) = if x_px < middle_px { (Anchor::Start, x_px + 4.0) } else { (Anchor::End, x_px - 4.0) };
            if !text.is_empty() {
                shapes.push(Shape::Text { class: word, at_px: [x_px, from_px + 9.0], anchor, text: text.to_owned() });
            }
        };
        mark("present", "present-word", self.present.0, 16.0, &self.present.1);
        if let Some((value, text)) = &self.knee {
            mark("knee", "knee-word", *value, 2.0, text);
        }
        if let Some(value) = self.cursor.and_then(|place| self.values.get(place)) {
            mark("cursor", "", *value, TOP_PX, "");
        }
    }

    /// Which curve is whose, in as many lines as that takes. Gives where it ends.
    fn draw_legend(&self, shapes: &mut Vec<Shape>, top_px: f64) -> f64 {
        let (mut x_px, mut y_px) = (0.0, top_px);
        for (Curve { title, .. }, (class, _)) in self.curves.iter().zip(CLASSES.iter().cycle()) {
            // What letters measure is known only roughly: rather too much than too little.
            let entry_px = 32.0 + title.chars().count() as f64 * 7.2;
            if x_px > 0.0 && x_px + entry_px > self.width_px {
                (x_px, y_px) = (0.0, y_px + LINE_PX);
            }
            let middle_px = y_px + LINE_PX / 2.0;
            shapes.push(Shape::Path { class, points_px: vec![[x_px, middle_px], [x_px + 24.0, middle_px]] });
            let at_px = [x_px + 30.0, middle_px + 4.0];
            shapes.push(Shape::Text { class: "label", at_px, anchor: Anchor::Start, text: (*title).to_owned() });
            x_px += entry_px + 16.0;
        }
        y_px + LINE_PX
    }
}

fn square([x_px, y_px]: [f64; 2], size_px: f64) -> Bar {
    let half_px = size_px / 2.0;
    Bar { x_px: x_px - half_px, y_px: y_px - half_px, width_px: size_px, height_px: size_px, title: String::new() }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::super::svg;
    use super::*;

    fn times(seconds: &[u64]) -> Vec<Option<Duration>> {
        seconds.iter().map(|seconds| Some(Duration::from_secs(*seconds)).filter(|time| !time.is_zero())).collect()
    }

    fn plot(width_px: f64) -> Plot<'static> {
        Plot {
            width_px,
            values: vec![1.0, 2.0, 3.0, 4.0],
            step: 1.0,
            unit: "",
            curves: vec![
                Curve { title: "one <by> one", times: times(&[6, 6, 6, 6]), factors: vec![None; 4] },
                Curve {
                    title: "limited",
                    times: times(&[6, 3, 0, 2]),
                    factors: vec![Some(1.0), Some(2.0), None, Some(3.0)],
                },
            ],
            knee: Some((2.0, "knee at 2".to_owned())),
            present: (4.0, "now 4".to_owned()),
            cursor: None,
        }
    }

    /// One element in a line.
    fn drawn(plot: &Plot) -> String {
        svg(&plot.scene(), "").replace("><", ">\n<")
    }

    #[test]
    fn curves_have_axes_marks_and_a_legend() {
        expect![[r#"
            <svg xmlns="http://www.w3.org/2000/svg" width="464" height="342" viewBox="0 0 464 342" >
            <text class="label" x="0" y="25" text-anchor="start">time</text>
            <line class="grid" x1="50" y1="184" x2="450" y2="184"/>
            <text class="tick" x="44" y="188" text-anchor="end">0 s</text>
            <line class="grid" x1="50" y1="134" x2="450" y2="134"/>
            <text class="tick" x="44" y="138" text-anchor="end">2</text>
            <line class="grid" x1="50" y1="84" x2="450" y2="84"/>
            <text class="tick" x="44" y="88" text-anchor="end">4</text>
            <line class="grid" x1="50" y1="34" x2="450" y2="34"/>
            <text class="tick" x="44" y="38" text-anchor="end">6</text>
            <path class="curve c1" d="M150 34L250 34L350 34L450 34"/>
            <rect class="dot c1" x="148" y="32" width="4" height="4" rx="2"/>
            <rect class="dot c1" x="248" y="32" width="4" height="4" rx="2"/>
            <rect class="dot c1" x="348" y="32" width="4" height="4" rx="2"/>
            <rect class="dot c1" x="448" y="32" width="4" height="4" rx="2"/>
            <path class="curve c2" d="M150 34L250 109"/>
            <rect class="dot c2" x="148" y="32" width="4" height="4" rx="2"/>
            <rect class="dot c2" x="248" y="107" width="4" height="4" rx="2"/>
            <rect class="dot c2" x="448" y="132" width="4" height="4" rx="2"/>
            <path class="lost" d="M346 180L354 188M346 188L354 180"/>
            <text class="label" x="0" y="209" text-anchor="start">speedup</text>
            <line class="grid" x1="50" y1="298" x2="450" y2="298"/>
            <text class="tick" x="44" y="302" text-anchor="end">0×</text>
            <line class="grid" x1="50" y1="271.33" x2="450" y2="271.33"/>
            <text class="tick" x="44" y="275.33" text-anchor="end">1×</text>
            <line class="grid" x1="50" y1="244.67" x2="450" y2="244.67"/>
            <text class="tick" x="44" y="248.67" text-anchor="end">2×</text>
            <line class="grid" x1="50" y1="218" x2="450" y2="218"/>
            <text class="tick" x="44" y="222" text-anchor="end">3×</text>
            <path class="curve c2" d="M150 271.33L250 244.67"/>
            <rect class="dot c2" x="148" y="269.33" width="4" height="4" rx="2"/>
            <rect class="dot c2" x="248" y="242.67" width="4" height="4" rx="2"/>
            <rect class="dot c2" x="448" y="216" width="4" height="4" rx="2"/>
            <text class="tick" x="50" y="314" text-anchor="middle">0</text>
            <text class="tick" x="150" y="314" text-anchor="middle">1</text>
            <text class="tick" x="250" y="314" text-anchor="middle">2</text>
            <text class="tick" x="350" y="314" text-anchor="middle">3</text>
            <text class="tick" x="450" y="314" text-anchor="middle">4</text>
            <line class="present" x1="450" y1="16" x2="450" y2="298"/>
            <text class="present-word" x="446" y="25" text-anchor="end">now 4</text>
            <line class="knee" x1="250" y1="2" x2="250" y2="298"/>
            <text class="knee-word" x="246" y="11" text-anchor="end">knee at 2</text>
            <path class="curve c1" d="M0 332L24 332"/>
            <text class="label" x="30" y="336" text-anchor="start">one &lt;by&gt; one</text>
            <path class="curve c2" d="M134.4 332L158.4 332"/>
            <text class="label" x="164.4" y="336" text-anchor="start">limited</text>
            </svg>"#]]
        .assert_eq(&drawn(&plot(464.0)));
    }

    #[test]
    fn what_is_looked_at_stands_out_and_speedups_are_left_out_where_there_are_none() {
        let mut plot = plot(320.0);
        plot.cursor = Some(1);
        plot.knee = None;
        for curve in &mut plot.curves {
            curve.factors = vec![None; 4];
        }
        expect![[r#"
            <svg xmlns="http://www.w3.org/2000/svg" width="320" height="228" viewBox="0 0 320 228" >
            <text class="label" x="0" y="25" text-anchor="start">time</text>
            <line class="grid" x1="50" y1="184" x2="306" y2="184"/>
            <text class="tick" x="44" y="188" text-anchor="end">0 s</text>
            <line class="grid" x1="50" y1="134" x2="306" y2="134"/>
            <text class="tick" x="44" y="138" text-anchor="end">2</text>
            <line class="grid" x1="50" y1="84" x2="306" y2="84"/>
            <text class="tick" x="44" y="88" text-anchor="end">4</text>
            <line class="grid" x1="50" y1="34" x2="306" y2="34"/>
            <text class="tick" x="44" y="38" text-anchor="end">6</text>
            <path class="curve c1" d="M114 34L178 34L242 34L306 34"/>
            <rect class="dot c1" x="112" y="32" width="4" height="4" rx="2"/>
            <rect class="dot c1" x="176" y="32" width="4" height="4" rx="2"/>
            <rect class="dot c1" x="240" y="32" width="4" height="4" rx="2"/>
            <rect class="dot c1" x="304" y="32" width="4" height="4" rx="2"/>
            <rect class="dot c1" x="174" y="30" width="8" height="8" rx="2"/>
            <path class="curve c2" d="M114 34L178 109"/>
            <rect class="dot c2" x="112" y="32" width="4" height="4" rx="2"/>
            <rect class="dot c2" x="176" y="107" width="4" height="4" rx="2"/>
            <rect class="dot c2" x="304" y="132" width="4" height="4" rx="2"/>
            <rect class="dot c2" x="174" y="105" width="8" height="8" rx="2"/>
            <path class="lost" d="M238 180L246 188M238 188L246 180"/>
            <text class="tick" x="50" y="200" text-anchor="middle">0</text>
            <text class="tick" x="114" y="200" text-anchor="middle">1</text>
            <text class="tick" x="178" y="200" text-anchor="middle">2</text>
            <text class="tick" x="242" y="200" text-anchor="middle">3</text>
            <text class="tick" x="306" y="200" text-anchor="middle">4</text>
            <line class="present" x1="306" y1="16" x2="306" y2="184"/>
            <text class="present-word" x="302" y="25" text-anchor="end">now 4</text>
            <line class="cursor" x1="178" y1="34" x2="178" y2="184"/>
            <path class="curve c1" d="M0 218L24 218"/>
            <text class="label" x="30" y="222" text-anchor="start">one &lt;by&gt; one</text>
            <path class="curve c2" d="M134.4 218L158.4 218"/>
            <text class="label" x="164.4" y="222" text-anchor="start">limited</text>
            </svg>"#]]
        .assert_eq(&drawn(&plot));
    }

    #[test]
    fn a_point_of_the_screen_belongs_to_the_nearest_value() {
        let plot = plot(464.0);
        let nearest = |x_px| plot.nearest(x_px);
        assert_eq!([-10.0, 50.0, 150.0, 199.0, 201.0, 1e9].map(nearest), [0, 0, 0, 0, 1, 3].map(Some));
        let empty = Plot { values: Vec::new(), curves: Vec::new(), ..plot };
        assert_eq!(empty.nearest(1.0), None);
        assert!(!drawn(&empty).contains("NaN"));
    }

    #[test]
    fn nothing_is_drawn_at_no_place() {
        for width_px in [0.0, 10.0, 320.0] {
            let mut plot = plot(width_px);
            plot.values = vec![0.0];
            plot.curves[0].times = vec![Some(Duration::ZERO)];
            plot.curves[1].times = Vec::new();
            let drawn = drawn(&plot);
            assert!(!drawn.contains("NaN") && !drawn.contains("inf"), "{drawn}");
        }
    }
}
