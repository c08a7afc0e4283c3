//! One of three fails: gather gives up, or it collects everything.

use super::prelude::*;

const FETCH: Seconds = Seconds::new("fetch", "Fetch", 0.5, 0.0, 5.0);
const FAILS_AT: Seconds = Seconds::new("fails-at", "The second fails at", 0.3, 0.0, 5.0);

async fn fetch(name: &str, takes: Duration) -> Result<String> {
    sleep(takes).await?;
    print(format!("{name} done"));
    Ok(format!("data of {name}"))
}

async fn fail(name: &str, after: Duration) -> Result<String> {
    sleep(after).await?;
    print(format!("{name} fails"));
    Err(Error::raised(format!("{name} failed")))
}

fn fetch_all(set: &Values) -> [Task<String>; 3] {
    let (takes, after) = (set.get(FETCH), set.get(FAILS_AT));
    [
        spawn(fetch("fetch 1", takes)).named("fetch 1"),
        spawn(fail("fetch 2", after)).named("fetch 2"),
        spawn(fetch("fetch 3", takes)).named("fetch 3"),
    ]
}

async fn raise(set: Values) -> Result<()> {
    let fetches = fetch_all(&set);
    match gather(&fetches).await {
        Err(Error::Raised(why)) => print(format!("caught: {why}")),
        other => return other.map(drop),
    }
    // Nobody has stopped the others: they are still there.
    wait(&fetches, ReturnWhen::AllCompleted).await?;
    print("all are over");
    Ok(())
}

async fn return_exceptions(set: Values) -> Result<()> {
    let fetches = fetch_all(&set);
    for result in gather(fetches).return_exceptions().await? {
        match result {
            Ok(data) => print(format!("result: {data}")),
            Err(error) => print(format!("error: {error}")),
        }
    }
    Ok(())
}

pub(super) static SCENARIO: Scenario = Scenario {
    id: "gather-errors",
    group: Group::GoingWrong,
    short: "One of three fails",
    title: "Gathering when one of three fails",
    watch: "Watch when main hears of the failure, and what the other two do after it.",
    params: &[FETCH.param(), FAILS_AT.param()],
    presets: &[Preset { title: "fails last", values: &[("fails-at", 1.0)] }],
    variants: &[
        Variant { id: "raise", title: "raise", main: |set| Box::pin(raise(set)) },
        Variant {
            id: "return-exceptions",
            title: "return_exceptions",
            main: |set| Box::pin(return_exceptions(set)),
        },
    ],
    compare: Compare::Durations,
    real: Real::Waits,
    question: Question {
        ask: "With plain gather: what becomes of the other two?",
        choices: |told| {
            let later = told.printed("raise", "done") > told.printed("raise", "caught");
            let how = ["they run on to their ends", "they are cancelled", "they were done before"];
            let right = if later { 0 } else { 2 };
            [right, 1, 2 - right].map(|way| how[way].to_owned()).into()
        },
    },
    why: |told| {
        let (caught, done) = (told.printed("raise", "caught"), told.printed("raise", "done"));
        let others = match (caught, done) {
            (Some(caught), Some(done)) if done > caught => format!(
                "the other two are not stopped, and run on until {} without anybody who takes their results",
                secs(done)
            ),
            _ => "the other two are done by then, and their results are lost with it".to_owned(),
        };
        format!(
            "Plain gather passes on the first error at once, at {}; {others}. With return_exceptions it waits for all, \
             until {}, and an error is a result like any other: here {} results and {} error.",
            secs(caught.unwrap_or_default()),
            secs(told.took("return-exceptions")),
            told.count("return-exceptions", "result:"),
            told.count("return-exceptions", "error:")
        )
    },
};
