//! To run things together, create every task before you await one.

use super::prelude::*;

const WEATHER: Seconds = Seconds::new("weather", "Weather", 1.0, 0.0, 5.0);
const NEWS: Seconds = Seconds::new("news", "News", 2.0, 0.0, 5.0);

type Name = &'static str;

async fn fetch(name: Name, latency: Duration) -> Result<Name> {
    span(name, async move {
        print(format!("{name} requested"));
        sleep(latency).await?;
        print(format!("{name} arrived"));
        Ok(name)
    })
    .await
}

async fn gathered(set: Values) -> Result<()> {
    let page = gather([
        fetch("weather", set.get(WEATHER)),
        fetch("news", set.get(NEWS)),
    ])
    .await?;
    print(format!("page: {}", page.join(", ")));
    Ok(())
}

async fn tasks_first(set: Values) -> Result<()> {
    let weather = fetch("weather", set.get(WEATHER));
    let weather = spawn(weather).named("weather");
    let news = fetch("news", set.get(NEWS));
    let news = spawn(news).named("news");
    let (weather, news) = (weather.await?, news.await?);
    print(format!("page: {weather}, {news}"));
    Ok(())
}

async fn awaited_at_once(set: Values) -> Result<()> {
    let weather = fetch("weather", set.get(WEATHER));
    let weather = spawn(weather).named("weather").await?;
    // The second task is not created before the first is over.
    let news = fetch("news", set.get(NEWS));
    let news = spawn(news).named("news").await?;
    print(format!("page: {weather}, {news}"));
    Ok(())
}

pub(super) static SCENARIO: Scenario = Scenario {
    id: "gather-vs-create-task",
    group: Group::Together,
    short: "gather or create_task",
    title: "Two fetches: gather, tasks, and tasks awaited at once",
    watch: "Watch when the news are requested. All three make a task of each fetch; only two of them make both before they \
            wait.",
    params: &[WEATHER.param(), NEWS.param()],
    presets: &[Preset { title: "1 s each", values: &[("weather", 1.0), ("news", 1.0)] }],
    variants: &[
        Variant { id: "gather", title: "gather", main: |set| Box::pin(gathered(set)) },
        Variant { id: "create-task", title: "create_task", main: |set| Box::pin(tasks_first(set)) },
        Variant {
            id: "awaited-at-once",
            title: "create_task, awaited at once",
            main: |set| Box::pin(awaited_at_once(set)),
        },
    ],
    compare: Compare::Durations,
    real: Real::Waits,
    question: Question {
        ask: "Each task awaited at once: how long will both fetches take?",
        choices: |told| {
            [told.took("awaited-at-once"), told.took("create-task"), told.get(WEATHER)].map(secs).into()
        },
    },
    why: |told| {
        let requested = |variant| secs(told.printed(variant, "news requested").unwrap_or_default());
        format!(
            "gather and create_task both have two tasks before they wait: the news are requested at {}, and the slower fetch \
             decides, {}. Awaiting each task at once, main stands still until the weather is there; it creates the second \
             task only then, at {}, and that is the same as no tasks at all: {}.",
            requested("gather"),
            secs(told.took("gather")),
            requested("awaited-at-once"),
            secs(told.took("awaited-at-once"))
        )
    },
};
