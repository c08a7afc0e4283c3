//! What tasks wait for each other with.

use interleave::aio::{Barrier, BoundedSemaphore, Condition, Event, Lock, Semaphore, print};

use super::{index, truth, world};
use crate::program::Which;

/// The lock of this number.
#[must_use]
pub fn lock(which: Which) -> Lock {
    world().locks[index(which)].clone()
}

/// The semaphore of this number.
#[must_use]
pub fn semaphore(which: Which) -> Semaphore {
    world().semaphores[index(which)].clone()
}

/// The event of this number.
#[must_use]
pub fn event(which: Which) -> Event {
    world().events[index(which)].clone()
}

/// The latch of this number: a lock that is freed by hand.
#[must_use]
pub fn latch(which: Which) -> Lock {
    world().latches[index(which)].clone()
}

/// Frees a latch, and prints whether that was possible.
pub fn free_latch(label: u32, which: Which) {
    print(format!("{label} frees latch: {}", truth(latch(which).release().is_ok())));
}

/// Frees a lock, whoever holds it, and prints whether that was possible.
pub fn free_lock(label: u32, which: Which) {
    print(format!("{label} frees lock: {}", truth(lock(which).release().is_ok())));
}

/// The bounded semaphore of this number.
#[must_use]
pub fn place(which: Which) -> BoundedSemaphore {
    world().places[index(which)].clone()
}

/// Gives a place of a bounded semaphore back, and prints whether that was possible.
pub fn give_place(label: u32, which: Which) {
    print(format!("{label} gives place: {}", truth(place(which).release().is_ok())));
}

/// The condition of this number.
#[must_use]
pub fn condition(which: Which) -> Condition {
    world().conditions[index(which)].clone()
}

/// The barrier of this number.
#[must_use]
pub fn barrier(which: Which) -> Barrier {
    world().barriers[index(which)].clone()
}
