//! Everything of the published site that stands still.
//!
//! For each scenario a page whose words and picture are there without scripts, its twin for frames, pictures to take along and
//! a card for link previews; icons and the manifest; and, where the site's address is known, what tells others about it. All of
//! it is made from the scenarios' ideal runs and from the page that was built: the same input gives the same files.

#![forbid(unsafe_code)]

mod base_url;
pub mod card;
pub mod css;
pub mod icons;
mod pictures;
pub mod raster;
mod site;
mod template;
mod told;
mod words;

pub use base_url::BaseUrl;
pub use pictures::Pictures;
pub use site::{Written, write};
pub use template::{Page, Template};
pub use told::{Figure, Shown};
