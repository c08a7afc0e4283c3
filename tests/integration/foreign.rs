//! Combinators and channels of the `futures` crate, with our futures inside tasks.

use std::pin::pin;

use expect_test::expect;
use futures::channel::{mpsc, oneshot};
use futures::future::{Either, join_all, select, try_join_all};
use futures::stream::{self, FuturesUnordered};
use futures::{FutureExt, SinkExt, StreamExt, TryStreamExt, join};
use interleave::aio::trace::{TaskId, Trace, What};
use interleave::aio::{Error, Event, Promise, Result, Semaphore, gather, now, print, sleep, spawn, timeout, yield_now};
use interleave::host::virtual_time;

use crate::support::{nap, secs, story};

async fn after(seconds: f64) -> Result<f64> {
    sleep(secs(seconds)).await?;
    Ok(seconds)
}

/// What the main task waited for, in words.
fn waits(trace: &Trace) -> Vec<String> {
    let wait = |what| match what {
        What::Suspended(wait) => Some(trace.describe_wait(&wait)),
        _ => None,
    };
    trace.events().filter(|event| event.task == TaskId::MAIN).filter_map(|event| wait(event.what)).collect()
}

#[test]
fn many_of_our_futures_run_side_by_side_in_one_task() {
    let run = virtual_time::run(async {
        let few = join_all([2.0, 1.0, 3.0].map(after)).await;
        // Past thirty, only those are polled again that were woken.
        let many = join_all((0..100).map(|number| after(f64::from(number % 4)))).await;
        assert_eq!(many.iter().filter(|result| result.is_ok()).count(), 100);
        few.into_iter().collect::<Result<Vec<f64>>>()
    });
    assert_eq!(run.result, Some(Ok(vec![2.0, 1.0, 3.0])));
    assert_eq!(run.trace.until(), secs(6.0));
}

#[test]
fn our_futures_come_in_order_of_completion() {
    let run = virtual_time::run(async {
        let semaphore = Semaphore::new(1);
        let visit = async {
            let _place = semaphore.acquire().await?;
            after(0.5).await
        };
        let place = semaphore.try_acquire();
        let frees = async {
            sleep(secs(2.0)).await?;
            drop(place);
            Ok(2.25)
        };
        let task = spawn(after(1.5)).into_future();
        let sleeps = [2.0, 1.0, 3.0].map(|seconds| after(seconds).boxed_local());
        let others = [visit.boxed_local(), frees.boxed_local(), task.boxed_local()];
        let mut futures: FuturesUnordered<_> = sleeps.into_iter().chain(others).collect();
        let mut done = Vec::new();
        while let Some(result) = futures.next().await {
            done.push((now().as_secs_f64(), result?));
        }
        Ok(done)
    });
    let expected = vec![(1.0, 1.0), (1.5, 1.5), (2.0, 2.0), (2.0, 2.25), (2.5, 0.5), (3.0, 3.0)];
    assert_eq!(run.result, Some(Ok(expected)));
}

#[test]
fn a_request_to_stop_reaches_one_of_several_futures_that_are_polled_together() {
    let told = story(async {
        let both = spawn(async {
            let results = join_all([nap("a", 2.0), nap("b", 3.0)]).await;
            Ok(format!("{results:?}"))
        });
        let first = spawn(try_join_all([nap("c", 2.0), nap("d", 3.0)]));
        let selected = spawn(async {
            let Either::Left((result, _)) = select(pin!(nap("e", 2.0)), pin!(nap("f", 3.0))).await else {
                return Ok("f");
            };
            result
        });
        sleep(secs(1.0)).await?;
        for task in [both.any(), first.any(), selected.any()] {
            task.cancel();
        }
        print(format!("{:?}", first.await));
        print(format!("{:?}", selected.await));
        both.await
    });
    expect![[r#"
        0.0 a begins
        0.0 b begins
        0.0 c begins
        0.0 d begins
        0.0 e begins
        0.0 f begins
        1.0 a is cancelled
        1.0 c is cancelled
        1.0 e is cancelled
        1.0 Err(Cancelled)
        1.0 Err(Cancelled)
        3.0 b ends
        3.0 Some(Ok("[Err(Cancelled), Ok(\"b\")]"))
    "#]]
    .assert_eq(&told);
}

#[test]
fn a_request_to_stop_waits_until_a_combinator_polls_one_of_ours() {
    let told = story(async {
        let task = spawn(async {
            let futures: FuturesUnordered<_> = [nap("a", 2.0), nap("b", 3.0)].into_iter().collect();
            futures.try_collect::<Vec<_>>().await
        });
        sleep(secs(1.0)).await?;
        task.cancel();
        print(format!("{:?}", task.await));
        let slow: FuturesUnordered<_> = [nap("c", 2.0)].into_iter().collect();
        timeout(secs(1.0), slow.try_collect::<Vec<_>>()).await
    });
    expect![[r#"
        0.0 a begins
        0.0 b begins
        2.0 a is cancelled
        2.0 Err(Cancelled)
        2.0 c begins
        4.0 c is cancelled
        4.0 Some(Err(TimedOut))
    "#]]
    .assert_eq(&told);
}

#[test]
fn a_time_limit_around_futures_that_are_polled_together_is_kept() {
    let told = story(timeout(secs(1.0), try_join_all([nap("a", 2.0), nap("b", 3.0)])));
    expect![[r#"
        0.0 a begins
        0.0 b begins
        1.0 a is cancelled
        1.0 Some(Err(TimedOut))
    "#]]
    .assert_eq(&told);
}

#[test]
fn a_time_limit_beside_others_in_a_task_hits_its_own() {
    let told = story(async {
        let limited = || [timeout(secs(2.0), nap("a", 1.0)), timeout(secs(1.0), nap("b", 2.0))];
        print(format!("{:?}", stream::iter(limited()).buffer_unordered(2).collect::<Vec<_>>().await));
        Ok(join_all(limited()).await)
    });
    expect![[r#"
        0.0 a begins
        0.0 b begins
        1.0 a ends
        1.0 b is cancelled
        1.0 [Ok("a"), Err(TimedOut)]
        1.0 a begins
        1.0 b begins
        2.0 a ends
        2.0 b is cancelled
        2.0 Some(Ok([Ok("a"), Err(TimedOut)]))
    "#]]
    .assert_eq(&told);
}

#[test]
fn a_time_limit_beside_others_reaches_what_is_awaited_in_it() {
    let told = story(async {
        let child = timeout(secs(1.0), spawn(nap("child", 3.0)).named("child").into_future());
        let several =
            timeout(secs(2.0), async { gather([nap("one", 3.0), nap("other", 1.5)]).await.map(|names| names.len()) });
        let promised = timeout(secs(1.5), async {
            let promise = Promise::<u32>::new();
            promise.wait().await
        });
        let free = nap("free", 4.0);
        Ok(join!(child, several, promised, free))
    });
    expect![[r#"
        0.0 free begins
        0.0 child begins
        0.0 one begins
        0.0 other begins
        1.0 child is cancelled
        1.5 other ends
        2.0 one is cancelled
        4.0 free ends
        4.0 Some(Ok((Err(TimedOut), Err(TimedOut), Err(TimedOut), Ok("free"))))
    "#]]
    .assert_eq(&told);
}

#[test]
fn a_time_limit_inside_another_beside_others_is_kept() {
    let told = story(async {
        let inner = timeout(secs(3.0), timeout(secs(1.0), nap("inner", 2.0)));
        let outer = timeout(secs(1.0), timeout(secs(3.0), nap("outer", 2.0)));
        Ok(join!(inner, outer, nap("free", 2.0)))
    });
    expect![[r#"
        0.0 inner begins
        0.0 outer begins
        0.0 free begins
        1.0 inner is cancelled
        1.0 outer is cancelled
        2.0 free ends
        2.0 Some(Ok((Err(TimedOut), Err(TimedOut), Ok("free"))))
    "#]]
    .assert_eq(&told);
}

#[test]
fn a_time_limit_that_has_passed_unheard_is_none() {
    let told = story(async {
        let (sender, receiver) = oneshot::channel();
        let foreign = timeout(secs(1.0), async { receiver.await.map_err(|_| Error::raised("gone")) });
        let sending = async {
            sleep(secs(2.0)).await?;
            let _ = sender.send("sent");
            Result::Ok(())
        };
        Ok(join!(foreign, sending))
    });
    expect![[r#"
        2.0 Some(Ok((Ok("sent"), Ok(()))))
    "#]]
    .assert_eq(&told);
}

#[test]
fn channels_carry_values_between_tasks() {
    let told = story(async {
        let (mut sender, mut receiver) = mpsc::channel(0);
        let producer = spawn(async move {
            for number in 0..3 {
                sender.send(number).await.map_err(|error| Error::raised(error.to_string()))?;
                print(format!("sent {number}"));
            }
            Ok(())
        });
        let (answer, question) = oneshot::channel();
        let asks = spawn(async { question.await.map_err(|error| Error::raised(error.to_string())) });
        while let Some(number) = receiver.next().await {
            sleep(secs(1.0)).await?;
            print(format!("got {number}"));
        }
        producer.await?;
        let _ = answer.send("yes");
        asks.await
    });
    expect![[r#"
        0.0 sent 0
        1.0 got 0
        1.0 sent 1
        2.0 got 1
        2.0 sent 2
        3.0 got 2
        3.0 Some(Ok("yes"))
    "#]]
    .assert_eq(&told);
}

#[test]
fn a_task_that_waits_for_a_channel_alone_cannot_be_stopped_there() {
    let told = story(async {
        let (sender, receiver) = oneshot::channel();
        let task = spawn(async move {
            print(format!("{:?}", receiver.await));
            nap("after", 1.0).await
        });
        sleep(secs(1.0)).await?;
        task.cancel();
        sleep(secs(1.0)).await?;
        let _ = sender.send(7);
        task.await
    });
    expect![[r#"
        2.0 Ok(7)
        2.0 after begins
        2.0 after is cancelled
        2.0 Some(Err(Cancelled))
    "#]]
    .assert_eq(&told);
}

#[test]
fn a_channel_whose_other_end_waits_as_well_is_no_proof_of_a_deadlock() {
    let run = virtual_time::run(async {
        let (sender, receiver) = oneshot::channel::<()>();
        let never = Event::new();
        let holder = spawn(async move {
            never.wait().await?;
            drop(sender);
            Ok(())
        });
        let _ = receiver.await;
        holder.await
    });
    // Who holds the sender cannot be known.
    assert_eq!(run.trace.ended(), None);
}

#[test]
fn of_several_futures_the_trace_names_the_one_that_spoke_last() {
    let run = virtual_time::run(async {
        let event = Event::new().named("start");
        let (_sender, receiver) = oneshot::channel::<()>();
        let sets = spawn({
            let event = event.clone();
            async move {
                sleep(secs(1.0)).await?;
                event.set();
                Ok(())
            }
        });
        select(pin!(sleep(secs(5.0))), pin!(event.wait())).await;
        select(pin!(sleep(secs(1.0))), receiver).await;
        yield_now().await?;
        sets.await
    });
    assert_eq!(waits(&run.trace), ["the event start", "the clock, until 2.000", "its next turn"]);
}
