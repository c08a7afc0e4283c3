//! A queue between those who make items and those who use them.

use super::prelude::*;

const PRODUCERS: Count = Count::new("producers", "Producers", 2, 1, 10);
const ITEMS: Count = Count::new("items", "Items of each", 5, 1, 50);
const CONSUMERS: Count = Count::new("consumers", "Consumers", 3, 1, 20);
const HANDLING: Seconds = Seconds::new("handling", "Handling", 0.3, 0.0, 3.0);
const SIZE: Count = Count::new("size", "Room for", 5, 1, 20);
const SEED: Count = Count::new("seed", "Seed", 7, 1, 99);
const TENTH: Duration = Duration::from_millis(100);

async fn producer(
    name: usize,
    making: Vec<Duration>,
    queue: Queue<String>,
) -> Result<()> {
    for (n, takes) in (1..).zip(making) {
        sleep(takes).await?;
        // Waits here while the queue is full.
        queue.put(format!("{name}.{n}")).await?;
        print(format!("put {name}.{n}"));
    }
    Ok(())
}

async fn consumer(
    handling: Duration,
    queue: Queue<String>,
) -> Result<()> {
    loop {
        let item = queue.get().await?;
        sleep(handling).await?;
        print(format!("handled {item}"));
        queue.task_done();
    }
}

async fn run(set: Values, consumers: usize) -> Result<()> {
    let queue = Queue::bounded(set.get(SIZE)).named("items");
    let chance = Random::new(set.get(SEED));
    let producers: Vec<_> = (1..=set.get(PRODUCERS))
        .map(|n| {
            let making = (0..set.get(ITEMS))
                .map(|_| TENTH * chance.randint(1, 5))
                .collect();
            spawn(producer(n, making, queue.clone()))
                .named(format!("producer {n}"))
        })
        .collect();
    let consumers: Vec<_> = (1..=consumers)
        .map(|n| {
            spawn(consumer(set.get(HANDLING), queue.clone()))
                .named(format!("consumer {n}"))
        })
        .collect();
    gather(producers).await?;
    print("everything is in the queue");
    queue.join().await?;
    // Nothing is left: they would wait for ever.
    for consumer in &consumers {
        consumer.cancel();
    }
    gather(consumers).return_exceptions().await?;
    print("everything is handled");
    Ok(())
}

async fn one(set: Values) -> Result<()> {
    run(set, 1).await
}

async fn several(set: Values) -> Result<()> {
    let consumers = set.get(CONSUMERS);
    run(set, consumers).await
}

pub(super) static SCENARIO: Scenario = Scenario {
    id: "queue",
    group: Group::Coordination,
    short: "Producers and consumers",
    title: "Producers, consumers, and a queue between them",
    watch: "Watch who waits for whom: consumers for an item, or producers for room. The end comes when all is handled.",
    params: &[
        PRODUCERS.param(),
        ITEMS.param(),
        CONSUMERS.param(),
        HANDLING.param(),
        SIZE.param(),
        SEED.param(),
    ],
    presets: &[
        Preset { title: "slow consumers", values: &[("handling", 1.0), ("size", 2.0)] },
        Preset { title: "10 consumers", values: &[("consumers", 10.0)] },
    ],
    variants: &[
        Variant { id: "one-consumer", title: "1 consumer", main: |set| Box::pin(one(set)) },
        Variant { id: "consumers", title: "several consumers", main: |set| Box::pin(several(set)) },
    ],
    compare: Compare::Speedup,
    real: Real::Waits,
    question: Question {
        ask: "How long will it take with several consumers?",
        choices: |told| {
            let one = told.took("one-consumer");
            [told.took("consumers"), one, one / told.get(CONSUMERS) as u32].map(secs).into()
        },
    },
    why: |told| {
        let (one, several) = (told.took("one-consumer"), told.took("consumers"));
        let made = told.printed("consumers", "everything is in").unwrap_or_default();
        let (items, consumers) = (told.get(PRODUCERS) * told.get(ITEMS), told.get(CONSUMERS));
        let (slow, fast, made) = (secs(one), secs(several), secs(made));
        if consumers == 1 {
            format!("There is one consumer in both, and everything is handled after {fast}.")
        } else if items == 1 {
            format!("A single item takes {fast}, however many consumers wait for it.")
        } else if one == several {
            format!(
                "One consumer keeps up with the producers: the last item is put at {made}, and all {items} are handled after \
                 {fast}, by one as by {consumers}."
            )
        } else {
            format!(
                "All {items} items are handled after {slow} by one consumer, and after {fast} by {consumers}. More of them \
                 help until making the items takes the time: the last was put at {made}. Cancelled once join() has returned, \
                 no consumer loses anything."
            )
        }
    },
};
