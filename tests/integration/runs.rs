use std::cell::RefCell;
use std::future::poll_fn;
use std::rc::Rc;
use std::task::Poll;

use expect_test::expect;
use futures::channel::oneshot;
use interleave::aio::trace::{Canceller, Ending, TaskId, Trace, What};
use interleave::aio::{Aio, Error, Semaphore, Task, When, now, print, sleep, spawn, yield_now};
use interleave::host::virtual_time;

use crate::support::{ByHand, Log, OnDrop, nap, prints, secs, story};

fn start<T: std::fmt::Debug + 'static>(
    main: impl Future<Output = interleave::aio::Result<T>> + 'static,
) -> (Rc<ByHand>, Aio, Task<T>) {
    let host = Rc::new(ByHand::default());
    let (aio, main) = Aio::start(host.clone(), main);
    (host, aio, main)
}

#[test]
fn runs_side_by_side_do_not_see_each_other() {
    let log = Log::default();
    let main = |name: &'static str, pause: f64| {
        let log = log.clone();
        async move {
            for step in 1..=3 {
                sleep(secs(pause)).await?;
                log.add(format!("{name}{step} at {:.1}", now().as_secs_f64()));
                print(format!("{name}{step}"));
            }
            Ok(())
        }
    };
    let (host_a, a, _) = start(main("a", 1.0));
    let (host_b, b, _) = start(main("b", 0.5));
    host_a.play(&a, secs(1.0));
    host_b.play(&b, secs(1.0));
    host_a.play(&a, secs(2.0));
    // The other has ended long before the first one goes on.
    host_b.play(&b, secs(9.0));
    assert_eq!(b.ended(), Some(Ending::Finished));
    assert_eq!(a.ended(), None);
    host_a.play(&a, secs(9.0));
    assert_eq!(a.ended(), Some(Ending::Finished));
    assert_eq!(log.take(), ["a1 at 1.0", "b1 at 0.5", "b2 at 1.0", "a2 at 2.0", "b3 at 1.5", "a3 at 3.0"]);
    assert_eq!(a.trace(prints), ["1.0 a1", "2.0 a2", "3.0 a3"]);
    assert_eq!(b.trace(prints), ["0.5 b1", "1.0 b2", "1.5 b3"]);
}

#[test]
fn a_run_inside_a_task_of_another_run_leaves_it_as_it_was() {
    let told = story(async {
        print("outer before");
        sleep(secs(1.0)).await?;
        let inner = virtual_time::run(async {
            print("inner");
            spawn(nap("inner task", 5.0)).await
        });
        assert_eq!(inner.result, Some(Ok("inner task")));
        assert_eq!(prints(&inner.trace), ["0.0 inner", "0.0 inner task begins", "5.0 inner task ends"]);
        print(format!("outer after, still at {:?}", now()));
        spawn(nap("outer task", 1.0)).await
    });
    expect![[r#"
        0.0 outer before
        1.0 outer after, still at 1s
        1.0 outer task begins
        2.0 outer task ends
        2.0 Some(Ok("outer task"))
    "#]]
    .assert_eq(&told);
}

#[test]
fn a_run_can_wake_a_task_of_another_run() {
    let (send, receive) = oneshot::channel();
    let (host, receiver, _) = start(async {
        print(format!("received {:?}", receive.await));
        Ok(())
    });
    host.play(&receiver, secs(1.0));
    assert_eq!(host.wanted.get(), Some(When::Never));
    let sender = virtual_time::run(async move {
        sleep(secs(7.0)).await?;
        send.send("hello").map_err(Error::raised)
    });
    assert_eq!(sender.result, Some(Ok(())));
    assert_eq!(host.wanted.get(), Some(When::Soon));
    host.play(&receiver, secs(2.0));
    assert_eq!(receiver.trace(prints), [r#"1.0 received Ok("hello")"#]);
    assert_eq!(receiver.ended(), Some(Ending::Finished));
}

#[test]
fn a_future_from_elsewhere_is_not_a_deadlock() {
    let (send, receive) = oneshot::channel();
    let (host, aio, mut main) = start(async move { receive.await.map_err(|_| Error::raised("gone")) });
    host.play(&aio, secs(1.0));
    assert_eq!(aio.ended(), None);
    assert_eq!(host.wanted.get(), Some(When::Never), "nothing to do until somebody wakes it");

    host.now.set(secs(3.0));
    send.send(42).expect("the task still waits");
    assert_eq!(host.wanted.get(), Some(When::Soon), "a wake from outside asks for a turn");
    host.play(&aio, secs(3.0));
    assert_eq!(aio.ended(), Some(Ending::Finished));
    assert_eq!(main.try_result(), Some(Ok(42)));
    assert_eq!(aio.trace(Trace::until), secs(3.0));
}

#[test]
fn a_cancellation_from_outside_asks_for_a_turn() {
    let (host, aio, mut main) = start(nap("main", 60.0));
    host.play(&aio, secs(1.0));
    assert_eq!(host.wanted.get(), Some(When::At(secs(60.0))));
    assert!(main.cancel());
    assert_eq!(host.wanted.get(), Some(When::Soon));
    host.play(&aio, secs(1.0));
    assert_eq!(main.try_result(), Some(Err(Error::Cancelled(None))));
    assert!(!main.cancel(), "there is nothing left to cancel");
    assert_eq!(aio.trace(prints), ["0.0 main begins", "1.0 main is cancelled"]);
    let by_host = aio.trace(|trace| trace.events().any(|event| event.what == What::CancelRequested(Canceller::Host)));
    assert!(by_host, "the trace does not blame a task, or the end of the run");
}

#[test]
fn waiting_for_what_nobody_can_give_is_a_deadlock() {
    let run = virtual_time::run(async {
        let semaphore = Semaphore::new(1);
        let _first = semaphore.acquire().await?;
        print("asks for a second place");
        let _second = semaphore.acquire().await?;
        Ok(())
    });
    assert_eq!(run.trace.ended(), Some((secs(0.0), Ending::Deadlock)));
    assert_eq!(run.result, None);
}

#[test]
fn a_sleeper_among_the_stuck_is_not_a_deadlock_yet() {
    let run = virtual_time::run(async {
        let semaphore = Semaphore::new(0);
        drop(spawn(nap("other", 3.0)));
        semaphore.acquire().await.map(drop)
    });
    assert_eq!(run.trace.ended(), Some((secs(3.0), Ending::Deadlock)));
}

#[test]
fn a_deadlocked_run_goes_on_when_something_outside_helps() {
    let semaphore = Semaphore::new(1);
    let held = semaphore.try_acquire().expect("nobody is there yet");
    let (host, aio, _) = start(async move {
        let _permit = semaphore.acquire().await?;
        nap("main", 1.0).await
    });
    host.play(&aio, secs(1.0));
    assert_eq!(aio.ended(), Some(Ending::Deadlock));
    assert_eq!(host.wanted.get(), Some(When::Never));
    drop(held);
    assert_eq!(host.wanted.get(), Some(When::Soon));
    host.play(&aio, secs(9.0));
    assert_eq!(aio.ended(), Some(Ending::Finished));
    assert_eq!(aio.trace(prints), ["1.0 main begins", "2.0 main ends"]);
}

#[test]
fn the_run_ends_when_the_leftover_tasks_have_cleaned_up() {
    let run = virtual_time::run(async {
        let cleans_up = async {
            let Err(cancelled) = nap("leftover", 9.0).await else { return Ok(()) };
            nap("cleanup", 2.0).await?;
            Err(cancelled)
        };
        drop(spawn(cleans_up));
        drop(spawn(nap("other leftover", 9.0)));
        sleep(secs(1.0)).await?;
        print("main is over");
        Ok(())
    });
    expect![[r#"
        0.0 leftover begins
        0.0 other leftover begins
        1.0 main is over
        1.0 leftover is cancelled
        1.0 cleanup begins
        1.0 other leftover is cancelled
        3.0 cleanup ends"#]]
    .assert_eq(&prints(&run.trace).join("\n"));
    assert_eq!(run.trace.ended(), Some((secs(3.0), Ending::Finished)));
    let asked = |task| {
        let by_end = What::CancelRequested(Canceller::Shutdown);
        run.trace.events().any(|event| event.task == TaskId(task) && event.what == by_end)
    };
    assert!(asked(1) && asked(2) && !asked(0));
}

#[test]
fn nobody_waits_for_a_timer_that_has_been_withdrawn() {
    let (host, aio, _) = start(async {
        let mut long = Box::pin(sleep(secs(60.0)));
        assert!(poll_fn(|cx| Poll::Ready(long.as_mut().poll(cx).is_pending())).await);
        drop(long);
        sleep(secs(1.0)).await
    });
    host.play(&aio, secs(0.0));
    assert_eq!(host.wanted.get(), Some(When::At(secs(1.0))));
}

#[test]
fn a_host_is_asked_once_a_turn() {
    let (host, aio, _) = start(async {
        let naps = (0..100).map(|_| async { sleep(secs(1.0)).await });
        interleave::aio::gather(naps).await
    });
    assert_eq!(host.requests.get(), 1);
    aio.turn();
    aio.turn();
    assert_eq!(host.requests.get(), 3);
    assert_eq!(host.wanted.get(), Some(When::At(secs(1.0))));
}

#[test]
fn a_turn_too_early_does_nothing() {
    let (host, aio, _) = start(nap("main", 5.0));
    host.play(&aio, secs(1.0));
    let events = aio.trace(Trace::len);
    for _ in 0..3 {
        aio.turn();
    }
    assert_eq!(aio.trace(Trace::len), events);
    assert_eq!(host.wanted.get(), Some(When::At(secs(5.0))));
}

#[test]
fn a_late_host_is_told_by_the_time_not_by_the_deadline() {
    let (host, aio, _) = start(async {
        nap("main", 1.0).await?;
        nap("again", 1.0).await
    });
    host.play(&aio, secs(0.5));
    host.now.set(secs(1.5));
    aio.turn();
    aio.turn();
    host.play(&aio, secs(9.0));
    assert_eq!(aio.trace(prints), ["0.0 main begins", "1.5 main ends", "1.5 again begins", "2.5 again ends"]);
}

#[test]
fn a_clock_that_runs_backwards_does_not_take_the_trace_with_it() {
    let (host, aio, _) = start(async {
        nap("main", 1.0).await?;
        yield_now().await
    });
    host.now.set(secs(5.0));
    aio.turn();
    host.now.set(secs(2.0));
    aio.turn();
    host.now.set(secs(7.0));
    aio.turn();
    aio.turn();
    aio.turn();
    let times = aio.trace(|trace| trace.events().map(|event| event.at).collect::<Vec<_>>());
    assert!(times.is_sorted(), "{times:?}");
    assert_eq!(aio.ended(), Some(Ending::Finished));
}

#[test]
fn a_task_that_stops_its_own_run_is_the_last_to_be_heard() {
    let own: Rc<RefCell<Option<Aio>>> = Rc::default();
    let aio = own.clone();
    let (host, run, mut main) = start(async move {
        let semaphore = Semaphore::new(1);
        let permit = semaphore.acquire().await?;
        let waiting = spawn(async move { semaphore.acquire().await.map(drop) });
        sleep(secs(1.0)).await?;
        if let Some(aio) = &*aio.borrow() {
            aio.stop();
        }
        print("not recorded any more");
        drop(spawn(nap("never runs", 1.0)));
        assert!(!waiting.cancel());
        drop(permit);
        Ok(())
    });
    own.replace(Some(run.clone()));
    host.play(&run, secs(9.0));
    assert_eq!(run.trace(Trace::ended), Some((secs(1.0), Ending::Stopped)));
    assert_eq!(run.trace(|trace| trace.events().last().map(|event| event.what)), Some(What::Running));
    assert_eq!(main.try_result(), None);
    assert_eq!(host.wanted.get(), Some(When::Never));
    own.take();
}

#[test]
fn a_run_whose_last_handle_is_dropped_by_its_own_task_ends_with_the_turn() {
    let own: Rc<RefCell<Option<Aio>>> = Rc::default();
    let aio = own.clone();
    let done = Log::default();
    let (busy, log) = (done.clone(), done.clone());
    let host = Rc::new(ByHand::default());
    let (run, _main) = Aio::start(host.clone(), async move {
        let _busy = OnDrop(move || {
            print("from a destructor");
            drop(spawn(nap("never runs", 1.0)));
            busy.add("freed");
        });
        yield_now().await?;
        log.add("drops its own run");
        aio.take();
        sleep(secs(1.0)).await
    });
    own.replace(Some(run));
    let turn = || {
        let weak = own.borrow().as_ref().map(Aio::downgrade);
        weak.and_then(|weak| weak.upgrade()).map(|aio| aio.turn()).is_some()
    };
    assert!(turn() && turn(), "the run is there");
    assert!(!turn());
    assert_eq!(done.take(), ["drops its own run", "freed"]);
    assert_eq!(Rc::strong_count(&host), 1);
}

#[test]
fn a_task_of_another_run_can_be_awaited() {
    let (theirs, there) = (Rc::new(ByHand::default()), Rc::new(ByHand::default()));
    let (other, task) = Aio::start(theirs.clone(), async {
        sleep(secs(1.0)).await?;
        Ok("from there")
    });
    let (aio, mut main) = Aio::start(there.clone(), async {
        for _ in 0..3 {
            spawn(async { Ok(()) }).await?;
        }
        task.await
    });
    while there.wanted.take() == Some(When::Soon) {
        aio.turn();
    }
    assert_eq!(aio.ended(), None, "the other run may still give it");
    other.turn();
    theirs.now.set(secs(1.0));
    other.turn();
    other.turn();
    assert_eq!(there.wanted.get(), Some(When::Soon));
    aio.turn();
    assert_eq!(main.try_result(), Some(Ok("from there")));
}

#[test]
fn a_run_inside_a_run_is_refused_at_its_line_and_polls_nothing() {
    let polled = Log::default();
    let log = polled.clone();
    let outer = virtual_time::run(async move {
        let line = line!() + 1;
        let refused = interleave::aio::run(async move {
            log.add("polled");
            Ok(())
        });
        assert_eq!(refused, Err(Error::raised("asyncio.run() cannot be called from a running event loop")));
        // The loop is there as before.
        sleep(secs(1.0)).await?;
        Ok(line)
    });
    assert!(polled.take().is_empty());
    assert_eq!(outer.trace.until(), secs(1.0));
    let begun =
        outer.trace.events().find(|event| matches!(event.what, What::SpanBegan(_))).expect("it is in the trace");
    assert_eq!((begun.task, begun.site.map(|site| site.line)), (TaskId::MAIN, outer.result.and_then(Result::ok)));
    let raised = "run: raised asyncio.run() cannot be called from a running event loop";
    assert!(outer.trace.to_string().contains(raised));
}

#[test]
#[should_panic(expected = "no running event loop")]
fn outside_a_run_nothing_can_refuse_one() {
    let _ = interleave::aio::run(async { Ok(()) });
}
