//! `as_completed` hands over each answer as soon as it is there.

use super::prelude::*;

const CACHE: Seconds = Seconds::new("cache", "Cache", 0.5, 0.0, 5.0);
const DATABASE: Seconds = Seconds::new("database", "Database", 1.5, 0.0, 5.0);
const SEARCH: Seconds = Seconds::new("search", "Search", 2.5, 0.0, 5.0);

type Name = &'static str;

async fn ask(name: Name, latency: Duration) -> Result<Name> {
    print(format!("{name} asked"));
    sleep(latency).await?;
    print(format!("{name} answered"));
    Ok(name)
}

fn ask_all(set: &Values) -> [Task<Name>; 3] {
    let sources = [
        ("search", SEARCH),
        ("cache", CACHE),
        ("database", DATABASE),
    ];
    sources.map(|(name, latency)| {
        spawn(ask(name, set.get(latency))).named(name)
    })
}

fn handle(answer: Name) {
    print(format!("{answer} handled"));
}

async fn gather_then_handle(set: Values) -> Result<()> {
    for answer in gather(ask_all(&set)).await? {
        handle(answer);
    }
    Ok(())
}

async fn as_they_complete(set: Values) -> Result<()> {
    for earliest in as_completed(ask_all(&set)) {
        handle(earliest.await?);
    }
    Ok(())
}

pub(super) static SCENARIO: Scenario = Scenario {
    id: "as-completed",
    group: Group::Together,
    short: "First come, first handled",
    title: "Handling answers as they come",
    watch: "Watch when the first answer is handled: after the last one has come, or as soon as it is there itself.",
    params: &[CACHE.param(), DATABASE.param(), SEARCH.param()],
    presets: &[Preset { title: "all at 1 s", values: &[("cache", 1.0), ("database", 1.0), ("search", 1.0)] }],
    variants: &[
        Variant {
            id: "gather-then-handle",
            title: "gather, then handle",
            main: |set| Box::pin(gather_then_handle(set)),
        },
        Variant { id: "as-they-complete", title: "as they complete", main: |set| Box::pin(as_they_complete(set)) },
    ],
    compare: Compare::Durations,
    real: Real::Waits,
    question: Question {
        ask: "As they complete: when is the first answer handled?",
        choices: |told| {
            let first = |variant| told.printed(variant, "handled").unwrap_or_default();
            [first("as-they-complete"), first("gather-then-handle"), told.get(DATABASE)].map(secs).into()
        },
    },
    why: |told| {
        let latencies = [told.get(SEARCH), told.get(CACHE), told.get(DATABASE)];
        let at = secs(told.printed("as-they-complete", "handled").unwrap_or_default());
        let end = secs(told.took("gather-then-handle"));
        if latencies.iter().all(|latency| *latency == latencies[0]) {
            format!("All three answer at {end}, so there is nothing to handle earlier: both ways come out the same.")
        } else {
            format!(
                "Both end with the slowest answer, at {end}. But gather gives nothing until it has everything, while \
                 as_completed hands over the first answer at {at}, and that is when somebody sees something."
            )
        }
    },
};
