//! Results that somebody will set.

use std::cell::{Cell, RefCell};
use std::fmt::Debug;
use std::panic::Location;
use std::pin::Pin;
use std::rc::{Rc, Weak};
use std::sync::Arc;
use std::task::{Context, Poll};

use super::current::{Wakeup, current};
use super::executor::Run;
use super::resource::Resource;
use super::state::{Forward, Revoke};
use super::trace::{ResourceKind, TaskId, Wait, What};
use super::{Error, Result};

/// A result that is not there yet: one sets it, others wait for it.
///
/// It belongs to no task. Clones are the same promise. Cancelling a task that waits for it cancels the promise itself, and so
/// everyone who waits for it, as in asyncio; [`shield`](super::shield()) keeps that away from a task. If nobody is left who
/// could set it, whoever waits waits for ever.
///
/// asyncio: `Future`, which is the name of a trait in Rust.
///
/// ```
/// use interleave::aio::{Promise, print, sleep, spawn};
/// use interleave::host::virtual_time;
/// use std::time::Duration;
///
/// let run = virtual_time::run(async {
///     let answer = Promise::new().named("answer");
///     let waiter = spawn({
///         let answer = answer.clone();
///         async move { answer.wait().await }
///     });
///     sleep(Duration::from_secs(1)).await?;
///     answer.set_result(42);
///     waiter.await
/// });
/// assert_eq!(run.result, Some(Ok(42)));
/// ```
pub struct Promise<T> {
    core: Rc<Core<T>>,
}

impl<T> Clone for Promise<T> {
    fn clone(&self) -> Self {
        Self { core: self.core.clone() }
    }
}

impl<T> Default for Promise<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T> Debug for Promise<T> {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Promise").field("is_done", &self.is_done()).finish_non_exhaustive()
    }
}

impl<T> Promise<T> {
    /// A promise without a result.
    #[must_use]
    pub fn new() -> Self {
        Self { core: Rc::new(Core::new(Awaited::Promise(Resource::new(ResourceKind::Promise)))) }
    }

    /// Gives it the name that the trace shows.
    #[must_use]
    pub fn named(self, name: impl Into<Arc<str>>) -> Self {
        if let Awaited::Promise(resource) = &self.core.awaited {
            resource.rename(name);
        }
        self
    }

    /// Whether it has a result, an error or has been cancelled.
    ///
    /// asyncio: `done`.
    #[must_use]
    pub fn is_done(&self) -> bool {
        self.core.is_done.get()
    }

    /// Sets the result and wakes everyone who waits, in the order in which they came. Says whether it had none yet.
    ///
    /// asyncio: `set_result`, which raises `InvalidStateError` if it had one.
    pub fn set_result(&self, value: T) -> bool {
        self.core.settle(Ok(value))
    }

    /// Sets an error in place of a result. Says whether it had neither yet.
    ///
    /// asyncio: `set_exception`.
    #[expect(clippy::must_use_candidate, reason = "most callers do not care")]
    pub fn set_error(&self, error: Error) -> bool {
        self.core.settle(Err(error))
    }

    /// Cancels it: whoever waits gets [`Error::Cancelled`]. Says whether it had no result yet.
    ///
    /// asyncio: `cancel`.
    #[expect(clippy::must_use_candidate, reason = "most callers do not care")]
    pub fn cancel(&self) -> bool {
        self.core.settle(Err(Error::Cancelled(None)))
    }

    /// The result, if there is one.
    ///
    /// asyncio: `result`, which raises `InvalidStateError` if there is none.
    #[must_use]
    pub fn result(&self) -> Option<Result<T>>
    where
        T: Clone,
    {
        self.core.result.borrow().clone()
    }

    /// Waits for the result.
    ///
    /// # Errors
    ///
    /// The error that was set, or [`Error::Cancelled`].
    ///
    /// asyncio: `await future`.
    #[track_caller]
    pub fn wait(&self) -> impl Future<Output = Result<T>> + use<T>
    where
        T: Clone + 'static,
    {
        Awaiting::new(self.core.clone(), Location::caller(), |result| result.clone())
    }

    /// Calls `callback` once there is a result, in a job of its own; if there is one already, soon.
    ///
    /// asyncio: `add_done_callback`.
    ///
    /// # Panics
    ///
    /// Outside a run.
    pub fn on_done(&self, callback: impl FnOnce(&Self) + 'static)
    where
        T: 'static,
    {
        let run = current();
        let promise = self.clone();
        let call = Box::new(move || callback(&promise));
        if self.is_done() {
            run.call_soon(call);
        } else {
            self.core.hearers.borrow_mut().push((0, Hearer::Call(Rc::downgrade(&run), call)));
        }
    }
}

/// What is awaited, as the trace shows it.
pub(super) enum Awaited {
    Promise(Resource),
    /// A task's end.
    Task(TaskId),
}

/// What a promise and a shield have in common: a result, and who waits for it.
pub(super) struct Core<T> {
    awaited: Awaited,
    is_done: Cell<bool>,
    result: RefCell<Option<Result<T>>>,
    /// In the order in which they came; waiters by their numbers.
    hearers: RefCell<Vec<(u64, Hearer)>>,
    waiters: Cell<u64>,
}

enum Hearer {
    Waiter(Wakeup),
    Call(Weak<Run>, Box<dyn FnOnce()>),
}

impl<T> Core<T> {
    pub(super) fn new(awaited: Awaited) -> Self {
        let (result, hearers) = (RefCell::new(None), RefCell::default());
        Self { awaited, is_done: Cell::new(false), result, hearers, waiters: Cell::new(0) }
    }

    pub(super) fn settle(&self, result: Result<T>) -> bool {
        if self.is_done.replace(true) {
            return false;
        }
        if let Awaited::Promise(resource) = &self.awaited {
            resource.touch();
        }
        *self.result.borrow_mut() = Some(result);
        for (_, hearer) in self.hearers.take() {
            match hearer {
                Hearer::Waiter(wakeup) => wakeup.wake(),
                Hearer::Call(run, call) => {
                    if let Some(run) = run.upgrade() {
                        run.call_soon(call);
                    }
                }
            }
        }
        true
    }

    fn wait(&self) -> Wait {
        match &self.awaited {
            Awaited::Promise(resource) => resource.wait(),
            Awaited::Task(task) => Wait::Task(*task),
        }
    }
}

impl<T> Revoke for Core<T> {
    fn revoke(&self, message: Option<&Arc<str>>) -> bool {
        self.settle(Err(Error::Cancelled(message.cloned())))
    }
}

/// The await of a result.
pub(super) struct Awaiting<T> {
    core: Rc<Core<T>>,
    site: &'static Location<'static>,
    /// Gets the result out.
    read: fn(&mut Option<Result<T>>) -> Option<Result<T>>,
    /// The number among those who wait.
    waiter: Option<u64>,
}

impl<T> Awaiting<T> {
    pub(super) fn new(
        core: Rc<Core<T>>,
        site: &'static Location<'static>,
        read: fn(&mut Option<Result<T>>) -> Option<Result<T>>,
    ) -> Self {
        Self { core, site, read, waiter: None }
    }
}

impl<T: 'static> Future for Awaiting<T> {
    type Output = Result<T>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<T>> {
        let run = current();
        if self.waiter.is_some()
            && let Some(cancelled) =
                run.take_cancel_of(self.site, || (self.read)(&mut self.core.result.borrow_mut()).and_then(Result::err))
        {
            run.passes_on(&Forward::Promise(self.core.clone()));
            return Poll::Ready(Err(cancelled));
        }
        let core = self.core.clone();
        if core.is_done.get() {
            let result = (self.read)(&mut core.result.borrow_mut()).unwrap_or(Err(Error::Cancelled(None)));
            let asked = || run.cancels(run.current_task()) > 0;
            if self.waiter.take().is_some() && result.as_ref().is_err_and(Error::is_cancelled) && asked() {
                // The request was passed on to the promise, and comes back from there.
                run.record(What::CancelDelivered, Some(self.site));
            }
            return Poll::Ready(result);
        }
        let wakeup = run.wakeup(cx);
        let mut hearers = core.hearers.borrow_mut();
        let waiter = self.waiter;
        if let Some((_, hearer)) = hearers.iter_mut().find(|(number, _)| Some(*number) == waiter) {
            *hearer = Hearer::Waiter(wakeup);
        } else {
            let number = core.waiters.get() + 1;
            core.waiters.set(number);
            hearers.push((number, Hearer::Waiter(wakeup)));
            self.waiter = Some(number);
        }
        drop(hearers);
        run.suspend_on(core.wait(), Forward::Promise(core), self.site);
        Poll::Pending
    }
}

impl<T> Drop for Awaiting<T> {
    fn drop(&mut self) {
        if let Some(waiter) = self.waiter {
            self.core.hearers.borrow_mut().retain(|(number, _)| *number != waiter);
        }
    }
}
