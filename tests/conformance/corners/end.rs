use interleave::aio::{Result, gather, print, sleep, yield_now};

use super::{cases, nap, none, secs, spawn, stubborn};

async fn leftover_task() -> Result<()> {
    let work = async {
        if let Err(error) = sleep(secs(5.0)).await {
            print("cleanup");
            sleep(secs(1.0)).await?;
            print("clean");
            return Err(error);
        }
        none()
    };
    drop(spawn(work, "work"));
    sleep(secs(1.0)).await?;
    print("main done");
    Ok(())
}

async fn leftover_task_not_started() -> Result<()> {
    drop(spawn(nap("a", 1.0), "a"));
    print("main done");
    Ok(())
}

async fn leftover_task_starts_late() -> Result<()> {
    let child = async {
        drop(spawn(nap("late", 1.0), "late"));
        print("child done");
        none()
    };
    drop(spawn(child, "child"));
    yield_now().await?;
    print("main done");
    Ok(())
}

async fn leftover_task_swallows() -> Result<()> {
    drop(spawn(stubborn("a", 5.0), "a"));
    sleep(secs(1.0)).await?;
    print("main done");
    Ok(())
}

async fn leftover_task_is_due() -> Result<()> {
    drop(spawn(nap("a", 1.0), "a"));
    sleep(secs(1.0)).await?;
    print("main done");
    Ok(())
}

async fn leftover_gather() -> Result<()> {
    let parent = async {
        gather([spawn(nap("child", 5.0), "child")]).await?;
        none()
    };
    drop(spawn(parent, "parent"));
    sleep(secs(1.0)).await?;
    print("main done");
    Ok(())
}

cases! {
    leftover_task,
    leftover_task_not_started,
    leftover_task_starts_late,
    leftover_task_swallows,
    leftover_task_is_due,
    leftover_gather,
}
