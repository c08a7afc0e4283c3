//! A semaphore lets only so many jobs run at the same time.

use super::prelude::*;

const JOBS: Count = Count::new("jobs", "Jobs", 10, 1, 1000);
const DURATION: Seconds = Seconds::new("duration", "Duration", 1.0, 0.0, 5.0);
const LIMIT: Count = Count::new("limit", "Limit", 3, 1, 20);

async fn job(name: String, duration: Duration) -> Result<()> {
    print(format!("{name} starts"));
    sleep(duration).await?;
    print(format!("{name} done"));
    Ok(())
}

async fn job_with_permit(
    name: String,
    duration: Duration,
    semaphore: Semaphore,
) -> Result<()> {
    // Waits here while LIMIT others are inside.
    let _permit = semaphore.acquire().await?;
    job(name, duration).await
}

async fn sequential(set: Values) -> Result<()> {
    let duration = set.get(DURATION);
    for n in 1..=set.get(JOBS) {
        let name = format!("job {n}");
        span(name.clone(), job(name, duration)).await?;
    }
    Ok(())
}

async fn limited(set: Values) -> Result<()> {
    let duration = set.get(DURATION);
    let semaphore = Semaphore::new(set.get(LIMIT));
    let jobs = (1..=set.get(JOBS)).map(|n| {
        let name = format!("job {n}");
        let semaphore = semaphore.clone();
        let job = job_with_permit(name.clone(), duration, semaphore);
        span(name, job)
    });
    gather(jobs).await?;
    Ok(())
}

async fn unlimited(set: Values) -> Result<()> {
    let duration = set.get(DURATION);
    let jobs = (1..=set.get(JOBS)).map(|n| {
        let name = format!("job {n}");
        span(name.clone(), job(name, duration))
    });
    gather(jobs).await?;
    Ok(())
}

pub(super) static SCENARIO: Scenario = Scenario {
    id: "semaphore",
    group: Group::Coordination,
    short: "Only so many at a time",
    title: "A limit on how many run at once",
    watch: "Watch who waits for the semaphore. Every job that leaves lets the next one in, in the order in which they came.",
    params: &[JOBS.param(), DURATION.param(), LIMIT.param()],
    presets: &[Preset { title: "100 jobs, limit 5", values: &[("jobs", 100.0), ("limit", 5.0)] }],
    variants: &[
        Variant { id: "sequential", title: "sequential", main: |set| Box::pin(sequential(set)) },
        Variant { id: "semaphore", title: "semaphore", main: |set| Box::pin(limited(set)) },
        Variant { id: "unlimited", title: "unlimited", main: |set| Box::pin(unlimited(set)) },
    ],
    compare: Compare::Speedup,
    real: Real::Waits,
    question: Question {
        ask: "How long will it take with the semaphore?",
        choices: |told| {
            let jobs = told.get(JOBS) as u32;
            let divided = told.took("sequential") / told.get(LIMIT).min(jobs as usize) as u32;
            [told.took("semaphore"), told.took("sequential"), told.took("unlimited"), divided].map(secs).into()
        },
    },
    why: |told| {
        let (jobs, limit) = (told.get(JOBS), told.get(LIMIT));
        let rounds = jobs.div_ceil(limit);
        let (one, total) = (secs(told.took("unlimited")), secs(told.took("semaphore")));
        match (jobs, limit) {
            (1, _) => format!("A single job takes {one}, whatever the limit."),
            (_, 1) => format!(
                "With a limit of 1 the jobs run one at a time, and the semaphore is as slow as the loop: {total}."
            ),
            _ if limit >= jobs => format!(
                "Nobody waits: there are {jobs} jobs and room for {limit}, so the semaphore changes nothing. All are done \
                 after {one}."
            ),
            _ => format!(
                "{jobs} jobs, {limit} at a time, are {rounds} rounds of {one}: {total}. Without a limit all would run at \
                 once, which is faster only as long as the other side can take it."
            ),
        }
    },
};
