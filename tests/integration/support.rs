//! What the tests have in common.

use std::cell::{Cell, RefCell};
use std::fmt::Debug;
use std::rc::Rc;
use std::time::Duration;

use interleave::aio::trace::{Trace, What};
use interleave::aio::{Aio, Host, Result, When, print, sleep};
use interleave::host::virtual_time;

pub(crate) fn secs(seconds: f64) -> Duration {
    Duration::from_secs_f64(seconds)
}

/// Says when it begins, is cancelled and ends; gives its name.
pub(crate) async fn nap(name: &'static str, seconds: f64) -> Result<&'static str> {
    print(format!("{name} begins"));
    if let Err(error) = sleep(secs(seconds)).await {
        print(format!("{name} is cancelled"));
        return Err(error);
    }
    print(format!("{name} ends"));
    Ok(name)
}

/// Everything printed so far, with its time.
pub(crate) fn prints(trace: &Trace) -> Vec<String> {
    let line = |what: &What, at: Duration| match what {
        What::Printed(text) => Some(format!("{:.1} {text}", at.as_secs_f64())),
        _ => None,
    };
    trace.events().filter_map(|event| line(&event.what, event.at)).collect()
}

/// Runs under the virtual clock and tells what was printed when, when the run ended, and how main did.
pub(crate) fn story<T: Debug + 'static>(main: impl Future<Output = Result<T>> + 'static) -> String {
    let run = virtual_time::run(main);
    let mut lines = prints(&run.trace);
    lines.push(format!("{:.1} {:?}", run.trace.until().as_secs_f64(), run.result));
    lines.join("\n") + "\n"
}

/// A clock that a test moves by hand. It remembers what the executor asked for.
#[derive(Debug, Default)]
pub(crate) struct ByHand {
    pub(crate) now: Cell<Duration>,
    pub(crate) wanted: Cell<Option<When>>,
    pub(crate) requests: Cell<usize>,
}

impl Host for ByHand {
    fn now(&self) -> Duration {
        self.now.get()
    }

    fn request_turn(&self, _: &Aio, when: When) {
        self.wanted.set(Some(when));
        self.requests.set(self.requests.get() + 1);
    }

    fn block(&self, duration: Duration) {
        self.now.set(self.now.get() + duration);
    }
}

impl ByHand {
    /// Gives the run one step, at the time that it asked for.
    pub(crate) fn step(&self, aio: &Aio) {
        match self.wanted.take() {
            Some(When::At(deadline)) => self.now.set(deadline.max(self.now.get())),
            other => self.wanted.set(other),
        }
        aio.step();
    }

    /// Gives the run the turns that it asks for, up to and with this time.
    pub(crate) fn play(&self, aio: &Aio, until: Duration) {
        loop {
            match self.wanted.take() {
                Some(When::Soon) => {}
                Some(When::At(deadline)) if deadline <= until => self.now.set(deadline.max(self.now.get())),
                other => {
                    self.wanted.set(other);
                    self.now.set(until.max(self.now.get()));
                    return;
                }
            }
            aio.turn();
        }
    }
}

/// Counts how many of its clones are alive.
#[derive(Clone, Debug, Default)]
pub(crate) struct Alive(Rc<()>);

impl Alive {
    pub(crate) fn clones(&self) -> usize {
        Rc::strong_count(&self.0) - 1
    }
}

/// Does something when dropped.
pub(crate) struct OnDrop<F: FnMut()>(pub(crate) F);

impl<F: FnMut()> Drop for OnDrop<F> {
    fn drop(&mut self) {
        (self.0)();
    }
}

/// A list that tasks and tests write to together.
#[derive(Clone, Debug, Default)]
pub(crate) struct Log(Rc<RefCell<Vec<String>>>);

impl Log {
    pub(crate) fn add(&self, line: impl Into<String>) {
        self.0.borrow_mut().push(line.into());
    }

    pub(crate) fn take(&self) -> Vec<String> {
        self.0.take()
    }
}
