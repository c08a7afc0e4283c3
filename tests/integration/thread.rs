use expect_test::expect;
use interleave::aio::trace::{Wait, What};
use interleave::aio::{Error, blocking_sleep, gather, print, sleep, spawn, timeout, to_thread, yield_now};
use interleave::host::virtual_time;

use crate::support::{nap, secs, story};

#[test]
fn a_blocking_call_holds_up_everybody() {
    let told = story(async {
        let other = spawn(nap("other", 1.0));
        yield_now().await?;
        blocking_sleep(secs(3.0));
        print("main is back");
        other.await
    });
    expect![[r#"
        0.0 other begins
        3.0 main is back
        3.0 other ends
        3.0 Some(Ok("other"))
    "#]]
    .assert_eq(&told);
}

#[test]
fn a_blocking_call_in_a_thread_holds_up_nobody() {
    let told = story(async {
        let other = spawn(nap("other", 1.0));
        let answer = to_thread(|| {
            blocking_sleep(secs(1.0));
            blocking_sleep(secs(2.0));
            Ok("answer")
        })
        .await?;
        print("main is back");
        other.await?;
        Ok(answer)
    });
    expect![[r#"
        0.0 other begins
        1.0 other ends
        3.0 main is back
        3.0 Some(Ok("answer"))
    "#]]
    .assert_eq(&told);
}

#[test]
fn threads_block_side_by_side() {
    let told = story(async {
        let call = |seconds| async move {
            to_thread(move || {
                blocking_sleep(secs(seconds));
                Ok(seconds)
            })
            .await
        };
        gather([call(2.0), call(1.0), call(2.0)]).await
    });
    expect![[r#"
        2.0 Some(Ok([2.0, 1.0, 2.0]))
    "#]]
    .assert_eq(&told);
}

#[test]
fn an_error_in_a_thread_arrives_when_the_call_is_over() {
    let told = story(to_thread(|| {
        blocking_sleep(secs(1.0));
        Err::<(), _>(Error::raised("broken"))
    }));
    expect![[r#"
        1.0 Some(Err(Raised("broken")))
    "#]]
    .assert_eq(&told);
}

#[test]
fn giving_up_on_a_thread_leaves_no_timer_behind() {
    let told = story(async {
        let call = to_thread(|| {
            blocking_sleep(secs(9.0));
            Ok(())
        });
        print(format!("{:?}", timeout(secs(1.0), call).await));
        Ok(())
    });
    expect![[r#"
        1.0 Err(TimedOut)
        1.0 Some(Ok(()))
    "#]]
    .assert_eq(&told);
}

#[test]
fn a_call_that_does_not_block_comes_back_in_a_later_turn() {
    let told = story(async {
        let other = spawn(async {
            print("other runs");
            Ok(())
        });
        to_thread(|| Ok(())).await?;
        print("main is back");
        other.await
    });
    expect![[r#"
        0.0 other runs
        0.0 main is back
        0.0 Some(Ok(()))
    "#]]
    .assert_eq(&told);
}

#[test]
fn the_trace_tells_blocking_from_waiting_for_a_thread() {
    let run = virtual_time::run(async {
        sleep(secs(0.5)).await?;
        blocking_sleep(secs(1.0));
        to_thread(|| {
            blocking_sleep(secs(2.0));
            Ok(())
        })
        .await
    });
    let at = |what: &What| run.trace.events().find(|event| event.what == *what).map(|event| event.at);
    assert_eq!(at(&What::Blocked(secs(1.0))), Some(secs(1.5)));
    assert_eq!(at(&What::Suspended(Wait::Thread { until: secs(3.5) })), Some(secs(1.5)));
    assert_eq!(run.trace.until(), secs(3.5));
}
