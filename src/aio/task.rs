//! Tasks: futures that the loop runs on its own.

use std::any::{Any, TypeId};
use std::fmt::Debug;
use std::marker::PhantomData;
use std::panic::Location;
use std::pin::Pin;
use std::rc::{Rc, Weak};
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use futures::future::{MaybeDone, maybe_done};

use super::current::{current, with_current};
use super::executor::Run;
use super::state::Forward;
use super::trace::{Outcome, TaskId, Wait};
use super::{Error, Result};

/// A task's future, whatever its type, and then, in the same place, its output.
pub(super) trait Body {
    /// Polls the future. Says how it ended.
    fn run(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Outcome>;

    /// Moves the output into `slot`, an `Option<Result<T>>`.
    fn take_output(self: Pin<&mut Self>, slot: &mut dyn Any);
}

pub(super) type PinnedBody = Pin<Box<dyn Body>>;

impl<F, T> Body for MaybeDone<F>
where
    F: Future<Output = Result<T>>,
    T: Debug + 'static,
{
    fn run(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Outcome> {
        ready!(self.as_mut().poll(cx));
        Poll::Ready(self.output_mut().map_or(Outcome::Cancelled, |result| outcome_of(result)))
    }

    fn take_output(self: Pin<&mut Self>, slot: &mut dyn Any) {
        if let Some(slot) = slot.downcast_mut::<Option<Result<T>>>() {
            *slot = MaybeDone::take_output(self);
        }
    }
}

pub(super) fn body<F, T>(future: F) -> PinnedBody
where
    F: Future<Output = Result<T>> + 'static,
    T: Debug + 'static,
{
    Box::pin(maybe_done(future))
}

pub(super) fn outcome_of<T: Debug + 'static>(result: &Result<T>) -> Outcome {
    match result {
        Ok(_) if TypeId::of::<T>() == TypeId::of::<()>() => Outcome::Returned(None),
        Ok(value) => Outcome::Returned(Some(format!("{value:?}").into())),
        Err(Error::Cancelled) => Outcome::Cancelled,
        Err(error) => Outcome::Raised(error.to_string().into()),
    }
}

/// Starts a task. It takes its place at the end of the ready queue and first runs when the current task awaits.
///
/// The task goes on whether or not its handle is kept; it ends with the run at the latest.
///
/// asyncio: `create_task`.
///
/// # Panics
///
/// Outside a run.
///
/// ```
/// use interleave::aio::{sleep, spawn};
/// use interleave::host::virtual_time;
/// use std::time::Duration;
///
/// let run = virtual_time::run(async {
///     let tea = spawn(async { sleep(Duration::from_secs(3)).await.map(|()| "tea") }).named("tea");
///     sleep(Duration::from_secs(2)).await?;
///     tea.await
/// });
/// assert_eq!(run.result, Some(Ok("tea")));
/// assert_eq!(run.trace.until(), Duration::from_secs(3));
/// ```
#[doc(alias = "create_task")]
#[track_caller]
pub fn spawn<F, T>(future: F) -> Task<T>
where
    F: Future<Output = Result<T>> + 'static,
    T: Debug + 'static,
{
    let site = Location::caller();
    let body = body(future);
    let (task, refused) = with_current(|run| Task::spawn(run, body, site));
    drop(refused);
    task
}

/// A task's handle: awaits its result, or cancels it.
///
/// Awaiting it while being cancelled passes the cancellation on to the task, and waits for its end. Dropping the handle
/// lets the task go on, its result unseen.
///
/// asyncio: `Task`.
#[derive(Debug)]
#[must_use = "a task goes on without its handle, but nobody sees its result or its error"]
pub struct Task<T> {
    run: Weak<Run>,
    id: TaskId,
    taken: bool,
    output: PhantomData<fn() -> T>,
}

impl<T> Task<T> {
    /// The caller must drop what else comes back, the body of a task that will never run.
    pub(super) fn spawn(
        run: &Rc<Run>,
        body: PinnedBody,
        site: &'static Location<'static>,
    ) -> (Self, Option<PinnedBody>) {
        let (id, refused) = run.spawn(body, site);
        (Self { run: Rc::downgrade(run), id, taken: false, output: PhantomData }, refused)
    }

    /// Gives the task the name that the trace shows.
    ///
    /// asyncio: `create_task(…, name=…)`.
    pub fn named(self, name: impl Into<Arc<str>>) -> Self {
        let name = name.into();
        if let Some(run) = self.run.upgrade() {
            run.with_trace(|trace| trace.name_task(self.id, name));
        }
        self
    }

    /// The task's id in the trace.
    #[must_use]
    pub fn id(&self) -> TaskId {
        self.id
    }

    /// Whether the task has ended, by result, error or cancellation.
    ///
    /// asyncio: `done`.
    #[must_use]
    pub fn is_finished(&self) -> bool {
        self.run.upgrade().is_none_or(|run| run.is_finished(self.id))
    }

    /// Asks the task to stop: [`Error::Cancelled`] arrives at the await where it stands. Says whether it was still going.
    ///
    /// A task that has not run yet ends without running; one that awaits others passes the request on to them.
    ///
    /// asyncio: `cancel`.
    #[expect(clippy::must_use_candidate, reason = "most callers do not care whether it was still going")]
    pub fn cancel(&self) -> bool {
        self.run.upgrade().is_some_and(|run| run.cancel_from_anywhere(self.id))
    }
}

impl<T: 'static> Task<T> {
    /// The result, once the task has ended; none before that, and none once it has been taken.
    pub fn try_result(&mut self) -> Option<Result<T>> {
        let Some(run) = self.run.upgrade() else { return Some(Err(Error::Cancelled)) };
        if self.taken || !run.is_finished(self.id) {
            return None;
        }
        self.taken = true;
        let mut output: Option<Result<T>> = None;
        if let Some(mut body) = run.take_output(self.id) {
            body.as_mut().take_output(&mut output);
        }
        // Without an output it was cancelled before it ran, or dropped with the run.
        Some(output.unwrap_or(Err(Error::Cancelled)))
    }
}

impl<T: 'static> IntoFuture for Task<T> {
    type Output = Result<T>;
    type IntoFuture = Join<T>;

    #[track_caller]
    fn into_future(self) -> Join<T> {
        Join { task: self, site: Location::caller(), waiting: false }
    }
}

impl<T> Drop for Task<T> {
    fn drop(&mut self) {
        if let Some(run) = self.run.upgrade() {
            run.detach(self.id);
        }
    }
}

/// The await of a [`Task`].
#[derive(Debug)]
#[must_use = "futures do nothing unless awaited"]
pub struct Join<T> {
    task: Task<T>,
    site: &'static Location<'static>,
    waiting: bool,
}

impl<T: 'static> Future for Join<T> {
    type Output = Result<T>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<T>> {
        let run = current();
        if self.waiting && run.take_cancel(self.site) {
            return Poll::Ready(Err(Error::Cancelled));
        }
        if let Some(result) = self.task.try_result() {
            return Poll::Ready(result);
        }
        self.waiting = true;
        let id = self.task.id;
        if let Some(its_run) = self.task.run.upgrade() {
            its_run.wake_when_over(id, cx.waker().clone());
            // A task of another run is a thing from elsewhere: ids count within a run.
            if Rc::ptr_eq(&its_run, &run) {
                run.suspend_on(Wait::Task(id), Forward::Task(id), self.site);
            }
        }
        Poll::Pending
    }
}
