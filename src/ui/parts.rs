//! The scenarios' code where it is loaded in parts: a scenario is shown as soon as its part is there.

use std::cell::{Cell, RefCell};
use std::pin::Pin;
use std::time::Duration;

use js_sys::{Error, Promise};
use leptos::prelude::set_timeout;
use wasm_bindgen_futures::spawn_local;

use super::page::{Page, address};
use super::picker::focus_soon;
use crate::scenarios::{Part, Scenario, Selection, Whole};

/// A part on its way; none if it cannot be had.
pub type Loading = Pin<Box<dyn Future<Output = Option<&'static Whole>>>>;

type Load = fn(Part) -> Loading;

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
    spawn_local(async {
        let (selection, _) = Selection::parse(&address());
        if load_part_of(&selection).await {
            super::mount();
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
    let part = load(selection.scenario.group.part()).await;
    LOADED.with_borrow_mut(|parts| parts.extend(part));
    part.is_some()
}
