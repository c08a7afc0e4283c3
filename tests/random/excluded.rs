//! What is kept out of the generated programs, in one place, until it can be let in.

use crate::log::Log;

/// Without what is called when all tasks are over: asyncio also calls then for what timers are due.
#[must_use]
pub fn without_last_calls(mut log: Log) -> Log {
    let is_call = |line: &String| line.split(' ').nth(1) == Some("call");
    while log.len() > 1 && is_call(&log[log.len() - 2]) {
        log.remove(log.len() - 2);
    }
    log
}

/// All that the Python side must know, as JSON.
#[must_use]
pub fn as_json() -> String {
    serde_json::json!({ "in_python": IN_PYTHON }).to_string()
}

/// What of `CPython`'s own is replaced, by the names of functions in `python/excluded.py`, which say what is different.
pub const IN_PYTHON: &[&str] = &["a_task_keeps_its_message_for_all", "one_who_is_asked_to_stop_hears_of_that_first"];
