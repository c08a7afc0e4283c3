//! Plain functions that the loop calls.

use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

use super::alarms::{Alarm, AlarmKey};
use super::current::current;
use super::executor::Run;

/// A call that is to come. Dropping it changes nothing: the call comes.
///
/// asyncio: `Handle` and `TimerHandle`.
#[derive(Clone, Debug)]
pub struct CallHandle {
    cancelled: Rc<Cell<bool>>,
    alarm: Option<(std::rc::Weak<Run>, AlarmKey)>,
}

impl CallHandle {
    /// Has the call not come. Does nothing if it has come already.
    ///
    /// asyncio: `cancel`.
    pub fn cancel(&self) {
        self.cancelled.set(true);
        if let Some((run, key)) = &self.alarm
            && let Some(run) = run.upgrade()
        {
            run.clear_alarm(*key);
        }
    }

    /// Whether the call has been cancelled.
    ///
    /// asyncio: `cancelled`.
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        self.cancelled.get()
    }
}

/// Has the loop call a function in its next turn, after what is ready by now. It is not a task: it cannot await, and what it
/// prints stands under the task that asked for the call.
///
/// asyncio: `loop.call_soon`.
///
/// # Panics
///
/// Outside a run.
///
/// ```
/// use interleave::aio::{call_soon, print, yield_now};
/// use interleave::host::virtual_time;
///
/// let run = virtual_time::run(async {
///     call_soon(|| print("called"));
///     print("before");
///     yield_now().await
/// });
/// let printed = run.trace.to_string();
/// assert!(printed.find("before") < printed.find("called"));
/// ```
pub fn call_soon(call: impl FnOnce() + 'static) -> CallHandle {
    let run = current();
    let cancelled = Rc::new(Cell::new(false));
    let is_cancelled = cancelled.clone();
    run.call_soon(Box::new(move || {
        if !is_cancelled.get() {
            call();
        }
    }));
    CallHandle { cancelled, alarm: None }
}

/// Has the loop call a function when so much time has passed.
///
/// asyncio: `loop.call_later`.
///
/// # Panics
///
/// Outside a run.
pub fn call_later(delay: Duration, call: impl FnOnce() + 'static) -> CallHandle {
    let run = current();
    arm(&run, run.deadline(delay), call)
}

/// Has the loop call a function at a time of the run's clock, or, if that has passed, as soon as timers fire.
///
/// asyncio: `loop.call_at`.
///
/// # Panics
///
/// Outside a run.
pub fn call_at(when: Duration, call: impl FnOnce() + 'static) -> CallHandle {
    let run = current();
    let now = run.now();
    if when >= now {
        return arm(&run, when, call);
    }
    // It goes before what is due now, but nobody could have called it before this.
    let its_run = Rc::downgrade(&run);
    arm(&run, when, move || {
        if let Some(run) = its_run.upgrade() {
            run.due_no_earlier(now);
        }
        call();
    })
}

fn arm(run: &Rc<Run>, when: Duration, call: impl FnOnce() + 'static) -> CallHandle {
    let task = run.speaker();
    let key = run.set_alarm(when, Alarm::Call(task, Box::new(call)));
    CallHandle { cancelled: Rc::default(), alarm: Some((Rc::downgrade(run), key)) }
}
