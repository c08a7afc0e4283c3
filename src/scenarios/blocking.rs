//! A blocking call stops the loop, and every other task with it.

use std::cell::Cell;
use std::rc::Rc;

use super::prelude::*;

const JOBS: Count = Count::new("jobs", "Jobs", 3, 1, 5);
const DURATION: Seconds = Seconds::new("duration", "Duration", 1.0, 0.0, 2.0);
const HEARTBEAT: Seconds = Seconds::new("heartbeat", "Heartbeat", 0.1, 0.1, 0.5);

type Beats = Rc<Cell<u32>>;

async fn heartbeat(every: Duration, beats: Beats) -> Result<()> {
    loop {
        sleep(every).await?;
        beats.set(beats.get() + 1);
    }
}

async fn blocking(name: String, duration: Duration) -> Result<()> {
    print(format!("{name} starts"));
    blocking_sleep(duration); // No await: nobody else can run.
    print(format!("{name} done"));
    Ok(())
}

async fn waiting(name: String, duration: Duration) -> Result<()> {
    print(format!("{name} starts"));
    sleep(duration).await?;
    print(format!("{name} done"));
    Ok(())
}

async fn in_thread(name: String, duration: Duration) -> Result<()> {
    print(format!("{name} starts"));
    to_thread(move || {
        blocking_sleep(duration);
        Ok(())
    })
    .await?;
    print(format!("{name} done"));
    Ok(())
}

async fn run_jobs<F>(
    set: Values,
    job: fn(String, Duration) -> F,
) -> Result<()>
where
    F: Future<Output = Result<()>> + 'static,
{
    let beats = Beats::default();
    let pulse = heartbeat(set.get(HEARTBEAT), beats.clone());
    let pulse = spawn(pulse).named("heartbeat");
    let jobs = (1..=set.get(JOBS)).map(|n| {
        let name = format!("job {n}");
        spawn(job(name.clone(), set.get(DURATION))).named(name)
    });
    gather(jobs).await?;
    pulse.cancel();
    print(format!("heartbeats: {}", beats.get()));
    Ok(())
}

pub(super) static SCENARIO: Scenario = Scenario {
    id: "blocking",
    group: Group::Pitfalls,
    short: "Blocking the loop",
    title: "A blocking call, and a heartbeat that misses",
    watch: "Watch the heartbeat. It needs the thread only for an instant, but somebody has to let it have the thread.",
    params: &[JOBS.param(), DURATION.param(), HEARTBEAT.param()],
    presets: &[Preset { title: "one job of 2 s", values: &[("jobs", 1.0), ("duration", 2.0)] }],
    variants: &[
        Variant { id: "blocking", title: "blocking sleep", main: |set| Box::pin(run_jobs(set, blocking)) },
        Variant { id: "async", title: "async sleep", main: |set| Box::pin(run_jobs(set, waiting)) },
        Variant { id: "threads", title: "in a thread pool", main: |set| Box::pin(run_jobs(set, in_thread)) },
    ],
    compare: Compare::Speedup,
    real: Real::Blocks,
    question: Question {
        ask: "How often does the heart beat while the jobs block?",
        choices: |told| {
            let beats = |variant| {
                let last = told.prints(variant).last().map(|(_, line)| line).unwrap_or_default();
                last.split(' ').next_back().unwrap_or_default().to_owned()
            };
            vec![beats("blocking"), beats("async"), told.get(JOBS).to_string()]
        },
    },
    why: |told| {
        let (jobs, duration) = (told.get(JOBS), told.get(DURATION));
        let (one, total) = (secs(duration), secs(told.took("blocking")));
        if jobs == 1 {
            format!(
                "All three take {one}, but a blocking call keeps the thread for all of it, so nobody else can run. An await \
                 gives it back to the loop, and the heartbeat goes on."
            )
        } else {
            format!(
                "A blocking call keeps the only thread, so {jobs} of {one} take {total}, and nothing else runs meanwhile. \
                 With an await, or in threads of their own, the jobs wait side by side and the loop stays free: {one}."
            )
        }
    },
};
