use std::cell::RefCell;
use std::rc::Rc;

use interleave::aio::{Condition, Error, Lock, Result, Task, gather, print, sleep, timeout};

use super::{cases, nap, none, outcome, secs, spawn, truth};

async fn waiter(name: &'static str, condition: Condition, seconds: f64) -> Result<String> {
    let mut guard = condition.acquire().await?;
    print(format!("{name} waits"));
    if let Err(error) = condition.wait(&mut guard).await {
        if let Error::Cancelled(message) = &error {
            let message = message.as_ref().map_or_else(String::new, |message| format!(" {message}"));
            print(format!("{name} cancelled{message}"));
        }
        return Err(error);
    }
    print(format!("{name} told {}", truth(condition.is_locked())));
    sleep(secs(seconds)).await?;
    print(format!("{name} leaves"));
    none()
}

fn waiters<const N: usize>(names: [&'static str; N], condition: &Condition, seconds: f64) -> [Task<String>; N] {
    names.map(|name| spawn(waiter(name, condition.clone(), seconds), name))
}

async fn tell(condition: &Condition, count: usize) -> Result<()> {
    let guard = condition.acquire().await?;
    condition.notify(&guard, count)?;
    print(format!("told {count}"));
    Ok(())
}

async fn condition_tells_in_order() -> Result<()> {
    let condition = Condition::new();
    let tasks = waiters(["a", "b", "c", "d", "e"], &condition, 0.0);
    sleep(secs(1.0)).await?;
    tell(&condition, 1).await?;
    sleep(secs(1.0)).await?;
    tell(&condition, 2).await?;
    sleep(secs(1.0)).await?;
    tell(&condition, 5).await?;
    gather(tasks).await?;
    Ok(())
}

async fn condition_gives_the_lock_to_one_after_the_other() -> Result<()> {
    let condition = Condition::new();
    let tasks = waiters(["a", "b", "c"], &condition, 1.0);
    sleep(secs(1.0)).await?;
    let guard = condition.acquire().await?;
    condition.notify_all(&guard)?;
    print("all told");
    sleep(secs(0.5)).await?;
    drop(guard);
    let [late] = waiters(["d"], &condition, 0.0);
    gather(tasks).await?;
    tell(&condition, 1).await?;
    late.await?;
    Ok(())
}

async fn condition_waits_for_a_predicate() -> Result<()> {
    let (condition, items) = (Condition::new(), Rc::new(RefCell::new(Vec::new())));
    let consumer = |name: &'static str, condition: Condition, items: Rc<RefCell<Vec<u32>>>| async move {
        let mut guard = condition.acquire().await?;
        let there_are_some = || {
            print(format!("{name} looks"));
            !items.borrow().is_empty()
        };
        condition.wait_for(&mut guard, there_are_some).await?;
        print(format!("{name} gets {}", items.borrow_mut().remove(0)));
        none()
    };
    let tasks = ["a", "b", "c"].map(|name| spawn(consumer(name, condition.clone(), items.clone()), name));
    for item in 0..3 {
        sleep(secs(1.0)).await?;
        let guard = condition.acquire().await?;
        items.borrow_mut().push(item);
        condition.notify_all(&guard)?;
    }
    gather(tasks).await?;
    Ok(())
}

async fn condition_waiter_is_cancelled() -> Result<()> {
    let condition = Condition::new();
    let tasks = waiters(["a", "b", "c"], &condition, 0.0);
    sleep(secs(1.0)).await?;
    tasks[0].cancel_with("no need");
    sleep(secs(1.0)).await?;
    tell(&condition, 3).await?;
    for task in tasks {
        outcome("waiter", async { task.await.map_err(without_message) }).await?;
    }
    Ok(())
}

fn without_message(error: Error) -> Error {
    if error.is_cancelled() { Error::Cancelled(None) } else { error }
}

async fn condition_told_waiter_is_cancelled() -> Result<()> {
    let condition = Condition::new();
    let tasks = waiters(["a", "b", "c"], &condition, 0.0);
    sleep(secs(1.0)).await?;
    let guard = condition.acquire().await?;
    condition.notify(&guard, 1)?;
    tasks[0].cancel();
    drop(guard);
    sleep(secs(1.0)).await?;
    tell(&condition, 1).await?;
    for task in tasks {
        outcome("waiter", task).await?;
    }
    Ok(())
}

async fn condition_cancelled_then_told() -> Result<()> {
    let condition = Condition::new();
    let tasks = waiters(["a", "b", "c"], &condition, 0.0);
    sleep(secs(1.0)).await?;
    let guard = condition.acquire().await?;
    tasks[0].cancel();
    condition.notify(&guard, 1)?;
    drop(guard);
    sleep(secs(1.0)).await?;
    tell(&condition, 1).await?;
    for task in tasks {
        outcome("waiter", task).await?;
    }
    Ok(())
}

async fn condition_cancelled_on_the_way_to_the_lock() -> Result<()> {
    let condition = Condition::new();
    let tasks = waiters(["a", "b"], &condition, 0.0);
    sleep(secs(1.0)).await?;
    let guard = condition.acquire().await?;
    condition.notify(&guard, 1)?;
    for message in ["first", "second", "third"] {
        sleep(secs(0.5)).await?;
        tasks[0].cancel_with(message);
    }
    sleep(secs(0.5)).await?;
    print("main leaves");
    drop(guard);
    for task in tasks {
        outcome("waiter", async { task.await.map_err(without_message) }).await?;
    }
    Ok(())
}

async fn condition_times_out_when_it_has_the_lock() -> Result<()> {
    let condition = Condition::new();
    let limited = |condition: Condition| async move {
        let mut guard = condition.acquire().await?;
        if timeout(secs(1.0), condition.wait(&mut guard)).await == Err(Error::TimedOut) {
            print(format!("timed out {}", truth(condition.is_locked())));
        }
        none()
    };
    let task = spawn(limited(condition.clone()), "limited");
    sleep(secs(0.5)).await?;
    let guard = condition.acquire().await?;
    nap("holder", 2.0).await?;
    drop(guard);
    task.await?;
    Ok(())
}

async fn condition_shares_its_lock() -> Result<()> {
    let lock = Lock::new();
    let (full, empty) = (Condition::with_lock(lock.clone()), Condition::with_lock(lock.clone()));
    let ([a], [b]) = (waiters(["a"], &full, 1.0), waiters(["b"], &empty, 1.0));
    sleep(secs(1.0)).await?;
    let guard = lock.acquire().await?;
    full.notify(&guard, 1)?;
    empty.notify(&guard, 1)?;
    drop(guard);
    print(format!("{} {}", truth(full.is_locked()), truth(empty.is_locked())));
    gather([a, b]).await?;
    Ok(())
}

cases! {
    condition_tells_in_order,
    condition_gives_the_lock_to_one_after_the_other,
    condition_waits_for_a_predicate,
    condition_waiter_is_cancelled,
    condition_told_waiter_is_cancelled,
    condition_cancelled_then_told,
    condition_cancelled_on_the_way_to_the_lock,
    condition_times_out_when_it_has_the_lock,
    condition_shares_its_lock,
}
