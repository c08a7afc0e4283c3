//! Steps that make tasks or wait for them.

use interleave::aio::{self, Gather, Result, ReturnWhen, Task, print};

use super::{Scope, coroutine};
use crate::program::{Coroutine, Item, Target, Ticks, Until};
use crate::world::{self, all_told, find, parted, ticks};

pub(super) fn spawn(task: &Coroutine, kept: bool, scope: &Scope) {
    let call = if kept { world::spawn } else { world::start };
    call(&task.name(), coroutine(task, scope));
}

pub(super) fn spawn_in_group(depth: u8, task: &Coroutine, scope: &Scope) {
    let work = coroutine(task, scope);
    match scope.groups.iter().nth_back(depth.into()) {
        Some(group) => world::spawn_in(group, &task.name(), work),
        None => world::spawn(&task.name(), work),
    }
}

pub(super) async fn join(label: u32, target: Target) -> Result<()> {
    if let Some(task) = find(&target.name()) {
        print(format!("{label} got {}", task.await?));
    }
    Ok(())
}

/// Either all coroutines, which the call makes tasks of, or tasks.
enum Awaitables {
    Futures(Vec<futures::future::LocalBoxFuture<'static, Result<String>>>),
    Tasks(Vec<Task<String>>),
}

fn awaitables(items: &[Item], scope: &Scope) -> Awaitables {
    let future = |item: &Item| match item {
        Item::New(new) => Some(coroutine(new, scope)),
        Item::Task(_) => None,
    };
    if let Some(futures) = items.iter().map(future).collect() {
        return Awaitables::Futures(futures);
    }
    let task = |item: &Item| match item {
        Item::New(new) => Some(aio::spawn(coroutine(new, scope))),
        Item::Task(target) => find(&target.name()),
    };
    Awaitables::Tasks(items.iter().filter_map(task).collect())
}

fn gathered(items: &[Item], scope: &Scope) -> Gather<String> {
    match awaitables(items, scope) {
        Awaitables::Futures(futures) => aio::gather(futures),
        Awaitables::Tasks(tasks) => aio::gather(tasks),
    }
}

pub(super) async fn gather(label: u32, items: &[Item], scope: &Scope) -> Result<()> {
    print(format!("{label} got {}", gathered(items, scope).await?.join(", ")));
    Ok(())
}

pub(super) async fn gather_all(label: u32, items: &[Item], scope: &Scope) -> Result<()> {
    print(format!("{label} got {}", all_told(&gathered(items, scope).return_exceptions().await?)));
    Ok(())
}

pub(super) async fn as_completed(label: u32, items: &[Item], limit: Option<Ticks>, scope: &Scope) -> Result<()> {
    let as_completed = match awaitables(items, scope) {
        Awaitables::Futures(futures) => aio::as_completed(futures),
        Awaitables::Tasks(tasks) => aio::as_completed(tasks),
    };
    let as_completed = match limit {
        Some(limit) => as_completed.within(ticks(limit)),
        None => as_completed,
    };
    for next in as_completed {
        print(format!("{label} got {}", next.await?));
    }
    Ok(())
}

pub(super) async fn wait(label: u32, targets: &[Target], until: Until, limit: Option<Ticks>) -> Result<()> {
    let tasks: Vec<_> = targets.iter().filter_map(|target| find(&target.name())).collect();
    let when = match until {
        Until::First => ReturnWhen::FirstCompleted,
        Until::Failure => ReturnWhen::FirstException,
        Until::All => ReturnWhen::AllCompleted,
    };
    let wait = aio::wait(&tasks, when);
    let wait = match limit {
        Some(limit) => wait.within(ticks(limit)),
        None => wait,
    };
    print(format!("{label} {}", parted(&wait.await?)));
    Ok(())
}

pub(super) async fn shield(label: u32, item: &Item, scope: &Scope) -> Result<()> {
    let value = match item {
        Item::New(new) => aio::shield(coroutine(new, scope)).await?,
        Item::Task(target) => match find(&target.name()) {
            Some(task) => aio::shield(&task).await?,
            None => return Ok(()),
        },
    };
    print(format!("{label} got {value}"));
    Ok(())
}
