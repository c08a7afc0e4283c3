//! Steps that stand around others: handlers, limits of time, groups.

use interleave::aio::{self, Error, Result, print, task_group};

use super::{Scope, block, coroutine};
use crate::program::{Catch, Item, Manager, Op, Ticks, Try};
use crate::world::{find, is_exception, manager, ticks, told};

fn catches(catch: Catch, error: &Error) -> bool {
    match catch {
        Catch::Cancelled => error.is_cancelled(),
        Catch::TimedOut => *error == Error::TimedOut,
        Catch::Exception => is_exception(error),
        Catch::All => true,
    }
}

pub(super) async fn attempt(label: u32, it: &Try, scope: &Scope) -> Result<()> {
    let mut result = block(&it.body, scope).await;
    if let Err(error) = &result
        && catches(it.catch, error)
    {
        print(format!("{label} catches {}", told(error)));
        let handled = block(&it.handler, scope).await;
        if handled.is_err() || !it.again {
            result = handled;
        }
    }
    block(&it.finally, scope).await?;
    result
}

pub(super) async fn timeout(limit: Ticks, ops: &[Op], scope: &Scope) -> Result<()> {
    aio::timeout(ticks(limit), block(ops, scope)).await
}

pub(super) async fn timeout_at(when: Ticks, ops: &[Op], scope: &Scope) -> Result<()> {
    aio::timeout_at(ticks(when), block(ops, scope)).await
}

pub(super) async fn wait_for(label: u32, limit: Ticks, item: &Item, scope: &Scope) -> Result<()> {
    let limit = ticks(limit);
    let value = match item {
        Item::New(new) => aio::wait_for(coroutine(new, scope), limit).await?,
        Item::Task(target) => match find(&target.name()) {
            Some(task) => aio::wait_for(task, limit).await?,
            None => return Ok(()),
        },
    };
    print(format!("{label} got {value}"));
    Ok(())
}

pub(super) async fn group(ops: &[Op], scope: &Scope) -> Result<()> {
    task_group(|group| async move {
        let mut scope = scope.clone();
        scope.groups.push(group);
        block(ops, &scope).await
    })
    .await
}

pub(super) async fn with(label: u32, it: &Manager, ops: &[Op], scope: &Scope) -> Result<()> {
    // Functions of their own in Python, which cannot give the values of a generator.
    let own = Scope { values: None, ..scope.clone() };
    let manager = manager(label, it.forgives, block(&it.enter, &own), block(&it.exit, &own));
    aio::with(manager, |()| block(ops, scope)).await?;
    Ok(())
}
