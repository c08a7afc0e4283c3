use std::cell::Cell;
use std::pin::pin;
use std::rc::Rc;

use expect_test::expect;
use futures::future::{Either, join, select};
use interleave::aio::trace::{Ending, TaskId, Trace, Use, What};
use interleave::aio::{
    Aio, Error, ProcessPool, Result, ThreadPool, blocking_sleep, gather, now, print, sleep, spawn, timeout, to_thread,
    yield_now,
};
use interleave::host::virtual_time;

use crate::support::{Alive, ByHand, secs, story};

fn block(name: &'static str, seconds: f64) -> impl FnOnce() -> Result<&'static str> {
    move || {
        print(format!("{name} begins"));
        blocking_sleep(secs(seconds));
        Ok(name)
    }
}

fn keeps(alive: Alive) -> impl FnOnce() -> Result<&'static str> {
    move || {
        drop(alive);
        Ok("kept")
    }
}

/// What a task did and waited for, in words.
fn waits_and_uses(trace: &Trace, task: u32) -> Vec<String> {
    let line = |what: &What| match what {
        What::Suspended(_) | What::Used(..) => Some(trace.describe(what)),
        _ => None,
    };
    let events = trace.events().filter(|event| event.task == TaskId(task));
    events.filter_map(|event| Some(format!("{:.1} {}", event.at.as_secs_f64(), line(&event.what)?))).collect()
}

#[test]
fn a_job_waits_for_a_worker_and_then_for_its_end() {
    let run = virtual_time::run(async {
        let pool = ThreadPool::new(1).named("disk");
        let jobs = ["a", "b"].map(|name| spawn(pool.run(block(name, 1.0))));
        gather(jobs).await
    });
    let expected =
        ["0.0 suspended, waits for a worker of the pool disk", "1.0 suspended, waits for a thread, until 2.000"];
    assert_eq!(waits_and_uses(&run.trace, 2), expected);
    let expected = [
        "0.0 took a worker of the pool disk",
        "0.0 suspended, waits for all of task 1, task 2",
        "1.0 gave a worker of the pool disk back",
        "1.0 took a worker of the pool disk",
        "2.0 gave a worker of the pool disk back",
    ];
    // The main task has given both jobs.
    assert_eq!(waits_and_uses(&run.trace, 0), expected);
    assert_eq!(run.trace.resources()[0].limit, Some(1));
}

#[test]
fn a_task_that_waits_for_something_else_by_now_is_not_said_to_wait_for_a_thread() {
    let run = virtual_time::run(async {
        let pool = ThreadPool::new(1);
        let first = pool.run(block("first", 1.0));
        let mut second = pool.run(block("second", 1.0));
        let Either::Left(_) = select(pin!(sleep(secs(0.5))), &mut second).await else {
            return Err(Error::raised("there was no worker"));
        };
        sleep(secs(4.0)).await?;
        first.await?;
        second.await
    });
    let expected = [
        "0.0 took a worker of a pool",
        "0.0 suspended, waits for a worker of a pool",
        "0.5 suspended, waits for the clock, until 4.500",
        "1.0 gave a worker of a pool back",
        "1.0 took a worker of a pool",
        "2.0 gave a worker of a pool back",
        "2.0 suspended, waits for the clock, until 4.500",
    ];
    assert_eq!(waits_and_uses(&run.trace, 0), expected);
}

#[test]
fn a_job_that_is_dropped_before_a_worker_is_free_is_never_called() {
    let told = story(async {
        let (pool, alive) = (ThreadPool::new(1), Alive::default());
        let first = pool.run(block("first", 2.0));
        let held = alive.clone();
        let second = pool.run(keeps(held));
        let third = pool.run(block("third", 1.0));
        sleep(secs(1.0)).await?;
        assert_eq!(alive.clones(), 1);
        drop(second);
        assert_eq!(alive.clones(), 0);
        first.await?;
        third.await
    });
    expect![[r#"
        0.0 first begins
        2.0 third begins
        3.0 Some(Ok("third"))
    "#]]
    .assert_eq(&told);
}

#[test]
fn a_job_that_is_dropped_after_it_has_begun_holds_its_worker_to_the_end() {
    let told = story(async {
        let pool = ThreadPool::new(1);
        drop(pool.run(block("first", 2.0)));
        print(format!("{:?}", timeout(secs(1.0), pool.run(block("late", 1.0))).await));
        pool.run(block("second", 1.0)).await
    });
    expect![[r#"
        0.0 first begins
        1.0 Err(TimedOut)
        2.0 second begins
        3.0 Some(Ok("second"))
    "#]]
    .assert_eq(&told);
}

#[test]
fn a_job_is_not_lost_when_something_beside_it_takes_the_request_to_stop() {
    let told = story(async {
        let pool = ThreadPool::new(1);
        let first = pool.run(block("first", 1.0));
        let both = spawn({
            let pool = pool.clone();
            async move { Ok(join(sleep(secs(9.0)), pool.run(block("second", 1.0))).await) }
        });
        let cancels = both.any();
        // At the instant at which the worker is free, and before that is noticed.
        let cancelling = spawn(async move {
            sleep(secs(1.0)).await?;
            cancels.cancel();
            Ok(())
        });
        first.await?;
        cancelling.await?;
        both.await
    });
    expect![[r#"
        0.0 first begins
        1.0 second begins
        2.0 Some(Ok((Err(Cancelled), Ok("second"))))
    "#]]
    .assert_eq(&told);
}

#[test]
fn a_panic_in_a_worker_arrives_where_the_job_is_awaited() {
    let panics = || -> Result<()> { panic!("out of paper") };
    let run = virtual_time::run(async move {
        let pool = ThreadPool::new(1);
        let held = pool.run(block("first", 1.0));
        let queued = pool.run(panics);
        let other = pool.run(block("other", 1.0));
        held.await?;
        let ends = [queued.await, to_thread(panics).await, ProcessPool::new(1).run(panics).await];
        other.await?;
        Ok(ends)
    });
    let panicked = || Err(Error::Panicked("out of paper".to_owned()));
    assert_eq!(run.result, Some(Ok([panicked(), panicked(), panicked()])));
    assert_eq!(run.trace.until(), secs(2.0));
}

#[test]
fn a_process_cannot_reach_the_run_and_a_thread_has_a_clock_of_its_own() {
    let told = story(async {
        let job = || {
            print("where?");
            blocking_sleep(secs(1.0));
            Ok(now())
        };
        print(format!("{:?}", ProcessPool::new(1).run(job).await));
        print(format!("{:?}", ThreadPool::new(1).run(job).await));
        let spawns = || spawn(async { Ok(()) }).try_result().transpose();
        let spawned = ProcessPool::new(1).run(spawns).await;
        Ok(matches!(spawned, Err(Error::Panicked(_))))
    });
    expect![[r#"
        1.0 Ok(0ns)
        1.0 where?
        2.0 Ok(2s)
        2.0 Some(Ok(true))
    "#]]
    .assert_eq(&told);
}

#[test]
fn a_pool_has_its_workers_anew_in_each_run() {
    let pool = ThreadPool::new(1);
    let job = |pool: ThreadPool| async move { pool.run(block("job", 1.0)).await };
    let hosts = [Rc::new(ByHand::default()), Rc::new(ByHand::default())];
    let [first, second] = hosts.each_ref().map(|host| Aio::start(host.clone(), job(pool.clone())));
    hosts[0].play(&first.0, secs(0.5));
    drop(first);
    hosts[1].play(&second.0, secs(1.0));
    assert_eq!(second.0.ended(), Some(Ending::Finished));
    assert_eq!(virtual_time::run(job(pool)).trace.until(), secs(1.0));
}

#[test]
fn a_job_can_be_awaited_in_another_run() {
    let pool = ThreadPool::new(1);
    let handed_over: Rc<Cell<Option<_>>> = Rc::default();
    let owner = {
        let handed_over = handed_over.clone();
        async move {
            handed_over.set(Some(pool.run(block("job", 1.0))));
            sleep(secs(2.0)).await
        }
    };
    let hosts = [Rc::new(ByHand::default()), Rc::new(ByHand::default())];
    let (first, _main) = Aio::start(hosts[0].clone(), owner);
    hosts[0].play(&first, secs(0.0));
    let job = handed_over.take().expect("it has been made");
    let (second, mut main) = Aio::start(hosts[1].clone(), job);
    hosts[1].play(&second, secs(0.0));
    assert_eq!(second.ended(), None, "something from outside may wake it");
    hosts[0].play(&first, secs(1.0));
    hosts[1].play(&second, secs(1.0));
    assert_eq!(main.try_result(), Some(Ok("job")));
}

#[test]
fn stopping_a_run_frees_the_jobs_that_wait() {
    let (pool, alive) = (ThreadPool::new(1), Alive::default());
    let host = Rc::new(ByHand::default());
    let main = {
        let (pool, alive) = (pool.clone(), alive.clone());
        async move {
            let held = alive.clone();
            let jobs = (pool.run(block("first", 9.0)), pool.run(keeps(held)));
            jobs.0.await?;
            jobs.1.await
        }
    };
    let (aio, _main) = Aio::start(host.clone(), main);
    host.play(&aio, secs(1.0));
    assert_eq!(alive.clones(), 2);
    aio.stop();
    assert_eq!(alive.clones(), 0);
}

#[test]
fn threads_of_the_default_pool_take_a_worker_each() {
    let run = virtual_time::run(async {
        let call = || {
            blocking_sleep(secs(1.0));
            Ok(())
        };
        yield_now().await?;
        gather([to_thread(call), to_thread(call), to_thread(call)]).await
    });
    let uses = run.trace.events().filter_map(|event| match event.what {
        What::Used(how, _) => Some((event.at, how)),
        _ => None,
    });
    let (begun, ended) = ((secs(0.0), Use::Acquired), (secs(1.0), Use::Released));
    assert_eq!(uses.collect::<Vec<_>>(), [begun, begun, begun, ended, ended, ended]);
    assert_eq!(run.trace.resources()[0].limit, None);
}

#[test]
#[should_panic(expected = "max_workers must be greater than 0")]
fn a_pool_without_workers_is_refused() {
    let _ = ThreadPool::new(0);
}
