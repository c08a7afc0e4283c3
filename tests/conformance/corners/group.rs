use std::pin::Pin;
use std::time::Duration;

use interleave::aio::{Error, Result, TaskGroup, gather, print, sleep, task_group, wait_for, yield_now};

use super::{cases, fail, nap, none, outcome, secs, spawn, stubborn, truth};

const LONG: Duration = Duration::from_secs(3);

fn told(error: &Error) -> String {
    match error {
        Error::Group(errors) => format!("[{}]", errors.iter().map(told).collect::<Vec<_>>().join(", ")),
        other => other.to_string(),
    }
}

async fn tell(name: &str, work: impl Future<Output = Result<()>>) -> Result<()> {
    match work.await {
        Ok(()) => print(format!("{name}: fine")),
        Err(Error::Cancelled(_)) => {
            print(format!("{name}: cancelled"));
            return Err(Error::Cancelled(None));
        }
        Err(error) => print(format!("{name}: {}", told(&error))),
    }
    Ok(())
}

/// Starts a task whose handle nobody keeps.
fn start<T: std::fmt::Debug + 'static>(
    group: &TaskGroup,
    work: impl Future<Output = Result<T>> + 'static,
    name: impl Into<String>,
) {
    drop(group.spawn(work).named(name.into()));
}

async fn group_waits_for_all() -> Result<()> {
    let b = task_group(|group| async move {
        start(&group, nap("a", 2.0), "a");
        let b = group.spawn(nap("b", 1.0)).named("b");
        print("body ends");
        Ok(b)
    })
    .await?;
    print(format!("over {}", b.await?));
    Ok(())
}

async fn group_of_nobody() -> Result<()> {
    let other = spawn(yield_now(), "other");
    task_group(|_| async {
        print("body");
        Ok(())
    })
    .await?;
    print("over");
    other.await
}

async fn group_cancels_the_others() -> Result<()> {
    let work = task_group(|group| async move {
        start(&group, nap("a", 3.0), "a");
        start(&group, fail("b", 1.0), "b");
        start(&group, nap("c", 2.0), "c");
        nap("body", 5.0).await.map(drop)
    });
    tell("group", work).await?;
    nap("after", 1.0).await.map(drop)
}

async fn group_cancels_the_others_when_its_body_is_over() -> Result<()> {
    let work = task_group(|group| async move {
        start(&group, nap("a", 3.0), "a");
        start(&group, fail("b", 1.0), "b");
        Ok(())
    });
    tell("group", work).await?;
    nap("after", 1.0).await.map(drop)
}

async fn group_body_fails() -> Result<()> {
    let work = task_group(|group| async move {
        start(&group, nap("a", 3.0), "a");
        start(&group, nap("b", 2.0), "b");
        fail("body", 1.0).await.map(drop)
    });
    tell("group", work).await
}

async fn group_of_several_errors() -> Result<()> {
    async fn clumsy(name: &str) -> Result<()> {
        sleep(LONG).await.map_err(|_| Error::raised(format!("{name} failed too")))
    }
    let work = task_group(|group| async move {
        start(&group, clumsy("a"), "a");
        start(&group, fail("b", 1.0), "b");
        start(&group, clumsy("c"), "c");
        clumsy("body").await
    });
    tell("group", work).await
}

async fn group_errors_at_once() -> Result<()> {
    let work = task_group(|group| async move {
        start(&group, fail("a", 1.0), "a");
        start(&group, fail("b", 1.0), "b");
        start(&group, nap("c", 2.0), "c");
        Ok(())
    });
    tell("group", work).await
}

async fn group_in_a_group() -> Result<()> {
    fn inner() -> Pin<Box<dyn Future<Output = Result<()>>>> {
        Box::pin(task_group(|group| async move {
            start(&group, fail("x", 1.0), "x");
            start(&group, nap("y", 2.0), "y");
            Ok(())
        }))
    }
    let outer = task_group(|group| async move {
        start(&group, async { tell("inner", inner()).await }, "told");
        start(&group, async { inner().await }, "inner");
        start(&group, nap("z", 3.0), "z");
        Ok(())
    });
    tell("outer", outer).await
}

async fn group_is_cancelled_from_outside() -> Result<()> {
    let work = async {
        task_group(|group| async move {
            start(&group, nap("a", 3.0), "a");
            start(&group, nap("b", 3.0), "b");
            print("body ends");
            Ok(())
        })
        .await?;
        print("never");
        none()
    };
    let task = spawn(work, "work");
    sleep(secs(1.0)).await?;
    task.cancel();
    outcome("work", task).await.map(drop)
}

async fn group_body_is_cancelled_from_outside() -> Result<()> {
    let work = async {
        task_group(|group| async move {
            start(&group, nap("a", 3.0), "a");
            nap("body", 3.0).await
        })
        .await
    };
    let task = spawn(work, "work");
    sleep(secs(1.0)).await?;
    task.cancel();
    outcome("work", task).await.map(drop)
}

async fn group_cleans_up_for_long() -> Result<()> {
    async fn slow(name: &str) -> Result<()> {
        if let Err(error) = sleep(3 * LONG).await {
            sleep(secs(2.0)).await?;
            print(format!("{name} is clean"));
            return Err(error);
        }
        Ok(())
    }
    let work = task_group(|group| async move {
        start(&group, slow("a"), "a");
        start(&group, fail("b", 1.0), "b");
        slow("body").await
    });
    tell("group", work).await
}

async fn group_cancelled_twice() -> Result<()> {
    let work = async {
        task_group(|group| async move {
            start(&group, stubborn("a", 3.0), "a");
            start(&group, nap("b", 3.0), "b");
            none()
        })
        .await
    };
    let task = spawn(work, "work");
    sleep(secs(1.0)).await?;
    task.cancel();
    yield_now().await?;
    task.cancel();
    outcome("work", task).await.map(drop)
}

async fn group_task_is_cancelled_by_hand() -> Result<()> {
    let mut a = task_group(|group| async move {
        let a = group.spawn(nap("a", 3.0)).named("a");
        start(&group, nap("b", 2.0), "b");
        sleep(secs(1.0)).await?;
        a.cancel();
        Ok(a)
    })
    .await?;
    print(format!("over {}", truth(a.try_result() == Some(Err(Error::Cancelled(None))))));
    Ok(())
}

async fn group_inside_a_time_limit() -> Result<()> {
    let work = task_group(|group| async move {
        start(&group, nap("a", 3.0), "a");
        start(&group, nap("b", 1.0), "b");
        none()
    });
    outcome("work", wait_for(work, secs(2.0))).await.map(drop)
}

async fn group_task_is_awaited_and_gathered() -> Result<()> {
    task_group(|group| async move {
        let a = group.spawn(nap("a", 1.0)).named("a");
        let b = group.spawn(nap("b", 2.0)).named("b");
        let c = group.spawn(nap("c", 2.0)).named("c");
        print(a.await?);
        print(gather([b, c]).await?.join(" "));
        Ok(())
    })
    .await?;
    print("over");
    Ok(())
}

async fn group_grows() -> Result<()> {
    async fn grows(group: TaskGroup, depth: u32) -> Result<String> {
        print(format!("depth {depth}"));
        sleep(secs(1.0)).await?;
        if depth < 3 {
            let deeper: Pin<Box<dyn Future<Output = _>>> = Box::pin(grows(group.clone(), depth + 1));
            start(&group, deeper, format!("depth {}", depth + 1));
        }
        none()
    }
    task_group(|group| async move {
        start(&group, grows(group.clone(), 1), "depth 1");
        Ok(())
    })
    .await?;
    print("over");
    Ok(())
}

cases! {
    group_waits_for_all,
    group_of_nobody,
    group_cancels_the_others,
    group_cancels_the_others_when_its_body_is_over,
    group_body_fails,
    group_of_several_errors,
    group_errors_at_once,
    group_in_a_group,
    group_is_cancelled_from_outside,
    group_body_is_cancelled_from_outside,
    group_cleans_up_for_long,
    group_cancelled_twice,
    group_task_is_cancelled_by_hand,
    group_inside_a_time_limit,
    group_task_is_awaited_and_gathered,
    group_grows,
}
