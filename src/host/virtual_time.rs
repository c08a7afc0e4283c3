//! A clock that needs no time: whenever nothing is ready, it jumps to the next deadline.

use std::cell::Cell;
use std::fmt::Debug;
use std::rc::Rc;
use std::time::Duration;

use crate::aio::trace::Trace;
use crate::aio::{Aio, Host, Options, Result, Task, When};

/// The virtual clock as a host. Times are exact: nothing takes time but sleeping, in its two forms.
#[derive(Debug, Default)]
pub struct VirtualTime {
    now: Cell<Duration>,
    wanted: Cell<Option<When>>,
}

impl Host for VirtualTime {
    fn now(&self) -> Duration {
        self.now.get()
    }

    fn request_turn(&self, _: &Aio, when: When) {
        self.wanted.set(Some(when));
    }

    fn block(&self, duration: Duration) {
        self.now.set(self.now.get().saturating_add(duration));
    }
}

impl VirtualTime {
    /// Gives a run on this clock all the turns that it asks for, [`TURNS_AT_MOST`] at most. Says whether they were enough.
    pub fn play(&self, aio: &Aio) -> bool {
        (0..TURNS_AT_MOST).any(|_| !self.advance(aio))
    }

    /// Gives it the next turn that it asks for, if it asks for one, and says whether it did.
    pub(super) fn advance(&self, aio: &Aio) -> bool {
        match self.wanted.take() {
            Some(When::Soon) => {}
            Some(When::At(deadline)) => self.now.set(deadline.max(self.now.get())),
            Some(When::Never) | None => return false,
        }
        aio.turn();
        true
    }
}

/// What a run under the virtual clock gave.
#[derive(Debug)]
pub struct Finished<T> {
    /// Everything that happened.
    pub trace: Trace,
    /// The main task's result; none if it never ended.
    pub result: Option<Result<T>>,
}

/// How many turns a run may take before it is stopped: a program without end must not hang the page.
pub const TURNS_AT_MOST: u32 = 1_000_000;

/// Runs `main` to its end, at once. A run that deadlocks ends there; one that never ends is stopped after
/// [`TURNS_AT_MOST`] turns, or sooner if no time passes in it: see [`Options::turns_at_once`].
#[track_caller]
pub fn run<F, T>(main: F) -> Finished<T>
where
    F: Future<Output = Result<T>> + 'static,
    T: Debug + 'static,
{
    run_with(Options::default(), main)
}

/// The same, with options.
#[track_caller]
pub fn run_with<F, T>(options: Options, main: F) -> Finished<T>
where
    F: Future<Output = Result<T>> + 'static,
    T: Debug + 'static,
{
    let (aio, mut task) = drive(options, main);
    let result = task.try_result();
    Finished { trace: aio.into_trace(), result }
}

#[track_caller]
fn drive<F, T>(options: Options, main: F) -> (Aio, Task<T>)
where
    F: Future<Output = Result<T>> + 'static,
    T: Debug + 'static,
{
    let clock = Rc::new(VirtualTime::default());
    let (aio, task) = Aio::start_with(clock.clone(), options, main);
    if !clock.play(&aio) {
        aio.stop();
    }
    (aio, task)
}
