use interleave::aio::{Result, blocking_sleep, gather, print, sleep, to_thread, yield_now};

use super::{cases, nap, none, secs, spawn};

async fn ready_queue() -> Result<()> {
    let steps = |name| async move {
        for step in 0..3 {
            print(format!("{name} {step}"));
            yield_now().await?;
        }
        none()
    };
    let tasks = ["a", "b", "c"].map(|name| spawn(steps(name), name));
    print("main spawned");
    yield_now().await?;
    print("main again");
    for task in tasks {
        task.await?;
    }
    print("main done");
    Ok(())
}

async fn equal_deadlines() -> Result<()> {
    let naps = |name, seconds: Vec<f64>| async move {
        for duration in seconds {
            sleep(secs(duration)).await?;
        }
        print(name);
        none()
    };
    gather([
        spawn(naps("a", vec![0.1, 0.2]), "a"),
        spawn(naps("b", vec![0.3]), "b"),
        spawn(naps("c", vec![0.2, 0.1]), "c"),
        spawn(naps("d", vec![0.3]), "d"),
    ])
    .await?;
    Ok(())
}

async fn timers_and_yields() -> Result<()> {
    let ticks = async {
        for tick in 0..6 {
            print(format!("tick {tick}"));
            yield_now().await?;
        }
        none()
    };
    let waits = async {
        sleep(secs(0.5)).await?;
        print("timer");
        yield_now().await?;
        print("after timer");
        none()
    };
    let waiting = spawn(waits, "waits");
    sleep(secs(0.5)).await?;
    let ticking = spawn(ticks, "ticks");
    waiting.await?;
    print("main heard");
    ticking.await?;
    Ok(())
}

async fn blocked_loop() -> Result<()> {
    let block = async {
        sleep(secs(0.1)).await?;
        blocking_sleep(secs(2.0));
        print("unblocked");
        yield_now().await?;
        print("yielded");
        none()
    };
    gather([spawn(nap("a", 1.5), "a"), spawn(block, "block"), spawn(nap("b", 0.5), "b"), spawn(nap("c", 1.5), "c")])
        .await?;
    Ok(())
}

async fn threads() -> Result<()> {
    let thread = |name, seconds| async move {
        to_thread(move || {
            blocking_sleep(secs(seconds));
            Ok(())
        })
        .await?;
        print(name);
        none()
    };
    let ticks = async {
        for tick in 0..4 {
            print(format!("tick {tick}"));
            yield_now().await?;
        }
        none()
    };
    gather([
        spawn(thread("none", 0.0), "none"),
        spawn(ticks, "ticks"),
        spawn(thread("long", 2.0), "long"),
        spawn(nap("nap", 1.0), "nap"),
        spawn(thread("short", 1.0), "short"),
    ])
    .await?;
    Ok(())
}

cases! {
    ready_queue,
    equal_deadlines,
    timers_and_yields,
    blocked_loop,
    threads,
}
