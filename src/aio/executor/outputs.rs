//! What comes of a task, and who wants to hear of it.

use std::rc::{Rc, Weak};
use std::time::Duration;

use super::{Run, Waiting};
use crate::aio::current::Wakeup;
use crate::aio::error::Error;
use crate::aio::host::When;
use crate::aio::state::{CallId, Callee, Listener, Place};
use crate::aio::task::{Copier, PinnedBody};
use crate::aio::trace::{self, Canceller, TaskId, What};

impl Run {
    /// Notes that somebody has seen the error that a task ended with, if it did.
    pub(in crate::aio) fn see_error(&self, task: TaskId) {
        self.state.borrow_mut().see_error(task);
    }

    pub(in crate::aio) fn take_output(&self, task: TaskId) -> Option<PinnedBody> {
        self.state.borrow_mut().take_output(task)
    }

    /// Has the output copied whenever it is taken: there are several who may ask for it.
    pub(in crate::aio) fn copy_output_with(&self, task: TaskId, copier: Copier) {
        self.state.borrow_mut().copy_output_with(task, copier);
    }

    /// How to copy a task's output for others who may still ask for it.
    pub(in crate::aio) fn copier(&self, task: TaskId) -> Option<Copier> {
        self.state.borrow().copier(task)
    }

    /// Why a task ended without an output, if it did.
    pub(in crate::aio) fn failure(&self, task: TaskId) -> Option<Error> {
        self.state.borrow().failure(task)
    }

    pub(in crate::aio) fn put_output(&self, task: TaskId, output: PinnedBody) {
        let replaced = self.state.borrow_mut().put_output(task, output);
        drop(replaced);
    }

    /// Has somebody woken when the task ends; in `call` is kept how to change that.
    pub(in crate::aio) fn wake_when_over(&self, task: TaskId, wakeup: Wakeup, call: &mut Option<Waiting>) {
        let mut state = self.state.borrow_mut();
        let Some(Waiting(call)) = call else {
            *call = Some(Waiting(state.wake_when_over(task, wakeup)));
            return;
        };
        let replaced = state.wake_another(task, *call, wakeup);
        drop(state);
        drop(replaced);
    }

    pub(in crate::aio) fn tell_when_over(&self, task: TaskId, listener: Weak<dyn Listener>, place: Place) -> CallId {
        self.state.borrow_mut().call_when_over(task, Callee::Listener(listener, place))
    }

    pub(in crate::aio) fn call_when_over(&self, task: TaskId, call: Box<dyn FnOnce()>) {
        self.state.borrow_mut().call_when_over(task, Callee::Program(call));
    }

    /// Has something called when its turn has come, in the name of the current task.
    pub(in crate::aio) fn call_soon(self: &Rc<Self>, call: Box<dyn FnOnce()>) {
        if self.is_over() {
            return;
        }
        let mut state = self.state.borrow_mut();
        state.call_soon(Callee::Program(call));
        if !state.turning {
            drop(state);
            self.tick();
            self.request_turn(When::Soon);
        }
    }

    /// What is called from now on was due no earlier than this, whatever its timer says.
    pub(in crate::aio) fn due_no_earlier(&self, since: Duration) {
        let mut state = self.state.borrow_mut();
        if let trace::Waker::Timer { due } = &mut state.cause {
            *due = since.max(*due);
        }
    }

    /// Cancels a task since its time limit has passed; or, if the limit is on a part of it, wakes that to be asked to stop.
    pub(in crate::aio) fn expire(&self, task: TaskId, due: Duration, part: Option<Wakeup>) {
        self.state.borrow_mut().cause = trace::Waker::Timer { due };
        let Some(part) = part else {
            self.cancel(task, Canceller::Timeout, None);
            return;
        };
        self.record_of(task, What::CancelRequested(Canceller::Timeout), None);
        part.wake();
    }

    /// Tells nobody any more that the task is over who waits for it alone.
    pub(in crate::aio) fn forget_waiter(&self, task: TaskId, Waiting(call): Waiting) {
        if !self.is_finished(task) {
            let forgotten = self.state.borrow_mut().forget_call(task, call);
            drop(forgotten);
        }
    }

    /// Tells a listener no more that the task is over.
    pub(in crate::aio) fn forget_listener(&self, task: TaskId, call: CallId) {
        let forgotten = self.state.borrow_mut().forget_call(task, Some(call));
        drop(forgotten);
    }

    /// One more may ask for the task's output.
    pub(in crate::aio) fn claim(&self, task: TaskId) {
        self.state.borrow_mut().claim(task);
    }

    /// One less will ask for the task's output.
    pub(in crate::aio) fn disclaim(&self, task: TaskId) {
        let kept = self.state.borrow_mut().disclaim(task);
        drop(kept);
    }
}
