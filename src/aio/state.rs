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

use super::current::{TaskWaker, Wakeup};
use super::error::Error;
use super::task::{Copier, PinnedBody};
use super::trace::{self, Canceller, Ending, Outcome, ResourceId, ResourceKind, TaskId, Trace, Wait, What};

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

/// What is called when a task has ended, or when its turn has come.
pub(super) enum Callee {
    /// One who waits for several tasks; the task's place in their list.
    Listener(Weak<dyn Listener>, u32),
    /// One who waits for the task alone: woken at once.
    Waiter(Wakeup),
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

    /// Takes a finished task's output, or says why there is none.
    pub(super) fn take_output(&mut self, task: TaskId) -> (Option<PinnedBody>, Option<Error>) {
        self.see_error(task);
        (self.slot(task).body.take(), self.failure(task))
    }

    /// Why a task ended without an output, if it did.
    pub(super) fn failure(&self, task: TaskId) -> Option<Error> {
        self.tasks[task.index()].rest.as_ref().and_then(|rest| rest.failure.clone())
    }

    /// Notes that somebody has seen the error that a task ended with, if it did.
    pub(super) fn see_error(&mut self, task: TaskId) {
        if std::mem::take(&mut self.slot(task).unseen) {
            self.record_of(task, What::Retrieved, None);
        }
    }

    pub(super) fn copy_output_with(&mut self, task: TaskId, copier: Copier) {
        self.slot(task).rest().copier = Some(copier);
    }

    /// How to copy a task's output for others who may still ask for it.
    pub(super) fn copier(&self, task: TaskId) -> Option<Copier> {
        let slot = &self.tasks[task.index()];
        slot.rest.as_ref().and_then(|rest| rest.copier).filter(|_| slot.claims > 1)
    }

    /// Puts an output back, for others who will ask for it.
    pub(super) fn put_output(&mut self, task: TaskId, output: PinnedBody) -> Option<PinnedBody> {
        self.slot(task).body.replace(output)
    }

    /// Keeps why a task ended without an output.
    pub(super) fn keep_failure(&mut self, task: TaskId, failure: Error) {
        self.slot(task).rest().failure = Some(failure);
    }

    /// Has somebody woken when the task ends, before everyone who asks for that later.
    pub(super) fn wake_when_over(&mut self, task: TaskId, wakeup: Wakeup) -> Option<CallId> {
        let slot = self.slot(task);
        if slot.calls.is_none() && slot.rest().waiter.is_none() {
            slot.rest().waiter = Some(wakeup);
            return None;
        }
        Some(self.call_when_over(task, Callee::Waiter(wakeup)))
    }

    /// Replaces whom to wake at the task's end. Gives back who that was.
    #[must_use]
    pub(super) fn wake_another(&mut self, task: TaskId, call: Option<CallId>, wakeup: Wakeup) -> Option<Wakeup> {
        let place = match call {
            None => self.slot(task).rest().waiter.as_mut(),
            Some(call) => match &mut self.calls[call.index()] {
                Some(Call { callee: Callee::Waiter(place), .. }) => Some(place),
                _ => None,
            },
        };
        place.map(|place| std::mem::replace(place, wakeup))
    }

    /// Has something called when the task ends, one job after that, and after what was to be called before.
    pub(super) fn call_when_over(&mut self, task: TaskId, callee: Callee) -> CallId {
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
    pub(super) fn take_call(&mut self, call: CallId) -> Option<(Callee, TaskId, Option<CallId>)> {
        let Call { callee, task, next } = self.calls[call.index()].take()?;
        Some((callee, task, next))
    }

    /// No longer calls what was to be called at the task's end. Gives back what that was.
    #[must_use]
    pub(super) fn forget_call(&mut self, task: TaskId, call: Option<CallId>) -> impl Sized + use<> {
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
    pub(super) fn queue_call(&mut self, call: CallId) -> (Option<Wakeup>, Option<CallId>) {
        let Some(Call { callee, next, .. }) = &self.calls[call.index()] else { return (None, None) };
        let next = *next;
        if !matches!(callee, Callee::Waiter(_)) {
            self.ready.push(Job::call(call));
            return (None, next);
        }
        match self.take_call(call) {
            Some((Callee::Waiter(wakeup), ..)) => (Some(wakeup), next),
            _ => (None, next),
        }
    }

    /// Has something called in the name of the current task when its turn has come.
    pub(super) fn call_soon(&mut self, callee: Callee) -> CallId {
        let call = self.add_call(self.speaker(), callee);
        self.ready.push(Job::call(call));
        call
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

    /// One more may ask for the task's output.
    pub(super) fn claim(&mut self, task: TaskId) {
        let slot = self.slot(task);
        slot.claims = slot.claims.saturating_add(1);
    }

    /// One less will ask for the task's output. Gives back what was kept for that.
    #[must_use]
    pub(super) fn disclaim(&mut self, task: TaskId) -> impl Sized + use<> {
        let slot = &mut self.tasks[task.index()];
        if slot.claims != u8::MAX {
            slot.claims = slot.claims.saturating_sub(1);
        }
        if slot.claims == 0 && slot.is_finished() { slot.body.take() } else { None }
    }

    /// Notes that a task is asked to stop. Says to whom to pass that on; none if there is nothing left to stop, or if the
    /// request has come round in a circle.
    pub(super) fn request_cancel(
        &mut self,
        task: TaskId,
        by: Canceller,
        message: Option<&Arc<str>>,
    ) -> Option<Forward> {
        let slot = &mut self.tasks[task.index()];
        if slot.is_finished() {
            return None;
        }
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

    /// Notes that a request to stop has been passed on through the task, to the end.
    pub(super) fn passed_on(&mut self, task: TaskId) {
        let mut next = Some(task);
        while let Some(rest) = next.take().and_then(|task| self.slot(task).rest.as_deref_mut()) {
            if std::mem::take(&mut rest.passing_on)
                && let Forward::Task(child) = rest.forward
            {
                next = Some(child);
            }
        }
    }

    /// To whom a request to stop the task is to be passed on.
    pub(super) fn forward(&self, task: TaskId) -> Forward {
        self.tasks[task.index()].rest.as_ref().map_or(Forward::Own, |rest| rest.forward.clone())
    }

    /// Has the task find a request to stop at its await.
    pub(super) fn deliver_cancel(&mut self, task: TaskId, delivery: Delivery) {
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
    pub(super) fn withdraw_cancel(&mut self) -> bool {
        std::mem::take(&mut self.must_cancel)
    }

    /// Forgets a request that a task has not seen yet.
    pub(super) fn withdraw_cancel_of(&mut self, task: TaskId) {
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
    pub(super) fn message(&self, task: TaskId) -> Option<Arc<str>> {
        self.tasks[task.index()].rest.as_ref()?.message.clone()
    }

    /// What was said with the request to stop that the task has just seen.
    pub(super) fn take_message(&mut self, task: TaskId) -> Option<Arc<str>> {
        let rest = self.slot(task).rest.as_mut()?;
        rest.hit = false;
        rest.message.take()
    }

    /// Whether a task has been asked to stop and has not noticed yet.
    pub(super) fn is_cancelled(&self, task: TaskId) -> bool {
        if self.current == Some(task) { self.must_cancel } else { self.tasks[task.index()].must_cancel }
    }

    /// How many times a task has been asked to stop, by whomever.
    pub(super) fn cancels(&self, task: TaskId) -> u32 {
        self.tasks[task.index()].rest.as_ref().map_or(0, |rest| rest.cancels)
    }

    /// Takes back one of the requests to stop a task; gives how many there are left.
    pub(super) fn uncancel(&mut self, task: TaskId) -> u32 {
        let rest = self.slot(task).rest();
        rest.cancels = rest.cancels.saturating_sub(1);
        rest.cancels
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
