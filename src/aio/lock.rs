//! One at a time.

use std::cell::Cell;
use std::panic::Location;
use std::rc::Rc;
use std::sync::Arc;

use super::Result;
use super::line::Line;
use super::trace::Wait;

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
    name: Option<Arc<str>>,
}

#[derive(Debug, Default)]
struct State {
    locked: Cell<bool>,
    line: Line,
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
        Self { name: Some(name.into()), ..self }
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
    /// [`Error::Cancelled`](super::Error::Cancelled) when the task is cancelled while it waits.
    ///
    /// asyncio: `async with lock`, `acquire`.
    #[track_caller]
    pub fn acquire(&self) -> impl Future<Output = Result<LockGuard>> + use<> {
        let (lock, site) = (self.clone(), Location::caller());
        async move {
            if let Some(guard) = lock.try_acquire() {
                return Ok(guard);
            }
            let leaving = Leaving(&lock.state);
            lock.state.line.stand(Wait::Lock(lock.name.clone()), site).await?;
            std::mem::forget(leaving);
            Ok(lock.lock())
        }
    }

    /// Takes it if it is free and nobody waits.
    #[must_use = "dropping the guard frees the lock at once"]
    pub fn try_acquire(&self) -> Option<LockGuard> {
        (!self.is_locked() && self.state.line.is_empty()).then(|| self.lock())
    }

    fn lock(&self) -> LockGuard {
        self.state.locked.set(true);
        LockGuard { state: self.state.clone() }
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
    state: Rc<State>,
}

impl Drop for LockGuard {
    fn drop(&mut self) {
        self.state.locked.set(false);
        self.state.line.call_first();
    }
}
