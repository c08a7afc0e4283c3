//! Everybody on a channel hears its messages in the same order.

use super::prelude::*;
use super::services::{Channel, Inbox};

const CLIENTS: Count = Count::new("clients", "Clients", 3, 2, 6);
const MESSAGES: Count = Count::new("messages", "Messages each", 2, 1, 10);
const SEED: Count = Count::new("seed", "Seed", 7, 1, 99);

const NAMES: [&str; 6] = ["Ada", "Ben", "Cleo", "Dan", "Eve", "Finn"];

type Name = &'static str;

async fn talk(
    name: Name,
    messages: usize,
    random: Random,
    channel: Channel,
) -> Result<()> {
    for n in 1..=messages {
        let tenths = random.randint(2, 18);
        sleep(Duration::from_millis(100 * u64::from(tenths))).await?;
        print(format!("{name} sends {name} {n}"));
        channel.post(name, &format!("{name} {n}"));
    }
    Ok(())
}

async fn listen(name: Name, inbox: Inbox) -> Result<()> {
    while let Some(message) = inbox.get().await? {
        print(format!("{name} hears {message}"));
    }
    Ok(())
}

async fn chat(set: Values) -> Result<()> {
    let channel = Channel::default();
    let random = Random::new(set.get(SEED));
    let clients = || NAMES.into_iter().take(set.get(CLIENTS));
    let listeners: Vec<_> = clients()
        .map(|name| {
            let listener = listen(name, channel.join(name));
            spawn(listener).named(format!("{name} listens"))
        })
        .collect();
    let messages = set.get(MESSAGES);
    let talkers = clients().map(|name| {
        let channel = channel.clone();
        let talker = talk(name, messages, random.clone(), channel);
        spawn(talker).named(format!("{name} talks"))
    });
    gather(talkers).await?;
    channel.close();
    gather(listeners).await?;
    Ok(())
}

pub(super) static SCENARIO: Scenario = Scenario {
    id: "chat",
    group: Group::Programs,
    short: "A chat",
    title: "A chat on a broadcast channel",
    watch: "Watch who hears each message, and in which order: the channel calls its listeners as they joined.",
    params: &[CLIENTS.param(), MESSAGES.param(), SEED.param()],
    presets: &[Preset { title: "6 clients", values: &[("clients", 6.0)] }],
    variants: &[Variant { id: "chat", title: "chat", main: |set| Box::pin(chat(set)) }],
    compare: Compare::Durations,
    real: Real::Waits,
    question: Question {
        ask: "Who hears the first message first?",
        choices: |told| {
            let hears = told.prints("chat").find_map(|(_, line)| Some(line.split_once(" hears ")?.0.to_owned()));
            let clients = NAMES.into_iter().take(told.get(CLIENTS)).map(str::to_owned);
            hears.into_iter().chain(clients).collect()
        },
    },
    why: |told| {
        let (sent, heard) = (told.count("chat", " sends "), told.count("chat", " hears "));
        let first = told.prints("chat").next().unwrap_or_default();
        let (sender, at) = (first.1.split(' ').next().unwrap_or_default(), secs(first.0));
        format!(
            "{sender} is the first to speak, at {at}. A message goes into the inbox of every other client at once, in the \
             order in which they joined, and they are woken in that order. So {sent} messages are heard {heard} times, by \
             everybody in the order in which they were sent."
        )
    },
};
