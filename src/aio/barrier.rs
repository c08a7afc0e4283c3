//! All or nobody.

use std::cell::Cell;
use std::panic::Location;
use std::rc::Rc;
use std::sync::Arc;

use super::line::Line;
use super::resource::Resource;
use super::trace::ResourceKind;
use super::{Error, Result};

/// Holds tasks up until so many of them are there, and then lets them all through; again and again. Clones are the same
/// barrier.
///
/// asyncio: `Barrier`.
///
/// ```
/// use interleave::aio::{Barrier, gather, now, sleep};
/// use interleave::host::virtual_time;
/// use std::time::Duration;
///
/// let run = virtual_time::run(async {
///     let barrier = Barrier::new(3);
///     let party = |seconds, barrier: Barrier| async move {
///         sleep(Duration::from_secs(seconds)).await?;
///         barrier.wait().await?;
///         Ok(now().as_secs())
///     };
///     gather([1, 2, 3].map(|seconds| party(seconds, barrier.clone()))).await
/// });
/// assert_eq!(run.result, Some(Ok(vec![3, 3, 3])));
/// ```
#[derive(Clone, Debug)]
pub struct Barrier {
    state: Rc<State>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    /// Parties come, and wait for the rest.
    Filling,
    /// They are all there, and go. Whoever comes now waits until the last of them is gone.
    Draining,
    /// They go with an error. Whoever comes now waits until the last of them is gone.
    Resetting,
    Broken,
}

/// In asyncio a barrier is built on a condition. Its lock is never waited for, since nobody who holds it awaits anything but
/// the condition: so the condition's line is all that there is to it.
#[derive(Debug)]
struct State {
    parties: usize,
    phase: Cell<Phase>,
    /// How many are inside: those who wait and, while they go, those who are not gone.
    inside: Cell<usize>,
    line: Line,
    resource: Resource,
}

impl State {
    /// Waits until there is a phase in which to go on.
    async fn until(&self, may_go_on: fn(Phase) -> bool, site: &'static Location<'static>) -> Result<()> {
        while !may_go_on(self.phase.get()) {
            let leaving = Leaving(&self.line);
            self.line.stand(self.resource.wait(), site).await?;
            std::mem::forget(leaving);
        }
        Ok(())
    }

    fn change(&self, phase: Phase) {
        self.phase.set(phase);
        self.line.call_all();
    }
}

/// Whoever leaves the line otherwise than by having been called has another one called in its stead, who finds that nothing
/// has changed and goes to the end of the line: what a condition does, from `CPython` 3.13 on.
struct Leaving<'a>(&'a Line);

impl Drop for Leaving<'_> {
    fn drop(&mut self) {
        self.0.call_next();
    }
}

/// A party that is inside; dropping it is leaving.
struct Inside<'a>(&'a State);

impl Drop for Inside<'_> {
    fn drop(&mut self) {
        let State { phase, inside, .. } = self.0;
        inside.set(inside.get() - 1);
        if inside.get() == 0 {
            self.0.change(if phase.get() == Phase::Broken { Phase::Broken } else { Phase::Filling });
        }
    }
}

impl Barrier {
    /// A barrier for this many parties.
    ///
    /// # Panics
    ///
    /// Without parties there is nobody to wait for; asyncio raises `ValueError`.
    #[must_use]
    pub fn new(parties: usize) -> Self {
        assert!(parties >= 1, "parties must be >= 1");
        let state = State {
            parties,
            phase: Cell::new(Phase::Filling),
            inside: Cell::new(0),
            line: Line::default(),
            resource: Resource::with_limit(ResourceKind::Barrier, Some(parties)),
        };
        Self { state: Rc::new(state) }
    }

    /// Gives it the name that the trace shows.
    #[must_use]
    pub fn named(self, name: impl Into<Arc<str>>) -> Self {
        self.state.resource.rename(name);
        self
    }

    /// How many parties go through at once.
    #[must_use]
    pub fn parties(&self) -> usize {
        self.state.parties
    }

    /// How many parties wait for the rest.
    ///
    /// asyncio: `n_waiting`.
    #[must_use]
    pub fn waiting(&self) -> usize {
        if self.state.phase.get() == Phase::Filling { self.state.inside.get() } else { 0 }
    }

    /// Whether nobody can wait here, since somebody has called [`abort`](Self::abort).
    ///
    /// asyncio: `broken`.
    #[must_use]
    pub fn is_broken(&self) -> bool {
        self.state.phase.get() == Phase::Broken
    }

    /// Waits until all parties are there; the last one does not wait. Gives how many were there before.
    ///
    /// A party that is cancelled or dropped leaves, and the others wait on for one more. It does not renumber them: whoever
    /// comes then may get a number that another one has.
    ///
    /// # Errors
    ///
    /// [`Error::BrokenBarrier`] after [`abort`](Self::abort), and for those who wait also after [`reset`](Self::reset);
    /// [`Error::Cancelled`] when the task is cancelled while it waits.
    ///
    /// asyncio: `wait`, `async with barrier`.
    #[track_caller]
    pub fn wait(&self) -> impl Future<Output = Result<usize>> + use<> {
        let (state, site) = (self.state.clone(), Location::caller());
        async move {
            state.until(|phase| !matches!(phase, Phase::Draining | Phase::Resetting), site).await?;
            if state.phase.get() == Phase::Broken {
                return Err(Error::BrokenBarrier);
            }
            let index = state.inside.get();
            state.inside.set(index + 1);
            let _inside = Inside(&state);
            if index + 1 == state.parties {
                state.change(Phase::Draining);
                return Ok(index);
            }
            state.until(|phase| phase != Phase::Filling, site).await?;
            if state.phase.get() == Phase::Draining { Ok(index) } else { Err(Error::BrokenBarrier) }
        }
    }

    /// Sends those who wait away with [`Error::BrokenBarrier`]; then the barrier is as new, even if it was broken.
    ///
    /// asyncio: `await barrier.reset()`, which never waits either.
    pub fn reset(&self) {
        self.state.change(if self.state.inside.get() > 0 { Phase::Resetting } else { Phase::Filling });
    }

    /// Breaks the barrier: those who wait, and whoever comes later, get [`Error::BrokenBarrier`].
    ///
    /// asyncio: `await barrier.abort()`, which never waits either.
    pub fn abort(&self) {
        self.state.change(Phase::Broken);
    }
}
