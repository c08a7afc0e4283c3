//! An end marker stops one consumer; each needs its own.

use super::prelude::*;

const ITEMS: Count = Count::new("items", "Items", 10, 1, 50);
const EVERY: Seconds = Seconds::new("every", "An item every", 0.5, 0.0, 5.0);
const HANDLING: Seconds = Seconds::new("handling", "Handling", 1.0, 0.0, 5.0);

/// None is the end marker.
type Items = Queue<Option<usize>>;

async fn producer(
    set: Values,
    markers: u32,
    queue: Items,
) -> Result<()> {
    for item in 1..=set.get(ITEMS) {
        queue.put(Some(item)).await?;
        sleep(set.get(EVERY)).await?;
    }
    for _ in 0..markers {
        queue.put(None).await?;
    }
    print("producer stops");
    Ok(())
}

async fn consumer(
    name: &str,
    handling: Duration,
    queue: Items,
) -> Result<()> {
    while let Some(item) = queue.get().await? {
        sleep(handling).await?;
        print(format!("{name} handled item {item}"));
    }
    print(format!("{name} stops"));
    Ok(())
}

async fn run(set: Values, markers: u32) -> Result<()> {
    let queue = Items::new().named("items");
    let handling = set.get(HANDLING);
    let [a, b] = ["consumer A", "consumer B"].map(|name| {
        spawn(consumer(name, handling, queue.clone())).named(name)
    });
    let producer = producer(set, markers, queue);
    let producer = spawn(producer).named("producer");
    gather([producer, a, b]).await?;
    print("everybody has stopped");
    Ok(())
}

pub(super) static SCENARIO: Scenario = Scenario {
    id: "queue-sentinel",
    group: Group::Coordination,
    short: "One end marker too few",
    title: "Two consumers, and a marker that says it is over",
    watch: "Watch who gets the end marker, and what becomes of the other consumer.",
    params: &[ITEMS.param(), EVERY.param(), HANDLING.param()],
    presets: &[Preset { title: "slow consumers", values: &[("handling", 2.0)] }],
    variants: &[
        Variant { id: "one-marker", title: "one marker", main: |set| Box::pin(run(set, 1)) },
        Variant { id: "marker-each", title: "a marker for each", main: |set| Box::pin(run(set, 2)) },
    ],
    compare: Compare::Durations,
    real: Real::Waits,
    question: Question {
        ask: "One marker: how does the program end?",
        choices: |told| {
            vec![
                "never: one consumer waits for ever".to_owned(),
                format!("at {}: both consumers stop", secs(told.took("marker-each"))),
                "with an error: the queue is empty".to_owned(),
            ]
        },
    },
    why: |told| {
        let stopped = told.prints("one-marker").find(|(_, line)| line.starts_with("consumer") && line.ends_with("stops"));
        let (at, line) = stopped.unwrap_or_default();
        let (lucky, other) = if line.contains('A') { ("A", "B") } else { ("B", "A") };
        let (at, last, end) = (secs(at), secs(told.took("one-marker")), secs(told.took("marker-each")));
        format!(
            "{lucky} takes the only marker and stops at {at}. At {last} nothing moves any more: {other} waits for an item that \
             nobody will put, and main waits for {other}. With a marker for each, both stop, and the program is over at \
             {end}."
        )
    },
};
