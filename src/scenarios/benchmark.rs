//! “10 to 100 times faster” says how many wait at a time.

use super::prelude::*;

const REQUESTS: Count = Count::new("requests", "Requests", 100, 1, 1000);
const LATENCY: Seconds = Seconds::new("latency", "Latency", 1.0, 0.0, 5.0);

async fn request(n: usize, latency: Duration) -> Result<usize> {
    span(format!("request {n}"), async move {
        sleep(latency).await?;
        Ok(n)
    })
    .await
}

async fn sequential(set: Values) -> Result<()> {
    let start = now();
    let mut answers = Vec::new();
    for n in 1..=set.get(REQUESTS) {
        answers.push(request(n, set.get(LATENCY)).await?);
    }
    report(answers.len(), now().saturating_sub(start));
    Ok(())
}

async fn gathered(set: Values) -> Result<()> {
    let start = now();
    let requests = 1..=set.get(REQUESTS);
    let requests = requests.map(|n| request(n, set.get(LATENCY)));
    let answers = gather(requests).await?;
    report(answers.len(), now().saturating_sub(start));
    Ok(())
}

fn report(answers: usize, took: Duration) {
    print(format!("{answers} answers in {}", secs(took)));
}

pub(super) static SCENARIO: Scenario = Scenario {
    id: "benchmark",
    group: Group::Together,
    short: "10 to 100 times faster",
    title: "Where “10 to 100 times faster” comes from",
    watch: "Watch the factor while you change the number of requests, and then their latency.",
    params: &[REQUESTS.param(), LATENCY.param()],
    presets: &[
        Preset { title: "10 requests", values: &[("requests", 10.0)] },
        Preset { title: "1,000 requests", values: &[("requests", 1000.0)] },
    ],
    variants: &[
        Variant { id: "sequential", title: "sequential", main: |set| Box::pin(sequential(set)) },
        Variant { id: "gather", title: "gather", main: |set| Box::pin(gathered(set)) },
    ],
    compare: Compare::Speedup,
    real: Real::Waits,
    question: Question {
        ask: "How many times faster is gather?",
        choices: |told| vec![factor(told), "2×".into(), "10×".into(), "1000×".into()],
    },
    why: |told| {
        let requests = told.get(REQUESTS);
        let (one, all) = (secs(told.took("gather")), secs(told.took("sequential")));
        if told.get(LATENCY).is_zero() {
            return format!("Where nobody waits there is nothing to gain: {all} or {one}.");
        }
        if requests == 1 {
            return format!("A single request has nobody to wait beside: it takes {one} either way.");
        }
        format!(
            "{requests} waits in a row take {all}; side by side they take {one}, which is {} faster. The factor is the number \
             of requests that wait at the same time, whatever their latency: it says nothing about the speed of the code.",
            factor(told)
        )
    },
};

/// How many times faster gather was.
fn factor(told: &Told) -> String {
    let (all, one) = (told.took("sequential"), told.took("gather"));
    let factor = if one.is_zero() { 1.0 } else { all.as_secs_f64() / one.as_secs_f64() };
    fixed(factor, 0) + "×"
}
