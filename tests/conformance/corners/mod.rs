//! What asyncio does in the corners: every case here has a twin of the same name in the Python file of the same name, and
//! must print the same lines at the same times, and end its tasks in the same order in the same way.

pub(crate) mod as_completed;
pub(crate) mod barrier;
pub(crate) mod cancel;
pub(crate) mod condition;
pub(crate) mod context;
pub(crate) mod end;
pub(crate) mod event;
pub(crate) mod future;
pub(crate) mod gather;
pub(crate) mod generator;
pub(crate) mod group;
pub(crate) mod lock;
pub(crate) mod order;
pub(crate) mod pool;
pub(crate) mod queue;
pub(crate) mod semaphore;
pub(crate) mod task;
pub(crate) mod timeout;
pub(crate) mod wait;

use std::fmt::{Debug, Display};
use std::pin::Pin;
use std::time::Duration;

use interleave::aio::{Error, Result, Task, print, sleep};

/// Makes the main task of a case.
pub(crate) type Case = fn() -> Pin<Box<dyn Future<Output = Result<()>>>>;

/// Python file and its cases.
pub(crate) const ALL: &[(&str, &[(&str, Case)])] = &[
    ("as_completed", as_completed::CASES),
    ("barrier", barrier::CASES),
    ("cancel", cancel::CASES),
    ("condition", condition::CASES),
    ("context", context::CASES),
    ("end", end::CASES),
    ("event", event::CASES),
    ("future", future::CASES),
    ("gather", gather::CASES),
    ("generator", generator::CASES),
    ("group", group::CASES),
    ("lock", lock::CASES),
    ("order", order::CASES),
    ("pool", pool::CASES),
    ("queue", queue::CASES),
    ("semaphore", semaphore::CASES),
    ("task", task::CASES),
    ("timeout", timeout::CASES),
    ("wait", wait::CASES),
];

macro_rules! cases {
    ($($name:ident,)*) => {
        pub(crate) const CASES: &[(&str, super::Case)] = &[$((stringify!($name), || Box::pin($name()))),*];
    };
}
use cases;

fn secs(seconds: f64) -> Duration {
    Duration::from_secs_f64(seconds)
}

fn spawn<T: Debug + 'static>(future: impl Future<Output = Result<T>> + 'static, name: impl Display) -> Task<T> {
    interleave::aio::spawn(future).named(name.to_string())
}

/// As Python prints a truth value.
fn truth(value: bool) -> &'static str {
    if value { "True" } else { "False" }
}

/// What a Python function without a return gives.
#[expect(clippy::unnecessary_wraps, reason = "it stands at the end of a task")]
fn none() -> Result<String> {
    Ok("None".to_owned())
}

async fn nap(name: impl Display, seconds: f64) -> Result<String> {
    print(format!("{name} starts"));
    if let Err(error) = sleep(secs(seconds)).await {
        print(format!("{name} cancelled"));
        return Err(error);
    }
    print(format!("{name} done"));
    Ok(name.to_string())
}

async fn fail(name: &str, seconds: f64) -> Result<String> {
    sleep(secs(seconds)).await?;
    print(format!("{name} fails"));
    Err(Error::raised(format!("{name} failed")))
}

async fn stubborn(name: &str, seconds: f64) -> Result<String> {
    if sleep(secs(seconds)).await.is_err() {
        print(format!("{name} swallows"));
    }
    Ok(name.to_owned())
}

async fn count(results: impl Future<Output = Result<Vec<String>>>) -> Result<String> {
    Ok(results.await?.len().to_string())
}

async fn outcome(name: &str, awaitable: impl IntoFuture<Output = Result<String>>) -> Result<String> {
    match awaitable.await {
        Ok(value) => print(format!("{name}: {value}")),
        Err(error) => print(format!("{name}: {error}")),
    }
    none()
}

/// Goes inside, as soon as that is possible, and stays for a while.
async fn visitor<P>(name: &str, enter: impl Future<Output = Result<P>>, seconds: f64) -> Result<String> {
    let visit = async {
        let _place = enter.await?;
        print(format!("{name} enters"));
        sleep(secs(seconds)).await?;
        print(format!("{name} leaves"));
        none()
    };
    let result = visit.await;
    if result.is_err() {
        print(format!("{name} gives up"));
    }
    result
}
