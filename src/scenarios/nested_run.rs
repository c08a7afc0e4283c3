//! Inside a running loop there is no starting another: await.

use super::prelude::*;

const LATENCY: Seconds = Seconds::new("latency", "Latency", 1.0, 0.0, 5.0);

type Text = &'static str;

// The trace shall name the line of the call.
#[track_caller]
fn fetch(latency: Duration) -> Span<'static, Text> {
    span("fetch", async move {
        print("fetch starts");
        sleep(latency).await?;
        Ok("the answer")
    })
}

#[expect(clippy::unused_async, reason = "the mistake to show")]
async fn run_inside(set: Values) -> Result<()> {
    print("main starts");
    let answer = run(fetch(set.get(LATENCY)))?;
    print(format!("main has {answer}"));
    Ok(())
}

async fn awaited(set: Values) -> Result<()> {
    print("main starts");
    let answer = fetch(set.get(LATENCY)).await?;
    print(format!("main has {answer}"));
    Ok(())
}

pub(super) static SCENARIO: Scenario = Scenario {
    id: "nested-run",
    group: Group::Pitfalls,
    short: "A loop inside a loop",
    title: "Starting a loop inside a running one",
    watch: "Watch where the first program ends. Its main runs on a loop already, and a second one has no room beside it.",
    params: &[LATENCY.param()],
    presets: &[],
    variants: &[
        Variant { id: "run-inside", title: "run inside", main: |set| Box::pin(run_inside(set)) },
        Variant { id: "await", title: "await", main: |set| Box::pin(awaited(set)) },
    ],
    compare: Compare::Durations,
    real: Real::Waits,
    question: Question {
        ask: "When does fetch start with run inside?",
        choices: |told| {
            let starts = |variant| told.printed(variant, "fetch starts").map_or("never".to_owned(), secs);
            vec![starts("run-inside"), starts("await"), secs(told.took("await") + told.get(LATENCY))]
        },
    },
    why: |told| {
        format!(
            "A thread has room for one running loop. Asked for a second one, at {}, run raises an error before fetch has \
             begun. Awaited, fetch runs on the loop that is there, and the answer comes at {}.",
            secs(told.took("run-inside")),
            secs(told.took("await"))
        )
    },
};
