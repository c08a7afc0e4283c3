//! A task in the background lives no longer than the loop.

use super::prelude::*;

const JOB: Seconds = Seconds::new("job", "Job", 10.0, 0.0, 20.0);
const ANSWER: Seconds = Seconds::new("answer", "Answer", 1.0, 0.0, 5.0);

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

async fn wait_for_it(set: Values) -> Result<()> {
    work("job", set.get(JOB)).await?;
    work("answer", set.get(ANSWER)).await
}

async fn keep_the_handle(set: Values) -> Result<()> {
    let job = spawn(work("job", set.get(JOB))).named("job");
    work("answer", set.get(ANSWER)).await?;
    job.await
}

async fn drop_the_handle(set: Values) -> Result<()> {
    drop(spawn(work("job", set.get(JOB))).named("job"));
    // After this main is over, and with it the loop.
    work("answer", set.get(ANSWER)).await
}

pub(super) static SCENARIO: Scenario = Scenario {
    id: "background-task",
    group: Group::Together,
    short: "In the background",
    title: "A long job in the background, and a quick answer",
    watch: "Watch when the answer is given, and how the job ends. Nothing waits for a task that nobody awaits.",
    params: &[JOB.param(), ANSWER.param()],
    presets: &[Preset { title: "a short job", values: &[("job", 0.5)] }],
    variants: &[
        Variant { id: "wait-for-it", title: "wait for it", main: |set| Box::pin(wait_for_it(set)) },
        Variant {
            id: "keep-the-handle",
            title: "keep the handle, await it later",
            main: |set| Box::pin(keep_the_handle(set)),
        },
        Variant {
            id: "drop-the-handle",
            title: "drop the handle, main ends",
            main: |set| Box::pin(drop_the_handle(set)),
        },
    ],
    compare: Compare::Durations,
    real: Real::Waits,
    question: Question {
        ask: "Nobody keeps the handle and main ends: what becomes of the job?",
        choices: |told| {
            let fates = ["it is cancelled", "it goes on by itself", "main waits for it", "it is over before main"];
            let right = if told.printed("drop-the-handle", "job done").is_some() { 3 } else { 0 };
            [right, 1, 2, 3 - right].map(|fate| fates[fate].to_owned()).into()
        },
    },
    why: |told| {
        let answered = |variant| secs(told.printed(variant, "answer done").unwrap_or_default());
        let total = |variant| secs(told.took(variant));
        let dropped = total("drop-the-handle");
        let fate = match told.printed("drop-the-handle", "job done") {
            Some(done) => format!("without that, the job is lucky to be over at {}: main ends at {dropped}", secs(done)),
            None => format!("without that, main ends at {dropped}, the loop closes, and the job is cancelled"),
        };
        format!(
            "Main answers at {} if it waits for the job first, and at {} if the job is a task beside it. Awaiting the handle \
             later keeps the loop open until both are over, at {}; {fate}.",
            answered("wait-for-it"),
            answered("keep-the-handle"),
            total("keep-the-handle")
        )
    },
};
