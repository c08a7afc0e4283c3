//! Keeping a cancellation away from a task.

use std::cell::RefCell;
use std::panic::Location;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};

use super::promise::{Awaited, Awaiting, Core};
use super::state::{Listener, Place};
use super::task::{IntoTask, Task};
use super::{Error, Result};

/// Awaits a task so that a cancellation of the await does not reach it: the await ends, the task goes on.
///
/// A future among the arguments is made a task by this call. Dropping the shield lets the task go on as well; whoever wants
/// to hear of its end keeps a handle: `shield(&task)`. The end of the run cancels it like any other.
///
/// # Errors
///
/// The task's, or [`Error::Cancelled`] when the await is cancelled.
///
/// asyncio: `asyncio.shield`.
///
/// # Panics
///
/// Outside a run.
///
/// ```
/// use interleave::aio::{Error, shield, sleep, spawn, timeout};
/// use interleave::host::virtual_time;
/// use std::time::Duration;
///
/// let run = virtual_time::run(async {
///     let commit = spawn(async { sleep(Duration::from_secs(2)).await.map(|()| "saved") });
///     assert_eq!(timeout(Duration::from_secs(1), shield(&commit)).await, Err(Error::TimedOut));
///     commit.await
/// });
/// assert_eq!(run.result, Some(Ok("saved")));
/// ```
#[track_caller]
pub fn shield<A>(awaitable: A) -> Shield<A::Output>
where
    A: IntoTask,
    A::Output: 'static,
{
    let site = Location::caller();
    let mut task = awaitable.into_task(site);
    let core = Rc::new(Core::new(Awaited::Task(task.id())));
    if let Some(result) = task.try_result() {
        core.settle(result);
    }
    let state = Rc::new(State { task: RefCell::new(task), core: core.clone() });
    let listener = Rc::downgrade(&state);
    let task = state.task.borrow().any();
    if !task.is_finished()
        && let Some(run) = task.run()
    {
        run.tell_when_over(task.id(), listener, Place::new(0));
    }
    Shield { awaiting: Awaiting::new(core, site, Option::take), _state: state }
}

struct State<T> {
    task: RefCell<Task<T>>,
    core: Rc<Core<T>>,
}

impl<T: 'static> Listener for State<T> {
    fn hear_of(&self, _: usize) {
        let result = self.task.borrow_mut().try_result();
        if let Some(result) = result {
            // As in asyncio, why the task was cancelled is not passed on.
            self.core.settle(result.map_err(|error| if error.is_cancelled() { Error::Cancelled(None) } else { error }));
        }
    }
}

/// The future of [`shield`].
#[must_use = "futures do nothing unless awaited"]
pub struct Shield<T> {
    awaiting: Awaiting<T>,
    _state: Rc<State<T>>,
}

impl<T: 'static> Future for Shield<T> {
    type Output = Result<T>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<T>> {
        Pin::new(&mut self.awaiting).poll(cx)
    }
}
