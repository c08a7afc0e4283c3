use std::pin::pin;

use expect_test::expect;
use futures::future::{Either, select};
use interleave::aio::trace::{ResourceKind, Wait, What};
use interleave::aio::{Barrier, gather, print, sleep, spawn};
use interleave::host::virtual_time;

use crate::support::{secs, story};

#[test]
fn dropping_a_party_that_waits_makes_the_others_wait_on() {
    let told = story(async {
        let barrier = Barrier::new(2);
        let gone = matches!(select(pin!(sleep(secs(1.0))), pin!(barrier.wait())).await, Either::Left(_));
        print(format!("gone {gone}, {} left", barrier.waiting()));
        let party = |barrier: Barrier| async move { barrier.wait().await };
        let first = spawn(party(barrier.clone()));
        sleep(secs(1.0)).await?;
        print(format!("{} waits", barrier.waiting()));
        print(format!("last {:?}", barrier.wait().await));
        first.await
    });
    expect![[r#"
        1.0 gone true, 0 left
        2.0 1 waits
        2.0 last Ok(1)
        2.0 Some(Ok(0))
    "#]]
    .assert_eq(&told);
}

#[test]
fn dropping_a_party_on_its_way_out_lets_the_newcomers_in() {
    let told = story(async {
        let barrier = Barrier::new(2);
        let fickle = spawn({
            let barrier = barrier.clone();
            async move {
                // The sleep is looked at first: both are over when this is polled again.
                Ok(matches!(select(pin!(sleep(secs(1.0))), pin!(barrier.wait())).await, Either::Left(_)))
            }
        });
        sleep(secs(1.0)).await?;
        barrier.wait().await?;
        print(format!("fickle {:?}", fickle.await));
        let party = |barrier: Barrier| async move { barrier.wait().await };
        gather([party(barrier.clone()), party(barrier)]).await
    });
    expect![[r#"
        1.0 fickle Ok(true)
        1.0 Some(Ok([0, 1]))
    "#]]
    .assert_eq(&told);
}

#[test]
fn the_trace_says_that_a_party_waits_for_the_barrier_and_knows_nothing_of_its_inside() {
    let run = virtual_time::run(async {
        let barrier = Barrier::new(2).named("start");
        let first = spawn({
            let barrier = barrier.clone();
            async move { barrier.wait().await }
        });
        sleep(secs(1.0)).await?;
        barrier.wait().await?;
        first.await
    });
    let [resource] = run.trace.resources() else { panic!("only the barrier: {:?}", run.trace.resources()) };
    assert_eq!((resource.kind, resource.limit), (ResourceKind::Barrier, Some(2)));
    let waits = run.trace.events().filter_map(|event| match event.what {
        What::Suspended(wait @ Wait::Resource(_)) => Some(run.trace.describe_wait(&wait)),
        _ => None,
    });
    assert_eq!(waits.collect::<Vec<_>>(), ["the barrier start"]);
}

#[test]
#[should_panic(expected = "parties must be >= 1")]
fn a_barrier_for_nobody_is_refused() {
    let _ = Barrier::new(0);
}
