//! A shield lets the wait be cancelled, but not the work.

use super::prelude::*;

const COMMIT: Seconds = Seconds::new("commit", "Commit", 2.0, 0.0, 10.0);
const LIMIT: Seconds = Seconds::new("limit", "Limit", 1.0, 0.0, 10.0);

type Text = &'static str;

async fn commit(takes: Duration) -> Result<Text> {
    print("commit begins");
    if let Err(cancelled) = sleep(takes).await {
        print("commit is cut off");
        return Err(cancelled);
    }
    print("commit done");
    Ok("saved")
}

async fn plain(set: Values) -> Result<()> {
    let commit = spawn(commit(set.get(COMMIT))).named("commit");
    let block = timeout(set.get(LIMIT), async {
        print(format!("in time: {}", commit.await?));
        Ok(())
    });
    match block.await {
        Err(Error::TimedOut) => print("out of time"),
        other => return other,
    }
    Ok(())
}

async fn shielded(set: Values) -> Result<()> {
    let commit = spawn(commit(set.get(COMMIT))).named("commit");
    let block = timeout(set.get(LIMIT), async {
        print(format!("in time: {}", shield(&commit).await?));
        Ok(())
    });
    match block.await {
        Err(Error::TimedOut) => {
            print("out of time, but the commit goes on");
            // Who shields a task keeps it, and awaits it.
            print(format!("late: {}", commit.await?));
        }
        other => return other,
    }
    Ok(())
}

pub(super) static SCENARIO: Scenario = Scenario {
    id: "shield",
    group: Group::GoingWrong,
    short: "Not half a commit",
    title: "A commit that must not be cut off",
    watch: "Watch the commit at the limit: a timeout cancels what it waits for, unless a shield stands between.",
    params: &[COMMIT.param(), LIMIT.param()],
    presets: &[Preset { title: "in time", values: &[("commit", 0.5)] }],
    variants: &[
        Variant { id: "plain", title: "plain", main: |set| Box::pin(plain(set)) },
        Variant { id: "shielded", title: "shielded", main: |set| Box::pin(shielded(set)) },
    ],
    compare: Compare::Durations,
    real: Real::Waits,
    question: Question {
        ask: "With the shield: when is the commit done?",
        choices: |told| {
            let done = told.printed("shielded", "commit done").map_or("never".to_owned(), secs);
            vec![done, secs(told.get(LIMIT)), "never: it is cut off".to_owned()]
        },
    },
    why: |told| {
        let limit = secs(told.get(LIMIT));
        let done = secs(told.printed("shielded", "commit done").unwrap_or_default());
        if told.printed("plain", "in time").is_some() {
            return format!(
                "The commit is done at {done}, before the limit of {limit}: there is nothing to shield it from."
            );
        }
        format!(
            "At {limit} the limit cancels what it waits for. Plain, that is the commit itself, which stops halfway. \
             Shielded, it is only the wait: main hears that it is out of time, the commit goes on and is done at {done}."
        )
    },
};
