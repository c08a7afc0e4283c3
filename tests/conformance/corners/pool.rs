use interleave::aio::{
    Error, PoolJob, ProcessPool, Result, Task, ThreadPool, blocking_sleep, gather, print, sleep, timeout, to_thread,
    yield_now,
};

use super::{cases, nap, none, outcome, secs, spawn};

fn block(name: &'static str, seconds: f64) -> impl FnOnce() -> Result<&'static str> {
    move || {
        print(format!("{name} begins"));
        blocking_sleep(secs(seconds));
        Ok(name)
    }
}

async fn work(name: &'static str, pool: ThreadPool, seconds: f64) -> Result<String> {
    print(format!("{name} is given"));
    match pool.run(block(name, seconds)).await {
        Ok(name) => print(format!("{name} is back")),
        Err(error) => {
            print(format!("{name} is cancelled"));
            return Err(error);
        }
    }
    none()
}

fn job(pool: &ThreadPool, name: &'static str, seconds: f64) -> Task<String> {
    spawn(work(name, pool.clone(), seconds), name)
}

fn jobs<const N: usize>(pool: &ThreadPool, names: [&'static str; N], seconds: f64) -> [Task<String>; N] {
    names.map(|name| job(pool, name, seconds))
}

async fn outcomes(tasks: impl IntoIterator<Item = Task<String>>) -> Result<()> {
    for task in tasks {
        outcome("job", task).await?;
    }
    Ok(())
}

async fn pool_is_first_in_first_out() -> Result<()> {
    let pool = ThreadPool::new(2);
    let tasks = [("a", 3.0), ("b", 1.0), ("c", 1.0), ("d", 2.0), ("e", 0.0)];
    let tasks = tasks.map(|(name, seconds)| job(&pool, name, seconds));
    nap("main", 1.5).await?;
    let late = job(&pool, "f", 0.5);
    gather(tasks.into_iter().chain([late])).await?;
    Ok(())
}

async fn pool_leaves_the_loop_alone() -> Result<()> {
    let pool = ThreadPool::new(1);
    let ticks = async {
        for tick in 0..5 {
            print(format!("tick {tick}"));
            sleep(secs(0.5)).await?;
        }
        none()
    };
    gather([spawn(ticks, "ticks")].into_iter().chain(jobs(&pool, ["a", "b"], 1.0))).await?;
    Ok(())
}

async fn pool_of_zero_length_jobs() -> Result<()> {
    let pool = ThreadPool::new(1);
    let ticks = async {
        for tick in 0..6 {
            print(format!("tick {tick}"));
            yield_now().await?;
        }
        none()
    };
    let tasks = jobs(&pool, ["a", "b", "c"], 0.0);
    gather([spawn(ticks, "ticks")].into_iter().chain(tasks)).await?;
    Ok(())
}

async fn pool_job_is_withdrawn() -> Result<()> {
    let pool = ThreadPool::new(1);
    let tasks = jobs(&pool, ["a", "b", "c"], 2.0);
    sleep(secs(1.0)).await?;
    tasks[1].cancel();
    outcomes(tasks).await
}

async fn pool_job_that_has_begun_runs_on() -> Result<()> {
    let pool = ThreadPool::new(1);
    let tasks = jobs(&pool, ["a", "b"], 2.0);
    sleep(secs(1.0)).await?;
    tasks[0].cancel();
    outcomes(tasks).await
}

async fn pool_job_times_out() -> Result<()> {
    let pool = ThreadPool::new(1);
    let tasks = jobs(&pool, ["a"], 3.0);
    yield_now().await?;
    for limit in [1.0, 1.0] {
        if timeout(secs(limit), work("late", pool.clone(), 1.0)).await == Err(Error::TimedOut) {
            print("timed out");
        }
    }
    work("last", pool, 1.0).await?;
    gather(tasks).await?;
    Ok(())
}

async fn pool_worker_is_free_just_when_a_job_is_cancelled() -> Result<()> {
    let pool = ThreadPool::new(1);
    let tasks = jobs(&pool, ["a", "b", "c"], 1.0);
    sleep(secs(1.0)).await?;
    tasks[1].cancel();
    outcomes(tasks).await
}

async fn pool_job_is_cancelled_just_before_a_worker_is_free() -> Result<()> {
    let pool = ThreadPool::new(1);
    let tasks = std::rc::Rc::new(std::cell::RefCell::new(Vec::new()));
    let cancels = {
        let tasks = tasks.clone();
        async move {
            sleep(secs(1.0)).await?;
            let second = tasks.borrow().get(1).map(|task: &Task<String>| task.any());
            second.map(|task| task.cancel());
            print("cancelled");
            none()
        }
    };
    let cancelling = spawn(cancels, "cancels");
    yield_now().await?;
    tasks.borrow_mut().extend(jobs(&pool, ["a", "b", "c"], 1.0));
    cancelling.await?;
    let tasks = tasks.take();
    outcomes(tasks).await
}

async fn pool_job_begins_before_it_is_awaited() -> Result<()> {
    let pool = ThreadPool::new(1);
    let (first, second) = (pool.run(block("first", 2.0)), pool.run(block("second", 2.0)));
    print("given");
    sleep(secs(1.0)).await?;
    print(first.await?);
    sleep(secs(3.0)).await?;
    print(second.await?);
    Ok(())
}

async fn pool_job_fails() -> Result<()> {
    let pool = ThreadPool::new(1);
    let fails = || {
        blocking_sleep(secs(1.0));
        Err(Error::raised("no such file"))
    };
    let failing = spawn(
        {
            let pool = pool.clone();
            async move { pool.run(fails).await }
        },
        "failing",
    );
    outcomes([failing].into_iter().chain(jobs(&pool, ["a"], 1.0))).await
}

async fn pool_job_prints_when_it_gets_there() -> Result<()> {
    let pool = ThreadPool::new(2);
    let steps = |name| {
        pool.run(move || {
            for step in 0..3 {
                print(format!("{name} {step}"));
                blocking_sleep(secs(1.0));
            }
            none()
        })
    };
    let jobs: [PoolJob<String>; 2] = [steps("a"), steps("b")];
    spawn(nap("c", 1.5), "c").await?;
    for job in jobs {
        job.await?;
    }
    Ok(())
}

fn silent(pool: &ThreadPool, name: &'static str, seconds: f64) -> Task<String> {
    let pool = pool.clone();
    let job = async move {
        pool.run(move || {
            blocking_sleep(secs(seconds));
            none()
        })
        .await?;
        print(format!("{name} is back"));
        none()
    };
    spawn(job, name)
}

async fn pool_goes_on_while_the_loop_is_blocked() -> Result<()> {
    let pool = ThreadPool::new(2);
    let jobs = [("a", 1.0), ("b", 2.5), ("c", 1.0), ("d", 3.0), ("e", 2.0)];
    let tasks = jobs.map(|(name, seconds)| silent(&pool, name, seconds));
    sleep(secs(0.5)).await?;
    blocking_sleep(secs(2.5));
    let late = silent(&pool, "f", 1.0);
    gather(tasks.into_iter().chain([late])).await?;
    Ok(())
}

async fn pool_job_begins_before_a_request_to_cancel_arrives() -> Result<()> {
    let pool = ThreadPool::new(1);
    let jobs = [("a", 1.0), ("b", 2.0), ("c", 1.0), ("d", 1.0)];
    let tasks = jobs.map(|(name, seconds)| silent(&pool, name, seconds));
    sleep(secs(0.5)).await?;
    tasks[1].cancel();
    tasks[2].cancel();
    blocking_sleep(secs(1.0));
    outcomes(tasks).await
}

async fn pools_have_their_own_workers() -> Result<()> {
    let (one, two) = (ThreadPool::new(1), ProcessPool::new(2));
    let block = || {
        blocking_sleep(secs(1.0));
        none()
    };
    let compute = |name, pool: ProcessPool| async move {
        pool.run(block).await?;
        print(format!("{name} is computed"));
        none()
    };
    let jobs = jobs(&one, ["a", "b"], 1.0);
    yield_now().await?;
    let computations = ["c", "d", "e"].map(|name| spawn(compute(name, two.clone()), name));
    let threads = [0, 1, 2].map(|number| spawn(to_thread(block), format!("thread {number}")));
    gather(jobs.into_iter().chain(computations).chain(threads)).await?;
    Ok(())
}

cases! {
    pool_is_first_in_first_out,
    pool_leaves_the_loop_alone,
    pool_of_zero_length_jobs,
    pool_job_is_withdrawn,
    pool_job_that_has_begun_runs_on,
    pool_job_times_out,
    pool_worker_is_free_just_when_a_job_is_cancelled,
    pool_job_is_cancelled_just_before_a_worker_is_free,
    pool_job_begins_before_it_is_awaited,
    pool_job_fails,
    pool_job_prints_when_it_gets_there,
    pool_goes_on_while_the_loop_is_blocked,
    pool_job_begins_before_a_request_to_cancel_arrives,
    pools_have_their_own_workers,
}
