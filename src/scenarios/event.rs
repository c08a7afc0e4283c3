//! An event lets everyone go on who waits for it.

use super::prelude::*;

const WAITERS: Count = Count::new("waiters", "Waiters", 3, 1, 50);
const DELAY: Seconds = Seconds::new("delay", "Set after", 2.0, 0.0, 5.0);

async fn waiter(name: String, ready: Event) -> Result<()> {
    print(format!("{name} waits"));
    ready.wait().await?;
    print(format!("{name} goes on"));
    Ok(())
}

async fn setter(delay: Duration, ready: Event) -> Result<()> {
    sleep(delay).await?;
    print("setter sets the event");
    ready.set();
    Ok(())
}

async fn event(set: Values) -> Result<()> {
    let ready = Event::new().named("ready");
    let mut tasks = Vec::new();
    for n in 1..=set.get(WAITERS) {
        let name = format!("waiter {n}");
        let waiter = waiter(name.clone(), ready.clone());
        tasks.push(spawn(waiter).named(name));
    }
    let setter = setter(set.get(DELAY), ready.clone());
    tasks.push(spawn(setter).named("setter"));
    gather(tasks).await?;
    // Set is set: who comes later does not wait.
    ready.wait().await?;
    print("main does not wait");
    Ok(())
}

pub(super) static SCENARIO: Scenario = Scenario {
    id: "event",
    group: Group::Coordination,
    short: "Waiting for an event",
    title: "Many wait, one tells them",
    watch: "Watch who wakes the waiters, and in which order. None of them looks at a clock.",
    params: &[WAITERS.param(), DELAY.param()],
    presets: &[],
    variants: &[Variant { id: "event", title: "event", main: |set| Box::pin(event(set)) }],
    compare: Compare::Durations,
    real: Real::Waits,
    question: Question {
        ask: "When does the last waiter go on?",
        choices: |told| {
            let last = told.prints("event").filter(|(_, line)| line.ends_with("goes on")).last();
            let last = last.map(|(at, _)| at).unwrap_or_default();
            [last, last * told.get(WAITERS) as u32, last + told.get(DELAY)].map(secs).into()
        },
    },
    why: |told| {
        let set = secs(told.printed("event", "sets the event").unwrap_or_default());
        match told.get(WAITERS) {
            1 => format!("One set() at {set} wakes the waiter at once. The event stays set: whoever asks later does not wait."),
            waiters => format!(
                "One set() at {set} wakes all {waiters}, in the order in which they came, and none of them has to ask again \
                 and again. The event stays set: whoever asks later does not wait."
            ),
        }
    },
};
