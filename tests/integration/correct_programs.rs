//! Programs made at random, all of them correct: whatever they do to each other, nothing must be found in their traces.
//!
//! They use guards, pass on every cancellation, look at every task that they start, and lock in one order.

use std::rc::Rc;

use fastrand::Rng;
use futures::FutureExt;
use futures::future::LocalBoxFuture;
use interleave::aio::{
    Aio, Closeable, Error, Event, Lock, Queue, Rate, Result, Semaphore, Task, Value, as_completed, gather, print,
    shield, sleep, span, spawn, task_group, timeout, to_thread, yield_now,
};
use interleave::host::schedule::{self, CHOICES_AT_MOST, Choices};
use interleave::host::virtual_time;
use interleave::timeline::diagnose;

use crate::support::{OnDrop, secs};

const LOCKS: usize = 3;

#[derive(Clone, Debug)]
enum Plan {
    Sleep(f64),
    Yield,
    Thread(f64),
    Fail,
    Panic,
    Update,
    UpdateLocked,
    Count,
    Ping,
    InTurn(Vec<Plan>),
    Gather(Vec<Plan>),
    AsCompleted(Vec<Plan>),
    Group(Vec<Plan>),
    Tasks(Vec<Plan>),
    Span(Box<Plan>),
    Catch(Box<Plan>),
    CleanUp(Box<Plan>, f64),
    Timeout(f64, Box<Plan>),
    Cancel(f64, Box<Plan>),
    Shield(Box<Plan>),
    Locked(usize, Box<Plan>),
    Permitted(Box<Plan>),
    Opened(Box<Plan>),
    Pipe(u32, f64),
    Dropping(Box<Plan>),
}

/// Takes only locks from `lock` on, so that nobody waits in a circle; who is inside the semaphore takes neither.
fn plan(dice: &mut Rng, depth: u32, lock: usize, outside: bool) -> Plan {
    let millis = |dice: &mut Rng| f64::from(dice.u32(0..40)) / 10.0;
    if depth == 0 {
        return match dice.u32(0..9) {
            0..3 => Plan::Sleep(millis(dice)),
            3 => Plan::Yield,
            4 => Plan::Thread(millis(dice)),
            5 => Plan::Fail,
            6 => Plan::Update,
            7 => Plan::Count,
            _ => Plan::Ping,
        };
    }
    let less = depth - 1;
    let deeper = |dice: &mut Rng| Box::new(plan(dice, less, lock, outside));
    let several = |dice: &mut Rng| (0..dice.usize(1..4)).map(|_| plan(dice, less, lock, outside)).collect::<Vec<_>>();
    match dice.u32(0..22) {
        0 | 1 => Plan::InTurn(several(dice)),
        2 | 3 => Plan::Gather(several(dice)),
        4 => Plan::AsCompleted(several(dice)),
        5 | 6 => Plan::Group(several(dice)),
        7 | 8 => Plan::Tasks(several(dice)),
        9 => Plan::Span(deeper(dice)),
        10 => Plan::Catch(deeper(dice)),
        11 => Plan::CleanUp(deeper(dice), millis(dice)),
        12 => Plan::Timeout(millis(dice), deeper(dice)),
        13 | 14 => Plan::Cancel(millis(dice), deeper(dice)),
        15 => Plan::Shield(deeper(dice)),
        16 if lock < LOCKS => Plan::Locked(lock, Box::new(plan(dice, less, lock + 1, outside))),
        17 if outside => Plan::Permitted(Box::new(plan(dice, less, LOCKS + 1, false))),
        18 => Plan::Opened(deeper(dice)),
        19 => Plan::Pipe(dice.u32(1..20), millis(dice)),
        20 => Plan::Dropping(deeper(dice)),
        21 if lock < LOCKS => Plan::UpdateLocked,
        _ => {
            if dice.bool() {
                Plan::Panic
            } else {
                Plan::Fail
            }
        }
    }
}

struct World {
    locks: [Lock; LOCKS],
    /// Above all locks.
    value_lock: Lock,
    places: Semaphore,
    value: Value<u32>,
    rate: Rate,
}

/// The first error of the two, but a cancellation before every other: no error may hide it.
fn both(first: Result<()>, second: Result<()>) -> Result<()> {
    match (&first, &second) {
        (Err(error), Err(other)) if other.is_cancelled() && !error.is_cancelled() => second,
        _ => first.and(second),
    }
}

/// Looks at all of them, and stops those that are left once it is itself asked to stop.
async fn look_at(tasks: Vec<Task<()>>) -> Result<()> {
    let mut result = Ok(());
    let handles: Vec<_> = tasks.iter().map(|task| task.any()).collect();
    for task in tasks {
        result = both(result, task.await);
        if result.as_ref().is_err_and(Error::is_cancelled) {
            for handle in &handles {
                handle.cancel();
            }
        }
    }
    result
}

#[expect(clippy::too_many_lines, reason = "one arm for each kind of step")]
fn act(plan: Plan, world: Rc<World>) -> LocalBoxFuture<'static, Result<()>> {
    let all = |plans: Vec<Plan>, world: &Rc<World>| -> Vec<_> {
        plans.into_iter().map(|plan| act(plan, world.clone())).collect()
    };
    async move {
        match plan {
            Plan::Sleep(seconds) => sleep(secs(seconds)).await,
            Plan::Yield => yield_now().await,
            Plan::Thread(seconds) => {
                to_thread(move || {
                    interleave::aio::blocking_sleep(secs(seconds));
                    Ok(())
                })
                .await
            }
            Plan::Fail => Err(Error::raised("boom")),
            Plan::Panic => std::panic::resume_unwind(Box::new("over")),
            Plan::Update => {
                world.value.update(|value| *value += 1);
                Ok(())
            }
            Plan::UpdateLocked => {
                let _guard = world.value_lock.acquire().await?;
                let read = world.value.get();
                world.value.set(read + 1);
                sleep(secs(0.1)).await
            }
            Plan::Count => {
                world.rate.count();
                Ok(())
            }
            Plan::Ping => {
                let event = Event::new();
                let other = event.clone();
                let pong = spawn(async move {
                    sleep(secs(0.3)).await?;
                    other.set();
                    Ok(())
                });
                let waited = event.wait().await;
                if waited.is_err() {
                    pong.cancel();
                }
                both(pong.await, waited)
            }
            Plan::InTurn(plans) => {
                for plan in plans {
                    act(plan, world.clone()).await?;
                }
                Ok(())
            }
            Plan::Gather(plans) => gather(all(plans, &world)).await.map(drop),
            Plan::AsCompleted(plans) => {
                let tasks: Vec<_> = all(plans, &world).into_iter().map(|work| spawn(work)).collect();
                let mut result = Ok(());
                for next in as_completed(&tasks) {
                    result = both(result, next.await.map(drop));
                    if result.as_ref().is_err_and(Error::is_cancelled) {
                        for task in &tasks {
                            task.cancel();
                        }
                        break;
                    }
                }
                both(result, look_at(tasks).await)
            }
            Plan::Group(plans) => {
                task_group(|group| async move {
                    for work in all(plans, &world) {
                        drop(group.spawn(work));
                    }
                    Ok(())
                })
                .await
            }
            Plan::Tasks(plans) => look_at(all(plans, &world).into_iter().map(|work| spawn(work)).collect()).await,
            Plan::Span(plan) => span("operation", act(*plan, world)).await,
            Plan::Catch(plan) => {
                act(*plan, world).await.or_else(|error| if error.is_cancelled() { Err(error) } else { Ok(()) })
            }
            Plan::CleanUp(plan, seconds) => {
                let result = act(*plan, world).await;
                sleep(secs(seconds)).await?;
                result
            }
            Plan::Timeout(seconds, plan) => timeout(secs(seconds), act(*plan, world)).await,
            Plan::Cancel(seconds, plan) => {
                let task = spawn(act(*plan, world));
                let slept = sleep(secs(seconds)).await;
                task.cancel();
                match (slept, task.await) {
                    (Err(error), _) => Err(error),
                    (Ok(()), Err(error)) if !error.is_cancelled() => Err(error),
                    _ if interleave::aio::current_task().is_some_and(|task| task.cancelling() > 0) => {
                        Err(Error::Cancelled(None))
                    }
                    _ => Ok(()),
                }
            }
            Plan::Shield(plan) => {
                let task = spawn(act(*plan, world));
                let result = shield(&task).await;
                if result.as_ref().is_err_and(Error::is_cancelled) {
                    task.cancel();
                    let _ = task.await;
                }
                result
            }
            Plan::Locked(lock, plan) => {
                let _guard = world.locks[lock].acquire().await?;
                act(*plan, world.clone()).await
            }
            Plan::Permitted(plan) => {
                let _permit = world.places.acquire().await?;
                act(*plan, world.clone()).await
            }
            Plan::Opened(plan) => {
                let connection = Closeable::new();
                connection.open();
                let _closing = OnDrop(|| assert!(connection.close()));
                act(*plan, world).await
            }
            Plan::Pipe(items, seconds) => {
                let queue = Queue::bounded(2);
                let source = queue.clone();
                let producer = spawn(async move {
                    for item in 0..items {
                        source.put(item).await?;
                        sleep(secs(seconds / 10.0)).await?;
                    }
                    source.shut_down();
                    Ok(())
                });
                let mut result = Ok(());
                while result.is_ok() {
                    result = queue.get().await.map(drop);
                }
                if matches!(result, Err(Error::QueueShutDown)) {
                    result = Ok(());
                } else {
                    producer.cancel();
                }
                both(producer.await, result)
            }
            Plan::Dropping(plan) => {
                let (event, mut handed) = (Event::new(), Some(world.places.clone()));
                let _on_drop = OnDrop(move || {
                    print("dropped");
                    event.set();
                    if let Some(places) = handed.take() {
                        drop(spawn(async move { places.acquire().await.map(drop) }));
                    }
                });
                act(*plan, world).await
            }
        }
    }
    .boxed_local()
}

async fn program(plan: Plan) -> Result<()> {
    let world = Rc::new(World {
        locks: std::array::from_fn(|_| Lock::new()),
        value_lock: Lock::new(),
        places: Semaphore::new(1),
        value: Value::new(0),
        rate: Rate::new(1_000_000, secs(1.0)),
    });
    let result = spawn(act(plan, world)).await;
    // Those that a failed `gather` leaves behind go on for a while.
    sleep(secs(10_000.0)).await?;
    drop(result);
    Ok(())
}

fn planned(seed: u64) -> (Plan, Rng) {
    let mut dice = Rng::with_seed(seed);
    let depth = dice.u32(1..6);
    (plan(&mut dice, depth, 0, true), dice)
}

#[test]
fn nothing_is_found_in_programs_that_do_nothing_wrong() {
    for seed in 0..4_000 {
        let (plan, _) = planned(seed);
        let told = plan.clone();
        let run = virtual_time::run(program(plan));
        let found = diagnose(&run.trace);
        assert!(found.is_empty(), "seed {seed}: {found:#?}\n{told:#?}\n{}", run.trace);
    }
}

/// What is correct is so in every order that somebody may choose.
#[test]
fn nothing_is_found_in_them_whatever_order_is_chosen() {
    for seed in 0..2_000 {
        let (plan, mut dice) = planned(seed);
        let told = plan.clone();
        // Of those who are ready there are always two.
        let places = (0..CHOICES_AT_MOST).map(|_| dice.u8(0..2)).collect();
        let run = schedule::run(&Choices { places, goes_on: true }, |host| Aio::start(host, program(plan)).0);
        assert!(run.trace.ended().is_some() && run.refused.is_none(), "seed {seed}: {told:#?}");
        let found = diagnose(&run.trace);
        assert!(found.is_empty(), "seed {seed}: {found:#?}\n{told:#?}\n{}", run.trace);
    }
}
