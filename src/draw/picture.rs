//! A whole comparison as one picture that stands alone: for a README, a post, a slide.

use std::time::Duration;

use super::lanes::{Frame, axis, ending_words, lanes};
use super::scene::{Anchor, Scene, Shape};
use super::svg::{DEFINITIONS, escape, svg};
use crate::timeline::{Timeline, seconds};

const MARGIN_PX: f64 = 24.0;

/// One variant in a picture.
#[derive(Clone, Debug)]
pub struct Panel<'a> {
    /// Its name.
    pub title: &'a str,
    /// What stands at the right of the name, besides its time.
    pub note: String,
    /// Its run.
    pub timeline: &'a Timeline,
}

/// The comparison under a title, `width_px` wide. `style` is CSS that gives the classes their colours.
#[must_use]
pub fn picture(title: &str, panels: &[Panel<'_>], width_px: f64, style: &str) -> String {
    let end = panels.iter().map(|panel| panel.timeline.until).max().unwrap_or(Duration::ZERO);
    let frame = Frame { width_px: width_px - 2.0 * MARGIN_PX, end };
    let mut whole = Scene { width_px, ..Scene::default() };
    whole.shapes.push(text("picture-title", MARGIN_PX, 38.0, Anchor::Start, title.to_owned()));
    let mut y_px = 58.0;
    y_px += place(&mut whole, axis(frame), y_px);
    for Panel { title, note, timeline } in panels {
        y_px += 22.0;
        let ending = timeline.ended.and_then(ending_words).map(|words| format!(" · {words}")).unwrap_or_default();
        let time = format!("{}{ending}{note}", seconds(timeline.until));
        whole.shapes.push(text("variant", MARGIN_PX, y_px, Anchor::Start, (*title).to_owned()));
        whole.shapes.push(text("variant time", width_px - MARGIN_PX, y_px, Anchor::End, time));
        y_px += 10.0;
        y_px += place(&mut whole, lanes(timeline, None, frame), y_px);
    }
    whole.height_px = y_px + MARGIN_PX - 6.0;
    let label = panels.iter().map(|panel| format!("{} {}", panel.title, seconds(panel.timeline.until)));
    let label = format!("{title}: {}", label.collect::<Vec<_>>().join(", "));
    let attributes = format!(r#"role="img" aria-label="{}" class="picture""#, escape(&label));
    let drawing = svg(&whole, &attributes);
    let (open, rest) = drawing.split_at(drawing.find('>').map_or(0, |end| end + 1));
    let paper = r#"<rect class="paper" width="100%" height="100%"/>"#;
    format!("{open}<style>{style}</style>{DEFINITIONS}{paper}{rest}\n")
}

fn text(class: &'static str, x_px: f64, y_px: f64, anchor: Anchor, text: String) -> Shape {
    Shape::Text { class, at_px: [x_px, y_px], anchor, text }
}

/// Adds a scene to another, this far down; gives its height.
fn place(whole: &mut Scene, part: Scene, down_px: f64) -> f64 {
    let [dx, dy] = [MARGIN_PX, down_px];
    whole.shapes.extend(part.shapes.into_iter().map(|shape| moved(shape, dx, dy)));
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
