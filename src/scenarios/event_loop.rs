//! Awaiting a future runs it now; a task runs beside you.

use super::prelude::*;

const FIRST: Seconds = Seconds::new("first", "A takes", 2.0, 0.0, 5.0);
const SECOND: Seconds = Seconds::new("second", "B takes", 1.0, 0.0, 5.0);

type Name = &'static str;

async fn work(name: Name, duration: Duration) -> Result<()> {
    span(name, async move {
        print(format!("{name} starts"));
        sleep(duration).await?;
        print(format!("{name} done"));
        Ok(())
    })
    .await
}

async fn one_after_the_other(set: Values) -> Result<()> {
    work("A", set.get(FIRST)).await?;
    // Only now does B begin.
    work("B", set.get(SECOND)).await
}

async fn both_on_the_loop(set: Values) -> Result<()> {
    let a = spawn(work("A", set.get(FIRST))).named("A");
    let b = spawn(work("B", set.get(SECOND))).named("B");
    // Both start here, when main waits for the first time.
    a.await?;
    b.await
}

pub(super) static SCENARIO: Scenario = Scenario {
    id: "event-loop",
    group: Group::FirstSteps,
    short: "Two tasks, one loop",
    title: "Two tasks on one event loop",
    watch: "Watch when B starts: after A is done, or while A waits. There is one thread in both.",
    params: &[FIRST.param(), SECOND.param()],
    presets: &[Preset { title: "1 s each", values: &[("first", 1.0), ("second", 1.0)] }],
    variants: &[
        Variant {
            id: "one-after-the-other",
            title: "one after the other",
            main: |set| Box::pin(one_after_the_other(set)),
        },
        Variant { id: "both-on-the-loop", title: "both on the loop", main: |set| Box::pin(both_on_the_loop(set)) },
    ],
    compare: Compare::Speedup,
    real: Real::Waits,
    question: Question {
        ask: "Both on the loop: how long will they take together?",
        choices: |told| {
            let shorter = told.get(FIRST).min(told.get(SECOND));
            [told.took("both-on-the-loop"), told.took("one-after-the-other"), shorter].map(secs).into()
        },
    },
    why: |told| {
        let (first, second) = (told.get(FIRST), told.get(SECOND));
        let (longer, shorter) = if first < second { ("B", "A") } else { ("A", "B") };
        let (sum, longest) = (secs(told.took("one-after-the-other")), secs(told.took("both-on-the-loop")));
        let begin = format!("One after the other the waits add up to {sum}. On the loop they overlap");
        if first == second {
            format!("{begin}: the second costs nothing beside the first, and both are over after {longest}.")
        } else {
            format!("{begin}, and {longer} alone decides the total, {longest}: making {shorter} faster would change nothing.")
        }
    },
};
