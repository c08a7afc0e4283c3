//! What a page tells the embed that is in it.

use interleave::embed::{Command, Options};
use interleave::scenarios::Selection;

use crate::address::check_selection;
use crate::words::{check_notices, check_sentence};

/// Reads the bytes as a message, a line for each of its words: what to do, a query, a theme. An empty line is a word that is
/// not there.
///
/// # Panics
///
/// When an embed would do what it was not told, or would not say in a sentence why it does nothing.
pub fn check(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let mut words = text.splitn(3, '\n').map(|word| Some(word).filter(|word| !word.is_empty()));
    let mut next = || words.next().flatten();
    let (what, query, theme) = (next().unwrap_or_default(), next(), next());
    match Command::read(what, query, theme) {
        Ok(Command::Run) => assert_eq!(what, "run"),
        Ok(Command::Stop) => assert_eq!(what, "stop"),
        Ok(Command::Set { query: set, theme: shown }) => {
            assert_eq!((what, set.as_deref()), ("set", query));
            assert_eq!(shown.is_some(), theme.is_some());
            let query = set.unwrap_or_default();
            assert!(query.len() <= 4096);
            let (selection, notices) = Selection::parse_on(Some("gather"), &query, &Options::NAMES);
            check_selection(&selection);
            check_notices(&notices);
            check_notices(&Options::parse(&query).1);
        }
        Err(why) => check_sentence(&why),
    }
}
