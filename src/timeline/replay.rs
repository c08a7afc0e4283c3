//! Replays a trace with one task's operations shortened by an infinitely small part.
//!
//! The queue, the turns and the timers are the executor's; what a task does in each of its steps is what it did in the
//! trace. A time is a time of the trace and how much it has gained: of two equal times, the one that gained more is earlier.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use super::interference::LOOK;
use super::score::Score;
use super::steps::{Act, Cause, End, LoopCancel, Step, StepId, Steps, Target, awaited, own_time};
use crate::aio::trace::{Canceller, TaskId, Wait};

/// The trace takes a way of which it does not tell how it goes on.
pub(super) struct Untold;

pub(super) type Told<T> = Result<T, Untold>;

/// When something happens now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Time {
    pub(super) at: Duration,
    pub(super) gained: Reverse<Duration>,
}

impl Time {
    pub(super) const ZERO: Self = Self { at: Duration::ZERO, gained: Reverse(Duration::ZERO) };
}

#[derive(Clone, Copy, Debug)]
enum Job {
    Step(TaskId),
    /// Tells the second that the first is over.
    Tell(TaskId, TaskId),
    Shutdown,
}

#[derive(Clone, Copy, Debug)]
enum Timer {
    Wake(TaskId),
    Limit(usize),
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Phase {
    #[default]
    Unborn,
    Queued,
    Running,
    Suspended,
    Finished,
}

/// A deadline, how many timers and steps there had been when it was set, and its number among the limits set in one step.
type Key = (Time, u64, usize);

#[derive(Clone, Debug, Default)]
struct State {
    phase: Phase,
    /// When each of its steps began, and how many timers had been set by then.
    begun: Vec<(Time, u64)>,
    timer: Option<Key>,
    requests: u32,
}

pub(super) struct Replay<'a> {
    score: &'a Score<'a>,
    steps: &'a Steps,
    faster: Option<TaskId>,
    now: Time,
    queue: Vec<Job>,
    /// By deadline, then in the order in which they were set.
    timers: BTreeMap<Key, Timer>,
    set: u64,
    tasks: Vec<State>,
    told: BTreeSet<(TaskId, TaskId)>,
    done: Vec<bool>,
    /// Every step before this one is done.
    first_open: StepId,
    pub(super) order: Vec<StepId>,
    unfinished: usize,
    /// How many requests to stop the loop has made.
    cancelled: usize,
    /// In which steps limits were set.
    limits_set: Vec<(usize, StepId)>,
    /// What was chosen does not fit the trace.
    pub(super) impossible: bool,
    choices: Vec<usize>,
    /// What was chosen, and out of how many.
    pub(super) chosen: Vec<(usize, usize)>,
}

/// Plays the score to its end, with one task faster than it was or none. Where there is a choice it takes the given ones
/// first, and then the first.
pub(super) fn play<'a>(score: &'a Score<'a>, faster: Option<TaskId>, choices: &[usize]) -> (Told<Time>, Replay<'a>) {
    let tasks = score.steps.of_task.len();
    let mut replay = Replay {
        score,
        steps: score.steps,
        faster,
        now: Time::ZERO,
        queue: vec![Job::Step(TaskId::MAIN)],
        timers: BTreeMap::new(),
        set: 0,
        tasks: vec![State::default(); tasks],
        told: BTreeSet::new(),
        done: vec![false; score.steps.all.len()],
        first_open: 0,
        order: Vec::new(),
        unfinished: 1,
        cancelled: 0,
        limits_set: Vec::new(),
        impossible: false,
        choices: choices.to_vec(),
        chosen: Vec::new(),
    };
    if tasks == 0 {
        return (Ok(Time::ZERO), replay);
    }
    replay.tasks[0].phase = Phase::Queued;
    (replay.run(), replay)
}

impl Replay<'_> {
    fn run(&mut self) -> Told<Time> {
        loop {
            let (due, set) = (self.now, self.set);
            let mut closing = false;
            for job in std::mem::take(&mut self.queue) {
                match job {
                    Job::Step(task) => self.step(task)?,
                    Job::Tell(task, listener) => self.tell(task, listener)?,
                    Job::Shutdown => closing = true,
                }
            }
            self.fire(due, set)?;
            if closing {
                self.shut_down()?;
            }
            if self.unfinished == 0 {
                return Ok(self.now);
            }
            if self.queue.is_empty() {
                let Some(((next, ..), _)) = self.timers.first_key_value() else { return Ok(self.now) };
                self.now = self.now.max(*next);
            }
        }
    }

    /// One poll. If what a step ends with waiting for has come already, the next one follows at once.
    fn step(&mut self, task: TaskId) -> Told<()> {
        if self.tasks[task.index()].phase != Phase::Queued {
            return Ok(());
        }
        loop {
            let state = &mut self.tasks[task.index()];
            let id = *self.steps.of_task[task.index()].get(state.begun.len()).ok_or(Untold)?;
            let step = &self.steps.all[id];
            self.score.interference.effort.spend(LOOK * (2 + step.acts.len()));
            if std::mem::take(&mut state.requests) != step.requests {
                return Err(Untold);
            }
            state.phase = Phase::Running;
            state.begun.push((self.now, self.set));
            self.set += 1;
            if let Some(timer) = state.timer.take() {
                self.timers.remove(&timer);
            }
            self.take_place(id)?;
            self.act(step)?;
            match &step.end {
                End::Open => return Err(Untold),
                End::Finished { .. } => {
                    self.finish(task);
                    return Ok(());
                }
                End::Waits(wait, _) => {
                    if !self.suspend(id, step, wait)? {
                        return Ok(());
                    }
                }
            }
        }
    }

    /// Notes that a step takes place now, before all that came before it in the trace and are still open.
    fn take_place(&mut self, id: StepId) -> Told<()> {
        if self.now.at != self.steps.all[id].from {
            // A blocking call holds up others than it did. Limits may pass that had not, and the trace knows nothing of them.
            return Err(Untold);
        }
        let effort = &self.score.interference.effort;
        effort.spend(id.saturating_sub(self.first_open));
        let overtaken = (self.first_open..id).filter(|other| !self.done[*other]);
        for other in overtaken {
            if self.score.interference.between(other, id) || effort.is_spent() {
                return Err(Untold);
            }
        }
        if effort.is_spent() {
            return Err(Untold);
        }
        let asked = self.steps.loop_cancels.partition_point(|cancel| cancel.target.moment <= id);
        if self.score.interference.all_order_matters() && asked != self.cancelled {
            return Err(Untold);
        }
        self.done[id] = true;
        self.order.push(id);
        while self.done.get(self.first_open) == Some(&true) {
            self.first_open += 1;
        }
        Ok(())
    }

    fn act(&mut self, step: &Step) -> Told<()> {
        for act in &step.acts {
            match *act {
                Act::Creates(task) => {
                    self.unfinished += 1;
                    self.tasks[task.index()].phase = Phase::Queued;
                    self.queue.push(Job::Step(task));
                }
                Act::Blocks(duration) => self.now.at += duration,
                Act::Cancels(target) => {
                    self.check(target)?;
                    self.tasks[target.task.index()].requests += 1;
                }
                Act::Wakes(target) => {
                    self.check(target)?;
                    self.wake(target.task);
                }
            }
        }
        Ok(())
    }

    /// Whether a task has come as far as it had in the trace when the same was done to it.
    fn check(&self, target: Target) -> Told<()> {
        let state = &self.tasks[target.task.index()];
        let same = state.begun.len() == target.begun && (state.phase == Phase::Suspended) == target.suspended;
        // A request is passed on to those who are not over.
        let awaits = self.waits_for(target.task).map_or(&[][..], |(_, wait)| awaited(wait));
        self.score.interference.effort.spend(awaits.len());
        let same_ends = awaits.iter().all(|task| self.is_over(*task) == (self.score.ended_in(*task) < target.moment));
        let alive = !matches!(state.phase, Phase::Unborn | Phase::Finished);
        if same && same_ends && alive { Ok(()) } else { Err(Untold) }
    }

    fn wake(&mut self, task: TaskId) {
        let state = &mut self.tasks[task.index()];
        if state.phase == Phase::Suspended {
            state.phase = Phase::Queued;
            self.queue.push(Job::Step(task));
        }
    }

    /// Says whether the task goes on at once.
    fn suspend(&mut self, id: StepId, step: &Step, wait: &Wait) -> Told<bool> {
        self.set_limits(step.task)?;
        self.score.interference.effort.spend(LOOK * awaited(wait).len());
        let woke_itself = self.score.next_of(id).is_some_and(|next| next.cause == Cause::Step(id));
        let goes_on = match wait {
            Wait::Yield => {
                self.tasks[step.task.index()].phase = Phase::Suspended;
                self.wake(step.task);
                return Ok(false);
            }
            Wait::Task(task) => self.is_over(*task),
            Wait::Tasks(tasks) => tasks.iter().all(|task| self.told.contains(&(*task, step.task))),
            Wait::AnyOf(_) => self.score.teller(id).is_some_and(|task| self.told.contains(&(task, step.task))),
            _ => false,
        };
        if goes_on {
            return Ok(true);
        }
        if let Some(until) = own_time(wait) {
            let duration = until.saturating_sub(step.to);
            let gain = if self.faster == Some(step.task) { duration } else { Duration::ZERO };
            let deadline = Time { at: self.now.at + duration, gained: Reverse(self.now.gained.0 + gain) };
            let key = (deadline, self.set, 0);
            self.timers.insert(key, Timer::Wake(step.task));
            self.tasks[step.task.index()].timer = Some(key);
            self.set += 1;
        }
        self.tasks[step.task.index()].phase = Phase::Suspended;
        if woke_itself {
            self.wake(step.task);
        }
        Ok(false)
    }

    /// Sets the limits that will pass while the task waits now. Where it matters in which step they were set, each may be.
    fn set_limits(&mut self, task: TaskId) -> Told<()> {
        let score = self.score;
        for number in &score.limits_of[task.index()] {
            let (number, limit) = (*number, &score.limits[*number]);
            let head = &limit.cancels[0];
            let begun = &self.tasks[task.index()].begun;
            score.interference.effort.spend(1);
            if head.target.begun != begun.len() {
                continue;
            }
            score.interference.effort.spend(score.limits.len() + self.limits_set.len() + LOOK * begun.len());
            let equal = |other: usize| score.limits[other].cancels[0].due == head.due;
            let alone = (0..score.limits.len()).filter(|other| equal(*other)).count() == 1;
            // Limits that pass at once were set in the order in which they passed.
            let set_before = self.limits_set.iter().filter(|(other, _)| *other < number && equal(*other));
            let least = set_before.map(|(_, id)| *id).max().unwrap_or(0);
            let set_after = self.limits_set.iter().filter(|(other, _)| *other > number && equal(*other));
            let most = set_after.map(|(_, id)| *id).min().unwrap_or(StepId::MAX);
            let mut ways: Vec<(Time, u64, StepId)> = Vec::new();
            let mut known = BTreeSet::new();
            for ((time, set), id) in begun.iter().zip(&self.steps.of_task[task.index()]).rev() {
                let left = head.due.saturating_sub(self.steps.all[*id].from);
                let deadline = Time { at: time.at + left, ..*time };
                let possible = limit.armed.contains(id) && (least..=most).contains(id);
                if possible && (!alone || known.insert(deadline)) {
                    ways.push((deadline, *set, *id));
                }
            }
            if ways.is_empty() {
                self.impossible = true;
                return Err(Untold);
            }
            let (deadline, set, id) = ways[self.choose(ways.len())];
            self.limits_set.push((number, id));
            self.timers.insert((deadline, set, number), Timer::Limit(number));
        }
        Ok(())
    }

    fn choose(&mut self, options: usize) -> usize {
        if options == 1 {
            return 0;
        }
        let choice = self.choices.get(self.chosen.len()).copied().unwrap_or(0).min(options - 1);
        self.chosen.push((choice, options));
        choice
    }

    fn finish(&mut self, task: TaskId) {
        self.tasks[task.index()].phase = Phase::Finished;
        self.unfinished -= 1;
        for listener in &self.score.listeners[task.index()] {
            self.queue.push(Job::Tell(task, *listener));
        }
        if task == TaskId::MAIN {
            self.queue.push(Job::Shutdown);
        }
        self.score.interference.effort.spend(self.score.joiners[task.index()].len());
        for joiner in &self.score.joiners[task.index()] {
            if matches!(self.waits_for(*joiner), Some((_, Wait::Task(awaited))) if *awaited == task) {
                self.wake(*joiner);
            }
        }
    }

    fn tell(&mut self, task: TaskId, listener: TaskId) -> Told<()> {
        self.told.insert((task, listener));
        let effort = &self.score.interference.effort;
        effort.spend(LOOK + self.score.told.len());
        if let Some((id, wait)) = self.waits_for(listener) {
            let teller = self.score.teller(id);
            effort.spend(awaited(wait).len());
            let wakes = match wait {
                Wait::AnyOf(tasks) if tasks.contains(&task) && teller != Some(task) => return Err(Untold),
                Wait::AnyOf(_) => teller == Some(task),
                Wait::Tasks(tasks) if tasks.contains(&task) => {
                    // Mostly the last is told last, and the first look settles it.
                    let untold = tasks.iter().rev().position(|other| !self.told.contains(&(*other, listener)));
                    effort.spend(LOOK * untold.unwrap_or(tasks.len()));
                    let all = untold.is_none();
                    let early = teller.is_some() && teller != self.score.last_to_end(tasks);
                    if !all && self.steps.failed(task) && !self.score.shows_failure(id, task, teller, early) {
                        return Err(Untold);
                    }
                    all || (early && teller == Some(task))
                }
                _ => false,
            };
            if wakes {
                self.wake(listener);
            }
        }
        let Some((_, cancels)) = self.score.told.iter().find(|(told, _)| *told == task) else { return Ok(()) };
        self.cancel(cancels)
    }

    /// The step with which a suspended task's wait began, and the wait.
    fn waits_for(&self, task: TaskId) -> Option<(StepId, &Wait)> {
        let state = &self.tasks[task.index()];
        let id = self.steps.of_task[task.index()][state.begun.len().checked_sub(1)?];
        let wait = self.steps.all[id].wait()?;
        (state.phase == Phase::Suspended).then_some((id, wait))
    }

    fn is_over(&self, task: TaskId) -> bool {
        self.tasks[task.index()].phase == Phase::Finished
    }

    fn fire(&mut self, due: Time, set: u64) -> Told<()> {
        while let Some((key, timer)) = self.timers.first_key_value().map(|(key, timer)| (*key, *timer)) {
            if key.0 > due || key.1 >= set {
                break;
            }
            self.timers.remove(&key);
            match timer {
                Timer::Wake(task) => {
                    self.tasks[task.index()].timer = None;
                    self.wake(task);
                }
                Timer::Limit(number) => self.cancel(&self.score.limits[number].cancels)?,
            }
        }
        Ok(())
    }

    fn shut_down(&mut self) -> Told<()> {
        self.score.interference.effort.spend(self.tasks.len());
        let open =
            (0..self.tasks.len()).filter(|place| !matches!(self.tasks[*place].phase, Phase::Unborn | Phase::Finished));
        let asked: BTreeSet<usize> = self.score.shutdown.iter().map(|cancel| cancel.target.task.index()).collect();
        if !open.eq(asked) {
            return Err(Untold);
        }
        self.cancel(&self.score.shutdown)
    }

    fn cancel(&mut self, cancels: &[LoopCancel]) -> Told<()> {
        for cancel in cancels {
            self.cancelled += 1;
            self.check(cancel.target)?;
            if cancel.by == Canceller::Group {
                // Of the group's tasks, too, only those that are not over are asked; which are in it is not known.
                let mut tasks = (0..self.tasks.len() as u32).map(TaskId);
                self.score.interference.effort.spend(self.tasks.len());
                if tasks.any(|task| self.score.ended_in(task) < cancel.target.moment && !self.is_over(task)) {
                    return Err(Untold);
                }
            }
            let task = cancel.target.task;
            self.tasks[task.index()].requests += 1;
            if cancel.wakes {
                self.wake(task);
            }
        }
        Ok(())
    }
}
