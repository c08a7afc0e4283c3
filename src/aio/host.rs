//! The seam to the outside world.

use std::any::Any;
use std::rc::Rc;
use std::time::Duration;

use super::Aio;
use super::trace::TaskId;

/// When the executor wants its next [`turn`](Aio::turn).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// As soon as the host can, but not from inside `request_turn`.
    Soon,
    /// At this time of the run's clock, or as little later as possible.
    At(Duration),
    /// Not at all, until something wakes a task: any turn asked for before is no longer needed.
    Never,
}

/// All that the executor needs from the outside world.
///
/// The executor never blocks and never loops by itself: the host calls [`Aio::turn`]. A host belongs to one run and is
/// dropped with it.
pub trait Host {
    /// Time since the run began. Never decreases.
    fn now(&self) -> Duration;

    /// Asks for one later call of [`Aio::turn`]. A later request replaces an earlier one.
    fn request_turn(&self, aio: &Aio, when: When);

    /// Holds up the thread for this long, as a blocking call inside a task does.
    fn block(&self, duration: Duration);

    /// Who chooses among ready tasks; asked once, when the run starts. Without one it is first in, first out, as in asyncio.
    fn policy(&self) -> Option<Rc<dyn Policy>> {
        None
    }

    /// What it has for programs beside time: whoever knows its type gets it with [`offered`](super::offered).
    fn offers(&self) -> Option<Rc<dyn Any>> {
        None
    }
}

/// Chooses which task is next: a scheduling policy.
///
/// Whatever it chooses is an order that some scheduler could have chosen. A correct program comes to its end in all of them.
pub trait Policy {
    /// The place of the task that is next among those that are ready, two or more of them, in the order in which the loop would
    /// take them. None if that is not known yet: then the turn stops before it, and goes on with the host's next call.
    ///
    /// It is called between two steps of tasks, and must not await, wake or print anything.
    fn choose(&self, ready: &[TaskId]) -> Option<usize>;
}

impl<H: Host + ?Sized> Host for Rc<H> {
    fn now(&self) -> Duration {
        (**self).now()
    }

    fn request_turn(&self, aio: &Aio, when: When) {
        (**self).request_turn(aio, when);
    }

    fn block(&self, duration: Duration) {
        (**self).block(duration);
    }

    fn policy(&self) -> Option<Rc<dyn Policy>> {
        (**self).policy()
    }

    fn offers(&self) -> Option<Rc<dyn Any>> {
        (**self).offers()
    }
}
