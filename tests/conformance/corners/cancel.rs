use std::cell::RefCell;
use std::rc::Rc;

use interleave::aio::{Error, Result, Task, print, sleep, yield_now};

use super::{cases, nap, none, outcome, secs, spawn, stubborn, truth};

async fn cancelled_before_start() -> Result<()> {
    let task = spawn(nap("a", 1.0), "a");
    print(format!("{} {}", truth(task.cancel()), truth(task.is_finished())));
    outcome("a", task).await?;
    print("main done");
    Ok(())
}

async fn cancelled_twice() -> Result<()> {
    let task = spawn(nap("a", 1.0), "a");
    sleep(secs(0.5)).await?;
    print(format!("{} {}", truth(task.cancel()), truth(task.cancel())));
    outcome("a", task).await.map(drop)
}

async fn cancel_of_the_finished() -> Result<()> {
    let task = spawn(nap("a", 0.5), "a");
    sleep(secs(1.0)).await?;
    print(format!("{} {}", truth(task.is_finished()), truth(task.cancel())));
    outcome("a", task).await.map(drop)
}

async fn cancel_wins_over_a_result() -> Result<()> {
    let task = spawn(nap("a", 0.5), "a");
    sleep(secs(0.5)).await?;
    print(format!("cancels {}", truth(task.cancel())));
    outcome("a", task).await.map(drop)
}

async fn cleanup_awaits() -> Result<()> {
    let work = async {
        let result = sleep(secs(5.0)).await;
        print("cleanup");
        sleep(secs(1.0)).await?;
        print("clean");
        result?;
        none()
    };
    let task = spawn(work, "work");
    sleep(secs(0.5)).await?;
    task.cancel();
    outcome("work", task).await.map(drop)
}

async fn cleanup_is_cancelled_too() -> Result<()> {
    let work = async {
        if let Err(error) = sleep(secs(5.0)).await {
            outcome("cleanup", nap("cleanup", 1.0)).await?;
            return Err(error);
        }
        none()
    };
    let task = spawn(work, "work");
    sleep(secs(0.5)).await?;
    task.cancel();
    sleep(secs(0.5)).await?;
    task.cancel();
    outcome("work", task).await.map(drop)
}

async fn cancel_passes_on() -> Result<()> {
    let parent = async {
        let child = spawn(nap("child", 5.0), "child");
        outcome("child in parent", child).await?;
        nap("parent", 1.0).await?;
        Ok("parent".to_owned())
    };
    let task = spawn(parent, "parent");
    sleep(secs(0.5)).await?;
    task.cancel();
    outcome("parent", task).await.map(drop)
}

async fn cancel_passes_on_twice() -> Result<()> {
    let parent = async { spawn(nap("child", 5.0), "child").await };
    let grandparent = async { spawn(parent, "parent").await };
    let task = spawn(grandparent, "grandparent");
    sleep(secs(0.5)).await?;
    task.cancel();
    outcome("grandparent", task).await.map(drop)
}

async fn child_swallows() -> Result<()> {
    let parent = async {
        let given = spawn(stubborn("child", 5.0), "child").await?;
        print(format!("child gave {given}"));
        nap("parent", 1.0).await?;
        Ok("parent".to_owned())
    };
    let task = spawn(parent, "parent");
    sleep(secs(0.5)).await?;
    task.cancel();
    outcome("parent", task).await.map(drop)
}

async fn child_just_finished() -> Result<()> {
    let parent = async { spawn(nap("child", 0.5), "child").await };
    let task = spawn(parent, "parent");
    sleep(secs(0.5)).await?;
    yield_now().await?;
    print(format!("cancels {}", truth(task.cancel())));
    outcome("parent", task).await.map(drop)
}

async fn swallowed() -> Result<()> {
    let task = spawn(stubborn("a", 5.0), "a");
    sleep(secs(0.5)).await?;
    task.cancel();
    outcome("a", task).await.map(drop)
}

/// A task's own handle, once it has been put there.
type OwnHandle = Rc<RefCell<Option<Task<String>>>>;

fn cancel(own: &OwnHandle) {
    if let Some(task) = &*own.borrow() {
        task.cancel();
    }
}

/// Runs a task that can cancel itself, and says later how it ended.
async fn with_own_handle<F>(work: impl FnOnce(OwnHandle) -> F) -> Result<()>
where
    F: Future<Output = Result<String>> + 'static,
{
    let own = OwnHandle::default();
    let task = spawn(work(own.clone()), "a");
    own.replace(Some(task));
    sleep(secs(3.0)).await?;
    let task = own.take();
    match task {
        Some(task) => outcome("a", task).await.map(drop),
        None => Ok(()),
    }
}

async fn cancels_itself() -> Result<()> {
    with_own_handle(|own| async move {
        cancel(&own);
        print("still here");
        yield_now().await?;
        print("not here");
        none()
    })
    .await
}

async fn cancels_itself_and_returns() -> Result<()> {
    with_own_handle(|own| async move {
        cancel(&own);
        Ok("value".to_owned())
    })
    .await
}

async fn cancels_itself_and_fails() -> Result<()> {
    with_own_handle(|own| async move {
        cancel(&own);
        Err(Error::raised("failed"))
    })
    .await
}

async fn cancels_itself_then_awaits_a_child() -> Result<()> {
    with_own_handle(|own| async move {
        let child = spawn(nap("child", 1.0), "child");
        cancel(&own);
        outcome("child", child).await?;
        Ok("value".to_owned())
    })
    .await
}

async fn cancels_itself_then_awaits_the_finished() -> Result<()> {
    with_own_handle(|own| async move {
        let child = spawn(nap("child", 0.0), "child");
        sleep(secs(1.0)).await?;
        cancel(&own);
        outcome("child", child).await?;
        outcome("next", nap("next", 1.0)).await?;
        Ok("value".to_owned())
    })
    .await
}

cases! {
    cancelled_before_start,
    cancelled_twice,
    cancel_of_the_finished,
    cancel_wins_over_a_result,
    cleanup_awaits,
    cleanup_is_cancelled_too,
    cancel_passes_on,
    cancel_passes_on_twice,
    child_swallows,
    child_just_finished,
    swallowed,
    cancels_itself,
    cancels_itself_and_returns,
    cancels_itself_and_fails,
    cancels_itself_then_awaits_a_child,
    cancels_itself_then_awaits_the_finished,
}
