//! A limit on how many run at once does not limit how many start.

use std::cell::Cell;
use std::rc::Rc;

use super::prelude::*;
use crate::numbers::fixed;

const REQUESTS: Count = Count::new("requests", "Requests", 20, 1, 100);
const LATENCY: Seconds = Seconds::new("latency", "Latency", 0.1, 0.0, 2.0);
const RATE: Count = Count::new("rate", "Allowed per second", 5, 1, 50);
const PAUSE: Seconds = Seconds::new("pause", "Pause inside", 0.2, 0.0, 2.0);
const BURST: Count = Count::new("burst", "Burst", 5, 1, 50);
const SECOND: Duration = Duration::from_secs(1);

async fn request(
    name: String,
    set: Values,
    allowed: Rate,
) -> Result<()> {
    allowed.count();
    print(format!("{name} sent"));
    sleep(set.get(LATENCY)).await
}

/// What the service allows; a bucket may send a burst besides.
fn allowed(set: &Values, burst: usize) -> Rate {
    let rate = Rate::new(set.get(RATE) as u32, SECOND);
    rate.with_burst(burst as u32).named("requests")
}

/// Between two requests that keep to the rate.
fn interval(set: &Values) -> Duration {
    Duration::from_millis(1000_u64.div_ceil(set.get(RATE) as u64))
}

async fn inside(
    name: String,
    set: Values,
    semaphore: Semaphore,
    allowed: Rate,
) -> Result<()> {
    let _permit = semaphore.acquire().await?;
    request(name, set.clone(), allowed).await?;
    sleep(set.get(PAUSE)).await
}

async fn with_semaphore(set: Values) -> Result<()> {
    let semaphore = Semaphore::new(set.get(RATE));
    let allowed = allowed(&set, 0);
    let requests = (1..=set.get(REQUESTS)).map(|n| {
        let name = format!("request {n}");
        let (set, allowed) = (set.clone(), allowed.clone());
        spawn(inside(name.clone(), set, semaphore.clone(), allowed))
            .named(name)
    });
    gather(requests).await?;
    Ok(())
}

/// Holds so many tokens at most, and gets a new one every interval.
struct Bucket {
    size: u32,
    interval: Duration,
    full_at: Cell<Duration>,
}

impl Bucket {
    /// Takes a token, or the next one that nobody has claimed.
    async fn take(&self) -> Result<()> {
        let full_at = self.full_at.get().max(now()) + self.interval;
        self.full_at.set(full_at);
        let filling = self.interval * self.size;
        let wait = full_at.saturating_sub(now() + filling);
        if !wait.is_zero() {
            sleep(wait).await?;
        }
        Ok(())
    }
}

async fn with_token(
    name: String,
    set: Values,
    bucket: Rc<Bucket>,
    allowed: Rate,
) -> Result<()> {
    bucket.take().await?;
    request(name, set, allowed).await
}

async fn with_bucket(set: Values) -> Result<()> {
    let bucket = Rc::new(Bucket {
        size: set.get(BURST) as u32,
        interval: interval(&set),
        full_at: Cell::new(now()),
    });
    let allowed = allowed(&set, set.get(BURST));
    let requests = (1..=set.get(REQUESTS)).map(|n| {
        let name = format!("request {n}");
        let (set, allowed) = (set.clone(), allowed.clone());
        spawn(with_token(name.clone(), set, bucket.clone(), allowed))
            .named(name)
    });
    gather(requests).await?;
    Ok(())
}

async fn evenly(set: Values) -> Result<()> {
    let allowed = allowed(&set, 0);
    let mut requests = Vec::new();
    for n in 1..=set.get(REQUESTS) {
        if n > 1 {
            sleep(interval(&set)).await?;
        }
        let name = format!("request {n}");
        let (set, allowed) = (set.clone(), allowed.clone());
        let request = request(name.clone(), set, allowed);
        requests.push(spawn(request).named(name));
    }
    gather(requests).await?;
    Ok(())
}

/// How many were sent in the busiest second.
fn busiest(told: &Told, variant: &str) -> usize {
    let sent: Vec<_> = told.prints(variant).map(|(at, _)| at).collect();
    let from = |begin: &Duration| {
        let second = *begin..*begin + SECOND;
        sent.iter().filter(|at| second.contains(at)).count()
    };
    sent.iter().map(from).max().unwrap_or_default()
}

const VARIANTS: [&str; 3] = ["semaphore", "token-bucket", "evenly"];

pub(super) static SCENARIO: Scenario = Scenario {
    id: "rate-limit",
    group: Group::Coordination,
    short: "So many per second",
    title: "Requests to a service that allows so many per second",
    watch: "Watch how many requests begin within a second, and not how many are under way at once.",
    params: &[REQUESTS.param(), LATENCY.param(), RATE.param(), PAUSE.param(), BURST.param()],
    presets: &[Preset { title: "1 s of latency", values: &[("latency", 1.0)] }],
    variants: &[
        Variant { id: "semaphore", title: "semaphore", main: |set| Box::pin(with_semaphore(set)) },
        Variant { id: "token-bucket", title: "token bucket", main: |set| Box::pin(with_bucket(set)) },
        Variant { id: "evenly", title: "evenly, one every interval", main: |set| Box::pin(evenly(set)) },
    ],
    compare: Compare::Durations,
    real: Real::Waits,
    question: Question {
        ask: "With the semaphore: how many requests are sent in the busiest second?",
        choices: |told| {
            let [semaphore, bucket, even] = VARIANTS.map(|variant| busiest(told, variant));
            [semaphore, told.get(RATE), even, bucket].map(|sent| sent.to_string()).into()
        },
    },
    why: |told| {
        let rate = told.get(RATE);
        let [semaphore, bucket, even] = VARIANTS.map(|variant| busiest(told, variant));
        let [fast, filled, slow] = VARIANTS.map(|variant| secs(told.took(variant)));
        let inside = secs(told.get(LATENCY) + told.get(PAUSE));
        let kept = if semaphore > rate { "too many for" } else { "within" };
        let took = told.took("semaphore").as_secs_f64();
        let mean = if took > 0.0 {
            format!(" ({} per second on average)", fixed(told.get(REQUESTS) as f64 / took, 1))
        } else {
            String::new()
        };
        format!(
            "The semaphore counts who is inside, {rate} at most, and each leaves after {inside}: {semaphore} in the busiest \
             second, {kept} a limit of {rate}, and over at {fast}{mean}. The bucket allows a burst and then keeps to the rate: \
             {bucket}, over at {filled}. Evenly there are never more than {even}, and it takes {slow}."
        )
    },
};
