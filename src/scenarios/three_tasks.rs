//! Tasks end in their own order; results come as they are awaited.

use super::prelude::*;

const FIRST: Seconds = Seconds::new("first", "A takes", 2.0, 0.0, 5.0);
const SECOND: Seconds = Seconds::new("second", "B takes", 1.0, 0.0, 5.0);
const THIRD: Seconds = Seconds::new("third", "C takes", 3.0, 0.0, 5.0);

type Name = &'static str;

async fn work(name: Name, duration: Duration) -> Result<Name> {
    span(name, async move {
        print(format!("{name} starts"));
        sleep(duration).await?;
        print(format!("{name} done"));
        Ok(name)
    })
    .await
}

async fn awaited_in_turn(set: Values) -> Result<()> {
    let a = work("A", set.get(FIRST)).await?;
    let b = work("B", set.get(SECOND)).await?;
    let c = work("C", set.get(THIRD)).await?;
    print(format!("results: {a}, {b}, {c}"));
    Ok(())
}

async fn as_tasks(set: Values) -> Result<()> {
    let a = spawn(work("A", set.get(FIRST))).named("A");
    let b = spawn(work("B", set.get(SECOND))).named("B");
    let c = spawn(work("C", set.get(THIRD))).named("C");
    // The result of a task that is over waits to be asked for.
    let (a, b, c) = (a.await?, b.await?, c.await?);
    print(format!("results: {a}, {b}, {c}"));
    Ok(())
}

pub(super) static SCENARIO: Scenario = Scenario {
    id: "three-tasks",
    group: Group::FirstSteps,
    short: "Three tasks",
    title: "Three tasks, done in an order of their own",
    watch: "Watch who is done first, and then the order of the results. Main asks for A's before B's, whoever is done first.",
    params: &[FIRST.param(), SECOND.param(), THIRD.param()],
    presets: &[Preset { title: "1 s each", values: &[("first", 1.0), ("second", 1.0), ("third", 1.0)] }],
    variants: &[
        Variant { id: "awaited-in-turn", title: "awaited in turn", main: |set| Box::pin(awaited_in_turn(set)) },
        Variant { id: "as-tasks", title: "as tasks", main: |set| Box::pin(as_tasks(set)) },
    ],
    compare: Compare::Speedup,
    real: Real::Waits,
    question: Question {
        ask: "As tasks: in which order are they done?",
        choices: |told| {
            let order = |variant| {
                let lines = told.prints(variant).filter_map(|(_, line)| Some(line.strip_suffix(" done")?.to_owned()));
                lines.collect::<Vec<_>>()
            };
            let mut reversed = order("as-tasks");
            reversed.reverse();
            [order("as-tasks"), order("awaited-in-turn"), reversed].map(|names| names.join(", ")).into()
        },
    },
    why: |told| {
        let times = [("A", told.get(FIRST)), ("B", told.get(SECOND)), ("C", told.get(THIRD))];
        let longest = times.iter().map(|(_, time)| *time).max().unwrap_or_default();
        let slowest: Vec<_> = times.iter().filter(|(_, time)| *time == longest).map(|(name, _)| *name).collect();
        format!(
            "In turn the waits add up to {}. Tasks wait side by side, so the total is that of the slowest, {}: {}. Whoever is \
             done first, main has the results in the order in which it awaits them: A, B, C.",
            secs(told.took("awaited-in-turn")),
            slowest.join(" and "),
            secs(told.took("as-tasks"))
        )
    },
};
