//! A context manager that times what happens inside it.

use super::prelude::*;
use crate::numbers::fixed;

const BODY: Seconds = Seconds::new("body", "The body takes", 1.5, 0.0, 5.0);

#[derive(Default)]
struct Timer {
    began: Duration,
}

impl ContextManager for Timer {
    type Value = ();

    async fn enter(&mut self) -> Result<()> {
        self.began = now();
        Ok(())
    }

    async fn exit(&mut self, _: Option<&Error>) -> Result<bool> {
        let took = now().saturating_sub(self.began).as_secs_f64();
        print(format!("took {} s", fixed(took, 2)));
        Ok(false)
    }
}

async fn timer(set: Values) -> Result<()> {
    with(Timer::default(), |()| {
        span("body", async move {
            print("body starts");
            sleep(set.get(BODY)).await?;
            print("body done");
            Ok(())
        })
    })
    .await?;
    Ok(())
}

pub(super) static SCENARIO: Scenario = Scenario {
    id: "timer",
    group: Group::Streams,
    short: "Timing a block",
    title: "How long did that take?",
    watch: "Watch what the timer measures: the time from entering to leaving, and not how long the program worked.",
    params: &[BODY.param()],
    presets: &[],
    variants: &[Variant { id: "timer", title: "timer", main: |set| Box::pin(timer(set)) }],
    compare: Compare::Durations,
    real: Real::Waits,
    question: Question {
        ask: "The body does nothing but wait. What does the timer print?",
        choices: |told| {
            let took = fixed(told.took("timer").as_secs_f64(), 2);
            vec![format!("took {took} s"), "took 0.00 s".to_owned(), "nothing: the body has no result".to_owned()]
        },
    },
    why: |told| {
        format!(
            "The timer reads the clock when the body is entered and again when it is left, {} later. It counts waiting like \
             working, and it would print the time as well if the body failed.",
            secs(told.took("timer"))
        )
    },
};
