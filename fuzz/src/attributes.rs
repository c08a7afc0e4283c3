//! How an embed looks, out of the attributes of its element, and what an author pastes for it.

use interleave::embed::{Embed, Loading, Options};
use interleave::scenarios::Selection;
use roxmltree::{Document, Node};

use crate::address::check_selection;
use crate::words::check_notices;

const ROOT: &str = "https://a.example/play/";

/// Reads the bytes as the query of an embed, and what an author would paste for that once more.
///
/// # Panics
///
/// When something else is read, what is said is no few short sentences, or what is pasted is more than one element of ours.
pub fn check(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let (options, notices) = Options::parse(&text);
    check_notices(&notices);
    if let Some(origin) = &options.origin {
        assert!(origin.starts_with("https://") || origin.starts_with("http://"), "{origin}");
        assert!(origin.matches('/').count() == 2 && origin.is_ascii() && !origin.contains([' ', '"', '<']), "{origin}");
    }
    let (selection, notices) = Selection::parse_on(None, &text, &Options::NAMES);
    check_notices(&notices);
    check_selection(&selection);

    let words: String = ["It shows ", &text].concat().chars().take(100).collect();
    let (selection, options) = (&selection, &options);
    let embed = Embed { root: ROOT, selection, options, loading: Loading::Click, words: &words, height_px: 400 };
    let query = embed.query();
    let (again, notices) = Selection::parse_on(Some(selection.scenario.id), &query, &Options::NAMES);
    assert_eq!(notices, [""; 0], "{query}");
    assert_eq!(again, *selection, "{query}");
    let (again, notices) = Options::parse(&query);
    assert_eq!(notices, [""; 0], "{query}");
    assert_eq!(again, Options { origin: None, ..options.clone() }, "{query}");

    check_pasted(&embed.frame(), &["iframe"]);
    // As XML has it, so that a strict parser can tell where something ends.
    let pasted = embed.element().replace(" async>", " async=\"\">").replace("\"></a>", "\"/></a>");
    check_pasted(&pasted, &["script", "interleave-scenario", "a", "img"]);
    let lines = embed.markdown().lines().count();
    assert_eq!(lines, 1, "{}", embed.markdown());
}

/// What is pasted has these elements, leads to our site and runs nothing else.
fn check_pasted(html: &str, elements: &[&str]) {
    let whole = format!("<div>{html}</div>");
    let document = Document::parse(&whole).unwrap_or_else(|error| panic!("{error}: {html}"));
    for node in document.root_element().descendants().skip(1).filter(Node::is_element) {
        assert!(elements.contains(&node.tag_name().name()), "{html}");
        for attribute in node.attributes() {
            let (name, value) = (attribute.name(), attribute.value());
            assert!(!name.starts_with("on"), "{html}");
            assert!(!matches!(name, "src" | "href") || value.starts_with(ROOT), "{html}");
        }
    }
}
