//! When the program itself fails: a message with a way on, never a blank page.

use leptos::prelude::*;

/// Shows a panic on the page. After a panic nothing of the program runs any more, so this stands on its own.
pub(super) fn install() {
    std::panic::set_hook(Box::new(|panic| {
        let message = panic.to_string();
        leptos::logging::error!("{message}");
        show(&message);
    }));
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
