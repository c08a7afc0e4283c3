use expect_test::expect;
use interleave::aio::{Error, as_completed, print, sleep, spawn, timeout};

use crate::support::{nap, secs, story};

#[test]
fn each_answer_comes_as_soon_as_it_is_there() {
    let told = story(async {
        for earliest in as_completed([nap("a", 2.0), nap("b", 3.0), nap("c", 1.0)]) {
            print(format!("got {}", earliest.await?));
        }
        Ok(())
    });
    expect![[r#"
        0.0 a begins
        0.0 b begins
        0.0 c begins
        1.0 c ends
        1.0 got c
        2.0 a ends
        2.0 got a
        3.0 b ends
        3.0 got b
        3.0 Some(Ok(()))
    "#]]
    .assert_eq(&told);
}

#[test]
fn answers_wait_for_whoever_is_slow_to_ask() {
    let told = story(async {
        for earliest in as_completed([nap("a", 2.0), nap("b", 1.0)]) {
            sleep(secs(5.0)).await?;
            print(format!("got {}", earliest.await?));
        }
        Ok(())
    });
    expect![[r#"
        0.0 a begins
        0.0 b begins
        1.0 b ends
        2.0 a ends
        5.0 got b
        10.0 got a
        10.0 Some(Ok(()))
    "#]]
    .assert_eq(&told);
}

#[test]
fn an_error_comes_in_its_turn_and_the_others_after_it() {
    let told = story(async {
        let fails = async {
            sleep(secs(1.0)).await?;
            Err(Error::raised("failed"))
        };
        for earliest in as_completed([spawn(nap("a", 2.0)), spawn(fails)]) {
            print(format!("got {:?}", earliest.await));
        }
        Ok(())
    });
    expect![[r#"
        0.0 a begins
        1.0 got Err(Raised("failed"))
        2.0 a ends
        2.0 got Ok("a")
        2.0 Some(Ok(()))
    "#]]
    .assert_eq(&told);
}

#[test]
fn a_waiter_that_gave_up_does_not_take_the_wake_up_of_the_next() {
    let told = story(async {
        let mut answers = as_completed([nap("a", 1.0), nap("b", 9.0)]);
        let waits = |name: &'static str, limit, answer: Option<interleave::aio::NextCompleted<_>>| async move {
            let Some(answer) = answer else { return Ok(()) };
            let got = timeout(secs(limit), answer).await;
            print(format!("{name} got {got:?}"));
            Ok(())
        };
        let first = spawn(waits("first", 0.5, answers.next()));
        let second = spawn(waits("second", 2.0, answers.next()));
        first.await?;
        second.await
    });
    expect![[r#"
        0.0 a begins
        0.0 b begins
        0.5 first got Err(TimedOut)
        1.0 a ends
        1.0 second got Ok("a")
        1.0 b is cancelled
        1.0 Some(Ok(()))
    "#]]
    .assert_eq(&told);
}

#[test]
fn a_limit_on_one_answer_leaves_the_tasks_alone() {
    let told = story(async {
        let mut answers = as_completed([nap("a", 2.0)]);
        let Some(answer) = answers.next() else { return Ok(()) };
        print(format!("{:?}", timeout(secs(1.0), answer).await));
        assert!(answers.next().is_none());
        sleep(secs(5.0)).await
    });
    expect![[r#"
        0.0 a begins
        1.0 Err(TimedOut)
        2.0 a ends
        6.0 Some(Ok(()))
    "#]]
    .assert_eq(&told);
}
