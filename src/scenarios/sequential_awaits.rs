//! Awaiting in a loop waits for one call after the other.

use super::prelude::*;

const FETCHES: Count = Count::new("fetches", "Fetches", 3, 1, 1000);
const LATENCY: Seconds = Seconds::new("latency", "Latency", 1.0, 0.0, 5.0);

async fn fetch(name: String, latency: Duration) -> Result<()> {
    span(name.clone(), async move {
        print(format!("{name} starts"));
        sleep(latency).await?;
        print(format!("{name} done"));
        Ok(())
    })
    .await
}

async fn loop_of_awaits(set: Values) -> Result<()> {
    let latency = set.get(LATENCY);
    // All are called here, but none of them runs yet.
    let fetches: Vec<_> = (1..=set.get(FETCHES))
        .map(|n| fetch(format!("fetch {n}"), latency))
        .collect();
    for fetch in fetches {
        fetch.await?;
    }
    Ok(())
}

async fn tasks_first(set: Values) -> Result<()> {
    let latency = set.get(LATENCY);
    // All are on the loop, and run as soon as main waits.
    let fetches: Vec<_> = (1..=set.get(FETCHES))
        .map(|n| spawn(fetch(format!("fetch {n}"), latency)))
        .collect();
    for fetch in fetches {
        fetch.await?;
    }
    Ok(())
}

async fn gathered(set: Values) -> Result<()> {
    let latency = set.get(LATENCY);
    let fetches = (1..=set.get(FETCHES))
        .map(|n| fetch(format!("fetch {n}"), latency));
    gather(fetches).await?;
    Ok(())
}

pub(super) static SCENARIO: Scenario = Scenario {
    id: "sequential-awaits",
    group: Group::Pitfalls,
    short: "await in a loop",
    title: "A loop of awaits, which looks concurrent and is not",
    watch: "Watch when the second fetch starts. The first two programs differ in one word.",
    params: &[FETCHES.param(), LATENCY.param()],
    presets: &[Preset { title: "10 fetches", values: &[("fetches", 10.0)] }],
    variants: &[
        Variant { id: "loop-of-awaits", title: "loop of awaits", main: |set| Box::pin(loop_of_awaits(set)) },
        Variant { id: "tasks-first", title: "tasks first", main: |set| Box::pin(tasks_first(set)) },
        Variant { id: "gather", title: "gather", main: |set| Box::pin(gathered(set)) },
    ],
    compare: Compare::Speedup,
    real: Real::Waits,
    question: Question {
        ask: "All are called before the first await: how long does the loop of awaits take?",
        choices: |told| {
            let (each, one) = (told.took("loop-of-awaits"), told.took("gather"));
            [each, one, one + told.get(LATENCY)].map(secs).into()
        },
    },
    why: |told| {
        let (each, one) = (secs(told.took("loop-of-awaits")), secs(told.took("gather")));
        if told.get(FETCHES) == 1 {
            return format!("A single fetch takes {one}, however it is awaited.");
        }
        format!(
            "A call alone starts nothing: in the first program each fetch begins when its turn to be awaited has come, and \
             the waits add up to {each}. Tasks start without being awaited, so the same loop takes {one}; gather makes the \
             tasks itself."
        )
    },
};
