//! Something that changes under a lock, and those who wait for the change.

use std::panic::Location;
use std::rc::Rc;
use std::sync::Arc;

use super::line::Line;
use super::lock::{Lock, LockGuard};
use super::resource::Resource;
use super::trace::ResourceKind;
use super::{Error, Result};

/// Lets tasks that hold a lock wait until another tells them that something has changed. Clones are the same condition.
///
/// Who waits may go on without having been told: look again at what has changed, as [`wait_for`](Self::wait_for) does.
///
/// asyncio: `Condition`.
///
/// ```
/// use interleave::aio::{Condition, now, sleep, spawn};
/// use interleave::host::virtual_time;
/// use std::{cell::Cell, rc::Rc, time::Duration};
///
/// let run = virtual_time::run(async {
///     let (condition, items) = (Condition::new(), Rc::new(Cell::new(0)));
///     let consumer = spawn({
///         let (condition, items) = (condition.clone(), items.clone());
///         async move {
///             let mut guard = condition.acquire().await?;
///             condition.wait_for(&mut guard, || items.get() > 0).await?;
///             Ok(now())
///         }
///     });
///     sleep(Duration::from_secs(2)).await?;
///     let guard = condition.acquire().await?;
///     items.set(1);
///     condition.notify(&guard, 1)?;
///     drop(guard);
///     consumer.await
/// });
/// assert_eq!(run.result, Some(Ok(Duration::from_secs(2))));
/// ```
#[derive(Clone, Debug)]
pub struct Condition {
    lock: Lock,
    state: Rc<State>,
}

#[derive(Debug)]
struct State {
    line: Line,
    resource: Resource,
}

/// Whoever leaves with an error, or is dropped, may have been told and not gone on. Then another is told in its stead.
struct Leaving<'a>(&'a Line);

impl Drop for Leaving<'_> {
    fn drop(&mut self) {
        self.0.call_next();
    }
}

impl Default for Condition {
    fn default() -> Self {
        Self::new()
    }
}

impl Condition {
    /// A condition with a lock of its own.
    #[must_use]
    pub fn new() -> Self {
        Self::with_lock(Lock::new())
    }

    /// A condition with this lock, which it may share with others.
    ///
    /// asyncio: `Condition(lock)`.
    #[must_use]
    pub fn with_lock(lock: Lock) -> Self {
        let state = State { line: Line::default(), resource: Resource::new(ResourceKind::Condition) };
        Self { lock, state: Rc::new(state) }
    }

    /// Gives it the name that the trace shows. Its lock has a name of its own.
    #[must_use]
    pub fn named(self, name: impl Into<Arc<str>>) -> Self {
        self.state.resource.rename(name);
        self
    }

    /// Whether somebody holds its lock.
    ///
    /// asyncio: `locked`.
    #[must_use]
    pub fn is_locked(&self) -> bool {
        self.lock.is_locked()
    }

    /// Takes its lock: see [`Lock::acquire`].
    ///
    /// # Errors
    ///
    /// [`Error::Cancelled`] when the task is cancelled while it waits.
    ///
    /// asyncio: `async with condition`, `acquire`.
    #[track_caller]
    pub fn acquire(&self) -> impl Future<Output = Result<LockGuard>> + use<> {
        self.lock.acquire()
    }

    /// Frees the lock, waits to be told, and takes the lock again.
    ///
    /// A cancellation arrives once the lock is taken again, which cannot be cancelled; if there are several, the last one
    /// does. Whoever leaves in this way has another one told in its stead, as in `CPython` from 3.13 on; before, what it had
    /// been told was lost, and a cancellation on the way to the lock lost its message.
    ///
    /// Dropping the wait has another one told as well, and leaves a guard that holds nothing.
    ///
    /// # Errors
    ///
    /// [`Error::Cancelled`] when the task is cancelled meanwhile; another one when the guard does not hold this condition's
    /// lock.
    ///
    /// asyncio: `wait`, which raises `RuntimeError` when nobody holds the lock.
    #[track_caller]
    pub fn wait<'a>(&self, guard: &'a mut LockGuard) -> impl Future<Output = Result<()>> + use<'a> {
        let (condition, site) = (self.clone(), Location::caller());
        async move { condition.wait_at(guard, site).await }
    }

    /// Waits, for as often as it takes, until the predicate holds; not at all if it does.
    ///
    /// Dropped or cancelled it does what [`wait`](Self::wait) does.
    ///
    /// # Errors
    ///
    /// As [`wait`](Self::wait).
    ///
    /// asyncio: `wait_for`.
    #[track_caller]
    pub fn wait_for<'a, P>(
        &self,
        guard: &'a mut LockGuard,
        mut predicate: P,
    ) -> impl Future<Output = Result<()>> + use<'a, P>
    where
        P: FnMut() -> bool,
    {
        let (condition, site) = (self.clone(), Location::caller());
        async move {
            while !predicate() {
                condition.wait_at(guard, site).await?;
            }
            Ok(())
        }
    }

    async fn wait_at(&self, guard: &mut LockGuard, site: &'static Location<'static>) -> Result<()> {
        if !guard.is_of(&self.lock) {
            return Err(Error::raised("cannot wait on un-acquired lock"));
        }
        guard.unlock();
        let leaving = Leaving(&self.state.line);
        let mut left = self.state.line.stand(self.state.resource.wait(), site).await;
        loop {
            match self.lock.clone().acquire_at(site).await {
                Ok(taken) => break *guard = taken,
                Err(cancelled) => left = Err(cancelled),
            }
        }
        if left.is_ok() {
            std::mem::forget(leaving);
        }
        left
    }

    /// Tells the first so many of those who wait, in the order in which they came. They go on one after the other, as each
    /// gets the lock.
    ///
    /// # Errors
    ///
    /// When the guard does not hold this condition's lock.
    ///
    /// asyncio: `notify`, which raises `RuntimeError` when nobody holds the lock.
    pub fn notify(&self, guard: &LockGuard, count: usize) -> Result<()> {
        if !guard.is_of(&self.lock) {
            return Err(Error::raised("cannot notify on un-acquired lock"));
        }
        for _ in 0..count {
            if !self.state.line.call_next() {
                break;
            }
        }
        Ok(())
    }

    /// Tells everyone who waits.
    ///
    /// # Errors
    ///
    /// When the guard does not hold this condition's lock.
    ///
    /// asyncio: `notify_all`.
    pub fn notify_all(&self, guard: &LockGuard) -> Result<()> {
        self.notify(guard, usize::MAX)
    }
}
