//! SVG as PNG, with the project's own fonts: it looks the same on every machine.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use anyhow::{Context, Result};
use png::{BitDepth, ColorType, Compression, Filter};
use resvg::tiny_skia::{Pixmap, PremultipliedColorU8, Transform};
use resvg::usvg::fontdb::Database;
use resvg::usvg::{Options, Tree};
use ttf_parser::Face;

const REGULAR: &[u8] = include_bytes!("../fonts/Inter-Regular.ttf");
const SEMIBOLD: &[u8] = include_bytes!("../fonts/Inter-SemiBold.ttf");
const FAMILY: &str = "Inter";

/// No side of a picture is longer: viewers refuse what is much larger.
const SIDE_AT_MOST_PX: f32 = 16_000.0;

/// How heavy a text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weight {
    /// 400
    Regular,
    /// 600
    SemiBold,
}

static FONTS: LazyLock<Arc<Database>> = LazyLock::new(|| {
    let mut fonts = Database::new();
    fonts.load_font_data(REGULAR.to_vec());
    fonts.load_font_data(SEMIBOLD.to_vec());
    fonts.set_sans_serif_family(FAMILY);
    Arc::new(fonts)
});

static FACES: LazyLock<[Face<'static>; 2]> =
    LazyLock::new(|| [REGULAR, SEMIBOLD].map(|font| Face::parse(font, 0).expect("the project's fonts are fonts")));

fn face(weight: Weight) -> &'static Face<'static> {
    &FACES[usize::from(weight == Weight::SemiBold)]
}

/// How wide a text is at this size, without kerning.
#[must_use]
pub fn width_px(text: &str, weight: Weight, size_px: f64) -> f64 {
    let face = face(weight);
    let advance = |letter| face.glyph_index(letter).and_then(|glyph| face.glyph_hor_advance(glyph)).unwrap_or(0);
    text.chars().map(|letter| f64::from(advance(letter))).sum::<f64>() * size_px / f64::from(face.units_per_em())
}

/// The letters of a text for which the fonts have no glyph.
#[must_use]
pub fn missing(text: &str) -> String {
    let has = |letter| FACES.iter().all(|face| face.glyph_index(letter).is_some());
    text.chars().filter(|letter| !letter.is_control() && !has(*letter)).collect()
}

/// The drawing, so many times as large, unless that is too large.
///
/// # Errors
///
/// When it is no SVG, or nothing can be drawn of it.
pub fn render(svg: &str, scale: f32) -> Result<Pixmap> {
    let options = Options { font_family: FAMILY.to_owned(), fontdb: Arc::clone(&FONTS), ..Options::default() };
    let tree = Tree::from_str(svg, &options).context("what was drawn is no SVG")?;
    let size = tree.size();
    let scale = scale.min(SIDE_AT_MOST_PX / size.width().max(size.height()));
    let pixels_of = |length: f32| (length * scale).round() as u32;
    let mut pixels =
        Pixmap::new(pixels_of(size.width()), pixels_of(size.height())).context("what was drawn has no size")?;
    resvg::render(&tree, Transform::from_scale(scale, scale), &mut pixels.as_mut());
    Ok(pixels)
}

/// The pixels as a PNG file. Where nothing shines through it has at most 256 colours; with what is drawn here nobody sees that.
///
/// # Errors
///
/// When it cannot be written.
pub fn encode(pixels: &Pixmap) -> Result<Vec<u8>> {
    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, pixels.width(), pixels.height());
    encoder.set_depth(BitDepth::Eight);
    encoder.set_compression(Compression::High);
    let data = if pixels.pixels().iter().all(PremultipliedColorU8::is_opaque) {
        let runs = runs(pixels);
        let (palette, places) = indexed(&runs);
        encoder.set_color(ColorType::Indexed);
        encoder.set_palette(palette.concat());
        encoder.set_filter(Filter::NoFilter);
        runs.into_iter().flat_map(|(colour, length)| std::iter::repeat_n(places[&colour], length)).collect()
    } else {
        encoder.set_color(ColorType::Rgba);
        let colours = pixels.pixels().iter().map(PremultipliedColorU8::demultiply);
        colours.flat_map(|it| [it.red(), it.green(), it.blue(), it.alpha()]).collect::<Vec<u8>>()
    };
    encoder.write_header()?.write_image_data(&data)?;
    Ok(file)
}

type Rgb = [u8; 3];

/// Opaque pixels, from the first to the last: a colour, and how many of it follow each other.
fn runs(pixels: &Pixmap) -> Vec<(Rgb, usize)> {
    let mut runs: Vec<(Rgb, usize)> = Vec::new();
    for pixel in pixels.pixels() {
        let colour = [pixel.red(), pixel.green(), pixel.blue()];
        match runs.last_mut() {
            Some((last, length)) if *last == colour => *length += 1,
            _ => runs.push((colour, 1)),
        }
    }
    runs
}

/// The most frequent colours, and for each colour the place of the nearest of them.
fn indexed(runs: &[(Rgb, usize)]) -> (Vec<Rgb>, BTreeMap<Rgb, u8>) {
    let mut counts: BTreeMap<Rgb, usize> = BTreeMap::new();
    for (colour, length) in runs {
        *counts.entry(*colour).or_default() += length;
    }
    let mut palette: Vec<(usize, Rgb)> = counts.iter().map(|(colour, count)| (*count, *colour)).collect();
    // Equally frequent ones in a fixed order: the same picture is the same file.
    palette.sort_by(|a, b| b.cmp(a));
    palette.truncate(256);
    let palette: Vec<Rgb> = palette.into_iter().map(|(_, colour)| colour).collect();
    let nearest = |wanted: Rgb| {
        let distance =
            |colour: &Rgb| -> u32 { colour.iter().zip(wanted).map(|(a, b)| u32::from(a.abs_diff(b)).pow(2)).sum() };
        (0_u8..=255).zip(&palette).min_by_key(|(_, colour)| distance(colour)).map_or(0, |(place, _)| place)
    };
    let places = counts.into_keys().map(|colour| (colour, nearest(colour))).collect();
    (palette, places)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(inside: &str) -> Pixmap {
        let svg = format!(r#"<svg xmlns="http://www.w3.org/2000/svg" width="60" height="20">{inside}</svg>"#);
        render(&svg, 2.0).expect("a drawing")
    }

    #[test]
    fn signs_that_the_project_uses_have_glyphs() {
        assert_eq!(missing("Aa0–—“”‘’…·×÷→←≥≤≈−éß"), "");
        assert_eq!(missing("漢"), "漢");
    }

    #[test]
    fn digits_are_all_equally_wide() {
        for weight in [Weight::Regular, Weight::SemiBold] {
            assert!(('0'..='9').all(|digit| width_px(&digit.to_string(), weight, 10.0) == width_px("0", weight, 10.0)));
        }
        assert!(width_px("ab", Weight::SemiBold, 10.0) > width_px("ab", Weight::Regular, 10.0));
    }

    #[test]
    fn text_is_drawn_whatever_face_it_asks_for() {
        let text = |style| drawn(&format!(r#"<style>text{{{style}}}</style><text x="2" y="15">1 × a</text>"#));
        let ink = |pixels: &Pixmap| pixels.pixels().iter().map(|pixel| u64::from(pixel.alpha())).sum::<u64>();
        let [sans, bold] =
            ["font:13px system-ui,\"Segoe UI\",sans-serif", "font:13px sans-serif;font-weight:600"].map(text);
        assert!(ink(&sans) > 0 && ink(&bold) > ink(&sans), "{} {}", ink(&sans), ink(&bold));
    }

    #[test]
    fn a_huge_drawing_is_drawn_smaller() {
        let svg =
            r#"<svg xmlns="http://www.w3.org/2000/svg" width="880" height="32000"><rect width="9" height="9"/></svg>"#;
        let pixels = render(svg, 2.0).expect("a drawing");
        assert_eq!((pixels.width(), pixels.height()), (440, 16_000));
    }

    #[test]
    fn files_keep_what_shines_through_and_are_read_again() {
        let read = |pixels: &Pixmap| {
            let file = encode(pixels).expect("a file");
            let mut reader = png::Decoder::new(std::io::Cursor::new(file)).read_info().expect("a PNG");
            let mut data = vec![0; reader.output_buffer_size().expect("a size")];
            let info = reader.next_frame(&mut data).expect("its pixels");
            (info.color_type, info.width, info.height)
        };
        assert_eq!(read(&drawn("<circle r=\"9\"/>")), (ColorType::Rgba, 120, 40));
        assert_eq!(read(&drawn("<rect width=\"60\" height=\"20\" fill=\"red\"/>")), (ColorType::Indexed, 120, 40));
    }

    #[test]
    fn rare_colours_become_the_nearest_frequent_ones() {
        let mut runs: Vec<(Rgb, usize)> = (0..=255).map(|red| ([red, 0, 0], 2)).collect();
        runs.push(([9, 1, 0], 1));
        let (palette, places) = indexed(&runs);
        assert_eq!(palette.len(), 256);
        assert_eq!(palette[usize::from(places[&[9, 1, 0]])], [9, 0, 0]);
    }
}
