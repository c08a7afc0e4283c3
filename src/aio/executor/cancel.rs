//! How a request to stop finds its way.

use std::panic::Location;
use std::rc::Rc;
use std::sync::Arc;

use super::Run;
use crate::aio::error::Error;
use crate::aio::host::When;
use crate::aio::state::{Delivery, Forward, Group, Scope};
use crate::aio::trace::{Canceller, TaskId, What};

impl Run {
    /// Asks a task to stop, from inside a turn. Says whether there was anything left to stop.
    ///
    /// A task that awaits others passes the request on to them, and hears of it when they end; any other finds it at its
    /// await. A request that comes round in a circle of tasks that await each other is found where the circle closes.
    pub(super) fn cancel(&self, task: TaskId, by: Canceller, message: Option<&Arc<str>>) -> bool {
        // A loop, since one task may await another for as long as there are tasks.
        let mut asked = None;
        let mut delivery = Delivery::AtOnce;
        let mut next = Some(task);
        while let Some(task) = next.take() {
            let forward = self.state.borrow_mut().request_cancel(task, by, message);
            let Some(forward) = forward else { break };
            asked = Some(task);
            match forward {
                Forward::Task(child) => next = Some(child),
                other => delivery = self.pass_on(&other, by, message),
            }
        }
        let mut state = self.state.borrow_mut();
        if let Some(asked) = asked {
            state.passed_on(task, asked);
            state.deliver_cancel(asked, delivery);
        }
        asked.is_some()
    }

    /// Asks tasks that are awaited as one to stop.
    fn cancel_group(&self, group: &Group, by: Canceller, message: Option<&Arc<str>>) -> Delivery {
        let mut delivery = Delivery::WhenWoken;
        if !group.over.get() {
            for child in &*group.tasks {
                if self.cancel(*child, by, message) {
                    delivery = Delivery::PassedOn;
                }
            }
            group.cancelled.set(delivery == Delivery::PassedOn || group.cancelled.get());
        }
        delivery
    }

    /// Passes a request to stop on to what a task awaits.
    pub(super) fn pass_on(&self, forward: &Forward, by: Canceller, message: Option<&Arc<str>>) -> Delivery {
        match forward {
            Forward::Task(child) if self.cancel(*child, by, message) => Delivery::PassedOn,
            Forward::Promise(promise) if promise.revoke(message) => Delivery::PassedOn,
            Forward::Group(group) => self.cancel_group(group, by, message),
            Forward::Own | Forward::Task(_) | Forward::Promise(_) => Delivery::AtOnce,
        }
    }

    /// Whether a request that an await has just answered is passed on to what it awaits, so that it goes on waiting. That is
    /// so with a request for a part of a task: one for the whole of it has come that way before it arrives.
    pub(in crate::aio) fn passes_on(&self, forward: &Forward) -> bool {
        self.state.borrow().is_in_scope()
            && self.pass_on(forward, Canceller::Task(self.current_task()), None) == Delivery::PassedOn
    }

    /// Asks a task of a group, or the one that holds the group, to stop, unless it is over.
    pub(in crate::aio) fn cancel_in_group(&self, task: TaskId) {
        if !self.is_finished(task) {
            self.cancel(task, Canceller::Group, None);
        }
    }

    /// Asks a task to stop, in the name of the current task or, outside a turn, of whoever drives the run.
    pub(in crate::aio) fn cancel_from_anywhere(self: &Rc<Self>, task: TaskId, message: Option<&Arc<str>>) -> bool {
        if self.is_over() {
            return false;
        }
        if self.state.borrow().turning {
            return self.cancel(task, self.current().map_or(Canceller::Host, Canceller::Task), message);
        }
        self.tick();
        let asked = self.cancel(task, Canceller::Host, message);
        if asked {
            self.request_turn(When::Soon);
        }
        asked
    }

    /// If the current task has been asked to stop: how its await ends. Asking answers the request.
    #[inline]
    pub(in crate::aio) fn take_cancel(&self, site: &'static Location<'static>) -> Option<Error> {
        let asked = self.state.borrow_mut().withdraw_cancel();
        if asked { Some(self.cancelled_at(site)) } else { None }
    }

    /// The same, in an await of what may have been cancelled itself: whoever awaits that hears of it in its words.
    pub(in crate::aio) fn take_cancel_of(
        &self,
        site: &'static Location<'static>,
        awaited: impl FnOnce() -> Option<Error>,
    ) -> Option<Error> {
        let own = self.take_cancel(site)?;
        Some(awaited().filter(Error::is_cancelled).unwrap_or(own))
    }

    #[inline(never)]
    fn cancelled_at(&self, site: &'static Location<'static>) -> Error {
        let mut state = self.state.borrow_mut();
        state.record(What::CancelDelivered, Some(site));
        let task = state.current_task();
        Error::Cancelled(state.take_message(task))
    }

    /// How many things the current task has said that it waits for, since it is being polled.
    pub(in crate::aio) fn waits(&self) -> u32 {
        self.state.borrow().waits()
    }

    /// How many things a suspended task said that it waits for when it was polled last.
    pub(in crate::aio) fn waits_of(&self, task: TaskId) -> u32 {
        self.state.borrow().waits_of(task)
    }

    /// Begins to poll a part of the current task that alone is asked to stop. Gives what was so before.
    pub(in crate::aio) fn begin_scope(&self) -> Scope {
        self.state.borrow_mut().begin_scope()
    }

    /// Ends that. Says whether the request has been answered.
    pub(in crate::aio) fn end_scope(&self, before: Scope) -> bool {
        self.state.borrow_mut().end_scope(before)
    }

    /// Whether a task has been asked to stop and has not noticed yet.
    pub(in crate::aio) fn is_cancelled(&self, task: TaskId) -> bool {
        self.state.borrow().is_cancelled(task)
    }

    /// How many times a task has been asked to stop, by whomever.
    pub(in crate::aio) fn cancels(&self, task: TaskId) -> u32 {
        self.state.borrow().cancels(task)
    }

    /// Takes back one of the requests to stop a task; gives how many there are left.
    pub(in crate::aio) fn uncancel(&self, task: TaskId) -> u32 {
        self.state.borrow_mut().uncancel(task)
    }
}
