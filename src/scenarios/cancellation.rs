//! Cancelling is a request: clean up, then pass it on.

use super::prelude::*;

const TASK: Seconds = Seconds::new("task", "Task", 10.0, 1.0, 20.0);
const CANCEL_AT: Seconds = Seconds::new("cancel-at", "Cancel at", 1.0, 0.1, 10.0);
const CLEANUP: Seconds = Seconds::new("cleanup", "Cleanup", 0.5, 0.0, 5.0);
const STEP: Duration = Duration::from_secs(2);

async fn cleans_up(set: Values) -> Result<&'static str> {
    if let Err(cancelled) = sleep(set.get(TASK)).await {
        print("worker cleans up");
        sleep(set.get(CLEANUP)).await?;
        // Whoever awaits the worker sees it cancelled.
        return Err(cancelled);
    }
    Ok("finished")
}

async fn swallows(set: Values) -> Result<&'static str> {
    if sleep(set.get(TASK)).await.is_err() {
        print("worker cleans up");
        sleep(set.get(CLEANUP)).await?;
    }
    Ok("finished")
}

async fn ignores(set: Values) -> Result<&'static str> {
    for _ in 0..steps(&set) {
        if sleep(STEP).await.is_err() {
            print("worker goes on");
        }
    }
    Ok("finished")
}

fn steps(set: &Values) -> u128 {
    set.get(TASK).as_millis() / STEP.as_millis()
}

async fn cancel<F>(
    set: Values,
    work: fn(Values) -> F,
) -> Result<()>
where
    F: Future<Output = Result<&'static str>> + 'static,
{
    let worker = spawn(work(set.clone())).named("worker");
    sleep(set.get(CANCEL_AT)).await?;
    print("main asks the worker to stop");
    worker.cancel();
    match worker.await {
        Ok(result) => print(format!("worker returned: {result}")),
        Err(Error::Cancelled(_)) => print("worker was cancelled"),
        Err(other) => return Err(other),
    }
    Ok(())
}

pub(super) static SCENARIO: Scenario = Scenario {
    id: "cancellation",
    group: Group::GoingWrong,
    short: "Cancelled, cleaning up",
    title: "Asking a task to stop",
    watch: "Watch the worker after the request: it decides itself what to do, and main waits until it is over.",
    params: &[TASK.param(), CANCEL_AT.param(), CLEANUP.param()],
    presets: &[Preset { title: "slow cleanup", values: &[("cleanup", 3.0)] }],
    variants: &[
        Variant { id: "cleans-up", title: "cleans up", main: |set| Box::pin(cancel(set, cleans_up)) },
        Variant { id: "swallows", title: "swallows it", main: |set| Box::pin(cancel(set, swallows)) },
        Variant { id: "ignores", title: "ignores it", main: |set| Box::pin(cancel(set, ignores)) },
    ],
    compare: Compare::Durations,
    real: Real::Waits,
    question: Question {
        ask: "Asked to stop, when is the worker that cleans up over?",
        choices: |told| {
            let (asked, task) = (told.get(CANCEL_AT), told.get(TASK));
            [told.took("cleans-up"), asked, task, task + told.get(CLEANUP)].map(secs).into()
        },
    },
    why: |told| {
        let (task, cancel_at) = (told.get(TASK), told.get(CANCEL_AT));
        let (takes, asked, cleanup) = (secs(task), secs(cancel_at), secs(told.get(CLEANUP)));
        if cancel_at > task {
            return format!(
                "The request comes at {asked}, when the worker has been over since {takes} at the latest: there is nothing \
                 left to cancel."
            );
        }
        let ignoring = if cancel_at.as_millis() <= steps(told.values()) * STEP.as_millis() {
            "The third takes the request for noise: it only cuts one of its sleeps short."
        } else {
            "The third was over before anybody asked."
        };
        format!(
            "The request arrives at {asked}, at the await where the worker stands, and cleaning up takes {cleanup} more. The \
             first then passes it on and ends cancelled; the second keeps it to itself, and to main it looks as if the work \
             were done. {ignoring}"
        )
    },
};
