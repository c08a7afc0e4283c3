//! One request that fails need not cost the answers of the others.

use super::prelude::*;
use super::services::fetch;

const USERS: Count = Count::new("users", "Users", 5, 1, 8);

async fn user(id: usize) -> Result<String> {
    let name = fetch(&format!("users/{id}")).await?;
    print(format!("user {id} is {name}"));
    Ok(name)
}

fn requests(
    set: &Values,
) -> impl Iterator<Item = Span<'static, String>> {
    let ids = 1..=set.get(USERS);
    ids.map(|id| span(format!("user {id}"), user(id)))
}

async fn raise_first(set: Values) -> Result<()> {
    match gather(requests(&set)).await {
        Ok(users) => print(format!("users: {}", users.join(", "))),
        Err(Error::Raised(error)) => print(format!("error: {error}")),
        Err(other) => return Err(other),
    }
    Ok(())
}

async fn filter_errors(set: Values) -> Result<()> {
    let all = gather(requests(&set)).return_exceptions().await?;
    let users = all.into_iter().filter_map(Result::ok);
    let users: Vec<_> = users.collect();
    print(format!("users: {}", users.join(", ")));
    Ok(())
}

pub(super) static SCENARIO: Scenario = Scenario {
    id: "http-client",
    group: Group::Programs,
    short: "An HTTP client",
    title: "Users asked for at once, and one of them is missing",
    watch: "Watch user 3, whom nobody knows, and what becomes of the requests that are still under way when the answer comes.",
    params: &[USERS.param()],
    presets: &[Preset { title: "nobody missing", values: &[("users", 2.0)] }],
    variants: &[
        Variant { id: "raise", title: "raise", main: |set| Box::pin(raise_first(set)) },
        Variant { id: "filter", title: "filter", main: |set| Box::pin(filter_errors(set)) },
    ],
    compare: Compare::Durations,
    real: Real::Fetches { address: false },
    question: Question {
        ask: "How many users come back when errors are filtered out?",
        choices: |told| {
            let users = |variant: &str| told.prints(variant).filter(|(_, line)| line.contains(" is ")).count();
            let (came, asked) = (users("filter"), told.get(USERS));
            vec![came.to_string(), asked.to_string(), users("raise").to_string(), "0".to_owned()]
        },
    },
    why: |told| {
        let (asked, whole) = (told.get(USERS), secs(told.took("filter")));
        let Some(at) = told.printed("raise", "error") else {
            return format!("Everybody asked for is there, so both ways give the same list, at {whole}.");
        };
        let (came, before) = (told.count("filter", " is "), told.count("raise", " is "));
        format!(
            "Gather raises the first error at once, at {}: the caller has no list, and {} answers that were on their way are \
             never heard, since the program ends. With return_exceptions an error is a result like any other: at {whole} there \
             are {asked} results, and {came} of them are users.",
            secs(at),
            came - before
        )
    },
};
