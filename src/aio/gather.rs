//! Running many, waiting for all.

use std::cell::{Cell, RefCell};
use std::panic::Location;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;
use std::task::{Context, Poll};

use super::current::{Wakeup, current};
use super::state::{Forward, Group, Listener, Place};
use super::task::{IntoTask, Task};
use super::trace::{TaskId, Wait};
use super::{Error, Result};

/// Runs the futures side by side, each in a task of its own, and gives their results in the order of the arguments.
///
/// The tasks are created by this call, before anything is awaited; a [`Task`] among the arguments is used as it is. Of one
/// that is over already it hears at once, as in `CPython` from 3.12 on.
///
/// Cancelling the await cancels every task that is not over, and ends with [`Error::Cancelled`] even if they all keep the
/// request to themselves. Dropping it lets them go on.
///
/// # Errors
///
/// The first error, as soon as it happens: the others are not cancelled, and go on unseen.
///
/// asyncio: `asyncio.gather`.
///
/// # Panics
///
/// Outside a run.
///
/// ```
/// use interleave::aio::{gather, sleep};
/// use interleave::host::virtual_time;
/// use std::time::Duration;
///
/// let run = virtual_time::run(async {
///     let wait = |seconds| async move { sleep(Duration::from_secs(seconds)).await.map(|()| seconds) };
///     gather([wait(2), wait(1), wait(3)]).await
/// });
/// assert_eq!(run.result, Some(Ok(vec![2, 1, 3])));
/// assert_eq!(run.trace.until(), Duration::from_secs(3));
/// ```
#[track_caller]
pub fn gather<I, F, T>(awaitables: I) -> Gather<T>
where
    I: IntoIterator<Item = F>,
    F: IntoTask<Output = T>,
    T: 'static,
{
    let site = Location::caller();
    of_tasks(awaitables.into_iter().map(|awaitable| awaitable.into_task(site)).collect(), site)
}

/// Apart, since there is a `gather` for each type of argument.
#[inline(never)]
fn of_tasks<T: 'static>(tasks: Vec<Task<T>>, site: &'static Location<'static>) -> Gather<T> {
    let run = current();
    let ids: Arc<[TaskId]> = tasks.iter().map(|task| task.id()).collect();
    let core = Core {
        group: Rc::new(Group { tasks: ids.clone(), over: Cell::new(tasks.is_empty()), cancelled: Cell::new(false) }),
        open: Cell::new(tasks.len()),
        return_exceptions: Cell::new(false),
        error: RefCell::new(None),
        wakeup: RefCell::default(),
        site,
        waiting: Cell::new(false),
    };
    let state =
        Rc::new(State { core, tasks: RefCell::new(tasks), results: RefCell::default(), errors: RefCell::default() });
    state.results.borrow_mut().resize_with(ids.len(), || None);
    let (over, open): (Vec<_>, Vec<_>) = ids.iter().enumerate().partition(|(_, id)| run.is_finished(**id));
    for (place, id) in open {
        let state = Rc::downgrade(&state);
        // As in asyncio, even one that has given up takes note of what its tasks fail with.
        run.tell_when_over(*id, state, Place::new(place).and_looks_anyway());
    }
    for (place, _) in over {
        state.hear_of(place);
    }
    Gather { state }
}

/// The future of [`gather`].
#[derive(Debug)]
#[must_use = "the tasks run, but nobody sees their results or errors"]
pub struct Gather<T> {
    state: Rc<State<T>>,
}

#[derive(Debug)]
struct State<T> {
    core: Core,
    tasks: RefCell<Vec<Task<T>>>,
    results: RefCell<Vec<Option<T>>>,
    /// Apart, with their places, since there are few.
    errors: RefCell<Vec<(usize, Error)>>,
}

/// What does not depend on the type of the results.
#[derive(Debug)]
struct Core {
    group: Rc<Group>,
    open: Cell<usize>,
    /// An error is a result like any other.
    return_exceptions: Cell<bool>,
    error: RefCell<Option<Error>>,
    wakeup: RefCell<Option<Wakeup>>,
    site: &'static Location<'static>,
    waiting: Cell<bool>,
}

impl Core {
    /// Notes the end of a task and its error, if it has one. `last` is how the last of the arguments was cancelled.
    fn note(&self, error: Option<Error>, last: Option<Error>) {
        if !self.return_exceptions.get() {
            *self.error.borrow_mut() = error;
        }
        if self.open.get() == 0 && self.group.cancelled.get() {
            // Even if every task kept the request to itself: whoever asked shall hear of it. As in asyncio, in the words that
            // the last of the arguments has for it.
            self.error.borrow_mut().get_or_insert(last.unwrap_or(Error::Cancelled(None)));
        }
        if self.open.get() == 0 || self.error.borrow().is_some() {
            self.group.over.set(true);
            if let Some(wakeup) = self.wakeup.take() {
                wakeup.wake();
            }
        }
    }

    /// Waits until the results are there.
    fn poll(&self, cx: &mut Context<'_>) -> Poll<Result<()>> {
        let run = current();
        if self.waiting.get()
            && let Some(cancelled) = run.take_cancel_of(self.site, || self.error.take())
            && !run.passes_on(&Forward::Group(self.group.clone()))
        {
            return Poll::Ready(Err(cancelled));
        }
        if self.group.over.get() {
            return Poll::Ready(self.error.take().map_or(Ok(()), Err));
        }
        *self.wakeup.borrow_mut() = Some(run.wakeup(cx));
        run.suspend_on(Wait::Tasks(self.group.tasks.clone()), Forward::Group(self.group.clone()), self.site);
        self.waiting.set(true);
        Poll::Pending
    }
}

impl<T: 'static> Listener for State<T> {
    fn hear_of(&self, place: usize) {
        self.core.open.set(self.core.open.get() - 1);
        let result = self.tasks.borrow_mut()[place].try_result().unwrap_or(Err(Error::Cancelled(None)));
        let error = match result {
            Ok(value) => {
                self.results.borrow_mut()[place] = Some(value);
                None
            }
            Err(error) => {
                self.errors.borrow_mut().push((place, error.clone()));
                Some(error)
            }
        };
        if !self.core.group.over.get() && (error.is_some() || self.core.open.get() == 0) {
            let last = self.results.borrow().len() - 1;
            let errors = self.errors.borrow();
            let last = errors.iter().find(|(place, error)| *place == last && error.is_cancelled());
            self.core.note(error, last.map(|(_, error)| error.clone()));
        }
    }
}

impl<T: 'static> Gather<T> {
    /// Gives every result, the errors among them: an error is a result like any other, and does not end the wait.
    ///
    /// Cancelling the await still ends it with [`Error::Cancelled`].
    ///
    /// asyncio: `gather(…, return_exceptions=True)`.
    pub fn return_exceptions(self) -> GatherAll<T> {
        let core = &self.state.core;
        core.return_exceptions.set(true);
        // It may have heard already of one that was over, with an error.
        core.error.take();
        core.group.over.set(core.open.get() == 0);
        GatherAll { gather: self }
    }
}

impl<T: 'static> Future for Gather<T> {
    type Output = Result<Vec<T>>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let over = self.state.core.poll(cx);
        over.map_ok(|()| self.state.results.take().into_iter().flatten().collect())
    }
}

/// The future of [`Gather::return_exceptions`].
#[derive(Debug)]
#[must_use = "the tasks run, but nobody sees their results or errors"]
pub struct GatherAll<T> {
    gather: Gather<T>,
}

impl<T: 'static> Future for GatherAll<T> {
    type Output = Result<Vec<Result<T>>>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let state = &self.gather.state;
        state.core.poll(cx).map_ok(|()| {
            let mut results: Vec<_> = state.results.take().into_iter().map(|value| value.map(Ok)).collect();
            for (place, error) in state.errors.take() {
                results[place] = Some(Err(error));
            }
            results.into_iter().flatten().collect()
        })
    }
}
