//! Runs a program on `interleave::aio`, step by step.

mod calls;
mod control;
mod generators;
mod jobs;
mod mistakes;
mod sync;
mod tasks;

use std::rc::Rc;

use futures::future::LocalBoxFuture;
use interleave::aio::{Result, TaskGroup, Yielder, blocking_sleep, print, sleep};

use crate::log::{self, Log, Run};
use crate::program::{Coroutine, Kind, Op, Program};
use crate::world::{
    World, barrier, cancel, cancel_call, cancel_future, cancel_with, cancelling, close_generator, closeable, event,
    forget, free_latch, free_lock, future_is_done, give_place, is_done, job, latch, look, name, new_future, on_done,
    on_future_done, place, promise, queue, raise, rate, semaphore, set_error, set_result, ticks, uncancel, value,
};

/// What is known where a step stands.
#[derive(Clone, Default)]
struct Scope {
    /// The groups around it, the innermost last.
    groups: Vec<TaskGroup>,
    /// What the generator around it gives its values with.
    values: Option<Rc<Yielder<u32>>>,
}

/// Runs a program.
#[must_use]
pub fn interpret(program: &Program) -> Log {
    run(program).log
}

/// Runs a program and tells what went wrong.
#[must_use]
pub fn run(program: &Program) -> Run {
    log::run_and_diagnose(World::of(program), coroutine(&program.main, &Scope::default()))
}

fn coroutine(coroutine: &Coroutine, scope: &Scope) -> LocalBoxFuture<'static, Result<String>> {
    let (coroutine, scope) = (Rc::new(coroutine.clone()), Scope { values: None, ..scope.clone() });
    Box::pin(async move {
        block(&coroutine.ops, &scope).await?;
        Ok(coroutine.name())
    })
}

fn block<'a>(ops: &'a [Op], scope: &'a Scope) -> LocalBoxFuture<'a, Result<()>> {
    Box::pin(async move {
        for op in ops {
            step(op, scope).await?;
        }
        Ok(())
    })
}

async fn step(Op { label, kind }: &Op, scope: &Scope) -> Result<()> {
    let label = *label;
    match kind {
        Kind::Print => print(label),
        Kind::Sleep(time) => sleep(ticks(*time)).await?,
        Kind::Block(time) => blocking_sleep(ticks(*time)),
        Kind::Raise => raise(label)?,
        Kind::Repeat(times, ops) => {
            for _ in 0..*times {
                block(ops, scope).await?;
            }
        }
        Kind::Try(it) => control::attempt(label, it, scope).await?,
        Kind::Timeout(limit, ops) => control::timeout(*limit, ops, scope).await?,
        Kind::TimeoutAt(when, ops) => control::timeout_at(*when, ops, scope).await?,
        Kind::WaitFor(limit, item) => control::wait_for(label, *limit, item, scope).await?,
        Kind::Group(ops) => control::group(ops, scope).await?,
        Kind::Spawn(task, kept) => tasks::spawn(task, *kept, scope),
        Kind::SpawnInGroup(depth, task) => tasks::spawn_in_group(*depth, task, scope),
        Kind::Await(target) | Kind::AwaitAnyone(target) => tasks::join(label, *target).await?,
        Kind::Cancel(target) => cancel(label, &target.name()),
        Kind::CancelWith(target) => cancel_with(label, &target.name()),
        Kind::Cancelling(target) => cancelling(label, &target.name()),
        Kind::Uncancel(target) => uncancel(label, &target.name()),
        Kind::IsDone(target) => is_done(label, &target.name()),
        Kind::Look(target, what) => look(label, &target.name(), *what),
        Kind::OnDone(target) => on_done(label, &target.name()),
        Kind::Name => print(format!("{label} is in {}", name())),
        Kind::Gather(items) => tasks::gather(label, items, scope).await?,
        Kind::GatherAll(items) => tasks::gather_all(label, items, scope).await?,
        Kind::AsCompleted(items, limit) => tasks::as_completed(label, items, *limit, scope).await?,
        Kind::Wait(targets, until, limit) => tasks::wait(label, targets, *until, *limit).await?,
        Kind::Shield(item) => tasks::shield(label, item, scope).await?,
        Kind::Lock(which, ops) => sync::lock(*which, ops, scope).await?,
        Kind::Semaphore(which, ops) => sync::semaphore(*which, ops, scope).await?,
        Kind::FreeLock(which) => free_lock(label, *which),
        Kind::Place(which, ops) => sync::place(*which, ops, scope).await?,
        Kind::Release(which) => semaphore(*which).release(),
        Kind::TakePlace(which) => place(*which).acquire().await?.forget(),
        Kind::GivePlace(which) => give_place(label, *which),
        Kind::TakeLatch(which) => latch(*which).acquire().await?.forget(),
        Kind::FreeLatch(which) => free_latch(label, *which),
        Kind::Condition(which, ops) => sync::condition(*which, ops, scope).await?,
        Kind::WaitCondition(which, event) => sync::wait_condition(label, *which, *event).await?,
        Kind::Notify(which, count) => sync::notify(*which, *count).await?,
        Kind::WaitBarrier(which) => print(format!("{label} came as {}", barrier(*which).wait().await?)),
        Kind::AbortBarrier(which) => barrier(*which).abort(),
        Kind::ResetBarrier(which) => barrier(*which).reset(),
        Kind::SetEvent(which) => event(*which).set(),
        Kind::ClearEvent(which) => event(*which).clear(),
        Kind::WaitEvent(which) => event(*which).wait().await?,
        Kind::Put(which, item) => queue(*which).put(*item).await?,
        Kind::Get(which) => print(format!("{label} gets {}", queue(*which).get().await?)),
        Kind::TryPut(which, item) => print(format!("{label} puts {}", queue(*which).try_put(*item))),
        Kind::TryGet(which) => print(format!("{label} gets {}", queue(*which).try_get())),
        Kind::TaskDone(which) => print(format!("{label} done {}", queue(*which).task_done())),
        Kind::ShutDown(which, now) => queue(*which).shut_down(*now),
        Kind::Join(which) => queue(*which).join().await?,
        Kind::NewFuture(which) => new_future(*which),
        Kind::SetResult(which) => set_result(label, *which),
        Kind::SetError(which) => set_error(label, *which),
        Kind::CancelFuture(which) => cancel_future(label, *which),
        Kind::FutureIsDone(which) => future_is_done(label, *which),
        Kind::OnFutureDone(which) => on_future_done(label, *which),
        Kind::WaitFuture(which) => print(format!("{label} got {}", promise(*which).wait().await?)),
        Kind::Call(which, when, action) => calls::call(label, *which, *when, *action),
        Kind::CancelCall(which) => cancel_call(label, *which),
        Kind::Job(pool, work) => print(format!("{label} got {}", job(label, *pool, &work.parts, work.fails).await?)),
        Kind::JobMeanwhile(pool, work, ops) => jobs::meanwhile(label, *pool, work, ops, scope).await?,
        Kind::With(manager, ops) => control::with(label, manager, ops, scope).await?,
        Kind::NewGenerator(which, ops) => generators::make(*which, ops, scope),
        Kind::Yield => generators::give(label, scope).await?,
        Kind::Next(which) => generators::next(label, *which).await?,
        Kind::ForEach(which, at_most, ops) => generators::for_each(label, *which, *at_most, ops, scope).await?,
        Kind::CloseGenerator(which) => close_generator(*which).await?,
        Kind::Forget(new) => forget(&new.name(), coroutine(new, scope)),
        Kind::Prepare(new, ops) => mistakes::prepare(label, new, ops, scope).await?,
        Kind::Read(which) => _ = value(*which).get(),
        Kind::Write(which) => value(*which).set(label),
        Kind::Update(which) => value(*which).update(|value| *value = label),
        Kind::Count(which) => rate(*which).count(),
        Kind::Open(which) => _ = closeable(*which).open(),
        Kind::Close(which) => _ = closeable(*which).close(),
        Kind::Pour(which, puts, gets, times) => queue(*which).pour(*puts, *gets, *times),
    }
    Ok(())
}
