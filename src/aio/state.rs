//! What the executor keeps of its tasks from one poll to the next.
//!
//! Nothing here polls, drops or wakes what belongs to a program: whatever is left over is given back to do that with.

use std::cell::Cell;
use std::num::NonZeroU32;
use std::panic::Location;
use std::rc::{Rc, Weak};
use std::sync::Arc;
use std::task::Waker;
use std::time::Duration;

use super::task::PinnedBody;
use super::trace::{self, Canceller, Ending, Outcome, TaskId, Trace, Wait, What};

/// A place in the queue. In four bytes, since a queue can get very long.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Job(u32);

/// What to do when a place in the queue has its turn.
pub(super) enum Todo {
    /// Polls the task.
    Step(TaskId),
    /// Tells who waits for the task as one of a group that it has ended. The loop does so for itself, but it takes its place
    /// in the queue, as in asyncio.
    Tell(TaskId),
    /// Begins to take down the run.
    Shutdown,
}

impl Job {
    const TELL: u32 = 1 << 31;
    const SHUTDOWN: Self = Self(u32::MAX);

    fn step(task: TaskId) -> Self {
        Self(task.0)
    }

    fn tell(task: TaskId) -> Self {
        Self(task.0 | Self::TELL)
    }

    pub(super) fn todo(self) -> Todo {
        if self == Self::SHUTDOWN {
            Todo::Shutdown
        } else if self.0 & Self::TELL == 0 {
            Todo::Step(TaskId(self.0))
        } else {
            Todo::Tell(TaskId(self.0 ^ Self::TELL))
        }
    }
}

/// To whom a cancellation of a suspended task is passed on.
#[derive(Clone, Default)]
pub(super) enum Forward {
    /// To nobody: the await itself ends with it.
    #[default]
    Own,
    /// The same, and the wait is for something that the executor knows nothing of.
    Foreign,
    Task(TaskId),
    /// To each, unless the group is over.
    Group(Rc<Group>),
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

/// Somebody who waits for several tasks.
pub(super) trait Listener {
    /// The task at this place of theirs is over.
    fn hear_of(&self, place: usize);
}

/// Somebody who is to hear of a task's end.
struct Heard {
    listener: Weak<dyn Listener>,
    /// The task's place in their list.
    place: u32,
    /// Who hears of it after them.
    next: Option<NonZeroU32>,
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
    /// The first who hears of its end, as a place in `State::listeners`.
    listener: Option<NonZeroU32>,
    phase: Phase,
    /// Asked to stop, and no await has said so yet. While it is polled, the state knows instead.
    must_cancel: bool,
    /// Nobody will ask for the output.
    detached: bool,
}

/// What only those tasks have that wait for something, are awaited or cancelled.
#[derive(Default)]
struct Rest {
    /// A waker that somebody has kept.
    waker: Option<Waker>,
    /// Who is woken at the task's end.
    waiter: Option<Waker>,
    forward: Forward,
    /// How many times it was asked to stop, without the requests of time limits that are over.
    cancels: u32,
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

    /// Takes the waker of the one who waits, and forgets the rest.
    #[inline(never)]
    fn take_waiter(&mut self) -> Option<Waker> {
        self.rest.take()?.waiter
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

/// What is left when a task has ended.
pub(super) struct Finished {
    pub(super) waiter: Option<Waker>,
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
    /// Who hears of the ends of tasks, as one job each. The first is nobody.
    listeners: Vec<Option<Heard>>,
    pub(super) now: Duration,
    pub(super) turning: bool,
    /// The task that is being polled.
    pub(super) current: Option<TaskId>,
    /// It has been asked to stop, and no await has said so yet.
    must_cancel: bool,
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
            listeners: vec![None],
            now: Duration::ZERO,
            turning: false,
            current: None,
            must_cancel: false,
            polled_with: std::ptr::null(),
            rewoken: false,
            wait: None,
            again: false,
            yielded: None,
            cause: trace::Waker::Host,
            unfinished: 0,
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

    fn current_slot(&mut self) -> &mut Slot {
        self.slot(self.current_task())
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
        self.tasks.push(Slot { body, rest: None, listener: None, phase, must_cancel: false, detached: false });
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
        self.current = Some(task);
        self.trace.record_running(task);
        Some(Step { body, plain, stillborn })
    }

    /// The waker that the task has kept when it was polled before, which it is now polled with again.
    #[inline(never)]
    pub(super) fn resume(&mut self, task: TaskId) -> Option<Waker> {
        let rest = self.slot(task).rest.as_mut()?;
        rest.forward = Forward::Own;
        let waker = rest.waker.take()?;
        self.polled_with = waker.data();
        Some(waker)
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

    /// Puts back a task that waits. Says whether it has been asked to stop meanwhile.
    pub(super) fn park(&mut self, task: TaskId, body: PinnedBody, waker: Option<Waker>) -> bool {
        let must_cancel = std::mem::take(&mut self.must_cancel);
        if waker.is_some() {
            self.slot(task).rest().waker = waker;
        }
        let Err(body) = self.park_yielded(task, body) else { return must_cancel };
        self.current = None;
        let slot = &mut self.tasks[task.index()];
        slot.body = Some(body);
        let (wait, forward, site) = match self.wait.take() {
            Some((wait, forward, site)) => (Some(wait), forward, Some(site)),
            None => (None, Forward::Foreign, None),
        };
        if !matches!(forward, Forward::Own) {
            slot.rest().forward = forward;
        }
        if std::mem::take(&mut self.again) && slot.queue() {
            self.ready.push(Job::step(task));
            self.rewoken = true;
        }
        self.trace.record(task, What::Suspended(wait.unwrap_or(Wait::Other)), site);
        if std::mem::take(&mut self.rewoken) {
            self.trace.record(task, What::Ready(trace::Waker::Task(task)), None);
        }
        must_cancel
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
        let slot = &mut self.tasks[task.index()];
        slot.phase = Phase::Finished;
        // Asked to stop after its last await: as in asyncio it counts as cancelled, and its value is lost.
        let too_late = std::mem::take(&mut self.must_cancel) && matches!(outcome, Outcome::Returned(_));
        if too_late {
            outcome = Outcome::Cancelled;
        }
        let mut left = Finished { waiter: None, garbage: body };
        if !too_late && !slot.detached {
            slot.body = left.garbage.take();
        }
        if slot.rest.is_some() {
            left.waiter = slot.take_waiter();
        }
        if slot.listener.is_some() {
            self.tell_all(task);
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
            Some(current) => self.trace.record(task, What::Ready(trace::Waker::Task(current)), None),
            None => self.trace.record(task, What::Ready(self.cause), None),
        }
    }

    /// Says what the current task waits for, and where. Only what is said last before it gives the thread back counts.
    pub(super) fn suspend_on(&mut self, wait: Wait, forward: Forward, site: &'static Location<'static>) {
        self.yielded = None;
        self.wait = Some((wait, forward, site));
    }

    /// Suspends the current task for a turn: when it has given the thread back, it goes to the end of the queue.
    pub(super) fn yield_at(&mut self, site: &'static Location<'static>) {
        self.wait = None;
        self.yielded = Some(site);
    }

    /// Records what happened to the current task.
    pub(super) fn record(&mut self, what: What, site: Option<&'static Location<'static>>) {
        if let Some(task) = self.current
            && !self.is_over()
        {
            self.trace.record(task, what, site);
        }
    }

    pub(super) fn is_finished(&self, task: TaskId) -> bool {
        self.tasks[task.index()].is_finished()
    }

    /// Takes a finished task's output.
    pub(super) fn take_output(&mut self, task: TaskId) -> Option<PinnedBody> {
        self.slot(task).body.take()
    }

    /// Has the waker woken when the task ends. Gives back what it replaces.
    #[must_use]
    pub(super) fn wake_when_over(&mut self, task: TaskId, waker: Waker) -> impl Sized + use<> {
        self.slot(task).rest().waiter.replace(waker)
    }

    /// Has the listener hear of the task's end, one job after it, and after those who asked for that before.
    pub(super) fn tell_when_over(&mut self, task: TaskId, listener: Weak<dyn Listener>, place: usize) {
        self.listeners.push(Some(Heard { listener, place: place as u32, next: None }));
        let number = NonZeroU32::new(self.listeners.len() as u32 - 1);
        let slot = &mut self.tasks[task.index()];
        if slot.is_finished() {
            self.ready.push(Job::tell(task));
        }
        let Some(mut last) = slot.listener else {
            slot.listener = number;
            return;
        };
        while let Some(Heard { next: Some(next), .. }) = &self.listeners[last.get() as usize] {
            last = *next;
        }
        if let Some(heard) = &mut self.listeners[last.get() as usize] {
            heard.next = number;
        }
    }

    /// Who is to hear next now that the task is over.
    pub(super) fn listener(&mut self, task: TaskId) -> Option<(Rc<dyn Listener>, usize)> {
        self.cause = trace::Waker::Task(task);
        let number = self.slot(task).listener.take()?.get();
        let heard = self.listeners[number as usize].take()?;
        self.slot(task).listener = heard.next;
        Some((heard.listener.upgrade()?, heard.place as usize))
    }

    /// Has everyone who is to hear of a task's end do so.
    #[inline(never)]
    fn tell_all(&mut self, task: TaskId) {
        let mut next = self.tasks[task.index()].listener;
        while let Some(number) = next {
            self.ready.push(Job::tell(task));
            next = self.listeners[number.get() as usize].as_ref().and_then(|heard| heard.next);
        }
    }

    /// Nobody will ask for the task's output any more. Gives back what was kept for that.
    #[must_use]
    pub(super) fn detach(&mut self, task: TaskId) -> impl Sized + use<> {
        let slot = &mut self.tasks[task.index()];
        slot.detached = true;
        let waiter = slot.rest.as_mut().and_then(|rest| rest.waiter.take());
        let output = if slot.is_finished() { slot.body.take() } else { None };
        (waiter, output)
    }

    /// Notes that a task is asked to stop. Says to whom to pass that on; none if there is nothing left to stop.
    pub(super) fn request_cancel(&mut self, task: TaskId, by: Canceller) -> Option<Forward> {
        let slot = &mut self.tasks[task.index()];
        if slot.is_finished() {
            return None;
        }
        let rest = slot.rest();
        rest.cancels += 1;
        self.trace.record(task, What::CancelRequested(by), None);
        Some(rest.forward.clone())
    }

    /// To whom a request to stop the task is to be passed on.
    pub(super) fn forward(&self, task: TaskId) -> Forward {
        self.tasks[task.index()].rest.as_ref().map_or(Forward::Own, |rest| rest.forward.clone())
    }

    /// Has the task find a request to stop at its await.
    pub(super) fn deliver_cancel(&mut self, task: TaskId) {
        if self.current == Some(task) {
            self.must_cancel = true;
        } else {
            self.slot(task).must_cancel = true;
            self.wake(task);
        }
    }

    /// Forgets a request that the current task has not seen yet; says whether there was one.
    pub(super) fn withdraw_cancel(&mut self) -> bool {
        std::mem::take(&mut self.must_cancel)
    }

    /// Whether a task has been asked to stop and has not noticed yet.
    pub(super) fn is_cancelled(&self, task: TaskId) -> bool {
        if self.current == Some(task) { self.must_cancel } else { self.tasks[task.index()].must_cancel }
    }

    /// How many times the current task has been asked to stop, by whomever.
    pub(super) fn cancels(&self) -> u32 {
        self.tasks[self.current_task().index()].rest.as_ref().map_or(0, |rest| rest.cancels)
    }

    /// Takes back one of the requests to stop the current task; gives how many there are left.
    pub(super) fn uncancel(&mut self) -> u32 {
        let rest = self.current_slot().rest();
        rest.cancels = rest.cancels.saturating_sub(1);
        rest.cancels
    }

    /// Whether a task waits for something that the executor knows nothing of.
    pub(super) fn waits_for_foreign(&self) -> bool {
        let is_foreign = |rest: &Rest| matches!(rest.forward, Forward::Foreign);
        self.tasks.iter().any(|slot| slot.rest.as_deref().is_some_and(is_foreign))
    }

    pub(super) fn end(&mut self, ending: Ending) {
        self.ended = Some(ending);
        self.over = ending != Ending::Deadlock;
        self.trace.end(Some((self.now, ending)));
    }

    /// Everything that belongs to the program and is still there.
    #[must_use]
    pub(super) fn take_everything(&mut self) -> impl Sized + use<> {
        let everything = |slot: &mut Slot| (slot.body.take(), slot.rest.take());
        self.tasks.iter_mut().map(everything).collect::<Vec<_>>()
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
