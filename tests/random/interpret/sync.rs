//! Steps inside of a lock, a semaphore or a condition.

use interleave::aio::{Result, print};

use super::{Scope, block};
use crate::program::{Op, Which};
use crate::world::{self, event};

pub(super) async fn lock(which: Which, ops: &[Op], scope: &Scope) -> Result<()> {
    let _held = world::lock(which).acquire().await?;
    block(ops, scope).await
}

pub(super) async fn semaphore(which: Which, ops: &[Op], scope: &Scope) -> Result<()> {
    let _place = world::semaphore(which).acquire().await?;
    block(ops, scope).await
}

pub(super) async fn place(which: Which, ops: &[Op], scope: &Scope) -> Result<()> {
    let _place = world::place(which).acquire().await?;
    block(ops, scope).await
}

pub(super) async fn condition(which: Which, ops: &[Op], scope: &Scope) -> Result<()> {
    let _held = world::condition(which).acquire().await?;
    block(ops, scope).await
}

pub(super) async fn wait_condition(label: u32, which: Which, until: Option<Which>) -> Result<()> {
    let condition = world::condition(which);
    let mut held = condition.acquire().await?;
    match until {
        Some(until) => condition.wait_for(&mut held, || event(until).is_set()).await?,
        None => condition.wait(&mut held).await?,
    }
    print(format!("{label} is told"));
    Ok(())
}

pub(super) async fn notify(which: Which, count: Option<u8>) -> Result<()> {
    let condition = world::condition(which);
    let held = condition.acquire().await?;
    match count {
        Some(count) => condition.notify(&held, count.into()),
        None => condition.notify_all(&held),
    }
}
