//! Time limits.

use std::cell::{Cell, RefCell};
use std::panic::Location;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};
use std::time::Duration;

use futures::future::LocalBoxFuture;

use super::calls::{CallHandle, call_at, call_soon};
use super::current::{Wakeup, current};
use super::executor::Run;
use super::generator::gives_value;
use super::task::IntoTask;
use super::trace::TaskId;
use super::wait::{ReturnWhen, wait};
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
    Timeout::new(Limit::After(limit), future)
}

/// Awaits `future` in place, until that time of the run's clock at most; otherwise the same as [`timeout`].
///
/// # Errors
///
/// As [`timeout`].
///
/// asyncio: `async with asyncio.timeout_at(when)`.
pub fn timeout_at<'a, F, T>(when: Duration, future: F) -> Timeout<'a, T>
where
    F: IntoFuture<Output = Result<T>>,
    F::IntoFuture: 'a,
{
    Timeout::new(Limit::At(when), future)
}

/// Awaits `future` for at most `limit`; the same as [`timeout`], for one awaitable and in asyncio's order of arguments.
///
/// As in `CPython` from 3.12 on, no task of its own is made for the future; but with no time at all it becomes a task that is
/// cancelled before it begins.
///
/// # Errors
///
/// As [`timeout`].
///
/// asyncio: `asyncio.wait_for(future, limit)`.
#[track_caller]
pub fn wait_for<A, T>(awaitable: A, limit: Duration) -> Timeout<'static, T>
where
    A: IntoTask<Output = T> + IntoFuture<Output = Result<T>> + 'static,
    A::IntoFuture: 'static,
    T: 'static,
{
    if limit.is_zero() {
        return Timeout::new(Limit::None, Box::pin(without_time(awaitable, Location::caller())));
    }
    timeout(limit, awaitable)
}

async fn without_time<A>(awaitable: A, site: &'static Location<'static>) -> Result<A::Output>
where
    A: IntoTask,
    A::Output: 'static,
{
    let mut task = awaitable.into_task(site);
    if !task.is_finished() {
        task.cancel();
        wait([&task], ReturnWhen::AllCompleted).await?;
    }
    match task.try_result() {
        Some(Err(Error::Cancelled(_))) | None => Err(Error::TimedOut),
        Some(result) => result,
    }
}

/// The future of [`timeout`], [`timeout_at`] and [`wait_for`].
#[must_use = "futures do nothing unless awaited"]
pub struct Timeout<'a, T> {
    limit: Limit,
    future: LocalBoxFuture<'a, Result<T>>,
    started: bool,
    alarm: Option<CallHandle>,
    expiry: Rc<Expiry>,
    cancels_before: u32,
}

#[derive(Debug, Default)]
struct Expiry {
    stage: Cell<Stage>,
    /// How to wake what the limit is on, if that is a part of a task only, beside others.
    part: RefCell<Option<Wakeup>>,
    /// How many things that part waits for.
    waits: Cell<u32>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Stage {
    #[default]
    Open,
    /// The limit has passed, and the task has been asked to stop.
    TaskAsked,
    /// The limit has passed; the part is to be asked to stop when it is polled.
    PartWoken,
    /// The part has been asked to stop.
    PartAsked,
}

impl Expiry {
    /// How to wake the part of the task that is to be asked to stop, if it is not the whole of it.
    fn part(&self, run: &Run, task: TaskId) -> Option<Wakeup> {
        let part = self.part.take()?;
        let beside_others = matches!(part, Wakeup::Other(_)) || run.waits_of(task) > self.waits.get();
        beside_others.then_some(part)
    }
}

#[derive(Clone, Copy)]
enum Limit {
    After(Duration),
    At(Duration),
    None,
}

impl<'a, T> Timeout<'a, T> {
    fn new<F>(limit: Limit, future: F) -> Self
    where
        F: IntoFuture<Output = Result<T>>,
        F::IntoFuture: 'a,
    {
        Self::of(limit, Box::pin(future.into_future()))
    }

    #[inline(never)]
    fn of(limit: Limit, future: LocalBoxFuture<'a, Result<T>>) -> Self {
        Self { limit, future, started: false, alarm: None, expiry: Rc::default(), cancels_before: 0 }
    }

    fn start(&mut self, run: &Rc<Run>) {
        self.started = true;
        let deadline = match self.limit {
            Limit::After(limit) => run.deadline(limit),
            Limit::At(when) => when,
            Limit::None => return,
        };
        let task = run.current_task();
        let (expiry, its_run) = (self.expiry.clone(), Rc::downgrade(run));
        let call = move || {
            if let Some(run) = its_run.upgrade() {
                let part = expiry.part(&run, task);
                expiry.stage.set(if part.is_some() { Stage::PartWoken } else { Stage::TaskAsked });
                run.expire(task, deadline, part);
            }
        };
        // As in asyncio, a limit that has passed already is a call among others, not a timer.
        let passed = deadline <= run.now();
        self.alarm = Some(if passed { call_soon(call) } else { call_at(deadline, call) });
        self.cancels_before = run.cancels(task);
    }
}

impl<T> Future for Timeout<'_, T> {
    type Output = Result<T>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<T>> {
        let run = current();
        if !self.started {
            self.start(&run);
        }
        let waits_before = run.waits();
        let scope = (self.expiry.stage.get() == Stage::PartWoken).then(|| run.begin_scope());
        let (poll, gives) = gives_value(|| self.future.as_mut().poll(cx));
        if scope.is_some_and(|before| run.end_scope(before)) {
            self.expiry.stage.set(Stage::PartAsked);
        }
        let Poll::Ready(result) = poll else {
            if self.expiry.stage.get() == Stage::Open {
                self.expiry.waits.set(run.waits() - waits_before);
                // As in asyncio, a limit around an emit stops its task, whatever that does meanwhile.
                *self.expiry.part.borrow_mut() = (!gives).then(|| run.wakeup(cx));
            }
            return Poll::Pending;
        };
        if let Some(alarm) = &self.alarm {
            alarm.cancel();
        }
        let is_due = match self.expiry.stage.get() {
            // Somebody else who asked as well must be heard, whatever the limit has to say.
            Stage::TaskAsked => run.uncancel(run.current_task()) <= self.cancels_before,
            Stage::PartAsked => true,
            Stage::Open | Stage::PartWoken => false,
        };
        if !is_due {
            return Poll::Ready(result);
        }
        Poll::Ready(match result {
            Err(Error::Cancelled(_)) => Err(Error::TimedOut),
            other => other,
        })
    }
}

impl<T> Drop for Timeout<'_, T> {
    fn drop(&mut self) {
        if let Some(alarm) = self.alarm.take() {
            alarm.cancel();
        }
    }
}
