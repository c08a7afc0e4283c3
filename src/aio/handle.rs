//! The handle to a run.

use std::panic::Location;
use std::rc::{Rc, Weak};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use super::current::{add_run, thread_is_alive};
use super::executor::Run;
use super::host::{Host, When};
use super::options::Options;
use super::task::body;
use super::trace::{Ending, Trace};
use super::{Result, Task};

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
        if Rc::strong_count(&self.run) == 1 && thread_is_alive() {
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
    pub(super) fn of(run: Rc<Run>) -> Self {
        Self { run }
    }

    /// Starts a run of `main` and asks the host for its first turn.
    ///
    /// The run ends when `main` has ended and the tasks that it left behind have been cancelled and are over. The handle to
    /// `main` may be dropped: the run goes on.
    ///
    /// asyncio: `asyncio.run`.
    #[track_caller]
    pub fn start<F, T>(host: impl Host + 'static, main: F) -> (Self, Task<T>)
    where
        F: Future<Output = Result<T>> + 'static,
        T: std::fmt::Debug + 'static,
    {
        Self::start_with(host, Options::default(), main)
    }

    /// The same, with options.
    #[track_caller]
    pub fn start_with<F, T>(host: impl Host + 'static, options: Options, main: F) -> (Self, Task<T>)
    where
        F: Future<Output = Result<T>> + 'static,
        T: std::fmt::Debug + 'static,
    {
        static RUN_IDS: AtomicU64 = AtomicU64::new(0);
        let id = RUN_IDS.fetch_add(1, Ordering::Relaxed);
        let run = Rc::new(Run::new(id, Box::new(host), options));
        add_run(id, &run);
        run.tick();
        let (handle, _) = Task::spawn(&run, body(main), Location::caller());
        run.request_turn(When::Soon);
        let aio = Self { run };
        (aio, handle)
    }

    /// Runs what is ready, once round, and lets due timers fire; then asks the host for the next turn.
    ///
    /// For hosts. Does nothing once the run is over.
    pub fn turn(&self) {
        self.run.turn();
    }

    /// Does one job of a turn: polls one task, or tells somebody that one has ended. The turn is over when its last job is
    /// done; then the due timers fire.
    ///
    /// For hosts that want to stop in between, in place of [`turn`](Self::turn), which does the rest of the turn at once.
    pub fn step(&self) {
        self.run.advance(1);
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
        self.run.ended()
    }

    /// The run's time, as its host tells it now.
    #[must_use]
    pub fn now(&self) -> Duration {
        self.run.host_now()
    }

    /// Reads the trace as far as it has come. Nothing may be awaited, woken or printed meanwhile.
    pub fn trace<R>(&self, read: impl FnOnce(&Trace) -> R) -> R {
        self.run.read_trace(read)
    }

    /// The trace, as far as it has come, in exchange for the handle. Without a copy, if there is no other handle.
    #[must_use]
    pub fn into_trace(self) -> Trace {
        if Rc::strong_count(&self.run) > 1 {
            return self.trace(Clone::clone);
        }
        // Nobody is left who could read what destructors will add.
        self.run.with_trace(Trace::take)
    }

    /// A handle that does not keep the run alive, for a host that must find it again.
    #[must_use]
    pub fn downgrade(&self) -> WeakAio {
        WeakAio { run: Rc::downgrade(&self.run) }
    }
}
