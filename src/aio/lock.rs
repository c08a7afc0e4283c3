//! One at a time.

use std::cell::Cell;
use std::panic::Location;
use std::rc::Rc;
use std::sync::Arc;

use super::line::Line;
use super::resource::Resource;
use super::trace::{ResourceKind, Use};
use super::{Error, Result};

/// Lets one task at a time into a critical section; the others wait in the order in which they came. Clones are the same
/// lock.
///
/// asyncio: `Lock`.
///
/// ```
/// use interleave::aio::{Lock, gather, sleep};
/// use interleave::host::virtual_time;
/// use std::time::Duration;
///
/// let run = virtual_time::run(async {
///     let lock = Lock::new();
///     let job = |lock: Lock| async move {
///         let _guard = lock.acquire().await?;
///         sleep(Duration::from_secs(1)).await
///     };
///     gather((0..3).map(|_| job(lock.clone()))).await
/// });
/// assert_eq!(run.trace.until(), Duration::from_secs(3));
/// ```
#[derive(Clone, Debug, Default)]
pub struct Lock {
    state: Rc<State>,
}

#[derive(Debug)]
struct State {
    locked: Cell<bool>,
    line: Line,
    resource: Resource,
}

impl Default for State {
    fn default() -> Self {
        Self { locked: Cell::new(false), line: Line::default(), resource: Resource::new(ResourceKind::Lock) }
    }
}

impl State {
    fn unlock(&self, site: Option<&'static Location<'static>>) {
        self.resource.used(Use::Released, site);
        self.locked.set(false);
        self.line.call_first();
    }
}

impl Lock {
    /// A lock that nobody holds.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Gives it the name that the trace shows.
    #[must_use]
    pub fn named(self, name: impl Into<Arc<str>>) -> Self {
        self.state.resource.rename(name);
        self
    }

    /// Whether somebody holds it.
    ///
    /// asyncio: `locked`.
    #[must_use]
    pub fn is_locked(&self) -> bool {
        self.state.locked.get()
    }

    /// Waits until it is free, and takes it. It is free again when the [`LockGuard`] is dropped.
    ///
    /// Dropping or cancelling the wait leaves the line; if its turn had just come, the next one's comes.
    ///
    /// # Errors
    ///
    /// [`Error::Cancelled`] when the task is cancelled while it waits.
    ///
    /// asyncio: `async with lock`, `acquire`.
    #[track_caller]
    pub fn acquire(&self) -> impl Future<Output = Result<LockGuard>> + use<> {
        self.clone().acquire_at(Location::caller())
    }

    pub(super) async fn acquire_at(self, site: &'static Location<'static>) -> Result<LockGuard> {
        if let Some(guard) = self.take(site) {
            return Ok(guard);
        }
        let leaving = Leaving(&self.state);
        self.state.line.stand(self.state.resource.wait(), site).await?;
        std::mem::forget(leaving);
        Ok(self.lock(site))
    }

    /// Takes it if it is free and nobody waits.
    #[must_use = "dropping the guard frees the lock at once"]
    #[track_caller]
    pub fn try_acquire(&self) -> Option<LockGuard> {
        self.take(Location::caller())
    }

    fn take(&self, site: &'static Location<'static>) -> Option<LockGuard> {
        (!self.is_locked() && self.state.line.is_empty()).then(|| self.lock(site))
    }

    fn lock(&self, site: &'static Location<'static>) -> LockGuard {
        self.state.locked.set(true);
        self.state.resource.used(Use::Acquired, Some(site));
        LockGuard { state: Some(self.state.clone()) }
    }

    /// Frees it, whoever holds it: for whoever has [forgotten](LockGuard::forget) the guard.
    ///
    /// # Errors
    ///
    /// [`Error::Raised`] when nobody holds it.
    ///
    /// asyncio: `release`.
    #[track_caller]
    pub fn release(&self) -> Result<()> {
        if !self.is_locked() {
            self.state.resource.used(Use::Released, Some(Location::caller()));
            return Err(Error::raised("the lock is not acquired"));
        }
        self.state.unlock(Some(Location::caller()));
        Ok(())
    }
}

/// Somebody who leaves the line without the lock. Whoever is first then may have waited for that.
struct Leaving<'a>(&'a State);

impl Drop for Leaving<'_> {
    fn drop(&mut self) {
        if !self.0.locked.get() {
            self.0.line.call_first();
        }
    }
}

/// A [`Lock`] that is held; dropping it lets the next one in.
#[derive(Debug)]
#[must_use = "dropping the guard frees the lock at once"]
pub struct LockGuard {
    state: Option<Rc<State>>,
}

impl LockGuard {
    /// Keeps the lock taken until somebody calls [`Lock::release`].
    pub fn forget(mut self) {
        self.state = None;
    }

    /// Frees the lock for a while. Gives it, to be taken again and put back.
    pub(super) fn unlock(&mut self) -> Option<Lock> {
        let state = self.state.take()?;
        state.unlock(None);
        Some(Lock { state })
    }

    /// Whether it holds this lock.
    pub(super) fn is_of(&self, lock: &Lock) -> bool {
        self.state.as_ref().is_some_and(|state| Rc::ptr_eq(state, &lock.state))
    }
}

impl Drop for LockGuard {
    fn drop(&mut self) {
        if let Some(state) = &self.state {
            state.unlock(None);
        }
    }
}
