//! A run on the virtual clock in which somebody chooses which ready task is next.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;

use super::virtual_time::{TURNS_AT_MOST, VirtualTime};
use crate::aio::trace::{TaskId, Trace};
use crate::aio::{Aio, Host, Policy, When};

/// More choices than this are nobody's any more: after them the loop goes on by itself.
pub const CHOICES_AT_MOST: usize = 500;

/// What is chosen, one after the other: places among the tasks that are ready, in the loop's own order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Choices {
    /// The places.
    pub places: Vec<u8>,
    /// Whether the loop goes on by itself after them, first in, first out.
    pub goes_on: bool,
}

/// How far a run came.
#[derive(Clone, Debug)]
pub struct Scheduled {
    /// What happened.
    pub trace: Trace,
    /// The time on its clock.
    pub now: Duration,
    /// The tasks among which to choose next; none when the run is over.
    pub ready: Vec<TaskId>,
    /// Whom the choices have picked.
    pub picked: Vec<TaskId>,
    /// The first choice, by its place, that was not among what was ready: it was ignored, with all that followed.
    pub refused: Option<usize>,
}

/// The virtual clock, with somebody who chooses.
struct Chosen {
    clock: VirtualTime,
    chooser: Rc<Chooser>,
}

impl Host for Chosen {
    fn now(&self) -> Duration {
        self.clock.now()
    }

    fn request_turn(&self, aio: &Aio, when: When) {
        self.clock.request_turn(aio, when);
    }

    fn block(&self, duration: Duration) {
        self.clock.block(duration);
    }

    fn policy(&self) -> Option<Rc<dyn Policy>> {
        Some(self.chooser.clone())
    }
}

struct Chooser {
    choices: Choices,
    picked: RefCell<Vec<TaskId>>,
    asks: RefCell<Vec<TaskId>>,
    refused: Cell<Option<usize>>,
}

impl Policy for Chooser {
    fn choose(&self, ready: &[TaskId]) -> Option<usize> {
        let mut picked = self.picked.borrow_mut();
        let Choices { places, goes_on } = &self.choices;
        let place = places.iter().take(CHOICES_AT_MOST).nth(picked.len()).map(|place| usize::from(*place));
        match place.filter(|_| self.refused.get().is_none()) {
            Some(place) if place < ready.len() => {
                picked.push(ready[place]);
                Some(place)
            }
            None if *goes_on || picked.len() >= CHOICES_AT_MOST => Some(0),
            place => {
                if place.is_some() {
                    self.refused.set(Some(picked.len()));
                }
                self.asks.replace(ready.to_vec());
                None
            }
        }
    }
}

/// Starts a run and has the choices made, up to the first that is left open, or to the run's end. `start` gets the host.
///
/// The same choices give the same run. One that never ends is stopped, as [`run`](super::virtual_time::run) does it.
pub fn run(choices: &Choices, start: impl FnOnce(Rc<dyn Host>) -> Aio) -> Scheduled {
    let chooser = Rc::new(Chooser {
        choices: choices.clone(),
        picked: RefCell::default(),
        asks: RefCell::default(),
        refused: Cell::new(None),
    });
    let host = Rc::new(Chosen { clock: VirtualTime::default(), chooser: chooser.clone() });
    let aio = start(host.clone());
    let asks = || !chooser.asks.borrow().is_empty();
    let mut turns = 0;
    while !asks() && host.clock.advance(&aio) {
        turns += 1;
        if turns == TURNS_AT_MOST {
            aio.stop();
        }
    }
    let now = host.now();
    let trace = aio.into_trace();
    Scheduled { trace, now, ready: chooser.asks.take(), picked: chooser.picked.take(), refused: chooser.refused.get() }
}
