//! A trace as steps: each is one poll of a task, from when it gets the thread until it gives it back.
//!
//! What decides when a step takes place stands with it: what its task waited for before, and what made it ready.

use std::time::Duration;

use crate::aio::trace::{
    Canceller, Ending, Outcome, ResourceInfo, ResourceKind, Site, TaskId, Trace, Wait, Waker, What,
};

/// A step's place in the order of all steps.
pub(super) type StepId = usize;

/// What made a task ready for a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cause {
    /// The run began.
    Start,
    /// This step created it, woke it, cancelled it, or ended a task that it awaited.
    Step(StepId),
    /// It only let the others run first.
    Yield,
    /// It was due.
    Timer { due: Duration },
    /// A time limit passed, of this task's own or of the one that awaits it.
    Limit { due: Duration, owner: TaskId },
    /// The world outside the executor.
    Outside,
}

/// A task to which something is done, and how far it has come by then.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Target {
    pub(super) task: TaskId,
    /// How many steps it has begun.
    pub(super) begun: usize,
    pub(super) suspended: bool,
    /// How many steps there had been in all.
    pub(super) moment: StepId,
}

/// What a task does to others while it has the thread, or to the thread.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Act {
    Creates(TaskId),
    Wakes(Target),
    Cancels(Target),
    Blocks(Duration),
}

/// How a step ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// The task waits; what for, and where.
    Waits(Wait, Option<Site>),
    Finished {
        failed: bool,
    },
    /// The trace ends before the step does.
    Open,
}

/// One poll of a task.
#[derive(Clone, Debug)]
pub(super) struct Step {
    pub(super) task: TaskId,
    /// The task's step before this one.
    pub(super) previous: Option<StepId>,
    pub(super) cause: Cause,
    /// When the task could run.
    pub(super) ready: Duration,
    /// When it had the thread.
    pub(super) from: Duration,
    /// When it gave the thread back.
    pub(super) to: Duration,
    pub(super) acts: Vec<Act>,
    pub(super) end: End,
    /// How many requests to stop came since the step before began.
    pub(super) requests: u32,
    /// Whether it was one of them that woke the task.
    pub(super) asked: bool,
}

impl Step {
    pub(super) fn wait(&self) -> Option<&Wait> {
        match &self.end {
            End::Waits(wait, _) => Some(wait),
            End::Finished { .. } | End::Open => None,
        }
    }
}

/// A request to stop that no running task made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct LoopCancel {
    pub(super) by: Canceller,
    pub(super) target: Target,
    /// Whose time limit it is that passed, and when; otherwise the task itself, and now.
    pub(super) owner: TaskId,
    pub(super) due: Duration,
    /// Whether it woke the task.
    pub(super) wakes: bool,
    /// How many sleeps and thread calls had come to their end by then.
    pub(super) fired: usize,
    /// The task whose end the loop was telling its group then.
    pub(super) told: Option<TaskId>,
}

/// All steps of a trace.
#[derive(Clone, Debug, Default)]
pub(super) struct Steps {
    pub(super) all: Vec<Step>,
    /// The steps of each task, in order.
    pub(super) of_task: Vec<Vec<StepId>>,
    /// Requests to stop that no running task made.
    pub(super) loop_cancels: Vec<LoopCancel>,
    /// The steps that set the timers that fired, in the order in which they fired.
    pub(super) fired: Vec<StepId>,
    /// When each task was created, and by which step.
    pub(super) created_at: Vec<Option<(Duration, Cause)>>,
    /// Whether tasks share anything.
    pub(super) shares: bool,
    /// Whether the run ended in a deadlock.
    pub(super) deadlocked: bool,
}

/// Why a task is about to be ready, or is, while the trace is read.
#[derive(Clone, Copy)]
struct Readied {
    cause: Cause,
    at: Duration,
    asked: bool,
}

struct Reader {
    steps: Steps,
    running: Option<StepId>,
    readied: Vec<Option<Readied>>,
    /// Who has been asked to stop since the last step began or ended, by whom and in whose name. A request that wakes its
    /// task does so before the next step.
    asked: Vec<(TaskId, Canceller, TaskId)>,
    requests: Vec<u32>,
    /// Whose end the loop is telling others, as far as their waking shows it; and how many requests to stop there had been
    /// when it showed.
    telling: Option<TaskId>,
    shown: usize,
}

impl Steps {
    pub(super) fn of(trace: &Trace) -> Self {
        let tasks = trace.task_count();
        let mut reader = Reader {
            steps: Self {
                of_task: vec![Vec::new(); tasks],
                created_at: vec![None; tasks],
                shares: trace.resources().iter().any(is_shared),
                deadlocked: matches!(trace.ended(), Some((_, Ending::Deadlock))),
                ..Self::default()
            },
            running: None,
            readied: vec![None; tasks],
            asked: Vec::new(),
            requests: vec![0; tasks],
            telling: None,
            shown: 0,
        };
        for event in trace.events() {
            // A trace from elsewhere may speak of tasks that it does not count.
            if event.task.index() < tasks {
                reader.read(event.at, event.task, event.what, event.site);
            }
        }
        if let Some(open) = reader.running {
            reader.steps.all[open].to = trace.until();
        }
        reader.steps
    }

    /// Whether the task ended with an error, or cancelled.
    pub(super) fn failed(&self, task: TaskId) -> bool {
        self.last_of(task).is_some_and(|last| self.all[last].end == End::Finished { failed: true })
    }

    pub(super) fn last_of(&self, task: TaskId) -> Option<StepId> {
        self.of_task.get(task.index())?.last().copied()
    }
}

/// Whether tasks get into each other's way through it: a pool without limit has a worker for everyone.
fn is_shared(resource: &ResourceInfo) -> bool {
    resource.kind != ResourceKind::Pool || resource.limit.is_some()
}

impl Reader {
    fn read(&mut self, at: Duration, task: TaskId, what: What, site: Option<&Site>) {
        let place = task.index();
        match what {
            What::Created => {
                let cause = self.running.map_or(Cause::Start, Cause::Step);
                self.act(Act::Creates(task));
                self.readied[place] = Some(Readied { cause, at, asked: false });
                self.steps.created_at[place] = Some((at, cause));
            }
            What::Running => self.begin(task, at),
            What::Suspended(wait) => {
                if wait == Wait::Yield {
                    self.readied[place] = Some(Readied { cause: Cause::Yield, at, asked: false });
                }
                self.finish(at, End::Waits(wait, site.cloned()));
            }
            What::Finished(outcome) => {
                self.finish(at, End::Finished { failed: !matches!(outcome, Outcome::Returned(_)) });
            }
            What::Ready(waker) => self.ready(task, waker, at),
            What::Blocked(duration) => self.act(Act::Blocks(duration)),
            What::CancelRequested(by) => self.ask(task, by, at),
            What::SpanBegan(_)
            | What::SpanEnded(..)
            | What::Printed(_)
            | What::Used(..)
            | What::NeverAwaited(_)
            | What::AwaitedItself
            | What::CancelDelivered
            | What::Uncancelled
            | What::Retrieved => {}
        }
    }

    fn act(&mut self, act: Act) {
        if let Some(running) = self.running {
            self.steps.all[running].acts.push(act);
        }
    }

    fn begin(&mut self, task: TaskId, at: Duration) {
        let place = task.index();
        let readied = self.readied[place].take().unwrap_or(Readied { cause: Cause::Outside, at, asked: false });
        self.asked.clear();
        let step = self.steps.all.len();
        self.steps.all.push(Step {
            task,
            previous: self.steps.of_task[place].last().copied(),
            cause: readied.cause,
            ready: readied.at.min(at),
            from: at,
            to: at,
            acts: Vec::new(),
            end: End::Open,
            requests: std::mem::take(&mut self.requests[place]),
            asked: readied.asked,
        });
        self.steps.of_task[place].push(step);
        self.running = Some(step);
        self.telling = None;
    }

    fn finish(&mut self, at: Duration, end: End) {
        self.asked.clear();
        if let Some(running) = self.running.take() {
            let step = &mut self.steps.all[running];
            step.to = at;
            step.end = end;
        }
    }

    fn ready(&mut self, task: TaskId, waker: Waker, at: Duration) {
        let place = task.index();
        let cancelled = self.asked.iter().rev().find(|(asked, ..)| *asked == task).map(|(_, by, owner)| (*by, *owner));
        let suspended = self.steps.last_of(task).map_or(Duration::ZERO, |step| self.steps.all[step].to);
        let last_of = |task: TaskId| self.steps.last_of(task).map_or(Cause::Outside, Cause::Step);
        let (cause, at) = match (waker, cancelled) {
            (Waker::Timer { due }, Some((_, owner))) => (Cause::Limit { due, owner }, due.max(suspended).min(at)),
            (Waker::Timer { due }, None) => (Cause::Timer { due }, due.max(suspended).min(at)),
            (Waker::Task(by), _) => (last_of(by), at),
            (Waker::Host, Some((Canceller::Shutdown, _))) => (last_of(TaskId::MAIN), at),
            (Waker::Host, _) => (Cause::Outside, at),
        };
        if self.running.is_some_and(|running| self.steps.all[running].task != task) {
            self.act(Act::Wakes(self.target(task)));
        }
        if self.running.is_none() {
            if cancelled.is_some() {
                self.note_wake(task, waker);
            }
            match waker {
                Waker::Task(by) => self.telling = Some(by),
                Waker::Timer { .. } if cancelled.is_none() => self.steps.fired.extend(self.steps.last_of(task)),
                Waker::Timer { .. } | Waker::Host => {}
            }
            self.shown = self.steps.loop_cancels.len();
        }
        self.readied[place] = Some(Readied { cause, at, asked: cancelled.is_some() });
    }

    fn ask(&mut self, task: TaskId, by: Canceller, at: Duration) {
        let place = task.index();
        self.requests[place] += 1;
        let target = self.target(task);
        self.act(Act::Cancels(target));
        // A time limit of one who waits for this task reaches it through them.
        let owner = if by == Canceller::Timeout { self.limit_of(task).unwrap_or(task) } else { task };
        if self.running.is_none() {
            let told = self.telling.filter(|task| self.steps.failed(*task));
            let cancel = LoopCancel { by, target, owner, due: at, wakes: false, fired: self.steps.fired.len(), told };
            self.steps.loop_cancels.push(cancel);
        }
        self.asked.push((task, by, owner));
    }

    fn target(&self, task: TaskId) -> Target {
        let place = task.index();
        let begun = self.steps.of_task[place].len();
        let runs = self.running.is_some_and(|running| self.steps.all[running].task == task);
        Target { task, begun, suspended: self.readied[place].is_none() && !runs, moment: self.steps.all.len() }
    }

    /// A request to stop has woken its task, which tells when it was due and of whose end the loop was telling.
    fn note_wake(&mut self, task: TaskId, waker: Waker) {
        let cancels = &mut self.steps.loop_cancels;
        let Some(last) = cancels.iter_mut().rfind(|cancel| cancel.target.task == task) else { return };
        last.wakes = true;
        match (waker, last.by) {
            (Waker::Timer { due }, _) => {
                let (owner, moment) = (last.owner, last.target.moment);
                let same = |cancel: &&mut LoopCancel| (cancel.owner, cancel.target.moment) == (owner, moment);
                for cancel in cancels.iter_mut().rev().take_while(same) {
                    cancel.due = due;
                }
            }
            (Waker::Task(by), Canceller::Group) => {
                // Those before that woke nobody are the same job's, as far as a failure can be their cause.
                let shown = self.shown.min(cancels.len());
                for cancel in cancels[shown..].iter_mut().filter(|cancel| cancel.by == Canceller::Group) {
                    cancel.told = Some(by);
                }
            }
            _ => {}
        }
    }

    fn limit_of(&self, task: TaskId) -> Option<TaskId> {
        // Each request is passed on once: after that, the next one is for a limit of the task's own.
        let mut fresh = self.asked.iter().rev().take_while(|(asked, ..)| *asked != task);
        fresh.find_map(|(asked, by, owner)| {
            let wait = self.steps.all[self.steps.last_of(*asked)?].wait()?;
            // Who is woken has taken the request for itself.
            let passes_on = *by == Canceller::Timeout && self.readied[asked.index()].is_none();
            (passes_on && awaited(wait).contains(&task)).then_some(*owner)
        })
    }
}

/// The tasks whose ends a wait is for.
pub(super) fn awaited(wait: &Wait) -> &[TaskId] {
    match wait {
        Wait::Task(task) => std::slice::from_ref(task),
        Wait::Tasks(tasks) | Wait::AnyOf(tasks) => tasks,
        _ => &[],
    }
}

/// Until when a wait lasts that is an operation of the task's own: sleeping, or a call in a thread of the pool.
pub(super) fn own_time(wait: &Wait) -> Option<Duration> {
    match wait {
        Wait::Sleep { until } | Wait::Thread { until } => Some(*until),
        _ => None,
    }
}
