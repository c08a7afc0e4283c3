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

use std::cell::{Cell, RefCell};
use std::panic::Location;
use std::rc::{Rc, Weak};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use super::alarms::{Alarm, AlarmKey, Alarms};
use super::current::{Entered, SpareWaker, remove_run};
use super::handle::Aio;
use super::host::{Host, When};
use super::state::{Finished, Forward, Job, Listener, State, Step, Todo};
use super::task::PinnedBody;
use super::trace::{self, Canceller, Ending, Outcome, TaskId, Trace, Wait, What};

pub(super) struct Run {
    pub(super) id: u64,
    host: Box<dyn Host>,
    /// While a closure runs as if in another thread: how long it has blocked that thread.
    pub(super) in_thread: Cell<Option<Duration>>,
    /// Never borrowed while a future is polled, dropped or woken.
    state: RefCell<State>,
    alarms: RefCell<Alarms>,
}

/// What lasts for one turn.
struct Turn {
    spare: SpareWaker,
    readings: Readings,
    /// The main task is over.
    closing: bool,
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
    pub(super) fn new(id: u64, host: Box<dyn Host>) -> Self {
        let state = RefCell::new(State::new());
        Self { id, host, in_thread: Cell::new(None), state, alarms: RefCell::default() }
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

    /// Says, from inside a poll that will return `Pending`, what the current task waits for.
    pub(super) fn suspend_on(&self, wait: Wait, forward: Forward, site: &'static Location<'static>) {
        self.state.borrow_mut().suspend_on(wait, forward, site);
    }

    #[inline(never)]
    pub(super) fn record(&self, what: What, site: Option<&'static Location<'static>>) {
        self.state.borrow_mut().record(what, site);
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

    pub(super) fn take_output(&self, task: TaskId) -> Option<PinnedBody> {
        self.state.borrow_mut().take_output(task)
    }

    pub(super) fn wake_when_over(&self, task: TaskId, waker: Waker) {
        let replaced = self.state.borrow_mut().wake_when_over(task, waker);
        drop(replaced);
    }

    pub(super) fn tell_when_over(&self, task: TaskId, listener: Weak<dyn Listener>, place: usize) {
        self.state.borrow_mut().tell_when_over(task, listener, place);
    }

    /// Nobody will ask for the task's output any more.
    pub(super) fn detach(&self, task: TaskId) {
        let kept = self.state.borrow_mut().detach(task);
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

    pub(super) fn clear_alarm(&self, key: AlarmKey) {
        let alarm = self.alarms.borrow_mut().remove(key);
        drop(alarm);
    }

    /// Asks a task to stop, from inside a turn. Says whether there was anything left to stop.
    fn cancel(&self, task: TaskId, by: Canceller) -> bool {
        let forward = self.state.borrow_mut().request_cancel(task, by);
        let Some(forward) = forward else { return false };
        self.deliver(task, forward, by);
        true
    }

    /// Asks a task of a group, or the one that holds the group, to stop.
    pub(super) fn cancel_in_group(&self, task: TaskId) {
        self.cancel(task, Canceller::Group);
    }

    /// Asks a task to stop, in the name of the current task or, outside a turn, of whoever drives the run.
    pub(super) fn cancel_from_anywhere(self: &Rc<Self>, task: TaskId) -> bool {
        if self.is_over() {
            return false;
        }
        if self.state.borrow().turning {
            return self.cancel(task, self.current().map_or(Canceller::Host, Canceller::Task));
        }
        self.tick();
        let asked = self.cancel(task, Canceller::Host);
        if asked {
            self.request_turn(When::Soon);
        }
        asked
    }

    /// A task that awaits others passes its cancellation on to them, and hears of it when they end; any other finds it at
    /// its await.
    fn deliver(&self, task: TaskId, forward: Forward, by: Canceller) {
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
        if !passed_on {
            self.state.borrow_mut().deliver_cancel(task);
        }
    }

    /// Whether the current task has been asked to stop; asking answers the request.
    #[inline]
    pub(super) fn take_cancel(&self, site: &'static Location<'static>) -> bool {
        let asked = self.withdraw_cancel();
        if asked {
            self.record(What::CancelDelivered, Some(site));
        }
        asked
    }

    /// Forgets a request that the current task has not seen yet; says whether there was one.
    #[inline]
    pub(super) fn withdraw_cancel(&self) -> bool {
        self.state.borrow_mut().withdraw_cancel()
    }

    /// Whether a task has been asked to stop and has not noticed yet.
    pub(super) fn is_cancelled(&self, task: TaskId) -> bool {
        self.state.borrow().is_cancelled(task)
    }

    /// How many times the current task has been asked to stop, by whomever.
    pub(super) fn cancels(&self) -> u32 {
        self.state.borrow().cancels()
    }

    /// Takes back one of the requests to stop the current task; gives how many there are left.
    pub(super) fn uncancel(&self) -> u32 {
        self.state.borrow_mut().uncancel()
    }

    pub(super) fn turn(self: &Rc<Self>) {
        if self.is_over() {
            return;
        }
        let _entered = Entered::new(self);
        let due = self.tick();
        let alarms_set = self.alarms.borrow().count();
        let jobs = {
            let mut state = self.state.borrow_mut();
            state.ended = None;
            state.turning = true;
            state.trace.end(None);
            let mut emptied = std::mem::take(&mut state.emptied);
            emptied.reserve(state.ready.len());
            std::mem::replace(&mut state.ready, emptied)
        };
        let closing = self.run_jobs(jobs);
        if self.ended().is_none() {
            self.fire_alarms(due, alarms_set);
            if closing {
                self.shut_down();
            }
        }
        {
            let mut state = self.state.borrow_mut();
            state.turning = false;
            state.cause = trace::Waker::Host;
        }
        self.settle();
    }

    /// Does what was ready when the turn began. Says whether the main task is over.
    fn run_jobs(&self, mut jobs: Vec<Job>) -> bool {
        let mut turn = Turn { spare: SpareWaker::new(self.id), readings: Readings::new(), closing: false };
        for job in jobs.drain(..) {
            let mut state = self.state.borrow_mut();
            if state.is_over() {
                // A task has stopped its own run.
                break;
            }
            match job.todo() {
                Todo::Step(task) => {
                    let step = state.begin(task, turn.spare.lend(task));
                    drop(state);
                    match step {
                        Some(Step { body, plain: true, .. }) => self.step(task, body, &mut turn),
                        Some(step) => self.step_in_full(task, step, &mut turn),
                        None => {}
                    }
                }
                Todo::Tell(task) => {
                    drop(state);
                    self.tell(task);
                }
                Todo::Shutdown => turn.closing = true,
            }
        }
        self.state.borrow_mut().emptied = jobs;
        turn.closing
    }

    #[inline(never)]
    fn tell(&self, task: TaskId) {
        let listener = self.state.borrow_mut().listener(task);
        if let Some((listener, place)) = listener {
            listener.hear_of(place);
        }
    }

    /// Polls a task. What is rare is left to others, so that this stays short: it is what most of a run is spent in.
    fn step(&self, task: TaskId, mut body: PinnedBody, turn: &mut Turn) {
        let poll = body.as_mut().run(&mut Context::from_waker(turn.spare.waker()));
        if turn.readings.is_due() {
            self.read_clock(&mut turn.readings);
        }
        let kept = if turn.spare.is_kept() { Some(turn.spare.take()) } else { None };
        match poll {
            Poll::Ready(outcome) => self.finish(task, Some(body), outcome),
            Poll::Pending if kept.is_some() => self.park(task, body, kept),
            Poll::Pending => {
                let parked = self.state.borrow_mut().park_yielded(task, body);
                if let Err(body) = parked {
                    self.park(task, body, None);
                }
            }
        }
    }

    /// Polls a task that has a waker of its own or has been asked to stop.
    #[inline(never)]
    fn step_in_full(&self, task: TaskId, Step { mut body, stillborn, .. }: Step, turn: &mut Turn) {
        if stillborn {
            // Cancelled before it ran: not a line of it runs.
            drop(body);
            self.finish(task, None, Outcome::Cancelled);
            return;
        }
        let own = self.state.borrow_mut().resume(task);
        let Some(waker) = own else { return self.step(task, body, turn) };
        let poll = body.as_mut().run(&mut Context::from_waker(&waker));
        if turn.readings.is_due() {
            self.read_clock(&mut turn.readings);
        }
        match poll {
            Poll::Ready(outcome) => self.finish(task, Some(body), outcome),
            Poll::Pending => self.park(task, body, Some(waker)),
        }
    }

    #[inline(never)]
    fn read_clock(&self, readings: &mut Readings) {
        let before = self.now();
        readings.note(self.tick().saturating_sub(before));
    }

    #[inline(never)]
    fn park(&self, task: TaskId, body: PinnedBody, waker: Option<Waker>) {
        let mut state = self.state.borrow_mut();
        if state.is_over() {
            state.current = None;
            drop(state);
            drop((body, waker));
            return;
        }
        if state.park(task, body, waker) {
            state.cause = trace::Waker::Task(task);
            let forward = state.forward(task);
            drop(state);
            self.deliver(task, forward, Canceller::Task(task));
        }
    }

    #[inline(never)]
    fn finish(&self, task: TaskId, body: Option<PinnedBody>, outcome: Outcome) {
        let mut state = self.state.borrow_mut();
        if state.is_over() {
            state.current = None;
            drop(state);
            drop(body);
            return;
        }
        let Finished { waiter, garbage } = state.finish(task, body, outcome);
        drop(state);
        if let Some(waiter) = waiter {
            waiter.wake();
        }
        drop(garbage);
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
            self.state.borrow_mut().cause = trace::Waker::Timer { due };
            match alarm {
                Alarm::Wake(waker) => waker.wake(),
                Alarm::Expire(task, expired) => {
                    expired.set(true);
                    self.cancel(task, Canceller::Timeout);
                }
            }
        }
    }

    /// Cancels whatever is still there.
    fn shut_down(&self) {
        let tasks = {
            let mut state = self.state.borrow_mut();
            state.cause = trace::Waker::Host;
            state.trace.task_count() as u32
        };
        for task in (0..tasks).map(TaskId) {
            self.cancel(task, Canceller::Shutdown);
        }
    }

    fn settle(self: &Rc<Self>) {
        let deadline = self.alarms.borrow_mut().next().map(|(deadline, _)| deadline);
        let when = {
            let mut state = self.state.borrow_mut();
            if state.ended.is_some() {
                return;
            }
            if state.unfinished == 0 {
                state.end(Ending::Finished);
                When::Never
            } else if !state.ready.is_empty() {
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
        {
            let mut state = self.state.borrow_mut();
            state.end(Ending::Stopped);
            // What is woken from now on is woken for nothing, even if a task has stopped its own run.
            state.turning = false;
            state.ready.clear();
        }
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
