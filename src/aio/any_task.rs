//! Handles to tasks whatever they give.

use std::rc::{Rc, Weak};
use std::sync::Arc;

use super::current::try_current;
use super::executor::Run;
use super::trace::{TaskId, What};

/// A handle to a task, whatever it gives: says how it stands, and stops it. Every [`Task`](super::Task) is one as well.
///
/// Clones are handles to the same task. Dropping them does nothing.
#[derive(Clone, Debug)]
pub struct AnyTask {
    run: Weak<Run>,
    id: TaskId,
}

/// The task that is running now; none outside a task.
///
/// asyncio: `current_task`.
#[must_use]
pub fn current_task() -> Option<AnyTask> {
    let run = try_current()?;
    Some(AnyTask::new(&run, run.current()?))
}

impl AnyTask {
    pub(super) fn new(run: &Rc<Run>, id: TaskId) -> Self {
        Self { run: Rc::downgrade(run), id }
    }

    pub(super) fn run(&self) -> Option<Rc<Run>> {
        self.run.upgrade()
    }

    /// A handle that can be kept apart.
    #[must_use]
    pub fn any(&self) -> Self {
        self.clone()
    }

    /// The task's id in the trace.
    #[must_use]
    pub fn id(&self) -> TaskId {
        self.id
    }

    /// Its name in the trace: the one that it was given, else `main` or `task 7`. None once its run is gone.
    ///
    /// asyncio: `get_name`.
    #[must_use]
    pub fn name(&self) -> Option<Arc<str>> {
        self.run().map(|run| run.read_trace(|trace| trace.name(self.id)))
    }

    /// Gives the task a name for the trace.
    ///
    /// asyncio: `set_name`.
    pub fn rename(&self, name: impl Into<Arc<str>>) {
        let name = name.into();
        if let Some(run) = self.run() {
            run.with_trace(|trace| trace.name_task(self.id, name));
        }
    }

    /// Whether the task has ended, by result, error or cancellation.
    ///
    /// asyncio: `done`.
    #[must_use]
    pub fn is_finished(&self) -> bool {
        self.run().is_none_or(|run| run.is_finished(self.id))
    }

    /// Asks the task to stop: [`Error::Cancelled`](super::Error::Cancelled) arrives at the await where it stands. Says
    /// whether it was still going.
    ///
    /// A task that has not run yet ends without running; one that awaits others passes the request on to them. One that
    /// awaits a future from elsewhere sees it at its next await that is not.
    ///
    /// asyncio: `cancel`.
    #[expect(clippy::must_use_candidate, reason = "most callers do not care")]
    pub fn cancel(&self) -> bool {
        self.run().is_some_and(|run| run.cancel_from_anywhere(self.id, None))
    }

    /// Asks the task to stop, and says why: [`Error::Cancelled`](super::Error::Cancelled) carries the message.
    ///
    /// asyncio: `cancel(msg)`.
    pub fn cancel_with(&self, message: impl Into<Arc<str>>) -> bool {
        let message = message.into();
        self.run().is_some_and(|run| run.cancel_from_anywhere(self.id, Some(&message)))
    }

    /// How many requests to stop the task there have been that nobody has taken back.
    ///
    /// asyncio: `cancelling`.
    #[must_use]
    pub fn cancelling(&self) -> u32 {
        self.run().map_or(0, |run| run.cancels(self.id))
    }

    /// Takes one request to stop the task back; says how many are left. If none is, one that the task has not seen yet is
    /// forgotten.
    ///
    /// For code that stops a task for a reason of its own, and goes on with it; who merely catches the cancellation to clean
    /// up passes it on instead.
    ///
    /// asyncio: `uncancel`, as from `CPython` 3.13 on.
    #[expect(clippy::must_use_candidate, reason = "most callers do not care")]
    pub fn uncancel(&self) -> u32 {
        let Some(run) = self.run() else { return 0 };
        let had = run.cancels(self.id);
        let left = run.uncancel(self.id);
        if left < had {
            run.record_of(self.id, What::Uncancelled, None);
        }
        left
    }
}
