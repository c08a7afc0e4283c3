use expect_test::expect;
use interleave::aio::{Error, Result, Task, gather, print, sleep, spawn, yield_now};

use crate::support::{Alive, nap, secs, story};

async fn fails(name: &'static str, seconds: f64) -> Result<&'static str> {
    sleep(secs(seconds)).await?;
    print(format!("{name} fails"));
    Err(Error::raised(format!("{name} failed")))
}

#[test]
fn results_stand_in_the_order_of_the_arguments() {
    let told = story(async { gather([nap("a", 2.0), nap("b", 3.0), nap("c", 1.0)]).await });
    expect![[r#"
        0.0 a begins
        0.0 b begins
        0.0 c begins
        1.0 c ends
        2.0 a ends
        3.0 b ends
        3.0 Some(Ok(["a", "b", "c"]))
    "#]]
    .assert_eq(&told);
}

#[test]
fn the_first_error_comes_at_once_while_the_others_go_on() {
    let told = story(async {
        let tasks = [spawn(nap("a", 3.0)), spawn(fails("b", 1.0)), spawn(fails("c", 2.0))];
        print(format!("{:?}", gather(tasks).await));
        sleep(secs(9.0)).await
    });
    expect![[r#"
        0.0 a begins
        1.0 b fails
        1.0 Err(Raised("b failed"))
        2.0 c fails
        3.0 a ends
        10.0 Some(Ok(()))
    "#]]
    .assert_eq(&told);
}

#[test]
fn a_gather_of_nothing_is_over_at_once() {
    let told = story(async {
        let other = spawn(nap("other", 0.0));
        let nothing: Vec<Task<()>> = Vec::new();
        print(format!("{:?}", gather(nothing).await?));
        other.await
    });
    expect![[r#"
        0.0 []
        0.0 other begins
        0.0 other ends
        0.0 Some(Ok("other"))
    "#]]
    .assert_eq(&told);
}

#[test]
fn tasks_are_taken_as_they_are_finished_or_not() {
    let told = story(async {
        let tasks = [spawn(nap("a", 0.5)).named("a"), spawn(nap("b", 2.0)).named("b")];
        sleep(secs(1.0)).await?;
        gather(tasks).await
    });
    expect![[r#"
        0.0 a begins
        0.0 b begins
        0.5 a ends
        2.0 b ends
        2.0 Some(Ok(["a", "b"]))
    "#]]
    .assert_eq(&told);
}

#[test]
fn the_tasks_begin_even_if_the_gather_is_awaited_late() {
    let told = story(async {
        let both = gather([nap("a", 1.0), nap("b", 1.0)]);
        nap("main", 2.0).await?;
        both.await
    });
    expect![[r#"
        0.0 main begins
        0.0 a begins
        0.0 b begins
        1.0 a ends
        1.0 b ends
        2.0 main ends
        2.0 Some(Ok(["a", "b"]))
    "#]]
    .assert_eq(&told);
}

#[test]
fn dropping_a_gather_lets_its_tasks_go_on() {
    let told = story(async {
        drop(gather([nap("a", 1.0)]));
        let waiting = gather([nap("b", 1.0)]);
        let waiting = spawn(async { waiting.await.map(drop) });
        yield_now().await?;
        drop(waiting);
        sleep(secs(2.0)).await
    });
    expect![[r#"
        0.0 a begins
        0.0 b begins
        1.0 a ends
        1.0 b ends
        2.0 Some(Ok(()))
    "#]]
    .assert_eq(&told);
}

#[test]
fn a_result_that_nobody_takes_is_freed_when_the_task_ends() {
    let alive = Alive::default();
    let given = alive.clone();
    let told = story(async move {
        let value = given.clone();
        drop(spawn(async move { Ok(value) }));
        let value = given.clone();
        let failed = gather([spawn(async move { Ok(value) }), spawn(async { Err(Error::raised("failed")) })]).await;
        print(format!("{}", failed.is_err()));
        yield_now().await?;
        // One is `given`, in this very task.
        Ok(given.clones() - 1)
    });
    expect![[r#"
        0.0 true
        0.0 Some(Ok(0))
    "#]]
    .assert_eq(&told);
    assert_eq!(alive.clones(), 0);
}

#[test]
fn a_gather_of_what_is_over_does_not_suspend() {
    // As in CPython from 3.12 on; 3.11 takes two turns.
    let told = story(async {
        let tasks = ["a", "b"].map(|name| spawn(nap(name, 0.0)));
        sleep(secs(1.0)).await?;
        drop(spawn(async {
            print("other");
            Ok(())
        }));
        print(gather(tasks).await?.concat());
        yield_now().await
    });
    expect![[r#"
        0.0 a begins
        0.0 b begins
        0.0 a ends
        0.0 b ends
        1.0 ab
        1.0 other
        1.0 Some(Ok(()))
    "#]]
    .assert_eq(&told);
}
