use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;

use expect_test::expect;
use interleave::aio::{Error, print, sleep, spawn, timeout, wait_for};

use crate::support::{ByHand, nap, secs, story};

#[test]
fn a_limit_that_passes_turns_the_cancellation_into_a_timeout() {
    let told = story(timeout(secs(1.0), nap("slow", 2.0)));
    expect![[r#"
        0.0 slow begins
        1.0 slow is cancelled
        1.0 Some(Err(TimedOut))
    "#]]
    .assert_eq(&told);
    let told = story(wait_for(nap("slow", 2.0), secs(1.0)));
    expect![[r#"
        0.0 slow begins
        1.0 slow is cancelled
        1.0 Some(Err(TimedOut))
    "#]]
    .assert_eq(&told);
}

#[test]
fn a_limit_that_does_not_pass_is_not_felt() {
    let told = story(timeout(secs(2.0), nap("quick", 1.0)));
    expect![[r#"
        0.0 quick begins
        1.0 quick ends
        1.0 Some(Ok("quick"))
    "#]]
    .assert_eq(&told);
}

#[test]
fn cleaning_up_may_outlast_the_limit() {
    let told = story(timeout(secs(1.0), async {
        let Err(cancelled) = nap("work", 5.0).await else { return Ok(()) };
        nap("cleanup", 3.0).await?;
        Err(cancelled)
    }));
    expect![[r#"
        0.0 work begins
        1.0 work is cancelled
        1.0 cleanup begins
        4.0 cleanup ends
        4.0 Some(Err(TimedOut))
    "#]]
    .assert_eq(&told);
}

#[test]
fn a_future_that_swallows_the_request_gives_its_value() {
    let told = story(timeout(secs(1.0), async { nap("stubborn", 5.0).await.or(Ok("all the same")) }));
    expect![[r#"
        0.0 stubborn begins
        1.0 stubborn is cancelled
        1.0 Some(Ok("all the same"))
    "#]]
    .assert_eq(&told);
}

#[test]
fn of_nested_limits_the_one_that_passed_times_out() {
    let nested = |outer, inner| async move {
        let inner = async move {
            let result = timeout(secs(inner), nap("work", 9.0)).await;
            print(format!("inner: {result:?}"));
            result
        };
        let result = timeout(secs(outer), inner).await;
        print(format!("outer: {result:?}"));
        Ok(())
    };
    expect![[r#"
        0.0 work begins
        1.0 work is cancelled
        1.0 inner: Err(TimedOut)
        1.0 outer: Err(TimedOut)
        1.0 Some(Ok(()))
    "#]]
    .assert_eq(&story(nested(2.0, 1.0)));
    expect![[r#"
        0.0 work begins
        1.0 work is cancelled
        1.0 inner: Err(Cancelled)
        1.0 outer: Err(TimedOut)
        1.0 Some(Ok(()))
    "#]]
    .assert_eq(&story(nested(1.0, 2.0)));
    expect![[r#"
        0.0 work begins
        1.0 work is cancelled
        1.0 inner: Err(Cancelled)
        1.0 outer: Err(TimedOut)
        1.0 Some(Ok(()))
    "#]]
    .assert_eq(&story(nested(1.0, 1.0)));
}

#[test]
fn a_limit_does_not_hide_that_somebody_else_cancelled() {
    let told = story(async {
        let task = spawn(timeout(secs(2.0), async {
            let Err(cancelled) = nap("work", 9.0).await else { return Ok(()) };
            // The limit passes during this.
            nap("cleanup", 5.0).await?;
            Err(cancelled)
        }));
        sleep(secs(1.0)).await?;
        task.cancel();
        task.await
    });
    expect![[r#"
        0.0 work begins
        1.0 work is cancelled
        1.0 cleanup begins
        2.0 cleanup is cancelled
        2.0 Some(Err(Cancelled))
    "#]]
    .assert_eq(&told);
}

#[test]
fn a_result_that_arrives_at_the_same_instant_comes_too_late() {
    let told = story(async {
        let task = spawn(nap("task", 1.0));
        print(format!("{:?}", timeout(secs(1.0), task).await));
        timeout(secs(1.0), nap("in place", 1.0)).await
    });
    expect![[r#"
        0.0 task begins
        1.0 task is cancelled
        1.0 Err(TimedOut)
        1.0 in place begins
        2.0 in place is cancelled
        2.0 Some(Err(TimedOut))
    "#]]
    .assert_eq(&told);
}

#[test]
fn no_timer_is_left_behind() {
    let host = std::rc::Rc::new(ByHand::default());
    let (aio, _main) = interleave::aio::Aio::start(host.clone(), async {
        timeout(secs(9.0), sleep(secs(1.0))).await?;
        // The timeout is over, but has not been dropped.
        let mut kept = pin!(timeout(secs(5.0), sleep(secs(1.0))));
        poll_fn(|cx| kept.as_mut().poll(cx)).await?;
        futures::future::pending::<()>().await;
        Ok(())
    });
    host.play(&aio, secs(2.0));
    assert_eq!(host.wanted.get(), Some(interleave::aio::When::Never));
}

#[test]
fn dropping_a_timeout_withdraws_its_limit() {
    let told = story(async {
        let mut limited = Box::pin(timeout(secs(1.0), nap("dropped", 9.0)));
        poll_fn(|cx| {
            assert!(limited.as_mut().poll(cx).is_pending());
            Poll::Ready(())
        })
        .await;
        drop(limited);
        nap("after", 3.0).await
    });
    expect![[r#"
        0.0 dropped begins
        0.0 after begins
        3.0 after ends
        3.0 Some(Ok("after"))
    "#]]
    .assert_eq(&told);
}

#[test]
fn an_error_of_its_own_passes_through() {
    let told = story(timeout(secs(1.0), async { Err::<(), _>(Error::raised("broken")) }));
    expect![[r#"
        0.0 Some(Err(Raised("broken")))
    "#]]
    .assert_eq(&told);
}
