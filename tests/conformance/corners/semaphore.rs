use interleave::aio::{BoundedSemaphore, Result, Semaphore, gather, print, sleep, yield_now};

use super::{cases, none, outcome, secs, spawn, truth, visitor};

async fn semaphore_is_fair() -> Result<()> {
    let semaphore = Semaphore::new(2);
    let visits = [("a", 0.2), ("b", 0.3), ("c", 0.1), ("d", 0.3), ("e", 0.1)];
    gather(visits.map(|(name, time)| spawn(visitor(name, semaphore.acquire(), time), name))).await?;
    Ok(())
}

async fn semaphore_nobody_overtakes() -> Result<()> {
    let semaphore = Semaphore::new(1);
    let hog = |semaphore: Semaphore| async move {
        for turn in 0..3 {
            let _permit = semaphore.acquire().await?;
            print(format!("hog {turn}"));
        }
        none()
    };
    let permit = semaphore.acquire().await?;
    let waiting = spawn(visitor("waits", semaphore.acquire(), 1.0), "waits");
    yield_now().await?;
    drop(permit);
    let hogging = spawn(hog(semaphore), "hog");
    waiting.await?;
    hogging.await?;
    Ok(())
}

async fn semaphore_newcomer_waits_for_the_granted() -> Result<()> {
    let semaphore = Semaphore::new(3);
    let permits = [semaphore.acquire().await?, semaphore.acquire().await?, semaphore.acquire().await?];
    let waiting = ["a", "b"].map(|name| spawn(visitor(name, semaphore.acquire(), 1.0), name));
    sleep(secs(0.5)).await?;
    drop(permits);
    let permit = semaphore.acquire().await?;
    print("main enters");
    drop(permit);
    for task in waiting {
        task.await?;
    }
    Ok(())
}

async fn semaphore_granted_waiter_is_cancelled() -> Result<()> {
    let semaphore = Semaphore::new(1);
    let permit = semaphore.acquire().await?;
    let waiting = ["a", "b", "c"].map(|name| spawn(visitor(name, semaphore.acquire(), 1.0), name));
    sleep(secs(0.5)).await?;
    drop(permit);
    waiting[0].cancel();
    for task in waiting {
        outcome("visit", task).await?;
    }
    Ok(())
}

async fn semaphore_waiter_is_cancelled() -> Result<()> {
    let semaphore = Semaphore::new(1);
    let permit = semaphore.acquire().await?;
    let waiting = ["a", "b", "c"].map(|name| spawn(visitor(name, semaphore.acquire(), 1.0), name));
    sleep(secs(0.5)).await?;
    waiting[0].cancel();
    sleep(secs(0.5)).await?;
    drop(permit);
    for task in waiting {
        outcome("visit", task).await?;
    }
    Ok(())
}

async fn semaphore_waiter_is_cancelled_then_released() -> Result<()> {
    let ticks = async {
        for tick in 0..4 {
            print(format!("tick {tick}"));
            yield_now().await?;
        }
        none()
    };
    let semaphore = Semaphore::new(1);
    let permit = semaphore.acquire().await?;
    let waiting = ["a", "b", "c"].map(|name| spawn(visitor(name, semaphore.acquire(), 1.0), name));
    sleep(secs(0.5)).await?;
    waiting[0].cancel();
    drop(permit);
    let ticking = spawn(ticks, "ticks");
    for task in waiting {
        outcome("visit", task).await?;
    }
    ticking.await?;
    Ok(())
}

async fn semaphore_bounded_released_too_often() -> Result<()> {
    let semaphore = BoundedSemaphore::new(2);
    semaphore.acquire().await?.forget();
    semaphore.acquire().await?.forget();
    let waiting = spawn(visitor("waits", semaphore.acquire(), 1.0), "waits");
    sleep(secs(0.5)).await?;
    semaphore.release()?;
    semaphore.release()?;
    waiting.await?;
    if let Err(error) = semaphore.release() {
        print(error);
    }
    let _permits = (semaphore.acquire().await?, semaphore.acquire().await?);
    print(format!("main enters {}", truth(semaphore.available() == 0)));
    Ok(())
}

cases! {
    semaphore_is_fair,
    semaphore_nobody_overtakes,
    semaphore_newcomer_waits_for_the_granted,
    semaphore_granted_waiter_is_cancelled,
    semaphore_waiter_is_cancelled,
    semaphore_waiter_is_cancelled_then_released,
    semaphore_bounded_released_too_often,
}
