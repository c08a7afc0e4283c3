//! A coroutine, a task and a bare future can all be awaited.

use super::prelude::*;

const DURATION: Seconds = Seconds::new("duration", "Each takes", 1.0, 0.0, 5.0);

type Name = &'static str;

async fn work(name: Name, duration: Duration) -> Result<Name> {
    print(format!("{name} runs"));
    sleep(duration).await?;
    Ok(name)
}

async fn set_later(
    future: Promise<Name>,
    duration: Duration,
) -> Result<()> {
    sleep(duration).await?;
    print("setter sets the future");
    future.set_result("future");
    Ok(())
}

async fn await_three(set: Values) -> Result<()> {
    let duration = set.get(DURATION);

    // A coroutine runs here, as a part of main.
    let coroutine = work("coroutine", duration);
    let result = span("coroutine", coroutine).await?;
    print(format!("result of the {result}"));

    // A task runs by itself; main waits for its end.
    let task = spawn(work("task", duration)).named("task");
    let result = task.await?;
    print(format!("result of the {result}"));

    // A bare future runs nothing: another task must set it.
    let future = Promise::new().named("answer");
    let setter = spawn(set_later(future.clone(), duration));
    let setter = setter.named("setter");
    let result = span("future", future.wait()).await?;
    print(format!("result of the {result}"));
    setter.await
}

pub(super) static SCENARIO: Scenario = Scenario {
    id: "awaitables",
    group: Group::FirstSteps,
    short: "What can be awaited",
    title: "A coroutine, a task, a bare future",
    watch: "Watch the arrows: main waits three times, and each time something else wakes it.",
    params: &[DURATION.param()],
    presets: &[],
    variants: &[Variant { id: "awaitables", title: "awaitables", main: |set| Box::pin(await_three(set)) }],
    compare: Compare::Durations,
    real: Real::Waits,
    question: Question {
        ask: "Main awaits the bare future: who wakes it?",
        choices: |told| {
            let trace = told.trace("awaitables");
            let wakers = trace.events().filter_map(|event| match event.what {
                trace::What::Ready(waker) if event.task == trace::TaskId::MAIN => Some(waker),
                _ => None,
            });
            let last = match wakers.last() {
                Some(trace::Waker::Task(task)) => trace.name(task).to_string(),
                _ => "a timer".to_owned(),
            };
            vec![last, "a timer".to_owned(), "the future itself".to_owned()]
        },
    },
    why: |told| {
        let at = |line| secs(told.printed("awaitables", line).unwrap_or_default());
        format!(
            "The coroutine is a part of main: when its sleep is over, at {}, main goes on. The task runs by itself, and its \
             end wakes main at {}. The future is only a place for a result: the setter puts one there at {}, and that wakes \
             whoever waits for it.",
            at("of the coroutine"),
            at("of the task"),
            at("setter sets")
        )
    },
};
