//! What `parts.rs` does, where everything is there from the beginning.

use super::page::Page;
use crate::scenarios::Selection;

pub(super) fn with_code(selection: Selection) -> Selection {
    selection
}

pub(super) fn when_loaded(_: Page, selection: Selection, then: impl FnOnce(Selection)) {
    then(selection);
}
