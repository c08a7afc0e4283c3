use std::cell::RefCell;
use std::future::poll_fn;
use std::rc::Rc;
use std::task::{Poll, Waker};

use expect_test::expect;
use futures::StreamExt;
use futures::future::join;
use futures::stream::FuturesUnordered;
use interleave::aio::trace::{TaskId, What};
use interleave::aio::{Aio, Error, Semaphore, When, blocking_sleep, gather, print, sleep, spawn, yield_now};
use interleave::host::virtual_time;

use crate::support::{ByHand, secs, story};

#[test]
fn ready_tasks_run_first_in_first_out() {
    let told = story(async {
        let steps = |name: &'static str| async move {
            for step in 1..=3 {
                print(format!("{name}{step}"));
                yield_now().await?;
            }
            Ok(())
        };
        gather(["a", "b", "c"].map(steps)).await
    });
    expect![[r#"
        0.0 a1
        0.0 b1
        0.0 c1
        0.0 a2
        0.0 b2
        0.0 c2
        0.0 a3
        0.0 b3
        0.0 c3
        0.0 Some(Ok([(), (), ()]))
    "#]]
    .assert_eq(&told);
}

#[test]
fn equal_deadlines_fire_in_the_order_in_which_they_were_set() {
    let told = story(async {
        let naps = |name: &'static str, naps: &'static [f64]| async move {
            for nap in naps {
                sleep(secs(*nap)).await?;
            }
            print(name);
            Ok(())
        };
        // "split" sets its second timer when the others have long set theirs.
        gather([naps("split", &[0.1, 0.2]), naps("first", &[0.3]), naps("second", &[0.3])]).await
    });
    expect![[r#"
        0.3 first
        0.3 second
        0.3 split
        0.3 Some(Ok([(), (), ()]))
    "#]]
    .assert_eq(&told);
}

#[test]
fn timers_that_come_due_together_fire_by_deadline_not_by_age() {
    let told = story(async {
        let nap = |name: &'static str, seconds| async move {
            sleep(secs(seconds)).await?;
            print(name);
            Ok(())
        };
        let naps = gather([nap("2", 2.0), nap("1", 1.0), nap("3", 3.0)]);
        yield_now().await?;
        blocking_sleep(secs(5.0));
        naps.await
    });
    expect![[r#"
        5.0 1
        5.0 2
        5.0 3
        5.0 Some(Ok([(), (), ()]))
    "#]]
    .assert_eq(&told);
}

#[test]
fn a_task_that_is_woken_twice_runs_once() {
    let run = virtual_time::run(async {
        let mut polls = 0;
        let counting = spawn(poll_fn(move |cx| {
            polls += 1;
            if polls == 1 {
                cx.waker().wake_by_ref();
                cx.waker().wake_by_ref();
                return Poll::Pending;
            }
            Poll::Ready(Ok(polls))
        }));
        for _ in 0..5 {
            yield_now().await?;
        }
        counting.await
    });
    assert_eq!(run.result, Some(Ok(2)));
    let ran = run.trace.events().filter(|event| event.task == TaskId(1) && event.what == What::Running).count();
    assert_eq!(ran, 2);
}

#[test]
fn a_spawned_task_first_runs_when_its_creator_awaits() {
    let told = story(async {
        let task = spawn(async {
            print("task runs");
            Ok(())
        });
        print("creator goes on");
        blocking_sleep(secs(1.0));
        print("creator awaits");
        task.await
    });
    expect![[r#"
        0.0 creator goes on
        1.0 creator awaits
        1.0 task runs
        1.0 Some(Ok(()))
    "#]]
    .assert_eq(&told);
}

#[test]
fn a_future_that_is_not_awaited_does_nothing() {
    let told = story(async {
        let never = async {
            print("never");
            sleep(secs(1.0)).await
        };
        drop(never);
        drop(sleep(secs(9.0)));
        Ok(())
    });
    expect![[r#"
        0.0 Some(Ok(()))
    "#]]
    .assert_eq(&told);
}

#[test]
fn what_a_turn_makes_ready_runs_in_the_next_turn_even_before_time_moves_on() {
    let told = story(async {
        let chain = async {
            for link in 1..=3 {
                spawn(async { yield_now().await }).await?;
                print(format!("link {link}"));
            }
            Ok(())
        };
        let timer = async {
            sleep(secs(0.1)).await?;
            print("timer");
            Ok(())
        };
        let (chain, timer) = (spawn(chain), spawn(timer));
        timer.await?;
        chain.await
    });
    expect![[r#"
        0.0 link 1
        0.0 link 2
        0.0 link 3
        0.1 timer
        0.1 Some(Ok(()))
    "#]]
    .assert_eq(&told);
}

#[test]
fn a_task_that_yields_goes_to_the_end_of_the_queue_as_it_stands_when_its_step_is_over() {
    let told = story(async {
        let gate = Semaphore::new(1);
        let held = gate.acquire().await?;
        let woken = spawn(async move {
            let _place = gate.acquire().await?;
            print("woken in the step that yields");
            Ok(())
        });
        yield_now().await?;
        let opens = async {
            drop(held);
            Ok(())
        };
        let (yielded, opened) = join(yield_now(), opens).await;
        print("yielded");
        yielded.and(opened)?;
        woken.await
    });
    expect![[r#"
        0.0 woken in the step that yields
        0.0 yielded
        0.0 Some(Ok(()))
    "#]]
    .assert_eq(&told);
}

#[test]
fn a_yield_inside_a_combinator_with_wakers_of_its_own_is_polled_again() {
    let told = story(async {
        let steps = |name: &'static str, steps: usize| async move {
            for _ in 0..steps {
                yield_now().await?;
            }
            print(name);
            Ok(name)
        };
        let mut all: FuturesUnordered<_> =
            [("three", 3), ("one", 1), ("two", 2)].map(|(name, n)| steps(name, n)).into_iter().collect();
        let mut order = Vec::new();
        while let Some(name) = all.next().await {
            order.push(name?);
        }
        Ok(order)
    });
    expect![[r#"
        0.0 one
        0.0 two
        0.0 three
        0.0 Some(Ok(["one", "two", "three"]))
    "#]]
    .assert_eq(&told);
}

#[test]
fn a_waker_that_was_kept_wakes_its_own_task_however_many_ran_since() {
    let told = story(async {
        let kept: Rc<RefCell<Vec<Waker>>> = Rc::default();
        let keeper = |name: &'static str| {
            let kept = kept.clone();
            let mut waited = false;
            async move {
                poll_fn(|cx| {
                    if std::mem::replace(&mut waited, true) {
                        return Poll::Ready(());
                    }
                    kept.borrow_mut().push(cx.waker().clone());
                    Poll::Pending
                })
                .await;
                print(name);
                Ok(())
            }
        };
        let tasks = ["a", "b", "c"].map(|name| spawn(keeper(name)));
        let others = (0..5).map(|_| spawn(async { yield_now().await }));
        gather(others).await?;
        let wakers = kept.take();
        assert!(!wakers[0].will_wake(&wakers[1]));
        for place in [2, 0, 1] {
            wakers[place].wake_by_ref();
            yield_now().await?;
        }
        gather(tasks).await
    });
    expect![[r#"
        0.0 c
        0.0 a
        0.0 b
        0.0 Some(Ok([(), (), ()]))
    "#]]
    .assert_eq(&told);
}

#[test]
fn a_task_that_yields_beside_another_wait_is_polled_again_for_its_yield() {
    let told = story(async {
        let gate = Semaphore::new(1);
        let held = gate.acquire().await?;
        let yields = async {
            yield_now().await?;
            print("yielded");
            drop(held);
            Ok::<_, Error>(())
        };
        let (yielded, entered) = join(yields, gate.acquire()).await;
        yielded?;
        drop(entered?);
        let slow = async {
            sleep(secs(1.0)).await?;
            print("slept");
            Ok::<_, Error>(())
        };
        let (yielded, slept) = join(async { yield_now().await.map(|()| print("yielded too")) }, slow).await;
        yielded.and(slept)
    });
    expect![[r#"
        0.0 yielded
        0.0 yielded too
        1.0 slept
        1.0 Some(Ok(()))
    "#]]
    .assert_eq(&told);
}

#[test]
fn a_task_that_wakes_itself_in_its_last_poll_ends_once_and_keeps_its_result() {
    let run = virtual_time::run(async {
        let task = spawn(poll_fn(|cx| {
            cx.waker().wake_by_ref();
            Poll::Ready(Ok(7))
        }));
        yield_now().await?;
        yield_now().await?;
        task.await
    });
    assert_eq!(run.result, Some(Ok(7)));
    let ends = run.trace.events().filter(|event| matches!(event.what, What::Finished(_))).count();
    assert_eq!(ends, run.trace.task_count());
}

#[test]
fn a_sleep_in_a_long_turn_is_never_early() {
    let clock = Rc::new(ByHand::default());
    let late = Rc::new(RefCell::new(Vec::new()));
    let main = {
        let (clock, late) = (clock.clone(), late.clone());
        async move {
            let busy = |number: u32| {
                let (clock, late) = (clock.clone(), late.clone());
                async move {
                    // Most take next to nothing, so that polls come to share readings of the clock; then some take long.
                    if number > 900 {
                        clock.now.set(clock.now.get() + secs(0.008));
                    }
                    let began = clock.now.get();
                    sleep(secs(0.005)).await?;
                    late.borrow_mut().push(clock.now.get().checked_sub(began + secs(0.005)));
                    Ok(())
                }
            };
            gather((0..1000).map(busy)).await
        }
    };
    let (aio, _task) = Aio::start(clock.clone(), main);
    while let Some(when) = clock.wanted.take() {
        match when {
            When::Soon => {}
            When::At(deadline) => clock.now.set(deadline.max(clock.now.get())),
            When::Never => break,
        }
        aio.turn();
    }
    let late = late.borrow();
    assert_eq!(late.len(), 1000);
    assert!(late.iter().all(Option::is_some), "{} are early", late.iter().filter(|late| late.is_none()).count());
}
