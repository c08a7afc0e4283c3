//! What is kept out of the generated programs, in one place, until it can be let in.

/// All that the Python side must know, as JSON.
#[must_use]
pub fn as_json() -> String {
    serde_json::json!({ "in_python": IN_PYTHON }).to_string()
}

/// What of `CPython`'s own is replaced, by the names of functions in `python/excluded.py`, which say what is different.
pub const IN_PYTHON: &[&str] = &["a_task_keeps_its_message_for_all"];
