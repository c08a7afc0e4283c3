//! Waits can overlap on one thread; computing cannot.

use super::prelude::*;

const JOBS: Count = Count::new("jobs", "Jobs", 10, 1, 20);
const DURATION: Seconds = Seconds::new("duration", "Each takes", 1.0, 0.0, 2.0);
const CPU: Percent = Percent::new("cpu", "Computing", 50);

async fn job(n: usize, set: Values) -> Result<()> {
    span(format!("job {n}"), async move {
        let computing = set.get(DURATION).mul_f64(set.get(CPU));
        let waiting = set.get(DURATION).saturating_sub(computing);
        // Stands for computing: the thread is not free.
        blocking_sleep(computing);
        sleep(waiting).await?;
        print(format!("job {n} done"));
        Ok(())
    })
    .await
}

async fn sequential(set: Values) -> Result<()> {
    for n in 1..=set.get(JOBS) {
        job(n, set.clone()).await?;
    }
    Ok(())
}

async fn gathered(set: Values) -> Result<()> {
    let jobs = (1..=set.get(JOBS)).map(|n| job(n, set.clone()));
    gather(jobs).await?;
    Ok(())
}

pub(super) static SCENARIO: Scenario = Scenario {
    id: "when-async",
    group: Group::Together,
    short: "When async helps",
    title: "When async helps, and when it does not",
    watch: "Watch the factor as the share of computing grows: waits go on side by side, but the thread computes for one job at \
            a time.",
    params: &[JOBS.param(), DURATION.param(), CPU.param()],
    presets: &[
        Preset { title: "only waiting", values: &[("cpu", 0.0)] },
        Preset { title: "only computing", values: &[("cpu", 100.0)] },
    ],
    variants: &[
        Variant { id: "sequential", title: "sequential", main: |set| Box::pin(sequential(set)) },
        Variant { id: "gather", title: "gather", main: |set| Box::pin(gathered(set)) },
    ],
    compare: Compare::Speedup,
    real: Real::Blocks,
    question: Question {
        ask: "How many times faster is gather?",
        choices: |told| {
            let (all, together) = (told.took("sequential").as_secs_f64(), told.took("gather").as_secs_f64());
            let factor = if together > 0.0 { all / together } else { 1.0 };
            [factor, told.get(JOBS) as f64, 1.0].map(|factor| fixed(factor, 1) + "×").into()
        },
    },
    why: |told| {
        let cpu = told.get(CPU);
        // Shares of tenths of a second are hundredths.
        let secs = |variant| fixed(told.took(variant).as_secs_f64(), 2) + " s";
        let (all, together) = (secs("sequential"), secs("gather"));
        if told.get(JOBS) == 1 {
            return format!("A single job has nobody to share the thread with: it takes {together} either way.");
        }
        if told.get(DURATION).is_zero() {
            return format!("Jobs that take no time gain nothing: {all} or {together}.");
        }
        if cpu == 0.0 {
            return format!(
                "The jobs do nothing but wait, and waiting needs no thread: all of them together take as long as one, \
                 {together} and not {all}."
            );
        }
        if cpu == 1.0 {
            return format!(
                "The jobs never wait, so there is nothing that could overlap: one thread computes for one after the other, \
                 {together} with gather and {all} without. More threads or processes would help, not async."
            );
        }
        format!(
            "{} % of each job is computing, for which there is one thread: that adds up in both. Only the waits overlap, so \
             gather needs {together} in place of {all}.",
            fixed(100.0 * cpu, 0)
        )
    },
};
