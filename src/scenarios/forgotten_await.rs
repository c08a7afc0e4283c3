//! A call without an await does nothing at all.

use super::prelude::*;

const SAVE: Seconds = Seconds::new("save", "Save", 1.0, 0.0, 5.0);

// The trace shall name the line of the call.
#[track_caller]
fn save(takes: Duration) -> Span<'static, ()> {
    span("save", async move {
        print("saving");
        sleep(takes).await?;
        print("saved");
        Ok(())
    })
}

#[expect(clippy::unused_async, reason = "the mistake to show")]
async fn forgotten(set: Values) -> Result<()> {
    print("edited");
    // Without the `drop` the compiler would warn. Python warns
    // only when it runs, and only once the call is lost.
    drop(save(set.get(SAVE)));
    print("closed");
    Ok(())
}

async fn awaited(set: Values) -> Result<()> {
    print("edited");
    save(set.get(SAVE)).await?;
    print("closed");
    Ok(())
}

pub(super) static SCENARIO: Scenario = Scenario {
    id: "forgotten-await",
    group: Group::Pitfalls,
    short: "A forgotten await",
    title: "A save that is called, but not awaited",
    watch: "Watch for the line “saved”. Calling an async function only makes a plan; awaiting it carries it out.",
    params: &[SAVE.param()],
    presets: &[],
    variants: &[
        Variant { id: "forgotten", title: "forgotten", main: |set| Box::pin(forgotten(set)) },
        Variant { id: "awaited", title: "awaited", main: |set| Box::pin(awaited(set)) },
    ],
    compare: Compare::Durations,
    real: Real::Waits,
    question: Question {
        ask: "With the await forgotten: when is “saved” printed?",
        choices: |told| {
            let saved = told.printed("forgotten", "saved").map_or("never".to_owned(), secs);
            let end = told.took("forgotten");
            vec![saved, secs(told.took("awaited")), secs(end)]
        },
    },
    why: |told| {
        format!(
            "The call alone runs not a single line of save: the program is over after {}, and nothing has been saved, nor \
             has anything failed. Awaited, saving takes {}, and the document is closed only after it.",
            secs(told.took("forgotten")),
            secs(told.took("awaited"))
        )
    },
};
