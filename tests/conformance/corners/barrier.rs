use interleave::aio::{Barrier, Error, Result, Task, gather, print, sleep, timeout, yield_now};

use super::{cases, none, outcome, secs, spawn, truth};

async fn party(name: char, barrier: Barrier, rounds: u32, before: f64) -> Result<String> {
    sleep(secs(before)).await?;
    for _ in 0..rounds {
        match barrier.wait().await {
            Ok(index) => print(format!("{name} passes {index} {}", barrier.waiting())),
            Err(Error::BrokenBarrier) => {
                print(format!("{name} broken {} {}", barrier.waiting(), truth(barrier.is_broken())));
            }
            Err(error) => {
                print(format!("{name} cancelled {}", barrier.waiting()));
                return Err(error);
            }
        }
    }
    none()
}

fn parties(names: &'static str, barrier: &Barrier) -> Vec<Task<String>> {
    rounds(1, names, barrier)
}

fn rounds(rounds: u32, names: &'static str, barrier: &Barrier) -> Vec<Task<String>> {
    names.chars().map(|name| spawn(party(name, barrier.clone(), rounds, 0.0), name)).collect()
}

async fn outcomes(tasks: Vec<Task<String>>) -> Result<()> {
    for task in tasks {
        outcome("party", task).await?;
    }
    Ok(())
}

async fn barrier_waits_for_all() -> Result<()> {
    let barrier = Barrier::new(3);
    let mut tasks = Vec::new();
    for name in ["a", "b", "c"] {
        tasks.extend(parties(name, &barrier));
        sleep(secs(1.0)).await?;
        print(format!("{} {}", barrier.waiting(), barrier.parties()));
    }
    gather(tasks).await?;
    Ok(())
}

async fn barrier_of_one() -> Result<()> {
    gather(rounds(2, "ab", &Barrier::new(1))).await?;
    Ok(())
}

async fn barrier_is_used_again() -> Result<()> {
    gather(rounds(3, "abcd", &Barrier::new(2))).await?;
    Ok(())
}

async fn barrier_newcomers_wait_until_the_others_are_gone() -> Result<()> {
    let barrier = Barrier::new(3);
    let mut tasks = parties("abc", &barrier);
    yield_now().await?;
    tasks.extend(parties("def", &barrier));
    print(format!("waiting {}", barrier.waiting()));
    yield_now().await?;
    print(format!("waiting {}", barrier.waiting()));
    gather(tasks).await?;
    Ok(())
}

async fn barrier_party_is_cancelled() -> Result<()> {
    let barrier = Barrier::new(4);
    let mut tasks = parties("abc", &barrier);
    sleep(secs(1.0)).await?;
    tasks[0].cancel();
    sleep(secs(1.0)).await?;
    print(format!("waiting {}", barrier.waiting()));
    tasks.extend(parties("de", &barrier));
    outcomes(tasks).await
}

async fn barrier_last_party_is_cancelled() -> Result<()> {
    let barrier = Barrier::new(2);
    let mut tasks = parties("a", &barrier);
    sleep(secs(1.0)).await?;
    tasks[0].cancel();
    tasks.extend(parties("bc", &barrier));
    outcomes(tasks).await
}

async fn barrier_let_through_and_cancelled() -> Result<()> {
    let barrier = Barrier::new(3);
    let mut tasks = parties("ab", &barrier);
    sleep(secs(1.0)).await?;
    print(format!("main passes {}", barrier.wait().await?));
    tasks[0].cancel();
    tasks.extend(parties("c", &barrier));
    sleep(secs(1.0)).await?;
    tasks.extend(parties("de", &barrier));
    outcomes(tasks).await
}

async fn barrier_is_aborted() -> Result<()> {
    let barrier = Barrier::new(3);
    let mut tasks = parties("ab", &barrier);
    sleep(secs(1.0)).await?;
    barrier.abort();
    print(format!("aborted {} {}", truth(barrier.is_broken()), barrier.waiting()));
    tasks.extend(parties("c", &barrier));
    gather(tasks).await?;
    print(truth(barrier.is_broken()));
    barrier.reset();
    print(truth(barrier.is_broken()));
    gather(parties("def", &barrier)).await?;
    Ok(())
}

async fn barrier_is_reset() -> Result<()> {
    let barrier = Barrier::new(3);
    let mut tasks = parties("ab", &barrier);
    sleep(secs(1.0)).await?;
    barrier.reset();
    print(format!("reset {} {}", truth(barrier.is_broken()), barrier.waiting()));
    tasks.extend(parties("cde", &barrier));
    gather(tasks).await?;
    print(format!("{} {}", truth(barrier.is_broken()), barrier.waiting()));
    Ok(())
}

async fn barrier_is_reset_while_they_go() -> Result<()> {
    let barrier = Barrier::new(3);
    let mut tasks = parties("ab", &barrier);
    sleep(secs(1.0)).await?;
    print(format!("main passes {}", barrier.wait().await?));
    barrier.reset();
    tasks.extend(parties("cde", &barrier));
    gather(tasks).await?;
    Ok(())
}

async fn barrier_is_aborted_while_they_go() -> Result<()> {
    let barrier = Barrier::new(3);
    let mut tasks = parties("ab", &barrier);
    sleep(secs(1.0)).await?;
    print(format!("main passes {}", barrier.wait().await?));
    tasks.extend(parties("cd", &barrier));
    yield_now().await?;
    barrier.abort();
    gather(tasks).await?;
    print(truth(barrier.is_broken()));
    Ok(())
}

async fn barrier_times_out() -> Result<()> {
    let barrier = Barrier::new(2);
    let limited = |barrier: Barrier| async move {
        if timeout(secs(1.0), barrier.wait()).await == Err(Error::TimedOut) {
            print(format!("timed out {}", barrier.waiting()));
            barrier.abort();
        }
        none()
    };
    let task = spawn(limited(barrier.clone()), "limited");
    let late = spawn(party('a', barrier, 1, 2.0), "a");
    gather([task, late]).await?;
    Ok(())
}

cases! {
    barrier_waits_for_all,
    barrier_of_one,
    barrier_is_used_again,
    barrier_newcomers_wait_until_the_others_are_gone,
    barrier_party_is_cancelled,
    barrier_last_party_is_cancelled,
    barrier_let_through_and_cancelled,
    barrier_is_aborted,
    barrier_is_reset,
    barrier_is_reset_while_they_go,
    barrier_is_aborted_while_they_go,
    barrier_times_out,
}
