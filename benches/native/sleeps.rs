//! Many sleeps on the virtual clock, and what their trace takes.

use std::rc::Rc;
use std::time::Duration;

use interleave::aio::trace::Trace;
use interleave::aio::{Aio, Queue, Result, Semaphore, gather, print, sleep, spawn};
use interleave::host::virtual_time::VirtualTime;

use super::{ROUNDS, median, time, verdict};

const TASKS: u64 = 100_000;
const SLEEPS: u32 = 10;

/// Every task sleeps for a time of its own, so that the timers have to be sorted.
async fn sleepers() -> Result<()> {
    let sleeper = |task: u64| async move {
        for _ in 0..SLEEPS {
            sleep(Duration::from_micros(1000 + task * 7919 % TASKS)).await?;
        }
        Ok(())
    };
    gather((0..TASKS).map(sleeper)).await.map(drop)
}

/// Runs to the end, however many turns that takes.
fn play(main: impl Future<Output = Result<()>> + 'static) -> Trace {
    let clock = Rc::new(VirtualTime::default());
    let (aio, mut main) = Aio::start(clock.clone(), main);
    while !clock.play(&aio) {}
    assert_eq!(main.try_result(), Some(Ok(())));
    aio.into_trace()
}

pub(super) fn events_per_second() -> bool {
    const LIMIT: f64 = 2_000_000.0;
    let rounds = (0..ROUNDS).map(|_| {
        let (took, trace) = time(|| play(sleepers()));
        trace.len() as f64 / took.as_secs_f64()
    });
    let rate = median(rounds.collect());
    let passes = rate >= LIMIT;
    println!(
        "{TASKS} tasks with {SLEEPS} sleeps each: {:.2} million events a second, at least {:.0}: {}",
        rate / 1e6,
        LIMIT / 1e6,
        verdict(passes)
    );
    passes
}

/// A bit of everything.
async fn mixture() -> Result<()> {
    let (semaphore, queue) = (Semaphore::new(3), Queue::bounded(5));
    let tasks: Vec<_> = (0..20_000_u64)
        .map(|number| {
            let (semaphore, queue): (_, Queue<u64>) = (semaphore.clone(), queue.clone());
            spawn(async move {
                let permit = semaphore.acquire().await?;
                sleep(Duration::from_millis(number % 10)).await?;
                drop(permit);
                if number % 2 == 0 {
                    queue.put(number).await?;
                } else {
                    print(queue.get().await?);
                }
                Ok(number)
            })
        })
        .collect();
    gather(tasks).await.map(drop)
}

pub(super) fn bytes_per_event() -> bool {
    const LIMIT: f64 = 48.0;
    let bytes = |trace: &Trace| trace.size_bytes() as f64 / trace.len() as f64;
    let sleepers = bytes(&play(sleepers()));
    let mixture = bytes(&play(mixture()));
    let passes = sleepers.max(mixture) <= LIMIT;
    println!(
        "a trace takes {sleepers:.1} bytes an event of sleeps, {mixture:.1} of a mixture, limit {LIMIT}: {}",
        verdict(passes)
    );
    passes
}
