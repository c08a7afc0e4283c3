//! Steps that make tasks or wait for them.

use interleave::aio::{self, Result, Task, print};

use super::{Scope, coroutine};
use crate::program::{Coroutine, Item, Target};
use crate::world::{self, take, take_for_gather};

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

pub(super) async fn wait(label: u32, target: Target) -> Result<()> {
    if let Some(task) = take(&target.name()) {
        print(format!("{label} got {}", task.await?));
    }
    Ok(())
}

/// Either all coroutines, which the call makes tasks of, or tasks.
enum Awaitables {
    Futures(Vec<futures::future::LocalBoxFuture<'static, Result<String>>>),
    Tasks(Vec<Task<String>>),
}

fn awaitables(items: &[Item], scope: &Scope, take: fn(&str) -> Option<Task<String>>) -> Awaitables {
    let future = |item: &Item| match item {
        Item::New(new) => Some(coroutine(new, scope)),
        Item::Task(_) => None,
    };
    if let Some(futures) = items.iter().map(future).collect() {
        return Awaitables::Futures(futures);
    }
    let task = |item: &Item| match item {
        Item::New(new) => Some(aio::spawn(coroutine(new, scope))),
        Item::Task(target) => take(&target.name()),
    };
    Awaitables::Tasks(items.iter().filter_map(task).collect())
}

pub(super) async fn gather(label: u32, items: &[Item], scope: &Scope) -> Result<()> {
    let gather = match awaitables(items, scope, take_for_gather) {
        Awaitables::Futures(futures) => aio::gather(futures),
        Awaitables::Tasks(tasks) => aio::gather(tasks),
    };
    print(format!("{label} got {}", gather.await?.join(", ")));
    Ok(())
}

pub(super) async fn as_completed(label: u32, items: &[Item], scope: &Scope) -> Result<()> {
    let as_completed = match awaitables(items, scope, take) {
        Awaitables::Futures(futures) => aio::as_completed(futures),
        Awaitables::Tasks(tasks) => aio::as_completed(tasks),
    };
    for next in as_completed {
        print(format!("{label} got {}", next.await?));
    }
    Ok(())
}
