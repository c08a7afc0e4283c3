//! Blocking calls, on the loop and beside it.

use std::cell::Cell;
use std::panic::Location;
use std::time::Duration;

use super::Result;
use super::current::{current, try_current};

thread_local! {
    /// While a closure runs as if elsewhere: what time it is there.
    static ELSEWHERE: Cell<Option<Duration>> = const { Cell::new(None) };
}

/// Calls as if in another thread or process, from this time on; says until when that would have taken. The call must not
/// panic.
pub(super) fn call_elsewhere(from: Duration, call: impl FnOnce()) -> Duration {
    let outer = ELSEWHERE.replace(Some(from));
    call();
    ELSEWHERE.replace(outer).unwrap_or(from)
}

/// The time where what is running now would be; none on the loop itself.
pub(super) fn time_elsewhere() -> Option<Duration> {
    ELSEWHERE.get()
}

/// Holds up the thread, and with it every task of the loop, until `duration` has passed.
///
/// In a browser the whole page stands still: this shows what a blocking call does, and is otherwise never right. In a closure
/// for [`to_thread`] or a pool it holds up nothing but that closure. Outside a run it does nothing.
///
/// Python: `time.sleep`.
#[track_caller]
pub fn blocking_sleep(duration: Duration) {
    match (ELSEWHERE.get(), try_current()) {
        (Some(time), _) => ELSEWHERE.set(Some(time.saturating_add(duration))),
        (None, Some(run)) => run.block(duration, Location::caller()),
        (None, None) => {}
    }
}

/// Runs a blocking closure in a thread of the default pool, while the loop goes on.
///
/// A page has no threads to block, so they are modelled, as those of a [`ThreadPool`](super::ThreadPool) are. This pool has
/// room for everyone.
///
/// Dropping or cancelling the future gives up waiting; as in asyncio, the call itself cannot be stopped.
///
/// # Errors
///
/// The closure's; [`Error::Panicked`](super::Error::Panicked) if it panics; [`Error::Cancelled`](super::Error::Cancelled)
/// when the task is cancelled meanwhile.
///
/// asyncio: `asyncio.to_thread`.
///
/// ```
/// use interleave::aio::{blocking_sleep, gather, to_thread};
/// use interleave::host::virtual_time;
/// use std::time::Duration;
///
/// let run = virtual_time::run(async {
///     let call = || {
///         blocking_sleep(Duration::from_secs(1));
///         Ok(())
///     };
///     gather((0..10).map(|_| to_thread(call))).await
/// });
/// assert_eq!(run.trace.until(), Duration::from_secs(1));
/// ```
#[track_caller]
pub fn to_thread<F, T>(call: F) -> impl Future<Output = Result<T>> + use<F, T>
where
    F: FnOnce() -> Result<T> + 'static,
    T: 'static,
{
    let site = Location::caller();
    async move {
        // Apart from the await, which must not keep the run.
        let job = current().default_pool().submit(call, site);
        job.await
    }
}
