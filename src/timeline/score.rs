//! What a replay plays: the steps of a trace, and what the loop did between them.

use std::ops::RangeInclusive;

use super::interference::Interference;
use super::steps::{Cause, End, LoopCancel, Step, StepId, Steps, own_time};
use crate::aio::trace::{Canceller, TaskId, Wait};

/// A time limit that passed.
pub(super) struct Limit {
    /// First whose limit it was, then those to whom the request was passed on.
    pub(super) cancels: Vec<LoopCancel>,
    /// The steps in which it may have been set: the trace does not say, but the order in which timers fire does in part.
    pub(super) armed: RangeInclusive<StepId>,
}

/// What to play.
pub(super) struct Score<'a> {
    pub(super) steps: &'a Steps,
    pub(super) interference: Interference<'a>,
    /// For each task, who hears of its end one job later.
    pub(super) listeners: Vec<Vec<TaskId>>,
    /// For each task, who waits for it alone.
    pub(super) joiners: Vec<Vec<TaskId>>,
    pub(super) limits: Vec<Limit>,
    /// For each task, which of them are its own.
    pub(super) limits_of: Vec<Vec<usize>>,
    /// What the loop did when it told of this task's end.
    pub(super) told: Vec<(TaskId, Vec<LoopCancel>)>,
    pub(super) shutdown: Vec<LoopCancel>,
    /// Whether every request to stop found its place in one of these.
    pub(super) complete: bool,
}

impl<'a> Score<'a> {
    pub(super) fn of(steps: &'a Steps) -> Self {
        let tasks = steps.of_task.len();
        let mut score = Self {
            steps,
            interference: Interference::of(steps),
            listeners: vec![Vec::new(); tasks],
            joiners: vec![Vec::new(); tasks],
            limits: Vec::new(),
            limits_of: vec![Vec::new(); tasks],
            told: Vec::new(),
            shutdown: Vec::new(),
            complete: true,
        };
        for step in &steps.all {
            match step.wait() {
                Some(Wait::Task(task)) => note(&mut score.joiners[task.index()], step.task),
                Some(Wait::Tasks(tasks) | Wait::AnyOf(tasks)) => {
                    for task in &**tasks {
                        note(&mut score.listeners[task.index()], step.task);
                    }
                }
                _ => {}
            }
        }
        for cancel in &steps.loop_cancels {
            score.place(*cancel);
        }
        for (number, limit) in score.limits.iter().enumerate() {
            score.limits_of[limit.cancels[0].owner.index()].push(number);
        }
        // Who gave up waiting for a thread has left it at work. A deadlock is known only when it is done, and what else that
        // holds up in a pool with a limit, nothing says.
        let gave_up = |id: StepId| match (steps.all[id].wait(), score.next_of(id)) {
            (Some(Wait::Thread { until }), Some(next)) => next.ready < *until,
            _ => false,
        };
        if (steps.deadlocked || steps.shares) && (0..steps.all.len()).any(gave_up) {
            score.complete = false;
        }
        score
    }

    fn place(&mut self, cancel: LoopCancel) {
        match (cancel.by, cancel.told) {
            (Canceller::Shutdown, _) => self.shutdown.push(cancel),
            (Canceller::Timeout, _) if cancel.owner == cancel.target.task => self.limits.push(self.limit(cancel)),
            (Canceller::Timeout, _) => match self.limits.last_mut() {
                Some(last) if last.cancels[0].owner == cancel.owner => last.cancels.push(cancel),
                _ => self.complete = false,
            },
            (Canceller::Group, Some(task)) => match self.told.iter_mut().find(|(told, _)| *told == task) {
                Some((_, cancels)) => cancels.push(cancel),
                None => self.told.push((task, vec![cancel])),
            },
            _ => self.complete = false,
        }
    }

    fn limit(&self, cancel: LoopCancel) -> Limit {
        let steps = self.steps;
        let equal = |id: &StepId| steps.all[*id].wait().and_then(own_time) == Some(cancel.due);
        let (before, after) = steps.fired.split_at(cancel.fired);
        let own = &steps.of_task[cancel.owner.index()][..cancel.target.begun];
        // Of timers with equal deadlines, those set first fire first.
        let least = before.iter().copied().filter(equal).max();
        let most = after.iter().chain(own.last()).copied().filter(equal).min();
        Limit { cancels: vec![cancel], armed: least.map_or(0, |least| least + 1)..=most.unwrap_or(StepId::MAX) }
    }

    /// A gather ends with the first failure, a group does not. Whether the wait with which a step ended is the one or the
    /// other shows only in a trace in which this failure was the first, and came before other ends.
    pub(super) fn shows_failure(&self, id: StepId, failed: TaskId, teller: Option<TaskId>, early: bool) -> bool {
        if teller == Some(failed) {
            return early;
        }
        let ended = match teller {
            Some(teller) => self.ended_in(teller),
            None => self.next_id(id).unwrap_or(StepId::MAX),
        };
        !early && self.ended_in(failed) < ended
    }

    pub(super) fn next_id(&self, id: StepId) -> Option<StepId> {
        let begun = &self.steps.of_task[self.steps.all[id].task.index()];
        let place = begun.binary_search(&id).ok()?;
        begun.get(place + 1).copied()
    }

    pub(super) fn next_of(&self, id: StepId) -> Option<&Step> {
        self.next_id(id).map(|next| &self.steps.all[next])
    }

    /// Whose end it was, in the trace, that ended the wait with which a step ended.
    pub(super) fn teller(&self, id: StepId) -> Option<TaskId> {
        match self.next_of(id)? {
            Step { cause: Cause::Step(cause), asked: false, .. } => Some(self.steps.all[*cause].task),
            _ => None,
        }
    }

    /// In which step a task ended; later than all if it did not.
    pub(super) fn ended_in(&self, task: TaskId) -> StepId {
        let last = self.steps.last_of(task);
        last.filter(|last| matches!(self.steps.all[*last].end, End::Finished { .. })).unwrap_or(StepId::MAX)
    }

    /// Which of these tasks ended last.
    pub(super) fn last_to_end(&self, tasks: &[TaskId]) -> Option<TaskId> {
        tasks.iter().copied().max_by_key(|task| self.ended_in(*task))
    }
}

fn note(list: &mut Vec<TaskId>, task: TaskId) {
    if !list.contains(&task) {
        list.push(task);
    }
}
