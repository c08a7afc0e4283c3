//! A limit on how many may be inside at once.

use std::cell::Cell;
use std::panic::Location;
use std::rc::Rc;
use std::sync::Arc;

use super::Result;
use super::line::Line;
use super::resource::Resource;
use super::trace::{ResourceKind, Use};

/// Lets a fixed number of tasks in at a time; the others wait in the order in which they came.
///
/// A place that becomes free is handed to the first in line: nobody who comes later can take it. Clones share the places.
///
/// asyncio: `Semaphore`.
///
/// ```
/// use interleave::aio::{Semaphore, gather, sleep};
/// use interleave::host::virtual_time;
/// use std::time::Duration;
///
/// let run = virtual_time::run(async {
///     let limit = Semaphore::new(3);
///     let job = |limit: Semaphore| async move {
///         let _place = limit.acquire().await?;
///         sleep(Duration::from_secs(1)).await
///     };
///     gather((0..10).map(|_| job(limit.clone()))).await
/// });
/// assert_eq!(run.trace.until(), Duration::from_secs(4));
/// ```
#[derive(Clone, Debug)]
pub struct Semaphore {
    state: Rc<State>,
}

#[derive(Debug)]
struct State {
    free: Cell<usize>,
    /// How many may be free at most.
    bound: usize,
    line: Line,
    resource: Resource,
}

impl State {
    /// Says whether a place was taken that could be given back.
    fn release(&self, site: Option<&'static Location<'static>>) -> bool {
        self.resource.used(Use::Released, site);
        let was_taken = self.free.get() < self.bound;
        if was_taken {
            self.put_back();
        }
        was_taken
    }

    fn put_back(&self) {
        self.free.set(self.free.get() + 1);
        self.hand_over();
    }

    /// Gives a free place, if there is one, to the first in line.
    fn hand_over(&self) {
        if self.free.get() > 0 && self.line.call_next() {
            self.free.set(self.free.get() - 1);
        }
    }
}

impl Semaphore {
    /// A semaphore with this many places.
    #[must_use]
    pub fn new(places: usize) -> Self {
        Self::of_kind(ResourceKind::Semaphore, places)
    }

    pub(super) fn of_kind(kind: ResourceKind, places: usize) -> Self {
        let resource = Resource::with_limit(kind, Some(places));
        let bound = if kind == ResourceKind::BoundedSemaphore { places } else { usize::MAX };
        Self { state: Rc::new(State { free: Cell::new(places), bound, line: Line::default(), resource }) }
    }

    /// Gives it the name that the trace shows.
    #[must_use]
    pub fn named(self, name: impl Into<Arc<str>>) -> Self {
        self.state.resource.rename(name);
        self
    }

    /// How many places are free.
    #[must_use]
    pub fn available(&self) -> usize {
        self.state.free.get()
    }

    /// Waits for a place. The place is given back when the [`Permit`] is dropped.
    ///
    /// Dropping or cancelling the wait leaves the line; a place that had just been handed over goes to the next.
    ///
    /// # Errors
    ///
    /// [`Error::Cancelled`](super::Error::Cancelled) when the task is cancelled while it waits.
    ///
    /// asyncio: `async with semaphore`, `acquire`.
    #[track_caller]
    pub fn acquire(&self) -> impl Future<Output = Result<Permit>> + use<> {
        let (state, site) = (self.state.clone(), Location::caller());
        async move {
            if let Some(permit) = Self::take(&state, site) {
                return Ok(permit);
            }
            state.line.stand_or(state.resource.wait(), site, || state.put_back()).await?;
            state.hand_over();
            state.resource.used(Use::Acquired, Some(site));
            Ok(Permit { state: Some(state) })
        }
    }

    /// Takes a place if one is free and nobody waits.
    #[must_use = "dropping the permit gives the place back at once"]
    #[track_caller]
    pub fn try_acquire(&self) -> Option<Permit> {
        Self::take(&self.state, Location::caller())
    }

    fn take(state: &Rc<State>, site: &'static Location<'static>) -> Option<Permit> {
        if !state.line.is_empty() {
            return None;
        }
        state.free.set(state.free.get().checked_sub(1)?);
        state.resource.used(Use::Acquired, Some(site));
        Some(Permit { state: Some(state.clone()) })
    }

    /// Adds a place: one whose permit was [forgotten](Permit::forget), or a new one.
    ///
    /// asyncio: `release`.
    #[track_caller]
    pub fn release(&self) {
        self.release_at(Location::caller());
    }

    /// Says whether a place was taken that could be given back.
    pub(super) fn release_at(&self, site: &'static Location<'static>) -> bool {
        self.state.release(Some(site))
    }
}

/// A place inside a [`Semaphore`]; dropping it hands the place to the next in line.
#[derive(Debug)]
#[must_use = "dropping the permit gives the place back at once"]
pub struct Permit {
    state: Option<Rc<State>>,
}

impl Permit {
    /// Keeps the place taken until somebody calls `release`.
    pub fn forget(mut self) {
        self.state = None;
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        if let Some(state) = &self.state {
            state.release(None);
        }
    }
}
