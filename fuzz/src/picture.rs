//! What a drawing may hold: shapes of ours, and texts of anybody's.

use interleave::draw::{Bar, Scene, Shape};
use roxmltree::{Document, ParsingOptions};

const ELEMENTS: &[&str] = &["svg", "g", "rect", "circle", "line", "path", "text", "title", "defs", "pattern", "style"];

/// None that leads anywhere or runs anything.
const ATTRIBUTES: &[&str] = &[
    "width",
    "height",
    "viewBox",
    "role",
    "aria-label",
    "class",
    "x",
    "y",
    "rx",
    "cx",
    "cy",
    "r",
    "x1",
    "y1",
    "x2",
    "y2",
    "d",
    "id",
    "text-anchor",
    "patternUnits",
    "patternTransform",
];

const CLASSES: &[&str] = &[
    "picture",
    "paper",
    "picture-title",
    "variant",
    "time",
    "tick",
    "grid",
    "limit",
    "label",
    "main",
    "level",
    "waiters",
    "running",
    "suspended",
    "cancelled",
    "ready",
    "ghost",
    "end",
    "end-ghost",
    "now",
    "print",
    "cleanup",
    "cancel",
    "cross",
    "badge",
    "failed",
    "hatch-ground",
    "hatch-line",
    "dots-ground",
    "dots-dot",
];

/// A drawing is well-formed, and has no element, attribute or class but ours.
///
/// # Panics
///
/// When it is not so.
pub fn check_drawing(svg: &str) {
    let options = ParsingOptions { allow_dtd: false, nodes_limit: u32::MAX, ..ParsingOptions::default() };
    let document = Document::parse_with_options(svg, options).unwrap_or_else(|error| panic!("{error}: {svg}"));
    for node in document.descendants() {
        assert!(!node.is_comment() && !node.is_pi(), "{node:?}");
        if node.is_text() {
            let parent = node.parent_element().map(|parent| parent.tag_name().name());
            assert!(
                matches!(parent, Some("text" | "title" | "style"))
                    || node.text().is_some_and(|text| text.trim().is_empty()),
                "{node:?}"
            );
        }
        if !node.is_element() {
            continue;
        }
        let name = node.tag_name();
        assert_eq!(name.namespace(), Some("http://www.w3.org/2000/svg"));
        assert!(ELEMENTS.contains(&name.name()), "{}", name.name());
        for attribute in node.attributes() {
            assert!(ATTRIBUTES.contains(&attribute.name()) && attribute.namespace().is_none(), "{}", attribute.name());
            if attribute.name() == "class" {
                let mut classes = attribute.value().split(' ');
                assert!(classes.all(|class| CLASSES.contains(&class)), "{}", attribute.value());
            }
        }
    }
}

/// Every shape has a place.
///
/// # Panics
///
/// When one has none.
pub fn check_scene(scene: &Scene) {
    let finite = |numbers: &[f64]| assert!(numbers.iter().all(|number| number.is_finite()), "{numbers:?}");
    finite(&[scene.width_px, scene.height_px]);
    for shape in &scene.shapes {
        match shape {
            Shape::Bars { bars, .. } => {
                for Bar { x_px, y_px, width_px, height_px, .. } in bars {
                    finite(&[*x_px, *y_px, *width_px, *height_px]);
                    assert!(*width_px >= 0.0 && *height_px >= 0.0, "{shape:?}");
                }
            }
            Shape::Line { ends_px, .. } => finite(ends_px),
            Shape::Path { points_px, .. } => points_px.iter().for_each(|point_px| finite(point_px)),
            Shape::Badge { at_px, .. }
            | Shape::Cross { at_px, .. }
            | Shape::Arrow { at_px, .. }
            | Shape::Text { at_px, .. } => finite(at_px),
        }
    }
}
