use interleave::aio::{Lock, Result, gather, print, sleep, yield_now};

use super::{cases, none, outcome, secs, spawn, truth, visitor};

async fn lock_is_fair() -> Result<()> {
    let lock = Lock::new();
    let visits = [("a", 0.2), ("b", 0.3), ("c", 0.1)];
    gather(visits.map(|(name, time)| spawn(visitor(name, lock.acquire(), time), name))).await?;
    Ok(())
}

async fn lock_nobody_overtakes() -> Result<()> {
    let lock = Lock::new();
    let hog = |lock: Lock| async move {
        for turn in 0..3 {
            let _guard = lock.acquire().await?;
            print(format!("hog {turn} {}", truth(lock.is_locked())));
        }
        none()
    };
    let guard = lock.acquire().await?;
    let waiting = spawn(visitor("waits", lock.acquire(), 1.0), "waits");
    yield_now().await?;
    drop(guard);
    print(truth(lock.is_locked()));
    let hogging = spawn(hog(lock), "hog");
    waiting.await?;
    hogging.await?;
    Ok(())
}

async fn lock_waiter_is_cancelled() -> Result<()> {
    let lock = Lock::new();
    let guard = lock.acquire().await?;
    let waiting = ["a", "b", "c"].map(|name| spawn(visitor(name, lock.acquire(), 1.0), name));
    sleep(secs(0.5)).await?;
    waiting[0].cancel();
    sleep(secs(0.5)).await?;
    drop(guard);
    for task in waiting {
        outcome("visit", task).await?;
    }
    Ok(())
}

async fn lock_waiter_is_cancelled_then_released() -> Result<()> {
    let lock = Lock::new();
    let guard = lock.acquire().await?;
    let waiting = ["a", "b", "c"].map(|name| spawn(visitor(name, lock.acquire(), 1.0), name));
    sleep(secs(0.5)).await?;
    waiting[0].cancel();
    drop(guard);
    for task in waiting {
        outcome("visit", task).await?;
    }
    Ok(())
}

async fn lock_granted_waiter_is_cancelled() -> Result<()> {
    let lock = Lock::new();
    let guard = lock.acquire().await?;
    let waiting = ["a", "b", "c"].map(|name| spawn(visitor(name, lock.acquire(), 1.0), name));
    sleep(secs(0.5)).await?;
    drop(guard);
    waiting[0].cancel();
    for task in waiting {
        outcome("visit", task).await?;
    }
    Ok(())
}

async fn lock_newcomer_waits_for_the_granted() -> Result<()> {
    let lock = Lock::new();
    let guard = lock.acquire().await?;
    let waiting = spawn(visitor("waits", lock.acquire(), 1.0), "waits");
    sleep(secs(0.5)).await?;
    drop(guard);
    let guard = lock.acquire().await?;
    print("main enters");
    drop(guard);
    waiting.await?;
    Ok(())
}

async fn lock_everyone_gives_up() -> Result<()> {
    let lock = Lock::new();
    let guard = lock.acquire().await?;
    let waiting = ["a", "b"].map(|name| spawn(visitor(name, lock.acquire(), 1.0), name));
    sleep(secs(0.5)).await?;
    for task in &waiting {
        task.cancel();
    }
    drop(guard);
    let guard = lock.acquire().await?;
    print("main enters");
    drop(guard);
    for task in waiting {
        outcome("visit", task).await?;
    }
    Ok(())
}

cases! {
    lock_is_fair,
    lock_nobody_overtakes,
    lock_waiter_is_cancelled,
    lock_waiter_is_cancelled_then_released,
    lock_granted_waiter_is_cancelled,
    lock_newcomer_waits_for_the_granted,
    lock_everyone_gives_up,
}
