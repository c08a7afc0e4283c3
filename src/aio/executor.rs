//! Ready queue, timers, one turn.
//!
//! # Order
//!
//! The order is asyncio's, so that a program prints the same lines in the same order under both:
//!
//! - The ready queue is first in, first out. A task that is woken goes to its end; a task that is woken twice stands in it
//!   once.
//! - A turn runs the jobs that were ready when it began, then lets the timers fire that were set and due when it began. What
//!   they wake runs in the next turn.
//! - Timers fire in the order of their deadlines; timers with equal deadlines in the order in which they were set.
//! - A task that ends wakes the task that awaits it at once; `gather` and `as_completed` hear of it one job later.
//! - When the main task ends, the turn in which that becomes known is finished; then every task that is still there is
//!   cancelled, in order of creation, and the run ends when the last of them is over.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::panic::Location;
use std::rc::{Rc, Weak};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Wake, Waker};
use std::time::Duration;

use super::alarms::{Alarm, AlarmKey, Alarms};
use super::host::{Host, When};
use super::task::PinnedBody;
use super::trace::{self, Canceller, Ending, Outcome, TaskId, Trace, Wait, What};

/// In a turn of many polls, reading the clock around each would cost more than the polls: the first ones get a reading
/// each, later ones share one among this many.
const POLLS_PER_READING: u32 = 32;
const POLLS_READ_SINGLY: u32 = 256;

const QUEUED: u8 = 1;
const FINISHED: u8 = 2;

#[derive(Clone, Copy)]
enum Job {
    Step(TaskId),
    /// The first of `Run::calls`: what the loop does for itself takes its place in the queue as in asyncio.
    Call,
}

enum Call {
    Finished(Rc<dyn Fn(TaskId)>, TaskId),
    Shutdown,
}

/// The part of a run that wakers reach. They must be `Send` by their type, hence the lock; it is never held while a
/// future is polled, dropped or woken.
struct Core {
    ready: VecDeque<Job>,
    flags: Vec<u8>,
    trace: Trace,
    now: Duration,
    turning: bool,
    running: Option<TaskId>,
    rewoken: bool,
    cause: trace::Waker,
}

impl Core {
    fn has(&self, task: TaskId, flag: u8) -> bool {
        self.flags[task.index()] & flag != 0
    }

    fn wake(&mut self, task: TaskId) {
        if self.has(task, QUEUED | FINISHED) {
            return;
        }
        self.flags[task.index()] |= QUEUED;
        self.ready.push_back(Job::Step(task));
        if self.running == Some(task) {
            // It becomes ready once it has given the thread back.
            self.rewoken = true;
        } else {
            self.trace.record(self.now, task, What::Ready(self.cause), None);
        }
    }
}

struct Shared {
    id: u64,
    core: Mutex<Core>,
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Core> {
        self.core.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

struct TaskWaker {
    shared: Arc<Shared>,
    task: TaskId,
}

impl Wake for TaskWaker {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        let mut core = self.shared.lock();
        if core.turning {
            core.wake(self.task);
            return;
        }
        drop(core);
        if let Some(run) = find_run(self.shared.id) {
            run.wake_from_outside(self.task);
        }
    }
}

/// To whom a cancellation of a suspended task is passed on.
#[derive(Clone)]
pub(super) enum Forward {
    /// To nobody: the await itself ends with it.
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

struct Suspension {
    wait: Wait,
    forward: Forward,
    site: Option<&'static Location<'static>>,
}

pub(super) enum Waiter {
    Task(Waker),
    Call(Rc<dyn Fn(TaskId)>),
}

struct Slot {
    body: Option<PinnedBody>,
    waker: Option<Waker>,
    waiter: Option<Waiter>,
    forward: Forward,
    started: bool,
    /// Asked to stop, and no await has said so yet.
    must_cancel: bool,
    /// How many times it was asked to stop, without the requests of time limits that are over.
    cancels: u32,
    detached: bool,
}

pub(super) struct Run {
    shared: Arc<Shared>,
    host: Box<dyn Host>,
    /// While a closure runs as if in another thread: how long it has blocked that thread.
    pub(super) in_thread: Cell<Option<Duration>>,
    tasks: RefCell<Vec<Option<Slot>>>,
    calls: RefCell<VecDeque<Call>>,
    alarms: RefCell<Alarms>,
    current: Cell<Option<TaskId>>,
    suspension: Cell<Option<Suspension>>,
    polls: Cell<u32>,
    unfinished: Cell<usize>,
    closing: Cell<bool>,
    ended: Cell<Option<Ending>>,
}

thread_local! {
    static CURRENT: RefCell<Option<Rc<Run>>> = const { RefCell::new(None) };
    static RUNS: RefCell<Vec<(u64, Weak<Run>)>> = const { RefCell::new(Vec::new()) };
}

fn find_run(id: u64) -> Option<Rc<Run>> {
    RUNS.with_borrow(|runs| runs.iter().find(|(known, _)| *known == id).and_then(|(_, run)| run.upgrade()))
}

/// Makes a run the current one until dropped; runs may be nested.
struct Entered(Option<Rc<Run>>);

impl Drop for Entered {
    fn drop(&mut self) {
        let run = CURRENT.replace(self.0.take());
        drop(run);
    }
}

pub(super) fn try_current() -> Option<Rc<Run>> {
    CURRENT.with_borrow(Clone::clone)
}

#[track_caller]
pub(super) fn current() -> Rc<Run> {
    try_current().expect("no running event loop: this works only inside a task")
}

impl Run {
    fn lock(&self) -> MutexGuard<'_, Core> {
        self.shared.lock()
    }

    fn enter(self: &Rc<Self>) -> Entered {
        Entered(CURRENT.replace(Some(self.clone())))
    }

    pub(super) fn now(&self) -> Duration {
        self.lock().now
    }

    pub(super) fn current(&self) -> Option<TaskId> {
        self.current.get()
    }

    pub(super) fn current_task(&self) -> TaskId {
        self.current().expect("a future of this module is polled inside a task")
    }

    /// Reads the host's clock for whatever is recorded next.
    fn tick(&self) -> Duration {
        let now = self.host.now();
        let mut core = self.lock();
        core.now = now.max(core.now);
        core.now
    }

    pub(super) fn spawn(self: &Rc<Self>, body: PinnedBody, site: &'static Location<'static>) -> TaskId {
        let mut core = self.lock();
        let now = core.now;
        let task = core.trace.add_task(self.current.get(), site);
        let over = self.is_over();
        core.flags.push(if over { FINISHED } else { QUEUED });
        if over {
            // Spawned by a destructor while the run was being taken down: it never runs.
            drop(core);
            self.tasks.borrow_mut().push(None);
            return task;
        }
        core.trace.record(now, task, What::Created, Some(site));
        core.ready.push_back(Job::Step(task));
        drop(core);
        let waker = Waker::from(Arc::new(TaskWaker { shared: self.shared.clone(), task }));
        self.unfinished.set(self.unfinished.get() + 1);
        self.tasks.borrow_mut().push(Some(Slot {
            body: Some(body),
            waker: Some(waker),
            waiter: None,
            forward: Forward::Own,
            started: false,
            must_cancel: false,
            cancels: 0,
            detached: false,
        }));
        task
    }

    /// Says, from inside a poll that will return `Pending`, what the current task waits for.
    pub(super) fn suspend_on(&self, wait: Wait, forward: Forward, site: &'static Location<'static>) {
        self.suspension.set(Some(Suspension { wait, forward, site: Some(site) }));
    }

    pub(super) fn record(&self, what: What, site: Option<&'static Location<'static>>) {
        if let Some(task) = self.current.get()
            && !self.is_over()
        {
            let mut core = self.lock();
            let now = core.now;
            core.trace.record(now, task, what, site);
        }
    }

    pub(super) fn with_trace<R>(&self, change: impl FnOnce(&mut Trace) -> R) -> R {
        change(&mut self.lock().trace)
    }

    pub(super) fn block(&self, duration: Duration, site: &'static Location<'static>) {
        self.tick();
        let before = self.now();
        self.host.block(duration);
        let after = self.tick();
        if let Some(task) = self.current.get() {
            // Recorded when it is over, so that times never decrease; it says how long it took.
            self.lock().trace.record(after, task, What::Blocked(after.saturating_sub(before)), Some(site));
        }
    }

    pub(super) fn is_finished(&self, task: TaskId) -> bool {
        self.lock().has(task, FINISHED)
    }

    pub(super) fn set_waiter(&self, task: TaskId, waiter: Waiter) {
        let old = match &mut self.tasks.borrow_mut()[task.index()] {
            Some(slot) => slot.waiter.replace(waiter),
            None => Some(waiter),
        };
        drop(old);
    }

    /// Takes a finished task's body, with its output inside.
    pub(super) fn take_body(&self, task: TaskId) -> Option<PinnedBody> {
        self.tasks.borrow_mut()[task.index()].take().and_then(|slot| slot.body)
    }

    /// Nobody will ask for the task's output any more.
    pub(super) fn detach(&self, task: TaskId) {
        let finished = self.is_finished(task);
        let mut tasks = self.tasks.borrow_mut();
        let Some(slot) = &mut tasks[task.index()] else { return };
        slot.detached = true;
        let waiter = slot.waiter.take();
        let garbage = if finished { tasks[task.index()].take() } else { None };
        drop(tasks);
        drop((waiter, garbage));
    }

    pub(super) fn set_alarm(&self, deadline: Duration, alarm: Alarm) -> AlarmKey {
        self.alarms.borrow_mut().set(deadline, alarm)
    }

    pub(super) fn clear_alarm(&self, key: AlarmKey) {
        let alarm = self.alarms.borrow_mut().remove(key);
        drop(alarm);
    }

    /// Asks a task to stop, from inside a turn. Says whether there was anything left to stop.
    fn cancel(&self, task: TaskId, by: Canceller) -> bool {
        {
            let mut core = self.lock();
            if core.has(task, FINISHED) {
                return false;
            }
            let now = core.now;
            core.trace.record(now, task, What::CancelRequested(by), None);
        }
        if let Some(slot) = &mut self.tasks.borrow_mut()[task.index()] {
            slot.cancels += 1;
        }
        self.deliver(task, by);
        true
    }

    /// Asks a task to stop, in the name of the current task or, outside a turn, of whoever drives the run.
    pub(super) fn cancel_from_anywhere(self: &Rc<Self>, task: TaskId) -> bool {
        if self.is_over() {
            return false;
        }
        if self.lock().turning {
            return self.cancel(task, self.current().map_or(Canceller::Host, Canceller::Task));
        }
        self.tick();
        let asked = self.cancel(task, Canceller::Host);
        if asked {
            self.host.request_turn(&Aio { run: self.clone() }, When::Soon);
        }
        asked
    }

    /// A task that awaits others passes its cancellation on to them, and hears of it when they end; any other finds it at
    /// its await.
    fn deliver(&self, task: TaskId, by: Canceller) {
        let forward = self.tasks.borrow()[task.index()].as_ref().map_or(Forward::Own, |slot| slot.forward.clone());
        let passed_on = match forward {
            Forward::Own | Forward::Foreign => false,
            Forward::Task(child) => self.cancel(child, by),
            Forward::Group(group) if group.over.get() => false,
            Forward::Group(group) => {
                let mut any = false;
                for child in &*group.tasks {
                    any |= self.cancel(*child, by);
                }
                group.cancelled.set(any || group.cancelled.get());
                any
            }
        };
        if passed_on {
            return;
        }
        if let Some(slot) = &mut self.tasks.borrow_mut()[task.index()] {
            slot.must_cancel = true;
        }
        if self.current.get() != Some(task) {
            self.lock().wake(task);
        }
    }

    /// Whether the current task has been asked to stop; asking answers the request.
    pub(super) fn take_cancel(&self, site: &'static Location<'static>) -> bool {
        let asked = self.withdraw_cancel();
        if asked {
            self.record(What::CancelDelivered, Some(site));
        }
        asked
    }

    /// Forgets a request that the current task has not seen yet; says whether there was one.
    pub(super) fn withdraw_cancel(&self) -> bool {
        match &mut self.tasks.borrow_mut()[self.current_task().index()] {
            Some(slot) => std::mem::take(&mut slot.must_cancel),
            None => false,
        }
    }

    /// Whether a task has been asked to stop and has not noticed yet.
    pub(super) fn is_cancelled(&self, task: TaskId) -> bool {
        self.tasks.borrow()[task.index()].as_ref().is_some_and(|slot| slot.must_cancel)
    }

    /// How many times the current task has been asked to stop, by whomever.
    pub(super) fn cancels(&self) -> u32 {
        self.tasks.borrow()[self.current_task().index()].as_ref().map_or(0, |slot| slot.cancels)
    }

    /// Takes back one of the requests to stop the current task; gives how many there are left.
    pub(super) fn uncancel(&self) -> u32 {
        match &mut self.tasks.borrow_mut()[self.current_task().index()] {
            Some(slot) => {
                slot.cancels = slot.cancels.saturating_sub(1);
                slot.cancels
            }
            None => 0,
        }
    }

    /// Whether it has ended for good: a deadlock can still be undone from outside.
    fn is_over(&self) -> bool {
        matches!(self.ended.get(), Some(Ending::Finished | Ending::Stopped))
    }

    fn turn(self: &Rc<Self>) {
        if self.is_over() {
            return;
        }
        let _entered = self.enter();
        let due = self.tick();
        let alarms_set = self.alarms.borrow().count();
        self.ended.set(None);
        let jobs = {
            let mut core = self.lock();
            core.turning = true;
            core.trace.end(None);
            core.ready.len()
        };
        self.polls.set(0);
        for _ in 0..jobs {
            let job = self.lock().ready.pop_front();
            match job {
                Some(Job::Step(task)) => self.step(task),
                Some(Job::Call) => self.call(),
                None => break,
            }
            if self.ended.get().is_some() {
                break;
            }
        }
        if self.ended.get().is_none() {
            self.fire_alarms(due, alarms_set);
            if self.closing.take() {
                let tasks = self.tasks.borrow().len() as u32;
                self.lock().cause = trace::Waker::Host;
                for task in (0..tasks).map(TaskId) {
                    self.cancel(task, Canceller::Shutdown);
                }
            }
        }
        {
            let mut core = self.lock();
            core.turning = false;
            core.cause = trace::Waker::Host;
        }
        self.settle();
    }

    fn step(self: &Rc<Self>, task: TaskId) {
        let taken = match &mut self.tasks.borrow_mut()[task.index()] {
            Some(slot) => {
                slot.forward = Forward::Own;
                let stillborn = slot.must_cancel && !slot.started;
                slot.started = true;
                slot.body.take().zip(slot.waker.take()).map(|(body, waker)| (body, waker, stillborn))
            }
            None => None,
        };
        let Some((mut body, waker, stillborn)) = taken else { return };
        {
            let mut core = self.lock();
            core.flags[task.index()] &= !QUEUED;
            core.running = Some(task);
            core.cause = trace::Waker::Task(task);
            let now = core.now;
            core.trace.record(now, task, What::Running, None);
        }
        self.current.set(Some(task));
        if stillborn {
            // Cancelled before it ran: not a line of it runs.
            drop(body);
            self.current.set(None);
            self.finish(task, None, Outcome::Cancelled);
            return;
        }
        let poll = body.as_mut().poll(&mut Context::from_waker(&waker));
        self.current.set(None);
        let polls = self.polls.get() + 1;
        self.polls.set(polls);
        if polls < POLLS_READ_SINGLY || polls.is_multiple_of(POLLS_PER_READING) {
            self.tick();
        }
        if self.ended.get().is_some() {
            return;
        }
        match poll {
            Poll::Ready(()) => {
                let outcome = body.as_mut().outcome();
                self.finish(task, Some(body), outcome);
            }
            Poll::Pending => self.park(task, body, waker),
        }
    }

    fn park(&self, task: TaskId, body: PinnedBody, waker: Waker) {
        let suspension = self.suspension.take();
        let Suspension { wait, forward, site } =
            suspension.unwrap_or(Suspension { wait: Wait::Other, forward: Forward::Foreign, site: None });
        let must_cancel = match &mut self.tasks.borrow_mut()[task.index()] {
            Some(slot) => {
                slot.body = Some(body);
                slot.waker = Some(waker);
                slot.forward = forward;
                std::mem::take(&mut slot.must_cancel)
            }
            None => false,
        };
        {
            let mut core = self.lock();
            let now = core.now;
            let yielded = wait == Wait::Yield;
            core.trace.record(now, task, What::Suspended(wait), site);
            core.running = None;
            if std::mem::take(&mut core.rewoken) && !yielded {
                let cause = core.cause;
                core.trace.record(now, task, What::Ready(cause), None);
            }
        }
        if must_cancel {
            self.deliver(task, Canceller::Task(task));
        }
    }

    fn finish(&self, task: TaskId, mut body: Option<PinnedBody>, mut outcome: Outcome) {
        let mut waiter = None;
        let mut garbage = (None, None);
        if let Some(slot) = &mut self.tasks.borrow_mut()[task.index()] {
            if slot.must_cancel && matches!(outcome, Outcome::Returned(_)) {
                // Asked to stop after its last await: as in asyncio it counts as cancelled, and its value is lost.
                outcome = Outcome::Cancelled;
                garbage.0 = body.take();
            }
            waiter = slot.waiter.take();
            slot.waker = None;
            if slot.detached {
                garbage.1 = body.take();
            } else {
                slot.body = body.take();
            }
        }
        {
            let mut core = self.lock();
            core.flags[task.index()] |= FINISHED;
            core.running = None;
            core.rewoken = false;
            let now = core.now;
            core.trace.record(now, task, What::Finished(outcome), None);
        }
        self.suspension.set(None);
        self.unfinished.set(self.unfinished.get() - 1);
        drop(garbage);
        self.tell(task, waiter);
    }

    fn tell(&self, task: TaskId, waiter: Option<Waiter>) {
        match waiter {
            Some(Waiter::Task(waker)) => waker.wake(),
            Some(Waiter::Call(call)) => self.call_later(call, task),
            None => {}
        }
        if task == TaskId::MAIN {
            self.queue_call(Call::Shutdown);
        }
    }

    /// Calls with the id of a task that has ended, when its turn in the queue comes.
    pub(super) fn call_later(&self, call: Rc<dyn Fn(TaskId)>, task: TaskId) {
        self.queue_call(Call::Finished(call, task));
    }

    fn queue_call(&self, call: Call) {
        self.calls.borrow_mut().push_back(call);
        self.lock().ready.push_back(Job::Call);
    }

    fn call(&self) {
        let call = self.calls.borrow_mut().pop_front();
        match call {
            Some(Call::Finished(call, task)) => {
                self.lock().cause = trace::Waker::Task(task);
                call(task);
            }
            Some(Call::Shutdown) => self.closing.set(true),
            None => {}
        }
    }

    /// Fires what was due at `due`, but nothing that was set after the first `set` alarms: what a turn sets, a later turn
    /// fires.
    fn fire_alarms(&self, due: Duration, set: u64) {
        loop {
            // An alarm set later has its deadline now at the earliest, so none that is due can stand behind it.
            let next = self.alarms.borrow_mut().next().filter(|(deadline, number)| *deadline <= due && *number < set);
            let Some(key) = next else { return };
            let Some(alarm) = self.alarms.borrow_mut().remove(key) else { return };
            let (due, _) = key;
            self.lock().cause = trace::Waker::Timer { due };
            match alarm {
                Alarm::Wake(waker) => waker.wake(),
                Alarm::Expire(task, expired) => {
                    expired.set(true);
                    self.cancel(task, Canceller::Timeout);
                }
            }
        }
    }

    fn settle(self: &Rc<Self>) {
        if self.ended.get().is_some() {
            return;
        }
        let ready = !self.lock().ready.is_empty();
        let deadline = self.alarms.borrow_mut().next().map(|(deadline, _)| deadline);
        let when = if self.unfinished.get() == 0 {
            self.end(Ending::Finished);
            When::Never
        } else if ready {
            When::Soon
        } else if let Some(deadline) = deadline {
            When::At(deadline)
        } else {
            let foreign = |slot: &Slot| matches!(slot.forward, Forward::Foreign);
            if !self.tasks.borrow().iter().flatten().any(foreign) {
                self.end(Ending::Deadlock);
            }
            When::Never
        };
        self.host.request_turn(&Aio { run: self.clone() }, when);
    }

    fn end(&self, ending: Ending) {
        self.ended.set(Some(ending));
        let mut core = self.lock();
        let now = core.now;
        core.trace.end(Some((now, ending)));
    }

    fn wake_from_outside(self: &Rc<Self>, task: TaskId) {
        if self.is_over() {
            return;
        }
        self.tick();
        self.lock().wake(task);
        self.host.request_turn(&Aio { run: self.clone() }, When::Soon);
    }

    fn stop(self: &Rc<Self>) {
        if self.is_over() {
            return;
        }
        self.tick();
        self.end(Ending::Stopped);
        self.host.request_turn(&Aio { run: self.clone() }, When::Never);
        {
            let mut core = self.lock();
            // What is woken from now on is woken for nothing, even if a task has stopped its own run.
            core.turning = false;
            core.ready.clear();
        }
        self.free();
    }

    /// Drops every task, and whatever it holds, where it stands. To destructors the run is still the current one.
    fn free(self: &Rc<Self>) {
        let _entered = self.enter();
        let bodies: Vec<_> = {
            let mut tasks = self.tasks.borrow_mut();
            tasks.iter_mut().flatten().filter_map(|slot| slot.body.take()).collect()
        };
        let garbage = (self.calls.take(), self.alarms.take(), bodies);
        drop(garbage);
        self.tasks.borrow_mut().fill_with(|| None);
    }
}

impl std::fmt::Debug for Run {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Run").field("id", &self.shared.id).finish_non_exhaustive()
    }
}

impl Drop for Run {
    fn drop(&mut self) {
        let id = self.shared.id;
        // The list itself may be gone when a thread ends with runs in it.
        let _ = RUNS.try_with(|runs| runs.borrow_mut().retain(|(known, _)| *known != id));
    }
}

/// A run: one event loop with its tasks, its clock and its trace.
///
/// Clones are handles to the same run. Any number of runs live side by side on one thread, each with its own [`Host`];
/// dropping the last handle drops the host and every task, and whatever they held.
#[derive(Clone, Debug)]
pub struct Aio {
    run: Rc<Run>,
}

impl Drop for Aio {
    fn drop(&mut self) {
        // Stopped first, so that destructors find a run, if one that is over; unless the whole thread is on its way out.
        if Rc::strong_count(&self.run) == 1 && CURRENT.try_with(|_| ()).is_ok() {
            self.run.stop();
            self.run.free();
        }
    }
}

/// A handle that does not keep its run alive.
#[derive(Clone, Debug)]
pub struct WeakAio {
    run: Weak<Run>,
}

impl WeakAio {
    /// The run, if it is still there.
    #[must_use]
    pub fn upgrade(&self) -> Option<Aio> {
        self.run.upgrade().map(|run| Aio { run })
    }
}

impl Aio {
    /// Starts a run of `main` and asks the host for its first turn.
    ///
    /// The run ends when `main` has ended and the tasks that it left behind have been cancelled and are over. The handle to
    /// `main` may be dropped: the run goes on.
    ///
    /// asyncio: `asyncio.run`.
    #[track_caller]
    pub fn start<F, T>(host: impl Host + 'static, main: F) -> (Self, super::Task<T>)
    where
        F: Future<Output = super::Result<T>> + 'static,
        T: std::fmt::Debug + 'static,
    {
        static RUN_IDS: AtomicU64 = AtomicU64::new(0);
        let core = Core {
            ready: VecDeque::new(),
            flags: Vec::new(),
            trace: Trace::default(),
            now: Duration::ZERO,
            turning: false,
            running: None,
            rewoken: false,
            cause: trace::Waker::Host,
        };
        let id = RUN_IDS.fetch_add(1, Ordering::Relaxed);
        let run = Rc::new(Run {
            shared: Arc::new(Shared { id, core: Mutex::new(core) }),
            host: Box::new(host),
            in_thread: Cell::new(None),
            tasks: RefCell::default(),
            calls: RefCell::default(),
            alarms: RefCell::default(),
            current: Cell::new(None),
            suspension: Cell::new(None),
            polls: Cell::new(0),
            unfinished: Cell::new(0),
            closing: Cell::new(false),
            ended: Cell::new(None),
        });
        RUNS.with_borrow_mut(|runs| runs.push((id, Rc::downgrade(&run))));
        run.tick();
        let task = run.spawn(super::task::body(main), Location::caller());
        let handle = super::Task::new(&run, task);
        let aio = Self { run };
        aio.run.host.request_turn(&aio, When::Soon);
        (aio, handle)
    }

    /// Runs what is ready, once round, and lets due timers fire; then asks the host for the next turn.
    ///
    /// For hosts. Does nothing once the run is over.
    pub fn turn(&self) {
        self.run.turn();
    }

    /// Ends the run now: drops every task where it stands, without any cleanup of theirs that would have to await.
    ///
    /// Does nothing once the run is over.
    pub fn stop(&self) {
        self.run.stop();
    }

    /// How the run ended; none while it goes on.
    ///
    /// A deadlocked run goes on if something outside wakes one of its tasks after all.
    #[must_use]
    pub fn ended(&self) -> Option<Ending> {
        self.run.ended.get()
    }

    /// The run's time, as its host tells it now.
    #[must_use]
    pub fn now(&self) -> Duration {
        self.run.host.now()
    }

    /// Reads the trace as far as it has come. Nothing may be awaited, woken or printed meanwhile.
    pub fn trace<R>(&self, read: impl FnOnce(&Trace) -> R) -> R {
        read(&self.run.lock().trace)
    }

    /// A handle that does not keep the run alive, for a host that must find it again.
    #[must_use]
    pub fn downgrade(&self) -> WeakAio {
        WeakAio { run: Rc::downgrade(&self.run) }
    }
}
