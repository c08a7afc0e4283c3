//! Work for the processor needs processors, not an event loop.

use super::prelude::*;
use super::services::{Workers, sum_of_squares};

const SUMS: Count = Count::new("sums", "Sums", 4, 1, 8);
const DURATION: Seconds = Seconds::new("duration", "One sum", 1.0, 0.0, 2.0);
const WORKERS: Count = Count::new("workers", "Workers", 4, 1, 8);

async fn on_the_loop(set: Values) -> Result<()> {
    let takes = set.get(DURATION);
    let sums = (1..=set.get(SUMS) as u64).map(|n| {
        span(format!("sum {n}"), async move {
            // No await in it: the others wait for its end.
            let sum = sum_of_squares(10_000 * n, takes);
            print(format!("sum {n} is {sum}"));
            Ok(())
        })
    });
    gather(sums).await?;
    Ok(())
}

async fn in_worker(
    n: u64,
    takes: Duration,
    pool: Workers,
) -> Result<()> {
    let sum = pool.sum_of_squares(10_000 * n, takes).await?;
    print(format!("sum {n} is {sum}"));
    Ok(())
}

async fn worker_pool(set: Values) -> Result<()> {
    let takes = set.get(DURATION);
    let pool = Workers::new(set.get(WORKERS));
    let sums = (1..=set.get(SUMS) as u64).map(|n| {
        let sum = in_worker(n, takes, pool.clone());
        span(format!("sum {n}"), sum)
    });
    gather(sums).await?;
    Ok(())
}

pub(super) static SCENARIO: Scenario = Scenario {
    id: "cpu-bound",
    group: Group::Machine,
    short: "Work for the processor",
    title: "Sums of squares, on the loop or in a pool of workers",
    watch: "Watch who runs when. All sums are tasks, in both; only who computes them differs.",
    params: &[SUMS.param(), DURATION.param(), WORKERS.param()],
    presets: &[Preset { title: "8 sums, 2 workers", values: &[("sums", 8.0), ("workers", 2.0)] }],
    variants: &[
        Variant { id: "on-the-loop", title: "on the loop", main: |set| Box::pin(on_the_loop(set)) },
        Variant { id: "worker-pool", title: "in a worker pool", main: |set| Box::pin(worker_pool(set)) },
    ],
    compare: Compare::Speedup,
    real: Real::Computes,
    question: Question {
        ask: "All sums are gathered on the loop: how long do they take?",
        choices: |told| {
            let together = told.get(DURATION);
            let half = told.took("on-the-loop") / 2;
            [told.took("on-the-loop"), together, half].map(secs).into()
        },
    },
    why: |told| {
        let (sums, workers) = (told.get(SUMS), told.get(WORKERS));
        let [on_loop, pooled] = ["on-the-loop", "worker-pool"].map(|variant| secs(told.took(variant)));
        let rounds = match sums.div_ceil(workers) {
            1 => String::new(),
            rounds => format!(", {rounds} rounds"),
        };
        match (sums, workers) {
            (1, _) => format!("A single sum takes {on_loop} wherever it is computed; in a pool it leaves the loop free."),
            (_, 1) => format!(
                "One worker computes one sum at a time, as the loop does: {pooled} instead of {on_loop}. But the loop is free."
            ),
            _ => format!(
                "Gather has nothing to overlap here: a sum never waits, it computes, and on the one thread of the loop {sums} \
                 of them take {on_loop}. {} workers compute side by side and need {pooled}{rounds}: they gain as much as the \
                 machine has cores that are free.",
                workers.min(sums)
            ),
        }
    },
};
