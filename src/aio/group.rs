//! Tasks that end together.

use std::cell::{Cell, RefCell};
use std::fmt::Debug;
use std::panic::Location;
use std::pin::Pin;
use std::rc::{Rc, Weak};
use std::task::{Context, Poll};

use super::current::{Wakeup, current, with_current};
use super::executor::Run;
use super::state::{Forward, Listener, Place};
use super::task::{Task, body};
use super::trace::{TaskId, Wait};
use super::{Error, Result};

/// Runs `work` with a group of tasks, and ends when it and all of them are over.
///
/// When one of the tasks fails, all others are cancelled, and so is `work`; when `work` fails or is cancelled, all tasks are
/// cancelled. Each may clean up, which may take long: the group waits. Tasks are cancelled in the order of their creation
/// (`CPython` keeps them in a set, whose order is not defined).
///
/// Dropping the future asks every task of the group to stop.
///
/// # Errors
///
/// [`Error::Group`] with every error of the tasks, and that of `work`; a cancellation is none of them. Without errors
/// [`Error::Cancelled`], when somebody else asked to stop.
///
/// asyncio: `async with asyncio.TaskGroup()`. How many requests to stop there are left afterwards is as in `CPython` from
/// 3.13 on: one that was the group's own is always taken back.
///
/// # Panics
///
/// Outside a run.
///
/// ```
/// use interleave::aio::{Error, sleep, task_group};
/// use interleave::host::virtual_time;
/// use std::time::Duration;
///
/// let run = virtual_time::run(task_group(|group| async move {
///     drop(group.spawn(sleep(Duration::from_secs(9))));
///     let failing = async {
///         sleep(Duration::from_secs(1)).await?;
///         Err::<(), _>(Error::raised("no such page"))
///     };
///     drop(group.spawn(failing));
///     Ok(())
/// }));
/// assert_eq!(run.result, Some(Err(Error::Group(vec![Error::raised("no such page")]))));
/// assert_eq!(run.trace.until(), Duration::from_secs(1));
/// ```
#[track_caller]
pub fn task_group<W, F, T>(work: W) -> impl Future<Output = Result<T>>
where
    W: FnOnce(TaskGroup) -> F,
    F: Future<Output = Result<T>>,
{
    let site = Location::caller();
    async move {
        let group = TaskGroup::enter();
        let state = group.state.clone();
        let leaving = Leaving(&state);
        let mut result = work(group).await;
        state.exiting.set(true);
        let mut cancelled = result.as_ref().err().filter(|error| error.is_cancelled()).cloned();
        if result.is_err() {
            state.abort();
        }
        while !state.open.borrow().is_empty() {
            let over = Over { state: &state, site, waiting: false };
            if let Err(error) = over.await
                && !state.aborting.get()
            {
                cancelled = Some(error);
                state.abort();
            }
        }
        state.is_over.set(true);
        drop(leaving);
        if state.parent_asked.get() && with_current(|run| run.uncancel(state.parent)) == 0 {
            cancelled = None;
        }
        let mut errors = state.errors.take();
        if let Some(cancelled) = cancelled
            && errors.is_empty()
        {
            return Err(cancelled);
        }
        if let Err(error) = &mut result
            && !error.is_cancelled()
        {
            errors.push(error.clone());
        }
        if errors.is_empty() {
            return result;
        }
        with_current(|run| {
            if run.cancels(state.parent) > 0 {
                // Somebody else asked too: the error comes first, and their request at the next await.
                run.uncancel(state.parent);
                run.cancel_in_group(state.parent);
            }
        });
        Err(Error::Group(errors))
    }
}

/// The tasks of a [`task_group`], to add more to.
///
/// asyncio: `TaskGroup`.
#[derive(Clone, Debug)]
pub struct TaskGroup {
    state: Rc<State>,
}

#[derive(Debug)]
struct State {
    run: Weak<Run>,
    parent: TaskId,
    /// Every task there ever was.
    tasks: RefCell<Vec<TaskId>>,
    /// Those of which it is not known that they are over, in the order of their creation.
    open: RefCell<Vec<TaskId>>,
    /// What tasks have failed with, by their places, until that becomes known.
    failures: RefCell<Vec<Option<Error>>>,
    errors: RefCell<Vec<Error>>,
    aborting: Cell<bool>,
    /// The group has asked the task that holds it to stop.
    parent_asked: Cell<bool>,
    /// The work is done: the group waits for the tasks that are left.
    exiting: Cell<bool>,
    is_over: Cell<bool>,
    waker: RefCell<Option<Wakeup>>,
}

impl State {
    /// What a task has panicked with, which it could not tell itself.
    fn panic_of(&self, task: TaskId) -> Option<Error> {
        let run = self.run.upgrade()?;
        run.failure(task).filter(|error| !error.is_cancelled())
    }

    /// Asks every task to stop that is not over.
    fn abort(&self) {
        if self.aborting.replace(true) {
            return;
        }
        let Some(run) = self.run.upgrade() else { return };
        let open = self.open.borrow().clone();
        for task in open {
            run.cancel_in_group(task);
        }
    }
}

impl Listener for State {
    fn hear_of(&self, place: usize) {
        let task = self.tasks.borrow()[place];
        self.open.borrow_mut().retain(|open| *open != task);
        if self.open.borrow().is_empty()
            && let Some(waker) = self.waker.take()
        {
            waker.wake();
        }
        let Some(run) = self.run.upgrade() else { return };
        run.see_error(task);
        let failure = self.failures.borrow_mut()[place].take();
        let Some(error) = failure.or_else(|| self.panic_of(task)) else { return };
        self.errors.borrow_mut().push(error);
        if self.aborting.get() || self.parent_asked.get() || self.is_over.get() {
            return;
        }
        self.abort();
        self.parent_asked.set(true);
        run.cancel_in_group(self.parent);
    }
}

impl TaskGroup {
    fn enter() -> Self {
        let run = current();
        let state = State {
            run: Rc::downgrade(&run),
            parent: run.current_task(),
            tasks: RefCell::default(),
            open: RefCell::default(),
            failures: RefCell::default(),
            errors: RefCell::default(),
            aborting: Cell::new(false),
            parent_asked: Cell::new(false),
            exiting: Cell::new(false),
            is_over: Cell::new(false),
            waker: RefCell::default(),
        };
        Self { state: Rc::new(state) }
    }

    /// Starts a task in the group. Its handle may be dropped: the group waits for it and hears of its error.
    ///
    /// In a group that is being taken down, or is over, the task is cancelled before it runs; asyncio raises `RuntimeError`
    /// there.
    ///
    /// asyncio: `TaskGroup.create_task`.
    ///
    /// # Panics
    ///
    /// Outside the group's run.
    #[track_caller]
    pub fn spawn<F, T>(&self, future: F) -> Task<T>
    where
        F: IntoFuture<Output = Result<T>>,
        F::IntoFuture: 'static,
        T: Debug + 'static,
    {
        let site = Location::caller();
        let place = self.state.tasks.borrow().len();
        let state = Rc::downgrade(&self.state);
        let future = future.into_future();
        let watched = async move {
            let result = future.await;
            if let Err(error) = &result
                && !error.is_cancelled()
                && let Some(state) = state.upgrade()
            {
                state.failures.borrow_mut()[place] = Some(error.clone());
            }
            result
        };
        let run = current();
        let is_over = self.state.is_over.get() || self.state.exiting.get() && self.state.open.borrow().is_empty();
        let (task, refused) = Task::spawn(&run, body(watched), site);
        drop(refused);
        self.state.tasks.borrow_mut().push(task.id());
        self.state.open.borrow_mut().push(task.id());
        self.state.failures.borrow_mut().push(None);
        let listener = Rc::downgrade(&self.state);
        run.tell_when_over(task.id(), listener, Place::new(place));
        if self.state.aborting.get() || is_over {
            run.cancel_in_group(task.id());
        }
        task
    }
}

/// Takes the group down if it is left in any other way than by its end.
struct Leaving<'a>(&'a State);

impl Drop for Leaving<'_> {
    fn drop(&mut self) {
        if !self.0.is_over.replace(true) {
            self.0.abort();
        }
    }
}

/// Waits until all tasks of the group are over.
struct Over<'a> {
    state: &'a State,
    site: &'static Location<'static>,
    waiting: bool,
}

impl Future for Over<'_> {
    type Output = Result<()>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<()>> {
        let run = current();
        if self.waiting
            && let Some(cancelled) = run.take_cancel(self.site)
        {
            return Poll::Ready(Err(cancelled));
        }
        let open = self.state.open.borrow();
        if open.is_empty() {
            return Poll::Ready(Ok(()));
        }
        run.suspend_on(Wait::Tasks(open.as_slice().into()), Forward::Own, self.site);
        drop(open);
        *self.state.waker.borrow_mut() = Some(run.wakeup(cx));
        self.waiting = true;
        Poll::Pending
    }
}
