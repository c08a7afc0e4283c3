//! What two steps may have to do with each other beyond what a trace shows.

use std::cell::Cell;

use super::steps::{Act, Cause, End, StepId, Steps, awaited};
use crate::aio::trace::{TaskId, Wait};

/// Who may find out that a task is over without having to wait for it, so that the trace does not show it.
#[derive(Clone, Debug)]
enum Onlookers {
    /// Nobody: the trace shows who awaits it.
    None,
    /// Those who take what ends first of several; several may have ended at once.
    These(Vec<TaskId>),
    /// Nobody ever waited for it: its creator, and whoever was created later.
    CreatorAndYounger,
}

/// In comparisons, about a second's worth: after that an answer is given up. A trace with many tasks that all end at the
/// same time would take hours.
const EFFORT_AT_MOST: usize = 30_000_000;

/// What a look into one of the replay's tables takes, in comparisons.
pub(super) const LOOK: usize = 10;

/// What is left of all that may be spent.
pub(super) struct Effort(Cell<usize>);

impl Effort {
    pub(super) fn spend(&self, comparisons: usize) {
        self.0.set(self.0.get().saturating_sub(comparisons));
    }

    pub(super) fn is_spent(&self) -> bool {
        self.0.get() == 0
    }
}

/// What is known of all steps together.
pub(super) struct Interference<'a> {
    steps: &'a Steps,
    onlookers: Vec<Onlookers>,
    /// The steps that end with waiting for several tasks.
    gathers: Vec<StepId>,
    /// For all answers together.
    pub(super) effort: Effort,
    /// There are locks, semaphores, events or queues. Any step may have found one free.
    resources: bool,
}

impl<'a> Interference<'a> {
    pub(super) fn of(steps: &'a Steps) -> Self {
        let mut onlookers = vec![Onlookers::CreatorAndYounger; steps.of_task.len()];
        let mut gathers = Vec::new();
        for (id, step) in steps.all.iter().enumerate() {
            let Some(wait) = step.wait() else { continue };
            if matches!(wait, Wait::AnyOf(_) | Wait::Tasks(_)) {
                gathers.push(id);
            }
            for task in awaited(wait) {
                let known = &mut onlookers[task.index()];
                match (wait, &mut *known) {
                    (Wait::AnyOf(_), Onlookers::These(these)) => these.push(step.task),
                    (Wait::AnyOf(_), _) => *known = Onlookers::These(vec![step.task]),
                    (_, Onlookers::These(_)) => {}
                    _ => *known = Onlookers::None,
                }
            }
        }
        let effort = Effort(Cell::new(EFFORT_AT_MOST));
        Self { steps, onlookers, gathers, effort, resources: steps.shares }
    }

    /// Whether anything that happens may matter to whatever comes later.
    pub(super) fn all_order_matters(&self) -> bool {
        self.resources
    }

    /// Whether it may matter that `later` now comes before `earlier`, which came first in the trace.
    pub(super) fn between(&self, earlier: StepId, later: StepId) -> bool {
        if self.resources {
            return true;
        }
        let (first, second) = (&self.steps.all[earlier], &self.steps.all[later]);
        self.effort.spend(1 + second.acts.len());
        let End::Finished { failed } = first.end else { return false };
        if self.may_see(second.task, first.task) {
            return true;
        }
        let asks = second.acts.iter().any(|act| matches!(act, Act::Cancels(_)));
        let awaited_it = second.previous.and_then(|previous| self.steps.all[previous].wait()).map_or(&[][..], awaited);
        if asks || (second.asked && awaited_it.contains(&first.task)) {
            // Those who are over are not asked to stop.
            return true;
        }
        let End::Finished { failed: both } = second.end else { return false };
        if failed && both && self.creator(first.task) == self.creator(second.task) {
            // The first failure is the one that counts, in a gather and in a group.
            return true;
        }
        // The order of two ends is what is handed out by one who takes them as they come.
        let together = |wait: &Wait| {
            let ordered = matches!(wait, Wait::AnyOf(_)) || (matches!(wait, Wait::Tasks(_)) && failed && both);
            self.effort.spend(1 + if ordered { awaited(wait).len() } else { 0 });
            ordered && awaited(wait).contains(&first.task) && awaited(wait).contains(&second.task)
        };
        self.gathers.iter().filter_map(|id| self.steps.all[*id].wait()).any(together)
    }

    fn may_see(&self, onlooker: TaskId, over: TaskId) -> bool {
        match &self.onlookers[over.index()] {
            Onlookers::None => false,
            Onlookers::These(these) => these.contains(&onlooker),
            Onlookers::CreatorAndYounger => onlooker > over || self.creator(over) == Some(onlooker),
        }
    }

    fn creator(&self, task: TaskId) -> Option<TaskId> {
        match self.steps.created_at[task.index()]?.1 {
            Cause::Step(step) => Some(self.steps.all[step].task),
            _ => None,
        }
    }
}
