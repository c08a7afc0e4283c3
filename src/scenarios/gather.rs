//! Three requests: one after another, or all at once.

use super::prelude::*;

const REQUESTS: Count = Count::new("requests", "Requests", 3, 1, 1000);
const LATENCY: Seconds = Seconds::new("latency", "Latency", 1.0, 0.0, 5.0);

async fn request(name: String, latency: Duration) -> Result<String> {
    span(name.clone(), async move {
        print(format!("{name} sent"));
        sleep(latency).await?;
        print(format!("{name} answered"));
        Ok(format!("answer to {name}"))
    })
    .await
}

async fn sequential(set: Values) -> Result<()> {
    let latency = set.get(LATENCY);
    let mut answers = Vec::new();
    for n in 1..=set.get(REQUESTS) {
        let name = format!("request {n}");
        answers.push(request(name, latency).await?);
    }
    print(format!("answers: {}", answers.len()));
    Ok(())
}

async fn gathered(set: Values) -> Result<()> {
    let latency = set.get(LATENCY);
    let requests = (1..=set.get(REQUESTS))
        .map(|n| request(format!("request {n}"), latency));
    let answers = gather(requests).await?;
    print(format!("answers: {}", answers.len()));
    Ok(())
}

pub(super) static SCENARIO: Scenario = Scenario {
    id: "gather",
    group: Group::Together,
    short: "Three requests",
    title: "Three requests, one after another or together",
    watch: "Watch when each request starts. Waiting costs nothing; starting late does.",
    params: &[REQUESTS.param(), LATENCY.param()],
    presets: &[Preset { title: "3 × 2 s", values: &[("requests", 3.0), ("latency", 2.0)] }],
    variants: &[
        Variant { id: "sequential", title: "sequential", main: |set| Box::pin(sequential(set)) },
        Variant { id: "gather", title: "gather", main: |set| Box::pin(gathered(set)) },
    ],
    compare: Compare::Speedup,
    real: Real::Waits,
    question: Question {
        ask: "How long will gather take?",
        choices: |told| {
            let (one, all) = (told.took("gather"), told.took("sequential"));
            [one, all, one + told.get(LATENCY)].map(secs).into()
        },
    },
    why: |told| {
        let requests = told.get(REQUESTS);
        let (one, all) = (secs(told.took("gather")), secs(told.took("sequential")));
        if requests == 1 {
            return format!("A single request has nobody to wait beside: it takes {one} either way.");
        }
        format!(
            "Gather starts every request at 0.00 s, so they wait side by side: {one} in all, however many there are. One \
             after another, each waits for the one before it, and the waits add up to {all}."
        )
    },
};
