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
pub use lanes::{Frame, axis, lanes, real_lanes};
pub use overlay::{Overlay, Spot, loop_lane, loop_shares, overlay};
pub use picture::{Ideal, Panel, picture};
pub use scene::{Anchor, Bar, Scene, Shape};
pub use svg::{DEFINITIONS, escape, svg};
