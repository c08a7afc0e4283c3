//! What is kept out of the generated programs, in one place, until it can be let in.

use crate::program::Ticks;

/// The shortest limit of `wait_for`. To be 0: but then its future does not even begin.
pub const SHORTEST_WAIT: Ticks = 1;

/// Tasks that are over among the arguments of `gather`, which hears of them before anything else happens.
pub const FINISHED_IN_GATHER: bool = false;

/// Tasks that await themselves: the error is thrown in as a job of its own, before which others run.
pub const SELF_AWAITS: bool = false;

/// What is called when all tasks are over: asyncio still does what is ready then.
pub const CALLS_AFTER_THE_END: bool = false;

/// How many requests to stop a task there have been, once it is over: CPython still says so.
pub const CANCELLING_FINISHED: bool = false;

/// Taking back a request to stop another task, which must not forget what is on its way already.
pub const UNCANCEL_OTHERS: bool = false;

/// All that the Python side must know, as JSON.
#[must_use]
pub fn as_json() -> String {
    serde_json::json!({
        "FINISHED_IN_GATHER": FINISHED_IN_GATHER,
        "CALLS_AFTER_THE_END": CALLS_AFTER_THE_END,
        "CANCELLING_FINISHED": CANCELLING_FINISHED,
        "UNCANCEL_OTHERS": UNCANCEL_OTHERS,
        "in_python": IN_PYTHON,
    })
    .to_string()
}

/// What of `CPython`'s own is replaced, by the names of functions in `python/excluded.py`, which say what is different.
pub const IN_PYTHON: &[&str] = &[
    "a_task_keeps_its_message_for_all",
    "gather_of_the_finished_is_cancelled_at_once",
    "group_does_not_ask_its_holder_again",
    "group_takes_tasks_until_its_holder_goes_on",
];
