//! What `parts.rs` does, where everything is there from the beginning.

use super::Runs;
use super::model::Later;
use super::page::Page;
use super::schedule::Scheduler;
use super::share::Dialog;
use super::sweep::Curves;
use crate::host::workers::{Opener, Opening};
use crate::scenarios::Selection;
use crate::world::Preparation;

pub(super) fn with_code(selection: Selection) -> Selection {
    selection
}

pub(super) fn when_loaded(_: Page, selection: Selection, then: impl FnOnce(Selection)) {
    then(selection);
}

/// What real runs need.
#[expect(clippy::unused_async, reason = "where it is loaded, that takes time")]
pub(super) async fn runs() -> Option<Runs> {
    Some(Runs::in_browser())
}

/// Opens the dialog for sharing.
pub(super) fn share(page: Page) {
    page.change(|model| model.sharing = Some(Dialog::share()));
}

/// Shows the curves over a parameter's values.
pub(super) fn sweep(page: Page) {
    page.change(|model| model.sweeping = Later::Open(Curves::sweep()));
}

/// Shows the run in which the reader chooses who is next.
pub(super) fn schedule(page: Page) {
    page.change(|model| model.scheduling = Later::Open(Scheduler::reader()));
}

/// Opens the world outside.
pub(super) fn open(workers: usize, preparations: Vec<Preparation>) -> Opening {
    Opener::workers().open(workers, preparations)
}
