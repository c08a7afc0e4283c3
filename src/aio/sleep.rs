//! Waiting for the clock.

use std::panic::Location;
use std::pin::Pin;
use std::rc::Weak;
use std::task::{Context, Poll};
use std::time::Duration;

use super::alarms::{Alarm, AlarmKey};
use super::executor::{Forward, Run, current, try_current};
use super::trace::Wait;
use super::{Error, Result};

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
/// [`Error::Cancelled`] when the task is cancelled meanwhile, even if the time has passed by then.
///
/// asyncio: `asyncio.sleep`.
#[track_caller]
pub fn sleep(duration: Duration) -> Sleep {
    Sleep { duration, site: Location::caller(), state: State::New }
}

/// Lets every task that is ready run once, then goes on.
///
/// # Errors
///
/// [`Error::Cancelled`] when the task is cancelled meanwhile.
///
/// asyncio: `asyncio.sleep(0)`.
#[track_caller]
pub fn yield_now() -> Sleep {
    sleep(Duration::ZERO)
}

/// The future of [`sleep`] and [`yield_now`].
#[derive(Debug)]
#[must_use = "futures do nothing unless awaited"]
pub struct Sleep {
    duration: Duration,
    site: &'static Location<'static>,
    state: State,
}

#[derive(Debug)]
enum State {
    New,
    Yielded,
    Armed(Weak<Run>, AlarmKey),
    Done,
}

impl Future for Sleep {
    type Output = Result<()>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<()>> {
        let run = current();
        if matches!(self.state, State::Yielded | State::Armed(..)) && run.take_cancel(self.site) {
            return Poll::Ready(Err(Error::Cancelled));
        }
        match &self.state {
            State::New if self.duration.is_zero() => {
                run.suspend_on(Wait::Yield, Forward::Own, self.site);
                cx.waker().wake_by_ref();
                self.state = State::Yielded;
                Poll::Pending
            }
            State::New => {
                let until = run.now().saturating_add(self.duration);
                let key = run.set_alarm(until, Alarm::Wake(cx.waker().clone()));
                run.suspend_on(Wait::Sleep { until }, Forward::Own, self.site);
                self.state = State::Armed(std::rc::Rc::downgrade(&run), key);
                Poll::Pending
            }
            State::Armed(_, (until, _)) if run.now() < *until => {
                run.suspend_on(Wait::Sleep { until: *until }, Forward::Own, self.site);
                Poll::Pending
            }
            State::Yielded | State::Armed(..) | State::Done => {
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

/// Time since the run began, on the run's clock; zero outside a run.
///
/// asyncio: `get_running_loop().time()`, which begins anywhere.
#[must_use]
pub fn now() -> Duration {
    try_current().map_or(Duration::ZERO, |run| run.now())
}
