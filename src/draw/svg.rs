//! A scene as SVG text.

use std::fmt::Write;

use super::scene::{
    ARROW_PX, Anchor, BADGE_BASELINE_PX, BADGE_RADIUS_PX, BARS_BY_THEMSELVES, Bar, CORNER_PX, CROSS_PX, Scene, Shape,
};

/// The patterns that tell states apart without colour; once in a document that shows scenes.
pub const DEFINITIONS: &str = concat!(
    r#"<defs><pattern id="hatch" width="11" height="12" patternUnits="userSpaceOnUse"><rect class="hatch-ground" "#,
    r#"width="11" height="12"/><path class="hatch-line" d="M-5.5 12 0 0h1.1L-4.4 12zM0 12 5.5 0h1.1L1.1 12zM5.5 12 11 "#,
    r#"0h1.1L6.6 12z"/></pattern>"#,
    r#"<pattern id="dots" width="4" height="4" patternUnits="userSpaceOnUse"><rect class="dots-ground" width="4" "#,
    r#"height="4"/><circle class="dots-dot" cx="2" cy="2" r="1.1"/></pattern></defs>"#,
);

/// A tile of the hatching: so wide and high, with these lines. Tiles of whole pixels, which are not turned, are filled with in
/// no time.
pub const HATCH: (f64, f64, &str) =
    (11.0, 12.0, "M-5.5 12 0 0h1.1L-4.4 12zM0 12 5.5 0h1.1L1.1 12zM5.5 12 11 0h1.1L6.6 12z");

/// A tile of the dots: so wide and high, with a dot of such a radius in its middle.
pub const DOTS: (f64, f64) = (4.0, 1.1);

/// The scene as an `svg` element with the given attributes, such as `role="img" aria-label="…"`.
#[must_use]
pub fn svg(scene: &Scene, attributes: &str) -> String {
    let Scene { width_px, height_px, shapes, .. } = scene;
    let mut out = String::with_capacity(256 + shapes.len() * 160);
    let _ = write!(
        out,
        r#"<svg xmlns="http://www.w3.org/2000/svg" width="{0}" height="{1}" viewBox="0 0 {0} {1}" {attributes}>"#,
        Px(*width_px),
        Px(*height_px)
    );
    for shape in shapes {
        write_shape(&mut out, shape);
    }
    out.push_str("</svg>");
    out
}

/// At most two decimals: a hundredth of a pixel is below what anybody sees.
struct Px(f64);

impl std::fmt::Display for Px {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let hundredths = (self.0 * 100.0).round() as i64;
        let (whole, part) = (hundredths / 100, (hundredths % 100).abs());
        let sign = if hundredths < 0 && whole == 0 { "-" } else { "" };
        match part {
            0 => write!(out, "{whole}"),
            _ if part % 10 == 0 => write!(out, "{sign}{whole}.{}", part / 10),
            _ => write!(out, "{sign}{whole}.{part:02}"),
        }
    }
}

/// The text as XML and HTML have it, between tags or inside double quotes.
#[must_use]
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            // XML has no way to write these.
            '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => out.push('\u{fffd}'),
            _ => out.push(letter),
        }
    }
    out
}

fn write_shape(out: &mut String, shape: &Shape) {
    let _ = match shape {
        Shape::Bars { class, bars } if bars.len() > BARS_BY_THEMSELVES => write_path(out, class, bars),
        Shape::Bars { class, bars } => bars.iter().try_for_each(|bar| write_bar(out, class, bar)),
        Shape::Line { class, ends_px: [x1, y1, x2, y2] } => write!(
            out,
            r#"<line class="{class}" x1="{}" y1="{}" x2="{}" y2="{}"/>"#,
            Px(*x1),
            Px(*y1),
            Px(*x2),
            Px(*y2)
        ),
        Shape::Path { class, points_px } => write_line(out, class, points_px),
        Shape::Badge { class, at_px: [x, y], text } => write!(
            out,
            r#"<g class="{class}"><circle cx="{0}" cy="{1}" r="{2}"/><text x="{0}" y="{3}" text-anchor="middle">{4}</text></g>"#,
            Px(*x),
            Px(*y),
            Px(BADGE_RADIUS_PX),
            Px(*y + BADGE_BASELINE_PX),
            escape(text)
        ),
        Shape::Cross { class, at_px: [x, y] } => write!(
            out,
            r#"<path class="{class}" d="M{0} {2}L{1} {3}M{0} {3}L{1} {2}"/>"#,
            Px(*x - CROSS_PX),
            Px(*x + CROSS_PX),
            Px(*y - CROSS_PX),
            Px(*y + CROSS_PX)
        ),
        Shape::Arrow { class, up, at_px: [x, y] } => {
            let (half_px, height_px) = ARROW_PX;
            let height_px = Px(if *up { height_px } else { -height_px });
            let (left, whole) = (Px(-half_px), Px(2.0 * half_px));
            write!(out, r#"<path class="{class}" d="M{} {}l{left} {height_px}h{whole}z"/>"#, Px(*x), Px(*y))
        }
        Shape::Text { class, at_px: [x, y], anchor, text } => {
            let anchor = match anchor {
                Anchor::Start => "start",
                Anchor::Middle => "middle",
                Anchor::End => "end",
            };
            write!(
                out,
                r#"<text class="{class}" x="{}" y="{}" text-anchor="{anchor}">{}</text>"#,
                Px(*x),
                Px(*y),
                escape(text)
            )
        }
    };
}

fn write_bar(out: &mut String, class: &str, bar: &Bar) -> std::fmt::Result {
    let Bar { x_px, y_px, width_px, height_px, title } = bar;
    write!(
        out,
        r#"<rect class="{class}" x="{}" y="{}" width="{}" height="{}" rx="{}""#,
        Px(*x_px),
        Px(*y_px),
        Px(*width_px),
        Px(*height_px),
        Px(CORNER_PX)
    )?;
    if title.is_empty() { write!(out, "/>") } else { write!(out, "><title>{}</title></rect>", escape(title)) }
}

fn write_line(out: &mut String, class: &str, points_px: &[[f64; 2]]) -> std::fmt::Result {
    write!(out, r#"<path class="{class}" d=""#)?;
    for (place, [x, y]) in points_px.iter().enumerate() {
        let letter = if place == 0 { 'M' } else { 'L' };
        write!(out, "{letter}{} {}", Px(*x), Px(*y))?;
    }
    write!(out, r#""/>"#)
}

fn write_path(out: &mut String, class: &str, bars: &[Bar]) -> std::fmt::Result {
    write!(out, r#"<path class="{class}" d=""#)?;
    for Bar { x_px, y_px, width_px, height_px, .. } in bars {
        write!(out, "M{0} {1}h{2}v{3}h-{2}z", Px(*x_px), Px(*y_px), Px(*width_px), Px(*height_px))?;
    }
    write!(out, r#""/>"#)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bars(count: usize) -> Scene {
        let bar =
            |place: usize| Bar { x_px: place as f64, y_px: 1.0, width_px: 2.004, height_px: 3.0, title: "<&>".into() };
        Scene {
            width_px: 10.0,
            height_px: 5.0,
            shapes: vec![Shape::Bars { class: "run", bars: (0..count).map(bar).collect() }],
            joined: 0,
        }
    }

    #[test]
    fn texts_are_escaped() {
        let text = svg(&bars(1), "");
        assert!(text.contains("<title>&lt;&amp;&gt;</title>"), "{text}");
        assert_eq!(escape("a\"\u{1}"), "a&quot;\u{fffd}");
        assert_eq!(escape("\u{fffe}\u{ffff}\t\u{fffd}"), "\u{fffd}\u{fffd}\t\u{fffd}");
    }

    #[test]
    fn the_patterns_are_as_large_as_others_are_told() {
        let (width, height, lines) = HATCH;
        let hatch = format!(r#"id="hatch" width="{width}" height="{height}" patternUnits="userSpaceOnUse""#);
        assert!(DEFINITIONS.contains(&hatch), "{hatch}");
        assert!(DEFINITIONS.contains(&format!(r#"class="hatch-line" d="{lines}""#)));
        let (side, radius) = DOTS;
        assert!(DEFINITIONS.contains(&format!(r#"id="dots" width="{side}" height="{side}""#)));
        assert!(DEFINITIONS.contains(&format!(r#"cx="{0}" cy="{0}" r="{radius}""#, side / 2.0)));
    }

    #[test]
    fn many_bars_become_one_path_of_the_same_geometry() {
        let few = svg(&bars(60), "");
        assert_eq!(few.matches("<rect").count(), 60);
        let many = svg(&bars(61), "");
        assert_eq!(many.matches("<path").count(), 1);
        assert!(many.contains("M60 1h2v3h-2z"), "{many}");
    }
}
