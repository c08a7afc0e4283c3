use interleave::aio::{Error, Result, Task, gather, print, sleep, yield_now};

use super::{cases, count, fail, nap, outcome, secs, spawn, stubborn, truth};

async fn gather_keeps_the_order() -> Result<()> {
    let tasks = [("a", 0.2), ("b", 0.3), ("c", 0.1)].map(|(name, time)| spawn(nap(name, time), name));
    print(gather(tasks).await?.join(" "));
    Ok(())
}

async fn gather_of_nothing() -> Result<()> {
    let ticking = spawn(nap("a", 0.0), "a");
    let nothing: [Task<()>; 0] = [];
    print(gather(nothing).await?.len());
    ticking.await.map(drop)
}

async fn gather_fails() -> Result<()> {
    let tasks = [spawn(nap("a", 1.0), "a"), spawn(fail("b", 0.5), "b"), spawn(fail("c", 0.7), "c")];
    outcome("gather", count(gather(tasks))).await?;
    sleep(secs(1.0)).await
}

async fn gather_child_is_cancelled() -> Result<()> {
    let gives_up = async {
        sleep(secs(0.5)).await?;
        Err(Error::Cancelled(None))
    };
    let tasks = [spawn(gives_up, "a"), spawn(nap("b", 1.0), "b")];
    outcome("gather", count(gather(tasks))).await?;
    sleep(secs(1.0)).await
}

async fn gather_is_cancelled() -> Result<()> {
    let parent = async {
        let tasks = ["a", "b", "c"].map(|name| spawn(nap(name, 1.0), name));
        outcome("gather", count(gather(tasks))).await?;
        nap("parent", 1.0).await
    };
    let task = spawn(parent, "parent");
    sleep(secs(0.5)).await?;
    task.cancel();
    outcome("parent", task).await.map(drop)
}

async fn gather_is_cancelled_and_all_swallow() -> Result<()> {
    let parent = async {
        let tasks = ["a", "b", "c"].map(|name| spawn(stubborn(name, 1.0), name));
        outcome("gather", count(gather(tasks))).await?;
        nap("parent", 1.0).await
    };
    let task = spawn(parent, "parent");
    sleep(secs(0.5)).await?;
    task.cancel();
    outcome("parent", task).await.map(drop)
}

async fn gather_is_cancelled_and_one_swallows() -> Result<()> {
    let parent = async {
        let tasks = [spawn(stubborn("a", 1.0), "a"), spawn(nap("b", 1.0), "b")];
        outcome("gather", count(gather(tasks))).await?;
        Ok("parent".to_owned())
    };
    let task = spawn(parent, "parent");
    sleep(secs(0.5)).await?;
    task.cancel();
    outcome("parent", task).await.map(drop)
}

async fn gather_has_failed_when_cancelled() -> Result<()> {
    let parent = async {
        let tasks = [spawn(fail("a", 0.5), "a"), spawn(nap("b", 1.0), "b")];
        outcome("gather", count(gather(tasks))).await?;
        sleep(secs(1.0)).await?;
        Ok("parent".to_owned())
    };
    let task = spawn(parent, "parent");
    sleep(secs(0.5)).await?;
    yield_now().await?;
    yield_now().await?;
    print(format!("cancels {}", truth(task.cancel())));
    outcome("parent", task).await.map(drop)
}

async fn gather_is_cancelled_before_it_hears() -> Result<()> {
    let parent = async {
        let tasks = [spawn(nap("a", 0.2), "a"), spawn(nap("b", 0.5), "b")];
        outcome("gather", count(gather(tasks))).await?;
        nap("parent", 1.0).await
    };
    let task = spawn(parent, "parent");
    sleep(secs(0.5)).await?;
    yield_now().await?;
    print(format!("cancels {}", truth(task.cancel())));
    outcome("parent", task).await.map(drop)
}

async fn gather_in_gather() -> Result<()> {
    let parent = |name: &'static str| async move {
        let children = [1, 2].map(|number| {
            let child = format!("{name}{number}");
            spawn(nap(child.clone(), f64::from(number)), child)
        });
        count(gather(children)).await
    };
    let all_of_it = async move {
        let parents = ["a", "b"].map(|name| spawn(parent(name), name));
        count(gather(parents)).await
    };
    let task = spawn(all_of_it, "all");
    sleep(secs(1.5)).await?;
    task.cancel();
    outcome("all", task).await.map(drop)
}

cases! {
    gather_keeps_the_order,
    gather_of_nothing,
    gather_fails,
    gather_child_is_cancelled,
    gather_is_cancelled,
    gather_is_cancelled_and_all_swallow,
    gather_is_cancelled_and_one_swallows,
    gather_has_failed_when_cancelled,
    gather_is_cancelled_before_it_hears,
    gather_in_gather,
}
