//! A whole comparison as one picture that stands alone: for a README, a post, a slide.

use std::time::Duration;

use super::heartbeat::heartbeat;
use super::lanes::{Frame, axis, ending_words, lanes, real_lanes};
use super::scene::{Anchor, Bar, Scene, Shape};
use super::svg::{DEFINITIONS, escape, svg};
use crate::timeline::{Outcome, Row, State, Timeline, state_words};

const MARGIN_PX: f64 = 24.0;

/// One variant in a picture.
#[derive(Clone, Debug)]
pub struct Panel<'a> {
    /// Its name.
    pub title: &'a str,
    /// What stands after its time, if anything; then both stand out.
    pub note: String,
    /// Its run.
    pub timeline: &'a Timeline,
    /// What is drawn of an ideal run beside it.
    pub ideal: Ideal<'a>,
    /// When the page could do something else meanwhile, and how many times as fast as the wall's clock the run went.
    pub beats: Option<(&'a [Duration], f64)>,
}

/// What a picture of a run shows of the ideal one.
#[derive(Clone, Copy, Debug)]
pub enum Ideal<'a> {
    /// Nothing: it is the run itself, or there is none.
    Nothing,
    /// An outline behind the run.
    Outline(&'a Timeline),
    /// Only the order of its rows.
    Rows(&'a Timeline),
}

/// The comparison under a title, `width_px` wide. `style` is CSS that gives the classes their colours.
#[must_use]
pub fn picture(title: &str, panels: &[Panel<'_>], width_px: f64, style: &str) -> String {
    let ideal = panels.iter().filter_map(|panel| match panel.ideal {
        Ideal::Outline(ideal) => Some(ideal.until),
        Ideal::Nothing | Ideal::Rows(_) => None,
    });
    let end = panels.iter().map(|panel| panel.timeline.until).chain(ideal).max().unwrap_or(Duration::ZERO);
    let frame = Frame::whole(width_px - 2.0 * MARGIN_PX, end);
    let mut whole = Scene { width_px, ..Scene::default() };
    whole.shapes.push(text("picture-title", MARGIN_PX, 38.0, Anchor::Start, title.to_owned()));
    let mut y_px = 58.0;
    y_px += place(&mut whole, axis(frame), y_px);
    for Panel { title, note, timeline, ideal, beats } in panels {
        y_px += 22.0;
        let ending = timeline.ended.and_then(ending_words).map(|words| format!(" · {words}")).unwrap_or_default();
        let time = format!("{}{ending}{note}", timeline.resolution.seconds(timeline.until));
        whole.shapes.push(text("variant", MARGIN_PX, y_px, Anchor::Start, (*title).to_owned()));
        let class = if note.is_empty() { "variant time" } else { "variant" };
        whole.shapes.push(text(class, width_px - MARGIN_PX, y_px, Anchor::End, time));
        y_px += 10.0;
        let drawn = match ideal {
            Ideal::Nothing => lanes(timeline, None, frame),
            Ideal::Outline(ideal) => lanes(ideal, Some(timeline), frame),
            Ideal::Rows(ideal) => real_lanes(ideal, Some(timeline), frame),
        };
        y_px += place(&mut whole, drawn, y_px);
        if let Some((beats, speed)) = beats {
            y_px += place(&mut whole, heartbeat(beats, timeline.until, *speed, frame), y_px);
        }
    }
    y_px += 14.0;
    y_px += place(&mut whole, legend(panels, frame.width_px), y_px);
    if let Some(words) = joined_words(whole.joined) {
        y_px += 20.0;
        whole.shapes.push(text("tick", MARGIN_PX, y_px - 6.0, Anchor::Start, words));
    }
    whole.height_px = y_px + MARGIN_PX - 6.0;
    let time = |timeline: &Timeline| timeline.resolution.seconds(timeline.until);
    let label = panels.iter().map(|panel| format!("{} {}", panel.title, time(panel.timeline)));
    let label = format!("{title}: {}", label.collect::<Vec<_>>().join(", "));
    let attributes = format!(r#"role="img" aria-label="{}" class="picture""#, escape(&label));
    let drawing = svg(&whole, &attributes);
    let (open, rest) = drawing.split_at(drawing.find('>').map_or(0, |end| end + 1));
    let paper = r#"<rect class="paper" width="100%" height="100%"/>"#;
    // The text of an element, whether an HTML or an XML parser reads it.
    let style = style.replace('&', "&amp;").replace('<', "&lt;");
    format!("{open}<style>{style}</style>{DEFINITIONS}{paper}{rest}\n")
}

/// What is to be said of a drawing in which so many stretches are not seen by themselves.
#[must_use]
pub fn joined_words(joined: usize) -> Option<String> {
    match joined {
        0 => None,
        1 => Some("One stretch is too short to be told apart here, and drawn together with the one before.".to_owned()),
        many => Some(format!("{many} stretches are too short to be told apart here, and drawn together.")),
    }
}

/// What the shapes mean that these panels have, in as many lines as that takes.
fn legend(panels: &[Panel<'_>], width_px: f64) -> Scene {
    const LINE_PX: f64 = 20.0;
    const MIDDLE_PX: f64 = LINE_PX / 2.0;
    let rows = || panels.iter().flat_map(|panel| &panel.timeline.rows);
    let in_state = |state| rows().flat_map(|row| &row.segments).any(|segment| segment.state == state);
    let ended =
        |how: fn(&Row, &Outcome) -> bool| rows().any(|row| row.end.as_ref().is_some_and(|end| how(row, &end.1)));
    let bar = |class| {
        let y_px = MIDDLE_PX - 5.0;
        Shape::Bars {
            class,
            bars: vec![Bar { x_px: 0.0, y_px, width_px: 22.0, height_px: 10.0, title: String::new() }],
        }
    };
    let cleanup = Shape::Bars {
        class: "cleanup",
        bars: vec![Bar { x_px: 0.0, y_px: MIDDLE_PX - 1.0, width_px: 22.0, height_px: 3.0, title: String::new() }],
    };
    let cleans_up = |row: &Row| row.cleanup.zip(row.end.as_ref()).is_some_and(|(from, (end, _))| *end > from);
    let badge = |class, text: &str| Shape::Badge { class, at_px: [8.0, MIDDLE_PX], text: text.to_owned() };
    // Whether it is there, its shape, the shape's width, its meaning.
    let entries = [
        (in_state(State::Running), bar("running"), 22.0, state_words(State::Running)),
        (in_state(State::Suspended), bar("suspended"), 22.0, state_words(State::Suspended)),
        (in_state(State::Ready), bar("ready"), 22.0, state_words(State::Ready)),
        (
            ended(|row, how| row.place.is_some() && matches!(how, Outcome::Returned(_))),
            badge("badge", "1"),
            16.0,
            "order of completion",
        ),
        (ended(|_, how| matches!(how, Outcome::Raised(_))), badge("badge failed", "!"), 16.0, "failed"),
        (
            rows().any(|row| !row.cancel_requests.is_empty()),
            Shape::Arrow { class: "cancel", up: false, at_px: [4.0, MIDDLE_PX + 3.0] },
            8.0,
            "asked to stop",
        ),
        (
            ended(|_, how| matches!(how, Outcome::Cancelled)),
            Shape::Cross { class: "cross", at_px: [5.0, MIDDLE_PX] },
            10.0,
            "cancelled",
        ),
        (rows().any(cleans_up), cleanup, 22.0, "cleaning up"),
        (
            rows().any(|row| !row.prints.is_empty()),
            Shape::Line { class: "print", ends_px: [3.0, MIDDLE_PX - 3.0, 3.0, MIDDLE_PX + 3.0] },
            6.0,
            "prints",
        ),
    ];
    let mut scene = Scene { width_px, height_px: LINE_PX, ..Scene::default() };
    let mut x_px = 0.0;
    for (_, shape, shape_px, meaning) in entries.into_iter().filter(|(there, ..)| *there) {
        let text_x_px = shape_px + 7.0;
        // What letters measure is known only roughly: rather too much than too little.
        let entry_px = text_x_px + meaning.len() as f64 * 7.2;
        if x_px > 0.0 && x_px + entry_px > width_px {
            x_px = 0.0;
            scene.height_px += LINE_PX;
        }
        let y_px = scene.height_px - LINE_PX;
        scene.shapes.push(moved(shape, x_px, y_px));
        scene.shapes.push(text("tick", x_px + text_x_px, y_px + MIDDLE_PX + 4.0, Anchor::Start, meaning.to_owned()));
        x_px += entry_px + 18.0;
    }
    scene
}

fn text(class: &'static str, x_px: f64, y_px: f64, anchor: Anchor, text: String) -> Shape {
    Shape::Text { class, at_px: [x_px, y_px], anchor, text }
}

/// Adds a scene to another, this far down; gives its height.
fn place(whole: &mut Scene, part: Scene, down_px: f64) -> f64 {
    let [dx, dy] = [MARGIN_PX, down_px];
    whole.shapes.extend(part.shapes.into_iter().map(|shape| moved(shape, dx, dy)));
    whole.joined += part.joined;
    part.height_px
}

fn moved(mut shape: Shape, dx: f64, dy: f64) -> Shape {
    match &mut shape {
        Shape::Bars { bars, .. } => {
            for bar in bars {
                bar.x_px += dx;
                bar.y_px += dy;
            }
        }
        Shape::Line { ends_px: [x1, y1, x2, y2], .. } => {
            *x1 += dx;
            *x2 += dx;
            *y1 += dy;
            *y2 += dy;
        }
        Shape::Path { points_px, .. } => {
            for [x, y] in points_px {
                *x += dx;
                *y += dy;
            }
        }
        Shape::Badge { at_px: [x, y], .. }
        | Shape::Cross { at_px: [x, y], .. }
        | Shape::Arrow { at_px: [x, y], .. }
        | Shape::Text { at_px: [x, y], .. } => {
            *x += dx;
            *y += dy;
        }
    }
    shape
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aio::{gather, sleep, span};
    use crate::host::virtual_time;

    fn two_jobs() -> Timeline {
        let run = virtual_time::run(async {
            let job = |second| span(format!("job {second}"), sleep(Duration::from_secs(second)));
            gather([job(2), job(1)]).await.map(drop)
        });
        Timeline::of(&run.trace)
    }

    fn panel(timeline: &Timeline) -> Panel<'_> {
        Panel { title: "<gather>", note: " · 2.0× faster".to_owned(), timeline, ideal: Ideal::Nothing, beats: None }
    }

    #[test]
    fn a_picture_stands_alone() {
        let timeline = two_jobs();
        let text = picture("Jobs & more", &[panel(&timeline)], 880.0, "a > b { width: calc(1px) } /* <&> */");
        assert!(text.contains("a > b { width: calc(1px) } /* &lt;&amp;> */</style>"), "{text}");
        assert!(text.contains(r#"aria-label="Jobs &amp; more: &lt;gather&gt; 2.00 s""#), "{text}");
        assert!(text.contains("2.00 s · 2.0× faster</text>"), "{text}");
        for used in ["#hatch", "#dots"] {
            let id = format!(r#"id="{}""#, &used[1..]);
            assert!(text.contains(&id), "{id}");
        }
    }

    #[test]
    fn a_measured_run_has_the_ideal_one_behind_it() {
        let (ideal, short) = (two_jobs(), Timeline::default());
        let of = |ideal| {
            let panel = Panel { title: "a", note: String::new(), timeline: &short, ideal, beats: Some((&[], 1.0)) };
            picture("a", &[panel], 880.0, "")
        };
        let outline = of(Ideal::Outline(&ideal));
        assert!(outline.contains("class=\"ghost\"") && outline.contains("page’s heart"), "{outline}");
        let rows = of(Ideal::Rows(&ideal));
        assert!(!rows.contains("class=\"ghost\"") && rows.contains(">job 2</text>"), "{rows}");
    }

    #[test]
    fn the_legend_explains_what_is_there_and_nothing_else() {
        let timeline = two_jobs();
        let meanings = |width_px| {
            let scene = legend(&[panel(&timeline)], width_px);
            let texts = scene.shapes.iter().filter_map(|shape| match shape {
                Shape::Text { text, .. } => Some(text.clone()),
                _ => None,
            });
            (texts.collect::<Vec<_>>(), scene.height_px)
        };
        let expected = ["running", "suspended", "order of completion"].map(str::to_owned).to_vec();
        assert_eq!(meanings(880.0), (expected.clone(), 20.0));
        assert_eq!(meanings(200.0), (expected, 40.0));
    }
}
