//! Waits side by side need threads, or an event loop.

use super::prelude::*;

const WAITS: Count = Count::new("waits", "Waits", 10, 1, 1000);
const WAIT: Seconds = Seconds::new("wait", "Wait", 1.0, 0.0, 5.0);
const THREADS: Count = Count::new("threads", "Threads", 10, 1, 100);

async fn waiting(name: String, takes: Duration) -> Result<()> {
    sleep(takes).await?;
    print(format!("{name} over"));
    Ok(())
}

async fn in_thread(
    name: String,
    takes: Duration,
    pool: ThreadPool,
) -> Result<()> {
    pool.run(move || {
        blocking_sleep(takes); // One thread waits with it.
        Ok(())
    })
    .await?;
    print(format!("{name} over"));
    Ok(())
}

fn names(set: &Values) -> impl Iterator<Item = String> {
    (1..=set.get(WAITS)).map(|n| format!("wait {n}"))
}

async fn sequential(set: Values) -> Result<()> {
    for name in names(&set) {
        let wait = waiting(name.clone(), set.get(WAIT));
        span(name, wait).await?;
    }
    print("cost: 1 thread, 0 tasks beside main");
    Ok(())
}

async fn threads(set: Values) -> Result<()> {
    let pool = ThreadPool::new(set.get(THREADS));
    let takes = set.get(WAIT);
    let waits = names(&set).map(|name| {
        span(name.clone(), in_thread(name, takes, pool.clone()))
    });
    let tasks = gather(waits).await?.len();
    // The loop has one, and a pool makes no more than it needs.
    let threads = 1 + tasks.min(set.get(THREADS));
    print(format!(
        "cost: {threads} threads, {tasks} tasks beside main"
    ));
    Ok(())
}

async fn asynchronous(set: Values) -> Result<()> {
    let takes = set.get(WAIT);
    let waits = names(&set)
        .map(|name| span(name.clone(), waiting(name, takes)));
    let tasks = gather(waits).await?.len();
    print(format!("cost: 1 thread, {tasks} tasks beside main"));
    Ok(())
}

pub(super) static SCENARIO: Scenario = Scenario {
    id: "io-models",
    group: Group::Machine,
    short: "Threads or a loop",
    title: "Many waits: in turn, in threads, on one loop",
    watch: "Watch how long each takes, then what it costs: the last line counts threads and tasks.",
    params: &[WAITS.param(), WAIT.param(), THREADS.param()],
    presets: &[Preset { title: "1,000 waits", values: &[("waits", 1000.0)] }],
    variants: &[
        Variant { id: "sequential", title: "sequential", main: |set| Box::pin(sequential(set)) },
        Variant { id: "threads", title: "threads", main: |set| Box::pin(threads(set)) },
        Variant { id: "async", title: "async", main: |set| Box::pin(asynchronous(set)) },
    ],
    compare: Compare::Speedup,
    real: Real::Waits,
    question: Question {
        ask: "How many threads does the loop need for all these waits?",
        choices: |told| {
            let threads = |variant| {
                let cost = told.prints(variant).last().map(|(_, line)| line).unwrap_or_default();
                cost.split(' ').nth(1).unwrap_or_default().to_owned()
            };
            vec![threads("async"), threads("threads"), told.get(WAITS).to_string()]
        },
    },
    why: |told| {
        let (waits, threads) = (told.get(WAITS), told.get(THREADS));
        let [in_turn, pooled, on_loop] = ["sequential", "threads", "async"].map(|variant| secs(told.took(variant)));
        let in_threads = if waits > threads {
            format!("With {threads} threads, {threads} wait at a time, {} rounds of them: {pooled}.", waits.div_ceil(threads))
        } else {
            format!("With a thread for each they take {pooled}.")
        };
        if waits == 1 {
            return format!(
                "A single wait takes {on_loop} in every way. A thread for it is one more stack and one more thing for the \
                 system to switch to."
            );
        }
        format!(
            "In turn the waits add up to {in_turn}. {in_threads} A loop keeps {waits} waits in one thread, {on_loop} for all: \
             each costs a task and a timer, where a thread costs a stack and a place in the system's own list."
        )
    },
};
