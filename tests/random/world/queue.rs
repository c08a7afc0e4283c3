//! Queues of whatever kind.

use interleave::aio::{LifoQueue, PriorityQueue, Queue, Result};

use super::truth;
use crate::program::QueueKind;

/// A queue of any kind.
#[derive(Clone, Debug)]
pub enum AnyQueue {
    /// The oldest first.
    Fifo(Queue<u8>),
    /// The newest first.
    Lifo(LifoQueue<u8>),
    /// The least first.
    Priority(PriorityQueue<u8>),
}

macro_rules! of_any {
    ($queue:expr, $it:ident => $call:expr) => {
        match $queue {
            AnyQueue::Fifo($it) => $call,
            AnyQueue::Lifo($it) => $call,
            AnyQueue::Priority($it) => $call,
        }
    };
}

impl AnyQueue {
    pub(super) fn new(name: String, (kind, room): (QueueKind, u8)) -> Self {
        let room = room.into();
        match kind {
            QueueKind::Fifo => Self::Fifo(Queue::bounded(room).named(name)),
            QueueKind::Lifo => Self::Lifo(LifoQueue::bounded(room).named(name)),
            QueueKind::Priority => Self::Priority(PriorityQueue::bounded(room).named(name)),
        }
    }

    /// Puts an item in as soon as there is room.
    ///
    /// # Errors
    ///
    /// When the task is cancelled meanwhile.
    pub async fn put(&self, item: u8) -> Result<()> {
        of_any!(self, queue => queue.put(item).await)
    }

    /// Takes an item out as soon as there is one.
    ///
    /// # Errors
    ///
    /// When the task is cancelled meanwhile.
    pub async fn get(&self) -> Result<u8> {
        of_any!(self, queue => queue.get().await)
    }

    /// Waits until every item has been dealt with.
    ///
    /// # Errors
    ///
    /// When the task is cancelled meanwhile.
    pub async fn join(&self) -> Result<()> {
        of_any!(self, queue => queue.join().await)
    }

    /// Puts an item in if there is room; says whether there was.
    #[expect(clippy::must_use_candidate, reason = "some do not care")]
    pub fn try_put(&self, item: u8) -> &'static str {
        truth(of_any!(self, queue => queue.try_put(item).is_ok()))
    }

    /// Takes an item out if there is one; says which.
    #[must_use]
    pub fn try_get(&self) -> String {
        of_any!(self, queue => queue.try_get()).map_or_else(|_| "None".to_owned(), |item| item.to_string())
    }

    /// Puts so many items in and takes so many out, again and again, without waiting.
    pub fn pour(&self, puts: u8, gets: u8, times: u8) {
        for _ in 0..times {
            for item in 0..puts {
                self.try_put(item);
            }
            for _ in 0..gets {
                drop(self.try_get());
            }
        }
    }

    /// Lets nothing be put in any more; drops what it holds, or not.
    pub fn shut_down(&self, now: bool) {
        of_any!(self, queue => if now { queue.shut_down_now() } else { queue.shut_down() });
    }

    /// Says that an item has been dealt with; says whether there was one.
    #[must_use]
    pub fn task_done(&self) -> &'static str {
        truth(of_any!(self, queue => queue.task_done()))
    }
}
