//! Steps that asyncio does not have, and diagnoses are about.

use interleave::aio::{Result, print};

use super::{Scope, block, coroutine};
use crate::program::{Coroutine, Op};
use crate::world::operation;

pub(super) async fn prepare(label: u32, new: &Coroutine, ops: &[Op], scope: &Scope) -> Result<()> {
    let prepared = operation(&new.name(), coroutine(new, scope));
    block(ops, scope).await?;
    print(format!("{label} got {}", prepared.await?));
    Ok(())
}
