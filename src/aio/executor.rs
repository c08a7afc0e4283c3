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
//! - In a shuffled run a turn does one job, any that is ready.
//! - A [`Policy`] chooses among the tasks that are ready, also those that became so during the turn: whom it chooses overtakes
//!   the others. Everything else keeps its place, so who always takes the first does what is done without a policy.
//! - When the main task ends, the turn in which that becomes known is finished; then every task that is still there is
//!   cancelled, in order of creation, and the run ends when the last of them is over.

mod cancel;
mod outputs;
mod readings;

use std::any::Any;
use std::cell::{Cell, OnceCell, RefCell};
use std::panic::Location;
use std::rc::Rc;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use super::alarms::{Alarm, AlarmKey, Alarms};
use super::current::{Entered, TaskWaker, Wakeup, remove_run, woken_elsewhere};
use super::error::Error;
use super::handle::Aio;
use super::host::{Host, Policy, When};
use super::options::Options;
use super::pool::Pool;
use super::slower::Slower;
use super::state::{CallId, Callee, Finished, Forward, Job, State, Step, Todo};
use super::task::PinnedBody;
use super::trace::{self, Canceller, Ending, Outcome, ResourceId, SpanId, TaskId, Trace, Use, Wait, What};

use readings::Readings;

pub(super) struct Run {
    pub(super) id: u64,
    host: Box<dyn Host>,
    default_pool: OnceCell<Rc<Pool>>,
    /// The executor drops a future that will not be polled any more: nothing in it was forgotten by the program.
    discarding: Cell<bool>,
    turns_at_once: u32,
    /// Picks the job that is next, if it is not the first in the queue.
    dice: Option<RefCell<fastrand::Rng>>,
    slower: Slower,
    /// The spans that are open, each with its task; only kept where some job is slower.
    inside: RefCell<Vec<(TaskId, SpanId)>>,
    /// Chooses which of the tasks that are ready is next, if somebody is to.
    policy: Option<Rc<dyn Policy>>,
    /// Never borrowed while a future is polled, dropped or woken.
    state: RefCell<State>,
    alarms: RefCell<Alarms>,
    /// A turn that has begun and is not over.
    turn: Cell<Option<Box<Turn>>>,
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

impl Run {
    pub(super) fn new(id: u64, host: Box<dyn Host>, options: Options) -> Self {
        Self {
            id,
            policy: host.policy(),
            host,
            default_pool: OnceCell::new(),
            discarding: Cell::new(false),
            turns_at_once: options.turns_at_once,
            dice: options.shuffle.map(|seed| RefCell::new(fastrand::Rng::with_seed(seed))),
            slower: options.slower,
            inside: RefCell::default(),
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

    pub(super) fn offers(&self) -> Option<Rc<dyn Any>> {
        self.host.offers()
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
    pub(super) fn record_use(&self, used: (Use, ResourceId), site: Option<&'static Location<'static>>) {
        let mut state = self.state.borrow_mut();
        if !state.is_over() {
            let (speaker, site) = (state.speaker(), site.filter(|_| !state.is_silent()));
            state.trace.record_used(speaker, used, site);
        }
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

    /// Keeps in mind where a task is, as long as that decides how long it sleeps.
    pub(super) fn enter(&self, task: TaskId, span: SpanId) {
        if !self.slower.is_empty() {
            self.inside.borrow_mut().push((task, span));
        }
    }

    pub(super) fn leave(&self, span: SpanId) {
        if !self.slower.is_empty() {
            self.inside.borrow_mut().retain(|(_, other)| *other != span);
        }
    }

    /// How long the current task sleeps that is to sleep for so long.
    pub(super) fn slowed(&self, duration: Duration) -> Duration {
        if self.slower.is_empty() {
            return duration;
        }
        let Some(task) = self.current() else { return duration };
        let inside = self.inside.borrow();
        let mut spans = inside.iter().rev().filter(|(other, _)| *other == task);
        let percent = self.read_trace(|trace| {
            let of_span = |span: &SpanId| self.slower.find(&trace.spans().get(span.index())?.name);
            spans.find_map(|(_, span)| of_span(span)).or_else(|| self.slower.find(&trace.name(task)))
        });
        // Exactly: a float would make of three times a third something else.
        let nanos =
            duration.as_nanos() * u128::from(percent.unwrap_or(Slower::AS_IT_IS)) / u128::from(Slower::AS_IT_IS);
        Duration::from_nanos(u64::try_from(nanos).unwrap_or(u64::MAX))
    }

    pub(super) fn block(&self, duration: Duration, site: &'static Location<'static>) {
        let before = self.tick();
        self.host.block(self.slowed(duration));
        let after = self.tick();
        // Recorded when it is over, so that times never decrease; it says how long it took.
        self.record(What::Blocked(after.saturating_sub(before)), Some(site));
    }

    pub(super) fn is_finished(&self, task: TaskId) -> bool {
        self.state.borrow().is_finished(task)
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
        let mut turn = self.turn.take().map_or_else(|| self.begin_turn(now), |turn| *turn);
        {
            let mut state = self.state.borrow_mut();
            state.turning = true;
            for task in woken_elsewhere(self.id) {
                state.wake(task);
            }
        }
        match &self.policy {
            None => self.run_jobs(&mut turn, jobs),
            Some(policy) => self.run_chosen(&**policy, &mut turn, jobs),
        }
        let in_between = turn.done < turn.jobs.len();
        if self.ended().is_none() {
            if in_between {
                self.turn.set(Some(Box::new(turn)));
            } else {
                self.end_turn(&mut turn);
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

    fn end_turn(self: &Rc<Self>, turn: &mut Turn) {
        self.fire_alarms(turn.due, turn.alarms_set);
        if turn.closing {
            self.shut_down();
        }
        turn.jobs.clear();
        let mut state = self.state.borrow_mut();
        state.emptied = std::mem::take(&mut turn.jobs);
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

    /// The same, task by task as they are chosen; it ends early when nobody knows yet which is next.
    #[cold]
    fn run_chosen(&self, policy: &dyn Policy, turn: &mut Turn, at_most: usize) {
        for _ in 0..at_most {
            if turn.done == turn.jobs.len() || self.is_over() || !self.choose(policy, turn) {
                break;
            }
            self.run_jobs(turn, 1);
        }
    }

    /// Brings the job that is next to the front of what is left of a turn. Says whether it is known.
    fn choose(&self, policy: &dyn Policy, turn: &mut Turn) -> bool {
        let state = self.state.borrow();
        let task = |job: &Job| match job.todo() {
            Todo::Step(task) if !state.is_finished(task) => Some(task),
            _ => None,
        };
        let left = &turn.jobs[turn.done..];
        if left.first().and_then(task).is_none() {
            // The loop's own jobs are nobody's choice.
            return true;
        }
        let ready: Vec<TaskId> = left.iter().chain(&state.ready).filter_map(task).collect();
        if ready.len() < 2 {
            return true;
        }
        drop(state);
        let Some(chosen) = policy.choose(&ready).and_then(|place| ready.get(place).copied()) else { return false };
        let is_chosen = |job: &Job| matches!(job.todo(), Todo::Step(task) if task == chosen);
        let ready = &mut self.state.borrow_mut().ready;
        if let Some(place) = turn.jobs[turn.done..].iter().position(is_chosen) {
            turn.jobs[turn.done..=turn.done + place].rotate_right(1);
        } else if let Some(place) = ready.iter().position(is_chosen) {
            turn.jobs.insert(turn.done, ready.remove(place));
        }
        true
    }

    #[inline(never)]
    fn call(&self, call: CallId) {
        let mut state = self.state.borrow_mut();
        let Some((callee, task, _)) = state.take_call(call) else { return };
        state.cause = trace::Waker::Task(task);
        drop(state);
        match callee {
            Callee::Listener(listener, place) => {
                if let Some(listener) = listener.upgrade() {
                    listener.hear_of(place.number());
                } else if place.looks_anyway() {
                    self.see_error(task);
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
        let delivery = self.pass_on(&forward, by, message.as_ref());
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
        for task in (0..tasks).map(TaskId).filter(|task| !self.is_finished(*task)) {
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
            let is_due = state.unfinished == 0 && deadline.is_some_and(|deadline| deadline <= state.now);
            if !in_between && state.is_done() && !state.has_calls() && !is_due {
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
