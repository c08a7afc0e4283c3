//! What programs use besides `aio`: the handles of tasks by their names, and the things that all tasks share. The
//! interpreter and the printed programs use the same.

use std::cell::RefCell;
use std::collections::HashMap;
use std::fmt::Debug;
use std::rc::Rc;
use std::time::Duration;

use futures::future::LocalBoxFuture;
use interleave::aio::{
    self, Error, Event, LifoQueue, Lock, PriorityQueue, Queue, Result, Semaphore, Task, TaskGroup, print,
};

use crate::excluded;
use crate::program::{OF_EACH, Program, QueueKind, Which};

thread_local! {
    static WORLD: RefCell<Rc<World>> = RefCell::default();
}

/// The handles and things of one run.
#[derive(Default)]
pub struct World {
    tasks: RefCell<HashMap<String, Task<String>>>,
    locks: [Lock; OF_EACH as usize],
    semaphores: Vec<Semaphore>,
    events: [Event; OF_EACH as usize],
    queues: Vec<AnyQueue>,
}

impl World {
    /// With semaphores of so many places, and queues of these kinds and with so much room.
    #[must_use]
    pub fn new(places: [u8; OF_EACH as usize], queues: [(QueueKind, u8); OF_EACH as usize]) -> Self {
        let semaphores = places.map(|places| Semaphore::new(places.into())).into();
        let queues = queues.map(|(kind, room)| AnyQueue::new(kind, room.into())).into();
        Self { semaphores, queues, ..Self::default() }
    }

    /// What this program uses.
    #[must_use]
    pub fn of(program: &Program) -> Self {
        Self::new(program.places, program.queues)
    }
}

/// Makes this the world of the current run.
pub(crate) fn enter(world: World) {
    let before = WORLD.replace(Rc::new(world));
    drop(before);
}

fn world() -> Rc<World> {
    WORLD.with_borrow(Clone::clone)
}

fn index(which: Which) -> usize {
    which.into()
}

/// Keeps a task's handle by its name.
pub fn keep(name: &str, task: Task<String>) {
    let before = world().tasks.borrow_mut().insert(name.to_owned(), task);
    drop(before);
}

/// Starts a task and keeps its handle.
#[track_caller]
pub fn spawn(name: &str, work: impl Future<Output = Result<String>> + 'static) {
    keep(name, aio::spawn(work).named(name));
}

/// Starts a task and drops its handle.
#[track_caller]
pub fn start(name: &str, work: impl Future<Output = Result<String>> + 'static) {
    drop(aio::spawn(work).named(name));
}

/// Starts a task in a group and keeps its handle.
#[track_caller]
pub fn spawn_in(group: &TaskGroup, name: &str, work: impl Future<Output = Result<String>> + 'static) {
    keep(name, group.spawn(work).named(name));
}

/// A task's handle, if it is there.
#[must_use]
pub fn take(name: &str) -> Option<Task<String>> {
    world().tasks.borrow_mut().remove(name)
}

/// The same for `gather`.
#[must_use]
pub fn take_for_gather(name: &str) -> Option<Task<String>> {
    let wanted = |task: &Task<String>| excluded::FINISHED_IN_GATHER || !task.is_finished();
    take(name).filter(wanted)
}

/// Asks a task to stop, and prints what that gave.
#[track_caller]
pub fn cancel(label: u32, name: &str) {
    let given = world().tasks.borrow().get(name).map(Task::cancel);
    print(format!("{label} cancels {name}: {}", told_maybe(given)));
}

/// Prints whether a task is over.
#[track_caller]
pub fn is_done(label: u32, name: &str) {
    let given = world().tasks.borrow().get(name).map(Task::is_finished);
    print(format!("{label} {name} is done: {}", told_maybe(given)));
}

fn told_maybe(given: Option<bool>) -> &'static str {
    given.map_or("None", truth)
}

/// As Python prints a truth value.
#[must_use]
pub fn truth(value: bool) -> &'static str {
    if value { "True" } else { "False" }
}

/// The error in words.
#[must_use]
pub fn told(error: &Error) -> String {
    match error {
        Error::Group(errors) => format!("[{}]", errors.iter().map(told).collect::<Vec<_>>().join(", ")),
        other => other.to_string(),
    }
}

/// An error of the program's own.
///
/// # Errors
///
/// Always.
pub fn raise(label: u32) -> Result<()> {
    Err(Error::raised(label.to_string()))
}

/// So many quarters of a second.
#[must_use]
pub fn ticks(count: u8) -> Duration {
    Duration::from_millis(250) * count.into()
}

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

/// The queue of this number.
#[must_use]
pub fn queue(which: Which) -> AnyQueue {
    world().queues[index(which)].clone()
}

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
    fn new(kind: QueueKind, room: usize) -> Self {
        match kind {
            QueueKind::Fifo => Self::Fifo(Queue::bounded(room)),
            QueueKind::Lifo => Self::Lifo(LifoQueue::bounded(room)),
            QueueKind::Priority => Self::Priority(PriorityQueue::bounded(room)),
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
    #[must_use]
    pub fn try_put(&self, item: u8) -> &'static str {
        truth(of_any!(self, queue => queue.try_put(item).is_ok()))
    }

    /// Takes an item out if there is one; says which.
    #[must_use]
    pub fn try_get(&self) -> String {
        of_any!(self, queue => queue.try_get()).map_or_else(|_| "None".to_owned(), |item| item.to_string())
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

/// A future of any type as one of a single type.
pub fn future(work: impl Future<Output = Result<String>> + 'static) -> LocalBoxFuture<'static, Result<String>> {
    Box::pin(work)
}

/// Any number of futures, also none.
#[must_use]
pub fn futures<const N: usize>(
    futures: [LocalBoxFuture<'static, Result<String>>; N],
) -> [LocalBoxFuture<'static, Result<String>>; N] {
    futures
}

/// A task without a name, as `gather` makes of a coroutine.
#[track_caller]
pub fn task(work: impl Future<Output = Result<String>> + 'static) -> Option<Task<String>> {
    Some(aio::spawn(work))
}
