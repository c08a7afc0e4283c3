//! Tasks: futures that the loop runs on its own.

use std::any::{Any, TypeId};
use std::fmt::{self, Debug, Write};
use std::marker::PhantomData;
use std::ops::Deref;
use std::panic::Location;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use futures::future::{MaybeDone, maybe_done};

use super::any_task::AnyTask;
use super::current::{Wakeup, current, with_current};
use super::executor::{Run, Waiting};
use super::state::Forward;
use super::trace::{self, Outcome, Wait, What};
use super::{Error, Result};

/// A task's future, whatever its type, and then, in the same place, its output.
pub(super) trait Body {
    /// Polls the future. Says how it ended.
    fn run(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Outcome>;

    /// Moves the output into `slot`, an `Option<Result<T>>`.
    fn take_output(self: Pin<&mut Self>, slot: &mut dyn Any);
}

/// The output of a task, left for others who will ask for it.
struct Kept<T>(Option<Result<T>>);

impl<T> Unpin for Kept<T> {}

impl<T: 'static> Body for Kept<T> {
    fn run(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Outcome> {
        Poll::Ready(Outcome::Cancelled)
    }

    fn take_output(mut self: Pin<&mut Self>, slot: &mut dyn Any) {
        if let Some(slot) = slot.downcast_mut::<Option<Result<T>>>() {
            *slot = self.0.take();
        }
    }
}

/// Makes a copy of an output, an `Option<Result<T>>`.
pub(super) type Copier = fn(&dyn Any) -> PinnedBody;

fn copy<T: Clone + 'static>(output: &dyn Any) -> PinnedBody {
    Box::pin(Kept(output.downcast_ref::<Option<Result<T>>>().cloned().flatten()))
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
        Ok(value) => Outcome::Returned(Some(short(value).into())),
        Err(Error::Cancelled(_)) => Outcome::Cancelled,
        Err(error) => Outcome::Raised(error.to_string().into()),
    }
}

/// As much of a value as the trace shows: results of many tasks would fill more of it than what happened.
fn short(value: &dyn Debug) -> String {
    let mut text = Beginning(String::new());
    if write!(text, "{value:?}").is_err() {
        text.0.push('…');
    }
    text.0
}

/// The beginning of a text; whoever writes more is told to stop.
struct Beginning(String);

impl Write for Beginning {
    fn write_str(&mut self, part: &str) -> fmt::Result {
        let room = trace::OUTPUT_AT_MOST - self.0.len();
        self.0.push_str(&part[..part.floor_char_boundary(room)]);
        if part.len() > room { Err(fmt::Error) } else { Ok(()) }
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
    Task::of(spawn_body(body(future), Location::caller()))
}

/// Apart, since there is a `spawn` for each type of future.
#[inline(never)]
fn spawn_body(body: PinnedBody, site: &'static Location<'static>) -> AnyTask {
    let (task, refused) = with_current(|run| {
        let (id, refused) = run.spawn(body, site);
        (AnyTask::new(run, id), refused)
    });
    drop(refused);
    task
}

/// Something that `gather` and the like can run as a task: a future, for which they make one, or a [`Task`], or a reference
/// to one whose result can be cloned.
pub trait IntoTask {
    /// What the task gives.
    type Output;

    #[doc(hidden)]
    fn into_task(self, site: &'static Location<'static>) -> Task<Self::Output>;
}

impl<F, T> IntoTask for F
where
    F: Future<Output = Result<T>> + 'static,
    T: Debug + 'static,
{
    type Output = T;

    fn into_task(self, site: &'static Location<'static>) -> Task<T> {
        Task::of(spawn_body(body(self), site))
    }
}

impl<T: Debug + 'static> IntoTask for Task<T> {
    type Output = T;

    fn into_task(self, site: &'static Location<'static>) -> Self {
        let is_ours = self.any.run().is_none_or(|its_run| with_current(|run| Rc::ptr_eq(run, &its_run)));
        // A task of another run is something from elsewhere.
        if is_ours { self } else { self.into_future().into_task(site) }
    }
}

impl<T: Clone + Debug + 'static> IntoTask for &Task<T> {
    type Output = T;

    fn into_task(self, site: &'static Location<'static>) -> Task<T> {
        self.clone().into_task(site)
    }
}

/// A task's handle: awaits its result, or cancels it.
///
/// Awaiting it while being cancelled passes the cancellation on to the task, and waits for its end. Dropping the handle
/// lets the task go on, its result unseen. If the result can be cloned so can the handle, and it can be awaited by
/// reference; each handle gets the result.
///
/// asyncio: `Task`.
#[derive(Debug)]
#[must_use = "a task goes on without its handle, but nobody sees its result or its error"]
pub struct Task<T> {
    any: AnyTask,
    taken: bool,
    output: PhantomData<fn() -> T>,
}

impl<T> Deref for Task<T> {
    type Target = AnyTask;

    fn deref(&self) -> &AnyTask {
        &self.any
    }
}

impl<T> Task<T> {
    /// The caller must drop what else comes back, the body of a task that will never run.
    pub(super) fn spawn(
        run: &Rc<Run>,
        body: PinnedBody,
        site: &'static Location<'static>,
    ) -> (Self, Option<PinnedBody>) {
        let (id, refused) = run.spawn(body, site);
        (Self::of(AnyTask::new(run, id)), refused)
    }

    fn of(any: AnyTask) -> Self {
        Self { any, taken: false, output: PhantomData }
    }

    /// Gives the task the name that the trace shows.
    ///
    /// asyncio: `create_task(…, name=…)`.
    pub fn named(self, name: impl Into<Arc<str>>) -> Self {
        self.rename(name);
        self
    }

    /// A second handle.
    pub(super) fn claim(&self) -> Self {
        if let Some(run) = self.any.run() {
            run.claim(self.id());
        }
        Self { any: self.any.clone(), taken: false, output: PhantomData }
    }
}

impl<T: Clone + 'static> Clone for Task<T> {
    fn clone(&self) -> Self {
        if let Some(run) = self.any.run() {
            run.copy_output_with(self.id(), copy::<T>);
        }
        self.claim()
    }
}

impl<T: 'static> Task<T> {
    /// The result, once the task has ended; none before that, and none once this handle has given it.
    pub fn try_result(&mut self) -> Option<Result<T>> {
        let Some(run) = self.any.run() else { return Some(Err(Error::Cancelled(None))) };
        if self.taken || !run.is_finished(self.id()) {
            return None;
        }
        self.taken = true;
        let mut output: Option<Result<T>> = None;
        let Some(mut body) = run.take_output(self.id()) else {
            // It ended without one, was dropped with the run, or somebody has taken it.
            return Some(Err(run.failure(self.id()).unwrap_or(Error::Cancelled(None))));
        };
        body.as_mut().take_output(&mut output);
        if let Some(copy) = run.copier(self.id()) {
            run.put_output(self.id(), copy(&output));
        }
        output
    }

    /// The result, once the task has ended. It stays, to be had again.
    ///
    /// asyncio: `result`, which raises `InvalidStateError` before the end.
    #[must_use]
    pub fn result(&self) -> Option<Result<T>>
    where
        T: Clone,
    {
        self.clone().try_result()
    }

    /// The error that the task has ended with, a cancellation included; none before its end, and none after a result.
    ///
    /// asyncio: `exception`, which raises `CancelledError` after a cancellation, and `InvalidStateError` before the end.
    #[must_use]
    pub fn error(&self) -> Option<Error> {
        let run = self.any.run()?;
        if !run.is_finished(self.id()) {
            return None;
        }
        let Some(mut body) = run.take_output(self.id()) else { return run.failure(self.id()) };
        let mut output: Option<Result<T>> = None;
        body.as_mut().take_output(&mut output);
        let error = output.as_ref().and_then(|output| output.as_ref().err().cloned());
        run.put_output(self.id(), Box::pin(Kept(output)));
        error
    }

    /// Calls `callback` with the task once it has ended, in a job of its own: after what was to happen then before. If it
    /// has ended already, soon.
    ///
    /// The result is there unless somebody has awaited it in the meantime and it cannot be cloned.
    ///
    /// asyncio: `add_done_callback`.
    pub fn on_done(&self, callback: impl FnOnce(&Self) + 'static) {
        let Some(run) = self.any.run() else { return };
        let task = self.claim();
        run.call_when_over(self.id(), Box::new(move || callback(&task)));
    }
}

impl<T: 'static> IntoFuture for Task<T> {
    type Output = Result<T>;
    type IntoFuture = Join<T>;

    #[track_caller]
    fn into_future(self) -> Join<T> {
        Join { task: self, site: Location::caller(), waiting: None, refused: false }
    }
}

impl<T: Clone + 'static> IntoFuture for &Task<T> {
    type Output = Result<T>;
    type IntoFuture = Join<T>;

    #[track_caller]
    fn into_future(self) -> Join<T> {
        self.clone().into_future()
    }
}

impl<T> Drop for Task<T> {
    fn drop(&mut self) {
        if let Some(run) = self.any.run() {
            run.disclaim(self.id());
        }
    }
}

/// The await of a [`Task`].
#[derive(Debug)]
#[must_use = "futures do nothing unless awaited"]
pub struct Join<T> {
    task: Task<T>,
    site: &'static Location<'static>,
    waiting: Option<Waiting>,
    /// It awaits itself, which it hears of in its next turn.
    refused: bool,
}

impl<T: 'static> Future for Join<T> {
    type Output = Result<T>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<T>> {
        let join = &mut *self;
        let run = current();
        if (join.refused || join.waiting.is_some())
            // As in asyncio, a task that is woken looks at what it has waited for before it hears that it is to stop.
            && let Some(cancelled) = run.take_cancel_of(join.site, || join.task.error())
            && (join.refused || !run.passes_on(&Forward::Task(join.task.id())))
        {
            return Poll::Ready(Err(cancelled));
        }
        if join.refused {
            return Poll::Ready(Err(Error::raised("a task cannot await itself")));
        }
        if let Some(result) = join.task.try_result() {
            join.waiting = None;
            return Poll::Ready(result);
        }
        if join.task.taken {
            return Poll::Ready(Err(Error::raised("the task's result has been taken")));
        }
        join.refused = !wait_for(&run, &join.task, &mut join.waiting, join.site, cx);
        Poll::Pending
    }
}

/// Has the current task wait for the end of a task that is not over. Says whether it can: it cannot wait for itself.
fn wait_for(
    run: &Rc<Run>,
    task: &AnyTask,
    waiting: &mut Option<Waiting>,
    site: &'static Location<'static>,
    cx: &Context<'_>,
) -> bool {
    let Some(its_run) = task.run() else { return true };
    // A task of another run is a thing from elsewhere: ids count within a run.
    let is_ours = Rc::ptr_eq(&its_run, run);
    if is_ours && run.current() == Some(task.id()) {
        run.record(What::AwaitedItself, Some(site));
        if !run.yield_current(cx.waker(), site) {
            cx.waker().wake_by_ref();
        }
        return false;
    }
    let wakeup = if is_ours { run.wakeup(cx) } else { Wakeup::Other(cx.waker().clone()) };
    its_run.wake_when_over(task.id(), wakeup, waiting);
    if is_ours {
        run.suspend_on(Wait::Task(task.id()), Forward::Task(task.id()), site);
    }
    true
}

impl<T> Drop for Join<T> {
    fn drop(&mut self) {
        if let Some(waiting) = self.waiting.take()
            && let Some(run) = self.task.run()
        {
            run.forget_waiter(self.task.id(), waiting);
        }
    }
}
