use std::pin::pin;

use expect_test::expect;
use futures::future::{Either, select};
use interleave::aio::trace::{Ending, Trace, What};
use interleave::aio::{
    Error, Event, Lock, Queue, Result, TryGetError, TryPutError, gather, now, print, sleep, spawn, timeout, yield_now,
};
use interleave::host::virtual_time;

use crate::support::{secs, story};

/// What tasks waited for, in words.
fn waits(trace: &Trace) -> Vec<String> {
    let wait = |what| match what {
        What::Suspended(wait) => Some(trace.describe_wait(&wait)),
        _ => None,
    };
    trace.events().filter_map(|event| wait(event.what)).collect()
}

#[test]
fn dropping_a_wait_for_a_lock_whose_turn_had_come_lets_the_next_one_in() {
    let told = story(async {
        let lock = Lock::new();
        let held = lock.acquire().await?;
        let flag = Event::new();
        let fickle = spawn({
            let (lock, flag) = (lock.clone(), flag.clone());
            async move {
                // The flag is looked at first: both are there when this is polled again.
                match select(pin!(flag.wait()), pin!(lock.acquire())).await {
                    Either::Left(_) => print("fickle does without"),
                    Either::Right(_) => print("fickle enters"),
                }
                Ok(())
            }
        });
        let patient = spawn({
            let lock = lock.clone();
            async move {
                let _guard = lock.acquire().await?;
                print("patient enters");
                Ok(())
            }
        });
        sleep(secs(1.0)).await?;
        drop(held);
        flag.set();
        fickle.await?;
        patient.await?;
        Ok(lock.is_locked())
    });
    expect![[r#"
        1.0 fickle does without
        1.0 patient enters
        1.0 Some(Ok(false))
    "#]]
    .assert_eq(&told);
}

#[test]
fn dropping_a_wait_for_an_item_that_had_come_leaves_it_to_the_next_one() {
    let told = story(async {
        let queue = Queue::new();
        let flag = Event::new();
        let fickle = spawn({
            let (queue, flag): (Queue<u32>, _) = (queue.clone(), flag.clone());
            async move { Ok(matches!(select(pin!(flag.wait()), pin!(queue.get())).await, Either::Left(_))) }
        });
        let patient = spawn({
            let queue = queue.clone();
            async move {
                let item = queue.get().await?;
                print(format!("patient gets {item}"));
                Ok(())
            }
        });
        sleep(secs(1.0)).await?;
        queue.put(7).await?;
        flag.set();
        patient.await?;
        fickle.await
    });
    expect![[r#"
        1.0 patient gets 7
        1.0 Some(Ok(true))
    "#]]
    .assert_eq(&told);
}

#[test]
fn a_lock_is_free_again_when_its_holder_fails_or_is_cancelled() {
    let run = virtual_time::run(async {
        let lock = Lock::new();
        let fails = |lock: Lock| async move {
            let _guard = lock.acquire().await?;
            Err::<(), _>(Error::raised("no"))
        };
        let sleeps = |lock: Lock| async move {
            let _guard = lock.acquire().await?;
            sleep(secs(9.0)).await
        };
        assert_eq!(spawn(fails(lock.clone())).await, Err(Error::raised("no")));
        assert!(!lock.is_locked());
        assert_eq!(timeout(secs(1.0), sleeps(lock.clone())).await, Err(Error::TimedOut));
        let guard = lock.try_acquire();
        Ok((guard.is_some(), lock.is_locked()))
    });
    assert_eq!(run.result, Some(Ok((true, true))));
}

#[test]
fn a_held_lock_cannot_be_tried_and_neither_can_one_that_others_wait_for() {
    let run = virtual_time::run(async {
        let lock = Lock::new();
        let held = lock.try_acquire();
        assert!(held.is_some() && lock.try_acquire().is_none());
        let waiting = spawn({
            let lock = lock.clone();
            async move { lock.acquire().await.map(drop) }
        });
        yield_now().await?;
        drop(held);
        assert!(!lock.is_locked() && lock.try_acquire().is_none());
        waiting.await?;
        Ok(lock.try_acquire().is_some())
    });
    assert_eq!(run.result, Some(Ok(true)));
}

#[test]
fn two_tasks_that_hold_what_the_other_wants_are_deadlocked() {
    let run = virtual_time::run(async {
        let (left, right) = (Lock::new().named("left"), Lock::new().named("right"));
        let both = |first: Lock, second: Lock| async move {
            let _first = first.acquire().await?;
            sleep(secs(1.0)).await?;
            let _second = second.acquire().await?;
            Ok(())
        };
        gather([both(left.clone(), right.clone()), both(right, left)]).await
    });
    assert_eq!(run.trace.ended(), Some((secs(1.0), Ending::Deadlock)));
    assert_eq!(waits(&run.trace)[3..], ["the lock right", "the lock left"]);
}

#[test]
fn the_trace_says_for_what_of_a_queue_and_for_which_event_a_task_waits() {
    let run = virtual_time::run(async {
        let queue = Queue::bounded(1).named("mail");
        let start = Event::new().named("start");
        let reader = spawn({
            let (queue, start): (Queue<u32>, _) = (queue.clone(), start.clone());
            async move {
                start.wait().await?;
                for _ in 0..3 {
                    queue.get().await?;
                    queue.task_done();
                }
                Ok(())
            }
        });
        yield_now().await?;
        queue.put(1).await?;
        start.set();
        queue.put(2).await?;
        sleep(secs(1.0)).await?;
        queue.put(3).await?;
        queue.join().await?;
        reader.await?;
        Event::new().wait().await
    });
    let told = waits(&run.trace);
    let expected = [
        "its next turn",
        "the event start",
        "room in the queue mail",
        "an item of the queue mail",
        "the clock, until 1.000",
        "an item of the queue mail",
        "the end of all work of the queue mail",
        "an event",
    ];
    assert_eq!(told, expected);
}

#[test]
fn what_is_left_in_a_queue_that_was_shut_down_can_still_be_taken() {
    let run = virtual_time::run(async {
        let queue = Queue::new();
        queue.put(1).await?;
        queue.shut_down();
        assert_eq!(queue.try_put(2), Err(TryPutError::ShutDown(2)));
        assert_eq!(queue.put(3).await, Err(Error::QueueShutDown));
        assert_eq!(queue.get().await, Ok(1));
        assert_eq!(queue.try_get(), Err(TryGetError::ShutDown));
        queue.get().await
    });
    assert_eq!(run.result, Some(Err(Error::QueueShutDown)));
}

#[test]
fn shutting_down_a_queue_ends_every_wait_for_it_at_once() {
    let run = virtual_time::run(async {
        let (empty, full) = (Queue::<u32>::new(), Queue::bounded(1));
        full.put(1).await?;
        let waits = |wait: std::pin::Pin<Box<dyn Future<Output = Result<()>>>>| {
            spawn(async move {
                let ended = wait.await;
                Ok((ended, now()))
            })
        };
        let get = {
            let empty = empty.clone();
            async move { empty.get().await.map(drop) }
        };
        let tasks = [waits(Box::pin(get)), waits(Box::pin(full.put(2))), waits(Box::pin(full.join()))];
        sleep(secs(1.0)).await?;
        empty.shut_down();
        full.shut_down_now();
        assert!(full.is_empty() && full.is_shut_down());
        gather(tasks).await
    });
    let (at, over) = (secs(1.0), Err(Error::QueueShutDown));
    assert_eq!(run.result, Some(Ok(vec![(over.clone(), at), (over, at), (Ok(()), at)])));
}

#[test]
fn more_work_done_than_there_was_is_refused() {
    let run = virtual_time::run(async {
        let queue = Queue::new();
        queue.put(()).await?;
        Ok([queue.task_done(), queue.task_done()])
    });
    assert_eq!(run.result, Some(Ok([true, false])));
}
