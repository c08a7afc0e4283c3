use std::cell::RefCell;
use std::rc::Rc;

use interleave::aio::{AnyTask, Error, Result, ReturnWhen, Task, current_task, gather, print, sleep, wait, yield_now};

use super::{cases, fail, nap, none, outcome, secs, spawn, truth};

async fn reason(name: &str, awaitable: impl IntoFuture<Output = Result<String>>) -> Result<()> {
    match awaitable.await {
        Ok(value) => print(format!("{name}: {value}")),
        Err(Error::Cancelled(message)) => {
            print(format!("{name} cancelled: {}", message.as_deref().unwrap_or("no reason")));
        }
        Err(other) => return Err(other),
    }
    Ok(())
}

async fn rest(seconds: f64) -> Result<String> {
    sleep(secs(seconds)).await?;
    none()
}

fn me() -> AnyTask {
    current_task().expect("inside a task")
}

async fn message_reaches_the_await() -> Result<()> {
    let work = async {
        reason("work", rest(2.0)).await?;
        none()
    };
    let task = spawn(work, "task");
    sleep(secs(1.0)).await?;
    task.cancel_with("enough");
    reason("main", task).await
}

async fn message_reaches_who_awaits_the_task() -> Result<()> {
    let task = spawn(nap("a", 2.0), "a");
    sleep(secs(1.0)).await?;
    task.cancel_with("enough");
    reason("main", task).await
}

async fn message_is_passed_on_to_the_child() -> Result<()> {
    let child = spawn(nap("child", 3.0), "child");
    let work = async {
        reason("work", child).await?;
        sleep(secs(1.0)).await?;
        Ok("worked".to_owned())
    };
    let task = spawn(work, "task");
    sleep(secs(1.0)).await?;
    task.cancel_with("enough");
    reason("main", task).await
}

async fn message_to_a_task_that_has_not_begun() -> Result<()> {
    let task = spawn(nap("a", 2.0), "a");
    task.cancel_with("too late");
    reason("main", task).await
}

async fn second_request_before_the_first_arrives() -> Result<()> {
    let work = async {
        reason("work", rest(2.0)).await?;
        reason("work", rest(2.0)).await?;
        none()
    };
    let task = spawn(work, "task");
    sleep(secs(1.0)).await?;
    let (first, second) = (task.cancel_with("first"), task.cancel_with("second"));
    print(format!("{} {} {}", truth(first), truth(second), task.cancelling()));
    reason("main", task).await
}

async fn message_through_gather() -> Result<()> {
    let work = async {
        gather(["a", "b"].map(|name| spawn(nap(name, 2.0), name))).await?;
        none()
    };
    let task = spawn(work, "task");
    sleep(secs(1.0)).await?;
    task.cancel_with("enough");
    reason("main", task).await
}

async fn message_of_what_was_cancelled_first() -> Result<()> {
    let task = spawn(nap("a", 2.0), "a");
    let awaited = task.clone();
    let work = async {
        reason("work", awaited).await?;
        none()
    };
    let waiter = spawn(work, "waiter");
    sleep(secs(1.0)).await?;
    task.cancel_with("first");
    yield_now().await?;
    print(format!("{} {}", truth(task.is_finished()), truth(waiter.cancel_with("second"))));
    reason("main", waiter).await
}

async fn message_of_the_last_of_those_gathered() -> Result<()> {
    for seconds in [[1, 3], [3, 1]] {
        let work = async move {
            let tasks = seconds.map(|seconds| {
                let name = format!("{seconds} s");
                spawn(nap(name.clone(), f64::from(seconds)), &name)
            });
            let gathered = gather(tasks).return_exceptions();
            reason("work", async { gathered.await.map(|_| String::new()) }).await?;
            none()
        };
        let task = spawn(work, "task");
        sleep(secs(2.0)).await?;
        task.cancel_with("enough");
        reason("main", task).await?;
    }
    Ok(())
}

async fn requests_are_counted() -> Result<()> {
    let work = async {
        if sleep(secs(5.0)).await.is_err() {
            print(format!("asked {}", me().cancelling()));
        }
        sleep(secs(1.0)).await?;
        print(format!("{} {} {}", me().uncancel(), me().uncancel(), me().cancelling()));
        Ok("done".to_owned())
    };
    let task = spawn(work, "task");
    print(task.cancelling());
    sleep(secs(1.0)).await?;
    task.cancel();
    sleep(secs(0.5)).await?;
    outcome("task", task).await.map(drop)
}

async fn name_of_the_current_task() -> Result<()> {
    let work = async {
        print(me().name().unwrap_or_default());
        me().rename("other");
        Ok(())
    };
    let task = spawn(work, "task");
    (&task).await?;
    let cancelled = task.error().is_some_and(|error| error.is_cancelled());
    print(format!("{} {} {}", task.name().unwrap_or_default(), truth(task.is_finished()), truth(cancelled)));
    Ok(())
}

async fn callbacks_come_in_order_after_those_who_wait() -> Result<()> {
    let task = spawn(nap("a", 1.0), "a");
    let waiter = |name: &'static str| {
        let task = task.clone();
        let wait = async move {
            print(format!("{name} gets {}", task.await?));
            none()
        };
        spawn(wait, name)
    };
    let first = waiter("first");
    yield_now().await?;
    task.on_done(|done| print(format!("called with {}", done.result().and_then(Result::ok).unwrap_or_default())));
    let second = waiter("second");
    yield_now().await?;
    task.on_done(|_| print("called again"));
    gather([first, second]).await?;
    task.on_done(|_| print("called late"));
    print("asked");
    yield_now().await
}

async fn callback_of_a_failure() -> Result<()> {
    let task = spawn(fail("a", 1.0), "a");
    task.on_done(|done| print(format!("called: {}", done.error().map_or_else(String::new, |error| error.to_string()))));
    outcome("a", task).await?;
    yield_now().await
}

async fn several_await_one_task() -> Result<()> {
    let task = spawn(fail("a", 1.0), "a");
    gather(["x", "y", "z"].map(|name| outcome(name, task.clone()))).await?;
    outcome("late", task).await.map(drop)
}

async fn one_of_several_who_await_a_task_is_cancelled() -> Result<()> {
    let task = spawn(nap("a", 2.0), "a");
    let [x, y] = ["x", "y"].map(|name| spawn(outcome(name, task.clone()), name));
    sleep(secs(1.0)).await?;
    x.cancel();
    gather([x, y]).return_exceptions().await.map(drop)
}

async fn gather_and_await_of_one_task() -> Result<()> {
    let task = spawn(nap("a", 1.0), "a");
    let other = task.clone();
    let gatherer = async move {
        let pause = interleave::aio::spawn(async { sleep(secs(0.5)).await.map(|()| "x".to_owned()) });
        print(format!("gathered {}", gather([task, pause]).await?.join(" ")));
        none()
    };
    let waiter = async move {
        print(format!("awaited {}", other.await?));
        none()
    };
    let tasks = [spawn(gatherer, "g"), spawn(waiter, "w")];
    wait(&tasks, ReturnWhen::AllCompleted).await.map(drop)
}

async fn task_cannot_await_itself() -> Result<()> {
    let own: Rc<RefCell<Option<Task<()>>>> = Rc::default();
    let its_own = own.clone();
    let task = spawn(
        async move {
            let own = its_own.borrow_mut().take();
            if let Some(own) = own
                && own.await.is_err()
            {
                print("refused");
            }
            Ok(())
        },
        "task",
    );
    *own.borrow_mut() = Some(task.clone());
    task.await
}

async fn awaiting_task_passes_a_request_on_and_hears_of_it() -> Result<()> {
    let b = spawn(nap("b", 2.0), "b");
    let other = b.clone();
    let a = spawn(
        async move {
            yield_now().await?;
            other.await.inspect_err(|_| print("1 cancelled"))
        },
        "a",
    );
    sleep(secs(1.0)).await?;
    a.cancel();
    wait(&[a, b], ReturnWhen::AllCompleted).await.map(drop)
}

cases! {
    message_reaches_the_await,
    message_reaches_who_awaits_the_task,
    message_is_passed_on_to_the_child,
    message_to_a_task_that_has_not_begun,
    second_request_before_the_first_arrives,
    message_through_gather,
    message_of_what_was_cancelled_first,
    message_of_the_last_of_those_gathered,
    requests_are_counted,
    name_of_the_current_task,
    callbacks_come_in_order_after_those_who_wait,
    callback_of_a_failure,
    several_await_one_task,
    one_of_several_who_await_a_task_is_cancelled,
    gather_and_await_of_one_task,
    task_cannot_await_itself,
    awaiting_task_passes_a_request_on_and_hears_of_it,
}
