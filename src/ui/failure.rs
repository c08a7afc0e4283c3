//! When the program itself fails: it starts again with what was picked, or says what happened; never a blank page.

use std::sync::atomic::{AtomicBool, Ordering};

use leptos::prelude::*;
use wasm_bindgen::JsValue;

/// Marks the entry of the history that is loaded again after a failure; behind it stands what happened.
const MARK: &str = "interleave failed: ";

/// Has the page loaded again after a panic, since nothing of the program runs any more then; the address holds what was
/// picked. Gives what happened, if this is such a second load: if that fails too, a third would hardly help, and the reader
/// is asked.
pub(super) fn install() -> Option<String> {
    let failed_before = take_mark();
    let is_first = failed_before.is_none();
    // A hook must be fit for threads, of which a page has one.
    let is_told = AtomicBool::new(false);
    std::panic::set_hook(Box::new(move |panic| {
        let message = panic.to_string();
        leptos::logging::error!("{message}");
        // What the browser still calls until the page is gone fails as well.
        let is_dealt_with = is_told.swap(true, Ordering::Relaxed) || is_first && load_again(&message);
        if !is_dealt_with {
            show(&message);
        }
    }));
    failed_before
}

/// What happened before this page was loaded again. A reload by hand is not to tell it once more.
fn take_mark() -> Option<String> {
    let history = window().history().ok()?;
    let message = history.state().ok()?.as_string()?.strip_prefix(MARK)?.to_owned();
    history.replace_state(&JsValue::NULL, "").ok()?;
    Some(message)
}

/// Says whether the browser allows it.
fn load_again(message: &str) -> bool {
    // Where and what; after that come the browser's own lines.
    let mut lines = message.lines();
    let (place, what) = (lines.next().unwrap_or_default(), lines.next().unwrap_or_default());
    let mark = JsValue::from_str(&format!("{MARK}{place} {what}"));
    let marked = window().history().and_then(|history| history.replace_state(&mark, ""));
    marked.and_then(|()| window().location().reload()).is_ok()
}

fn show(message: &str) {
    let document = document();
    let (Some(body), Ok(card)) = (document.body(), document.create_element("div")) else { return };
    // The message comes from outside the program's texts: it must not be read as markup.
    card.set_class_name("crash");
    let _ = card.set_attribute("role", "alert");
    card.set_inner_html(
        "<h2>Something went wrong inside the playground</h2>\
         <p>Nothing of yours is lost: the address still holds what you picked.</p>\
         <p><a href=\"\" data-testid=\"reload\">Load it again</a> or <a href=\"?\">start from the beginning</a>.</p>\
         <pre></pre>",
    );
    if let Ok(Some(place)) = card.query_selector("pre") {
        place.set_text_content(Some(message));
    }
    let _ = body.append_child(&card);
}
