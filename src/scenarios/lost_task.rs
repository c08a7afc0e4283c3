//! When main returns, what it has not waited for is cancelled.

use std::cell::Cell;
use std::rc::Rc;

use super::prelude::*;

const TASKS: Count = Count::new("tasks", "Tasks", 5, 1, 100);
const STEP: Seconds = Seconds::new("step", "Each takes longer by", 0.4, 0.0, 2.0);
const OTHER_WORK: Seconds = Seconds::new("other-work", "Main's own work", 1.0, 0.0, 5.0);

type Finished = Rc<Cell<usize>>;

async fn upload(
    name: String,
    takes: Duration,
    finished: Finished,
) -> Result<()> {
    span(name.clone(), async move {
        sleep(takes).await?;
        print(format!("{name} done"));
        finished.set(finished.get() + 1);
        Ok(())
    })
    .await
}

fn upload_all(
    set: &Values,
    finished: &Finished,
) -> Vec<Task<()>> {
    let uploads = (1..=set.get(TASKS)).map(|n| {
        let name = format!("upload {n}");
        let takes = set.get(STEP) * n as u32;
        spawn(upload(name, takes, finished.clone()))
    });
    uploads.collect()
}

async fn no_wait(set: Values) -> Result<()> {
    let finished = Finished::default();
    upload_all(&set, &finished);
    sleep(set.get(OTHER_WORK)).await?;
    print(format!("main returns, finished: {}", finished.get()));
    Ok(())
}

async fn gathered(set: Values) -> Result<()> {
    let finished = Finished::default();
    let uploads = upload_all(&set, &finished);
    sleep(set.get(OTHER_WORK)).await?;
    gather(uploads).await?;
    print(format!("main returns, finished: {}", finished.get()));
    Ok(())
}

pub(super) static SCENARIO: Scenario = Scenario {
    id: "lost-task",
    group: Group::Pitfalls,
    short: "Tasks that get lost",
    title: "Tasks that nobody waits for",
    watch: "Watch what happens to the uploads when main returns. The loop does not wait for tasks: somebody has to.",
    params: &[TASKS.param(), STEP.param(), OTHER_WORK.param()],
    presets: &[Preset { title: "main returns at once", values: &[("other-work", 0.0)] }],
    variants: &[
        Variant { id: "no-wait", title: "no wait", main: |set| Box::pin(no_wait(set)) },
        Variant { id: "gather", title: "gather", main: |set| Box::pin(gathered(set)) },
    ],
    compare: Compare::Durations,
    real: Real::Waits,
    question: Question {
        ask: "Without waiting: how many uploads are finished?",
        choices: |told| {
            let finished = told.count("no-wait", "done");
            [finished, told.get(TASKS), finished + 1, 0].map(|count| count.to_string()).into()
        },
    },
    why: |told| {
        let (tasks, finished) = (told.get(TASKS), told.count("no-wait", "done"));
        let (lost, returns) = (tasks - finished, secs(told.took("no-wait")));
        let waits = secs(told.took("gather"));
        if lost == 0 {
            return format!("By chance main is busy until {returns}, and all {tasks} are finished by then: nothing is lost.");
        }
        format!(
            "Main returns at {returns}, and the loop is closed: {finished} of {tasks} are finished, {lost} cancelled, and \
             nobody gets an error. Gather waits until the last one is done, at {waits}."
        )
    },
};
