//! Steps inside of a lock or a semaphore.

use interleave::aio::Result;

use super::{Scope, block};
use crate::program::{Op, Which};
use crate::world;

pub(super) async fn lock(which: Which, ops: &[Op], scope: &Scope) -> Result<()> {
    let _held = world::lock(which).acquire().await?;
    block(ops, scope).await
}

pub(super) async fn semaphore(which: Which, ops: &[Op], scope: &Scope) -> Result<()> {
    let _place = world::semaphore(which).acquire().await?;
    block(ops, scope).await
}
