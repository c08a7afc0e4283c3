//! A barrier lets nobody through before all are there.

use super::prelude::*;

const PARTIES: Count = Count::new("parties", "Parties", 3, 1, 50);
const APART: Seconds = Seconds::new("apart", "Apart", 0.5, 0.0, 2.0);

async fn party(
    name: String,
    way: Duration,
    barrier: Barrier,
) -> Result<()> {
    sleep(way).await?;
    print(format!("{name} arrives"));
    barrier.wait().await?;
    print(format!("{name} passes"));
    Ok(())
}

async fn barrier(set: Values) -> Result<()> {
    let barrier = Barrier::new(set.get(PARTIES)).named("start");
    let parties = (1..=set.get(PARTIES)).map(|n| {
        let name = format!("party {n}");
        // Each one has a longer way than the one before.
        let way = set.get(APART) * n as u32;
        let party = party(name.clone(), way, barrier.clone());
        spawn(party).named(name)
    });
    gather(parties).await?;
    Ok(())
}

pub(super) static SCENARIO: Scenario = Scenario {
    id: "barrier",
    group: Group::Coordination,
    short: "All or nobody",
    title: "Nobody passes before all are there",
    watch: "Watch how long each party waits at the barrier. Who comes first waits longest.",
    params: &[PARTIES.param(), APART.param()],
    presets: &[],
    variants: &[Variant { id: "barrier", title: "barrier", main: |set| Box::pin(barrier(set)) }],
    compare: Compare::Durations,
    real: Real::Waits,
    question: Question {
        ask: "When does the first party pass?",
        choices: |told| {
            let arrived = told.printed("barrier", "arrives").unwrap_or_default();
            let passes = told.printed("barrier", "passes").unwrap_or_default();
            [passes, arrived, arrived + passes].map(secs).into()
        },
    },
    why: |told| {
        let passes = told.printed("barrier", "passes").unwrap_or_default();
        let waits = passes.saturating_sub(told.printed("barrier", "arrives").unwrap_or_default());
        let passes = secs(passes);
        match told.get(PARTIES) {
            1 => format!("A barrier for one holds nobody up: the only party arrives and passes at {passes}."),
            parties if waits.is_zero() => format!("All {parties} arrive at {passes}, so nobody waits for anybody."),
            parties => format!(
                "The barrier opens when the last of {parties} arrives, at {passes}, and then all pass at once. The first has \
                 waited {} for that.",
                secs(waits)
            ),
        }
    },
};
