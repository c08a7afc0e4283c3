//! A handler that blocks makes every other request wait.

use super::prelude::*;

const REQUESTS: Count = Count::new("requests", "Requests", 20, 1, 50);
const EVERY: Seconds = Seconds::new("every", "Arrivals every", 0.1, 0.0, 1.0);
const HANDLER: Seconds = Seconds::new("handler", "Handler", 0.5, 0.1, 1.0);

async fn blocking(takes: Duration) -> Result<()> {
    blocking_sleep(takes);
    Ok(())
}

async fn waiting(takes: Duration) -> Result<()> {
    sleep(takes).await
}

async fn request<F>(
    name: String,
    arrival: Duration,
    handle: F,
) -> Result<u64>
where
    F: Future<Output = Result<()>>,
{
    sleep(arrival).await?;
    handle.await?;
    let latency = now().saturating_sub(arrival).as_millis() as u64;
    print(format!("{name} answered after {latency} ms"));
    Ok(latency)
}

async fn serve<F>(
    set: Values,
    handler: fn(Duration) -> F,
) -> Result<()>
where
    F: Future<Output = Result<()>> + 'static,
{
    let requests = (0..set.get(REQUESTS)).map(|n| {
        let name = format!("request {}", n + 1);
        let arrival = set.get(EVERY) * n as u32;
        let handle = handler(set.get(HANDLER));
        spawn(request(name.clone(), arrival, handle)).named(name)
    });
    let latencies = gather(requests).await?;
    report(latencies);
    Ok(())
}

fn report(mut latencies: Vec<u64>) {
    let count = latencies.len();
    latencies.sort_unstable();
    // The least that so many of a hundred do not exceed.
    let least = |percent: usize| {
        latencies[(count * percent).div_ceil(100) - 1]
    };
    let (p50, p95) = (least(50), least(95));
    print(format!("latency: p50 {p50} ms, p95 {p95} ms"));
    let rate = 60_000 * count as u64 / now().as_millis() as u64;
    print(format!("throughput: {rate} per minute"));
}

pub(super) static SCENARIO: Scenario = Scenario {
    id: "api-server",
    group: Group::Programs,
    short: "A web server under load",
    title: "A server whose handler blocks, and one whose handler awaits",
    watch: "Watch how long each request waits between its arrival and its answer, and how that goes on.",
    params: &[REQUESTS.param(), EVERY.param(), HANDLER.param()],
    presets: &[Preset { title: "room to breathe", values: &[("requests", 10.0), ("every", 0.5), ("handler", 0.4)] }],
    variants: &[
        Variant { id: "blocking", title: "blocking handler", main: |set| Box::pin(serve(set, blocking)) },
        Variant { id: "async", title: "async handler", main: |set| Box::pin(serve(set, waiting)) },
    ],
    compare: Compare::Speedup,
    real: Real::Blocks,
    question: Question {
        ask: "How long does the last request wait for its answer if the handler blocks?",
        choices: |told| {
            let last = told.get(EVERY) * (told.get(REQUESTS) as u32 - 1);
            let waits = told.took("blocking").saturating_sub(last);
            [waits, told.get(HANDLER), told.took("blocking"), waits / 2].map(secs).into()
        },
    },
    why: |told| {
        let (handler, every) = (told.get(HANDLER), told.get(EVERY));
        let said = |variant: &str, what: &str| {
            let mut lines = told.prints(variant).map(|(_, line)| line);
            lines.find_map(|line| line.strip_prefix(what).map(str::to_owned)).unwrap_or_default()
        };
        let [blocked, free] = ["blocking", "async"].map(|variant| {
            let (latency, rate) = (said(variant, "latency: "), said(variant, "throughput: "));
            format!("{latency}, {rate}, the last answer at {}", secs(told.took(variant)))
        });
        let takes = secs(handler);
        let come = if every.is_zero() { "all at once".to_owned() } else { format!("every {}", secs(every)) };
        if handler <= every || told.get(REQUESTS) == 1 {
            return format!(
                "Each request is answered before the next one comes, so blocking does no harm yet: {blocked}. With await it is \
                 the same: {free}."
            );
        }
        format!(
            "A handler that blocks for {takes} answers one request at a time, and they come {come}: whoever \
             is further back waits longer ({blocked}). With await the handlers wait side by side, and each takes {takes} however many there \
             are ({free})."
        )
    },
};
