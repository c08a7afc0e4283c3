//! A limit on how many may be inside, that notices who leaves without having been inside.

use std::panic::Location;
use std::sync::Arc;

use super::trace::ResourceKind;
use super::{Error, Permit, Result, Semaphore};

/// A [`Semaphore`] that never has more places than it was made with: giving back a place that nobody has taken is an error.
///
/// Clones share the places.
///
/// asyncio: `BoundedSemaphore`.
///
/// ```
/// use interleave::aio::{BoundedSemaphore, Error};
/// use interleave::host::virtual_time;
///
/// let run = virtual_time::run(async {
///     let limit = BoundedSemaphore::new(1);
///     limit.acquire().await?.forget();
///     limit.release()?;
///     limit.release()
/// });
/// assert_eq!(run.result, Some(Err(Error::raised("BoundedSemaphore released too many times"))));
/// ```
#[derive(Clone, Debug)]
pub struct BoundedSemaphore {
    places: Semaphore,
}

impl BoundedSemaphore {
    /// A semaphore with this many places, now and for ever.
    #[must_use]
    pub fn new(places: usize) -> Self {
        Self { places: Semaphore::of_kind(ResourceKind::BoundedSemaphore, places) }
    }

    /// Gives it the name that the trace shows.
    #[must_use]
    pub fn named(self, name: impl Into<Arc<str>>) -> Self {
        Self { places: self.places.named(name) }
    }

    /// How many places are free.
    #[must_use]
    pub fn available(&self) -> usize {
        self.places.available()
    }

    /// Waits for a place. The place is given back when the [`Permit`] is dropped.
    ///
    /// Dropping or cancelling the wait leaves the line; a place that had just been handed over goes to the next.
    ///
    /// # Errors
    ///
    /// [`Error::Cancelled`] when the task is cancelled while it waits.
    ///
    /// asyncio: `async with semaphore`, `acquire`.
    #[track_caller]
    pub fn acquire(&self) -> impl Future<Output = Result<Permit>> + use<> {
        self.places.acquire()
    }

    /// Takes a place if one is free and nobody waits.
    #[must_use = "dropping the permit gives the place back at once"]
    #[track_caller]
    pub fn try_acquire(&self) -> Option<Permit> {
        self.places.try_acquire()
    }

    /// Gives a place back: one whose permit was [forgotten](Permit::forget).
    ///
    /// A place that is given back by hand although its permit is still there is given back twice, which the trace shows.
    /// Dropping the permit then adds nothing and is no error: a destructor cannot give one.
    ///
    /// # Errors
    ///
    /// When all places are free.
    ///
    /// asyncio: `release`, which raises `ValueError`.
    #[track_caller]
    pub fn release(&self) -> Result<()> {
        if self.places.release_at(Location::caller()) {
            Ok(())
        } else {
            Err(Error::raised("BoundedSemaphore released too many times"))
        }
    }
}
