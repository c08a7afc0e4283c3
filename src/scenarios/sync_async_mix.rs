//! Sync code cannot await: it gets no answer, or runs a loop for it.

use super::prelude::*;

const CALLS: Count = Count::new("calls", "Calls", 3, 1, 100);
const LATENCY: Seconds = Seconds::new("latency", "Latency", 1.0, 0.0, 5.0);

// The trace shall name the line of the call.
#[track_caller]
fn fetch(n: usize, latency: Duration) -> Span<'static, usize> {
    span(format!("fetch {n}"), async move {
        print(format!("fetch {n} starts"));
        sleep(latency).await?;
        print(format!("fetch {n} done"));
        Ok(n)
    })
}

// Each main stands for a sync program. Here all run on one
// loop, so where the sync program runs a loop and stands still
// until that is over, main awaits, with nobody beside it.

#[expect(clippy::unused_async, reason = "the mistake to show")]
async fn only_called(set: Values) -> Result<()> {
    for n in 1..=set.get(CALLS) {
        drop(fetch(n, set.get(LATENCY)));
        print("got a coroutine");
    }
    Ok(())
}

async fn loop_per_call(set: Values) -> Result<()> {
    for n in 1..=set.get(CALLS) {
        let call = fetch(n, set.get(LATENCY));
        print(format!("got {}", span("loop", call).await?));
    }
    Ok(())
}

async fn one_loop(set: Values) -> Result<()> {
    let answers = span("loop", async {
        let latency = set.get(LATENCY);
        let calls = 1..=set.get(CALLS);
        gather(calls.map(|n| fetch(n, latency))).await
    });
    for answer in answers.await? {
        print(format!("got {answer}"));
    }
    Ok(())
}

pub(super) static SCENARIO: Scenario = Scenario {
    id: "sync-async-mix",
    group: Group::Pitfalls,
    short: "Sync code calls async",
    title: "Sync code that needs async answers",
    watch: "Watch how many calls are under way at once. A loop that runs one call has nothing to do while that waits.",
    params: &[CALLS.param(), LATENCY.param()],
    presets: &[Preset { title: "10 calls", values: &[("calls", 10.0)] }],
    variants: &[
        Variant { id: "only-called", title: "called, gets a coroutine", main: |set| Box::pin(only_called(set)) },
        Variant { id: "loop-per-call", title: "a loop per call", main: |set| Box::pin(loop_per_call(set)) },
        Variant { id: "one-loop", title: "one loop outside", main: |set| Box::pin(one_loop(set)) },
    ],
    compare: Compare::Durations,
    real: Real::Waits,
    question: Question {
        ask: "With a loop per call: how long until all answers are there?",
        choices: |told| [told.took("loop-per-call"), told.took("one-loop"), Duration::ZERO].map(secs).into(),
    },
    why: |told| {
        let (each, one) = (secs(told.took("loop-per-call")), secs(told.took("one-loop")));
        let begin = "The call alone gives a coroutine, and no answer.";
        if told.get(CALLS) == 1 {
            return format!(
                "{begin} For a single call it makes no difference who runs the loop: the answer is there after {one}."
            );
        }
        format!(
            "{begin} A loop per call gives every answer, but the program stands still at each: async code at the pace of \
             sync code, {each}. With one loop outside the calls wait side by side, {one}."
        )
    },
};
