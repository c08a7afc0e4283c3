//! Cleanup that is written twice is done twice.

use super::prelude::*;

const QUERY: Seconds = Seconds::new("query", "Query", 2.0, 0.0, 5.0);
const LIMIT: Seconds = Seconds::new("limit", "Limit", 1.0, 0.0, 5.0);
const CLOSE: Seconds = Seconds::new("close", "Closing", 0.2, 0.0, 2.0);

fn connect() -> Closeable {
    let connection = Closeable::new().named("connection");
    connection.open();
    print("connection opened");
    connection
}

async fn query(set: &Values) -> Result<()> {
    let query = span("query", sleep(set.get(QUERY)));
    timeout(set.get(LIMIT), query).await?;
    print("query done");
    Ok(())
}

// The trace shall name the line that asks for it.
#[track_caller]
fn close(link: &Closeable, set: &Values) -> Span<'static, ()> {
    link.close();
    print("connection closed");
    span("close", sleep(set.get(CLOSE)))
}

async fn both(set: Values) -> Result<()> {
    let connection = connect();
    let mut outcome = query(&set).await;
    if outcome == Err(Error::TimedOut) {
        print("query timed out");
        close(&connection, &set).await?;
        outcome = Ok(());
    }
    // This is done however the query has ended.
    close(&connection, &set).await?;
    outcome
}

async fn finally_only(set: Values) -> Result<()> {
    let connection = connect();
    let mut outcome = query(&set).await;
    if outcome == Err(Error::TimedOut) {
        print("query timed out");
        outcome = Ok(());
    }
    close(&connection, &set).await?;
    outcome
}

pub(super) static SCENARIO: Scenario = Scenario {
    id: "double-release",
    group: Group::GoingWrong,
    short: "Cleaned up twice",
    title: "Cleanup in except and in finally",
    watch: "Watch how often the connection is closed. What is done in any case need not be done in a special case too.",
    params: &[QUERY.param(), LIMIT.param(), CLOSE.param()],
    presets: &[Preset { title: "nothing goes wrong", values: &[("query", 0.5)] }],
    variants: &[
        Variant { id: "both", title: "except and finally", main: |set| Box::pin(both(set)) },
        Variant { id: "finally", title: "finally only", main: |set| Box::pin(finally_only(set)) },
    ],
    compare: Compare::Durations,
    real: Real::Waits,
    question: Question {
        ask: "With cleanup in both places: how often is the connection closed?",
        choices: |told| {
            let closed = told.count("both", "connection closed");
            [closed, 3 - closed].map(|count| if count == 1 { "once" } else { "twice" }.to_owned()).into()
        },
    },
    why: |told| {
        let (both, once) = (secs(told.took("both")), secs(told.took("finally")));
        if told.count("both", "connection closed") == 1 {
            return format!(
                "The query is done in time, so the special case does not come up, and both close once and are over after \
                 {both}: as long as nothing goes wrong, nobody notices the mistake."
            );
        }
        format!(
            "The query times out. Cleanup for that case closes the connection, and then cleanup for every case closes it \
             once more: {both} instead of {once}, and by then it may belong to somebody else."
        )
    },
};
