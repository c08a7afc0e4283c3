//! Waiting for some of many tasks.

use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;
use std::panic::Location;
use std::pin::Pin;
use std::rc::{Rc, Weak};
use std::task::{Context, Poll};
use std::time::Duration;

use super::alarms::{Alarm, AlarmKey};
use super::current::{Wakeup, current};
use super::executor::Run;
use super::state::{CallId, Forward, Listener, Place};
use super::task::Task;
use super::trace::{TaskId, Wait};
use super::{Error, Result};

/// What [`wait`] waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReturnWhen {
    /// The first end of a task, however it ends.
    ///
    /// asyncio: `FIRST_COMPLETED`.
    FirstCompleted,
    /// The first task that fails, or the end of all. A cancelled task has not failed.
    ///
    /// asyncio: `FIRST_EXCEPTION`.
    FirstException,
    /// The end of all.
    ///
    /// asyncio: `ALL_COMPLETED`.
    AllCompleted,
}

/// What came of [`wait`]: the tasks, each list in the order of the arguments.
#[derive(Debug)]
pub struct Waited<'a, T> {
    /// Those that are over.
    pub done: Vec<&'a Task<T>>,
    /// Those that go on.
    pub pending: Vec<&'a Task<T>>,
}

/// Waits until some of the tasks are over, and says which. Their results are got from the tasks; those that are not over go
/// on.
///
/// Cancelling or dropping it leaves the tasks alone. It takes at least one turn of the loop, even if all are over already.
///
/// # Errors
///
/// [`Error::Cancelled`] when it is cancelled, and [`Error::Raised`] when there are no tasks.
///
/// asyncio: `asyncio.wait`, which gives sets.
///
/// # Panics
///
/// Outside a run.
///
/// ```
/// use interleave::aio::{ReturnWhen, sleep, spawn, wait};
/// use interleave::host::virtual_time;
/// use std::time::Duration;
///
/// let run = virtual_time::run(async {
///     let tasks = [3, 1, 2].map(|seconds| spawn(sleep(Duration::from_secs(seconds))));
///     let waited = wait(&tasks, ReturnWhen::FirstCompleted).await?;
///     Ok((waited.done.len(), waited.pending.len()))
/// });
/// assert_eq!(run.result, Some(Ok((1, 2))));
/// ```
#[track_caller]
pub fn wait<'a, T: 'static>(tasks: impl IntoIterator<Item = &'a Task<T>>, when: ReturnWhen) -> WaitForTasks<'a, T> {
    let tasks: Vec<&Task<T>> = tasks.into_iter().collect();
    let state = State {
        open: Cell::new(0),
        when,
        tasks: tasks.iter().map(|task| task.claim()).collect(),
        calls: RefCell::default(),
        over: Cell::new(false),
        wakeup: RefCell::default(),
    };
    WaitForTasks { tasks, limit: None, site: Location::caller(), state: Rc::new(state), started: false, alarm: None }
}

/// The future of [`wait`].
#[must_use = "futures do nothing unless awaited"]
pub struct WaitForTasks<'a, T: 'static> {
    tasks: Vec<&'a Task<T>>,
    limit: Option<Duration>,
    site: &'static Location<'static>,
    state: Rc<State<T>>,
    started: bool,
    alarm: Option<(Weak<Run>, AlarmKey)>,
}

struct State<T> {
    open: Cell<usize>,
    when: ReturnWhen,
    tasks: Vec<Task<T>>,
    /// How to withdraw from those that are not over.
    calls: RefCell<Vec<Option<CallId>>>,
    over: Cell<bool>,
    wakeup: RefCell<Option<Wakeup>>,
}

impl<T> State<T> {
    fn release(&self) {
        self.over.set(true);
        if let Some(wakeup) = self.wakeup.take() {
            wakeup.wake();
        }
    }
}

impl<T: 'static> Listener for State<T> {
    fn hear_of(&self, place: usize) {
        if let Some(call) = self.calls.borrow_mut().get_mut(place) {
            *call = None;
        }
        self.open.set(self.open.get() - 1);
        // As in asyncio, the error of the last one is not looked at: it makes no difference.
        let enough = self.open.get() == 0
            || match self.when {
                ReturnWhen::FirstCompleted => true,
                ReturnWhen::FirstException => self.tasks[place].error().is_some_and(|error| !error.is_cancelled()),
                ReturnWhen::AllCompleted => false,
            };
        if enough {
            self.release();
        }
    }
}

impl<T: 'static> WaitForTasks<'_, T> {
    /// Waits for so long at most, and then says how things stand. A time limit is not an error here.
    ///
    /// asyncio: `wait(…, timeout=…)`.
    pub fn within(mut self, limit: Duration) -> Self {
        self.limit = Some(limit);
        self
    }

    fn start(&mut self, run: &Rc<Run>) {
        self.started = true;
        if let Some(limit) = self.limit {
            let state = self.state.clone();
            let key =
                run.set_alarm(run.deadline(limit), Alarm::Call(run.current_task(), Box::new(move || state.release())));
            self.alarm = Some((Rc::downgrade(run), key));
        }
        let mut known = BTreeSet::new();
        for (place, task) in self.tasks.iter().enumerate() {
            if !known.insert(task.id()) {
                // As in asyncio, a task that is named twice is one.
                self.state.calls.borrow_mut().push(None);
                continue;
            }
            self.state.open.set(known.len());
            let listener = Rc::downgrade(&self.state);
            let call = task.run().map(|run| run.tell_when_over(task.id(), listener, Place::new(place)));
            self.state.calls.borrow_mut().push(call);
        }
    }
}

impl<'a, T: 'static> Future for WaitForTasks<'a, T> {
    type Output = Result<Waited<'a, T>>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let run = current();
        if self.tasks.is_empty() {
            return Poll::Ready(Err(Error::raised("there are no tasks to wait for")));
        }
        if self.started {
            if let Some(cancelled) = run.take_cancel(self.site) {
                return Poll::Ready(Err(cancelled));
            }
        } else {
            self.start(&run);
        }
        if self.state.over.get() {
            let (done, pending) = self.tasks.iter().partition(|task| task.is_finished());
            return Poll::Ready(Ok(Waited { done, pending }));
        }
        *self.state.wakeup.borrow_mut() = Some(run.wakeup(cx));
        let ids: Vec<TaskId> = self.tasks.iter().map(|task| task.id()).collect();
        let wait = match self.state.when {
            ReturnWhen::FirstCompleted => Wait::AnyOf(ids.into()),
            ReturnWhen::FirstException | ReturnWhen::AllCompleted => Wait::Tasks(ids.into()),
        };
        run.suspend_on(wait, Forward::Own, self.site);
        Poll::Pending
    }
}

impl<T: 'static> Drop for WaitForTasks<'_, T> {
    fn drop(&mut self) {
        // Whoever gives up is not woken by what comes later: it may wait for something else by then.
        drop(self.state.wakeup.take());
        if let Some((run, key)) = self.alarm.take()
            && let Some(run) = run.upgrade()
        {
            run.clear_alarm(key);
        }
        let mut about_to_be_told = None;
        for (task, call) in self.tasks.iter().zip(self.state.calls.take()) {
            if let Some(call) = call
                && let Some(run) = task.run()
            {
                if task.is_finished() {
                    about_to_be_told = Some(run);
                } else {
                    run.forget_listener(task.id(), call);
                }
            }
        }
        if let Some(run) = about_to_be_told {
            // As in asyncio, that is told still, and may be an error that has been seen then.
            let state = self.state.clone();
            run.call_soon(Box::new(move || drop(state)));
        }
    }
}
