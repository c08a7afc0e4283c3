//! What comes from outside the run.

use std::fmt::Debug;
use std::panic::Location;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};

use super::Result;
use super::current::{current, with_current_if_any};
use super::state::Forward;
use super::trace::Wait;

/// What the run's host has to [offer](super::Host::offers) its programs, if it is a `T`; nothing outside a run.
///
/// ```
/// use interleave::aio::offered;
/// use interleave::host::virtual_time;
///
/// struct Printer;
///
/// let run = virtual_time::run(async { Ok(offered::<Printer>().is_some()) });
/// assert_eq!(run.result, Some(Ok(false)));
/// ```
#[must_use]
pub fn offered<T: 'static>() -> Option<Rc<T>> {
    with_current_if_any(|run| run.offers()).flatten()?.downcast().ok()
}

/// Awaits a future that is not one of the executor's own, such as a promise of the browser, so that a request to stop
/// reaches it: the await ends at once, and the future is dropped.
///
/// Awaited without, such a future cannot be reached, and the request waits for the next await that can.
///
/// # Errors
///
/// [`Error::Cancelled`](super::Error::Cancelled) when the task is cancelled meanwhile, even if the future is ready by then.
///
/// asyncio: `asyncio.wrap_future`.
///
/// ```
/// use futures::channel::oneshot;
/// use interleave::aio::{sleep, spawn, wrap_future};
/// use interleave::host::virtual_time;
/// use std::time::Duration;
///
/// let run = virtual_time::run(async {
///     let (_nobody, answer) = oneshot::channel::<u32>();
///     let waiter = spawn(async { wrap_future(answer).await });
///     sleep(Duration::from_secs(1)).await?;
///     waiter.cancel();
///     Ok(waiter.await.is_err())
/// });
/// assert_eq!(run.result, Some(Ok(true)));
/// assert_eq!(run.trace.until(), Duration::from_secs(1));
/// ```
#[track_caller]
pub fn wrap_future<'a, F>(future: F) -> WrapFuture<'a, F::Output>
where
    F: Future + 'a,
{
    WrapFuture { site: Location::caller(), future: Some(Box::pin(future)), waiting: false }
}

/// The future of [`wrap_future`].
#[must_use = "futures do nothing unless awaited"]
pub struct WrapFuture<'a, T> {
    site: &'static Location<'static>,
    future: Option<Pin<Box<dyn Future<Output = T> + 'a>>>,
    waiting: bool,
}

impl<T> Debug for WrapFuture<'_, T> {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("WrapFuture").field("waiting", &self.waiting).finish_non_exhaustive()
    }
}

impl<T> Future for WrapFuture<'_, T> {
    type Output = Result<T>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<T>> {
        let run = current();
        if self.waiting
            && let Some(cancelled) = run.take_cancel(self.site)
        {
            self.future = None;
            return Poll::Ready(Err(cancelled));
        }
        self.waiting = true;
        let Some(future) = &mut self.future else { return Poll::Pending };
        if let Poll::Ready(value) = future.as_mut().poll(cx) {
            self.future = None;
            return Poll::Ready(Ok(value));
        }
        run.suspend_on(Wait::Other, Forward::Own, self.site);
        Poll::Pending
    }
}
