//! Waiting for the clock.

use std::panic::Location;
use std::pin::Pin;
use std::rc::{Rc, Weak};
use std::task::{Context, Poll};
use std::time::Duration;

use super::Result;
use super::alarms::{Alarm, AlarmKey};
use super::current::{current, try_current, with_current};
use super::executor::Run;
use super::state::Forward;
use super::thread::time_elsewhere;
use super::trace::Wait;

/// Waits until `duration` has passed on the run's clock. `Duration::ZERO` lets the others run once and goes on.
///
/// Dropping the future withdraws its timer.
///
/// # Precision
///
/// Never early. Under the virtual clock exact; in a browser late by what its timers are late, mostly one to five
/// milliseconds. Two sleeps with the same deadline end in the order in which they began.
///
/// # Errors
///
/// [`Error::Cancelled`](super::Error::Cancelled) when the task is cancelled meanwhile, even if the time has passed by then.
///
/// asyncio: `asyncio.sleep`.
#[track_caller]
pub fn sleep(duration: Duration) -> Sleep {
    Sleep { site: Location::caller(), state: State::New(duration) }
}

/// The future of [`sleep`].
#[derive(Debug)]
#[must_use = "futures do nothing unless awaited"]
pub struct Sleep {
    site: &'static Location<'static>,
    state: State,
}

#[derive(Debug)]
enum State {
    New(Duration),
    Yielding(YieldNow),
    Armed(Weak<Run>, AlarmKey),
    Done,
}

impl Future for Sleep {
    type Output = Result<()>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<()>> {
        if let State::New(Duration::ZERO) = self.state {
            self.state = State::Yielding(YieldNow { site: self.site, yielded: false });
        }
        if let State::Yielding(yielding) = &mut self.state {
            return Pin::new(yielding).poll(cx);
        }
        let run = current();
        match &self.state {
            State::New(duration) => {
                let until = run.deadline(run.slowed(*duration));
                let key = run.set_alarm(until, Alarm::Wake(run.wakeup(cx)));
                run.suspend_on(Wait::Sleep { until }, Forward::Own, self.site);
                self.state = State::Armed(Rc::downgrade(&run), key);
                Poll::Pending
            }
            State::Armed(_, key) => {
                let (until, _) = key;
                if let Some(cancelled) = run.take_cancel(self.site) {
                    return Poll::Ready(Err(cancelled));
                }
                if run.now() < *until {
                    // Another task may be polling it by now.
                    run.change_alarm(*key, Alarm::Wake(run.wakeup(cx)));
                    run.suspend_on(Wait::Sleep { until: *until }, Forward::Own, self.site);
                    return Poll::Pending;
                }
                // A fired alarm is gone already; there is nothing left to withdraw.
                self.state = State::Done;
                Poll::Ready(Ok(()))
            }
            State::Yielding(_) | State::Done => {
                // A fired alarm is gone already; there is nothing left to withdraw.
                self.state = State::Done;
                Poll::Ready(Ok(()))
            }
        }
    }
}

impl Drop for Sleep {
    fn drop(&mut self) {
        if let State::Armed(run, key) = &self.state
            && let Some(run) = run.upgrade()
        {
            run.clear_alarm(*key);
        }
    }
}

/// Lets every task that is ready run once, then goes on.
///
/// # Errors
///
/// [`Error::Cancelled`](super::Error::Cancelled) when the task is cancelled meanwhile.
///
/// asyncio: `asyncio.sleep(0)`.
#[track_caller]
pub fn yield_now() -> YieldNow {
    YieldNow { site: Location::caller(), yielded: false }
}

/// The future of [`yield_now`].
#[derive(Debug)]
#[must_use = "futures do nothing unless awaited"]
pub struct YieldNow {
    site: &'static Location<'static>,
    yielded: bool,
}

impl Future for YieldNow {
    type Output = Result<()>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<()>> {
        let site = self.site;
        if std::mem::replace(&mut self.yielded, true) {
            let cancelled = with_current(|run| run.take_cancel(site));
            return Poll::Ready(cancelled.map_or(Ok(()), Err));
        }
        if !with_current(|run| run.yield_current(cx.waker(), site)) {
            cx.waker().wake_by_ref();
        }
        Poll::Pending
    }
}

/// Time since the run began, on the run's clock; zero outside a run.
///
/// asyncio: `get_running_loop().time()`, which begins anywhere.
#[must_use]
pub fn now() -> Duration {
    try_current().map_or(Duration::ZERO, |run| time_elsewhere().unwrap_or_else(|| run.now()))
}
