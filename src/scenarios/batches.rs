//! A batch waits for its slowest; a semaphore lets the next one in.

use super::prelude::*;

const REQUESTS: Count = Count::new("requests", "Requests", 40, 1, 200);
const PLACES: Count = Count::new("places", "At a time", 8, 1, 40);
const SHORTEST: Seconds = Seconds::new("shortest", "Shortest", 0.2, 0.0, 1.0);
const LONGEST: Seconds = Seconds::new("longest", "Longest", 1.8, 1.0, 5.0);
const SEED: Count = Count::new("seed", "Seed", 7, 1, 99);

const TENTH: Duration = Duration::from_millis(100);

/// Every request's name, and how long it will take.
fn requests(set: &Values) -> Vec<(String, Duration)> {
    let random = Random::new(set.get(SEED));
    let tenths = |time: Duration| {
        (time.as_secs_f64() * 10.0).round() as u32
    };
    let shortest = tenths(set.get(SHORTEST));
    let longest = tenths(set.get(LONGEST));
    let latency = || random.randint(shortest, longest) * TENTH;
    (1..=set.get(REQUESTS))
        .map(|n| (format!("request {n}"), latency()))
        .collect()
}

async fn request(name: String, latency: Duration) -> Result<()> {
    print(format!("{name} sent"));
    sleep(latency).await?;
    print(format!("{name} answered"));
    Ok(())
}

async fn request_in_place(
    name: String,
    latency: Duration,
    places: Semaphore,
) -> Result<()> {
    let _place = places.acquire().await?;
    request(name, latency).await
}

async fn batches(set: Values) -> Result<()> {
    for batch in requests(&set).chunks(set.get(PLACES)) {
        let batch = batch.iter().cloned().map(|(name, latency)| {
            span(name.clone(), request(name, latency))
        });
        // The next batch begins when all of this one is over.
        gather(batch).await?;
    }
    Ok(())
}

async fn window(set: Values) -> Result<()> {
    let places = Semaphore::new(set.get(PLACES));
    let requests = requests(&set).into_iter();
    let requests = requests.map(|(name, latency)| {
        let places = places.clone();
        span(name.clone(), request_in_place(name, latency, places))
    });
    gather(requests).await?;
    Ok(())
}

pub(super) static SCENARIO: Scenario = Scenario {
    id: "batches",
    group: Group::Together,
    short: "Batches, or a window",
    title: "So many at a time: in batches, or as places come free",
    watch: "Watch the gaps at the end of each batch: places that stand empty until its slowest request is over.",
    params: &[REQUESTS.param(), PLACES.param(), SHORTEST.param(), LONGEST.param(), SEED.param()],
    presets: &[Preset { title: "1 s each", values: &[("shortest", 1.0), ("longest", 1.0)] }],
    variants: &[
        Variant { id: "batches", title: "batches", main: |set| Box::pin(batches(set)) },
        Variant { id: "semaphore", title: "semaphore", main: |set| Box::pin(window(set)) },
    ],
    compare: Compare::Speedup,
    real: Real::Waits,
    question: Question {
        ask: "In batches: how much of the time do places stand empty?",
        choices: |told| {
            let empty = idle(told, "batches");
            [empty, idle(told, "semaphore"), 100 - empty].map(|share| format!("{share} %")).into()
        },
    },
    why: |told| {
        let (requests, places) = (told.get(REQUESTS), told.get(PLACES));
        let (batches, window) = (secs(told.took("batches")), secs(told.took("semaphore")));
        if requests <= places {
            return format!("Everything fits into one batch, so nobody has to wait for a place: {window} either way.");
        }
        if told.took("batches") == told.took("semaphore") {
            return format!("Here no place that came free earlier would have saved any time: both take {window}.");
        }
        format!(
            "Each batch takes as long as its slowest request, and until then the other places stand empty, {} % of the time \
             in all: {batches}. The semaphore gives a place to the next request as soon as it is free, so that only {} % are \
             lost: {window}.",
            idle(told, "batches"),
            idle(told, "semaphore")
        )
    },
};

/// In how much of the time, in per cent, a place stood empty.
fn idle(told: &Told, variant: &str) -> u32 {
    let used = told.trace(variant).events().filter_map(|event| match event.what {
        trace::What::Suspended(trace::Wait::Sleep { until }) => Some(until.saturating_sub(event.at)),
        _ => None,
    });
    let places = told.get(PLACES).min(told.get(REQUESTS)) as u32;
    let all = told.took(variant) * places;
    if all.is_zero() {
        return 0;
    }
    let empty = all.saturating_sub(used.sum());
    (100.0 * empty.as_secs_f64() / all.as_secs_f64()).round() as u32
}
