//! `wait` says who is done; it raises nothing and stops nobody.

use super::prelude::*;

const QUICK: Seconds = Seconds::new("quick", "Quick job", 0.5, 0.0, 5.0);
const FAULTY: Seconds = Seconds::new("faulty", "Faulty job", 1.0, 0.0, 5.0);
const SLOW: Seconds = Seconds::new("slow", "Slow job", 1.5, 0.0, 5.0);

type Name = &'static str;

async fn job(name: Name, duration: Duration) -> Result<()> {
    print(format!("{name} starts"));
    sleep(duration).await?;
    if name == "faulty" {
        return Err(Error::raised("out of paper"));
    }
    print(format!("{name} succeeds"));
    Ok(())
}

async fn wait_until(set: Values, when: ReturnWhen) -> Result<()> {
    let jobs = [
        ("quick", QUICK),
        ("faulty", FAULTY),
        ("slow", SLOW),
    ];
    let jobs = jobs.map(|(name, duration)| {
        spawn(job(name, set.get(duration))).named(name)
    });
    let Waited { done, pending } = wait(&jobs, when).await?;
    let (over, open) = (done.len(), pending.len());
    print(format!("{over} done, {open} pending"));
    for error in done.iter().filter_map(|job| job.error()) {
        print(format!("one of them failed: {error}"));
    }
    // wait leaves them running; on those that are over
    // this has no effect.
    for job in jobs {
        job.cancel();
    }
    Ok(())
}

pub(super) static SCENARIO: Scenario = Scenario {
    id: "wait",
    group: Group::Together,
    short: "All, or the first",
    title: "Waiting for all, for the first error, for the first",
    watch: "Watch when wait returns, and who is still running then. Main cancels those itself.",
    params: &[QUICK.param(), FAULTY.param(), SLOW.param()],
    presets: &[Preset { title: "the faulty one last", values: &[("faulty", 2.0)] }],
    variants: &[
        Variant {
            id: "all-completed",
            title: "ALL_COMPLETED",
            main: |set| Box::pin(wait_until(set, ReturnWhen::AllCompleted)),
        },
        Variant {
            id: "first-exception",
            title: "FIRST_EXCEPTION",
            main: |set| Box::pin(wait_until(set, ReturnWhen::FirstException)),
        },
        Variant {
            id: "first-completed",
            title: "FIRST_COMPLETED",
            main: |set| Box::pin(wait_until(set, ReturnWhen::FirstCompleted)),
        },
    ],
    compare: Compare::Durations,
    real: Real::Waits,
    question: Question {
        ask: "FIRST_EXCEPTION: how do things stand when wait returns?",
        choices: |told| ["first-exception", "all-completed", "first-completed"].map(|of| standing(told, of).1).into(),
    },
    why: |told| {
        let told = |variant| {
            let (at, line) = standing(told, variant);
            format!("at {} ({line})", secs(at))
        };
        format!(
            "ALL_COMPLETED waits until every job is over, {}; FIRST_EXCEPTION until one fails or all are over, {}; \
             FIRST_COMPLETED until one is over, however it ends, {}. wait itself raises nothing and stops nobody: main asks for \
             errors, and cancels who is left.",
            told("all-completed"),
            told("first-exception"),
            told("first-completed")
        )
    },
};

/// When wait returned, and what main printed then.
fn standing(told: &Told, variant: &str) -> (Duration, String) {
    told.prints(variant).find(|(_, line)| line.ends_with("pending")).unwrap_or_default()
}
