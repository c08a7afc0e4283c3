use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};

use interleave::aio::trace::{Ending, Trace};
use interleave::aio::{
    Aio, Host, Result, Semaphore, Task, When, as_completed, gather, print, sleep, span, spawn, timeout, to_thread,
};

use crate::support::{Alive, ByHand, OnDrop, nap, prints, secs, story};

/// Tasks in every state, each of which holds a clone.
async fn a_bit_of_everything(alive: Alive) -> Result<()> {
    let semaphore = Semaphore::new(1);
    let permit = semaphore.acquire().await?;
    let holding = |alive: &Alive| {
        let alive = alive.clone();
        async move {
            sleep(secs(60.0)).await?;
            Ok(alive)
        }
    };
    let in_line = |alive: &Alive| {
        let (alive, semaphore) = (alive.clone(), semaphore.clone());
        async move {
            let _permit = semaphore.acquire().await?;
            Ok(alive)
        }
    };
    let finished = alive.clone();
    let finished = spawn(async move { Ok(finished) });
    let sleeping = spawn(holding(&alive));
    let named = spawn(span("a span", holding(&alive)));
    let limited = spawn(timeout(secs(30.0), holding(&alive)));
    let first_in_line = spawn(in_line(&alive));
    drop(spawn(in_line(&alive)));
    drop(spawn(holding(&alive)));
    let thread = alive.clone();
    let thread = spawn(to_thread(move || {
        interleave::aio::blocking_sleep(secs(60.0));
        Ok(thread)
    }));
    let nested = {
        let (inner, alive) = (spawn(holding(&alive)), alive.clone());
        spawn(async move {
            inner.await?;
            Ok(alive)
        })
    };
    let mut answers = as_completed([holding(&alive), holding(&alive)]);
    let answer = answers.next();
    let answer = spawn(async move {
        match answer {
            Some(answer) => answer.await.map(drop),
            None => Ok(()),
        }
    });
    sleep(secs(1.0)).await?;
    let late = alive.clone();
    drop(spawn(async move {
        print("never runs");
        Ok(late)
    }));
    gather([finished, sleeping, named, limited, first_in_line, thread, nested]).await?;
    answer.await?;
    drop(permit);
    Ok(())
}

fn play(until: f64) -> (Alive, Rc<ByHand>, Aio, Task<()>) {
    let alive = Alive::default();
    let host = Rc::new(ByHand::default());
    let (aio, main) = Aio::start(host.clone(), a_bit_of_everything(alive.clone()));
    host.play(&aio, secs(until));
    (alive, host, aio, main)
}

#[test]
fn stopping_frees_every_task_in_whatever_state() {
    for until in [0.0, 0.5, 1.0, 2.0] {
        let (alive, host, aio, mut main) = play(until);
        assert!(alive.clones() > 5, "{} at {until}", alive.clones());
        aio.stop();
        assert_eq!(alive.clones(), 0, "after stopping at {until}");
        assert_eq!(aio.ended(), Some(Ending::Stopped));
        assert_eq!(aio.trace(Trace::ended), Some((secs(until), Ending::Stopped)));
        assert_eq!(host.wanted.get(), Some(When::Never));
        assert_eq!(main.try_result(), None, "it never ended");
        let events = aio.trace(Trace::len);
        aio.turn();
        aio.stop();
        assert!(!main.cancel());
        assert_eq!(aio.trace(Trace::len), events, "a stopped run does nothing more");
    }
}

#[test]
fn a_run_that_is_stopped_before_its_first_turn_runs_nothing() {
    let (alive, _, aio, _main) = play(-0.0);
    drop(aio);
    assert_eq!(alive.clones(), 0);

    let host = Rc::new(ByHand::default());
    let (aio, _main) = Aio::start(host.clone(), nap("main", 1.0));
    aio.stop();
    host.play(&aio, secs(9.0));
    assert!(aio.trace(prints).is_empty());
}

#[test]
fn dropping_the_last_handle_frees_everything() {
    for until in [0.0, 1.0, 2.0] {
        let (alive, host, aio, mut main) = play(until);
        let weak = aio.downgrade();
        let second = aio.clone();
        drop(aio);
        assert!(alive.clones() > 5, "another handle keeps the run");
        drop(second);
        assert_eq!(alive.clones(), 0, "after dropping at {until}");
        assert!(weak.upgrade().is_none());
        assert!(main.is_finished());
        assert!(main.try_result().is_some_and(|result| result.is_err()));
        // Ours is the only one left: the run has dropped its host.
        assert_eq!(Rc::strong_count(&host), 1);
    }
}

#[test]
fn a_task_handle_does_not_keep_its_run() {
    let (alive, _, aio, main) = play(1.0);
    drop(aio);
    assert_eq!(alive.clones(), 0);
    assert!(main.is_finished());
}

#[test]
fn a_finished_run_keeps_nothing_but_results_that_someone_may_take() {
    let alive = Alive::default();
    let host = Rc::new(ByHand::default());
    let given = alive.clone();
    let (aio, mut main) = Aio::start(host.clone(), async move {
        let kept = given.clone();
        drop(spawn(async move {
            sleep(secs(5.0)).await?;
            Ok(kept)
        }));
        Ok(given)
    });
    host.play(&aio, secs(9.0));
    assert_eq!(aio.ended(), Some(Ending::Finished));
    assert_eq!(alive.clones(), 1);
    assert!(main.try_result().is_some());
    assert_eq!(alive.clones(), 0);
}

/// A host whose end can be seen.
struct Observed(Rc<Cell<bool>>);

impl Host for Observed {
    fn now(&self) -> std::time::Duration {
        secs(0.0)
    }

    fn request_turn(&self, _: &Aio, _: When) {}

    fn block(&self, _: std::time::Duration) {}
}

impl Drop for Observed {
    fn drop(&mut self) {
        self.0.set(true);
    }
}

#[test]
fn a_run_drops_its_host() {
    let dropped = Rc::new(Cell::new(false));
    let (aio, main) = Aio::start(Observed(dropped.clone()), async { Ok(()) });
    drop(main);
    assert!(!dropped.get());
    drop(aio);
    assert!(dropped.get());
}

/// Does in its destructor everything that the executor offers.
fn busy_destructor(done: Rc<Cell<u32>>, semaphore: Semaphore) -> impl Sized {
    OnDrop(move || {
        print("from a destructor");
        let task = spawn(async {
            print("spawned by a destructor");
            Ok(())
        })
        .named("late");
        task.cancel();
        drop(gather([async { Ok(()) }]));
        drop(as_completed([async { Ok(()) }]));
        drop(semaphore.try_acquire());
        drop(semaphore.acquire());
        interleave::aio::blocking_sleep(secs(1.0));
        done.set(done.get() + 1);
    })
}

async fn with_busy_destructors(done: Rc<Cell<u32>>) -> Result<()> {
    let semaphore = Semaphore::new(1);
    let permit = semaphore.acquire().await?;
    for _ in 0..3 {
        let (busy, semaphore) = (busy_destructor(done.clone(), semaphore.clone()), semaphore.clone());
        drop(spawn(async move {
            let _permit = semaphore.acquire().await?;
            drop(busy);
            Ok(())
        }));
    }
    let _busy = busy_destructor(done, semaphore.clone());
    sleep(secs(5.0)).await?;
    drop(permit);
    Ok(())
}

#[test]
fn destructors_may_print_and_spawn_while_the_run_is_stopped() {
    for until in [0.0, 1.0] {
        let done = Rc::new(Cell::new(0));
        let host = Rc::new(ByHand::default());
        let (aio, _main) = Aio::start(host.clone(), with_busy_destructors(done.clone()));
        host.play(&aio, secs(until));
        aio.stop();
        assert_eq!(done.get(), 4);
        assert_eq!(aio.ended(), Some(Ending::Stopped));
        assert!(aio.trace(prints).is_empty(), "{:?}", aio.trace(prints));
    }
}

#[test]
fn destructors_may_print_and_spawn_while_the_last_handle_is_dropped() {
    for until in [0.0, 1.0] {
        let done = Rc::new(Cell::new(0));
        let host = Rc::new(ByHand::default());
        let (aio, _main) = Aio::start(host.clone(), with_busy_destructors(done.clone()));
        host.play(&aio, secs(until));
        drop(aio);
        assert_eq!(done.get(), 4);
        assert_eq!(Rc::strong_count(&host), 1);
    }
}

#[test]
fn destructors_may_print_and_spawn_while_tasks_are_cancelled_and_results_dropped() {
    let done = Rc::new(Cell::new(0));
    let host = Rc::new(ByHand::default());
    let semaphore = Semaphore::new(1);
    let given = done.clone();
    let (aio, _main) = Aio::start(host.clone(), async move {
        let busy = || busy_destructor(given.clone(), semaphore.clone());
        let (result, never_started, sleeping) = (busy(), busy(), busy());
        // Nobody takes this one's result: it is dropped by the loop itself.
        drop(spawn(async move { Ok(Opaque(Box::new(result))) }));
        let never_started = spawn(async move { Ok(Opaque(Box::new(never_started))) });
        never_started.cancel();
        let sleeping = spawn(async move {
            sleep(secs(60.0)).await?;
            Ok(Opaque(Box::new(sleeping)))
        });
        sleep(secs(1.0)).await?;
        sleeping.cancel();
        assert!(sleeping.await.is_err());
        assert!(never_started.await.is_err());
        Ok(())
    });
    host.play(&aio, secs(90.0));
    assert_eq!(done.get(), 3);
    assert_eq!(aio.ended(), Some(Ending::Finished));
}

struct Opaque(#[expect(dead_code, reason = "only its destructor matters")] Box<dyn Sized_>);

trait Sized_ {}

impl<T> Sized_ for T {}

impl std::fmt::Debug for Opaque {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("Opaque")
    }
}

#[test]
fn a_task_that_holds_a_handle_of_another_is_no_leak() {
    let seen: Rc<RefCell<Vec<Weak<()>>>> = Rc::default();
    let host = Rc::new(ByHand::default());
    let noted = seen.clone();
    let (aio, _main) = Aio::start(host.clone(), async move {
        let note = |seen: &RefCell<Vec<Weak<()>>>| {
            let marker = Rc::new(());
            seen.borrow_mut().push(Rc::downgrade(&marker));
            marker
        };
        // A chain of tasks, each of which owns the handle of the one before.
        let mut last = spawn(async { sleep(secs(60.0)).await });
        for _ in 0..100 {
            let (before, marker) = (last, note(&noted));
            last = spawn(async move {
                before.await?;
                drop(marker);
                Ok(())
            });
        }
        last.await
    });
    host.play(&aio, secs(1.0));
    assert_eq!(seen.borrow().iter().filter(|marker| marker.upgrade().is_some()).count(), 100);
    drop(aio);
    assert_eq!(seen.borrow().iter().filter(|marker| marker.upgrade().is_some()).count(), 0);
}

#[test]
fn a_task_that_comes_while_the_run_is_taken_down_is_left_behind() {
    let alive = Alive::default();
    let held = alive.clone();
    let told = story(async move {
        let late = async move {
            print("late begins");
            sleep(secs(9.0)).await?;
            drop(held);
            Ok(())
        };
        drop(spawn(async move {
            if sleep(secs(5.0)).await.is_err() {
                drop(spawn(late));
                sleep(secs(1.0)).await?;
                print("cleaned up");
            }
            Ok(())
        }));
        sleep(secs(2.0)).await
    });
    assert_eq!(told, "2.0 late begins\n3.0 cleaned up\n3.0 Some(Ok(()))\n");
    assert_eq!(alive.clones(), 0);
}
