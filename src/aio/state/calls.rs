//! What is called at the ends of tasks and at other times.

use std::num::NonZeroU32;

use super::{Call, CallId, Callee, Job, State};
use crate::aio::current::Wakeup;
use crate::aio::trace::TaskId;

impl State {
    /// Has somebody woken when the task ends, before everyone who asks for that later.
    pub(in crate::aio) fn wake_when_over(&mut self, task: TaskId, wakeup: Wakeup) -> Option<CallId> {
        let slot = self.slot(task);
        if slot.calls.is_none() && slot.rest().waiter.is_none() {
            slot.rest().waiter = Some(wakeup);
            return None;
        }
        Some(self.call_when_over(task, Callee::Waiter(Box::new(wakeup))))
    }

    /// Replaces whom to wake at the task's end. Gives back who that was.
    #[must_use]
    pub(in crate::aio) fn wake_another(
        &mut self,
        task: TaskId,
        call: Option<CallId>,
        wakeup: Wakeup,
    ) -> Option<Wakeup> {
        let place = match call {
            None => self.slot(task).rest().waiter.as_mut(),
            Some(call) => match &mut self.calls[call.index()] {
                Some(Call { callee: Callee::Waiter(place), .. }) => Some(&mut **place),
                _ => None,
            },
        };
        place.map(|place| std::mem::replace(place, wakeup))
    }

    /// Has something called when the task ends, one job after that, and after what was to be called before.
    pub(in crate::aio) fn call_when_over(&mut self, task: TaskId, callee: Callee) -> CallId {
        let call = self.add_call(task, callee);
        let slot = &mut self.tasks[task.index()];
        if slot.is_finished() {
            self.ready.push(Job::call(call));
            return call;
        }
        let Some(mut last) = slot.calls else {
            slot.calls = Some(call);
            return call;
        };
        while let Some(Call { next: Some(next), .. }) = &self.calls[last.index()] {
            last = *next;
        }
        if let Some(last) = &mut self.calls[last.index()] {
            last.next = Some(call);
        }
        call
    }

    fn add_call(&mut self, task: TaskId, callee: Callee) -> CallId {
        // Places are not used again: a job in the queue, or somebody who wants it forgotten, may still name one.
        self.calls.push(Some(Call { callee, task, next: None }));
        CallId(NonZeroU32::new(self.calls.len() as u32 - 1).expect("the first place is taken"))
    }

    /// Takes out what is to be called now, in whose name, and what comes after it.
    pub(in crate::aio) fn take_call(&mut self, call: CallId) -> Option<(Callee, TaskId, Option<CallId>)> {
        let Call { callee, task, next } = self.calls[call.index()].take()?;
        Some((callee, task, next))
    }

    /// No longer calls what was to be called at the task's end. Gives back what that was.
    #[must_use]
    pub(in crate::aio) fn forget_call(&mut self, task: TaskId, call: Option<CallId>) -> impl Sized + use<> {
        let Some(call) = call else {
            let rest = self.slot(task).rest.as_mut();
            return (rest.and_then(|rest| rest.waiter.take()), None);
        };
        let next = self.calls[call.index()].as_ref().and_then(|call| call.next);
        if self.slot(task).calls == Some(call) {
            self.slot(task).calls = next;
        } else {
            let mut at = self.slot(task).calls;
            while let Some(before) = at {
                let Some(before) = &mut self.calls[before.index()] else { break };
                if before.next == Some(call) {
                    before.next = next;
                    break;
                }
                at = before.next;
            }
        }
        (None, self.take_call(call))
    }

    /// Queues the first of what is to be called at a task's end, or gives back whom to wake in its stead; and what is next.
    pub(in crate::aio) fn queue_call(&mut self, call: CallId) -> (Option<Wakeup>, Option<CallId>) {
        let Some(Call { callee, next, .. }) = &self.calls[call.index()] else { return (None, None) };
        let next = *next;
        if !matches!(callee, Callee::Waiter(_)) {
            self.ready.push(Job::call(call));
            return (None, next);
        }
        match self.take_call(call) {
            Some((Callee::Waiter(wakeup), ..)) => (Some(*wakeup), next),
            _ => (None, next),
        }
    }

    /// Has something called in the name of the current task when its turn has come.
    pub(in crate::aio) fn call_soon(&mut self, callee: Callee) -> CallId {
        let call = self.add_call(self.speaker(), callee);
        self.ready.push(Job::call(call));
        call
    }
}
