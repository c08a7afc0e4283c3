//! A task pauses at an await and goes on where it paused.

use super::prelude::*;

const DELAY: Seconds = Seconds::new("delay", "Delay", 1.0, 0.0, 5.0);

async fn hello(set: Values) -> Result<()> {
    print("hello");
    // While this task sleeps, the event loop is free to run
    // others. Here there are none, so the program just waits.
    sleep(set.get(DELAY)).await?;
    print("hello again");
    Ok(())
}

pub(super) static SCENARIO: Scenario = Scenario {
    id: "hello",
    group: Group::FirstSteps,
    short: "Hello, later",
    title: "Hello, and hello again a little later",
    watch: "Watch what the program does between its two lines: nothing. It is suspended, and the thread is free.",
    params: &[DELAY.param()],
    presets: &[],
    variants: &[Variant { id: "hello", title: "hello", main: |set| Box::pin(hello(set)) }],
    compare: Compare::Speedup,
    real: Real::Waits,
    question: Question {
        ask: "When is the second line printed?",
        choices: |told| {
            let second = told.prints("hello").last().map(|(at, _)| at).unwrap_or_default();
            [second, Duration::ZERO, 2 * second].map(secs).into()
        },
    },
    why: |told| {
        format!(
            "Printing takes no time worth drawing; the wait between the two lines is all there is: {}. Somebody else could \
             have used it.",
            secs(told.took("hello"))
        )
    },
};
