//! A limit on how many may be inside at once.

use std::cell::Cell;
use std::panic::Location;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;
use std::task::{Context, Poll};

use super::current::current;
use super::line::{Line, Place};
use super::state::Forward;
use super::trace::Wait;
use super::{Error, Result};

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
    name: Option<Arc<str>>,
}

#[derive(Debug)]
struct State {
    free: Cell<usize>,
    line: Line,
}

impl State {
    fn release(&self) {
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
        Self { state: Rc::new(State { free: Cell::new(places), line: Line::default() }), name: None }
    }

    /// Gives it the name that the trace shows.
    #[must_use]
    pub fn named(self, name: impl Into<Arc<str>>) -> Self {
        Self { name: Some(name.into()), ..self }
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
    /// [`Error::Cancelled`] when the task is cancelled while it waits.
    ///
    /// asyncio: `async with semaphore`, `acquire`.
    #[track_caller]
    pub fn acquire(&self) -> Acquire {
        Acquire { semaphore: self.clone(), site: Location::caller(), place: None }
    }

    /// Takes a place if one is free and nobody waits.
    #[must_use = "dropping the permit gives the place back at once"]
    pub fn try_acquire(&self) -> Option<Permit> {
        if !self.state.line.is_empty() {
            return None;
        }
        let free = self.state.free.get().checked_sub(1)?;
        self.state.free.set(free);
        Some(Permit { state: self.state.clone() })
    }
}

/// A place inside a [`Semaphore`]; dropping it lets the next one in.
#[derive(Debug)]
#[must_use = "dropping the permit gives the place back at once"]
pub struct Permit {
    state: Rc<State>,
}

impl Drop for Permit {
    fn drop(&mut self) {
        self.state.release();
    }
}

/// The future of [`Semaphore::acquire`].
#[derive(Debug)]
#[must_use = "futures do nothing unless awaited"]
pub struct Acquire {
    semaphore: Semaphore,
    site: &'static Location<'static>,
    place: Option<Rc<Place>>,
}

impl Future for Acquire {
    type Output = Result<Permit>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<Permit>> {
        let run = current();
        match self.place.take() {
            None => {
                if let Some(permit) = self.semaphore.try_acquire() {
                    return Poll::Ready(Ok(permit));
                }
                self.place = Some(self.semaphore.state.line.join(&run, cx));
            }
            Some(place) => {
                self.place = Some(place.clone());
                if run.take_cancel(self.site) {
                    self.give_up();
                    return Poll::Ready(Err(Error::Cancelled));
                }
                if place.is_called() {
                    self.place = None;
                    let state = self.semaphore.state.clone();
                    state.line.leave(&place);
                    state.hand_over();
                    return Poll::Ready(Ok(Permit { state }));
                }
                place.keep(cx);
            }
        }
        run.suspend_on(Wait::Semaphore(self.semaphore.name.clone()), Forward::Own, self.site);
        Poll::Pending
    }
}

impl Acquire {
    fn give_up(&mut self) {
        let Some(place) = self.place.take() else { return };
        let state = &self.semaphore.state;
        state.line.leave(&place);
        if place.is_called() {
            state.release();
        }
    }
}

impl Drop for Acquire {
    fn drop(&mut self) {
        self.give_up();
    }
}
