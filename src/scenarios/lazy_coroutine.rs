//! Calling an async function runs nothing; awaiting it does.

use super::prelude::*;

const LATENCY: Seconds = Seconds::new("latency", "Latency", 1.0, 0.0, 5.0);

async fn fetch(latency: Duration) -> Result<&'static str> {
    print("fetch starts");
    sleep(latency).await?;
    print("fetch done");
    Ok("the answer")
}

#[expect(clippy::unused_async, reason = "that is the mistake")]
async fn never_awaited(set: Values) -> Result<()> {
    let _call = span("fetch", fetch(set.get(LATENCY)));
    print("called, and nothing has run");
    Ok(())
}

async fn awaited(set: Values) -> Result<()> {
    let call = span("fetch", fetch(set.get(LATENCY)));
    print("called, and nothing has run");
    // Only now does it run.
    let result = call.await?;
    print(format!("result: {result}"));
    Ok(())
}

pub(super) static SCENARIO: Scenario = Scenario {
    id: "lazy-coroutine",
    group: Group::FirstSteps,
    short: "Called, not awaited",
    title: "An async function that is called and not awaited",
    watch: "Watch what the call alone does. The function's lines are printed only if somebody awaits what the call gave.",
    params: &[LATENCY.param()],
    presets: &[],
    variants: &[
        Variant { id: "never-awaited", title: "never awaited", main: |set| Box::pin(never_awaited(set)) },
        Variant { id: "awaited", title: "awaited", main: |set| Box::pin(awaited(set)) },
    ],
    compare: Compare::Durations,
    real: Real::Waits,
    question: Question {
        ask: "Never awaited: how many lines does fetch print?",
        choices: |told| {
            let lines = |variant| told.count(variant, "fetch ");
            [lines("never-awaited"), lines("awaited"), 1].map(|lines| lines.to_string()).into()
        },
    },
    why: |told| {
        format!(
            "The call makes something that can be awaited, and runs none of the function's lines. Never awaited, that is \
             thrown away, and the program is over after {}; awaited, it runs, for {}, and gives its result.",
            secs(told.took("never-awaited")),
            secs(told.took("awaited"))
        )
    },
};
