//! Ready queue, timers, one turn.
//!
//! # Order
//!
//! The order is asyncio's, so that a program prints the same lines in the same order under both:
//!
//! - The ready queue is first in, first out. A task that is woken goes to its end; a task that is woken twice stands in it
//!   once. A task that only yields goes to its end when it has given the thread back.
//! - A turn runs the jobs that were ready when it began, then lets the timers fire that were set and due when it began. What
//!   they wake runs in the next turn.
//! - Timers fire in the order of their deadlines; timers with equal deadlines in the order in which they were set.
//! - A task that ends wakes the task that awaits it at once; `gather` and `as_completed` hear of it one job later.
//! - When the main task ends, the turn in which that becomes known is finished; then every task that is still there is
//!   cancelled, in order of creation, and the run ends when the last of them is over.

use std::cell::{Cell, OnceCell, RefCell};
use std::panic::Location;
use std::rc::{Rc, Weak};
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use super::alarms::{Alarm, AlarmKey, Alarms};
use super::current::{Entered, TaskWaker, Wakeup, remove_run, woken_elsewhere};
use super::error::Error;
use super::handle::Aio;
use super::host::{Host, When};
use super::options::Options;
use super::pool::Pool;
use super::state::{CallId, Callee, Delivery, Finished, Forward, Group, Job, Listener, State, Step, Todo};
use super::task::{Copier, PinnedBody};
use super::trace::{self, Canceller, Ending, Outcome, ResourceId, TaskId, Trace, Wait, What};

pub(super) struct Run {
    pub(super) id: u64,
    host: Box<dyn Host>,
    default_pool: OnceCell<Rc<Pool>>,
    /// The executor drops a future that will not be polled any more: nothing in it was forgotten by the program.
    discarding: Cell<bool>,
    turns_at_once: u32,
    /// Picks the job that is next, if it is not the first in the queue.
    dice: Option<RefCell<fastrand::Rng>>,
    /// Never borrowed while a future is polled, dropped or woken.
    state: RefCell<State>,
    alarms: RefCell<Alarms>,
    /// A turn that has begun and is not over.
    turn: Cell<Option<Turn>>,
    /// The waker that nobody has kept in the turn before.
    spare: Cell<Option<TaskWaker>>,
}

/// Somebody who waits for a task alone, to be changed or forgotten.
#[derive(Clone, Copy, Debug)]
pub(super) struct Waiting(Option<CallId>);

/// What is to be done in a turn.
struct Turn {
    jobs: Vec<Job>,
    /// How many of them are done.
    done: usize,
    /// When it began.
    due: Duration,
    /// How many alarms had been set by then.
    alarms_set: u64,
    /// The main task is over.
    closing: bool,
}

/// What several polls in a row share.
struct Polling {
    spare: TaskWaker,
    readings: Readings,
}

/// When to read the clock.
///
/// Every poll should have a reading of its own after it; but in a turn of many polls that would cost more than the polls.
/// So after the first ones several share a reading, as long as they take next to no time.
struct Readings {
    polls: u32,
    /// How many polls share a reading, and how many of them are still to come.
    sharing: u32,
    left: u32,
}

impl Readings {
    const SINGLE: u32 = 64;
    const SHARING_AT_MOST: u32 = 512;
    const NEXT_TO_NOTHING: Duration = Duration::from_micros(250);

    fn new() -> Self {
        Self { polls: 0, sharing: 1, left: 1 }
    }

    /// Notes a poll; says whether the clock is to be read after it.
    fn is_due(&mut self) -> bool {
        self.left -= 1;
        self.left == 0
    }

    /// Notes a reading, and how much time has passed since the one before.
    fn note(&mut self, passed: Duration) {
        self.polls = self.polls.saturating_add(self.sharing);
        self.sharing = match passed {
            _ if self.polls < Self::SINGLE || passed > Self::NEXT_TO_NOTHING => 1,
            _ => (2 * self.sharing).min(Self::SHARING_AT_MOST),
        };
        self.left = self.sharing;
    }
}

impl Run {
    pub(super) fn new(id: u64, host: Box<dyn Host>, options: Options) -> Self {
        Self {
            id,
            host,
            default_pool: OnceCell::new(),
            discarding: Cell::new(false),
            turns_at_once: options.turns_at_once,
            dice: options.shuffle.map(|seed| RefCell::new(fastrand::Rng::with_seed(seed))),
            state: RefCell::new(State::new()),
            alarms: RefCell::default(),
            turn: Cell::new(None),
            spare: Cell::new(None),
        }
    }

    pub(super) fn now(&self) -> Duration {
        self.state.borrow().now
    }

    pub(super) fn host_now(&self) -> Duration {
        self.host.now()
    }

    pub(super) fn current(&self) -> Option<TaskId> {
        self.state.borrow().current
    }

    pub(super) fn current_task(&self) -> TaskId {
        self.state.borrow().current_task()
    }

    /// The task in whose name something happens now: the current one, or the one for which something is called.
    pub(super) fn speaker(&self) -> TaskId {
        self.state.borrow().speaker()
    }

    pub(super) fn ended(&self) -> Option<Ending> {
        self.state.borrow().ended
    }

    fn is_over(&self) -> bool {
        self.state.borrow().is_over()
    }

    /// Reads the host's clock for whatever is recorded next.
    pub(super) fn tick(&self) -> Duration {
        let now = self.host.now();
        let mut state = self.state.borrow_mut();
        state.set_now(now);
        state.now
    }

    pub(super) fn request_turn(self: &Rc<Self>, when: When) {
        self.host.request_turn(&Aio::of(self.clone()), when);
    }

    /// Adds a task. The caller must drop what else comes back, the body of a task that will never run.
    #[must_use]
    pub(super) fn spawn(&self, body: PinnedBody, site: &'static Location<'static>) -> (TaskId, Option<PinnedBody>) {
        self.state.borrow_mut().spawn(body, site)
    }

    /// Suspends the current task for a turn. Says whether it has been woken for the next; otherwise the waker must do that.
    pub(super) fn yield_current(&self, waker: &Waker, site: &'static Location<'static>) -> bool {
        let mut state = self.state.borrow_mut();
        let direct = state.polled_with == waker.data();
        state.yield_at(site);
        state.again |= direct;
        direct
    }

    /// How to wake whoever is being polled.
    pub(super) fn wakeup(&self, cx: &Context<'_>) -> Wakeup {
        let state = self.state.borrow();
        match state.current {
            Some(task) if state.polled_with == cx.waker().data() => Wakeup::Task { run: self.id, task },
            _ => Wakeup::Other(cx.waker().clone()),
        }
    }

    /// Says, from inside a poll that will return `Pending`, what the current task waits for.
    pub(super) fn suspend_on(&self, wait: Wait, forward: Forward, site: &'static Location<'static>) {
        self.state.borrow_mut().suspend_on(wait, forward, site);
    }

    /// Says what a task waits for from now on that has waited for a worker of a pool.
    pub(super) fn now_waits_for(&self, task: TaskId, pool: ResourceId, wait: Wait, site: &'static Location<'static>) {
        self.state.borrow_mut().now_waits_for(task, pool, wait, site);
    }

    /// The pool for those who name none.
    pub(super) fn default_pool(&self) -> &Rc<Pool> {
        self.default_pool.get_or_init(|| Rc::new(Pool::new(None, true)))
    }

    #[inline(never)]
    pub(super) fn record(&self, what: What, site: Option<&'static Location<'static>>) {
        self.state.borrow_mut().record(what, site);
    }

    /// Records what happened to a task other than the current one.
    pub(super) fn record_of(&self, task: TaskId, what: What, site: Option<&'static Location<'static>>) {
        self.state.borrow_mut().record_of(task, what, site);
    }

    /// Records what was done with a resource. Outside every task it counts as the main task's, as calls do, but at no line
    /// of its program.
    pub(super) fn record_use(&self, what: What, site: Option<&'static Location<'static>>) {
        let mut state = self.state.borrow_mut();
        let (speaker, site) = if state.is_silent() { (TaskId::MAIN, None) } else { (state.speaker(), site) };
        state.record_of(speaker, what, site);
    }

    /// Records that the current task drops a named operation that was never polled, if it does so by itself.
    pub(super) fn record_never_awaited(&self, name: &Arc<str>, site: &'static Location<'static>) {
        if self.current().is_some() && !self.discarding.get() && !std::thread::panicking() {
            self.record(What::NeverAwaited(name.clone()), Some(site));
        }
    }

    pub(super) fn read_trace<R>(&self, read: impl FnOnce(&Trace) -> R) -> R {
        read(&self.state.borrow().trace)
    }

    pub(super) fn with_trace<R>(&self, call: impl FnOnce(&mut Trace) -> R) -> R {
        call(&mut self.state.borrow_mut().trace)
    }

    pub(super) fn block(&self, duration: Duration, site: &'static Location<'static>) {
        let before = self.tick();
        self.host.block(duration);
        let after = self.tick();
        // Recorded when it is over, so that times never decrease; it says how long it took.
        self.record(What::Blocked(after.saturating_sub(before)), Some(site));
    }

    pub(super) fn is_finished(&self, task: TaskId) -> bool {
        self.state.borrow().is_finished(task)
    }

    /// Notes that somebody has seen the error that a task ended with, if it did.
    pub(super) fn see_error(&self, task: TaskId) {
        self.state.borrow_mut().see_error(task);
    }

    pub(super) fn take_output(&self, task: TaskId) -> (Option<PinnedBody>, Option<Error>) {
        self.state.borrow_mut().take_output(task)
    }

    /// Has the output copied whenever it is taken: there are several who may ask for it.
    pub(super) fn copy_output_with(&self, task: TaskId, copier: Copier) {
        self.state.borrow_mut().copy_output_with(task, copier);
    }

    /// How to copy a task's output for others who may still ask for it.
    pub(super) fn copier(&self, task: TaskId) -> Option<Copier> {
        self.state.borrow().copier(task)
    }

    /// Why a task ended without an output, if it did.
    pub(super) fn failure(&self, task: TaskId) -> Option<Error> {
        self.state.borrow().failure(task)
    }

    pub(super) fn put_output(&self, task: TaskId, output: PinnedBody) {
        let replaced = self.state.borrow_mut().put_output(task, output);
        drop(replaced);
    }

    /// Has somebody woken when the task ends; in `call` is kept how to change that.
    pub(super) fn wake_when_over(&self, task: TaskId, wakeup: Wakeup, call: &mut Option<Waiting>) {
        let mut state = self.state.borrow_mut();
        let Some(Waiting(call)) = call else {
            *call = Some(Waiting(state.wake_when_over(task, wakeup)));
            return;
        };
        let replaced = state.wake_another(task, *call, wakeup);
        drop(state);
        drop(replaced);
    }

    pub(super) fn tell_when_over(&self, task: TaskId, listener: Weak<dyn Listener>, place: usize) -> CallId {
        self.state.borrow_mut().call_when_over(task, Callee::Listener(listener, place as u32))
    }

    pub(super) fn call_when_over(&self, task: TaskId, call: Box<dyn FnOnce()>) {
        self.state.borrow_mut().call_when_over(task, Callee::Program(call));
    }

    /// Has something called when its turn has come, in the name of the current task.
    pub(super) fn call_soon(self: &Rc<Self>, call: Box<dyn FnOnce()>) {
        if self.is_over() {
            return;
        }
        let mut state = self.state.borrow_mut();
        state.call_soon(Callee::Program(call));
        if !state.turning {
            drop(state);
            self.tick();
            self.request_turn(When::Soon);
        }
    }

    /// Cancels a task since its time limit has passed.
    pub(super) fn expire(&self, task: TaskId, due: Duration) {
        self.state.borrow_mut().cause = trace::Waker::Timer { due };
        self.cancel(task, Canceller::Timeout, None);
    }

    /// Tells nobody any more that the task is over who waits for it alone.
    pub(super) fn forget_waiter(&self, task: TaskId, Waiting(call): Waiting) {
        if !self.is_finished(task) {
            let forgotten = self.state.borrow_mut().forget_call(task, call);
            drop(forgotten);
        }
    }

    /// Tells a listener no more that the task is over.
    pub(super) fn forget_listener(&self, task: TaskId, call: CallId) {
        let forgotten = self.state.borrow_mut().forget_call(task, Some(call));
        drop(forgotten);
    }

    /// One more may ask for the task's output.
    pub(super) fn claim(&self, task: TaskId) {
        self.state.borrow_mut().claim(task);
    }

    /// One less will ask for the task's output.
    pub(super) fn disclaim(&self, task: TaskId) {
        let kept = self.state.borrow_mut().disclaim(task);
        drop(kept);
    }

    /// The time that is so much later than now. The clock is read for it, as asyncio does: with the time at which the poll
    /// began, what the task has computed since would make its timer early.
    pub(super) fn deadline(&self, duration: Duration) -> Duration {
        self.tick().saturating_add(duration)
    }

    pub(super) fn set_alarm(&self, deadline: Duration, alarm: Alarm) -> AlarmKey {
        self.alarms.borrow_mut().set(deadline, alarm)
    }

    /// Replaces what a timer does, if it has not fired.
    pub(super) fn change_alarm(&self, key: AlarmKey, alarm: Alarm) {
        let replaced = self.alarms.borrow_mut().change(key, alarm);
        drop(replaced);
    }

    pub(super) fn clear_alarm(&self, key: AlarmKey) {
        let alarm = self.alarms.borrow_mut().remove(key);
        drop(alarm);
    }

    /// Asks a task to stop, from inside a turn. Says whether there was anything left to stop.
    ///
    /// A task that awaits others passes the request on to them, and hears of it when they end; any other finds it at its
    /// await. A request that comes round in a circle of tasks that await each other is found where the circle closes.
    fn cancel(&self, task: TaskId, by: Canceller, message: Option<&Arc<str>>) -> bool {
        // A loop, since one task may await another for as long as there are tasks.
        let mut asked = None;
        let mut delivery = Delivery::AtOnce;
        let mut next = Some(task);
        while let Some(task) = next.take() {
            let forward = self.state.borrow_mut().request_cancel(task, by, message);
            let Some(forward) = forward else { break };
            asked = Some(task);
            match forward {
                Forward::Task(child) => next = Some(child),
                Forward::Group(group) => delivery = self.cancel_group(&group, by, message),
                Forward::Promise(promise) if promise.revoke(message) => delivery = Delivery::PassedOn,
                Forward::Own | Forward::Promise(_) => {}
            }
        }
        let mut state = self.state.borrow_mut();
        state.passed_on(task);
        if let Some(asked) = asked {
            state.deliver_cancel(asked, delivery);
        }
        asked.is_some()
    }

    /// Asks tasks that are awaited as one to stop.
    fn cancel_group(&self, group: &Group, by: Canceller, message: Option<&Arc<str>>) -> Delivery {
        let mut delivery = Delivery::WhenWoken;
        if !group.over.get() {
            for child in &*group.tasks {
                if self.cancel(*child, by, message) {
                    delivery = Delivery::PassedOn;
                }
            }
            group.cancelled.set(delivery == Delivery::PassedOn || group.cancelled.get());
        }
        delivery
    }

    /// Asks a task of a group, or the one that holds the group, to stop.
    pub(super) fn cancel_in_group(&self, task: TaskId) {
        self.cancel(task, Canceller::Group, None);
    }

    /// Asks a task to stop, in the name of the current task or, outside a turn, of whoever drives the run.
    pub(super) fn cancel_from_anywhere(self: &Rc<Self>, task: TaskId, message: Option<&Arc<str>>) -> bool {
        if self.is_over() {
            return false;
        }
        if self.state.borrow().turning {
            return self.cancel(task, self.current().map_or(Canceller::Host, Canceller::Task), message);
        }
        self.tick();
        let asked = self.cancel(task, Canceller::Host, message);
        if asked {
            self.request_turn(When::Soon);
        }
        asked
    }

    /// If the current task has been asked to stop: how its await ends. Asking answers the request.
    #[inline]
    pub(super) fn take_cancel(&self, site: &'static Location<'static>) -> Option<Error> {
        let asked = self.state.borrow_mut().withdraw_cancel();
        if asked { Some(self.cancelled_at(site)) } else { None }
    }

    #[inline(never)]
    fn cancelled_at(&self, site: &'static Location<'static>) -> Error {
        let mut state = self.state.borrow_mut();
        state.record(What::CancelDelivered, Some(site));
        let task = state.current_task();
        Error::Cancelled(state.take_message(task))
    }

    /// Forgets a request that a task has not seen yet.
    pub(super) fn withdraw_cancel_of(&self, task: TaskId) {
        self.state.borrow_mut().withdraw_cancel_of(task);
    }

    /// Whether a task has been asked to stop and has not noticed yet.
    pub(super) fn is_cancelled(&self, task: TaskId) -> bool {
        self.state.borrow().is_cancelled(task)
    }

    /// How many times a task has been asked to stop, by whomever.
    pub(super) fn cancels(&self, task: TaskId) -> u32 {
        self.state.borrow().cancels(task)
    }

    /// Takes back one of the requests to stop a task; gives how many there are left.
    pub(super) fn uncancel(&self, task: TaskId) -> u32 {
        self.state.borrow_mut().uncancel(task)
    }

    /// A whole turn, or what is left of one that has begun.
    pub(super) fn turn(self: &Rc<Self>) {
        self.advance(usize::MAX);
    }

    /// Does at most so many jobs of a turn.
    pub(super) fn advance(self: &Rc<Self>, jobs: usize) {
        if self.is_over() {
            return;
        }
        let _entered = Entered::new(self);
        let now = self.tick();
        let mut turn = self.turn.take().unwrap_or_else(|| self.begin_turn(now));
        {
            let mut state = self.state.borrow_mut();
            state.turning = true;
            for task in woken_elsewhere(self.id) {
                state.wake(task);
            }
        }
        self.run_jobs(&mut turn, jobs);
        let in_between = turn.done < turn.jobs.len();
        if self.ended().is_none() {
            if in_between {
                self.turn.set(Some(turn));
            } else {
                self.end_turn(turn);
            }
        }
        {
            let mut state = self.state.borrow_mut();
            state.turning = false;
            state.cause = trace::Waker::Host;
        }
        self.settle(in_between);
    }

    fn begin_turn(&self, due: Duration) -> Turn {
        let alarms_set = self.alarms.borrow().count();
        let mut state = self.state.borrow_mut();
        state.ended = None;
        state.trace.end(None);
        let jobs = match &self.dice {
            Some(dice) if !state.ready.is_empty() => {
                let picked = dice.borrow_mut().usize(..state.ready.len());
                vec![state.ready.remove(picked)]
            }
            _ => {
                let mut emptied = std::mem::take(&mut state.emptied);
                emptied.reserve(state.ready.len());
                std::mem::replace(&mut state.ready, emptied)
            }
        };
        Turn { jobs, done: 0, due, alarms_set, closing: false }
    }

    fn end_turn(self: &Rc<Self>, mut turn: Turn) {
        self.fire_alarms(turn.due, turn.alarms_set);
        if turn.closing {
            self.shut_down();
        }
        turn.jobs.clear();
        let mut state = self.state.borrow_mut();
        state.emptied = turn.jobs;
        let runaway = state.note_turn(turn.due, self.turns_at_once);
        drop(state);
        if let Some(task) = runaway {
            self.end(Ending::Runaway(task));
        }
    }

    /// Does some of what was ready when the turn began.
    fn run_jobs(&self, turn: &mut Turn, at_most: usize) {
        let spare = self.spare.take().unwrap_or_else(|| TaskWaker::new(self.id));
        let mut polling = Polling { spare, readings: Readings::new() };
        let until = turn.done.saturating_add(at_most).min(turn.jobs.len());
        for place in turn.done..until {
            let job = turn.jobs[place];
            turn.done = place + 1;
            let mut state = self.state.borrow_mut();
            if state.is_over() {
                // A task has stopped its own run.
                break;
            }
            match job.todo() {
                Todo::Step(task) => {
                    let step = state.begin(task, polling.spare.lend(task));
                    drop(state);
                    match step {
                        Some(Step { body, plain: true, .. }) => self.step(task, body, &mut polling),
                        Some(step) => self.step_in_full(task, step, &mut polling),
                        None => {}
                    }
                }
                Todo::Call(call) => {
                    drop(state);
                    self.call(call);
                }
                Todo::Shutdown => turn.closing = true,
            }
        }
        self.spare.set(Some(polling.spare));
    }

    #[inline(never)]
    fn call(&self, call: CallId) {
        let mut state = self.state.borrow_mut();
        let Some((callee, task, _)) = state.take_call(call) else { return };
        state.cause = trace::Waker::Task(task);
        drop(state);
        match callee {
            Callee::Listener(listener, place) => {
                match listener.upgrade() {
                    Some(listener) => listener.hear_of(place as usize),
                    // As in asyncio, a `gather` that has given up still takes note of what its tasks fail with.
                    None => self.see_error(task),
                }
            }
            Callee::Waiter(wakeup) => wakeup.wake(),
            Callee::Program(call) => self.speak_for(task, call),
        }
    }

    /// Calls in the name of a task that is not running.
    pub(super) fn speak_for(&self, task: TaskId, call: impl FnOnce()) {
        let before = self.state.borrow_mut().speak_for(Some(task));
        call();
        self.state.borrow_mut().speak_for(before);
    }

    /// Polls a future. If it panics, that is what comes of it: its task fails, and the run goes on.
    #[inline]
    fn poll(body: &mut PinnedBody, waker: &Waker) -> Result<Poll<Outcome>, Error> {
        let poll = || body.as_mut().run(&mut Context::from_waker(waker));
        #[cfg(panic = "unwind")]
        let poll =
            std::panic::catch_unwind(std::panic::AssertUnwindSafe(poll)).map_err(|panic| Error::panicked(&*panic));
        #[cfg(not(panic = "unwind"))]
        let poll = Ok({ poll }());
        poll
    }

    /// Polls a task. What is rare is left to others, so that this stays short: it is what most of a run is spent in.
    fn step(&self, task: TaskId, mut body: PinnedBody, polling: &mut Polling) {
        let poll = Self::poll(&mut body, polling.spare.waker());
        if polling.readings.is_due() {
            self.read_clock(&mut polling.readings);
        }
        let kept = if polling.spare.is_kept() { Some(polling.spare.take()) } else { None };
        match poll {
            Ok(Poll::Ready(outcome)) => self.finish(task, Some(body), outcome, None),
            Ok(Poll::Pending) if kept.is_some() => self.park(task, body, kept),
            Ok(Poll::Pending) => {
                let parked = self.state.borrow_mut().park_yielded(task, body);
                if let Err(body) = parked {
                    self.park(task, body, None);
                }
            }
            Err(panic) => self.fail(task, body, panic),
        }
    }

    /// Polls a task that has a waker of its own or has been asked to stop.
    #[inline(never)]
    fn step_in_full(&self, task: TaskId, Step { mut body, stillborn, .. }: Step, polling: &mut Polling) {
        if stillborn {
            // Cancelled before it ran: not a line of it runs.
            self.discarding.set(true);
            drop(body);
            self.discarding.set(false);
            let message = self.state.borrow_mut().take_message(task);
            self.finish(task, None, Outcome::Cancelled, Some(Error::Cancelled(message)));
            return;
        }
        let own = self.state.borrow_mut().resume(task);
        let Some(own) = own else { return self.step(task, body, polling) };
        let poll = Self::poll(&mut body, own.waker());
        if polling.readings.is_due() {
            self.read_clock(&mut polling.readings);
        }
        match poll {
            Ok(Poll::Ready(outcome)) => self.finish(task, Some(body), outcome, None),
            Ok(Poll::Pending) => self.park(task, body, Some(own).filter(TaskWaker::is_kept)),
            Err(panic) => self.fail(task, body, panic),
        }
    }

    /// Ends a task that has panicked.
    #[cold]
    fn fail(&self, task: TaskId, body: PinnedBody, panic: Error) {
        self.discarding.set(true);
        #[cfg(panic = "unwind")]
        {
            // What it holds may panic again when dropped; it has failed already.
            let _ = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| drop(body)));
        }
        #[cfg(not(panic = "unwind"))]
        drop(body);
        self.discarding.set(false);
        self.finish(task, None, Outcome::Raised(panic.to_string().into()), Some(panic));
    }

    #[inline(never)]
    fn read_clock(&self, readings: &mut Readings) {
        let before = self.now();
        readings.note(self.tick().saturating_sub(before));
    }

    #[inline(never)]
    fn park(&self, task: TaskId, body: PinnedBody, waker: Option<TaskWaker>) {
        let mut state = self.state.borrow_mut();
        if state.is_over() {
            state.current = None;
            drop(state);
            drop((body, waker));
            return;
        }
        if !state.park(task, body, waker) {
            return;
        }
        // Asked to stop while it ran: what it awaits now hears of that.
        state.cause = trace::Waker::Task(task);
        let (forward, message) = (state.forward(task), state.message(task));
        drop(state);
        let by = Canceller::Task(task);
        let delivery = match forward {
            Forward::Task(child) if self.cancel(child, by, message.as_ref()) => Delivery::PassedOn,
            Forward::Promise(promise) if promise.revoke(message.as_ref()) => Delivery::PassedOn,
            Forward::Group(group) => self.cancel_group(&group, by, message.as_ref()),
            _ => Delivery::AtOnce,
        };
        self.state.borrow_mut().deliver_cancel(task, delivery);
    }

    #[inline(never)]
    fn finish(&self, task: TaskId, body: Option<PinnedBody>, outcome: Outcome, failure: Option<Error>) {
        let mut state = self.state.borrow_mut();
        if state.is_over() {
            state.current = None;
            drop(state);
            drop(body);
            return;
        }
        let Finished { waiter, mut calls, garbage } = state.finish(task, body, outcome);
        if let Some(failure) = failure {
            state.keep_failure(task, failure);
        }
        drop(state);
        if let Some(waiter) = waiter {
            waiter.wake();
        }
        while let Some(call) = calls {
            let (waiter, next) = self.state.borrow_mut().queue_call(call);
            if let Some(waiter) = waiter {
                waiter.wake();
            }
            calls = next;
        }
        drop(garbage);
    }

    /// Fires what was due at `due`, but nothing that was set after the first `set` alarms: what a turn sets, a later turn
    /// fires.
    fn fire_alarms(&self, due: Duration, set: u64) {
        let mut later = Vec::new();
        loop {
            let next = self.alarms.borrow_mut().next_due(due, set, &mut later);
            let Some((key, alarm)) = next else { break };
            let (due, _) = key;
            self.state.borrow_mut().cause = trace::Waker::Timer { due };
            match alarm {
                Alarm::Wake(Wakeup::Task { run, task }) if run == self.id => self.state.borrow_mut().wake(task),
                Alarm::Wake(wakeup) => wakeup.wake(),
                Alarm::Call(task, call) => self.speak_for(task, call),
            }
        }
        self.alarms.borrow_mut().put_back(later);
    }

    /// Cancels whatever is still there.
    fn shut_down(&self) {
        let tasks = {
            let mut state = self.state.borrow_mut();
            state.cause = trace::Waker::Host;
            state.begin_end()
        };
        for task in (0..tasks).map(TaskId) {
            self.cancel(task, Canceller::Shutdown, None);
        }
    }

    fn settle(self: &Rc<Self>, in_between: bool) {
        let deadline = self.alarms.borrow_mut().next().map(|(deadline, _)| deadline);
        let when = {
            let mut state = self.state.borrow_mut();
            if state.ended.is_some() {
                return;
            }
            if state.is_done() && !state.has_calls() {
                state.end(Ending::Finished);
                state.ready.clear();
                let abandoned = state.take_unfinished();
                drop(state);
                drop(abandoned);
                When::Never
            } else if in_between || !state.ready.is_empty() {
                When::Soon
            } else if let Some(deadline) = deadline {
                When::At(deadline)
            } else {
                if !state.waits_for_foreign() {
                    state.end(Ending::Deadlock);
                }
                When::Never
            }
        };
        self.request_turn(when);
    }

    /// Wakes a task, if this is happening inside a turn.
    pub(super) fn wake_in_turn(&self, task: TaskId) -> bool {
        let mut state = self.state.borrow_mut();
        if state.turning {
            state.wake(task);
        }
        state.turning
    }

    pub(super) fn wake_from_outside(self: &Rc<Self>, task: TaskId) {
        if self.is_over() {
            return;
        }
        self.tick();
        self.state.borrow_mut().wake(task);
        self.request_turn(When::Soon);
    }

    pub(super) fn stop(self: &Rc<Self>) {
        if self.is_over() {
            return;
        }
        self.tick();
        self.end(Ending::Stopped);
    }

    fn end(self: &Rc<Self>, how: Ending) {
        {
            let mut state = self.state.borrow_mut();
            state.end(how);
            // What is woken from now on is woken for nothing, even if a task has stopped its own run.
            state.turning = false;
            state.ready.clear();
        }
        self.turn.take();
        self.request_turn(When::Never);
        self.free();
    }

    /// Drops every task, and whatever it holds, where it stands. To destructors the run is still the current one.
    pub(super) fn free(self: &Rc<Self>) {
        let _entered = Entered::new(self);
        let alarms = self.alarms.take();
        let everything = self.state.borrow_mut().take_everything();
        drop((alarms, everything));
    }
}

impl std::fmt::Debug for Run {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Run").field("id", &self.id).finish_non_exhaustive()
    }
}

impl Drop for Run {
    fn drop(&mut self) {
        remove_run(self.id);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// After how many polls the clock is read, each poll taking that long.
    fn read_after(polls: u32, each: impl Fn(u32) -> Duration) -> Vec<u32> {
        let mut readings = Readings::new();
        let mut passed = Duration::ZERO;
        let mut read = Vec::new();
        for poll in 1..=polls {
            passed += each(poll);
            if readings.is_due() {
                readings.note(std::mem::take(&mut passed));
                read.push(poll);
            }
        }
        read
    }

    #[test]
    fn quick_polls_come_to_share_readings_of_the_clock() {
        let read = read_after(10_000, |_| Duration::from_nanos(100));
        assert!(read[..64].iter().copied().eq(1..=64));
        assert_eq!(read[64..70], [66, 70, 78, 94, 126, 190]);
        assert_eq!(read.last().zip(read.iter().nth_back(1)).map(|(last, before)| last - before), Some(512));
    }

    #[test]
    fn polls_that_take_long_keep_a_reading_each() {
        let read = read_after(1000, |_| Duration::from_millis(1));
        assert_eq!(read.len(), 1000);
    }

    #[test]
    fn after_a_long_poll_the_next_ones_have_readings_of_their_own_again() {
        let read = read_after(1600, |poll| if poll == 900 { Duration::from_millis(5) } else { Duration::ZERO });
        let late = read.iter().position(|poll| *poll >= 900).unwrap();
        assert_eq!(read[late + 1] - read[late], 1);
        assert_eq!(read[late + 2] - read[late + 1], 2);
    }
}
