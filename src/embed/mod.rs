//! A scenario inside somebody's page: what an embed shows, what it is told, what it tells, and what an author pastes.
//!
//! The element itself is `element.js`, which puts a frame into the page; the page inside that frame is `ui`'s.

mod command;
mod options;
mod report;
mod snippets;

pub use command::Command;
pub use options::{Controls, Options, Theme};
pub use report::{Outcome, report};
pub use snippets::{Embed, Loading};
