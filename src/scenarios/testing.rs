//! A test that brings its own clock does not have to wait.

use std::cell::Cell;

use super::prelude::*;

const REMINDER: Seconds = Seconds::new("reminder", "Reminder", 5.0, 0.0, 10.0);

trait Clock {
    fn now(&self) -> Duration;
    async fn sleep(&self, duration: Duration) -> Result<()>;
}

struct RealClock;

impl Clock for RealClock {
    fn now(&self) -> Duration {
        now()
    }

    async fn sleep(&self, duration: Duration) -> Result<()> {
        sleep(duration).await
    }
}

#[derive(Default)]
struct VirtualClock {
    now: Cell<Duration>,
}

impl Clock for VirtualClock {
    fn now(&self) -> Duration {
        self.now.get()
    }

    async fn sleep(&self, duration: Duration) -> Result<()> {
        self.now.set(self.now.get() + duration);
        Ok(())
    }
}

// The code under test takes the clock that it is given.
async fn remind(
    clock: &impl Clock,
    after: Duration,
) -> Result<String> {
    let asked = clock.now();
    clock.sleep(after).await?;
    let passed = clock.now().saturating_sub(asked);
    Ok(format!("reminded after {}", secs(passed)))
}

async fn test(set: Values, clock: impl Clock) -> Result<()> {
    let began = now();
    let after = set.get(REMINDER);
    let result = span("remind", remind(&clock, after)).await?;
    let passed = result == format!("reminded after {}", secs(after));
    let verdict = if passed { "passed" } else { "failed" };
    print(format!("{verdict}: {result}"));
    let waited = now().saturating_sub(began);
    print(format!("the test waited {}", secs(waited)));
    Ok(())
}

pub(super) static SCENARIO: Scenario = Scenario {
    id: "testing",
    group: Group::Programs,
    short: "Testing without waiting",
    title: "The same test, on the real clock and on one of its own",
    watch: "Watch how long the test waits, then its result. To the code under test the clocks look alike.",
    params: &[REMINDER.param()],
    presets: &[Preset { title: "10 s", values: &[("reminder", 10.0)] }],
    variants: &[
        Variant { id: "real-clock", title: "real clock", main: |set| Box::pin(test(set, RealClock)) },
        Variant {
            id: "virtual-clock",
            title: "virtual clock",
            main: |set| Box::pin(test(set, VirtualClock::default())),
        },
    ],
    compare: Compare::Durations,
    real: Real::Waits,
    question: Question {
        ask: "On the virtual clock: after how long does the code say that it has reminded?",
        choices: |told| {
            let said = told.prints("virtual-clock").next().map(|(_, line)| line).unwrap_or_default();
            let said = said.split_once("after ").map(|(_, time)| time.to_owned()).unwrap_or_default();
            vec![said, secs(told.took("virtual-clock")), secs(told.took("real-clock") / 2)]
        },
    },
    why: |told| {
        let [real, own] = ["real-clock", "virtual-clock"].map(|variant| secs(told.took(variant)));
        format!(
            "The code asks its clock for the time and lets it sleep. On the real clock the test waits {real}; its own clock is \
             just put forward, and the test waits {own}. Both see the same {} pass, and check the same result.",
            secs(told.get(REMINDER))
        )
    },
};
