//! Workers for blocking calls. They are modelled: no thread and no process is made.

use std::cell::{Cell, RefCell};
use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};
use std::panic::Location;
use std::pin::Pin;
use std::rc::{Rc, Weak};
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use super::Result;
use super::alarms::Alarm;
use super::current::{Entered, Wakeup, current};
use super::executor::Run;
use super::resource::Resource;
use super::state::Forward;
use super::thread::call_elsewhere;
use super::trace::{ResourceKind, TaskId, Use, Wait, What};

/// A fixed number of threads for blocking calls, while the loop goes on. Clones are the same pool.
///
/// The threads are modelled. A job begins as soon as a worker is free, first come, first served: its closure is called then,
/// and what its [`blocking_sleep`](super::blocking_sleep)s would have taken passes on the run's clock before the worker is
/// free again. So what a closure does after such a sleep happens early, only its prints wait for their time. A closure must not
/// create or await tasks, as in a real thread.
///
/// A pool that several runs use has its workers anew in each. Dropping it changes nothing for its jobs.
///
/// Python: `ThreadPoolExecutor(max_workers)`.
///
/// ```
/// use interleave::aio::{ThreadPool, blocking_sleep, gather};
/// use interleave::host::virtual_time;
/// use std::time::Duration;
///
/// let run = virtual_time::run(async {
///     let pool = ThreadPool::new(2);
///     let job = |pool: ThreadPool| async move {
///         pool.run(|| {
///             blocking_sleep(Duration::from_secs(1));
///             Ok(())
///         })
///         .await
///     };
///     gather((0..6).map(|_| job(pool.clone()))).await
/// });
/// assert_eq!(run.trace.until(), Duration::from_secs(3));
/// ```
#[derive(Clone, Debug)]
pub struct ThreadPool {
    pool: Rc<Pool>,
}

/// A fixed number of processes, for work that keeps a processor busy. Clones are the same pool.
///
/// They are modelled as the threads of a [`ThreadPool`] are, but their closures are elsewhere altogether: what they
/// [`print`](super::print) appears nowhere, [`now`](super::now) is zero, and [`spawn`](super::spawn) panics. That starting a
/// process and sending it its arguments takes time is not modelled, nor that Python hands some calls on before a process is
/// free, which then cannot be withdrawn any more.
///
/// Python: `ProcessPoolExecutor(max_workers)`.
///
/// ```
/// use interleave::aio::{ProcessPool, blocking_sleep};
/// use interleave::host::virtual_time;
/// use std::time::Duration;
///
/// let run = virtual_time::run(async {
///     let work = || {
///         blocking_sleep(Duration::from_secs(2));
///         Ok(6 * 7)
///     };
///     ProcessPool::new(4).run(work).await
/// });
/// assert_eq!(run.result, Some(Ok(42)));
/// assert_eq!(run.trace.until(), Duration::from_secs(2));
/// ```
#[derive(Clone, Debug)]
pub struct ProcessPool {
    pool: Rc<Pool>,
}

macro_rules! pool {
    ($name:ident, $has_console:literal) => {
        impl $name {
            /// A pool of this many workers.
            ///
            /// # Panics
            ///
            /// Without workers; Python raises `ValueError`.
            #[must_use]
            pub fn new(workers: usize) -> Self {
                assert!(workers > 0, "max_workers must be greater than 0");
                Self { pool: Rc::new(Pool::new(Some(workers), $has_console)) }
            }

            /// Gives it the name that the trace shows.
            #[must_use]
            pub fn named(self, name: impl Into<Arc<str>>) -> Self {
                self.pool.resource.rename(name);
                self
            }

            /// Has a worker call the closure, at once if one is free.
            ///
            /// asyncio: `loop.run_in_executor(pool, call)`.
            ///
            /// # Panics
            ///
            /// Outside a run.
            #[track_caller]
            pub fn run<F, T>(&self, call: F) -> PoolJob<T>
            where
                F: FnOnce() -> Result<T> + 'static,
                T: 'static,
            {
                self.pool.submit(call, Location::caller())
            }
        }
    };
}

pool!(ThreadPool, true);
pool!(ProcessPool, false);

/// A blocking call in a pool, and the future of what it gives.
///
/// Dropping it, or cancelling its await, withdraws a call that has not begun. One that has begun cannot be stopped: it holds
/// its worker to its end, and nobody hears of it. A request to cancel withdraws it when it arrives, and not when it is made: if
/// the loop is held up in between, a worker that is free then still begins it.
///
/// # Errors
///
/// The closure's; [`Error::Panicked`](super::Error::Panicked) if it panics; [`Error::Cancelled`](super::Error::Cancelled)
/// when the task is cancelled meanwhile.
///
/// asyncio: the future that `run_in_executor` gives. If that is dropped rather than cancelled, the call is made all the same.
#[derive(Debug)]
#[must_use = "a job that is dropped before a worker is free never begins"]
pub struct PoolJob<T> {
    ticket: Rc<Ticket>,
    result: Rc<RefCell<Option<Result<T>>>>,
    waiting: bool,
}

#[derive(Debug)]
pub(super) struct Pool {
    resource: Resource,
    /// As many as there are jobs, if none.
    workers: Option<usize>,
    /// Whether its closures can reach the run.
    has_console: bool,
    crews: RefCell<Vec<Rc<Crew>>>,
}

/// The workers of a pool in one run.
#[derive(Debug)]
struct Crew {
    run: Weak<Run>,
    busy: Cell<usize>,
    /// When the jobs that hold a worker will be over, in which order they began, and whose they are.
    ends: RefCell<BinaryHeap<Reverse<(Duration, u64, TaskId)>>>,
    begun: Cell<u64>,
    queue: RefCell<VecDeque<Queued>>,
}

struct Queued {
    ticket: Rc<Ticket>,
    call: Box<dyn FnOnce()>,
}

impl std::fmt::Debug for Queued {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Queued").finish_non_exhaustive()
    }
}

/// What is known of a job, whatever it gives.
#[derive(Debug)]
struct Ticket {
    pool: Rc<Pool>,
    crew: Rc<Crew>,
    /// Who wants it done, and where that is said.
    task: TaskId,
    site: &'static Location<'static>,
    since: Duration,
    stage: Cell<Stage>,
    /// Who awaits it: a task of its run, or something else.
    waiter: RefCell<Option<(Option<TaskId>, Wakeup)>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    Queued,
    Running { until: Duration },
    Over,
}

/// A panic in a worker is what comes of its job, and leaves the loop alone.
fn call<T>(call: impl FnOnce() -> Result<T>) -> Result<T> {
    #[cfg(panic = "unwind")]
    let result = std::panic::catch_unwind(std::panic::AssertUnwindSafe(call))
        .unwrap_or_else(|panic| Err(super::Error::panicked(&*panic)));
    #[cfg(not(panic = "unwind"))]
    let result = call();
    result
}

impl Pool {
    pub(super) fn new(workers: Option<usize>, has_console: bool) -> Self {
        let resource = Resource::with_limit(ResourceKind::Pool, workers);
        Self { resource, workers, has_console, crews: RefCell::default() }
    }

    pub(super) fn submit<T: 'static>(
        self: &Rc<Self>,
        work: impl FnOnce() -> Result<T> + 'static,
        site: &'static Location<'static>,
    ) -> PoolJob<T> {
        let run = current();
        let ticket = Ticket {
            pool: self.clone(),
            crew: self.crew(&run),
            task: run.speaker(),
            site,
            since: run.tick(),
            stage: Cell::new(Stage::Queued),
            waiter: RefCell::default(),
        };
        let (ticket, result) = (Rc::new(ticket), Rc::new(RefCell::new(None)));
        let slot = result.clone();
        let call = Box::new(move || {
            let given = call(work);
            *slot.borrow_mut() = Some(given);
        });
        self.release(&ticket.crew, &run, |end| end < ticket.since);
        ticket.crew.queue.borrow_mut().push_back(Queued { ticket: ticket.clone(), call });
        self.fill(&ticket.crew, &run, ticket.since);
        PoolJob { ticket, result, waiting: false }
    }

    fn crew(&self, run: &Rc<Run>) -> Rc<Crew> {
        let mut crews = self.crews.borrow_mut();
        crews.retain(|crew| crew.run.strong_count() > 0);
        if let Some(crew) = crews.iter().find(|crew| std::ptr::eq(crew.run.as_ptr(), Rc::as_ptr(run))) {
            return crew.clone();
        }
        let crew = Rc::new(Crew {
            run: Rc::downgrade(run),
            busy: Cell::new(0),
            ends: RefCell::default(),
            begun: Cell::new(0),
            queue: RefCell::default(),
        });
        crews.push(crew.clone());
        crew
    }

    /// Has the workers go on whose jobs are over, as `is_over` has it. If the loop was held up they did so in the meantime, in
    /// this order.
    fn release(&self, crew: &Crew, run: &Run, is_over: impl Fn(Duration) -> bool) {
        loop {
            let next = crew.ends.borrow().peek().copied().filter(|Reverse((end, ..))| is_over(*end));
            let Some(Reverse((end, _, task))) = next else { return };
            crew.ends.borrow_mut().pop();
            crew.busy.set(crew.busy.get() - 1);
            run.record_of(task, What::Used(Use::Released, self.resource.id(run)), None);
            self.fill(crew, run, end);
        }
    }

    /// Has the workers that are free since then begin the jobs that have waited longest.
    fn fill(&self, crew: &Crew, run: &Run, since: Duration) {
        while self.workers.is_none_or(|workers| crew.busy.get() < workers) {
            let next = crew.queue.borrow_mut().pop_front();
            let Some(Queued { ticket, call }) = next else { return };
            let at = since.max(ticket.since);
            ticket.begin(run, at, call);
        }
    }
}

impl Ticket {
    fn begin(self: Rc<Self>, run: &Run, at: Duration, call: Box<dyn FnOnce()>) {
        let crew = &self.crew;
        crew.busy.set(crew.busy.get() + 1);
        crew.begun.set(crew.begun.get() + 1);
        let pool = self.pool.resource.id(run);
        run.record_of(self.task, What::Used(Use::Acquired, pool), Some(self.site));
        let (before, mut until) = (run.tick(), at);
        run.speak_for(self.task, || {
            let _elsewhere = (!self.pool.has_console).then(Entered::nowhere);
            until = call_elsewhere(at, call);
        });
        // What it has really taken counts as well.
        until = until.saturating_add(run.tick().saturating_sub(before));
        self.stage.set(Stage::Running { until });
        crew.ends.borrow_mut().push(Reverse((until, crew.begun.get(), self.task)));
        if let Some((Some(waiter), _)) = &*self.waiter.borrow() {
            run.now_waits_for(*waiter, pool, Wait::Thread { until }, self.site);
        }
        // If the loop was held up the end may be past already; no timer may be set before now.
        let notice = until.max(run.now());
        run.set_alarm(notice, Alarm::Call(self.task, Box::new(move || self.end(until))));
    }

    fn end(&self, end: Duration) {
        let Some(run) = self.crew.run.upgrade() else { return };
        self.pool.release(&self.crew, &run, |other| other <= end);
        self.stage.set(Stage::Over);
        if let Some((_, wakeup)) = self.waiter.take() {
            wakeup.wake();
        }
    }

    /// Nobody wants to hear of it any more; if it has not begun it never will.
    fn withdraw(&self) {
        self.waiter.take();
        let mut queue = self.crew.queue.borrow_mut();
        let place = queue.iter().position(|queued| std::ptr::eq(Rc::as_ptr(&queued.ticket), self));
        let withdrawn = place.and_then(|place| queue.remove(place));
        drop(queue);
        drop(withdrawn);
    }
}

impl<T> Future for PoolJob<T> {
    type Output = Result<T>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<T>> {
        let run = current();
        let ticket = self.ticket.clone();
        if self.waiting
            && let Some(cancelled) = run.take_cancel(ticket.site)
        {
            if ticket.stage.get() == Stage::Queued {
                // If the loop was held up since the request, a worker may have begun it in the meantime.
                let now = run.now();
                ticket.pool.release(&ticket.crew, &run, |end| end < now);
            }
            ticket.withdraw();
            return Poll::Ready(Err(cancelled));
        }
        if ticket.stage.get() == Stage::Over {
            return self.result.take().map_or(Poll::Pending, Poll::Ready);
        }
        self.waiting = true;
        if !std::ptr::eq(Rc::as_ptr(&run), ticket.crew.run.as_ptr()) {
            // A job of another run is a thing from elsewhere.
            *ticket.waiter.borrow_mut() = Some((None, Wakeup::Other(cx.waker().clone())));
            return Poll::Pending;
        }
        *ticket.waiter.borrow_mut() = Some((Some(run.current_task()), run.wakeup(cx)));
        let wait = match ticket.stage.get() {
            Stage::Running { until } => Wait::Thread { until },
            Stage::Queued | Stage::Over => ticket.pool.resource.wait(),
        };
        run.suspend_on(wait, Forward::Own, ticket.site);
        Poll::Pending
    }
}

impl<T> Drop for PoolJob<T> {
    fn drop(&mut self) {
        self.ticket.withdraw();
    }
}
