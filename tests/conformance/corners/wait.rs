use std::cell::RefCell;
use std::pin::Pin;
use std::rc::Rc;

use interleave::aio::{
    Event, Result, ReturnWhen, Task, as_completed, call_at, call_later, call_soon, gather, now, print, sleep, wait,
};

use super::{cases, fail, nap, none, outcome, secs, spawn, stubborn, truth};

fn names(tasks: &[&Task<String>]) -> String {
    let mut names: Vec<String> = tasks.iter().filter_map(|task| task.name()).map(|name| name.to_string()).collect();
    names.sort();
    if names.is_empty() { "none".to_owned() } else { names.join(" ") }
}

type Work = Pin<Box<dyn Future<Output = Result<String>>>>;

fn many<const N: usize>(works: [Work; N]) -> Vec<Task<String>> {
    works.into_iter().enumerate().map(|(number, work)| spawn(work, format!("work {number}"))).collect()
}

async fn tell(tasks: &[Task<String>], when: ReturnWhen, limit: Option<f64>) -> Result<()> {
    let all = wait(tasks, when);
    let waited = match limit {
        Some(limit) => all.within(secs(limit)).await,
        None => all.await,
    };
    let waited = waited.inspect_err(|_| print("wait cancelled"))?;
    print(format!("done {}, pending {}", names(&waited.done), names(&waited.pending)));
    Ok(())
}

fn three() -> [Task<String>; 3] {
    [("a", 2.0), ("b", 1.0), ("c", 3.0)].map(|(name, seconds)| spawn(nap(name, seconds), name))
}

async fn wait_for_all() -> Result<()> {
    tell(&three(), ReturnWhen::AllCompleted, None).await
}

async fn wait_for_the_first() -> Result<()> {
    let tasks = three();
    tell(&tasks, ReturnWhen::FirstCompleted, None).await?;
    tell(&tasks, ReturnWhen::AllCompleted, None).await
}

async fn wait_for_the_first_again_and_again() -> Result<()> {
    let tasks = three();
    tell(&tasks, ReturnWhen::FirstCompleted, None).await?;
    tell(&tasks, ReturnWhen::FirstCompleted, None).await?;
    let [a, _, c] = tasks;
    tell(&[a, c], ReturnWhen::AllCompleted, None).await
}

async fn wait_for_the_first_failure() -> Result<()> {
    let tasks = [spawn(nap("a", 1.0), "a"), spawn(fail("b", 2.0), "b"), spawn(nap("c", 3.0), "c")];
    tell(&tasks, ReturnWhen::FirstException, None).await
}

async fn wait_takes_no_cancellation_for_a_failure() -> Result<()> {
    let tasks = [spawn(nap("a", 3.0), "a"), spawn(nap("b", 2.0), "b")];
    let a = tasks[0].any();
    call_later(secs(1.0), move || {
        a.cancel();
    });
    tell(&tasks, ReturnWhen::FirstException, None).await
}

async fn wait_with_a_time_limit() -> Result<()> {
    let tasks = three();
    tell(&tasks, ReturnWhen::AllCompleted, Some(1.5)).await?;
    tell(&tasks, ReturnWhen::AllCompleted, None).await
}

async fn wait_with_a_limit_at_the_same_instant() -> Result<()> {
    let tasks = three();
    tell(&tasks, ReturnWhen::FirstCompleted, Some(1.0)).await?;
    tell(&tasks, ReturnWhen::AllCompleted, None).await
}

async fn wait_with_no_time_at_all() -> Result<()> {
    let other = spawn(nap("other", 0.0), "other");
    let tasks = three();
    tell(&tasks, ReturnWhen::AllCompleted, Some(0.0)).await?;
    other.await?;
    tell(&tasks, ReturnWhen::AllCompleted, None).await
}

async fn wait_for_what_is_over_takes_a_turn() -> Result<()> {
    let tasks = [spawn(nap("a", 0.0), "a")];
    sleep(secs(1.0)).await?;
    let other = spawn(nap("other", 0.0), "other");
    tell(&tasks, ReturnWhen::AllCompleted, None).await?;
    other.await.map(drop)
}

async fn wait_that_is_cancelled_leaves_the_tasks_alone() -> Result<()> {
    let tasks = Rc::new(three());
    let theirs = tasks.clone();
    let task = async move {
        tell(&*theirs, ReturnWhen::AllCompleted, None).await?;
        none()
    };
    let task = spawn(task, "task");
    sleep(secs(1.5)).await?;
    task.cancel();
    outcome("task", task).await?;
    tell(&*tasks, ReturnWhen::AllCompleted, None).await
}

async fn completed_within_a_limit() -> Result<()> {
    let tasks = many([Box::pin(nap("a", 1.0)), Box::pin(nap("b", 3.0)), Box::pin(nap("c", 4.0))]);
    for next in as_completed(&tasks).within(secs(2.0)) {
        outcome("next", next).await?;
    }
    print("over");
    tell(&tasks, ReturnWhen::AllCompleted, None).await
}

async fn completed_within_a_limit_that_does_not_pass() -> Result<()> {
    let tasks = many([Box::pin(nap("a", 1.0)), Box::pin(nap("b", 2.0))]);
    for next in as_completed(tasks).within(secs(9.0)) {
        outcome("next", next).await?;
    }
    nap("main", 10.0).await.map(drop)
}

async fn gather_returns_exceptions() -> Result<()> {
    let work = many([Box::pin(nap("a", 2.0)), Box::pin(fail("b", 1.0)), Box::pin(nap("c", 1.0))]);
    let results = gather(work).return_exceptions().await?;
    let told = results.into_iter().map(|result| result.unwrap_or_else(|error| error.to_string()));
    print(told.collect::<Vec<_>>().join(" | "));
    Ok(())
}

async fn gather_returns_cancellations() -> Result<()> {
    let a = spawn(nap("a", 2.0), "a");
    let handle = a.any();
    call_later(secs(1.0), move || {
        handle.cancel();
    });
    let work = many([Box::pin(nap("b", 3.0))]);
    let results = gather([a].into_iter().chain(work)).return_exceptions().await?;
    let cancelled = results[0].as_ref().is_err_and(interleave::aio::Error::is_cancelled);
    print(format!("{} {}", truth(cancelled), results[1].clone()?));
    Ok(())
}

async fn gather_that_returns_exceptions_can_be_cancelled() -> Result<()> {
    let work = async {
        let work = many([Box::pin(nap("a", 2.0)), Box::pin(stubborn("b", 3.0))]);
        gather(work).return_exceptions().await?;
        none()
    };
    let task = spawn(work, "task");
    sleep(secs(1.0)).await?;
    task.cancel();
    outcome("task", task).await.map(drop)
}

async fn calls_come_in_order() -> Result<()> {
    let other = spawn(nap("other", 0.0), "other");
    call_soon(|| print("soon"));
    call_later(secs(1.0), || print("later"));
    call_at(now() + secs(0.5), || print("at"));
    let never = call_soon(|| print("never"));
    let neither = call_later(secs(0.7), || print("neither"));
    never.cancel();
    neither.cancel();
    print("asked");
    sleep(secs(1.0)).await?;
    print("slept");
    other.await.map(drop)
}

async fn call_that_calls_and_spawns() -> Result<()> {
    let event = Event::new();
    let tasks = Rc::new(RefCell::new(Vec::new()));
    let (set, started) = (event.clone(), tasks.clone());
    call_later(secs(1.0), move || {
        print("called");
        started.borrow_mut().push(spawn(nap("a", 1.0), "a"));
        call_soon(|| print("called again"));
        set.set();
    });
    event.wait().await?;
    print("event");
    let task = tasks.borrow_mut().pop();
    match task {
        Some(task) => task.await.map(drop),
        None => Ok(()),
    }
}

cases! {
    wait_for_all,
    wait_for_the_first,
    wait_for_the_first_again_and_again,
    wait_for_the_first_failure,
    wait_takes_no_cancellation_for_a_failure,
    wait_with_a_time_limit,
    wait_with_a_limit_at_the_same_instant,
    wait_with_no_time_at_all,
    wait_for_what_is_over_takes_a_turn,
    wait_that_is_cancelled_leaves_the_tasks_alone,
    completed_within_a_limit,
    completed_within_a_limit_that_does_not_pass,
    gather_returns_exceptions,
    gather_returns_cancellations,
    gather_that_returns_exceptions_can_be_cancelled,
    calls_come_in_order,
    call_that_calls_and_spawns,
}
