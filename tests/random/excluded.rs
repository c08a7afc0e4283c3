//! What is kept out of the generated programs, in one place, until it can be let in.

use crate::log::Log;

/// Tasks that await themselves: the error is thrown in as a job of its own, before which others run.
pub const SELF_AWAITS: bool = false;

/// What is called when all tasks are over: asyncio still does what is ready then.
pub const CALLS_AFTER_THE_END: bool = false;

/// How many requests to stop a task there have been, once it is over: CPython still says so.
pub const CANCELLING_FINISHED: bool = false;

/// Taking back a request to stop another task, which must not forget what is on its way already.
pub const UNCANCEL_OTHERS: bool = false;

/// Tasks that are over and have failed among the arguments of a `gather` that returns exceptions.
pub const FAILED_IN_GATHER_ALL: bool = false;

/// Asking a task for its error: it has none if it has given a result after it had been asked to stop, although it counts as
/// cancelled then.
pub const ERRORS: bool = false;

/// Calls at a time that has passed: they hold up other timers.
pub const CALLS_IN_THE_PAST: bool = false;

/// Changes what a program has done where it may be different: a time limit of `as_completed` that nobody waits for any more
/// decides when a deadlock is one.
pub fn forgive(program: &str, log: &mut Log) {
    if program.contains("as_completed(")
        && let Some(line) = log.last_mut()
        && line.ends_with(" deadlock")
    {
        "some time deadlock".clone_into(line);
    }
}

/// All that the Python side must know, as JSON.
#[must_use]
pub fn as_json() -> String {
    serde_json::json!({
        "CALLS_AFTER_THE_END": CALLS_AFTER_THE_END,
        "CANCELLING_FINISHED": CANCELLING_FINISHED,
        "UNCANCEL_OTHERS": UNCANCEL_OTHERS,
        "FAILED_IN_GATHER_ALL": FAILED_IN_GATHER_ALL,
        "CALLS_IN_THE_PAST": CALLS_IN_THE_PAST,
        "in_python": IN_PYTHON,
    })
    .to_string()
}

/// What of `CPython`'s own is replaced, by the names of functions in `python/excluded.py`, which say what is different.
pub const IN_PYTHON: &[&str] = &[
    "a_task_keeps_its_message_for_all",
    "one_who_is_asked_to_stop_hears_of_that_first",
    "shield_passes_the_message_on",
];
