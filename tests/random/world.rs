//! What programs use besides `aio`: the handles of tasks by their names, and the things that all tasks share. The
//! interpreter and the printed programs use the same.

mod context;
mod generators;
mod jobs;
mod later;
mod mistakes;
mod queue;
mod sync;

use std::cell::RefCell;
use std::collections::HashMap;
use std::fmt::Display;
use std::rc::Rc;
use std::time::Duration;

use futures::future::LocalBoxFuture;
use interleave::aio::{
    self, Barrier, BoundedSemaphore, CallHandle, Closeable, Condition, Error, Event, Generator, Lock, ProcessPool,
    Promise, Rate, Result, Semaphore, Task, TaskGroup, ThreadPool, Value, Waited, current_task, print,
};

use crate::print::thing;
use crate::program::{Look, OF_EACH, Program, QueueKind, Which};

pub use context::*;
pub use generators::*;
pub use jobs::*;
pub use later::*;
pub use mistakes::*;
pub use queue::AnyQueue;
pub use sync::*;

thread_local! {
    static WORLD: RefCell<Rc<World>> = RefCell::default();
}

/// The handles and things of one run.
#[derive(Default)]
pub struct World {
    tasks: RefCell<HashMap<String, Task<String>>>,
    locks: [Lock; OF_EACH as usize],
    semaphores: Vec<Semaphore>,
    latches: [Lock; OF_EACH as usize],
    places: Vec<BoundedSemaphore>,
    conditions: [Condition; OF_EACH as usize],
    barriers: Vec<Barrier>,
    events: [Event; OF_EACH as usize],
    queues: Vec<AnyQueue>,
    threads: Vec<ThreadPool>,
    processes: Vec<ProcessPool>,
    /// The last of each number is the one that there is.
    generators: RefCell<[Vec<Generator<u32>>; OF_EACH as usize]>,
    promises: RefCell<[Promise<String>; OF_EACH as usize]>,
    calls: RefCell<[Option<CallHandle>; OF_EACH as usize]>,
    values: Vec<Value<u32>>,
    rates: Vec<Rate>,
    closeables: Vec<Closeable>,
}

impl World {
    /// With semaphores of so many places, and queues of these kinds and with so much room.
    #[must_use]
    pub fn new(places: [u8; OF_EACH as usize], queues: [(QueueKind, u8); OF_EACH as usize]) -> Self {
        let semaphores = places.map(|places| Semaphore::new(places.into())).into();
        let queues = [0, 1].map(|which| AnyQueue::new(thing("queue", which), queues[index(which)]));
        let places = [0, 1].map(|which| BoundedSemaphore::new(index(which) + 1).named(thing("place", which)));
        let barriers = [2, 3].map(Barrier::new).into();
        let (threads, processes) = ([1, 2].map(ThreadPool::new).into(), [1, 2].map(ProcessPool::new).into());
        let locks = |kind| [0, 1].map(|which| Lock::new().named(thing(kind, which)));
        let (locks, latches) = (locks("lock"), locks("latch"));
        let values = [0, 1].map(|which| Value::new(0).named(thing("value", which))).into();
        let rates = [0, 1].map(|which| new_rate(which).named(thing("rate", which))).into();
        let closeables = [0, 1].map(|which| Closeable::new().named(thing("closeable", which))).into();
        let (places, queues) = (places.into(), queues.into());
        Self {
            locks,
            semaphores,
            latches,
            places,
            barriers,
            queues,
            threads,
            processes,
            values,
            rates,
            closeables,
            ..Self::default()
        }
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

/// A handle of a task, if there is one.
#[must_use]
pub fn find(name: &str) -> Option<Task<String>> {
    world().tasks.borrow().get(name).cloned()
}

/// The handles that there are of these tasks.
#[must_use]
pub fn find_all<const N: usize>(names: [&str; N]) -> Vec<Task<String>> {
    names.into_iter().filter_map(find).collect()
}

/// Asks a task to stop, and prints what that gave.
pub fn cancel(label: impl Display, name: &str) {
    let given = find(name).map(|task| task.cancel());
    print(format!("{label} cancels {name}: {}", told_maybe(given)));
}

/// The same with a message.
pub fn cancel_with(label: u32, name: &str) {
    let given = find(name).map(|task| task.cancel_with(format!("by {label}")));
    print(format!("{label} cancels {name}: {}", told_maybe(given)));
}

/// Prints how many requests to stop a task there are.
pub fn cancelling(label: u32, name: &str) {
    let given = find(name).map(|task| task.cancelling());
    print(format!("{label} {name} is asked to stop: {}", number_maybe(given)));
}

/// Takes a request to stop a task back, and prints how many are left.
pub fn uncancel(label: u32, name: &str) {
    let given = find(name).map(|task| task.uncancel());
    print(format!("{label} {name} is still asked to stop: {}", number_maybe(given)));
}

/// Prints whether a task is over.
pub fn is_done(label: u32, name: &str) {
    let given = find(name).map(|task| task.is_finished());
    print(format!("{label} {name} is done: {}", told_maybe(given)));
}

/// Prints how a task has ended.
pub fn look(label: u32, name: &str, what: Look) {
    let given = find(name).and_then(|task| match what {
        Look::Result => task.result(),
        Look::Error => task.error().map(Err),
    });
    print(format!("{label} {name} gave {}", given.map_or_else(|| "None".to_owned(), |result| result_told(&result))));
}

/// Has something printed when a task is over.
pub fn on_done(label: u32, name: &str) {
    if let Some(task) = find(name) {
        task.on_done(move |_| say(called(label)));
    }
}

/// The name of the current task.
#[must_use]
pub fn name() -> String {
    current_task().and_then(|task| task.name()).map_or_else(|| "nobody".to_owned(), |name| name.to_string())
}

fn number_maybe(given: Option<u32>) -> String {
    given.map_or_else(|| "None".to_owned(), |number| number.to_string())
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

/// Whether Python's `except Exception` takes it.
#[must_use]
pub fn is_exception(error: &Error) -> bool {
    match error {
        Error::Cancelled(_) | Error::GeneratorExit => false,
        Error::Group(errors) => errors.iter().all(is_exception),
        _ => true,
    }
}

fn result_told(result: &Result<String>) -> String {
    match result {
        Ok(value) => value.clone(),
        Err(error) => told(error),
    }
}

/// Results and errors in words.
#[must_use]
pub fn all_told(results: &[Result<String>]) -> String {
    results.iter().map(result_told).collect::<Vec<_>>().join(", ")
}

/// Which tasks are done and which are not, in words.
#[must_use]
pub fn parted(tasks: &Waited<'_, String>) -> String {
    let names = |tasks: &[&Task<String>]| {
        let names = tasks.iter().filter_map(|task| task.name());
        names.map(|name| name.to_string()).collect::<Vec<_>>().join(", ")
    };
    format!("done: {}; pending: {}", names(&tasks.done), names(&tasks.pending))
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

/// The queue of this number.
#[must_use]
pub fn queue(which: Which) -> AnyQueue {
    world().queues[index(which)].clone()
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
