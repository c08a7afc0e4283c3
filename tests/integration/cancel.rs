use std::cell::RefCell;
use std::future::poll_fn;
use std::rc::Rc;
use std::task::Poll;

use expect_test::expect;
use futures::channel::oneshot;
use interleave::aio::trace::{Canceller, TaskId, What};
use interleave::aio::{Error, Result, Task, gather, print, sleep, spawn, yield_now};
use interleave::host::virtual_time;

use crate::support::{nap, secs, story};

#[test]
fn a_cancellation_arrives_at_the_await_where_the_task_stands() {
    let told = story(async {
        let task = spawn(async {
            nap("first", 1.0).await?;
            nap("second", 1.0).await?;
            nap("third", 1.0).await
        });
        sleep(secs(1.5)).await?;
        assert!(task.cancel());
        task.await
    });
    expect![[r#"
        0.0 first begins
        1.0 first ends
        1.0 second begins
        1.5 second is cancelled
        1.5 Some(Err(Cancelled))
    "#]]
    .assert_eq(&told);
}

#[test]
fn cleaning_up_can_await() {
    let told = story(async {
        let task = spawn(async {
            let Err(cancelled) = nap("work", 5.0).await else { return Ok(()) };
            nap("cleanup", 1.0).await?;
            Err(cancelled)
        });
        sleep(secs(0.5)).await?;
        task.cancel();
        task.await
    });
    expect![[r#"
        0.0 work begins
        0.5 work is cancelled
        0.5 cleanup begins
        1.5 cleanup ends
        1.5 Some(Err(Cancelled))
    "#]]
    .assert_eq(&told);
}

#[test]
fn cancelled_before_it_starts_a_task_never_runs_a_line() {
    let told = story(async {
        let task = spawn(nap("task", 1.0));
        task.cancel();
        task.await
    });
    expect![[r#"
        0.0 Some(Err(Cancelled))
    "#]]
    .assert_eq(&told);
}

#[test]
fn a_cancellation_wins_over_a_result_that_arrived_unseen() {
    let told = story(async {
        let task = spawn(nap("task", 1.0));
        // Main's timer was set first, so it runs first, when the task's sleep is over as well.
        sleep(secs(1.0)).await?;
        task.cancel();
        task.await
    });
    expect![[r#"
        0.0 task begins
        1.0 task is cancelled
        1.0 Some(Err(Cancelled))
    "#]]
    .assert_eq(&told);
}

#[test]
fn an_awaiting_task_passes_the_request_on_to_its_child() {
    let told = story(async {
        let parent = spawn(async {
            let child = spawn(async {
                nap("child", 5.0).await.or_else(|_| {
                    print("child keeps it to itself");
                    Ok("value")
                })
            });
            let got = child.await?;
            print(format!("parent goes on with {got}"));
            Ok(got)
        });
        sleep(secs(1.0)).await?;
        parent.cancel();
        parent.await
    });
    expect![[r#"
        0.0 child begins
        1.0 child is cancelled
        1.0 child keeps it to itself
        1.0 parent goes on with value
        1.0 Some(Ok("value"))
    "#]]
    .assert_eq(&told);
}

#[test]
fn gather_passes_the_request_on_to_all_that_are_not_over() {
    let told = story(async {
        let parent = spawn(async { gather([nap("a", 0.5), nap("b", 2.0), nap("c", 3.0)]).await.map(drop) });
        sleep(secs(1.0)).await?;
        parent.cancel();
        parent.await
    });
    expect![[r#"
        0.0 a begins
        0.0 b begins
        0.0 c begins
        0.5 a ends
        1.0 b is cancelled
        1.0 c is cancelled
        1.0 Some(Err(Cancelled))
    "#]]
    .assert_eq(&told);
}

#[test]
fn gather_ends_cancelled_even_if_every_task_swallows_the_request() {
    let told = story(async {
        let stubborn = |name| async move { nap(name, 2.0).await.or(Ok(name)) };
        let parent = spawn(async move { gather([stubborn("a"), stubborn("b")]).await.map(drop) });
        sleep(secs(1.0)).await?;
        parent.cancel();
        parent.await
    });
    expect![[r#"
        0.0 a begins
        0.0 b begins
        1.0 a is cancelled
        1.0 b is cancelled
        1.0 Some(Err(Cancelled))
    "#]]
    .assert_eq(&told);
}

#[test]
fn a_gather_that_has_failed_leaves_the_others_alone_when_cancelled() {
    let told = story(async {
        let fails = async {
            sleep(secs(1.0)).await?;
            Err(Error::raised("failed"))
        };
        let tasks = [spawn(fails), spawn(nap("other", 2.0))];
        let parent = spawn(async { gather(tasks).await.map(drop) });
        sleep(secs(1.0)).await?;
        yield_now().await?;
        yield_now().await?;
        parent.cancel();
        print(format!("{:?}", parent.await));
        sleep(secs(5.0)).await
    });
    expect![[r#"
        0.0 other begins
        1.0 Err(Cancelled)
        2.0 other ends
        6.0 Some(Ok(()))
    "#]]
    .assert_eq(&told);
}

#[test]
fn a_swallowed_request_lets_the_task_return() {
    let told = story(async {
        let task = spawn(async { nap("task", 5.0).await.or(Ok("swallowed")) });
        sleep(secs(1.0)).await?;
        task.cancel();
        task.await
    });
    expect![[r#"
        0.0 task begins
        1.0 task is cancelled
        1.0 Some(Ok("swallowed"))
    "#]]
    .assert_eq(&told);
}

#[test]
fn one_request_is_delivered_once() {
    let told = story(async {
        let task = spawn(async {
            let first = nap("first", 5.0).await;
            print(format!("{first:?}"));
            nap("second", 1.0).await
        });
        sleep(secs(1.0)).await?;
        assert!(task.cancel());
        assert!(task.cancel(), "it has not seen the first request yet");
        task.await
    });
    expect![[r#"
        0.0 first begins
        1.0 first is cancelled
        1.0 Err(Cancelled)
        1.0 second begins
        2.0 second ends
        2.0 Some(Ok("second"))
    "#]]
    .assert_eq(&told);
}

#[test]
fn cancelling_a_finished_task_changes_nothing() {
    let told = story(async {
        let task = spawn(nap("task", 0.5));
        sleep(secs(1.0)).await?;
        assert!(task.is_finished());
        assert!(!task.cancel());
        task.await
    });
    expect![[r#"
        0.0 task begins
        0.5 task ends
        1.0 Some(Ok("task"))
    "#]]
    .assert_eq(&told);
}

/// A task that is given a way to reach itself.
async fn cancels_itself<F>(then: impl FnOnce() -> F + 'static) -> Result<Result<&'static str>>
where
    F: Future<Output = Result<&'static str>> + 'static,
{
    let (send, receive) = oneshot::channel::<Task<&'static str>>();
    let (hand_back, returned) = oneshot::channel();
    let task = spawn(async move {
        let task = receive.await.map_err(|_| Error::raised("no handle"))?;
        task.cancel();
        assert!(hand_back.send(task).is_ok());
        then().await
    });
    assert!(send.send(task).is_ok());
    let task = returned.await.map_err(|_| Error::raised("no handle"))?;
    Ok(task.await)
}

#[test]
fn a_task_that_cancels_itself_hears_of_it_at_its_next_await() {
    let told = story(cancels_itself(|| async {
        print("still here");
        nap("never over", 1.0).await
    }));
    expect![[r#"
        0.0 still here
        0.0 never over begins
        0.0 never over is cancelled
        0.0 Some(Ok(Err(Cancelled)))
    "#]]
    .assert_eq(&told);
}

#[test]
fn a_task_that_cancels_itself_and_returns_counts_as_cancelled() {
    let told = story(cancels_itself(|| async { Ok("value") }));
    expect![[r#"
        0.0 Some(Ok(Err(Cancelled)))
    "#]]
    .assert_eq(&told);
}

#[test]
fn a_task_that_cancels_itself_and_fails_has_failed() {
    let told = story(cancels_itself(|| async { Err(Error::raised("failed")) }));
    expect![[r#"
        0.0 Some(Ok(Err(Raised("failed"))))
    "#]]
    .assert_eq(&told);
}

#[test]
fn a_future_from_elsewhere_does_not_lose_the_request() {
    let told = story(async {
        let (send, receive) = oneshot::channel();
        let task = spawn(async {
            print(format!("{:?}", receive.await));
            nap("after", 1.0).await
        });
        sleep(secs(1.0)).await?;
        task.cancel();
        yield_now().await?;
        assert!(send.send("from elsewhere").is_ok());
        task.await
    });
    expect![[r#"
        1.0 Ok("from elsewhere")
        1.0 after begins
        1.0 after is cancelled
        1.0 Some(Err(Cancelled))
    "#]]
    .assert_eq(&told);
}

#[test]
fn a_spurious_poll_does_not_end_a_sleep() {
    let told = story(async {
        let mut sleep = Box::pin(sleep(secs(1.0)));
        let mut polls = 0;
        poll_fn(move |cx| {
            polls += 1;
            if polls < 5 {
                cx.waker().wake_by_ref();
            }
            match sleep.as_mut().poll(cx) {
                Poll::Ready(result) => Poll::Ready(result.map(|()| polls)),
                Poll::Pending => Poll::Pending,
            }
        })
        .await
    });
    expect![[r#"
        1.0 Some(Ok(6))
    "#]]
    .assert_eq(&told);
}

#[test]
fn the_trace_says_who_asked_and_where_it_arrived() {
    let run = virtual_time::run(async {
        let task = spawn(nap("task", 5.0));
        sleep(secs(1.0)).await?;
        task.cancel();
        task.await
    });
    let of_task = |what: &What| run.trace.events().find(|event| event.task == TaskId(1) && event.what == *what);
    let asked = of_task(&What::CancelRequested(Canceller::Task(TaskId::MAIN))).expect("main asked");
    let arrived = of_task(&What::CancelDelivered).expect("it arrived");
    assert_eq!((asked.at, arrived.at), (secs(1.0), secs(1.0)));
    assert!(arrived.site.expect("its line is known").file.ends_with("support.rs"));
}

#[test]
fn a_cancellation_goes_to_what_was_said_last_to_be_waited_for() {
    let run = virtual_time::run(async {
        let parent = spawn(async {
            let child = spawn(nap("child", 5.0));
            let (joined, yielded) = futures::future::join(child.into_future(), yield_now()).await;
            yielded?;
            joined.map(drop)
        });
        yield_now().await?;
        parent.cancel();
        parent.await
    });
    assert_eq!(run.result, Some(Err(Error::Cancelled(None))));
    let asked = run.trace.events().filter_map(|event| match event.what {
        What::CancelRequested(by) => Some((event.task, by)),
        _ => None,
    });
    // The yield was last: its task hears of it, and the child only of the end of the run.
    assert_eq!(
        asked.collect::<Vec<_>>(),
        [(TaskId(1), Canceller::Task(TaskId::MAIN)), (TaskId(2), Canceller::Shutdown)]
    );
}

#[test]
fn a_task_that_asks_itself_to_stop_stops_itself_and_not_what_it_waited_for_before() {
    let told = story(async {
        let me = Rc::new(RefCell::new(None::<Task<()>>));
        let task = spawn({
            let me = me.clone();
            async move {
                let child = spawn(nap("child", 1.0)).into_future();
                drop(futures::future::select(child, std::future::ready(())).await);
                assert!(me.borrow().as_ref().is_some_and(|me| me.cancel()));
                let stopped = sleep(secs(2.0)).await;
                print(format!("{stopped:?}"));
                stopped
            }
        });
        me.borrow_mut().replace(task);
        sleep(secs(3.0)).await?;
        me.take();
        Ok(())
    });
    let expected = ["0.0 child begins", "0.0 Err(Cancelled)", "1.0 child ends", "3.0 Some(Ok(()))"];
    assert_eq!(told.lines().collect::<Vec<_>>(), expected);
}
