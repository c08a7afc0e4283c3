//! Items on their way from those who make them to those who use them.

use std::cell::{Cell, RefCell};
use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};
use std::fmt::{self, Debug};
use std::panic::Location;
use std::rc::Rc;
use std::sync::Arc;

use super::line::Line;
use super::resource::Resource;
use super::trace::{ResourceKind, Use, Wait};
use super::{Error, Result};

/// In which order a queue gives its items.
pub trait Store: Default {
    /// What it holds.
    type Item;

    /// Adds an item.
    fn put(&mut self, item: Self::Item);

    /// Takes out the item whose turn it is.
    fn take(&mut self) -> Option<Self::Item>;

    /// How many there are.
    fn count(&self) -> usize;
}

impl<T> Store for VecDeque<T> {
    type Item = T;

    fn put(&mut self, item: T) {
        self.push_back(item);
    }

    fn take(&mut self) -> Option<T> {
        self.pop_front()
    }

    fn count(&self) -> usize {
        self.len()
    }
}

impl<T> Store for Vec<T> {
    type Item = T;

    fn put(&mut self, item: T) {
        self.push(item);
    }

    fn take(&mut self) -> Option<T> {
        self.pop()
    }

    fn count(&self) -> usize {
        self.len()
    }
}

impl<T: Ord> Store for BinaryHeap<Reverse<T>> {
    type Item = T;

    fn put(&mut self, item: T) {
        self.push(Reverse(item));
    }

    fn take(&mut self) -> Option<T> {
        self.pop().map(|Reverse(item)| item)
    }

    fn count(&self) -> usize {
        self.len()
    }
}

/// A queue that gives its items in the order in which they came.
///
/// Those who wait for an item, or for room, are served in the order in which they came; but an item, or room, is not kept
/// for whoever was called: who comes before it runs may be faster, and then it waits again, at the end of the line. Clones
/// are the same queue.
///
/// asyncio: `Queue`.
///
/// ```
/// use interleave::aio::{Queue, sleep, spawn};
/// use interleave::host::virtual_time;
/// use std::time::Duration;
///
/// let run = virtual_time::run(async {
///     let queue = Queue::bounded(1);
///     let worker = spawn({
///         let queue: Queue<u32> = queue.clone();
///         async move {
///             for _ in 0..3 {
///                 queue.get().await?;
///                 sleep(Duration::from_secs(1)).await?;
///                 queue.task_done();
///             }
///             Ok(())
///         }
///     });
///     for number in 0..3 {
///         queue.put(number).await?;
///     }
///     queue.join().await?;
///     worker.await
/// });
/// assert_eq!(run.trace.until(), Duration::from_secs(3));
/// ```
pub type Queue<T> = QueueOf<VecDeque<T>>;

/// A [`Queue`] that gives the least item first. Which of two equal ones comes first is not said.
///
/// asyncio: `PriorityQueue`.
pub type PriorityQueue<T> = QueueOf<BinaryHeap<Reverse<T>>>;

/// A [`Queue`] that gives the newest item first.
///
/// asyncio: `LifoQueue`.
pub type LifoQueue<T> = QueueOf<Vec<T>>;

/// A queue with any order of its items: see [`Queue`], [`PriorityQueue`] and [`LifoQueue`].
pub struct QueueOf<S> {
    state: Rc<State<S>>,
}

struct State<S> {
    items: RefCell<S>,
    /// How many items there is room for; none if there is no limit.
    room: Option<usize>,
    getters: Line,
    putters: Line,
    /// How many items have been put and not yet been dealt with.
    unfinished: Cell<usize>,
    /// Who waits for all items to be dealt with.
    joiners: Line,
    shut_down: Cell<bool>,
    resource: Resource,
}

/// Why an item could not be put at once: here it is again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TryPutError<T> {
    /// There is no room.
    ///
    /// asyncio: `QueueFull`.
    Full(T),
    /// The queue has been shut down.
    ///
    /// asyncio: `QueueShutDown`.
    ShutDown(T),
}

impl<T> fmt::Display for TryPutError<T> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::Full(_) => "the queue is full",
            Self::ShutDown(_) => "the queue was shut down",
        })
    }
}

impl<T: Debug> std::error::Error for TryPutError<T> {}

/// Why there was no item at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TryGetError {
    /// There is none.
    ///
    /// asyncio: `QueueEmpty`.
    Empty,
    /// There is none, and none will come: the queue has been shut down.
    ///
    /// asyncio: `QueueShutDown`.
    ShutDown,
}

impl fmt::Display for TryGetError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::Empty => "the queue is empty",
            Self::ShutDown => "the queue was shut down",
        })
    }
}

impl std::error::Error for TryGetError {}

impl<S: Store> Default for QueueOf<S> {
    fn default() -> Self {
        Self::new()
    }
}

impl<S> Clone for QueueOf<S> {
    fn clone(&self) -> Self {
        Self { state: self.state.clone() }
    }
}

impl<S: Store> Debug for QueueOf<S> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Queue").field("len", &self.len()).field("room", &self.state.room).finish_non_exhaustive()
    }
}

impl<S: Store> QueueOf<S> {
    /// A queue with room for any number of items.
    #[must_use]
    pub fn new() -> Self {
        Self::with_room(None)
    }

    /// A queue with room for that many items; zero means any number, as in asyncio.
    #[must_use]
    pub fn bounded(items: usize) -> Self {
        Self::with_room((items > 0).then_some(items))
    }

    fn with_room(room: Option<usize>) -> Self {
        let state = State {
            items: RefCell::default(),
            room,
            getters: Line::default(),
            putters: Line::default(),
            unfinished: Cell::new(0),
            joiners: Line::default(),
            shut_down: Cell::new(false),
            resource: Resource::with_limit(ResourceKind::Queue, room),
        };
        Self { state: Rc::new(state) }
    }

    /// Gives it the name that the trace shows.
    #[must_use]
    pub fn named(self, name: impl Into<Arc<str>>) -> Self {
        self.state.resource.rename(name);
        self
    }

    /// How many items it holds.
    ///
    /// asyncio: `qsize`.
    #[must_use]
    pub fn len(&self) -> usize {
        self.state.items.borrow().count()
    }

    /// Whether it holds nothing.
    ///
    /// asyncio: `empty`.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether there is no room for another item.
    ///
    /// asyncio: `full`.
    #[must_use]
    pub fn is_full(&self) -> bool {
        self.state.room.is_some_and(|room| self.len() >= room)
    }

    /// Whether it has been shut down.
    #[must_use]
    pub fn is_shut_down(&self) -> bool {
        self.state.shut_down.get()
    }

    /// Puts an item in, if there is room.
    ///
    /// # Errors
    ///
    /// The item, when there is no room or the queue has been shut down.
    ///
    /// asyncio: `put_nowait`.
    #[track_caller]
    pub fn try_put(&self, item: S::Item) -> std::result::Result<(), TryPutError<S::Item>> {
        self.put_at(item, Location::caller())
    }

    fn put_at(&self, item: S::Item, site: &'static Location<'static>) -> std::result::Result<(), TryPutError<S::Item>> {
        if self.is_shut_down() {
            return Err(TryPutError::ShutDown(item));
        }
        if self.is_full() {
            return Err(TryPutError::Full(item));
        }
        self.state.items.borrow_mut().put(item);
        self.state.unfinished.set(self.state.unfinished.get() + 1);
        self.state.resource.used(Use::Put, Some(site));
        self.state.getters.call_next();
        Ok(())
    }

    /// Takes the item whose turn it is, if there is one.
    ///
    /// # Errors
    ///
    /// When there is none.
    ///
    /// asyncio: `get_nowait`.
    #[track_caller]
    pub fn try_get(&self) -> std::result::Result<S::Item, TryGetError> {
        self.get_at(Location::caller())
    }

    fn get_at(&self, site: &'static Location<'static>) -> std::result::Result<S::Item, TryGetError> {
        let item = self.state.items.borrow_mut().take();
        let none = if self.is_shut_down() { TryGetError::ShutDown } else { TryGetError::Empty };
        let item = item.ok_or(none)?;
        self.state.resource.used(Use::Got, Some(site));
        self.state.putters.call_next();
        Ok(item)
    }

    /// Puts an item in, as soon as there is room. Dropping or cancelling the wait drops the item.
    ///
    /// # Errors
    ///
    /// [`Error::QueueShutDown`] when the queue has been shut down, [`Error::Cancelled`] when the task is cancelled while
    /// it waits.
    ///
    /// asyncio: `put`.
    #[track_caller]
    pub fn put(&self, item: S::Item) -> impl Future<Output = Result<()>> + use<S> {
        let (queue, site) = (self.clone(), Location::caller());
        async move {
            while queue.is_full() && !queue.is_shut_down() {
                let pass_on = || {
                    if !queue.is_full() {
                        queue.state.putters.call_next();
                    }
                };
                queue.state.putters.stand_or(queue.state.resource.wait_as(Wait::Room), site, pass_on).await?;
            }
            queue.put_at(item, site).map_err(|_| Error::QueueShutDown)
        }
    }

    /// Takes the item whose turn it is, as soon as there is one.
    ///
    /// # Errors
    ///
    /// [`Error::QueueShutDown`] when there is none and the queue has been shut down, [`Error::Cancelled`] when the task is
    /// cancelled while it waits.
    ///
    /// asyncio: `get`.
    #[track_caller]
    pub fn get(&self) -> impl Future<Output = Result<S::Item>> + use<S> {
        let (queue, site) = (self.clone(), Location::caller());
        async move {
            while queue.is_empty() && !queue.is_shut_down() {
                let pass_on = || {
                    if !queue.is_empty() {
                        queue.state.getters.call_next();
                    }
                };
                queue.state.getters.stand_or(queue.state.resource.wait(), site, pass_on).await?;
            }
            queue.get_at(site).map_err(|_| Error::QueueShutDown)
        }
    }

    /// Says that an item that was taken out has been dealt with. Says whether there was one.
    ///
    /// asyncio: `task_done`, which raises `ValueError` if there was none.
    #[expect(clippy::must_use_candidate, reason = "most callers know that there was one")]
    pub fn task_done(&self) -> bool {
        let Some(left) = self.state.unfinished.get().checked_sub(1) else { return false };
        self.state.unfinished.set(left);
        if left == 0 {
            self.state.joiners.call_all();
        }
        true
    }

    /// Waits until every item that was put in has been dealt with.
    ///
    /// # Errors
    ///
    /// [`Error::Cancelled`] when the task is cancelled while it waits.
    ///
    /// asyncio: `join`.
    #[track_caller]
    pub fn join(&self) -> impl Future<Output = Result<()>> + use<S> {
        let (queue, site) = (self.clone(), Location::caller());
        async move {
            if queue.state.unfinished.get() == 0 {
                return Ok(());
            }
            queue.state.joiners.stand(queue.state.resource.wait_as(Wait::Joined), site).await
        }
    }

    /// Lets nobody put anything in any more. Whoever waits for room hears of it at once, whoever waits for an item when
    /// there is none left.
    ///
    /// asyncio: `shutdown()`, from `CPython` 3.13 on.
    pub fn shut_down(&self) {
        self.state.shut_down.set(true);
        self.state.getters.call_all();
        self.state.putters.call_all();
    }

    /// The same, and drops what it holds: that counts as dealt with.
    ///
    /// asyncio: `shutdown(immediate=True)`, from `CPython` 3.13 on.
    #[track_caller]
    pub fn shut_down_now(&self) {
        self.state.shut_down.set(true);
        loop {
            let item = self.state.items.borrow_mut().take();
            if item.is_none() {
                break;
            }
            self.state.resource.used(Use::Got, Some(Location::caller()));
            self.task_done();
        }
        self.shut_down();
    }
}
