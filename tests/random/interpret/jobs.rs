//! Steps that workers of a pool do.

use interleave::aio::{Result, print};

use super::{Scope, block};
use crate::program::{Op, Pool, Work};
use crate::world::job;

pub(super) async fn meanwhile(label: u32, pool: Pool, work: &Work, ops: &[Op], scope: &Scope) -> Result<()> {
    let job = job(label, pool, &work.parts, work.fails);
    block(ops, scope).await?;
    print(format!("{label} got {}", job.await?));
    Ok(())
}
