//! A timeout cancels what it no longer waits for.

use std::cmp::Ordering;

use super::prelude::*;

const OPERATION: Seconds = Seconds::new("operation", "Operation", 5.0, 0.0, 10.0);
const LIMIT: Seconds = Seconds::new("limit", "Limit", 2.0, 0.0, 10.0);

async fn operation(takes: Duration) -> Result<&'static str> {
    span("operation", async move {
        print("operation starts");
        if let Err(cancelled) = sleep(takes).await {
            print("operation cancelled");
            return Err(cancelled);
        }
        print("operation done");
        Ok("the answer")
    })
    .await
}

async fn without_limit(set: Values) -> Result<()> {
    print(format!("result: {}", operation(set.get(OPERATION)).await?));
    Ok(())
}

async fn with_wait_for(set: Values) -> Result<()> {
    match wait_for(operation(set.get(OPERATION)), set.get(LIMIT)).await {
        Ok(result) => print(format!("result: {result}")),
        Err(Error::TimedOut) => print("caught TimeoutError"),
        Err(other) => return Err(other),
    }
    Ok(())
}

async fn with_timeout(set: Values) -> Result<()> {
    // Limits everything in the block, not just one call.
    let block = timeout(set.get(LIMIT), async {
        let result = operation(set.get(OPERATION)).await?;
        print(format!("result: {result}"));
        Ok(())
    });
    match block.await {
        Err(Error::TimedOut) => print("caught TimeoutError"),
        other => return other,
    }
    Ok(())
}

pub(super) static SCENARIO: Scenario = Scenario {
    id: "timeout",
    group: Group::GoingWrong,
    short: "Out of time",
    title: "An operation that may take too long",
    watch: "Watch how the operation ends. A timeout does not just stop waiting: it cancels.",
    params: &[OPERATION.param(), LIMIT.param()],
    presets: &[Preset { title: "in time", values: &[("operation", 1.0)] }],
    variants: &[
        Variant { id: "none", title: "no limit", main: |set| Box::pin(without_limit(set)) },
        Variant { id: "wait-for", title: "wait_for", main: |set| Box::pin(with_wait_for(set)) },
        Variant { id: "timeout", title: "timeout", main: |set| Box::pin(with_timeout(set)) },
    ],
    compare: Compare::Durations,
    real: Real::Waits,
    question: Question {
        ask: "With a limit: how will the operation end?",
        choices: |told| {
            let how = ["it is cancelled", "it goes on unseen", "it is done in time"];
            let right = if told.printed("timeout", "operation done").is_some() { 2 } else { 0 };
            [right, (right + 1) % 3, (right + 2) % 3].map(|way| how[way].to_owned()).into()
        },
    },
    why: |told| {
        let (operation, limit) = (told.get(OPERATION), told.get(LIMIT));
        let (takes, allowed) = (secs(told.took("none")), secs(limit));
        match operation.cmp(&limit) {
            Ordering::Less => format!(
                "The operation needs {takes} and may take {allowed}, so the limit never passes: all three get the answer at \
                 {takes}."
            ),
            Ordering::Equal => format!(
                "The operation needs exactly the {allowed} that it may take. The timer of the limit was set first, so it \
                 fires first, and the operation is cancelled just before it would have been done."
            ),
            Ordering::Greater => format!(
                "The operation needs {takes} and may take {allowed}. At the limit it is cancelled where it waits, and once it \
                 is over, whoever set the limit goes on with a TimeoutError."
            ),
        }
    },
};
