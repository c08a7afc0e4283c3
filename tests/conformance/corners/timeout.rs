use interleave::aio::{Error, Result, Semaphore, gather, print, sleep, timeout, yield_now};

use super::{cases, count, nap, none, outcome, secs, spawn, stubborn, visitor};

async fn limited(name: &str, limit: f64, awaitable: impl IntoFuture<Output = Result<String>>) -> Result<String> {
    let block = timeout(secs(limit), async {
        print(format!("{name}: {}", awaitable.await?));
        Ok(())
    });
    match block.await {
        Err(Error::Cancelled(_)) => {
            print(format!("{name}: cancelled"));
            return Err(Error::Cancelled(None));
        }
        Err(error) => print(format!("{name}: {error}")),
        Ok(()) => {}
    }
    none()
}

async fn slow_cleanup() -> Result<String> {
    if let Err(error) = sleep(secs(5.0)).await {
        nap("cleanup", 2.0).await?;
        return Err(error);
    }
    none()
}

async fn timeout_passes() -> Result<()> {
    limited("limit", 1.0, nap("a", 2.0)).await?;
    limited("limit", 2.0, nap("b", 1.0)).await?;
    limited("limit", 1.0, nap("c", 1.0)).await?;
    sleep(secs(5.0)).await
}

async fn timeout_of_a_task() -> Result<()> {
    limited("limit", 1.0, spawn(nap("a", 2.0), "a")).await?;
    limited("limit", 2.0, spawn(nap("b", 1.0), "b")).await?;
    limited("limit", 1.0, spawn(nap("c", 1.0), "c")).await?;
    limited("limit", 1.0, spawn(stubborn("d", 2.0), "d")).await?;
    Ok(())
}

async fn timeout_with_the_result_just_there() -> Result<()> {
    let task = spawn(nap("a", 1.0), "a");
    sleep(secs(0.5)).await?;
    limited("limit", 0.5, task).await.map(drop)
}

async fn timeout_swallowed() -> Result<()> {
    limited("limit", 1.0, stubborn("a", 2.0)).await?;
    nap("after", 1.0).await.map(drop)
}

async fn timeout_cleanup_is_slow() -> Result<()> {
    let work = async {
        let result = sleep(secs(5.0)).await;
        sleep(secs(1.0)).await?;
        print("clean");
        result?;
        none()
    };
    limited("limit", 1.0, work).await.map(drop)
}

async fn timeout_inner_is_first() -> Result<()> {
    limited("outer", 2.0, limited("inner", 1.0, nap("a", 3.0))).await?;
    nap("after", 1.0).await.map(drop)
}

async fn timeout_outer_is_first() -> Result<()> {
    limited("outer", 1.0, limited("inner", 2.0, nap("a", 3.0))).await?;
    nap("after", 1.0).await.map(drop)
}

async fn timeout_both_at_once() -> Result<()> {
    limited("outer", 1.0, limited("inner", 1.0, nap("a", 3.0))).await?;
    nap("after", 1.0).await.map(drop)
}

async fn timeout_outer_passes_while_inner_cleans_up() -> Result<()> {
    limited("outer", 2.0, limited("inner", 1.0, slow_cleanup())).await?;
    nap("after", 1.0).await.map(drop)
}

async fn timeout_and_cancel() -> Result<()> {
    let task = spawn(limited("limit", 2.0, nap("a", 3.0)), "task");
    sleep(secs(1.0)).await?;
    task.cancel();
    outcome("task", task).await.map(drop)
}

async fn timeout_and_cancel_at_once() -> Result<()> {
    let task = spawn(limited("limit", 1.0, nap("a", 3.0)), "task");
    sleep(secs(1.0)).await?;
    task.cancel();
    outcome("task", task).await.map(drop)
}

async fn timeout_passes_after_cancel() -> Result<()> {
    let task = spawn(limited("limit", 2.0, slow_cleanup()), "task");
    sleep(secs(1.0)).await?;
    task.cancel();
    outcome("task", task).await.map(drop)
}

async fn timeout_after_a_swallowed_cancel() -> Result<()> {
    let work = async {
        stubborn("first", 5.0).await?;
        limited("limit", 1.0, nap("second", 5.0)).await
    };
    let task = spawn(work, "task");
    sleep(secs(1.0)).await?;
    task.cancel();
    outcome("task", task).await.map(drop)
}

async fn timeout_around_gather() -> Result<()> {
    let tasks = [spawn(nap("a", 1.0), "a"), spawn(nap("b", 3.0), "b")];
    limited("limit", 2.0, count(gather(tasks))).await.map(drop)
}

async fn timeout_around_a_semaphore() -> Result<()> {
    let semaphore = Semaphore::new(1);
    let inside = spawn(visitor("inside", semaphore.acquire(), 2.0), "inside");
    yield_now().await?;
    limited("limit", 1.0, visitor("waits", semaphore.acquire(), 1.0)).await?;
    limited("limit", 3.0, visitor("waits", semaphore.acquire(), 1.0)).await?;
    inside.await.map(drop)
}

cases! {
    timeout_passes,
    timeout_of_a_task,
    timeout_with_the_result_just_there,
    timeout_swallowed,
    timeout_cleanup_is_slow,
    timeout_inner_is_first,
    timeout_outer_is_first,
    timeout_both_at_once,
    timeout_outer_passes_while_inner_cleans_up,
    timeout_and_cancel,
    timeout_and_cancel_at_once,
    timeout_passes_after_cancel,
    timeout_after_a_swallowed_cancel,
    timeout_around_gather,
    timeout_around_a_semaphore,
}
