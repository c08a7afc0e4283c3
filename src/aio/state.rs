//! What the executor keeps of its tasks from one poll to the next.
//!
//! Nothing here polls, drops or wakes what belongs to a program: whatever is left over is given back to do that with.

mod calls;
mod cancel;
mod outputs;

use std::cell::Cell;
use std::num::NonZeroU32;
use std::panic::Location;
use std::rc::{Rc, Weak};
use std::sync::Arc;
use std::task::Waker;
use std::time::Duration;

use super::current::{TaskWaker, Wakeup};
use super::error::Error;
use super::task::{Copier, PinnedBody};
use super::trace::{self, Ending, Outcome, ResourceId, ResourceKind, TaskId, Trace, Wait, What};

/// A place in the queue. In four bytes, since a queue can get very long.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Job(u32);

/// What to do when a place in the queue has its turn.
pub(super) enum Todo {
    /// Polls the task.
    Step(TaskId),
    /// Tells somebody that a task has ended, or calls what is to be called. The loop does so for itself, but it takes its
    /// place in the queue, as in asyncio.
    Call(CallId),
    /// Begins to take down the run.
    Shutdown,
}

/// A place in `State::calls`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct CallId(NonZeroU32);

impl CallId {
    fn index(self) -> usize {
        self.0.get() as usize
    }
}

impl Job {
    const CALL: u32 = 1 << 31;
    const SHUTDOWN: Self = Self(u32::MAX);

    fn step(task: TaskId) -> Self {
        Self(task.0)
    }

    fn call(call: CallId) -> Self {
        Self(call.0.get() | Self::CALL)
    }

    pub(super) fn todo(self) -> Todo {
        if self == Self::SHUTDOWN {
            Todo::Shutdown
        } else if let Some(call) = NonZeroU32::new(self.0 ^ Self::CALL).filter(|_| self.0 & Self::CALL != 0) {
            Todo::Call(CallId(call))
        } else {
            Todo::Step(TaskId(self.0))
        }
    }
}

/// To whom a cancellation of a suspended task is passed on.
#[derive(Clone, Default)]
pub(super) enum Forward {
    /// To nobody: the await itself ends with it.
    #[default]
    Own,
    Task(TaskId),
    /// To each, unless the group is over.
    Group(Rc<Group>),
    /// To a result that is not there yet, and so to everyone who waits for it.
    Promise(Rc<dyn Revoke>),
}

/// Something awaited that can be cancelled.
pub(super) trait Revoke {
    /// Cancels it. Says whether there was anything left to cancel.
    fn revoke(&self, message: Option<&Arc<str>>) -> bool;
}

/// Tasks that are awaited as one.
#[derive(Debug)]
pub(super) struct Group {
    pub(super) tasks: Arc<[TaskId]>,
    /// What the awaiting task waits for has come: a request to cancel is for itself alone.
    pub(super) over: Cell<bool>,
    /// A request to cancel has been passed on.
    pub(super) cancelled: Cell<bool>,
}

/// How a request to stop reaches a task.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Delivery {
    /// By whom it awaits, to whom it was passed on.
    PassedOn,
    /// It is woken and finds it at its await.
    AtOnce,
    /// It finds it at its await when what it waits for wakes it: that is over, and about to.
    WhenWoken,
}

/// Somebody who waits for several tasks.
pub(super) trait Listener {
    /// The task at this place of theirs is over.
    fn hear_of(&self, place: usize);
}

/// A task's place in the list of one who waits for several.
#[derive(Clone, Copy)]
pub(super) struct Place(u32);

impl Place {
    const LOOKS_ANYWAY: u32 = 1 << 31;

    pub(super) fn new(number: usize) -> Self {
        Self(number as u32)
    }

    /// Whoever waits still takes note of the task's error after having given up.
    pub(super) fn and_looks_anyway(self) -> Self {
        Self(self.0 | Self::LOOKS_ANYWAY)
    }

    pub(super) fn looks_anyway(self) -> bool {
        self.0 & Self::LOOKS_ANYWAY != 0
    }

    pub(super) fn number(self) -> usize {
        (self.0 & !Self::LOOKS_ANYWAY) as usize
    }
}

/// What is called when a task has ended, or when its turn has come.
pub(super) enum Callee {
    /// One who waits for several tasks.
    Listener(Weak<dyn Listener>, Place),
    /// One who waits for the task alone: woken at once. Boxed, since most calls are not of this kind.
    Waiter(Box<Wakeup>),
    /// The program's own.
    Program(Box<dyn FnOnce()>),
}

struct Call {
    callee: Callee,
    /// The task whose end it hears of, or that asked to be called.
    task: TaskId,
    /// What is called after it.
    next: Option<CallId>,
}

/// How far a task has come.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Phase {
    /// In the queue for the first time.
    New,
    Queued,
    /// Suspended, or being polled.
    Away,
    Finished,
}

/// A task, from its creation to the end of the run. As small as possible, since a run keeps one for each of its tasks.
struct Slot {
    /// Its future, unless it is being polled, and then its output, until that is taken.
    body: Option<PinnedBody>,
    rest: Option<Box<Rest>>,
    /// The first who hears of its end, after the one in `rest`.
    calls: Option<CallId>,
    phase: Phase,
    /// Asked to stop, and no await has said so yet. While it is polled, the state knows instead.
    must_cancel: bool,
    /// How many may still ask for the output. Past 254 it is no longer counted, and the output stays.
    claims: u8,
    /// It ended with an error that nobody has seen.
    unseen: bool,
}

/// What only those tasks have that wait for something, are awaited or cancelled.
#[derive(Default)]
struct Rest {
    /// A waker that somebody has kept.
    waker: Option<TaskWaker>,
    /// Who is woken at the task's end, before everyone else who hears of it.
    waiter: Option<Wakeup>,
    forward: Forward,
    /// The pool for a worker of which it waits.
    pool: Option<ResourceId>,
    /// How many times it was asked to stop, without the requests of time limits that are over.
    cancels: u32,
    /// What was said with the last request to stop that has not been seen, or with the first that hit the await itself.
    message: Option<Arc<str>>,
    /// A request has hit the await at which the task stands.
    hit: bool,
    /// A request to stop is being passed on through it.
    passing_on: bool,
    /// How many things it said that it waits for when it was polled last, if it is more than one.
    waits: u32,
    /// Why it ended without an output.
    failure: Option<Error>,
    /// How to copy its output.
    copier: Option<Copier>,
}

impl Slot {
    fn rest(&mut self) -> &mut Rest {
        self.rest.get_or_insert_default()
    }

    /// Notes that it stands in the queue; says whether it did not yet.
    fn queue(&mut self) -> bool {
        let away = self.phase == Phase::Away;
        if away {
            self.phase = Phase::Queued;
        }
        away
    }

    /// Takes whom to wake, and forgets the rest.
    #[inline(never)]
    fn take_waiter(&mut self) -> Option<Wakeup> {
        let rest = self.rest.take()?;
        if rest.copier.is_some() || rest.cancels > 0 {
            let kept = self.rest();
            kept.copier = rest.copier;
            kept.cancels = rest.cancels;
        }
        rest.waiter
    }

    fn is_finished(&self) -> bool {
        self.phase == Phase::Finished
    }
}

/// A task that is about to be polled.
pub(super) struct Step {
    pub(super) body: PinnedBody,
    /// It is polled with the spare waker, and nobody has asked it to stop.
    pub(super) plain: bool,
    /// Asked to stop before it ran.
    pub(super) stillborn: bool,
}

/// What was so before a part of a task was polled that alone is asked to stop.
pub(super) struct Scope {
    must_cancel: bool,
    outer: Option<bool>,
}

/// What is left when a task has ended.
pub(super) struct Finished {
    pub(super) waiter: Option<Wakeup>,
    pub(super) calls: Option<CallId>,
    pub(super) garbage: Option<PinnedBody>,
}

#[expect(clippy::struct_excessive_bools, reason = "each says something of its own, and none excludes another")]
pub(super) struct State {
    pub(super) trace: Trace,
    /// What the next turn does, in this order.
    pub(super) ready: Vec<Job>,
    /// The list that the last turn has worked off, for the next to be filled.
    pub(super) emptied: Vec<Job>,
    tasks: Vec<Slot>,
    /// What is called at the ends of tasks and at other times, as one job each. The first is nothing.
    calls: Vec<Option<Call>>,
    pub(super) now: Duration,
    pub(super) turning: bool,
    /// The task that is being polled.
    pub(super) current: Option<TaskId>,
    /// In whose name something is being called.
    speaker: Option<TaskId>,
    /// The current task has been asked to stop, and no await has said so yet.
    must_cancel: bool,
    /// A request is for that part of the current task alone which is being polled now; whether it has been answered.
    scope: Option<bool>,
    /// How many things the current task has said that it waits for.
    waits: u32,
    /// Which waker it is polled with.
    pub(super) polled_with: *const (),
    /// It was woken: it becomes ready once it has given the thread back.
    rewoken: bool,
    /// What it said last that it waits for, to whom it passes on a cancellation then, and where.
    wait: Option<(Wait, Forward, &'static Location<'static>)>,
    /// It yielded, and counts on being polled again, whatever else it waits for.
    pub(super) again: bool,
    /// Where it said that it waits for its next turn only.
    yielded: Option<&'static Location<'static>>,
    /// Who wakes whoever is woken now, unless a task does.
    pub(super) cause: trace::Waker,
    pub(super) unfinished: usize,
    /// Once the run is being taken down: how many tasks were asked to stop for that, and how many of these are not over.
    asked_at_end: u32,
    left_at_end: Option<u32>,
    /// How many turns there have been at the time at which the last one began.
    turns: u32,
    turns_at: Duration,
    pub(super) ended: Option<Ending>,
    /// The run has ended for good: a deadlock can still be undone from outside. Apart from `ended`, since every step asks.
    over: bool,
}

impl State {
    pub(super) fn new() -> Self {
        Self {
            trace: Trace::default(),
            ready: Vec::new(),
            emptied: Vec::new(),
            tasks: Vec::new(),
            calls: vec![None],
            now: Duration::ZERO,
            turning: false,
            current: None,
            speaker: None,
            must_cancel: false,
            scope: None,
            waits: 0,
            polled_with: std::ptr::null(),
            rewoken: false,
            wait: None,
            again: false,
            yielded: None,
            cause: trace::Waker::Host,
            unfinished: 0,
            asked_at_end: 0,
            left_at_end: None,
            turns: 0,
            turns_at: Duration::ZERO,
            ended: None,
            over: false,
        }
    }

    fn slot(&mut self, task: TaskId) -> &mut Slot {
        &mut self.tasks[task.index()]
    }

    pub(super) fn current_task(&self) -> TaskId {
        self.current.expect("a future of this module is polled inside a task")
    }

    /// Whether the run has ended for good.
    #[inline]
    pub(super) fn is_over(&self) -> bool {
        self.over
    }

    pub(super) fn set_now(&mut self, now: Duration) {
        if now > self.now {
            self.now = now;
            self.trace.set_now(now);
        }
    }

    /// Adds a task at the end of the queue. Gives back the body of one that will never run: it was spawned by a destructor
    /// while the run was being taken down.
    pub(super) fn spawn(&mut self, body: PinnedBody, site: &'static Location<'static>) -> (TaskId, Option<PinnedBody>) {
        let over = self.is_over();
        let (body, refused) = if over { (None, Some(body)) } else { (Some(body), None) };
        let task = self.trace.add_task();
        let phase = if over { Phase::Finished } else { Phase::New };
        if self.tasks.len() == self.tasks.capacity() {
            // A run with many tasks mostly gets many more: fewer and larger steps, less to copy.
            self.tasks.reserve_exact((3 * self.tasks.len()).max(16));
        }
        self.tasks.push(Slot { body, rest: None, calls: None, phase, must_cancel: false, claims: 1, unseen: false });
        if !over {
            self.trace.record_created(task, site);
            self.ready.push(Job::step(task));
            self.unfinished += 1;
        }
        (task, refused)
    }

    /// Takes out the task that is polled next; none if it has been dropped. `spare` is the waker that it gets if it has none
    /// of its own.
    #[inline]
    pub(super) fn begin(&mut self, task: TaskId, spare: &Waker) -> Option<Step> {
        let slot = &mut self.tasks[task.index()];
        if slot.phase == Phase::Finished {
            // It woke itself in its last poll; what lies there is its output.
            return None;
        }
        let body = slot.body.take()?;
        let plain = slot.rest.is_none() && !slot.must_cancel;
        let stillborn = slot.must_cancel && slot.phase == Phase::New;
        self.must_cancel = slot.must_cancel;
        slot.must_cancel = false;
        slot.phase = Phase::Away;
        self.polled_with = spare.data();
        self.waits = 0;
        self.current = Some(task);
        self.trace.record_running(task);
        Some(Step { body, plain, stillborn })
    }

    /// The waker that the task has kept when it was polled before, which it is now polled with again.
    #[inline(never)]
    pub(super) fn resume(&mut self, task: TaskId) -> Option<TaskWaker> {
        let rest = self.slot(task).rest.as_mut()?;
        rest.forward = Forward::Own;
        rest.pool = None;
        rest.waits = 0;
        let own = rest.waker.take()?;
        self.polled_with = own.waker().data();
        Some(own)
    }

    /// Puts back a task that waits for its next turn only; otherwise gives its body back, which has to be parked.
    #[inline]
    pub(super) fn park_yielded(&mut self, task: TaskId, body: PinnedBody) -> Result<(), PinnedBody> {
        if self.over || self.must_cancel {
            return Err(body);
        }
        let Some(site) = self.yielded.take() else { return Err(body) };
        let slot = &mut self.tasks[task.index()];
        // Nothing to drop: it was taken out to be polled.
        std::mem::forget(slot.body.replace(body));
        self.current = None;
        self.rewoken = false;
        let again = std::mem::take(&mut self.again);
        // Suspended and ready again in one.
        self.trace.record_yielded(task, site);
        if again && slot.queue() {
            self.ready.push(Job::step(task));
        }
        Ok(())
    }

    /// Puts back a task that waits. Says whether it has been asked to stop meanwhile, and is to find that at its await.
    pub(super) fn park(&mut self, task: TaskId, body: PinnedBody, waker: Option<TaskWaker>) -> bool {
        let must_cancel = std::mem::take(&mut self.must_cancel);
        let yielded = self.yielded.is_some();
        if waker.is_some() {
            self.slot(task).rest().waker = waker;
        }
        let Err(body) = self.park_yielded(task, body) else { return must_cancel };
        self.current = None;
        let slot = &mut self.tasks[task.index()];
        slot.body = Some(body);
        let (wait, forward, site) = match self.wait.take() {
            Some((wait, forward, site)) => (Some(wait), forward, Some(site)),
            None => (None, Forward::Own, None),
        };
        // Something from elsewhere would not look at the request: it stays for the next await that does.
        let heard = wait.is_some() || yielded;
        slot.must_cancel = must_cancel && !heard;
        if !matches!(forward, Forward::Own) {
            slot.rest().forward = forward;
        }
        if self.waits > 1 {
            slot.rest().waits = self.waits;
        }
        if let Some(Wait::Resource(resource)) = wait
            && self.trace.resources()[resource.index()].kind == ResourceKind::Pool
        {
            slot.rest().pool = Some(resource);
        }
        if std::mem::take(&mut self.again) && slot.queue() {
            self.ready.push(Job::step(task));
            self.rewoken = true;
        }
        self.trace.record(task, What::Suspended(wait.unwrap_or(Wait::Other)), site);
        if std::mem::take(&mut self.rewoken) {
            self.trace.record(task, What::Ready(trace::Waker::Task(task)), None);
        }
        must_cancel && heard
    }

    /// Notes a task's end, and who has to hear of it.
    pub(super) fn finish(&mut self, task: TaskId, body: Option<PinnedBody>, mut outcome: Outcome) -> Finished {
        self.current = None;
        self.cause = trace::Waker::Task(task);
        self.rewoken = false;
        self.wait = None;
        self.yielded = None;
        self.again = false;
        self.unfinished -= 1;
        if task.0 < self.asked_at_end
            && let Some(left) = &mut self.left_at_end
        {
            *left -= 1;
        }
        let slot = &mut self.tasks[task.index()];
        slot.phase = Phase::Finished;
        // Asked to stop after its last await: as in asyncio it counts as cancelled, and its value is lost.
        let too_late = std::mem::take(&mut self.must_cancel) && matches!(outcome, Outcome::Returned(_));
        if too_late {
            outcome = Outcome::Cancelled;
        }
        let mut left = Finished { waiter: None, calls: slot.calls.take(), garbage: body };
        slot.unseen = matches!(outcome, Outcome::Raised(_));
        if !too_late && slot.claims > 0 {
            slot.body = left.garbage.take();
        }
        if slot.rest.is_some() {
            let message = slot.rest().message.take();
            left.waiter = slot.take_waiter();
            if too_late {
                slot.rest().failure = Some(Error::Cancelled(message));
            }
        }
        if task == TaskId::MAIN {
            self.ready.push(Job::SHUTDOWN);
        }
        self.trace.record_finished(task, outcome);
        left
    }

    pub(super) fn wake(&mut self, task: TaskId) {
        if !self.slot(task).queue() {
            return;
        }
        self.ready.push(Job::step(task));
        match self.current {
            Some(current) if current == task => self.rewoken = true,
            Some(current) => self.trace.record_woken(task, current),
            None => self.trace.record(task, What::Ready(self.cause), None),
        }
    }

    /// Says what the current task waits for, and where. Only what is said last before it gives the thread back counts.
    pub(super) fn suspend_on(&mut self, wait: Wait, forward: Forward, site: &'static Location<'static>) {
        self.yielded = None;
        self.waits += 1;
        self.wait = Some((wait, forward, site));
    }

    /// Suspends the current task for a turn: when it has given the thread back, it goes to the end of the queue.
    pub(super) fn yield_at(&mut self, site: &'static Location<'static>) {
        self.wait = None;
        self.waits += 1;
        self.yielded = Some(site);
    }

    /// Records what happened to the current task, or in a call made in the name of one.
    pub(super) fn record(&mut self, what: What, site: Option<&'static Location<'static>>) {
        if let Some(task) = self.current.or(self.speaker) {
            self.record_of(task, what, site);
        }
    }

    /// Records what happened to a task.
    pub(super) fn record_of(&mut self, task: TaskId, what: What, site: Option<&'static Location<'static>>) {
        if !self.is_over() {
            self.trace.record(task, what, site);
        }
    }

    pub(super) fn is_finished(&self, task: TaskId) -> bool {
        self.tasks[task.index()].is_finished()
    }

    /// Begins to call in the name of a task, or ends that. Gives in whose name it was before.
    pub(super) fn speak_for(&mut self, task: Option<TaskId>) -> Option<TaskId> {
        std::mem::replace(&mut self.speaker, task)
    }

    /// Whether nothing happens in the name of a task now.
    pub(super) fn is_silent(&self) -> bool {
        self.current.or(self.speaker).is_none()
    }

    /// The current task, or the one in whose name something is being called.
    pub(super) fn speaker(&self) -> TaskId {
        self.current.or(self.speaker).unwrap_or(TaskId::MAIN)
    }

    /// Records what a task waits for now, if what it last said is that it waits for this pool, and if it still waits.
    pub(super) fn now_waits_for(
        &mut self,
        task: TaskId,
        pool: ResourceId,
        wait: Wait,
        site: &'static Location<'static>,
    ) {
        let slot = &self.tasks[task.index()];
        let still_waits = slot.phase == Phase::Away && self.current != Some(task);
        if still_waits && slot.rest.as_ref().is_some_and(|rest| rest.pool == Some(pool)) {
            self.record_of(task, What::Suspended(wait), Some(site));
        }
    }

    /// Whether something that the executor knows nothing of may still wake a task.
    pub(super) fn waits_for_foreign(&self) -> bool {
        let is_kept = |rest: &Rest| rest.waker.as_ref().is_some_and(TaskWaker::is_kept);
        self.tasks.iter().any(|slot| !slot.is_finished() && slot.rest.as_deref().is_some_and(is_kept))
    }

    /// Notes that every task that there is is asked to stop. Says how many tasks there have been.
    pub(super) fn begin_end(&mut self) -> u32 {
        self.asked_at_end = self.trace.task_count() as u32;
        self.left_at_end = Some(self.unfinished as u32);
        self.asked_at_end
    }

    /// Whether nobody is left for whose end the run waits: of those who come while it is taken down it takes no notice.
    pub(super) fn is_done(&self) -> bool {
        self.unfinished == 0 || self.left_at_end == Some(0)
    }

    /// Whether something is to be called: that is done even when no task is left.
    pub(super) fn has_calls(&self) -> bool {
        self.ready.iter().any(|job| matches!(job.todo(), Todo::Call(_)))
    }

    /// Notes the end of a turn that began then. Gives a task that is still ready if there have been more turns than
    /// `at_most` without any time passing.
    pub(super) fn note_turn(&mut self, due: Duration, at_most: u32) -> Option<TaskId> {
        self.turns = if due == self.turns_at { self.turns + 1 } else { 0 };
        self.turns_at = due;
        if self.turns <= at_most {
            return None;
        }
        self.ready.iter().find_map(|job| match job.todo() {
            Todo::Step(task) => Some(task),
            _ => None,
        })
    }

    pub(super) fn end(&mut self, ending: Ending) {
        self.ended = Some(ending);
        self.over = ending != Ending::Deadlock;
        self.trace.end(Some((self.now, ending)));
    }

    /// The tasks that are not over, where they stand.
    #[must_use]
    pub(super) fn take_unfinished(&mut self) -> impl Sized + use<> {
        let unfinished = |slot: &mut Slot| if slot.is_finished() { None } else { slot.body.take() };
        if self.unfinished == 0 { Vec::new() } else { self.tasks.iter_mut().filter_map(unfinished).collect() }
    }

    /// Everything that belongs to the program and is still there.
    #[must_use]
    pub(super) fn take_everything(&mut self) -> impl Sized + use<> {
        let of_task = |slot: &mut Slot| (slot.body.take(), slot.rest.take());
        let tasks = self.tasks.iter_mut().map(of_task).collect::<Vec<_>>();
        // What is taken may still want to be forgotten.
        let calls = self.calls.iter_mut().map(Option::take).collect::<Vec<_>>();
        (tasks, calls)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_task_takes_twenty_bytes_where_pointers_take_four() {
        assert_eq!(size_of::<Slot>(), 4 * size_of::<usize>() + if cfg!(target_pointer_width = "32") { 4 } else { 0 });
    }
}
