//! The handle that every part of the page holds: one model, one signal that says that it has changed.

use leptos::prelude::*;
use web_sys::MouseEvent;

use super::model::Model;
use super::{parts, place};
use crate::scenarios::{ALL, Group, Scenario, Selection};

#[derive(Clone, Copy)]
pub(super) struct Page {
    model: StoredValue<Model, LocalStorage>,
    /// Counts the changes of the model.
    changes: RwSignal<u32>,
    /// Counts the changes of what is pointed at, which the rest of the page does not follow.
    pointed: RwSignal<u32>,
    /// Counts the changes of what of the axis is seen.
    sights: RwSignal<u32>,
    /// Counts how often rows were scrolled.
    scrolls: RwSignal<u32>,
    /// Counts the changes of scenario: the controls and rows of another one are other elements.
    scenarios: RwSignal<u32>,
}

impl Page {
    /// `failed_before` is what went wrong in the page that was here before this one.
    pub(super) fn new(failed_before: Option<String>) -> Self {
        let (selection, mut notices) = place::read();
        let selection = parts::with_code(selection);
        notices.extend(failed_before.map(|message| {
            format!("The playground failed and has started again, with what you had picked. What went wrong: {message}")
        }));
        let page = Self {
            model: StoredValue::new_local(Model::new(selection, notices)),
            changes: RwSignal::new(0),
            pointed: RwSignal::new(0),
            sights: RwSignal::new(0),
            scrolls: RwSignal::new(0),
            scenarios: RwSignal::new(0),
        };
        // What the address said wrong is mended in it, too.
        page.write_address(false);
        page.write_title();
        let back = window_event_listener(leptos::ev::popstate, move |_| {
            let (selection, notices) = place::read();
            parts::when_loaded(page, selection, move |selection| {
                page.show(selection, notices);
                // Something else may have been written there while its code was on its way.
                page.write_address(false);
            });
        });
        on_cleanup(move || back.remove());
        super::runner::prepare(page);
        page
    }

    /// Reads the model; whoever does so inside a view does so again when the model has changed.
    pub(super) fn read<R>(self, read: impl FnOnce(&Model) -> R) -> R {
        self.changes.track();
        self.model.with_value(read)
    }

    /// Reads the model as it is now.
    pub(super) fn peek<R>(self, read: impl FnOnce(&Model) -> R) -> R {
        self.model.with_value(read)
    }

    /// Changes the model, and with it whatever has read it.
    pub(super) fn change(self, change: impl FnOnce(&mut Model)) {
        self.model.update_value(change);
        super::code::follow(self);
        self.changes.update(|count| *count = count.wrapping_add(1));
    }

    /// As [`read`](Self::read), and again when something else is pointed at.
    pub(super) fn read_pointed<R>(self, read: impl FnOnce(&Model) -> R) -> R {
        self.pointed.track();
        self.read_sight(read)
    }

    /// Changes what is pointed at.
    pub(super) fn point(self, change: impl FnOnce(&mut Model)) {
        self.model.update_value(change);
        self.pointed.update(|count| *count = count.wrapping_add(1));
    }

    /// As [`read`](Self::read), and again when another part of the axis is seen.
    pub(super) fn read_sight<R>(self, read: impl FnOnce(&Model) -> R) -> R {
        self.sights.track();
        self.read(read)
    }

    /// Changes what of the axis is seen, or which layers are drawn on it: nothing that words or panels are about.
    pub(super) fn change_sight(self, change: impl FnOnce(&mut Model)) {
        self.model.update_value(change);
        self.sights.update(|count| *count = count.wrapping_add(1));
    }

    /// Follows how rows are scrolled.
    pub(super) fn follow_scroll(self) {
        self.scrolls.track();
    }

    /// What is seen of rows has to be drawn anew.
    pub(super) fn scrolled(self) {
        self.scrolls.update(|count| *count = count.wrapping_add(1));
    }

    /// Changes what nobody shows.
    pub(super) fn change_quietly(self, change: impl FnOnce(&mut Model)) {
        self.model.update_value(change);
    }

    /// The scenario; whoever asks inside a view asks again when another one is picked.
    pub(super) fn scenario(self) -> &'static Scenario {
        self.scenarios.track();
        self.peek(Model::scenario)
    }

    /// Shows another selection.
    pub(super) fn show(self, selection: Selection, notices: Vec<String>) {
        let (before, variants) = self.peek(|model| (model.scenario().id, model.selection.variants()));
        let now = selection.scenario.id;
        let mut picked_in_sheet = false;
        self.model.update_value(|model| {
            model.notices = notices;
            picked_in_sheet = std::mem::take(&mut model.picking);
            model.select(selection);
        });
        if picked_in_sheet {
            // What had the focus is hidden now.
            super::picker::focus_soon("[data-testid=title]");
        }
        let same_variants = variants == self.peek(|model| model.selection.variants());
        if before != now || !same_variants {
            self.scenarios.update(|count| *count = count.wrapping_add(1));
            self.write_title();
        }
        self.change(|_| ());
    }

    /// Shows these variants, in this order. The runs stay: what was measured is not forgotten for being looked at otherwise.
    pub(super) fn arrange(self, places: Vec<usize>) {
        self.model.update_value(|model| {
            if !places.contains(&model.variant) {
                model.variant = places.first().copied().unwrap_or_default();
            }
            let all = places.iter().copied().eq(0..model.scenario().variants.len());
            model.selection.view.variants = if all { Vec::new() } else { places };
            model.tell();
        });
        self.scenarios.update(|count| *count = count.wrapping_add(1));
        self.change(|_| ());
        self.write_address(true);
    }

    /// Shows another selection and makes it an entry of the history.
    pub(super) fn go_to(self, selection: Selection) {
        parts::when_loaded(self, selection, move |selection| {
            let other = self.peek(|model| model.scenario().id) != selection.scenario.id;
            self.show(selection, Vec::new());
            self.write_address(true);
            if other {
                window().scroll_to_with_x_and_y(0.0, 0.0);
            }
        });
    }

    /// Follows a link inside the page, unless it is meant for another tab.
    pub(super) fn follow(self, event: &MouseEvent, selection: Selection) {
        if event.ctrl_key() || event.meta_key() || event.shift_key() || event.button() != 0 {
            return;
        }
        event.prevent_default();
        self.go_to(selection);
    }

    /// Puts the selection into the address bar, as a new entry of the history or in the place of the current one.
    pub(super) fn write_address(self, new_entry: bool) {
        let said = self.peek(|model| (!place::says(&model.selection)).then(|| place::href(&model.selection)));
        let (Some(wanted), Ok(history)) = (said, window().history()) else { return };
        let nothing = wasm_bindgen::JsValue::NULL;
        // A sandboxed frame may refuse: the page works without.
        let _ = if new_entry {
            history.push_state_with_url(&nothing, "", Some(&wanted))
        } else {
            history.replace_state_with_url(&nothing, "", Some(&wanted))
        };
    }

    fn write_title(self) {
        document().set_title(&format!("{} · Interleave", self.peek(Model::scenario).title));
    }
}

/// The browser's own clock, in milliseconds; it stands still where there is none.
pub(super) fn wall_millis() -> f64 {
    window().performance().map_or(0.0, |performance| performance.now())
}

/// The scenario, and the places of its variants that are shown; whoever asks inside a view asks again when these change.
pub(super) fn shown(page: Page) -> (&'static Scenario, Vec<usize>) {
    (page.scenario(), page.peek(|model| model.selection.variants()))
}

pub(super) fn in_group(group: Group) -> Vec<&'static Scenario> {
    ALL.iter().copied().filter(|scenario| scenario.group == group).collect()
}

pub(super) fn after(scenario: &Scenario) -> &'static Scenario {
    let place = ALL.iter().position(|other| other.id == scenario.id).unwrap_or(0);
    ALL[(place + 1) % ALL.len()]
}
