//! Timelines as shapes, and shapes as SVG text.
//!
//! Geometry only: which colour a shape has is decided by its class, in the style sheets.

mod curve;
mod heartbeat;
mod lanes;
mod overlay;
mod picture;
mod scene;
mod svg;

pub use curve::{Curve, Plot};
pub use heartbeat::{heartbeat, silent};
pub use lanes::{EVERYTHING, Frame, axis, lanes, lanes_between, real_lanes, stretches};
pub use overlay::{Overlay, Spot, loop_lane, loop_shares, overlay};
pub use picture::{Ideal, Panel, joined_words, picture};
pub use scene::{
    ARROW_PX, Anchor, BADGE_BASELINE_PX, BADGE_RADIUS_PX, BARS_BY_THEMSELVES, Bar, CORNER_PX, CROSS_PX, Scene, Shape,
};
pub use svg::{DEFINITIONS, DOTS, HATCH, escape, svg};
