//! What is shown where somebody shares a link: title, answer and lanes on a card of a fixed size.

use std::fmt::Write;
use std::time::Duration;

use anyhow::Result;
use interleave::draw::{DEFINITIONS, Frame, axis, escape, lanes, svg};
use interleave::timeline::{Ending, seconds};

use crate::css::{Theme, plain, token};
use crate::icons::MARK;
use crate::raster::{self, Weight, width_px};
use crate::told::{Figure, Shown};

/// What link previews expect, in pixels.
pub const SIZE_PX: (u32, u32) = (1200, 630);

const WIDTH_PX: f64 = 1200.0;
const HEIGHT_PX: f64 = 630.0;
const MARGIN_PX: f64 = 64.0;
const INNER_PX: f64 = WIDTH_PX - 2.0 * MARGIN_PX;
/// The column of the answer; the lanes have the rest.
const ANSWER_PX: f64 = 292.0;
const GAP_PX: f64 = 36.0;
/// Figures of an answer that a card has room for.
const FIGURES_AT_MOST: usize = 3;
/// Lanes that are larger fade out below: they would be too small to be seen.
const SCALE_AT_LEAST: f64 = 0.5;
const SCALE_AT_MOST: f64 = 1.45;

/// The card of a scenario under a title.
///
/// # Errors
///
/// When it cannot be drawn.
pub fn png(title: &str, sentence: &str, corner: &str, shown: &Shown) -> Result<Vec<u8>> {
    raster::encode(&raster::render(&card(title, sentence, corner, shown)?, 1.0)?)
}

/// The same as SVG.
///
/// # Errors
///
/// When the style sheets cannot be made plain.
pub fn card(title: &str, sentence: &str, corner: &str, shown: &Shown) -> Result<String> {
    let [paper, ink, quiet, line, accent] =
        ["--paper", "--ink", "--quiet", "--line", "--accent"].map(|name| token(name, Theme::Light));
    let (paper, ink, quiet, line, accent) = (paper?, ink?, quiet?, line?, accent?);
    let mut body = String::new();
    let _ = write!(body, r#"<g transform="translate({MARGIN_PX} 47) scale(1.3)" fill="{accent}">{MARK}</g>"#);
    put(&mut body, "brand", (MARGIN_PX + 42.0, 70.0), "start", "Interleave");
    put(&mut body, "corner", (WIDTH_PX - MARGIN_PX, 70.0), "end", corner);
    let mut y_px = 100.0;
    let (size_px, lines) = headline(title);
    for text in lines {
        y_px += size_px * 1.16;
        let _ = write!(
            body,
            r#"<text class="headline" style="font-size:{size_px}px" x="{MARGIN_PX}" y="{y_px:.1}">{}</text>"#,
            escape(&text)
        );
    }
    y_px += 12.0;
    for text in wrapped(first_sentence(sentence), Weight::Regular, 24.0, INNER_PX, 2) {
        y_px += 33.0;
        put(&mut body, "sentence", (MARGIN_PX, y_px), "start", &text);
    }
    y_px += 30.0;
    let _ = write!(body, r#"<path d="M{MARGIN_PX} {y_px:.1}h{INNER_PX}" stroke="{line}" stroke-width="1.5"/>"#);
    y_px += 22.0;
    figures(&mut body, &shown.figures(), y_px);
    let x_px = MARGIN_PX + ANSWER_PX + GAP_PX;
    let room_px = (INNER_PX - ANSWER_PX - GAP_PX, HEIGHT_PX - 30.0 - y_px);
    let (drawn, is_cut) = comparison(shown, room_px);
    let _ = write!(body, r#"<g transform="translate({x_px} {y_px:.1})">{drawn}</g>"#);
    let bottom = if is_cut {
        format!(r#"<rect x="{x_px}" y="540" width="{WIDTH_PX}" height="90" fill="url(#fade)"/>"#)
    } else {
        String::new()
    };
    let rules = plain(&format!("<svg>{DEFINITIONS}{body}</svg>"), Theme::Light)?;
    let style = format!(
        "{rules}svg .brand{{font:600 27px sans-serif;fill:{ink}}}svg .corner{{font:22px sans-serif;fill:{quiet}}}\
         svg .headline{{font-family:sans-serif;font-weight:600;letter-spacing:-.9px;fill:{ink}}}\
         svg .sentence{{font:24px sans-serif;fill:{quiet}}}svg .number{{font-family:sans-serif;font-weight:600;fill:{ink}}}\
         svg .unit{{font-family:sans-serif;fill:{accent}}}svg .operands{{font:600 20px sans-serif;fill:{ink}}}\
         svg .names{{font:18px sans-serif;fill:{quiet}}}"
    );
    Ok(format!(
        r#"<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH_PX}" height="{HEIGHT_PX}"><style>{}</style>{DEFINITIONS}<defs><linearGradient id="fade" x2="0" y2="1"><stop stop-color="{paper}" stop-opacity="0"/><stop offset=".75" stop-color="{paper}"/></linearGradient></defs><rect width="100%" height="100%" fill="{paper}"/><rect width="100%" height="8" fill="{accent}"/>{body}{bottom}</svg>"#,
        escape(&style).replace("&quot;", "\"")
    ))
}

fn put(body: &mut String, class: &str, (x_px, y_px): (f64, f64), anchor: &str, text: &str) {
    // Writing to a string cannot fail.
    let _ = write!(
        body,
        r#"<text class="{class}" x="{x_px}" y="{y_px:.1}" text-anchor="{anchor}">{}</text>"#,
        escape(text)
    );
}

/// The title's size, and its lines: one if that can be, otherwise two that are about as long.
fn headline(title: &str) -> (f64, Vec<String>) {
    for size_px in [52.0, 47.0, 43.0] {
        if width_px(title, Weight::SemiBold, size_px) * 0.98 <= INNER_PX {
            return (size_px, vec![title.to_owned()]);
        }
    }
    let half_px = width_px(title, Weight::SemiBold, 43.0) / 2.0;
    let even = (0..8).map(|step| wrapped(title, Weight::SemiBold, 43.0, half_px * (1.0 + f64::from(step) / 10.0), 9));
    let even = even.into_iter().find(|lines| lines.len() <= 2);
    (43.0, even.unwrap_or_else(|| wrapped(title, Weight::SemiBold, 43.0, INNER_PX, 2)))
}

/// The answer, one figure below the other.
fn figures(body: &mut String, figures: &[Figure], top_px: f64) {
    let shown = &figures[..figures.len().min(FIGURES_AT_MOST)];
    let room_px = (HEIGHT_PX - 34.0 - top_px) / shown.len() as f64;
    let mut y_px = top_px;
    for figure in shown {
        let names = wrapped(&figure.names, Weight::Regular, 18.0, ANSWER_PX, if shown.len() == 1 { 2 } else { 1 });
        let operands =
            wrapped(&figure.operands, Weight::SemiBold, 20.0, ANSWER_PX, if shown.len() == 1 { 2 } else { 1 });
        let below_px = operands.len() as f64 * 26.0 + names.len() as f64 * 24.0;
        let most_px = if shown.len() == 1 { 118.0 } else { 84.0 };
        let size_px = ((room_px - below_px - 30.0) / 0.76).clamp(32.0, most_px);
        y_px += size_px * 0.74;
        let number_px = width_px(&figure.number, Weight::SemiBold, size_px) * 0.97;
        let _ = write!(
            body,
            r#"<text class="number" style="font-size:{size_px:.1}px;letter-spacing:{:.2}px" x="{:.1}" y="{y_px:.1}">{}</text>"#,
            size_px * -0.03,
            MARGIN_PX - size_px * 0.05,
            escape(&figure.number)
        );
        let _ = write!(
            body,
            r#"<text class="unit" style="font-size:{:.1}px" x="{:.1}" y="{y_px:.1}">{}</text>"#,
            size_px * 0.55,
            MARGIN_PX + number_px - size_px * 0.02,
            escape(figure.unit)
        );
        y_px += 9.0;
        for text in operands {
            y_px += 25.0;
            put(body, "operands", (MARGIN_PX, y_px), "start", &text);
        }
        for text in names {
            y_px += 24.0;
            put(body, "names", (MARGIN_PX, y_px), "start", &text);
        }
        y_px += 21.0;
    }
}

/// The variants' lanes on one axis, as large as fits; and whether something is cut off below.
fn comparison(shown: &Shown, (width_px, height_px): (f64, f64)) -> (String, bool) {
    const HEAD_PX: f64 = 30.0;
    let end = shown.timelines.iter().map(|timeline| timeline.until).max().unwrap_or(Duration::ZERO);
    let at = |width_px: f64| {
        let frame = Frame::whole(width_px, end);
        let scale = axis(frame);
        let mut y_px = scale.height_px;
        let mut out = svg(&scale, "");
        for (variant, timeline) in shown.scenario.variants.iter().zip(&shown.timelines) {
            let ending = if timeline.ended == Some(Ending::Deadlock) { " · deadlocked" } else { "" };
            put(&mut out, "variant", (0.0, y_px + 20.0), "start", variant.title);
            put(&mut out, "variant time", (width_px, y_px + 20.0), "end", &(seconds(timeline.until) + ending));
            let rows = lanes(timeline, None, frame);
            y_px += HEAD_PX;
            out += &svg(&rows, &format!(r#"y="{y_px}""#));
            y_px += rows.height_px + 4.0;
        }
        (out, y_px)
    };
    let (_, whole_px) = at(width_px);
    let scale = (height_px / whole_px).clamp(SCALE_AT_LEAST, SCALE_AT_MOST);
    let (drawn, whole_px) = at(width_px / scale);
    (format!(r#"<g transform="scale({scale:.4})">{drawn}</g>"#), whole_px * scale > height_px + 6.0)
}

fn first_sentence(text: &str) -> &str {
    text.find(". ").map_or(text, |end| &text[..=end])
}

/// The text in lines that fit; what does not is left out, and a sign says so.
fn wrapped(text: &str, weight: Weight, size_px: f64, room_px: f64, lines_at_most: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if width_px(&format!("{line} {word}"), weight, size_px) <= room_px => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    if lines.len() > lines_at_most {
        lines.truncate(lines_at_most);
        if let Some(last) = lines.last_mut() {
            while width_px(&format!("{last} …"), weight, size_px) > room_px && last.contains(' ') {
                last.truncate(last.rfind(' ').unwrap_or_default());
            }
            last.push('…');
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use interleave::scenarios::Scenario;

    #[test]
    fn lines_fit_and_what_is_left_out_is_marked() {
        let lines = wrapped("one two three four five six", Weight::Regular, 20.0, 90.0, 2);
        assert_eq!(lines.len(), 2);
        assert!(lines.iter().all(|line| width_px(line, Weight::Regular, 20.0) <= 110.0), "{lines:?}");
        assert!(lines[1].ends_with('…'), "{lines:?}");
        assert_eq!(wrapped("one", Weight::Regular, 20.0, 90.0, 2), ["one"]);
        assert!(wrapped("", Weight::Regular, 20.0, 90.0, 2).is_empty());
    }

    #[test]
    fn words_that_look_like_markup_are_words() {
        let shown = Shown::of(Scenario::find("gather").expect("a scenario"));
        let svg = card("<b> & \"c\"", "a <script> b", "</text>", &shown).expect("a card");
        for raw in ["<b>", "<script>", "></text></text>"] {
            assert!(!svg.contains(raw), "{raw}");
        }
        assert!(raster::render(&svg, 1.0).is_ok());
    }
}
