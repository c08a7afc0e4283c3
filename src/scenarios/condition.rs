//! A condition tells those who wait that something has changed.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use super::prelude::*;

const CONSUMERS: Count = Count::new("consumers", "Consumers", 3, 1, 30);
const EVERY: Seconds = Seconds::new("every", "An item every", 0.5, 0.0, 2.0);

/// What all tasks share.
#[derive(Clone)]
struct Buffer {
    items: Rc<RefCell<Vec<usize>>>,
    changed: Condition,
    wake_ups: Rc<Cell<usize>>,
}

async fn consumer(name: String, buffer: Buffer) -> Result<()> {
    let mut guard = buffer.changed.acquire().await?;
    while buffer.items.borrow().is_empty() {
        buffer.changed.wait(&mut guard).await?;
        buffer.wake_ups.set(buffer.wake_ups.get() + 1);
        print(format!("{name} wakes up"));
    }
    let item = buffer.items.borrow_mut().remove(0);
    print(format!("{name} takes item {item}"));
    Ok(())
}

async fn producer(
    set: Values,
    buffer: Buffer,
    all: bool,
) -> Result<()> {
    for item in 1..=set.get(CONSUMERS) {
        sleep(set.get(EVERY)).await?;
        let guard = buffer.changed.acquire().await?;
        buffer.items.borrow_mut().push(item);
        print(format!("producer puts item {item}"));
        if all {
            buffer.changed.notify_all(&guard)?;
        } else {
            buffer.changed.notify(&guard, 1)?;
        }
    }
    Ok(())
}

async fn run(set: Values, all: bool) -> Result<()> {
    let buffer = Buffer {
        items: Rc::default(),
        changed: Condition::new().named("changed"),
        wake_ups: Rc::default(),
    };
    let mut tasks = Vec::new();
    for n in 1..=set.get(CONSUMERS) {
        let name = format!("consumer {n}");
        let consumer = consumer(name.clone(), buffer.clone());
        tasks.push(spawn(consumer).named(name));
    }
    let producer = producer(set, buffer.clone(), all);
    tasks.push(spawn(producer).named("producer"));
    gather(tasks).await?;
    print(format!("wake-ups: {}", buffer.wake_ups.get()));
    Ok(())
}

pub(super) static SCENARIO: Scenario = Scenario {
    id: "condition",
    group: Group::Coordination,
    short: "Telling one, telling all",
    title: "A buffer, and those who wait for it to fill",
    watch: "Watch who wakes up for each item, and who goes straight back to waiting.",
    params: &[CONSUMERS.param(), EVERY.param()],
    presets: &[Preset { title: "10 consumers", values: &[("consumers", 10.0)] }],
    variants: &[
        Variant { id: "notify", title: "notify", main: |set| Box::pin(run(set, false)) },
        Variant { id: "notify-all", title: "notify_all", main: |set| Box::pin(run(set, true)) },
    ],
    compare: Compare::Durations,
    real: Real::Waits,
    question: Question {
        ask: "With notify_all: how often does a consumer wake up, all together?",
        choices: |told| {
            let consumers = told.get(CONSUMERS);
            let wakes = told.count("notify-all", "wakes up");
            [wakes, told.count("notify", "wakes up"), consumers * consumers].map(|count| count.to_string()).into()
        },
    },
    why: |told| {
        let (one, all) = (told.count("notify", "wakes up"), told.count("notify-all", "wakes up"));
        let taken = told.count("notify-all", "takes item");
        if all == taken {
            return "A single consumer cannot wake up in vain: it makes no difference whether one is told or all.".to_owned();
        }
        format!(
            "There are {taken} items, and one consumer can have each. notify wakes {one} in all; notify_all wakes everyone who \
             waits, {all} in all, and all but {taken} of them look into an empty buffer and wait again. That is why they \
             look again after waking up."
        )
    },
};
