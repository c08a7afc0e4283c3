//! A task goes on while its creator does other work.

use super::prelude::*;

const DOWNLOADS: Count = Count::new("downloads", "Downloads", 3, 1, 20);
const DURATION: Seconds = Seconds::new("duration", "Each takes", 2.0, 0.0, 5.0);
const WORK: Seconds = Seconds::new("work", "Other work", 0.5, 0.0, 5.0);

async fn job(name: String, duration: Duration) -> Result<()> {
    span(name.clone(), async move {
        print(format!("{name} starts"));
        sleep(duration).await?;
        print(format!("{name} done"));
        Ok(())
    })
    .await
}

async fn await_each(set: Values) -> Result<()> {
    for n in 1..=set.get(DOWNLOADS) {
        job(format!("download {n}"), set.get(DURATION)).await?;
    }
    job("other work".into(), set.get(WORK)).await
}

async fn create_tasks(set: Values) -> Result<()> {
    let mut tasks = Vec::new();
    for n in 1..=set.get(DOWNLOADS) {
        let name = format!("download {n}");
        let download = job(name.clone(), set.get(DURATION));
        tasks.push(spawn(download).named(name));
    }
    print("tasks created");
    // They start when main first awaits, somewhere in here.
    job("other work".into(), set.get(WORK)).await?;
    for task in tasks {
        task.await?;
    }
    Ok(())
}

pub(super) static SCENARIO: Scenario = Scenario {
    id: "create-task",
    group: Group::Together,
    short: "Working meanwhile",
    title: "Downloads that go on while main does something else",
    watch: "Watch when the downloads start: not where their tasks are created, but when main first lets go of the thread.",
    params: &[DOWNLOADS.param(), DURATION.param(), WORK.param()],
    presets: &[Preset { title: "long other work", values: &[("work", 3.0)] }],
    variants: &[
        Variant { id: "await-each", title: "await each call", main: |set| Box::pin(await_each(set)) },
        Variant {
            id: "create-tasks",
            title: "create tasks, work, then await",
            main: |set| Box::pin(create_tasks(set)),
        },
    ],
    compare: Compare::Speedup,
    real: Real::Waits,
    question: Question {
        ask: "With tasks: how long will downloads and other work take?",
        choices: |told| {
            let both = told.get(DURATION) + told.get(WORK);
            [told.took("create-tasks"), told.took("await-each"), both].map(secs).into()
        },
    },
    why: |told| {
        let start = secs(told.printed("create-tasks", "download 1 starts").unwrap_or_default());
        format!(
            "Awaited one by one, the downloads and the other work add up to {}. Tasks start at {start}, when main first \
             awaits something, and then everything waits side by side: what takes longest decides, {}.",
            secs(told.took("await-each")),
            secs(told.took("create-tasks"))
        )
    },
};
