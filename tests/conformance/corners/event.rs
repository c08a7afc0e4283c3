use interleave::aio::{Event, Result, print, sleep, yield_now};

use super::{cases, none, outcome, secs, spawn, truth};

async fn waiter(name: &str, event: Event) -> Result<String> {
    if let Err(error) = event.wait().await {
        print(format!("{name} gives up"));
        return Err(error);
    }
    print(format!("{name} goes on"));
    none()
}

async fn event_wakes_in_order() -> Result<()> {
    let event = Event::new();
    let waiting = ["a", "b", "c"].map(|name| spawn(waiter(name, event.clone()), name));
    sleep(secs(0.5)).await?;
    event.set();
    print("set");
    for task in waiting {
        task.await?;
    }
    Ok(())
}

async fn event_that_is_set_is_not_waited_for() -> Result<()> {
    let event = Event::new();
    event.set();
    let other = spawn(yield_now(), "other");
    event.wait().await?;
    print(format!("at once {}", truth(event.is_set())));
    event.clear();
    print(truth(event.is_set()));
    other.await
}

async fn event_cleared_at_once_lets_them_go() -> Result<()> {
    let event = Event::new();
    let early = spawn(waiter("early", event.clone()), "early");
    sleep(secs(0.5)).await?;
    event.set();
    event.clear();
    let late = spawn(waiter("late", event.clone()), "late");
    early.await?;
    sleep(secs(0.5)).await?;
    event.set();
    late.await?;
    Ok(())
}

async fn event_waiter_is_cancelled() -> Result<()> {
    let event = Event::new();
    let waiting = ["a", "b", "c"].map(|name| spawn(waiter(name, event.clone()), name));
    sleep(secs(0.5)).await?;
    waiting[1].cancel();
    event.set();
    for task in waiting {
        outcome("wait", task).await?;
    }
    Ok(())
}

async fn event_waiter_is_cancelled_after_it() -> Result<()> {
    let event = Event::new();
    let waiting = ["a", "b", "c"].map(|name| spawn(waiter(name, event.clone()), name));
    sleep(secs(0.5)).await?;
    event.set();
    waiting[1].cancel();
    for task in waiting {
        outcome("wait", task).await?;
    }
    Ok(())
}

async fn event_set_by_a_waiter() -> Result<()> {
    let (first, second) = (Event::new(), Event::new());
    let last = spawn(waiter("last", second.clone()), "last");
    let passing = {
        let first = first.clone();
        async move {
            first.wait().await?;
            second.set();
            print("passed on");
            none()
        }
    };
    let passing = spawn(passing, "passing");
    yield_now().await?;
    first.set();
    last.await?;
    passing.await?;
    Ok(())
}

cases! {
    event_wakes_in_order,
    event_that_is_set_is_not_waited_for,
    event_cleared_at_once_lets_them_go,
    event_waiter_is_cancelled,
    event_waiter_is_cancelled_after_it,
    event_set_by_a_waiter,
}
