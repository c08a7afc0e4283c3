use std::time::Duration;

use interleave::aio::trace::{Event, OUTPUT_AT_MOST, Outcome, TaskId, Trace, Wait, Waker, What};
use interleave::aio::{
    Aio, Error, ReturnWhen, Semaphore, blocking_sleep, gather, print, sleep, span, spawn, timeout, wait, yield_now,
};
use interleave::host::virtual_time;

use crate::support::{ByHand, prints, secs};

/// Every kind of event, many times over.
fn big(jobs: u32) -> Trace {
    virtual_time::run(async move {
        let semaphore = Semaphore::new(7).named("seven");
        let work = (0..jobs).map(|number| {
            let semaphore = semaphore.clone();
            span(format!("job {number}"), async move {
                let _permit = semaphore.acquire().await?;
                sleep(secs(f64::from(number % 5) / 10.0)).await?;
                print(format!("job {number} is inside"));
                yield_now().await?;
                if number % 50 == 0 {
                    blocking_sleep(secs(0.01));
                }
                Ok(number)
            })
        });
        gather(work).await?;
        drop(spawn(async { Err::<(), _>(Error::raised("a \"quoted\" failure\nof two lines")) }).named("fails"));
        timeout(secs(1.0), sleep(secs(9.0))).await
    })
    .trace
}

/// Walks through the states of every task and calls for every event with the state before it.
fn walk(trace: &Trace, mut check: impl FnMut(&Event<'_>, State)) {
    let mut states = vec![State::Unborn; trace.task_count()];
    for event in trace.events() {
        let state = &mut states[event.task.index()];
        check(&event, *state);
        *state = match &event.what {
            // A yield is a suspension that is over at once.
            What::Created | What::Ready(_) | What::Suspended(Wait::Yield) => State::Ready,
            What::Running => State::Running,
            What::Suspended(_) => State::Suspended,
            What::Finished(_) => State::Over,
            _ => *state,
        };
    }
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum State {
    Unborn,
    Ready,
    Running,
    Suspended,
    Over,
}

#[test]
fn a_task_goes_from_ready_to_running_to_suspended_and_by_no_other_way() {
    walk(&big(500), |event, before| {
        let may = match &event.what {
            What::Created => before == State::Unborn,
            What::Running => before == State::Ready,
            What::Ready(_) => before == State::Suspended,
            What::CancelRequested(_) => before != State::Over,
            // It is suspended, ends, prints, blocks, … while it runs.
            _ => before == State::Running,
        };
        assert!(may, "{event:?} of a task that was {before:?}");
    });
}

#[test]
fn one_task_runs_at_a_time() {
    let mut running = None;
    for event in big(500).events() {
        match &event.what {
            What::Running => assert_eq!(running.replace(event.task), None),
            What::Suspended(_) | What::Finished(_) => assert_eq!(running.take(), Some(event.task)),
            _ => {}
        }
    }
}

#[test]
fn times_never_decrease() {
    let trace = big(500);
    assert!(trace.events().map(|event| event.at).is_sorted());
    let last = trace.events().last().map(|event| event.at);
    assert!(last <= Some(trace.until()));
}

#[test]
fn a_wake_up_says_who_caused_it() {
    let run = virtual_time::run(async {
        let semaphore = Semaphore::new(1);
        let inside = semaphore.clone();
        let holder = spawn(async move {
            let _permit = inside.acquire().await?;
            sleep(secs(1.0)).await
        });
        let waiter = spawn(async move { semaphore.acquire().await.map(drop) });
        waiter.await?;
        holder.await
    });
    let (main, holder, waiter) = (TaskId::MAIN, TaskId(1), TaskId(2));
    let wakes: Vec<_> = run
        .trace
        .events()
        .filter_map(|event| match event.what {
            What::Ready(by) => Some((event.task, by)),
            _ => None,
        })
        .collect();
    let due = secs(1.0);
    assert_eq!(wakes, [(holder, Waker::Timer { due }), (waiter, Waker::Task(holder)), (main, Waker::Task(waiter))]);
}

#[test]
fn gather_is_woken_by_the_task_that_ended_last() {
    let run = virtual_time::run(async {
        let nap = |seconds| async move { sleep(secs(seconds)).await };
        gather([nap(1.0), nap(3.0), nap(2.0)]).await
    });
    let woken = |event: &Event<'_>| event.task == TaskId::MAIN && matches!(event.what, What::Ready(_));
    let wakes: Vec<_> = run.trace.events().filter(woken).map(|event| event.what).collect();
    assert_eq!(wakes, [What::Ready(Waker::Task(TaskId(2)))]);
}

#[test]
fn who_has_given_up_a_wait_is_not_woken_by_it() {
    let run = virtual_time::run(async {
        let waited_for = spawn(sleep(secs(5.0)));
        let waits = {
            let task = waited_for.clone();
            spawn(async move {
                let given_up = wait([&task], ReturnWhen::FirstCompleted).await.is_err();
                sleep(secs(1.0)).await?;
                Ok(given_up)
            })
        };
        yield_now().await?;
        // The wait is asked to stop just before it would have heard of the end.
        waited_for.cancel();
        waits.cancel();
        waits.await
    });
    assert_eq!(run.result, Some(Ok(true)));
    let wakers: Vec<_> = run.trace.events().filter(|event| event.task == TaskId(2)).map(|event| event.what).collect();
    let is_timer = |what: &What| matches!(what, What::Ready(Waker::Timer { .. }));
    let ready: Vec<_> = wakers.iter().filter(|what| matches!(what, What::Ready(_))).collect();
    assert!(ready.len() == 2 && is_timer(ready[1]), "{ready:?}");
}

#[test]
fn every_suspension_knows_its_line() {
    for event in big(20).events() {
        if matches!(event.what, What::Suspended(_) | What::Printed(_) | What::Created | What::SpanBegan(_)) {
            let site = event.site.unwrap_or_else(|| panic!("{event:?} has no line"));
            assert!(site.file.ends_with("trace.rs") && site.line > 0, "{site:?}");
        }
    }
}

#[test]
fn nothing_is_lost_where_one_chunk_ends_and_the_next_begins() {
    for yields in [0_usize, 1, 8185, 8188, 8189, 8190, 8191, 8192, 8193, 16_384, 20_000] {
        let run = virtual_time::run(async move {
            for number in 0..yields {
                if number % 1000 == 0 {
                    print(number);
                }
                yield_now().await?;
            }
            Ok(())
        });
        let trace = run.trace;
        // A yield is two events: suspended, running.
        assert_eq!(trace.len(), 3 + 2 * yields + yields.div_ceil(1000));
        assert_eq!(trace.events().filter(|event| event.what == What::Running).count(), yields + 1);
        assert_eq!(trace.events().filter(|event| event.what == What::Suspended(Wait::Yield)).count(), yields);
        let printed = trace.events().filter(|event| matches!(event.what, What::Printed(_))).count();
        assert_eq!(printed, yields.div_ceil(1000));
    }
}

#[test]
fn a_trace_can_be_read_while_it_grows() {
    let run = virtual_time::run(async {
        let before = interleave::aio::now();
        sleep(secs(1.0)).await?;
        Ok(interleave::aio::now().saturating_sub(before))
    });
    assert_eq!(run.result, Some(Ok(secs(1.0))));
    let empty = Trace::default();
    assert!(empty.is_empty() && empty.ended().is_none());
    assert_eq!((empty.len(), empty.until(), empty.to_string().as_str()), (0, Duration::ZERO, ""));
}

#[test]
fn a_task_knows_who_created_it_even_if_others_ran_in_between() {
    let run = virtual_time::run(async {
        let child = spawn(async {
            yield_now().await?;
            spawn(sleep(secs(1.0))).named("grandchild").await
        });
        spawn(async { Ok(()) }).named("sister").await?;
        child.named("child").await
    });
    let told: Vec<_> = run.trace.tasks().into_iter().map(|task| (task.name, task.parent.map(|task| task.0))).collect();
    let named = |name: &str| Some(name.into());
    let expected =
        [(None, None), (named("child"), Some(0)), (named("sister"), Some(0)), (named("grandchild"), Some(1))];
    assert_eq!(told, expected);
}

#[test]
fn a_run_that_goes_on_keeps_its_trace_when_one_of_two_handles_is_given_for_it() {
    let (aio, _task) = Aio::start(ByHand::default(), async {
        print("before");
        yield_now().await?;
        print("after");
        Ok(())
    });
    aio.turn();
    let early = aio.clone().into_trace();
    assert_eq!(prints(&early), ["0.0 before"]);
    aio.turn();
    assert_eq!(prints(&aio.into_trace()), ["0.0 before", "0.0 after"]);
}

#[test]
fn a_big_run_survives_the_way_through_json() {
    let trace = big(2000);
    assert!(trace.len() > 3 * 4096, "{}", trace.len());
    let json = trace.to_json();
    let again = Trace::from_json(&json).expect("our own JSON");
    assert_eq!(again.to_json(), json);
    assert_eq!(again.to_string(), trace.to_string());
    assert!(again.events().zip(trace.events()).all(|(again, event)| again == event));
    assert_eq!((again.len(), again.ended(), again.until()), (trace.len(), trace.ended(), trace.until()));
    assert_eq!(again.spans(), trace.spans());
}

#[test]
fn a_long_output_is_cut_and_says_so() {
    let output = |length: usize| {
        let run = virtual_time::run(async move { Ok("ä".repeat(length)) });
        assert_eq!(run.result.map(|result| result.map(|text| text.chars().count())), Some(Ok(length)));
        let ends = run.trace.events().filter_map(|event| match event.what {
            What::Finished(Outcome::Returned(Some(text))) => Some(text),
            _ => None,
        });
        ends.last().expect("it ended")
    };
    let fits = (OUTPUT_AT_MOST - 2) / 2;
    assert_eq!(*output(fits), *format!("\"{}\"", "ä".repeat(fits)));
    let long = output(1_000_000);
    assert!(long.len() <= OUTPUT_AT_MOST + "…".len() && long.ends_with("ä…"), "{long}");
}
