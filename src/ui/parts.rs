//! The scenarios' code where it is loaded in parts: a scenario is shown as soon as its part is there.

use std::cell::{Cell, RefCell};
use std::pin::Pin;
use std::time::Duration;

use futures::future::join;
use js_sys::{Error, Promise};
use leptos::prelude::set_timeout;
use wasm_bindgen_futures::spawn_local;

use super::model::Later;
use super::page::Page;
use super::picker::focus_soon;
use super::schedule::Scheduler;
use super::share::Dialog;
use super::sweep::Curves;
use super::{Frame, Runs, WHOLE, place};
use crate::host::workers::{Opener, Outside};
use crate::scenarios::{Part, Scenario, Selection, Whole};
use crate::world::Preparation;

/// Something on its way; none if it cannot be had.
pub type Loading<T> = Pin<Box<dyn Future<Output = Option<T>>>>;

/// How what stands in files of its own is loaded.
#[derive(Clone, Copy, Debug)]
pub struct Load {
    /// The scenarios of a part.
    pub part: fn(Part) -> Loading<&'static Whole>,
    /// What real runs need.
    pub runs: fn() -> Loading<Runs>,
    /// The dialog for sharing.
    pub share: fn() -> Loading<Dialog>,
    /// The curves over a parameter's values.
    pub sweep: fn() -> Loading<Curves>,
    /// The run in which the reader chooses who is next.
    pub schedule: fn() -> Loading<Scheduler>,
    /// The page inside a frame of somebody else's.
    pub embed: fn() -> Loading<Frame>,
    /// What opens the world outside.
    pub outside: fn() -> Loading<Opener>,
}

/// A word about a shorter wait would only move what stands below it.
const UNNOTICED: Duration = Duration::from_millis(400);

thread_local! {
    static LOAD: Cell<Option<Load>> = const { Cell::new(None) };
    static LOADED: RefCell<Vec<&'static Whole>> = const { RefCell::new(Vec::new()) };
    /// Counts what was picked, and what became of it.
    static PICKS: Cell<u32> = const { Cell::new(0) };
}

/// Puts the page in the place of the loading message once the scenario that it opens with is there.
pub fn mount_with(load: Load) {
    LOAD.set(Some(load));
    spawn_local(async move {
        let (selection, _) = place::read();
        let embed = async { if place::is_embed() { (load.embed)().await } else { Some(WHOLE) } };
        let (has_code, page) = join(load_part_of(&selection), embed).await;
        if let Some(page) = page.filter(|_| has_code) {
            super::put(page);
        } else {
            // For the script that looks after the loading message: it says so, and offers to try again.
            let _ = Promise::reject(&Error::new("the scenario's program was not delivered."));
        }
    });
}

/// The selection that the page opens with, whose scenario's code is there.
pub(super) fn with_code(selection: Selection) -> Selection {
    let scenario = find(selection.scenario).expect("the page waits for the code of its first scenario");
    Selection { scenario, ..selection }
}

fn find(outline: &Scenario) -> Option<&'static Scenario> {
    LOADED.with_borrow(|parts| parts.iter().find_map(|part| part.find(outline.id)))
}

/// Does something with a selection that has its code: at once or when it has come, unless something else was picked
/// meanwhile.
pub(super) fn when_loaded(page: Page, selection: Selection, then: impl FnOnce(Selection) + 'static) {
    let pick = next_pick();
    if let Some(scenario) = find(selection.scenario) {
        return then(Selection { scenario, ..selection });
    }
    if page.peek(|model| model.picking) {
        page.change(|model| model.picking = false);
        focus_soon("[data-testid=title]");
    }
    let title = selection.scenario.title;
    set_timeout(move || say(page, pick, format!("Loading “{title}”…")), UNNOTICED);
    spawn_local(async move {
        load_part_of(&selection).await;
        if PICKS.get() != pick {
            return;
        }
        let pick = next_pick();
        if let Some(scenario) = find(selection.scenario) {
            then(Selection { scenario, ..selection });
        } else {
            page.write_address(false);
            say(page, pick, format!("“{title}” could not be loaded. Once there is a connection, pick it again."));
        }
    });
}

fn next_pick() -> u32 {
    PICKS.set(PICKS.get().wrapping_add(1));
    PICKS.get()
}

/// Says something about a pick, if it is still the one that counts.
fn say(page: Page, pick: u32, text: String) {
    if PICKS.get() == pick {
        page.change(|model| model.notices = vec![text]);
    }
}

async fn load_part_of(selection: &Selection) -> bool {
    let Some(load) = LOAD.get() else { return false };
    let part = (load.part)(selection.scenario.group.part()).await;
    LOADED.with_borrow_mut(|parts| parts.extend(part));
    part.is_some()
}

/// What real runs need; none if it cannot be had.
pub(super) async fn runs() -> Option<Runs> {
    (LOAD.get()?.runs)().await
}

/// Opens the dialog for sharing.
pub(super) fn share(page: Page) {
    let Some(load) = LOAD.get() else { return };
    spawn_local(async move {
        let dialog = (load.share)().await;
        page.change(|model| {
            model.sharing = dialog;
            if dialog.is_none() {
                model.notices =
                    vec!["The dialog could not be loaded. Once there is a connection, try again.".to_owned()];
            }
        });
    });
}

/// Shows the curves over a parameter's values.
pub(super) fn sweep(page: Page) {
    let Some(load) = LOAD.get() else { return };
    page.change(|model| model.sweeping = Later::Loading);
    spawn_local(async move {
        let curves = (load.sweep)().await;
        // Meanwhile they may have been closed.
        if page.peek(|model| matches!(model.sweeping, Later::Loading)) {
            page.change(|model| model.sweeping = curves.map_or(Later::Failed, Later::Open));
        }
    });
}

/// Shows the run in which the reader chooses who is next.
pub(super) fn schedule(page: Page) {
    let Some(load) = LOAD.get() else { return };
    page.change(|model| model.scheduling = Later::Loading);
    spawn_local(async move {
        let scheduler = (load.schedule)().await;
        page.change(|model| model.scheduling = scheduler.map_or(Later::Failed, Later::Open));
    });
}

/// Opens the world outside.
///
/// # Errors
///
/// Why that cannot be done, in a sentence without its full stop.
pub(super) async fn open(workers: usize, preparations: Vec<Preparation>) -> Result<Outside, String> {
    let opener = match LOAD.get() {
        Some(load) => (load.outside)().await,
        None => None,
    };
    let opener = opener.ok_or("the worker failed: its part of the page was not delivered")?;
    opener.open(workers, preparations).await
}
