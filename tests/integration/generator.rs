use std::pin::pin;

use expect_test::expect;
use futures::future::{Either, join, select};
use futures::{StreamExt, TryStreamExt};
use interleave::aio::trace::{TaskId, Wait, What};
use interleave::aio::{Error, Generator, Result, generator, print, sleep, spawn};
use interleave::host::virtual_time;

use crate::support::{Alive, OnDrop, secs, story};

fn numbers(count: u32) -> Generator<u32> {
    generator(move |numbers| async move {
        for number in 0..count {
            sleep(secs(1.0)).await?;
            numbers.emit(number).await?;
        }
        Ok(())
    })
}

#[test]
fn a_generator_is_a_stream_that_ends_after_an_error() {
    let run = virtual_time::run(async {
        let doubled: Vec<u32> = numbers(3).map_ok(|number| 2 * number).try_collect().await?;
        let failing = generator(|numbers| async move {
            numbers.emit(1).await?;
            Err(Error::raised("no more"))
        });
        Ok((doubled, failing.collect::<Vec<Result<u32>>>().await))
    });
    assert_eq!(run.result, Some(Ok((vec![0, 2, 4], vec![Ok(1), Err(Error::raised("no more"))]))));
    assert_eq!(run.trace.until(), secs(3.0));
}

#[test]
fn giving_up_on_a_value_leaves_it_to_the_next_who_asks() {
    let told = story(async {
        let numbers = numbers(2);
        let gave_up = matches!(select(pin!(sleep(secs(0.5))), pin!(numbers.next())).await, Either::Left(_));
        print(gave_up);
        print(format!("{:?}", numbers.next().await));
        let mut stream = numbers.clone();
        let gave_up = matches!(select(pin!(sleep(secs(0.5))), StreamExt::next(&mut stream)).await, Either::Left(_));
        print(gave_up);
        drop(stream);
        print(format!("{:?}", numbers.next().await));
        numbers.next().await
    });
    expect![[r#"
        0.5 true
        1.0 Ok(Some(0))
        1.5 true
        2.0 Ok(Some(1))
        2.0 Some(Ok(None))
    "#]]
    .assert_eq(&told);
}

#[test]
fn closing_a_body_that_stands_at_an_await_reaches_it_at_its_next_emit() {
    let told = story(async {
        let numbers = numbers(2);
        let gave_up = matches!(select(pin!(sleep(secs(0.5))), pin!(numbers.next())).await, Either::Left(_));
        print(gave_up);
        print(format!("{:?}", numbers.aclose().await));
        numbers.next().await
    });
    expect![[r#"
        0.5 true
        1.0 Ok(())
        1.0 Some(Ok(None))
    "#]]
    .assert_eq(&told);
}

#[test]
fn dropping_a_generator_drops_its_body_where_it_stands() {
    let told = story(async {
        let alive = Alive::default();
        let held = alive.clone();
        let letters = generator(|letters| async move {
            let _gone = OnDrop(|| print("dropped"));
            let ended = letters.emit("a").await;
            drop(held);
            print("never");
            ended
        });
        print(format!("{:?}", letters.next().await));
        let second = letters.clone();
        drop(letters);
        print(format!("{} alive", alive.clones()));
        drop(second);
        Ok(alive.clones())
    });
    expect![[r#"
        0.0 Ok(Some("a"))
        0.0 1 alive
        0.0 dropped
        0.0 Some(Ok(0))
    "#]]
    .assert_eq(&told);
}

#[test]
fn what_a_body_awaits_is_awaited_by_whoever_asks() {
    let run = virtual_time::run(async {
        let numbers = numbers(2);
        let first = numbers.clone();
        spawn(async move { first.next().await }).await?;
        numbers.next().await
    });
    let sleepers = run.trace.events().filter_map(|event| match event.what {
        What::Suspended(Wait::Sleep { .. }) => Some(event.task),
        _ => None,
    });
    assert_eq!(sleepers.collect::<Vec<_>>(), [TaskId(1), TaskId::MAIN]);
}

#[test]
fn emits_at_once_take_turns() {
    let run = virtual_time::run(async {
        let letters = generator(|letters| async move {
            let (a, b) = join(letters.emit("a"), letters.emit("b")).await;
            a.and(b)
        });
        let mut got = Vec::new();
        while let Some(letter) = letters.next().await? {
            got.push(letter);
        }
        Ok(got)
    });
    assert_eq!(run.result, Some(Ok(vec!["a", "b"])));
}

#[test]
fn closing_something_that_is_over_does_nothing() {
    let run = virtual_time::run(async {
        let numbers = numbers(0);
        let ended = (numbers.next().await, numbers.aclose().await, numbers.aclose().await);
        Ok((ended, numbers.next().await))
    });
    assert_eq!(run.result, Some(Ok(((Ok(None), Ok(()), Ok(())), Ok(None)))));
}
