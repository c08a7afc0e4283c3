use interleave::aio::{Promise, Result, call_later, gather, print, shield, sleep, timeout, yield_now};

use super::{cases, fail, nap, none, outcome, secs, spawn, stubborn, truth};

async fn waiter(name: &str, future: Promise<u32>) -> Result<String> {
    match future.wait().await {
        Ok(value) => print(format!("{name} gets {value}")),
        Err(error) if error.is_cancelled() => {
            print(format!("{name} cancelled"));
            return Err(error);
        }
        Err(error) => print(format!("{name}: {error}")),
    }
    none()
}

fn waiters<const N: usize>(names: [&'static str; N], future: &Promise<u32>) -> [interleave::aio::Task<String>; N] {
    names.map(|name| spawn(waiter(name, future.clone()), name))
}

async fn future_wakes_in_order_of_coming() -> Result<()> {
    let answer = Promise::new();
    let tasks = waiters(["a", "b", "c"], &answer);
    sleep(secs(1.0)).await?;
    answer.set_result(42);
    print("set");
    gather(tasks).await.map(drop)
}

async fn future_that_is_done_does_not_suspend() -> Result<()> {
    let answer = Promise::new();
    answer.set_result(1);
    let other = spawn(nap("other", 0.0), "other");
    waiter("main", answer).await?;
    other.await.map(drop)
}

async fn future_with_an_error() -> Result<()> {
    let answer = Promise::new();
    let tasks = waiters(["a", "b"], &answer);
    sleep(secs(1.0)).await?;
    answer.set_error(interleave::aio::Error::raised("no answer"));
    gather(tasks).await.map(drop)
}

async fn future_is_cancelled_with_who_waits_for_it() -> Result<()> {
    let answer = Promise::new();
    let [a, b] = waiters(["a", "b"], &answer);
    sleep(secs(1.0)).await?;
    a.cancel();
    print(if answer.is_done() { "done" } else { "open" });
    outcome("b", b).await?;
    outcome("a", a).await.map(drop)
}

async fn future_cancelled_by_itself() -> Result<()> {
    let answer = Promise::new();
    let [a, b] = waiters(["a", "b"], &answer);
    sleep(secs(1.0)).await?;
    print(format!("{} {}", truth(answer.cancel()), truth(answer.cancel())));
    outcome("a", a).await?;
    outcome("b", b).await.map(drop)
}

async fn future_set_just_before_its_waiter_is_cancelled() -> Result<()> {
    let answer = Promise::new();
    let [a] = waiters(["a"], &answer);
    sleep(secs(1.0)).await?;
    answer.set_result(1);
    a.cancel();
    outcome("a", a).await.map(drop)
}

async fn callbacks_and_waiters_of_a_future_take_turns() -> Result<()> {
    let answer = Promise::new();
    let [a] = waiters(["a"], &answer);
    yield_now().await?;
    answer.on_done(|_| print("called"));
    let [b] = waiters(["b"], &answer);
    yield_now().await?;
    answer.set_result(1);
    gather([a, b]).await?;
    answer.on_done(|_| print("called late"));
    print("before that");
    yield_now().await
}

async fn shield_keeps_a_cancellation_away() -> Result<()> {
    let work = spawn(nap("work", 2.0), "work");
    let inner = work.clone();
    let task = spawn(async move { shield(&inner).await }, "task");
    sleep(secs(1.0)).await?;
    task.cancel();
    outcome("task", task).await?;
    outcome("work", work).await.map(drop)
}

async fn shield_of_what_is_over() -> Result<()> {
    let work = spawn(nap("work", 0.0), "work");
    sleep(secs(1.0)).await?;
    let other = spawn(nap("other", 0.0), "other");
    print(shield(work).await?);
    other.await.map(drop)
}

async fn shield_passes_an_error_on() -> Result<()> {
    outcome("shield", shield(fail("work", 1.0))).await.map(drop)
}

async fn shield_of_a_task_that_is_cancelled_itself() -> Result<()> {
    let work = spawn(nap("work", 2.0), "work");
    let handle = work.any();
    call_later(secs(1.0), move || {
        handle.cancel();
    });
    outcome("shield", shield(work)).await.map(drop)
}

async fn shield_under_a_time_limit() -> Result<()> {
    let work = spawn(stubborn("work", 2.0), "work");
    if timeout(secs(1.0), shield(&work)).await.is_err() {
        print("timed out");
    }
    outcome("work", work).await.map(drop)
}

async fn shield_left_behind_ends_with_the_run() -> Result<()> {
    let work = spawn(nap("work", 2.0), "work");
    if timeout(secs(1.0), shield(work)).await.is_err() {
        print("timed out");
    }
    Ok(())
}

cases! {
    future_wakes_in_order_of_coming,
    future_that_is_done_does_not_suspend,
    future_with_an_error,
    future_is_cancelled_with_who_waits_for_it,
    future_cancelled_by_itself,
    future_set_just_before_its_waiter_is_cancelled,
    callbacks_and_waiters_of_a_future_take_turns,
    shield_keeps_a_cancellation_away,
    shield_of_what_is_over,
    shield_passes_an_error_on,
    shield_of_a_task_that_is_cancelled_itself,
    shield_under_a_time_limit,
    shield_left_behind_ends_with_the_run,
}
