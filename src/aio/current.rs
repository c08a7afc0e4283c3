//! Which run is the current one, and the wakers, which find theirs again.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::rc::{Rc, Weak};
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Wake, Waker};

use super::executor::Run;
use super::trace::TaskId;

thread_local! {
    static CURRENT: RefCell<Option<Rc<Run>>> = const { RefCell::new(None) };
    static RUNS: RefCell<Vec<(u64, Weak<Run>)>> = const { RefCell::new(Vec::new()) };
}

const NO_RUN: &str = "no running event loop: this works only inside a task";

pub(super) fn try_current() -> Option<Rc<Run>> {
    CURRENT.with_borrow(Clone::clone)
}

#[track_caller]
pub(super) fn current() -> Rc<Run> {
    try_current().expect(NO_RUN)
}

/// Calls with the current run. What is called must not wake, drop or poll anything: that may make another run current.
#[track_caller]
pub(super) fn with_current<R>(call: impl FnOnce(&Rc<Run>) -> R) -> R {
    CURRENT.with_borrow(|run| call(run.as_ref().expect(NO_RUN)))
}

/// Calls with the current run, if there is one. The same holds for what is called.
pub(super) fn with_current_if_any<R>(call: impl FnOnce(&Rc<Run>) -> R) -> Option<R> {
    CURRENT.with_borrow(|run| run.as_ref().map(call))
}

/// Whether the thread still has runs: not while it is on its way out.
pub(super) fn thread_is_alive() -> bool {
    CURRENT.try_with(|_| ()).is_ok()
}

/// Makes a run the current one until dropped; runs may be nested.
pub(super) struct Entered(Option<Rc<Run>>);

impl Entered {
    pub(super) fn new(run: &Rc<Run>) -> Self {
        Self(CURRENT.replace(Some(run.clone())))
    }

    /// Makes none the current one.
    pub(super) fn nowhere() -> Self {
        Self(CURRENT.take())
    }
}

impl Drop for Entered {
    fn drop(&mut self) {
        let run = CURRENT.replace(self.0.take());
        drop(run);
    }
}

/// Lets the wakers of a run find it.
pub(super) fn add_run(id: u64, run: &Rc<Run>) {
    RUNS.with_borrow_mut(|runs| runs.push((id, Rc::downgrade(run))));
    if HAS_THREADS {
        elsewhere().runs.insert(id);
    }
}

pub(super) fn remove_run(id: u64) {
    // The list itself may be gone when a thread ends with runs in it.
    let _ = RUNS.try_with(|runs| runs.borrow_mut().retain(|(known, _)| *known != id));
    if HAS_THREADS {
        elsewhere().runs.remove(&id);
        woken_elsewhere(id);
    }
}

pub(super) fn find_run(id: u64) -> Option<Rc<Run>> {
    let find = |runs: &RefCell<Vec<(u64, Weak<Run>)>>| {
        runs.borrow().iter().find(|(known, _)| *known == id).and_then(|(_, run)| run.upgrade())
    };
    // The list itself may be gone when a thread ends.
    RUNS.try_with(find).ok().flatten()
}

/// What threads know of each other's runs: a run is at home in one thread, its wakers are not.
struct Elsewhere {
    runs: BTreeSet<u64>,
    woken: Vec<(u64, TaskId)>,
}

static ELSEWHERE: Mutex<Elsewhere> = Mutex::new(Elsewhere { runs: BTreeSet::new(), woken: Vec::new() });
/// Whether another thread has woken a task: every turn asks.
static IS_WOKEN_ELSEWHERE: AtomicBool = AtomicBool::new(false);
/// A page has one thread only.
const HAS_THREADS: bool = !cfg!(target_family = "wasm");

fn elsewhere() -> MutexGuard<'static, Elsewhere> {
    ELSEWHERE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Takes out which tasks of a run other threads have woken.
#[inline]
pub(super) fn woken_elsewhere(run: u64) -> Vec<TaskId> {
    if IS_WOKEN_ELSEWHERE.load(Ordering::Acquire) { take_woken_elsewhere(run) } else { Vec::new() }
}

#[cold]
fn take_woken_elsewhere(run: u64) -> Vec<TaskId> {
    let mut elsewhere = elsewhere();
    let tasks = elsewhere.woken.extract_if(.., |(its_run, _)| *its_run == run).map(|(_, task)| task).collect();
    IS_WOKEN_ELSEWHERE.store(!elsewhere.woken.is_empty(), Ordering::Release);
    tasks
}

/// Wakes a task of a run, if there still is such a run.
fn wake_task(run: u64, task: TaskId) {
    let woken = CURRENT.try_with(|current| match &*current.borrow() {
        Some(current) if current.id == run => current.wake_in_turn(task),
        _ => false,
    });
    // A thread on its way out has no runs any more.
    if woken != Ok(false) {
        return;
    }
    match find_run(run) {
        Some(run) if run.wake_in_turn(task) => {}
        Some(run) => run.wake_from_outside(task),
        None if HAS_THREADS => {
            let mut elsewhere = elsewhere();
            if elsewhere.runs.contains(&run) {
                elsewhere.woken.push((run, task));
                IS_WOKEN_ELSEWHERE.store(true, Ordering::Release);
            }
        }
        None => {}
    }
}

/// How somebody who waits is woken: the task itself, unless something from elsewhere stands between that has a waker of its
/// own. Naming the task costs less than to keep its waker, and leaves it known who else keeps one.
#[derive(Clone, Debug)]
pub(super) enum Wakeup {
    Task { run: u64, task: TaskId },
    Other(Waker),
}

impl Wakeup {
    pub(super) fn wake(self) {
        match self {
            Self::Task { run, task } => wake_task(run, task),
            Self::Other(waker) => waker.wake(),
        }
    }
}

/// Whom a waker wakes. It must be `Send` by its type, hence an atomic, and the run by its number.
struct Target {
    run: u64,
    task: AtomicU32,
}

impl Wake for Target {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        wake_task(self.run, TaskId(self.task.load(Ordering::Relaxed)));
    }
}

/// A waker for one task after the other: every poll needs a waker, but few keep it.
pub(super) struct TaskWaker {
    target: Arc<Target>,
    waker: Waker,
}

impl TaskWaker {
    pub(super) fn new(run: u64) -> Self {
        let target = Arc::new(Target { run, task: AtomicU32::new(0) });
        Self { waker: target.clone().into(), target }
    }

    /// The waker, as this task's.
    pub(super) fn lend(&self, task: TaskId) -> &Waker {
        self.target.task.store(task.0, Ordering::Relaxed);
        &self.waker
    }

    /// The waker, as that of the task it was last lent to.
    pub(super) fn waker(&self) -> &Waker {
        &self.waker
    }

    /// Whether somebody has kept a clone.
    #[inline]
    pub(super) fn is_kept(&self) -> bool {
        let held_by_fields = 2;
        Arc::strong_count(&self.target) != held_by_fields
    }

    /// The waker, for whom it was lent to: from now on it is theirs.
    #[inline(never)]
    pub(super) fn take(&mut self) -> Self {
        let spare = Self::new(self.target.run);
        std::mem::replace(self, spare)
    }
}
