use std::pin::pin;

use expect_test::expect;
use futures::future::{Either, select};
use interleave::aio::trace::{Ending, What};
use interleave::aio::{Condition, Error, Event, Lock, print, sleep, spawn, yield_now};
use interleave::host::virtual_time;

use crate::support::{secs, story};

#[test]
fn dropping_a_wait_leaves_a_guard_that_holds_nothing() {
    let run = virtual_time::run(async {
        let condition = Condition::new();
        let mut guard = condition.acquire().await?;
        let Either::Left(_) = select(pin!(sleep(secs(1.0))), pin!(condition.wait(&mut guard))).await else {
            return Err(Error::raised("nobody has told it"));
        };
        assert!(!condition.is_locked());
        assert_eq!(condition.notify_all(&guard), Err(Error::raised("cannot notify on un-acquired lock")));
        assert_eq!(condition.wait(&mut guard).await, Err(Error::raised("cannot wait on un-acquired lock")));
        let other = condition.acquire().await?;
        drop(guard);
        Ok((condition.is_locked(), condition.notify(&other, 1)))
    });
    assert_eq!(run.result, Some(Ok((true, Ok(())))));
}

#[test]
fn dropping_a_wait_that_had_been_told_tells_the_next() {
    let told = story(async {
        let (condition, flag) = (Condition::new(), Event::new());
        let fickle = spawn({
            let (condition, flag) = (condition.clone(), flag.clone());
            async move {
                let mut guard = condition.acquire().await?;
                // The flag is looked at first: both have come when this is polled again.
                Ok(matches!(select(pin!(flag.wait()), pin!(condition.wait(&mut guard))).await, Either::Left(_)))
            }
        });
        let patient = spawn({
            let condition = condition.clone();
            async move {
                let mut guard = condition.acquire().await?;
                condition.wait(&mut guard).await?;
                print("patient goes on");
                Ok(())
            }
        });
        sleep(secs(1.0)).await?;
        condition.notify(&condition.acquire().await?, 1)?;
        flag.set();
        patient.await?;
        fickle.await
    });
    expect![[r#"
        1.0 patient goes on
        1.0 Some(Ok(true))
    "#]]
    .assert_eq(&told);
}

#[test]
fn dropping_a_wait_on_its_way_back_to_the_lock_tells_the_next_and_takes_no_lock() {
    let told = story(async {
        let (condition, flag) = (Condition::new(), Event::new());
        let fickle = spawn({
            let (condition, flag) = (condition.clone(), flag.clone());
            async move {
                let mut guard = condition.acquire().await?;
                Ok(matches!(select(pin!(flag.wait()), pin!(condition.wait(&mut guard))).await, Either::Left(_)))
            }
        });
        let patient = spawn({
            let condition = condition.clone();
            async move {
                let mut guard = condition.acquire().await?;
                condition.wait(&mut guard).await?;
                print("patient goes on");
                Ok(())
            }
        });
        sleep(secs(1.0)).await?;
        let guard = condition.acquire().await?;
        condition.notify(&guard, 1)?;
        sleep(secs(1.0)).await?;
        flag.set();
        print(format!("fickle {:?}", fickle.await));
        drop(guard);
        patient.await?;
        Ok(condition.is_locked())
    });
    expect![[r#"
        2.0 fickle Ok(true)
        2.0 patient goes on
        2.0 Some(Ok(false))
    "#]]
    .assert_eq(&told);
}

#[test]
fn a_guard_of_another_lock_is_refused_and_kept() {
    let run = virtual_time::run(async {
        let (condition, other) = (Condition::new(), Lock::new());
        let mut guard = other.acquire().await?;
        let refused = [
            condition.wait(&mut guard).await,
            condition.wait_for(&mut guard, || false).await,
            condition.notify(&guard, 1),
            condition.notify_all(&guard),
        ];
        Ok((refused.iter().all(Result::is_err), other.is_locked()))
    });
    assert_eq!(run.result, Some(Ok((true, true))));
}

#[test]
fn the_trace_says_whether_a_task_waits_to_be_told_or_for_the_lock() {
    let run = virtual_time::run(async {
        let condition = Condition::with_lock(Lock::new().named("door")).named("bell");
        let waiting = spawn({
            let condition = condition.clone();
            async move {
                let mut guard = condition.acquire().await?;
                condition.wait(&mut guard).await
            }
        });
        yield_now().await?;
        let guard = condition.acquire().await?;
        condition.notify_all(&guard)?;
        sleep(secs(1.0)).await?;
        drop(guard);
        waiting.await
    });
    let waits = run.trace.events().filter_map(|event| match event.what {
        What::Suspended(wait) if event.task.index() == 1 => Some(run.trace.describe_wait(&wait)),
        _ => None,
    });
    assert_eq!(waits.collect::<Vec<_>>(), ["the condition bell", "the lock door"]);
}

#[test]
fn whoever_waits_for_a_change_that_nobody_makes_is_deadlocked() {
    let run = virtual_time::run(async {
        let condition = Condition::new();
        let mut guard = condition.acquire().await?;
        condition.wait_for(&mut guard, || false).await
    });
    assert_eq!(run.trace.ended(), Some((secs(0.0), Ending::Deadlock)));
}
