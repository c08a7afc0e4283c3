//! A `TaskGroup` stops the others when one fails; `gather` does not.

use super::prelude::*;

const FIRST: Seconds = Seconds::new("first", "A takes", 1.0, 0.0, 5.0);
const SECOND: Seconds = Seconds::new("second", "B takes", 0.5, 0.0, 5.0);
const THIRD: Seconds = Seconds::new("third", "C takes", 2.0, 0.0, 5.0);
const FAILURES: Count = Count::new("failures", "Failures (B)", 1, 0, 1);

type Name = &'static str;

async fn child(
    name: Name,
    duration: Duration,
    fails: bool,
) -> Result<()> {
    span(name, async move {
        print(format!("{name} starts"));
        sleep(duration).await?;
        if fails {
            return Err(Error::raised(format!("{name} failed")));
        }
        print(format!("{name} done"));
        Ok(())
    })
    .await
}

fn children(set: &Values) -> [(Name, Duration, bool); 3] {
    [
        ("A", set.get(FIRST), false),
        ("B", set.get(SECOND), set.get(FAILURES) > 0),
        ("C", set.get(THIRD), false),
    ]
}

async fn gathered(set: Values) -> Result<()> {
    let tasks = children(&set).map(|(name, duration, fails)| {
        spawn(child(name, duration, fails))
    });
    if let Err(error) = gather(&tasks).await {
        print(format!("gather raised: {error}"));
    }
    // Nobody has stopped the others.
    wait(&tasks, ReturnWhen::AllCompleted).await?;
    print("all are over");
    Ok(())
}

async fn grouped(set: Values) -> Result<()> {
    let group = task_group(|group| async move {
        for (name, duration, fails) in children(&set) {
            drop(group.spawn(child(name, duration, fails)));
        }
        Ok(())
    });
    if let Err(Error::Group(errors)) = group.await {
        let (count, first) = (errors.len(), &errors[0]);
        print(format!("the group raised {count} error: {first}"));
    }
    print("all are over");
    Ok(())
}

pub(super) static SCENARIO: Scenario = Scenario {
    id: "task-group",
    group: Group::Together,
    short: "One fails: the others",
    title: "One of three fails: gather and TaskGroup",
    watch: "Watch A and C after B has failed: they go on, or they are stopped.",
    params: &[FIRST.param(), SECOND.param(), THIRD.param(), FAILURES.param()],
    presets: &[Preset { title: "nobody fails", values: &[("failures", 0.0)] }],
    variants: &[
        Variant { id: "gather", title: "gather", main: |set| Box::pin(gathered(set)) },
        Variant { id: "task-group", title: "TaskGroup", main: |set| Box::pin(grouped(set)) },
    ],
    compare: Compare::Durations,
    real: Real::Waits,
    question: Question {
        ask: "In a TaskGroup: when are all three over?",
        choices: |told| [told.took("task-group"), told.took("gather"), told.get(FIRST)].map(secs).into(),
    },
    why: |told| {
        let (all, group) = (secs(told.took("gather")), secs(told.took("task-group")));
        let Some(failed) = told.printed("gather", "B failed") else {
            return format!("Nobody fails, so there is no difference: both wait for the slowest, until {all}.");
        };
        let trace = told.trace("task-group");
        let stopped: Vec<_> = trace
            .events()
            .filter_map(|event| match event.what {
                trace::What::SpanEnded(child, trace::Outcome::Cancelled) => Some(&*trace.spans()[child.index()].name),
                _ => None,
            })
            .collect();
        let failed = secs(failed);
        if stopped.is_empty() {
            return format!(
                "B fails at {failed}, when the others are over: there is nobody left whom gather would let go on, or the \
                 group would stop. Both are over at {all}."
            );
        }
        format!(
            "B fails at {failed}. gather raises its error at once and lets the others go on: the last is over at {all}, and \
             without a second wait main would not know. The group stops {}, waits until they are over, at {group}, and raises \
             a group with B's error in it.",
            stopped.join(" and ")
        )
    },
};
