//! An error comes out of the await, and goes up until it is caught.

use super::prelude::*;

const FAILS_AFTER: Seconds = Seconds::new("fails-after", "Fails after", 0.5, 0.0, 5.0);

type Text = &'static str;

async fn fetch(fails_after: Duration) -> Result<Text> {
    span("fetch", async move {
        print("fetch starts");
        sleep(fails_after).await?;
        Err(Error::raised("the server is down"))
    })
    .await
}

async fn show_page(fails_after: Duration) -> Result<()> {
    span("page", async move {
        // Nothing is caught here, so the error passes through.
        let text = fetch(fails_after).await?;
        print(format!("page: {text}"));
        Ok(())
    })
    .await
}

async fn not_caught(set: Values) -> Result<()> {
    show_page(set.get(FAILS_AFTER)).await?;
    print("main goes on");
    Ok(())
}

async fn caught(set: Values) -> Result<()> {
    match show_page(set.get(FAILS_AFTER)).await {
        Err(Error::Raised(why)) => print(format!("caught: {why}")),
        other => return other,
    }
    print("main goes on");
    Ok(())
}

pub(super) static SCENARIO: Scenario = Scenario {
    id: "exceptions",
    group: Group::GoingWrong,
    short: "Where errors surface",
    title: "An error, and where it surfaces",
    watch: "Watch how far the error gets. It comes out of each await in turn, and ends whoever does not catch it.",
    params: &[FAILS_AFTER.param()],
    presets: &[],
    variants: &[
        Variant { id: "not-caught", title: "not caught", main: |set| Box::pin(not_caught(set)) },
        Variant { id: "caught", title: "caught", main: |set| Box::pin(caught(set)) },
    ],
    compare: Compare::Durations,
    real: Real::Waits,
    question: Question {
        ask: "Not caught: which line is the last to be printed?",
        choices: |told| {
            let last = told.prints("not-caught").last().map(|(_, line)| line).unwrap_or_default();
            vec![last, "main goes on".to_owned(), "page: None".to_owned()]
        },
    },
    why: |told| {
        let (fails, goes_on) = (told.took("not-caught"), told.printed("caught", "main goes on"));
        format!(
            "The call fails at {}. The error comes out of the await in page, which has no use for it and ends, and then out \
             of the await in main. Where nobody catches it, it ends the program; caught, main goes on at {}.",
            secs(fails),
            secs(goes_on.unwrap_or(fails))
        )
    },
};
