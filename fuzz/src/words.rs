//! What the reader is told about what could not be used.

/// More sentences than this nobody reads.
const NOTICES_AT_MOST: usize = 6;

/// No sentence is longer, in letters.
const LETTERS_AT_MOST: usize = 250;

/// A few short sentences, each on one line.
///
/// # Panics
///
/// When they are not.
pub fn check_notices(notices: &[String]) {
    assert!(notices.len() <= NOTICES_AT_MOST, "{} notices", notices.len());
    for notice in notices {
        check_sentence(notice);
    }
}

/// One short sentence on one line.
///
/// # Panics
///
/// When it is not.
pub fn check_sentence(sentence: &str) {
    assert!(!sentence.is_empty() && sentence.chars().count() <= LETTERS_AT_MOST, "{sentence}");
    assert!(!sentence.contains(char::is_control), "{sentence:?}");
}
