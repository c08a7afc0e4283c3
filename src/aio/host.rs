//! The seam to the outside world.

use std::any::Any;
use std::rc::Rc;
use std::time::Duration;

use super::Aio;

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

    /// What it has for programs beside time: whoever knows its type gets it with [`offered`](super::offered).
    fn offers(&self) -> Option<Rc<dyn Any>> {
        None
    }
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

    fn offers(&self) -> Option<Rc<dyn Any>> {
        (**self).offers()
    }
}
