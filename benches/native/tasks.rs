//! Spawning a task, letting it yield once, and hearing of its end.

use std::hint::black_box;
use std::io;
use std::time::Duration;

use interleave::aio::{gather, spawn, yield_now};
use interleave::host::virtual_time;

use super::python::Python;
use super::{ROUNDS, compare, median, time, verdict};

const TASKS: u32 = 200_000;

fn ours(tasks: u32) -> Duration {
    let (took, run) = time(|| {
        virtual_time::run(async move {
            let tasks: Vec<_> = (0..tasks).map(|_| spawn(async { yield_now().await })).collect();
            gather(tasks).await
        })
    });
    assert_eq!(run.result.map(|result| result.map(|units| units.len())), Some(Ok(tasks as usize)));
    black_box(run.trace);
    took
}

pub(super) fn beside_asyncio(python: &Python) -> io::Result<bool> {
    let name = format!("a task beside {}", python.name());
    compare(&name, 0.02, TASKS, || Ok(ours(TASKS)), || python.time("tasks", TASKS))
}

/// A task costs the same however many there are.
pub(super) fn flat_cost() -> bool {
    const LIMIT: f64 = 2.0;
    const COUNTS: [u32; 4] = [1_000, 10_000, 100_000, 1_000_000];
    let per_task = |tasks: u32| {
        // Few tasks are soon done: as many runs of them as it takes to see a time.
        let runs = COUNTS[COUNTS.len() - 1] / tasks;
        let took: Duration = (0..runs).map(|_| ours(tasks)).sum();
        took.as_secs_f64() * 1e6 / f64::from(tasks * runs)
    };
    ours(TASKS);
    let rounds: Vec<[f64; 4]> = (0..ROUNDS).map(|_| COUNTS.map(per_task)).collect();
    let spread = |costs: &[f64; 4]| {
        let least = costs.iter().copied().fold(f64::INFINITY, f64::min);
        costs.iter().copied().fold(0.0, f64::max) / least
    };
    let ratio = median(rounds.iter().map(spread).collect());
    let passes = ratio <= LIMIT;
    println!("a task's cost among 1,000 to 1,000,000: within {ratio:.2}, limit {LIMIT}: {}", verdict(passes));
    for (place, count) in COUNTS.iter().enumerate() {
        println!("  {count:>9} tasks: {:.3} µs each", median(rounds.iter().map(|costs| costs[place]).collect()));
    }
    passes
}
