//! The mark as icons, and the manifest that names them.

use anyhow::Result;
use serde_json::json;

use crate::css::{Theme, token};
use crate::raster;

/// Three bars, 22 wide and as high, in the colour of whatever they stand in. The same as in `index.html`.
pub const MARK: &str = "<rect y='2' width='13' height='5' rx='1'/><rect x='5' y='9' width='17' height='5' rx='1' \
    opacity='.7'/><rect x='2' y='16' width='9' height='5' rx='1' opacity='.45'/>";

/// The icons and the manifest: paths, and what is in them.
///
/// # Errors
///
/// When an icon cannot be drawn.
pub fn files(name: &str, description: &str) -> Result<Vec<(&'static str, Vec<u8>)>> {
    Ok(vec![
        ("icons/icon.svg", tab()?.into_bytes()),
        ("icons/192.png", png(&tile(true)?, 192)?),
        ("icons/512.png", png(&tile(true)?, 512)?),
        ("icons/maskable.png", png(&tile(false)?, 512)?),
        ("icons/touch.png", png(&tile(false)?, 180)?),
        ("manifest.webmanifest", manifest(name, description)?.into_bytes()),
    ])
}

/// For a browser's tab, light or dark as that is.
fn tab() -> Result<String> {
    let [light, dark] = Theme::ALL.map(|theme| token("--accent", theme));
    Ok(format!(
        "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 22 22'><style>g{{fill:{}}}@media (prefers-color-scheme:dark)\
         {{g{{fill:{}}}}}</style><g>{MARK}</g></svg>\n",
        light?, dark?
    ))
}

/// On a ground of its own. The mark stays inside the middle four fifths, which no launcher cuts off.
fn tile(rounded: bool) -> Result<String> {
    let (ground, bars) = (token("--accent", Theme::Light)?, token("--paper", Theme::Light)?);
    let radius = if rounded { 112 } else { 0 };
    // 512 wide; the mark is 22 wide and optically as high.
    let (scale, at) = if rounded { (13.5, [107.5, 101.0]) } else { (11.5, [129.5, 124.0]) };
    let [x, y] = at;
    Ok(format!(
        "<svg xmlns='http://www.w3.org/2000/svg' width='512' height='512'><rect width='512' height='512' rx='{radius}' \
         fill='{ground}'/><g transform='translate({x} {y}) scale({scale})' fill='{bars}'>{MARK}</g></svg>"
    ))
}

fn png(svg: &str, side_px: u32) -> Result<Vec<u8>> {
    raster::encode(&raster::render(svg, side_px as f32 / 512.0)?)
}

fn manifest(name: &str, description: &str) -> Result<String> {
    let paper = token("--paper", Theme::Light)?;
    let icon = |file: &str, sizes: &str, kind: &str, purpose: &str| json!({ "src": file, "sizes": sizes, "type": kind, "purpose": purpose });
    let manifest = json!({
        "id": "./",
        "name": name,
        "short_name": "Interleave",
        "description": description,
        "lang": "en",
        "start_url": "./",
        "scope": "./",
        "display": "standalone",
        "theme_color": paper,
        "background_color": paper,
        "icons": [
            icon("icons/icon.svg", "any", "image/svg+xml", "any"),
            icon("icons/192.png", "192x192", "image/png", "any"),
            icon("icons/512.png", "512x512", "image/png", "any"),
            icon("icons/maskable.png", "512x512", "image/png", "maskable"),
        ],
    });
    Ok(format!("{manifest:#}\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mark_is_the_one_of_the_page() {
        let page = include_str!("../../index.html");
        assert!(page.contains(&MARK.replace('<', "%3C").replace('>', "%3E")), "index.html has another mark");
    }

    #[test]
    fn a_launcher_cuts_nothing_off() {
        let pixels = raster::render(&tile(false).expect("a drawing"), 1.0).expect("pixels");
        let ground = pixels.pixel(0, 0).expect("a pixel");
        for (place, pixel) in pixels.pixels().iter().enumerate() {
            let [x, y] = [place % 512, place / 512].map(|at| at as f64 - 256.0);
            let is_safe = x.hypot(y) < 0.4 * 512.0;
            assert!(is_safe || *pixel == ground, "{x} {y}");
        }
    }
}
