//! Six calls, not all of them lucky: each can be handled by itself.

use super::prelude::*;

const CALLS: Count = Count::new("calls", "Calls", 6, 1, 100);
const LIMIT: Seconds = Seconds::new("limit", "Limit", 1.0, 0.0, 2.0);
const FAILURE_RATE: Percent = Percent::new("failure-rate", "Failure rate", 30);
const SEED: Count = Count::new("seed", "Seed", 7, 1, 99);

async fn service(takes: Duration, fails: bool) -> Result<()> {
    sleep(takes).await?;
    if fails { Err(Error::raised("no answer")) } else { Ok(()) }
}

async fn fetch(
    n: usize,
    takes: Duration,
    fails: bool,
    limit: Duration,
) -> Result<usize> {
    span(format!("call {n}"), async move {
        let result = timeout(limit, service(takes, fails)).await;
        match &result {
            Ok(()) => print(format!("call {n} answered")),
            Err(Error::TimedOut) => print(format!("call {n} timed out")),
            Err(Error::Raised(_)) => print(format!("call {n} failed")),
            Err(_) => {}
        }
        result.map(|()| n)
    })
    .await
}

async fn safe_fetch<F>(fetch: F) -> Result<Option<usize>>
where
    F: Future<Output = Result<usize>>,
{
    match fetch.await {
        Err(Error::TimedOut | Error::Raised(_)) => Ok(None),
        other => other.map(Some),
    }
}

fn fetches(
    set: &Values,
) -> Vec<impl Future<Output = Result<usize>> + use<>> {
    let rng = Random::new(set.get(SEED));
    let fetches = (1..=set.get(CALLS)).map(|n| {
        let tenths = u64::from(rng.randint(2, 18));
        let takes = Duration::from_millis(100 * tenths);
        let fails = rng.random() < set.get(FAILURE_RATE);
        fetch(n, takes, fails, set.get(LIMIT))
    });
    fetches.collect()
}

async fn unhandled(set: Values) -> Result<()> {
    let answers = match gather(fetches(&set)).await {
        Ok(answers) => answers.len(),
        Err(Error::TimedOut | Error::Raised(_)) => 0,
        Err(other) => return Err(other),
    };
    print(format!("answers: {answers}"));
    Ok(())
}

async fn handled(set: Values) -> Result<()> {
    let calls = fetches(&set).into_iter().map(safe_fetch);
    let answers = gather(calls).await?;
    let answers = answers.iter().flatten().count();
    print(format!("answers: {answers}"));
    Ok(())
}

fn answers(told: &Told, variant: &str) -> String {
    let last = told.prints(variant).last().map(|(_, line)| line).unwrap_or_default();
    last.rsplit(' ').next().unwrap_or_default().to_owned()
}

pub(super) static SCENARIO: Scenario = Scenario {
    id: "safe-fetch",
    group: Group::GoingWrong,
    short: "Some will fail",
    title: "Six calls, of which some time out and some fail",
    watch: "Watch what the first failure does to the other calls, and how many answers main has in the end.",
    params: &[CALLS.param(), LIMIT.param(), FAILURE_RATE.param(), SEED.param()],
    presets: &[Preset { title: "all well", values: &[("failure-rate", 0.0), ("limit", 2.0)] }],
    variants: &[
        Variant { id: "unhandled", title: "one bad call sinks all", main: |set| Box::pin(unhandled(set)) },
        Variant { id: "handled", title: "each handled", main: |set| Box::pin(handled(set)) },
    ],
    compare: Compare::Durations,
    real: Real::Waits,
    question: Question {
        ask: "How many answers does main have if one bad call sinks all?",
        choices: |told| {
            let answered = told.count("unhandled", "answered").to_string();
            vec![answers(told, "unhandled"), answers(told, "handled"), answered, told.get(CALLS).to_string()]
        },
    },
    why: |told| {
        let (calls, left) = (told.get(CALLS), answers(told, "handled"));
        let end = secs(told.took("handled"));
        let count = |part| told.count("handled", part);
        let (late, failed) = (count("timed out"), count("failed"));
        if late + failed == 0 {
            return format!("All {calls} calls are answered by {end}, so there is nothing to handle.");
        }
        format!(
            "The first bad call ends gather, and main with it, at {} (answers lost: {}, calls cancelled: {}). Where each is \
             handled by itself, {left} of {calls} answers are left at {end} (timed out: {late}, failed: {failed}).",
            secs(told.took("unhandled")),
            told.count("unhandled", "answered"),
            calls - told.count("unhandled", "call ")
        )
    },
};
