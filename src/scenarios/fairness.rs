//! A task that computes for long lets the others in by `sleep(0)`.

use super::prelude::*;
use crate::numbers::fixed;

const STEPS: Count = Count::new("steps", "Steps", 10, 1, 20);
const STEP: Seconds = Seconds::new("step", "A step", 0.1, 0.0, 0.3);
const POLITE: Count = Count::new("polite", "Polite tasks", 2, 1, 10);
const ROUNDS: Count = Count::new("rounds", "Their rounds", 3, 1, 10);
const PAUSE: Seconds = Seconds::new("pause", "Their pause", 0.2, 0.0, 2.0);

async fn greedy(set: Values, yields: bool) -> Result<()> {
    for _ in 0..set.get(STEPS) {
        // A step of computing, which holds the thread.
        blocking_sleep(set.get(STEP));
        if yields {
            // Whoever is ready runs once, then this goes on.
            sleep(Duration::ZERO).await?;
        }
    }
    print("greedy done");
    Ok(())
}

async fn polite(name: String, set: Values) -> Result<()> {
    let mut starved = Duration::ZERO;
    for _ in 0..set.get(ROUNDS) {
        let due = now() + set.get(PAUSE);
        sleep(set.get(PAUSE)).await?;
        starved += now().saturating_sub(due);
    }
    let starved = fixed(starved.as_secs_f64(), 1);
    print(format!("{name} done, starved for {starved} s"));
    Ok(())
}

async fn run(set: Values, yields: bool) -> Result<()> {
    let mut tasks = Vec::new();
    for n in 1..=set.get(POLITE) {
        let name = format!("polite {n}");
        let polite = polite(name.clone(), set.clone());
        tasks.push(spawn(polite).named(name));
    }
    tasks.push(spawn(greedy(set, yields)).named("greedy"));
    gather(tasks).await?;
    Ok(())
}

/// How long the first polite task starved, as it says itself.
fn starved(told: &Told, variant: &str) -> String {
    let mut lines = told.prints(variant).map(|(_, line)| line);
    let line = lines.find(|line| line.starts_with("polite 1 "));
    line.unwrap_or_default().replace("polite 1 done, starved for ", "")
}

pub(super) static SCENARIO: Scenario = Scenario {
    id: "fairness",
    group: Group::Coordination,
    short: "A greedy task",
    title: "One task computes, the others want to run as well",
    watch: "Watch the polite tasks: their pauses are over, they are ready, and they get the thread when somebody gives it.",
    params: &[STEPS.param(), STEP.param(), POLITE.param(), ROUNDS.param(), PAUSE.param()],
    presets: &[Preset { title: "10 polite tasks", values: &[("polite", 10.0)] }],
    variants: &[
        Variant { id: "no-yield", title: "without yielding", main: |set| Box::pin(run(set, false)) },
        Variant { id: "yield", title: "sleep(0) after each step", main: |set| Box::pin(run(set, true)) },
    ],
    compare: Compare::Durations,
    real: Real::Blocks,
    question: Question {
        ask: "With sleep(0): for how long is a polite task ready and cannot run, in all?",
        choices: |told| {
            vec![starved(told, "yield"), starved(told, "no-yield"), secs(told.get(STEP) * told.get(STEPS) as u32)]
        },
    },
    why: |told| {
        let [long, short] = ["no-yield", "yield"].map(|variant| starved(told, variant));
        let (steps, step) = (told.get(STEPS), secs(told.get(STEP)));
        let done = secs(told.printed("yield", "greedy done").unwrap_or_default());
        if long == short {
            return format!(
                "A polite task starves for {long} in all, with sleep(0) or without: at these values nobody is in need of the \
                 thread in the middle of the {steps} × {step} of computing, or giving way comes too late."
            );
        }
        format!(
            "Without yielding, {steps} steps of {step} hold the thread to the end, and a polite task starves for {long}. \
             sleep(0) lets it in between two steps: once it is ready, at most the step that runs and one more are in its way, \
             and it starves for {short} in all. The greedy task loses nothing by that and is done at {done} in both."
        )
    },
};
