//! Running many, handling each as it ends.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::panic::Location;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use super::calls::{CallHandle, call_later};
use super::current::current;
use super::line::Line;
use super::state::{Forward, Listener, Place};
use super::task::{IntoTask, Task};
use super::trace::{TaskId, Wait};
use super::{Error, Result};

/// Runs the futures side by side, each in a task of its own, and yields one future for each: the first to be awaited gives
/// the result that arrives first, and so on.
///
/// The tasks are created by this call; a [`Task`] among the arguments is used as it is. Cancelling an await leaves the
/// tasks alone, and an answer that had just come for it goes to the next await; dropping the iterator lets them go on unseen.
///
/// asyncio: `asyncio.as_completed`.
///
/// # Panics
///
/// Outside a run.
///
/// ```
/// use interleave::aio::{as_completed, sleep};
/// use interleave::host::virtual_time;
/// use std::time::Duration;
///
/// let run = virtual_time::run(async {
///     let wait = |seconds| async move { sleep(Duration::from_secs(seconds)).await.map(|()| seconds) };
///     let mut order = Vec::new();
///     for next in as_completed([wait(2), wait(1), wait(3)]) {
///         order.push(next.await?);
///     }
///     Ok(order)
/// });
/// assert_eq!(run.result, Some(Ok(vec![1, 2, 3])));
/// ```
#[track_caller]
pub fn as_completed<I, F, T>(awaitables: I) -> AsCompleted<T>
where
    I: IntoIterator<Item = F>,
    F: IntoTask<Output = T>,
    T: 'static,
{
    let site = Location::caller();
    of_tasks(awaitables.into_iter().map(|awaitable| awaitable.into_task(site)).collect())
}

/// Apart, since there is an `as_completed` for each type of argument.
#[inline(never)]
fn of_tasks<T: 'static>(tasks: Vec<Task<T>>) -> AsCompleted<T> {
    let run = current();
    let ids: Arc<[TaskId]> = tasks.iter().map(|task| task.id()).collect();
    let state = Rc::new(State {
        tasks: RefCell::new(tasks),
        done: RefCell::default(),
        open: Cell::new(ids.len()),
        line: Line::default(),
        alarm: RefCell::default(),
        left: Cell::new(ids.len()),
        ids,
    });
    for (place, id) in state.ids.iter().enumerate() {
        let state = Rc::downgrade(&state);
        run.tell_when_over(*id, state, Place::new(place));
    }
    AsCompleted { state }
}

/// The iterator of [`as_completed`].
#[derive(Debug)]
#[must_use = "the tasks run, but nobody sees their results or errors"]
pub struct AsCompleted<T> {
    state: Rc<State<T>>,
}

impl<T: 'static> AsCompleted<T> {
    /// Waits for so long at most, from now on: what is not there by then is an [`Error::TimedOut`], once for each task that
    /// goes on.
    ///
    /// asyncio: `as_completed(…, timeout=…)`.
    pub fn within(self, limit: Duration) -> Self {
        // The timer keeps the state: as in asyncio it is there until it fires or all tasks are over.
        let state = self.state.clone();
        let alarm = call_later(limit, move || state.give_up());
        if self.state.open.get() > 0 {
            *self.state.alarm.borrow_mut() = Some(alarm);
        } else {
            alarm.cancel();
        }
        self
    }
}

#[derive(Debug)]
struct State<T> {
    tasks: RefCell<Vec<Task<T>>>,
    /// Places of tasks that are over and not yet handed out; none for one whose time is up.
    done: RefCell<VecDeque<Option<usize>>>,
    /// How many may still come.
    open: Cell<usize>,
    line: Line,
    alarm: RefCell<Option<CallHandle>>,
    left: Cell<usize>,
    ids: Arc<[TaskId]>,
}

impl<T> State<T> {
    fn hand_out(&self, place: Option<usize>) {
        self.done.borrow_mut().push_back(place);
        self.line.call_next();
    }

    fn give_up(&self) {
        for _ in 0..self.open.take() {
            self.hand_out(None);
        }
    }
}

impl<T> Listener for State<T> {
    fn hear_of(&self, place: usize) {
        // Once the time is up nobody waits any more.
        if let Some(open) = self.open.get().checked_sub(1) {
            self.open.set(open);
            if open == 0
                && let Some(alarm) = self.alarm.take()
            {
                alarm.cancel();
            }
            self.hand_out(Some(place));
        }
    }
}

impl<T> Iterator for AsCompleted<T> {
    type Item = NextCompleted<T>;

    #[track_caller]
    fn next(&mut self) -> Option<NextCompleted<T>> {
        let left = self.state.left.get().checked_sub(1)?;
        self.state.left.set(left);
        Some(NextCompleted { state: self.state.clone(), site: Location::caller(), place: None })
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.state.left.get(), Some(self.state.left.get()))
    }
}

/// The next result of [`as_completed`].
#[derive(Debug)]
#[must_use = "futures do nothing unless awaited"]
pub struct NextCompleted<T> {
    state: Rc<State<T>>,
    site: &'static Location<'static>,
    /// Its number in the line.
    place: Option<u64>,
}

impl<T: 'static> Future for NextCompleted<T> {
    type Output = Result<T>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<T>> {
        let run = current();
        if self.place.is_some()
            && let Some(cancelled) = run.take_cancel(self.site)
        {
            self.give_up();
            return Poll::Ready(Err(cancelled));
        }
        let done = self.state.done.borrow_mut().pop_front();
        if let Some(done) = done {
            if let Some(place) = self.place.take() {
                self.state.line.leave(place);
            }
            let Some(done) = done else { return Poll::Ready(Err(Error::TimedOut)) };
            let result = self.state.tasks.borrow_mut()[done].try_result();
            return Poll::Ready(result.unwrap_or(Err(Error::Cancelled(None))));
        }
        let replaced = self.place.and_then(|place| self.state.line.wake_another(place, &run, cx));
        if replaced.is_none() {
            // Called, but somebody else was faster: back to the end of the line.
            if let Some(place) = self.place {
                self.state.line.leave(place);
            }
            self.place = Some(self.state.line.join(&run, cx));
        }
        run.suspend_on(Wait::AnyOf(self.state.ids.clone()), Forward::Own, self.site);
        Poll::Pending
    }
}

impl<T> NextCompleted<T> {
    fn give_up(&mut self) {
        let Some(place) = self.place.take() else { return };
        if self.state.line.leave(place) && !self.state.done.borrow().is_empty() {
            self.state.line.call_next();
        }
    }
}

impl<T> Drop for NextCompleted<T> {
    fn drop(&mut self) {
        self.give_up();
    }
}
