//! Blocking calls, on the loop and beside it.

use std::fmt::Debug;
use std::panic::Location;
use std::time::Duration;

use super::Result;
use super::alarms::{Alarm, AlarmKey};
use super::current::{current, try_current};
use super::executor::Run;
use super::state::Forward;
use super::trace::Wait;

use std::pin::Pin;
use std::rc::{Rc, Weak};
use std::task::{Context, Poll};

/// Holds up the thread, and with it every task of the loop, until `duration` has passed.
///
/// In a browser the whole page stands still: this shows what a blocking call does, and is otherwise never right. Outside a
/// run it does nothing.
///
/// Python: `time.sleep`.
#[track_caller]
pub fn blocking_sleep(duration: Duration) {
    let Some(run) = try_current() else { return };
    match run.in_thread.get() {
        Some(so_far) => run.in_thread.set(Some(so_far.saturating_add(duration))),
        None => run.block(duration, Location::caller()),
    }
}

/// Runs a blocking closure in a thread of the pool, while the loop goes on.
///
/// A page has no threads to block, so the pool is modelled: the closure runs at once, and what its [`blocking_sleep`]s would
/// have taken passes on the run's clock before the result arrives. The pool has room for everyone.
///
/// Dropping or cancelling the future gives up waiting; as in asyncio, the call itself cannot be stopped.
///
/// # Errors
///
/// The closure's, or [`Error::Cancelled`].
///
/// asyncio: `asyncio.to_thread`.
#[track_caller]
pub fn to_thread<F, T>(call: F) -> ToThread<F, T>
where
    F: FnOnce() -> Result<T> + Unpin,
    T: Debug + Unpin,
{
    ToThread { state: State::New(call), site: Location::caller() }
}

/// The future of [`to_thread`].
#[derive(Debug)]
#[must_use = "futures do nothing unless awaited"]
pub struct ToThread<F, T> {
    state: State<F, T>,
    site: &'static Location<'static>,
}

#[derive(Debug)]
enum State<F, T> {
    New(F),
    Called { run: Weak<Run>, alarm: AlarmKey, result: Result<T> },
    Done,
}

impl<F, T> Future for ToThread<F, T>
where
    F: FnOnce() -> Result<T> + Unpin,
    T: Unpin,
{
    type Output = Result<T>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<T>> {
        let run = current();
        let site = self.site;
        match std::mem::replace(&mut self.state, State::Done) {
            State::New(call) => {
                let outer = run.in_thread.replace(Some(Duration::ZERO));
                let result = call();
                let took = run.in_thread.replace(outer).unwrap_or_default();
                let until = run.deadline(took);
                let alarm = run.set_alarm(until, Alarm::Wake(run.wakeup(cx)));
                run.suspend_on(Wait::Thread { until }, Forward::Own, site);
                self.state = State::Called { run: Rc::downgrade(&run), alarm, result };
                Poll::Pending
            }
            State::Called { run: weak, alarm, result } => {
                if let Some(cancelled) = run.take_cancel(site) {
                    run.clear_alarm(alarm);
                    return Poll::Ready(Err(cancelled));
                }
                if run.now() >= alarm.0 {
                    return Poll::Ready(result);
                }
                run.suspend_on(Wait::Thread { until: alarm.0 }, Forward::Own, site);
                self.state = State::Called { run: weak, alarm, result };
                Poll::Pending
            }
            State::Done => Poll::Pending,
        }
    }
}

impl<F, T> Drop for ToThread<F, T> {
    fn drop(&mut self) {
        if let State::Called { run, alarm, .. } = &self.state
            && let Some(run) = run.upgrade()
        {
            run.clear_alarm(*alarm);
        }
    }
}
