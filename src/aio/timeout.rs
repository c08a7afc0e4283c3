//! Time limits.

use std::cell::Cell;
use std::pin::Pin;
use std::rc::{Rc, Weak};
use std::task::{Context, Poll};
use std::time::Duration;

use futures::future::LocalBoxFuture;

use super::alarms::{Alarm, AlarmKey};
use super::current::current;
use super::executor::Run;
use super::{Error, Result};

/// Awaits `future` in place, for at most `limit`: then it is cancelled, cleans up (which may take longer still), and the
/// await ends with [`Error::TimedOut`].
///
/// Dropping it drops the future and withdraws the timer.
///
/// # Errors
///
/// [`Error::TimedOut`] when the limit passed and the future took the cancellation, and nobody else asked the task to stop;
/// otherwise what the future gives, even if the limit has passed. So when two limits that stand one inside the other pass at
/// once, it is the outer one that times out.
///
/// asyncio: `async with asyncio.timeout(limit)`.
///
/// ```
/// use interleave::aio::{Error, sleep, timeout};
/// use interleave::host::virtual_time;
/// use std::time::Duration;
///
/// let run = virtual_time::run(timeout(Duration::from_secs(2), sleep(Duration::from_secs(5))));
/// assert_eq!(run.result, Some(Err(Error::TimedOut)));
/// assert_eq!(run.trace.until(), Duration::from_secs(2));
/// ```
pub fn timeout<'a, F, T>(limit: Duration, future: F) -> Timeout<'a, T>
where
    F: IntoFuture<Output = Result<T>>,
    F::IntoFuture: 'a,
{
    Timeout { limit, future: Box::pin(future.into_future()), alarm: None, expired: Rc::default(), cancels_before: 0 }
}

/// Awaits `future` for at most `limit`; the same as [`timeout`], for one awaitable and in asyncio's order of arguments.
///
/// As in `CPython` from 3.12 on, no task of its own is made for the future.
///
/// # Errors
///
/// As [`timeout`].
///
/// asyncio: `asyncio.wait_for(future, limit)`.
pub fn wait_for<'a, F, T>(future: F, limit: Duration) -> Timeout<'a, T>
where
    F: IntoFuture<Output = Result<T>>,
    F::IntoFuture: 'a,
{
    timeout(limit, future)
}

/// The future of [`timeout`] and [`wait_for`].
#[must_use = "futures do nothing unless awaited"]
pub struct Timeout<'a, T> {
    limit: Duration,
    future: LocalBoxFuture<'a, Result<T>>,
    alarm: Option<(Weak<Run>, AlarmKey)>,
    expired: Rc<Cell<bool>>,
    cancels_before: u32,
}

impl<T> Future for Timeout<'_, T> {
    type Output = Result<T>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<T>> {
        let run = current();
        if self.alarm.is_none() {
            let deadline = run.deadline(self.limit);
            let key = run.set_alarm(deadline, Alarm::Expire(run.current_task(), self.expired.clone()));
            self.alarm = Some((Rc::downgrade(&run), key));
            self.cancels_before = run.cancels(run.current_task());
        }
        let Poll::Ready(result) = self.future.as_mut().poll(cx) else { return Poll::Pending };
        if let Some((_, key)) = self.alarm {
            run.clear_alarm(key);
        }
        // Somebody else who asked as well must be heard, whatever the limit has to say.
        if !self.expired.get() || run.uncancel(run.current_task()) > self.cancels_before {
            return Poll::Ready(result);
        }
        // A request that the future did not live to see must not hit what comes after it.
        run.withdraw_cancel();
        Poll::Ready(match result {
            Err(Error::Cancelled(_)) => Err(Error::TimedOut),
            other => other,
        })
    }
}

impl<T> Drop for Timeout<'_, T> {
    fn drop(&mut self) {
        if let Some((run, key)) = self.alarm.take()
            && let Some(run) = run.upgrade()
        {
            run.clear_alarm(key);
        }
    }
}
