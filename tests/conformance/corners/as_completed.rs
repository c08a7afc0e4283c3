use interleave::aio::{Result, as_completed, print, sleep};

use super::{cases, fail, nap, none, outcome, secs, spawn};

async fn as_completed_hands_over() -> Result<()> {
    let naps = [("a", 0.2), ("b", 0.3), ("c", 0.1), ("d", 0.3)];
    for earliest in as_completed(naps.map(|(name, time)| spawn(nap(name, time), name))) {
        print(format!("handled {}", earliest.await?));
    }
    Ok(())
}

async fn as_completed_handles_slowly() -> Result<()> {
    for earliest in as_completed([("a", 0.2), ("b", 0.1)].map(|(name, time)| spawn(nap(name, time), name))) {
        print(format!("handled {}", earliest.await?));
        sleep(secs(1.0)).await?;
    }
    Ok(())
}

async fn as_completed_passes_errors_on() -> Result<()> {
    for earliest in as_completed([spawn(nap("a", 1.0), "a"), spawn(fail("b", 0.5), "b")]) {
        outcome("earliest", earliest).await?;
    }
    Ok(())
}

async fn as_completed_is_cancelled() -> Result<()> {
    let parent = async {
        for earliest in as_completed(["a", "b"].map(|name| spawn(nap(name, 1.0), name))) {
            outcome("earliest", earliest).await?;
        }
        none()
    };
    let task = spawn(parent, "parent");
    sleep(secs(0.5)).await?;
    task.cancel();
    outcome("parent", task).await.map(drop)
}

async fn as_completed_forgets_a_waiter_that_was_cancelled() -> Result<()> {
    let tasks = [("a", 1.0), ("b", 2.0)].map(|(name, time)| spawn(nap(name, time), name));
    let mut next = as_completed(tasks);
    let [first, second] = ["first", "second"].map(|name| {
        let earliest = next.next();
        let wait = async move {
            match earliest {
                Some(earliest) => outcome(name, earliest).await,
                None => none(),
            }
        };
        spawn(wait, name)
    });
    sleep(secs(0.5)).await?;
    first.cancel();
    second.await?;
    first.await?;
    Ok(())
}

cases! {
    as_completed_hands_over,
    as_completed_handles_slowly,
    as_completed_passes_errors_on,
    as_completed_is_cancelled,
    as_completed_forgets_a_waiter_that_was_cancelled,
}
