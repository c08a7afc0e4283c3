use std::cell::Cell;
use std::future::poll_fn;
use std::pin::pin;
use std::rc::Rc;
use std::task::Poll;

use expect_test::expect;
use interleave::aio::trace::What;
use interleave::aio::{BoundedSemaphore, Result, Semaphore, gather, print, sleep, spawn, timeout, yield_now};
use interleave::host::virtual_time;

use crate::support::{secs, story};

async fn visit(name: &'static str, semaphore: Semaphore, seconds: f64) -> Result<()> {
    let _permit = semaphore.acquire().await?;
    print(format!("{name} enters"));
    sleep(secs(seconds)).await
}

#[test]
fn never_more_inside_than_the_limit() {
    let inside = Rc::new(Cell::new(0_usize));
    let most = Rc::new(Cell::new(0_usize));
    let counted = most.clone();
    let told = story(async move {
        let semaphore = Semaphore::new(3);
        let visits = (1..=10_u32).map(|number| {
            let (inside, most, semaphore) = (inside.clone(), counted.clone(), semaphore.clone());
            async move {
                let _permit = semaphore.acquire().await?;
                inside.set(inside.get() + 1);
                most.set(most.get().max(inside.get()));
                sleep(secs(f64::from(number % 4) / 10.0)).await?;
                inside.set(inside.get() - 1);
                Ok(())
            }
        });
        gather(visits).await?;
        Ok(semaphore.available())
    });
    assert_eq!(most.get(), 3);
    expect![[r#"
        0.6 Some(Ok(3))
    "#]]
    .assert_eq(&told);
}

#[test]
fn places_are_handed_over_in_the_order_of_arrival() {
    let told = story(async {
        let semaphore = Semaphore::new(1);
        gather(["a", "b", "c", "d"].map(|name| visit(name, semaphore.clone(), 1.0))).await
    });
    expect![[r#"
        0.0 a enters
        1.0 b enters
        2.0 c enters
        3.0 d enters
        4.0 Some(Ok([(), (), (), ()]))
    "#]]
    .assert_eq(&told);
}

#[test]
fn nobody_overtakes_a_waiter_that_has_been_granted_its_place() {
    let told = story(async {
        let semaphore = Semaphore::new(1);
        let permit = semaphore.acquire().await?;
        let waiting = spawn(visit("first in line", semaphore.clone(), 1.0));
        yield_now().await?;
        drop(permit);
        assert!(semaphore.try_acquire().is_none(), "the place is promised");
        visit("latecomer", semaphore, 1.0).await?;
        waiting.await
    });
    expect![[r#"
        0.0 first in line enters
        1.0 latecomer enters
        2.0 Some(Ok(()))
    "#]]
    .assert_eq(&told);
}

#[test]
fn a_spare_place_waits_until_those_before_have_entered() {
    let told = story(async {
        let semaphore = Semaphore::new(2);
        let permits = [semaphore.acquire().await?, semaphore.acquire().await?];
        let waiting = spawn(visit("first in line", semaphore.clone(), 1.0));
        yield_now().await?;
        drop(permits);
        assert_eq!(semaphore.available(), 1);
        assert!(semaphore.try_acquire().is_none(), "somebody is before us");
        visit("latecomer", semaphore, 1.0).await?;
        waiting.await
    });
    expect![[r#"
        0.0 first in line enters
        0.0 latecomer enters
        1.0 Some(Ok(()))
    "#]]
    .assert_eq(&told);
}

#[test]
fn dropping_a_waiter_releases_its_place() {
    let told = story(async {
        let semaphore = Semaphore::new(1);
        let permit = semaphore.acquire().await?;
        {
            // In line, then granted, then dropped without having looked.
            let mut waiter = pin!(semaphore.acquire());
            assert!(poll_fn(|cx| Poll::Ready(waiter.as_mut().poll(cx).is_pending())).await);
            drop(permit);
            assert_eq!(semaphore.available(), 0);
        }
        assert_eq!(semaphore.available(), 1);
        {
            // In line and dropped before its turn.
            let permit = semaphore.acquire().await?;
            let mut waiter = Box::pin(semaphore.acquire());
            assert!(poll_fn(|cx| Poll::Ready(waiter.as_mut().poll(cx).is_pending())).await);
            drop(waiter);
            drop(permit);
        }
        Ok(semaphore.available())
    });
    expect![[r#"
        0.0 Some(Ok(1))
    "#]]
    .assert_eq(&told);
}

#[test]
fn a_cancelled_waiter_that_had_just_been_granted_a_place_passes_it_on() {
    let told = story(async {
        let semaphore = Semaphore::new(1);
        let permit = semaphore.acquire().await?;
        let waiting = ["a", "b"].map(|name| spawn(visit(name, semaphore.clone(), 1.0)));
        yield_now().await?;
        drop(permit);
        waiting[0].cancel();
        for task in waiting {
            print(format!("{:?}", task.await));
        }
        Ok(semaphore.available())
    });
    expect![[r#"
        0.0 b enters
        0.0 Err(Cancelled)
        1.0 Ok(())
        1.0 Some(Ok(1))
    "#]]
    .assert_eq(&told);
}

#[test]
fn a_waiter_that_has_been_cancelled_is_not_granted_a_place() {
    let told = story(async {
        let semaphore = Semaphore::new(1);
        let permit = semaphore.acquire().await?;
        let waiting = ["a", "b"].map(|name| spawn(visit(name, semaphore.clone(), 1.0)));
        yield_now().await?;
        waiting[0].cancel();
        drop(permit);
        for task in waiting {
            print(format!("{:?}", task.await));
        }
        Ok(semaphore.available())
    });
    expect![[r#"
        0.0 b enters
        0.0 Err(Cancelled)
        1.0 Ok(())
        1.0 Some(Ok(1))
    "#]]
    .assert_eq(&told);
}

#[test]
fn a_wait_that_times_out_leaves_the_line() {
    let told = story(async {
        let semaphore = Semaphore::new(1);
        let inside = spawn(visit("inside", semaphore.clone(), 2.0));
        yield_now().await?;
        print(format!("{:?}", timeout(secs(1.0), visit("never", semaphore.clone(), 1.0)).await));
        visit("later", semaphore.clone(), 1.0).await?;
        inside.await?;
        Ok(semaphore.available())
    });
    expect![[r#"
        0.0 inside enters
        1.0 Err(TimedOut)
        2.0 later enters
        3.0 Some(Ok(1))
    "#]]
    .assert_eq(&told);
}

#[test]
fn a_failing_visitor_gives_its_place_back() {
    let told = story(async {
        let semaphore = Semaphore::new(1);
        let visitor = semaphore.clone();
        let failing = spawn(async move {
            let _permit = visitor.acquire().await?;
            Err::<(), _>(interleave::aio::Error::raised("failed inside"))
        });
        print(format!("{:?}", failing.await));
        visit("next", semaphore, 1.0).await
    });
    expect![[r#"
        0.0 Err(Raised("failed inside"))
        0.0 next enters
        1.0 Some(Ok(()))
    "#]]
    .assert_eq(&told);
}

#[test]
fn a_place_that_nobody_has_taken_cannot_be_given_back_to_a_bounded_semaphore() {
    let run = virtual_time::run(async {
        let semaphore = BoundedSemaphore::new(2).named("seats");
        semaphore.acquire().await?.forget();
        semaphore.release()?;
        let refused = semaphore.release();
        Ok((refused.is_err(), semaphore.available()))
    });
    assert_eq!(run.result, Some(Ok((true, 2))));
    let uses = run.trace.events().filter(|event| matches!(event.what, What::Used(..)));
    let uses: Vec<_> = uses.map(|event| run.trace.describe(&event.what)).collect();
    let [taken, given_back] = ["acquired", "released"].map(|did| format!("{did} the bounded semaphore seats"));
    assert_eq!(uses, [taken, given_back.clone(), given_back]);
}

#[test]
fn a_permit_whose_place_was_given_back_by_hand_adds_none_when_dropped() {
    let run = virtual_time::run(async {
        let semaphore = BoundedSemaphore::new(1);
        let permit = semaphore.acquire().await?;
        semaphore.release()?;
        drop(permit);
        let places = [semaphore.try_acquire(), semaphore.try_acquire()];
        Ok(places.each_ref().map(Option::is_some))
    });
    assert_eq!(run.result, Some(Ok([true, false])));
}
