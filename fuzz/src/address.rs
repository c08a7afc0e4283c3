//! What is picked, out of whatever stands in an address.

use interleave::host::SPEEDS;
use interleave::host::schedule::CHOICES_AT_MOST;
use interleave::scenarios::{CLOCKS, LANGUAGES, PANELS, Schedule, Selection};

use crate::words::check_notices;

/// Reads the bytes as a query, and what that gives once more.
///
/// # Panics
///
/// When the selection cannot be used or is not the same when it is read again, or when what is said about it is no few short
/// sentences.
pub fn check(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let (selection, notices) = Selection::parse(&text);
    check_notices(&notices);
    check_selection(&selection);

    let query = selection.to_query();
    let (again, notices) = Selection::parse(&query);
    assert_eq!(notices, [""; 0], "{query}");
    assert_eq!(again, selection, "{query}");
    assert_eq!(again.to_query(), query);
}

/// Everything lies where it may.
///
/// # Panics
///
/// When it does not.
pub fn check_selection(selection: &Selection) {
    for (param, value) in selection.values.iter() {
        assert!((param.min..=param.max).contains(&value), "{} is {value}", param.id);
        assert!((param.nearest(value) - value).abs() < 1e-9, "{} is {value}, between two steps", param.id);
    }
    assert!(SPEEDS.contains(&selection.speed), "{}", selection.speed);
    let view = &selection.view;
    assert!(view.language < LANGUAGES.len() && view.panel < PANELS.len() && view.clock < CLOCKS.len(), "{view:?}");
    if let Some(Schedule { variant, choices }) = &view.schedule {
        assert!(*variant < selection.scenario.variants.len() && choices.places.len() <= CHOICES_AT_MOST, "{view:?}");
        assert!(choices.places.iter().all(|place| *place < 36), "{view:?}");
    }
    let shown = selection.variants();
    assert!(!shown.is_empty() && shown.iter().all(|place| *place < selection.scenario.variants.len()), "{view:?}");
    assert!(shown.iter().enumerate().all(|(nth, place)| !shown[..nth].contains(place)), "{view:?}");
}
