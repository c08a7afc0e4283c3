//! What must hold whatever a program does.

use std::cell::{Cell, RefCell};
use std::future::poll_fn;
use std::rc::Rc;
use std::task::{Poll, Waker};

use interleave::aio::trace::{Ending, Outcome, TaskId, Trace, Wait, What};
use interleave::aio::{
    Aio, Error, Event, Lock, Options, Promise, Queue, Result, ReturnWhen, Semaphore, call_soon, gather, print, shield,
    sleep, spawn, task_group, timeout, to_thread, wait, yield_now,
};
use interleave::host::virtual_time::{self, run_with};

use crate::support::{Alive, ByHand, OnDrop, nap, prints, secs, story};

#[test]
fn a_panic_is_its_tasks_failure_and_the_others_go_on() {
    let story = story(async {
        let lock = Lock::new();
        let theirs = lock.clone();
        let broken = spawn(async move {
            let _guard = theirs.acquire().await?;
            sleep(secs(1.0)).await?;
            assert!(theirs.try_acquire().is_some(), "nobody may hold it");
            Ok(())
        });
        let other = spawn(nap("other", 2.0));
        print(format!("{:?}", broken.await));
        print(if lock.is_locked() { "locked" } else { "free" });
        other.await
    });
    assert_eq!(
        story,
        "0.0 other begins\n1.0 Err(Panicked(\"nobody may hold it\"))\n1.0 free\n2.0 other ends\n2.0 Some(Ok(\"other\"))\n"
    );
}

#[test]
fn a_panic_of_main_is_told_and_ends_the_run() {
    let run = virtual_time::run::<_, ()>(async {
        drop(spawn(nap("left", 5.0)));
        sleep(secs(1.0)).await?;
        panic!("no main");
    });
    assert_eq!(run.result, Some(Err(Error::Panicked("no main".to_owned()))));
    assert_eq!(run.trace.ended(), Some((secs(1.0), Ending::Finished)));
    assert!(prints(&run.trace).contains(&"1.0 left is cancelled".to_owned()));
}

#[test]
fn a_destructor_that_panics_with_its_task_takes_nobody_else_along() {
    let run = virtual_time::run(async {
        let broken = spawn(async {
            let _bomb = OnDrop(|| assert!(std::thread::panicking(), "a second panic"));
            sleep(secs(1.0)).await?;
            Ok(())
        });
        (&broken).await.map_err(|error| Error::raised(format!("it says {error}")))
    });
    assert_eq!(run.result, Some(Err(Error::raised("it says panicked: a second panic"))));
}

async fn unlucky() -> Result<()> {
    sleep(secs(1.0)).await?;
    panic!("no luck")
}

#[test]
fn a_group_with_a_panic_fails_like_any_other() {
    let run = virtual_time::run(task_group(|group| async move {
        drop(group.spawn(unlucky()));
        sleep(secs(5.0)).await
    }));
    assert_eq!(run.result, Some(Err(Error::Group(vec![Error::Panicked("no luck".to_owned())]))));
    assert_eq!(run.trace.until(), secs(1.0));
}

/// Uses everything at once; each task holds a clone of `alive`, and wakers end up in `wakers`.
async fn everything(alive: Alive, wakers: Rc<RefCell<Vec<Waker>>>) -> Result<()> {
    let (lock, event, semaphore, queue) = (Lock::new(), Event::new(), Semaphore::new(1), Queue::bounded(1));
    let promise = Promise::new();
    let job = |number: u32| {
        let (alive, wakers, lock, event) = (alive.clone(), wakers.clone(), lock.clone(), event.clone());
        let (semaphore, queue, promise): (_, Queue<u32>, Promise<u32>) =
            (semaphore.clone(), queue.clone(), promise.clone());
        async move {
            let alive = alive;
            let guard = lock.acquire().await?;
            sleep(secs(0.1)).await?;
            drop(guard);
            let _permit = semaphore.acquire().await?;
            if number == 2 {
                promise.set_result(7);
                event.set();
            }
            queue.put(number).await?;
            let mut polled = false;
            poll_fn(|cx| {
                wakers.borrow_mut().push(cx.waker().clone());
                if std::mem::replace(&mut polled, true) {
                    return Poll::Ready(());
                }
                cx.waker().wake_by_ref();
                Poll::Pending
            })
            .await;
            timeout(secs(0.3), yield_now()).await?;
            to_thread(|| Ok(())).await?;
            drop(alive);
            Ok(number)
        }
    };
    let tasks: Vec<_> = (0..3).map(|number| spawn(job(number))).collect();
    let held = alive.clone();
    tasks[0].on_done(move |_| drop(held));
    let shielded = shield(&tasks[1]);
    wait(&tasks, ReturnWhen::FirstCompleted).within(secs(0.2)).await?;
    for _ in 0..3 {
        queue.get().await?;
    }
    promise.wait().await?;
    event.wait().await?;
    shielded.await?;
    gather(tasks).await.map(drop)
}

#[test]
fn a_run_that_is_dropped_at_any_step_leaves_nothing_behind() {
    let mut steps = 0;
    loop {
        let (alive, host) = (Alive::default(), Rc::new(ByHand::default()));
        let wakers: Rc<RefCell<Vec<Waker>>> = Rc::default();
        let (aio, main) = Aio::start(host.clone(), everything(alive.clone(), wakers.clone()));
        for _ in 0..steps {
            host.step(&aio);
        }
        let is_over = aio.ended().is_some();
        drop((aio, main));
        assert_eq!(alive.clones(), 0, "after {steps} steps");
        assert_eq!(Rc::strong_count(&host), 1, "after {steps} steps");
        let requests = host.requests.get();
        for waker in wakers.take() {
            waker.wake_by_ref();
            let clone = waker.clone();
            clone.wake();
            waker.wake();
        }
        assert_eq!(host.requests.get(), requests, "after {steps} steps");
        if is_over {
            break;
        }
        steps += 1;
    }
    assert!(steps > 30, "{steps}");
}

#[test]
fn single_steps_do_what_whole_turns_do() {
    let told = |single_steps: bool| {
        let host = Rc::new(ByHand::default());
        let (aio, _main) = Aio::start(host.clone(), everything(Alive::default(), Rc::default()));
        while aio.ended().is_none() {
            if single_steps { host.step(&aio) } else { host.play(&aio, secs(9.0)) }
        }
        aio.trace(Trace::to_string)
    };
    assert_eq!(told(true), told(false));
}

#[test]
fn what_is_to_be_called_when_main_ends_is_called_in_single_steps_too() {
    let host = Rc::new(ByHand::default());
    let (aio, _main) = Aio::start(host.clone(), async {
        call_soon(|| print("called"));
        call_soon(|| print("called as well"));
        Ok(())
    });
    while aio.ended().is_none() {
        host.step(&aio);
    }
    assert_eq!(aio.trace(prints), ["0.0 called", "0.0 called as well"]);
}

#[test]
fn a_step_polls_one_task_at_most() {
    let host = Rc::new(ByHand::default());
    let (aio, _main) = Aio::start(host.clone(), async {
        for name in ["a", "b", "c"] {
            drop(spawn(nap(name, 1.0)));
        }
        sleep(secs(2.0)).await
    });
    let running = |aio: &Aio| aio.trace(|trace| trace.events().filter(|event| event.what == What::Running).count());
    let mut before = 0;
    while aio.ended().is_none() {
        host.step(&aio);
        assert!(running(&aio) <= before + 1);
        before = running(&aio);
    }
    assert_eq!(before, 8);
}

#[test]
fn a_waker_can_be_used_from_another_thread() {
    let host = Rc::new(ByHand::default());
    let kept: Rc<RefCell<Option<Waker>>> = Rc::default();
    let keep = kept.clone();
    let (aio, mut main) = Aio::start(host.clone(), async move {
        let mut polled = false;
        poll_fn(|cx| {
            *keep.borrow_mut() = Some(cx.waker().clone());
            if std::mem::replace(&mut polled, true) { Poll::Ready(()) } else { Poll::Pending }
        })
        .await;
        Ok(())
    });
    host.play(&aio, secs(1.0));
    assert_eq!(aio.ended(), None, "somebody has a waker");
    let waker = kept.take();
    std::thread::spawn(move || waker.expect("it was polled").wake()).join().expect("no panic");
    aio.turn();
    host.play(&aio, secs(1.0));
    assert_eq!(main.try_result(), Some(Ok(())));
    // A run that is gone is woken for nothing.
    let waker = kept.take();
    drop((aio, main));
    std::thread::spawn(move || waker.into_iter().for_each(Waker::wake)).join().expect("no panic");
}

#[test]
fn a_task_that_wakes_itself_for_ever_is_stopped_and_named() {
    let options = Options { turns_at_once: 50, ..Options::default() };
    let alive = Alive::default();
    let held = alive.clone();
    let run = run_with(options, async move {
        sleep(secs(1.0)).await?;
        let spin = async move {
            poll_fn(|cx| {
                cx.waker().wake_by_ref();
                assert_eq!(held.clones(), 1);
                Poll::<Result<()>>::Pending
            })
            .await
        };
        spawn(spin).named("spin").await
    });
    let (at, how) = run.trace.ended().expect("it is over");
    assert_eq!(at, secs(1.0));
    let Ending::Runaway(task) = how else { panic!("{how:?}") };
    assert_eq!(&*run.trace.name(task), "spin");
    assert_eq!(alive.clones(), 0);
}

#[test]
fn many_turns_are_no_runaway_as_long_as_time_passes() {
    let options = Options { turns_at_once: 5, ..Options::default() };
    let run = run_with(options, async {
        for _ in 0..1000 {
            sleep(secs(0.001)).await?;
        }
        Ok(())
    });
    assert_eq!(run.result, Some(Ok(())));
}

#[test]
fn a_task_that_awaits_itself_is_told_so() {
    let own: Rc<RefCell<Option<interleave::aio::Task<()>>>> = Rc::default();
    let its_own = own.clone();
    let run = virtual_time::run(async move {
        let task = spawn(async move {
            let own = its_own.borrow_mut().take();
            own.expect("set before it runs").await
        });
        *own.borrow_mut() = Some(task.clone());
        task.await
    });
    assert_eq!(run.result, Some(Err(Error::raised("a task cannot await itself"))));
    assert!(run.trace.events().any(|event| event.task == TaskId(1) && event.what == What::AwaitedItself));
}

/// Two tasks that await each other, and a third that awaits them both.
async fn circle() -> Result<()> {
    let slots: Rc<[Cell<Option<interleave::aio::Task<()>>>; 2]> = Rc::default();
    let one = |other: usize| {
        let slots = slots.clone();
        async move { slots[other].take().expect("set before they run").await }
    };
    let (a, b) = (spawn(one(1)).named("a"), spawn(one(0)).named("b"));
    slots[0].set(Some(a.clone()));
    slots[1].set(Some(b.clone()));
    gather([a, b]).await.map(drop)
}

#[test]
fn a_circle_of_awaits_is_a_deadlock() {
    let run = virtual_time::run(circle());
    assert_eq!(run.trace.ended(), Some((secs(0.0), Ending::Deadlock)));
}

#[test]
fn a_circle_of_awaits_can_be_cancelled() {
    let run = virtual_time::run(timeout(secs(1.0), circle()));
    assert_eq!(run.result, Some(Err(Error::TimedOut)));
    let ended =
        |task| run.trace.events().any(|event| event.task == task && event.what == What::Finished(Outcome::Cancelled));
    assert!(ended(TaskId(1)) && ended(TaskId(2)));
}

#[test]
fn a_long_chain_of_awaits_is_cancelled_without_overflowing_the_stack() {
    let run = virtual_time::run(async {
        let mut last = spawn(sleep(secs(9.0)));
        for _ in 0..100_000 {
            last = spawn(async move { last.await });
        }
        timeout(secs(1.0), last).await
    });
    assert_eq!(run.result, Some(Err(Error::TimedOut)));
}

#[test]
fn a_cancelled_task_that_awaits_a_future_from_elsewhere_is_not_polled_again_and_again() {
    let polls = Rc::new(Cell::new(0));
    let count = polls.clone();
    let host = Rc::new(ByHand::default());
    let (sender, receiver) = futures::channel::oneshot::channel::<()>();
    let (aio, mut main) = Aio::start(host.clone(), async move {
        let mut receiver = receiver;
        let waiting = poll_fn(move |cx| {
            count.set(count.get() + 1);
            std::pin::Pin::new(&mut receiver).poll(cx)
        });
        let task = spawn(async move {
            let _ = waiting.await;
            sleep(secs(1.0)).await
        });
        yield_now().await?;
        task.cancel();
        task.await
    });
    host.play(&aio, secs(5.0));
    assert_eq!(polls.get(), 2);
    sender.send(()).expect("it is waited for");
    host.play(&aio, secs(9.0));
    assert_eq!(main.try_result(), Some(Err(Error::Cancelled(None))));
    assert_eq!(aio.now(), secs(9.0));
}

#[test]
fn what_nobody_keeps_a_waker_for_is_a_deadlock_at_once() {
    let run = virtual_time::run::<_, ()>(std::future::pending());
    assert_eq!(run.trace.ended(), Some((secs(0.0), Ending::Deadlock)));
    let waits = run.trace.events().any(|event| event.what == What::Suspended(Wait::Other));
    assert!(waits);
}

#[test]
fn a_join_of_a_lock_and_something_from_elsewhere_is_no_deadlock() {
    let host = Rc::new(ByHand::default());
    let (sender, receiver) = futures::channel::oneshot::channel::<()>();
    let event = Event::new();
    let set = event.clone();
    let (aio, mut main) = Aio::start(host.clone(), async move {
        let elsewhere = async {
            let _ = receiver.await;
            set.set();
        };
        futures::join!(elsewhere, event.wait()).1
    });
    host.play(&aio, secs(1.0));
    assert_eq!(aio.ended(), None);
    sender.send(()).expect("it is waited for");
    host.play(&aio, secs(1.0));
    assert_eq!(main.try_result(), Some(Ok(())));
}

#[test]
fn the_same_seed_gives_the_same_order_and_others_give_others() {
    let order = |shuffle| {
        let run = run_with(Options { shuffle, ..Options::default() }, async {
            gather((0..6).map(|number| async move {
                print(number);
                Ok(())
            }))
            .await
        });
        prints(&run.trace).concat()
    };
    assert_eq!(order(Some(3)), order(Some(3)));
    let mut orders: Vec<String> = (0..50).map(|seed| order(Some(seed))).collect();
    orders.sort();
    orders.dedup();
    assert!(orders.len() > 40, "{}", orders.len());
    assert_eq!(order(None), "0.0 00.0 10.0 20.0 30.0 40.0 5");
}

#[test]
fn a_sleep_that_moves_to_another_task_wakes_that_one() {
    let story = story(async {
        let pause = Rc::new(RefCell::new(Some(Box::pin(sleep(secs(1.0))))));
        let theirs = pause.clone();
        let first = spawn(async move {
            poll_fn(|cx| {
                let polled = theirs.borrow_mut().as_mut().map(|pause| pause.as_mut().poll(cx).is_ready());
                assert_eq!(polled, Some(false));
                Poll::Ready(())
            })
            .await;
            Ok(())
        });
        first.await?;
        let second = spawn(async move {
            let pause = pause.borrow_mut().take();
            pause.expect("it was left there").await?;
            print("woken");
            Ok(())
        });
        second.await
    });
    assert_eq!(story, "1.0 woken\n1.0 Some(Ok(()))\n");
}

#[test]
fn a_shuffled_run_keeps_what_every_order_must_keep() {
    for seed in 0..200 {
        let run = run_with(Options { shuffle: Some(seed), ..Options::default() }, async {
            let lock = Lock::new();
            let balance = Rc::new(Cell::new(0));
            let add = |amount: i32| {
                let (lock, balance) = (lock.clone(), balance.clone());
                async move {
                    let _guard = lock.acquire().await?;
                    let read = balance.get();
                    sleep(secs(0.1)).await?;
                    yield_now().await?;
                    balance.set(read + amount);
                    Ok(())
                }
            };
            gather([1, 2, 3, 4].map(add)).await?;
            Ok(balance.get())
        });
        assert_eq!(run.result, Some(Ok(10)), "seed {seed}");
        assert_eq!(run.trace.until(), secs(0.4), "seed {seed}");
    }
}
