//! Which page of the site this is, and the addresses that its links have.

use std::cell::Cell;

use leptos::prelude::*;

use crate::embed::Options;
use crate::host::site;
use crate::scenarios::Selection;

/// A page of the site.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// The front page: the scenario stands in its query.
    Front,
    /// One for each scenario, whose name is that of the file.
    Scenario,
    /// Inside somebody else's page.
    Embed,
}

thread_local! {
    static KIND: Cell<Option<Kind>> = const { Cell::new(None) };
}

pub(super) fn kind() -> Kind {
    let read = || match attribute("data-page").as_deref() {
        Some("scenario") => Kind::Scenario,
        Some("embed") => Kind::Embed,
        _ => Kind::Front,
    };
    KIND.get().unwrap_or_else(|| {
        let kind = read();
        KIND.set(Some(kind));
        kind
    })
}

pub(super) fn is_embed() -> bool {
    kind() == Kind::Embed
}

/// What the address asks for, and what is wrong with it.
pub(super) fn read() -> (Selection, Vec<String>) {
    read_query(&query())
}

/// The same with another query.
pub(super) fn read_query(query: &str) -> (Selection, Vec<String>) {
    let id = match kind() {
        Kind::Front => None,
        Kind::Scenario => file_name(),
        Kind::Embed => attribute("data-scenario"),
    };
    let others: &[&str] = if is_embed() { &Options::NAMES } else { &[] };
    Selection::parse_on(id.as_deref(), query, others)
}

pub(super) fn query() -> String {
    window().location().search().unwrap_or_default()
}

/// Where a selection is shown, from here.
pub(super) fn href(selection: &Selection) -> String {
    match kind() {
        Kind::Front => format!("?{}", selection.to_query()),
        Kind::Scenario => with_query(format!("{}.html", selection.scenario.id), &selection.to_rest()),
        Kind::Embed => shared(selection),
    }
}

/// The whole address of a selection, for somebody else.
pub(super) fn shared(selection: &Selection) -> String {
    with_query(format!("{}scenarios/{}.html", site::root(), selection.scenario.id), &selection.to_rest())
}

/// Whether the address says already what is shown.
pub(super) fn says(selection: &Selection) -> bool {
    let query = query();
    match kind() {
        Kind::Front => query == href(selection) || (query.is_empty() && *selection == Selection::first()),
        Kind::Scenario => {
            file_name().as_deref() == Some(selection.scenario.id)
                && query.trim_start_matches('?') == selection.to_rest()
        }
        // It stands in somebody else's history.
        Kind::Embed => true,
    }
}

fn with_query(mut address: String, query: &str) -> String {
    if !query.is_empty() {
        address.extend(["?", query]);
    }
    address
}

/// The file's name in the address, without its ending, which some hosts leave out.
fn file_name() -> Option<String> {
    let path = window().location().pathname().ok()?;
    let name = path.rsplit('/').next()?;
    Some(name.strip_suffix(".html").unwrap_or(name).to_owned())
}

fn attribute(name: &str) -> Option<String> {
    document().document_element()?.get_attribute(name)
}
