//! A scenario's pictures.

use anyhow::{Context, Result};
use interleave::picture::picture;
use interleave::scenarios::{Scenario, Selection};

use crate::css::{self, Theme};
use crate::raster;

/// How many pixels of a PNG are one of the SVG.
const SCALE: f32 = 2.0;

/// The pictures of a scenario at its defaults, without their styles.
#[derive(Debug)]
pub struct Pictures {
    /// Everything before the styles, and everything after them.
    drawing: (String, String),
    /// In pixels.
    pub size_px: (u32, u32),
}

impl Pictures {
    /// Draws it.
    ///
    /// # Errors
    ///
    /// When the drawing is not what is expected.
    pub fn of(scenario: &'static Scenario) -> Result<Self> {
        let drawing = picture(&Selection::of(scenario), "");
        let (before, after) = drawing.split_once("<style></style>").context("a picture has no place for styles")?;
        let side = |name: &str| -> Option<u32> {
            let (_, rest) = before.split_once(&format!("{name}=\""))?;
            let length: f64 = rest.split('"').next()?.parse().ok()?;
            Some(length.round() as u32)
        };
        let size_px = side(" width").zip(side(" height")).context("a picture has no size")?;
        Ok(Self { drawing: (before.to_owned(), after.to_owned()), size_px })
    }

    /// Light or dark.
    ///
    /// # Errors
    ///
    /// When the style sheets cannot be made plain.
    pub fn svg(&self, theme: Theme) -> Result<String> {
        let (before, after) = &self.drawing;
        Ok(format!("{before}<style>{}</style>{after}", css::plain(&self.all(), theme)?))
    }

    /// Light or dark as whoever looks at it has it.
    ///
    /// # Errors
    ///
    /// When the style sheets cannot be made plain.
    pub fn adaptive_svg(&self) -> Result<String> {
        let (before, after) = &self.drawing;
        Ok(format!("{before}<style>{}</style>{after}", css::both(&self.all())?))
    }

    /// Pixels, twice as many each way as the SVG has.
    ///
    /// # Errors
    ///
    /// When it cannot be drawn.
    pub fn png(&self, theme: Theme) -> Result<Vec<u8>> {
        raster::encode(&raster::render(&self.svg(theme)?, SCALE)?)
    }

    fn all(&self) -> String {
        format!("{}{}", self.drawing.0, self.drawing.1)
    }
}
