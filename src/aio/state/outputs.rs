//! What tasks leave behind, for those who will ask for it.

use super::State;
use crate::aio::error::Error;
use crate::aio::task::{Copier, PinnedBody};
use crate::aio::trace::{TaskId, What};

impl State {
    /// Takes a finished task's output.
    pub(in crate::aio) fn take_output(&mut self, task: TaskId) -> Option<PinnedBody> {
        self.see_error(task);
        self.slot(task).body.take()
    }

    /// Why a task ended without an output, if it did.
    pub(in crate::aio) fn failure(&self, task: TaskId) -> Option<Error> {
        self.tasks[task.index()].rest.as_ref().and_then(|rest| rest.failure.clone())
    }

    /// Notes that somebody has seen the error that a task ended with, if it did.
    pub(in crate::aio) fn see_error(&mut self, task: TaskId) {
        if std::mem::take(&mut self.slot(task).unseen) {
            self.record_of(task, What::Retrieved, None);
        }
    }

    pub(in crate::aio) fn copy_output_with(&mut self, task: TaskId, copier: Copier) {
        self.slot(task).rest().copier = Some(copier);
    }

    /// How to copy a task's output for others who may still ask for it.
    pub(in crate::aio) fn copier(&self, task: TaskId) -> Option<Copier> {
        let slot = &self.tasks[task.index()];
        slot.rest.as_ref().and_then(|rest| rest.copier).filter(|_| slot.claims > 1)
    }

    /// Puts an output back, for others who will ask for it.
    pub(in crate::aio) fn put_output(&mut self, task: TaskId, output: PinnedBody) -> Option<PinnedBody> {
        self.slot(task).body.replace(output)
    }

    /// Keeps why a task ended without an output.
    pub(in crate::aio) fn keep_failure(&mut self, task: TaskId, failure: Error) {
        self.slot(task).rest().failure = Some(failure);
    }

    /// One more may ask for the task's output.
    pub(in crate::aio) fn claim(&mut self, task: TaskId) {
        let slot = self.slot(task);
        slot.claims = slot.claims.saturating_add(1);
    }

    /// One less will ask for the task's output. Gives back what was kept for that.
    #[must_use]
    pub(in crate::aio) fn disclaim(&mut self, task: TaskId) -> impl Sized + use<> {
        let slot = &mut self.tasks[task.index()];
        if slot.claims != u8::MAX {
            slot.claims = slot.claims.saturating_sub(1);
        }
        if slot.claims == 0 && slot.is_finished() { slot.body.take() } else { None }
    }
}
