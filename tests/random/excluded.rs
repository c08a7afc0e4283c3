//! What is kept out of the generated programs, in one place, until it can be let in.

use crate::program::Ticks;

/// Tasks that wait for each other in a circle, or a task that awaits itself.
///
/// To be let in when a request to cancel can go around in such a circle.
pub const CIRCLES_OF_AWAITS: bool = false;

/// The shortest limit. To be 0: but `timeout(0)` acts through the queue and not through a timer, and `wait_for(…, 0)` lets
/// its future not even begin.
pub const SHORTEST_LIMIT: Ticks = 1;

/// Tasks that are over among the arguments of `gather`, which hears of them before anything else happens.
pub const FINISHED_IN_GATHER: bool = false;

/// All that the Python side must know, as JSON.
#[must_use]
pub fn as_json() -> String {
    serde_json::json!({ "finished_in_gather": FINISHED_IN_GATHER, "in_python": IN_PYTHON }).to_string()
}

/// What of `CPython`'s own is replaced, by the names of functions in `python/excluded.py`, which say what is different.
pub const IN_PYTHON: &[&str] = &[
    "gather_of_the_finished_is_cancelled_at_once",
    "group_does_not_ask_its_holder_again",
    "group_takes_tasks_until_its_holder_goes_on",
];
