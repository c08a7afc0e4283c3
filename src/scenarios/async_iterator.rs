//! An asynchronous iterator waits before it gives the next value.

use super::prelude::*;

const NUMBERS: Count = Count::new("numbers", "Numbers", 5, 1, 100);
const PAUSE: Seconds = Seconds::new("pause", "For each", 0.5, 0.0, 5.0);

struct Numbers {
    last: usize,
    end: usize,
    pause: Duration,
}

impl Numbers {
    /// The next number, or none after the last.
    async fn next(&mut self) -> Result<Option<usize>> {
        if self.last == self.end {
            return Ok(None);
        }
        self.last += 1;
        let name = format!("number {}", self.last);
        span(name, sleep(self.pause)).await?;
        Ok(Some(self.last))
    }
}

async fn iterate(set: Values) -> Result<()> {
    let mut numbers = Numbers {
        last: 0,
        end: set.get(NUMBERS),
        pause: set.get(PAUSE),
    };
    while let Some(number) = numbers.next().await? {
        print(format!("got {number}"));
    }
    print("no more");
    Ok(())
}

pub(super) static SCENARIO: Scenario = Scenario {
    id: "async-iterator",
    group: Group::Streams,
    short: "Numbers, one by one",
    title: "A loop that waits for each number",
    watch: "Watch when each number is asked for: only once the loop is done with the one before.",
    params: &[NUMBERS.param(), PAUSE.param()],
    presets: &[],
    variants: &[Variant { id: "iterator", title: "async iterator", main: |set| Box::pin(iterate(set)) }],
    compare: Compare::Durations,
    real: Real::Waits,
    question: Question {
        ask: "How long does the loop take?",
        choices: |told| {
            let (all, one) = (told.took("iterator"), told.get(PAUSE));
            [all, one, all + one].map(secs).into()
        },
    },
    why: |told| {
        let (numbers, one, all) = (told.get(NUMBERS), secs(told.get(PAUSE)), secs(told.took("iterator")));
        format!(
            "The loop waits {one} for each number, and there is nothing concurrent about it: {numbers} × {one} = {all}. What \
             it gains is that the thread is free for other tasks while it waits."
        )
    },
};
