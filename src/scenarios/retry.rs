//! What fails once may work the next time, after a pause that grows.

use super::prelude::*;

const SEED: Count = Count::new("seed", "Seed", 12, 1, 99);
const FAILURE_RATE: Percent = Percent::new("failure-rate", "Failure rate", 60);
const ATTEMPTS: Count = Count::new("attempts", "Attempts at most", 5, 1, 10);
const BACKOFF: Seconds = Seconds::new("backoff", "First pause", 0.2, 0.0, 2.0);
const LIMIT: Seconds = Seconds::new("limit", "Limit", 2.5, 0.0, 10.0);
const CALL: Duration = Duration::from_millis(500);

type Text = &'static str;

async fn attempt(
    n: usize,
    rng: &Random,
    set: &Values,
) -> Result<Text> {
    span(format!("attempt {n}"), async {
        sleep(CALL).await?;
        if rng.random() < set.get(FAILURE_RATE) {
            print(format!("attempt {n} fails"));
            return Err(Error::raised("no answer"));
        }
        print(format!("attempt {n} works"));
        Ok("the answer")
    })
    .await
}

async fn pause(
    n: usize,
    rng: &Random,
    set: &Values,
) -> Result<()> {
    // Twice as long each time, and by chance up to a half
    // shorter: those who failed together return one by one.
    let longest = set.get(BACKOFF) * (1 << (n - 1));
    let wait = longest * rng.randint(50, 100) / 100;
    span(format!("pause {n}"), sleep(wait)).await
}

async fn retry(rng: &Random, set: &Values) -> Result<Text> {
    let last = set.get(ATTEMPTS);
    for n in 1..last {
        match attempt(n, rng, set).await {
            Err(Error::Raised(_)) => pause(n, rng, set).await?,
            other => return other,
        }
    }
    attempt(last, rng, set).await
}

fn tell(outcome: Result<Text>) -> Result<()> {
    match outcome {
        Ok(answer) => print(format!("got {answer}")),
        Err(Error::Raised(why)) => print(format!("given up: {why}")),
        Err(Error::TimedOut) => print("out of time"),
        Err(other) => return Err(other),
    }
    Ok(())
}

async fn no_retry(set: Values) -> Result<()> {
    let rng = Random::new(set.get(SEED));
    tell(attempt(1, &rng, &set).await)
}

async fn with_retry(set: Values) -> Result<()> {
    let rng = Random::new(set.get(SEED));
    tell(retry(&rng, &set).await)
}

async fn with_limit(set: Values) -> Result<()> {
    let rng = Random::new(set.get(SEED));
    // One limit for all attempts and pauses together.
    tell(timeout(set.get(LIMIT), retry(&rng, &set)).await)
}

pub(super) static SCENARIO: Scenario = Scenario {
    id: "retry",
    group: Group::GoingWrong,
    short: "Try again",
    title: "Trying again, a little later each time",
    watch: "Watch the pauses between the attempts: each may be twice as long as the one before.",
    params: &[SEED.param(), FAILURE_RATE.param(), ATTEMPTS.param(), BACKOFF.param(), LIMIT.param()],
    presets: &[Preset { title: "never works", values: &[("failure-rate", 100.0)] }],
    variants: &[
        Variant { id: "none", title: "no retry", main: |set| Box::pin(no_retry(set)) },
        Variant { id: "retry", title: "retry", main: |set| Box::pin(with_retry(set)) },
        Variant { id: "limited", title: "retry, limited in time", main: |set| Box::pin(with_limit(set)) },
    ],
    compare: Compare::Durations,
    real: Real::Waits,
    question: Question {
        ask: "Without a limit in time: how many attempts does retry make?",
        choices: |told| {
            let attempts = told.count("retry", "attempt ");
            [attempts, attempts + 1, told.get(ATTEMPTS), 1].map(|count| count.to_string()).into()
        },
    },
    why: |told| {
        let (attempts, took) = (told.count("retry", "attempt "), secs(told.took("retry")));
        let limit = secs(told.get(LIMIT));
        let works = told.printed("retry", "works").is_some();
        let first = match (works, attempts) {
            (true, 1) => format!("The first attempt works, at {took}, so there is nothing to try again."),
            (true, _) => {
                format!("The first attempt fails, and without a retry that is all. Attempt {attempts} works, at {took}.")
            }
            (false, 1) => format!("The only attempt that is allowed fails, at {took}."),
            (false, _) => format!(
                "All {attempts} attempts fail: after {took} main gives up, and has waited longer for the same error."
            ),
        };
        if told.printed("limited", "out of time").is_some() {
            format!("{first} The limit of {limit} is on the whole, and cuts off whatever is under way then.")
        } else {
            format!("{first} The limit of {limit} on the whole does not pass before that.")
        }
    },
};
