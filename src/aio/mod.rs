//! A single-threaded executor with asyncio's tools and asyncio's order of events.
//!
//! Code inside a run reads like the tutorial that it demonstrates: the current run is known while a task is polled, so no
//! handle is passed around. Awaiting gives a [`Result`]: cancellation arrives as [`Error::Cancelled`] at the await, so that
//! cleaning up can await, and `?` passes it on.
//!
//! - A future does nothing until it is awaited or made a task ([`spawn`], [`gather()`],
//!   [`as_completed()`], [`TaskGroup::spawn`]).
//! - A task runs until it awaits something that is not ready: nothing ever interrupts it.
//! - A request to cancel ([`AnyTask::cancel`]) reaches the await at which the task stands. It wins over a result that has
//!   arrived but has not been seen. A task that awaits other tasks passes the request on to them.
//! - Awaiting a future that is not one of this module's works, but a cancellation cannot reach it there; it arrives at the
//!   next await that is. [`wrap_future`] lets it.
//! - A request to stop is the task's: among several futures that a task polls together (`join`, `select`,
//!   `FuturesUnordered`) the first that is polled gets it, and a combinator that polls only what has been woken polls none
//!   until then. A time limit on one of them stops that one alone; what else is to be stopped by itself needs a task of
//!   its own. The trace names the one of them that was polled last.
//!
//! The order in which tasks run is asyncio's; the `executor` file says it where it is decided. The executor knows no
//! clock, no thread and no browser: a [`Host`] gives it the time and calls its [turns](Aio::turn). What it does stands in
//! the [`trace`].

mod alarms;
mod any_task;
mod as_completed;
mod barrier;
mod bounded_semaphore;
mod calls;
mod chunked;
mod closeable;
mod condition;
mod context;
mod current;
mod error;
mod event;
mod executor;
mod gather;
mod generator;
mod group;
mod handle;
mod host;
mod line;
mod lock;
mod options;
mod outside;
mod pool;
mod promise;
mod queue;
mod rate;
mod resource;
mod run;
mod semaphore;
mod shield;
mod sleep;
mod slower;
mod span;
mod state;
mod task;
mod thread;
mod timeout;
pub mod trace;
mod value;
mod wait;

pub use any_task::{AnyTask, current_task};
pub use as_completed::{AsCompleted, NextCompleted, as_completed};
pub use barrier::Barrier;
pub use bounded_semaphore::BoundedSemaphore;
pub use calls::{CallHandle, call_at, call_later, call_soon};
pub use closeable::Closeable;
pub use condition::Condition;
pub use context::{ContextManager, with};
pub use error::{Error, Result};
pub use event::Event;
pub use gather::{Gather, GatherAll, gather};
pub use generator::{Closing, Generator, Next, Yielder, generator};
pub use group::{TaskGroup, task_group};
pub use handle::{Aio, WeakAio};
pub use host::{Host, Policy, When};
pub use lock::{Lock, LockGuard};
pub use options::Options;
pub use outside::{WrapFuture, offered, wrap_future};
pub use pool::{PoolJob, ProcessPool, ThreadPool};
pub use promise::Promise;
pub use queue::{LifoQueue, PriorityQueue, Queue, QueueOf, Store, TryGetError, TryPutError};
pub use rate::Rate;
pub use run::run;
pub use semaphore::{Permit, Semaphore};
pub use shield::{Shield, shield};
pub use sleep::{Sleep, YieldNow, now, sleep, yield_now};
pub use slower::Slower;
pub use span::{Span, print, span};
pub use task::{IntoTask, Join, Task, spawn};
pub use thread::{blocking_sleep, to_thread};
pub use timeout::{Timeout, timeout, timeout_at, wait_for};
pub use value::Value;
pub use wait::{ReturnWhen, WaitForTasks, Waited, wait};
