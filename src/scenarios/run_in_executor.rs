//! A blocking call goes to a thread, and the loop stays free.

use std::cell::Cell;
use std::rc::Rc;

use super::prelude::*;

const CALL: Seconds = Seconds::new("call", "Call", 2.0, 0.0, 5.0);
const HEARTBEAT: Seconds = Seconds::new("heartbeat", "Heartbeat", 0.1, 0.1, 1.0);

type Beats = Rc<Cell<u32>>;

async fn heartbeat(every: Duration, beats: Beats) -> Result<()> {
    loop {
        sleep(every).await?;
        beats.set(beats.get() + 1);
    }
}

fn make_report(takes: Duration) -> &'static str {
    print("call begins");
    blocking_sleep(takes); // Not ours to change: it blocks.
    "report"
}

async fn on_the_loop(takes: Duration) -> Result<&'static str> {
    Ok(make_report(takes))
}

async fn in_a_thread(takes: Duration) -> Result<&'static str> {
    let pool = ThreadPool::new(1);
    pool.run(move || Ok(make_report(takes))).await
}

async fn beside_a_heartbeat<F>(
    set: Values,
    call: fn(Duration) -> F,
) -> Result<()>
where
    F: Future<Output = Result<&'static str>> + 'static,
{
    let beats = Beats::default();
    let pulse = heartbeat(set.get(HEARTBEAT), beats.clone());
    let pulse = spawn(pulse).named("heartbeat");
    let result = spawn(call(set.get(CALL))).named("call").await?;
    pulse.cancel();
    print(format!("{result}, heartbeats: {}", beats.get()));
    Ok(())
}

pub(super) static SCENARIO: Scenario = Scenario {
    id: "run-in-executor",
    group: Group::Machine,
    short: "A call that blocks",
    title: "A blocking call, on the loop or in a thread",
    watch: "Watch the heartbeat while the call goes on. The call takes the same time in both; who else can run is the \
            difference.",
    params: &[CALL.param(), HEARTBEAT.param()],
    presets: &[Preset { title: "a short call", values: &[("call", 0.3)] }],
    variants: &[
        Variant {
            id: "on-the-loop",
            title: "on the loop",
            main: |set| Box::pin(beside_a_heartbeat(set, on_the_loop)),
        },
        Variant {
            id: "thread-pool",
            title: "in a thread pool",
            main: |set| Box::pin(beside_a_heartbeat(set, in_a_thread)),
        },
    ],
    compare: Compare::Durations,
    real: Real::Blocks,
    question: Question {
        ask: "How often does the heart beat during a call on the loop?",
        choices: |told| {
            let call = told.get(CALL).as_millis() / told.get(HEARTBEAT).as_millis();
            vec![beats(told, "on-the-loop"), beats(told, "thread-pool"), (call / 2).to_string()]
        },
    },
    why: |told| {
        let (takes, in_thread) = (secs(told.took("on-the-loop")), beats(told, "thread-pool"));
        let meanwhile = match &*in_thread {
            "0" => "the loop is free, though the call is too short for the heart to beat".to_owned(),
            "1" => "the loop is free, and the heart beats once".to_owned(),
            _ => format!("the loop is free, and the heart beats {in_thread} times"),
        };
        format!(
            "The call takes {takes} either way, since a thread makes nothing faster. On the loop it keeps the only thread \
             that there is, and the heart beats {} times. In a pool it waits in a thread of its own: {meanwhile}.",
            beats(told, "on-the-loop")
        )
    },
};

/// How often the heart beat in a variant.
fn beats(told: &Told, variant: &str) -> String {
    let last = told.prints(variant).last().map(|(_, line)| line).unwrap_or_default();
    last.rsplit(' ').next().unwrap_or_default().to_owned()
}
