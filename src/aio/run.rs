//! What is said to those who start a loop inside a running one.

use std::panic::Location;

use super::current::current;
use super::trace::{Outcome, What};
use super::{Error, Result};

/// Refuses to run `main`, without polling it: the task that asks runs on a loop already, and that stands still while the
/// task does. What to do instead is to await `main`.
///
/// The refusal stands in the trace as an operation `run` of the task, which fails at the line of the call.
///
/// It is there to be shown. A loop that takes time needs a host that gives it turns: a run is started with
/// [`Aio::start`](super::Aio::start), or by a host such as [`virtual_time::run`](crate::host::virtual_time::run), which also
/// works inside a task, since it needs no time.
///
/// # Errors
///
/// Always, in Python's words.
///
/// asyncio: `asyncio.run`, called while a loop runs.
///
/// # Panics
///
/// Outside a run.
///
/// ```
/// use interleave::aio::{print, run};
/// use interleave::host::virtual_time;
///
/// let outer = virtual_time::run(async {
///     run(async {
///         print("never");
///         Ok(())
///     })
/// });
/// let error = outer.result.and_then(Result::err).map(|error| error.to_string());
/// assert_eq!(error.as_deref(), Some("asyncio.run() cannot be called from a running event loop"));
/// ```
#[track_caller]
pub fn run<F, T>(main: F) -> Result<T>
where
    F: Future<Output = Result<T>>,
{
    let error = refuse(Location::caller());
    drop(main);
    Err(error)
}

/// Apart, since there is a call for each type of future.
fn refuse(site: &'static Location<'static>) -> Error {
    let run = current();
    let error = Error::raised("asyncio.run() cannot be called from a running event loop");
    let task = run.current_task();
    let span = run.with_trace(|trace| trace.add_span("run".into(), task));
    run.record(What::SpanBegan(span), Some(site));
    run.record(What::SpanEnded(span, Outcome::Raised(error.to_string().into())), None);
    error
}
