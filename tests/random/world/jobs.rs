//! Pools and what their workers do.

use futures::future::LocalBoxFuture;
use interleave::aio::{Error, Result, blocking_sleep, to_thread};

use super::{called, index, say, ticks, world};
use crate::program::{Pool, Ticks};

/// Has a worker print and block, so long each time, and then give the label or raise it.
#[must_use]
#[track_caller]
pub fn job(label: u32, pool: Pool, parts: &[Ticks], fails: bool) -> LocalBoxFuture<'static, Result<String>> {
    let parts = parts.to_vec();
    let work = move || {
        for part in parts {
            say(called(label));
            blocking_sleep(ticks(part));
        }
        if fails { Err(Error::raised(label.to_string())) } else { Ok(label.to_string()) }
    };
    match pool {
        Pool::Default => Box::pin(to_thread(work)),
        Pool::Threads(which) => Box::pin(world().threads[index(which)].run(work)),
        Pool::Processes(which) => Box::pin(world().processes[index(which)].run(work)),
    }
}
