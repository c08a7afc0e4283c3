//! What can be drawn: a few kinds of shapes, in pixels, from the top left corner.

/// The corners of bars are rounded by this much, unless there are [very many](BARS_BY_THEMSELVES).
pub const CORNER_PX: f64 = 2.0;

/// More bars than this of one meaning are one shape for a painter: without titles, and with square corners.
pub const BARS_BY_THEMSELVES: usize = 60;

/// How large the circle of a [`Shape::Badge`] is.
pub const BADGE_RADIUS_PX: f64 = 8.0;

/// From a badge's centre down to the baseline of its text.
pub const BADGE_BASELINE_PX: f64 = 4.0;

/// From the centre of a [`Shape::Cross`] to its ends, in each direction.
pub const CROSS_PX: f64 = 4.0;

/// Half the width and the height of a [`Shape::Arrow`].
pub const ARROW_PX: (f64, f64) = (4.0, 6.0);

/// Shapes and the room that they take.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Scene {
    /// In pixels.
    pub width_px: f64,
    /// In pixels.
    pub height_px: f64,
    /// From back to front.
    pub shapes: Vec<Shape>,
    /// How many stretches of time are not seen by themselves: each is narrower than what can be told apart, and drawn
    /// together with the one before it.
    pub joined: usize,
}

/// One thing to draw. Classes name meanings; style sheets give them colours and patterns.
#[derive(Clone, Debug, PartialEq)]
pub enum Shape {
    /// Bars of one meaning.
    Bars {
        /// Their meaning.
        class: &'static str,
        /// Where they lie.
        bars: Vec<Bar>,
    },
    /// A straight line.
    Line {
        /// Its meaning.
        class: &'static str,
        /// From x, y to x, y.
        ends_px: [f64; 4],
    },
    /// A line through several points.
    Path {
        /// Its meaning.
        class: &'static str,
        /// Each with its x and its y.
        points_px: Vec<[f64; 2]>,
    },
    /// A circle with a text in its middle.
    Badge {
        /// Its meaning.
        class: &'static str,
        /// Its centre.
        at_px: [f64; 2],
        /// What stands in it.
        text: String,
    },
    /// A small diagonal cross.
    Cross {
        /// Its meaning.
        class: &'static str,
        /// Its centre.
        at_px: [f64; 2],
    },
    /// A small triangle that points down or up.
    Arrow {
        /// Its meaning.
        class: &'static str,
        /// Whether it points up.
        up: bool,
        /// Its tip.
        at_px: [f64; 2],
    },
    /// A line of text.
    Text {
        /// Its meaning.
        class: &'static str,
        /// Where on its baseline it is anchored.
        at_px: [f64; 2],
        /// How it lies to that point.
        anchor: Anchor,
        /// The text.
        text: String,
    },
}

/// A horizontal bar.
#[derive(Clone, Debug, PartialEq)]
pub struct Bar {
    /// Left end.
    pub x_px: f64,
    /// Upper edge.
    pub y_px: f64,
    /// Length.
    pub width_px: f64,
    /// Thickness.
    pub height_px: f64,
    /// What it says when pointed at; empty for nothing.
    pub title: String,
}

/// How a text lies to the point at which it is anchored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Anchor {
    /// It begins there.
    Start,
    /// It is centred there.
    Middle,
    /// It ends there.
    End,
}
