//! A loop that is cancelled stops at the await where it waits.

use super::prelude::*;

const TICKS: Count = Count::new("ticks", "Ticks", 10, 1, 100);
const PERIOD: Seconds = Seconds::new("period", "Period", 1.0, 0.0, 5.0);
const CANCEL_AT: Seconds = Seconds::new("cancel-at", "Cancel at", 3.0, 0.0, 20.0);

async fn tick(ticks: usize, period: Duration) -> Result<()> {
    for n in 0..ticks {
        print(format!("tick {n}"));
        // The request arrives here, where the loop waits.
        sleep(period).await?;
    }
    print("all ticks done");
    Ok(())
}

async fn cancelled(set: Values) -> Result<()> {
    let ticker = tick(set.get(TICKS), set.get(PERIOD));
    let ticker = spawn(ticker).named("ticker");
    sleep(set.get(CANCEL_AT)).await?;
    print("main asks the ticker to stop");
    ticker.cancel();
    match ticker.await {
        Ok(()) => print("ticker was over before"),
        Err(Error::Cancelled(_)) => print("ticker was cancelled"),
        Err(other) => return Err(other),
    }
    Ok(())
}

pub(super) static SCENARIO: Scenario = Scenario {
    id: "cancel-loop",
    group: Group::GoingWrong,
    short: "Stopping a loop",
    title: "A loop that is asked to stop",
    watch: "Watch the last tick. The request and the next tick are due at the same instant, and only one of them can win.",
    params: &[TICKS.param(), PERIOD.param(), CANCEL_AT.param()],
    presets: &[Preset { title: "between two ticks", values: &[("cancel-at", 3.5)] }],
    variants: &[Variant { id: "cancelled", title: "cancelled", main: |set| Box::pin(cancelled(set)) }],
    compare: Compare::Durations,
    real: Real::Waits,
    question: Question {
        ask: "How many ticks are printed?",
        choices: |told| {
            let ticks = told.count("cancelled", "tick ");
            [ticks, ticks + 1, told.get(TICKS)].map(|count| count.to_string()).into()
        },
    },
    why: |told| {
        let (asked, ticks) = (secs(told.get(CANCEL_AT)), told.get(TICKS));
        if told.printed("cancelled", "was cancelled").is_none() {
            return format!(
                "When the request comes, at {asked}, the loop is through with its {ticks}: nothing is left to stop."
            );
        }
        format!(
            "The request comes at {asked} and ends the sleep at which the loop stands, even one that would be over at that \
             very instant. After {} of {ticks} ticks no further one begins, and no line of the loop asks whether it should \
             stop.",
            told.count("cancelled", "tick ")
        )
    },
};
