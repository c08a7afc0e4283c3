//! A lock keeps others out between reading and writing.

use super::prelude::*;

const LATENCY: Seconds = Seconds::new("latency", "Each takes", 0.1, 0.0, 2.0);

type Change = (&'static str, i32);

const CHANGES: [Change; 4] = [
    ("deposit 50", 50),
    ("withdraw 30", -30),
    ("deposit 20", 20),
    ("withdraw 40", -40),
];

async fn change(
    (name, amount): Change,
    balance: Value<i32>,
    latency: Duration,
) -> Result<()> {
    let read = balance.get();
    // Whoever else reads now reads the same balance.
    sleep(latency).await?;
    let written = read + amount;
    balance.set(written);
    print(format!("{name}: {read} -> {written}"));
    Ok(())
}

async fn change_locked(
    order: Change,
    balance: Value<i32>,
    latency: Duration,
    lock: Lock,
) -> Result<()> {
    let _guard = lock.acquire().await?;
    change(order, balance, latency).await
}

async fn without_lock(set: Values) -> Result<()> {
    let latency = set.get(LATENCY);
    let balance = Value::new(100).named("balance");
    let changes = CHANGES.map(|order| {
        span(order.0, change(order, balance.clone(), latency))
    });
    gather(changes).await?;
    print(format!("balance: {}", balance.get()));
    Ok(())
}

async fn with_lock(set: Values) -> Result<()> {
    let latency = set.get(LATENCY);
    let balance = Value::new(100).named("balance");
    let lock = Lock::new().named("account");
    let changes = CHANGES.map(|order| {
        let (balance, lock) = (balance.clone(), lock.clone());
        span(order.0, change_locked(order, balance, latency, lock))
    });
    gather(changes).await?;
    print(format!("balance: {}", balance.get()));
    Ok(())
}

/// What the last line says.
fn balance(told: &Told, variant: &str) -> String {
    let last = told.prints(variant).last().map(|(_, line)| line);
    last.unwrap_or_default().replace("balance: ", "")
}

pub(super) static SCENARIO: Scenario = Scenario {
    id: "lock",
    group: Group::Coordination,
    short: "Lost updates, and a lock",
    title: "Four changes to one balance of 100",
    watch: "Watch what each change reads and what it writes. Only one task runs at a time, and still money goes missing.",
    params: &[LATENCY.param()],
    presets: &[],
    variants: &[
        Variant { id: "no-lock", title: "no lock", main: |set| Box::pin(without_lock(set)) },
        Variant { id: "lock", title: "lock", main: |set| Box::pin(with_lock(set)) },
    ],
    compare: Compare::Durations,
    real: Real::Waits,
    question: Question {
        ask: "The changes add up to nothing. What is the balance without the lock?",
        choices: |told| {
            let first = told.prints("no-lock").next().map(|(_, line)| line).unwrap_or_default();
            let first = first.rsplit(' ').next().unwrap_or_default().to_owned();
            vec![balance(told, "no-lock"), balance(told, "lock"), first]
        },
    },
    why: |told| {
        let (wrong, right) = (balance(told, "no-lock"), balance(told, "lock"));
        let (fast, slow) = (secs(told.took("no-lock")), secs(told.took("lock")));
        let took = if told.get(LATENCY).is_zero() {
            format!("Both take {slow} here")
        } else {
            format!("That takes {slow} in place of {fast}")
        };
        format!(
            "Without the lock all four read 100 before anyone writes, and the last to write wins: {wrong}. The lock lets one \
             at a time read, wait and write, so each sees what the one before has left: {right}. {took}, and a wrong balance \
             is no gain."
        )
    },
};
