//! What is known of requests to stop.

use std::sync::Arc;

use super::{Delivery, Forward, Phase, Scope, State};
use crate::aio::trace::{Canceller, TaskId, What};

impl State {
    /// Notes that a task is asked to stop. Says to whom to pass that on; none if there is nothing left to stop, or if the
    /// request has come round in a circle.
    pub(in crate::aio) fn request_cancel(
        &mut self,
        task: TaskId,
        by: Canceller,
        message: Option<&Arc<str>>,
    ) -> Option<Forward> {
        if self.is_finished(task) {
            // As in asyncio, who cancels a task that has failed is not interested in why.
            self.see_error(task);
            return None;
        }
        let slot = &mut self.tasks[task.index()];
        let rest = slot.rest();
        if rest.passing_on {
            return None;
        }
        rest.cancels += 1;
        if !rest.hit {
            rest.message = message.cloned();
        }
        let forward = rest.forward.clone();
        rest.passing_on = !matches!(forward, Forward::Own);
        self.trace.record(task, What::CancelRequested(by), None);
        Some(forward)
    }

    /// Notes that a request to stop has been passed on through the task, to the last who took it.
    pub(in crate::aio) fn passed_on(&mut self, task: TaskId, last: TaskId) {
        let mut next = Some(task);
        while let Some(task) = next.take()
            && let Some(rest) = self.slot(task).rest.as_deref_mut()
        {
            rest.passing_on = false;
            // Behind the last stand those through whom an outer request is still on its way.
            if task != last
                && let Forward::Task(child) = rest.forward
            {
                next = Some(child);
            }
        }
    }

    /// To whom a request to stop the task is to be passed on.
    pub(in crate::aio) fn forward(&self, task: TaskId) -> Forward {
        self.tasks[task.index()].rest.as_ref().map_or(Forward::Own, |rest| rest.forward.clone())
    }

    /// Has the task find a request to stop at its await.
    pub(in crate::aio) fn deliver_cancel(&mut self, task: TaskId, delivery: Delivery) {
        if delivery == Delivery::PassedOn {
            return;
        }
        if self.current == Some(task) {
            self.must_cancel = true;
            return;
        }
        let slot = self.slot(task);
        slot.must_cancel = true;
        if delivery == Delivery::AtOnce {
            slot.rest().hit |= slot.phase == Phase::Away;
            self.wake(task);
        }
    }

    /// Forgets a request that the current task has not seen yet; says whether there was one.
    #[inline]
    pub(in crate::aio) fn withdraw_cancel(&mut self) -> bool {
        let asked = std::mem::take(&mut self.must_cancel);
        if asked && let Some(answered) = &mut self.scope {
            *answered = true;
        }
        asked
    }

    /// How many things the current task has said that it waits for, since it is being polled.
    pub(in crate::aio) fn waits(&self) -> u32 {
        self.waits
    }

    /// How many things a suspended task said that it waits for when it was polled last.
    pub(in crate::aio) fn waits_of(&self, task: TaskId) -> u32 {
        self.tasks[task.index()].rest.as_ref().map_or(1, |rest| rest.waits.max(1))
    }

    /// Begins to poll a part of the current task that alone is asked to stop. Gives what was so before.
    pub(in crate::aio) fn begin_scope(&mut self) -> Scope {
        Scope { must_cancel: std::mem::replace(&mut self.must_cancel, true), outer: self.scope.replace(false) }
    }

    /// Ends that. Says whether the request has been answered.
    pub(in crate::aio) fn end_scope(&mut self, Scope { must_cancel, outer }: Scope) -> bool {
        let answered = std::mem::replace(&mut self.scope, outer) == Some(true);
        // What comes after the answer is for the whole task.
        self.must_cancel = must_cancel || (answered && self.must_cancel);
        answered
    }

    /// Whether it is a part of the current task that is asked to stop.
    pub(in crate::aio) fn is_in_scope(&self) -> bool {
        self.scope.is_some()
    }

    /// Forgets a request that a task has not seen yet.
    fn withdraw_cancel_of(&mut self, task: TaskId) {
        if self.current == Some(task) {
            self.must_cancel = false;
            if let Some(rest) = &mut self.slot(task).rest {
                rest.hit = false;
            }
            return;
        }
        // One that has hit an await is past recall: the await ends with it.
        let slot = self.slot(task);
        slot.must_cancel &= slot.rest.as_ref().is_some_and(|rest| rest.hit);
    }

    /// What was said with the last request to stop the task.
    pub(in crate::aio) fn message(&self, task: TaskId) -> Option<Arc<str>> {
        self.tasks[task.index()].rest.as_ref()?.message.clone()
    }

    /// What was said with the request to stop that the task has just seen.
    pub(in crate::aio) fn take_message(&mut self, task: TaskId) -> Option<Arc<str>> {
        let rest = self.slot(task).rest.as_mut()?;
        rest.hit = false;
        rest.message.take()
    }

    /// Whether a task has been asked to stop and has not noticed yet.
    pub(in crate::aio) fn is_cancelled(&self, task: TaskId) -> bool {
        if self.current == Some(task) { self.must_cancel } else { self.tasks[task.index()].must_cancel }
    }

    /// How many times a task has been asked to stop, by whomever.
    pub(in crate::aio) fn cancels(&self, task: TaskId) -> u32 {
        self.tasks[task.index()].rest.as_ref().map_or(0, |rest| rest.cancels)
    }

    /// Takes back one of the requests to stop a task; gives how many there are left. With the last one, what has not reached
    /// an await is forgotten, as in `CPython` from 3.13 on.
    pub(in crate::aio) fn uncancel(&mut self, task: TaskId) -> u32 {
        let rest = self.slot(task).rest();
        rest.cancels = rest.cancels.saturating_sub(1);
        let left = rest.cancels;
        if left == 0 {
            self.withdraw_cancel_of(task);
        }
        left
    }
}
