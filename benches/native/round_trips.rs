//! Suspending and being woken, there and back, through what two tasks share.

use std::io;
use std::rc::Rc;
use std::time::Duration;

use async_executor::LocalExecutor;
use futures::{SinkExt, StreamExt};
use interleave::aio::{self, Event, Lock, Queue, Result, gather};
use interleave::host::virtual_time::run_with;

use super::python::Python;
use super::{compare, time};

const TRIPS: u32 = 100_000;

type Measure = fn() -> io::Result<Duration>;

/// Runs two tasks under the virtual clock, in which no time passes.
fn ours<F>(pair: [F; 2]) -> io::Result<Duration>
where
    F: Future<Output = Result<()>> + 'static,
{
    let options = aio::Options { turns_at_once: u32::MAX, ..aio::Options::default() };
    let (took, run) = time(|| run_with(options, async { gather(pair).await.map(drop) }));
    match run.result {
        Some(Ok(())) => Ok(took),
        other => Err(io::Error::other(format!("{other:?}"))),
    }
}

#[expect(clippy::unnecessary_wraps, reason = "both sides of a comparison have one type")]
fn theirs<F>(pair: [F; 2]) -> io::Result<Duration>
where
    F: Future<Output = ()> + 'static,
{
    let executor = LocalExecutor::new();
    let (took, ()) = time(|| {
        let tasks = pair.map(|task| executor.spawn(task));
        futures_lite::future::block_on(executor.run(async {
            for task in tasks {
                task.await;
            }
        }));
    });
    Ok(took)
}

/// Each holds the lock over a yield, so that the other has to wait for it, and yields again so that the other gets it.
fn our_lock() -> io::Result<Duration> {
    let lock = Lock::new();
    ours([(); 2].map(|()| {
        let lock = lock.clone();
        async move {
            for _ in 0..TRIPS {
                let guard = lock.acquire().await?;
                aio::yield_now().await?;
                drop(guard);
                aio::yield_now().await?;
            }
            Ok(())
        }
    }))
}

fn their_lock() -> io::Result<Duration> {
    let lock = Rc::new(async_lock::Mutex::new(()));
    theirs([(); 2].map(|()| {
        let lock = lock.clone();
        async move {
            for _ in 0..TRIPS {
                let guard = lock.lock().await;
                futures_lite::future::yield_now().await;
                drop(guard);
                futures_lite::future::yield_now().await;
            }
        }
    }))
}

fn our_event() -> io::Result<Duration> {
    let (there, back) = (Event::new(), Event::new());
    let player = |mine: Event, other: Event, begins: bool| async move {
        for _ in 0..TRIPS {
            if begins {
                other.set();
            }
            mine.wait().await?;
            mine.clear();
            if !begins {
                other.set();
            }
        }
        Ok(())
    };
    ours([player(back.clone(), there.clone(), true), player(there, back, false)])
}

fn their_event() -> io::Result<Duration> {
    let (there, back) = (Rc::new(event_listener::Event::new()), Rc::new(event_listener::Event::new()));
    let player = |mine: Rc<event_listener::Event>, other: Rc<event_listener::Event>, begins: bool| {
        // Before anybody plays: who is not listening yet hears nothing.
        let mut heard = mine.listen();
        async move {
            for _ in 0..TRIPS {
                if begins {
                    other.notify(1);
                }
                heard.await;
                heard = mine.listen();
                if !begins {
                    other.notify(1);
                }
            }
        }
    };
    theirs([player(back.clone(), there.clone(), true), player(there, back, false)])
}

fn our_queue() -> io::Result<Duration> {
    let (there, back) = (Queue::bounded(1), Queue::bounded(1));
    let player = |mine: Queue<u32>, other: Queue<u32>, begins: bool| async move {
        for number in 0..TRIPS {
            if begins {
                other.put(number).await?;
            }
            let got = mine.get().await?;
            if !begins {
                other.put(got).await?;
            }
        }
        Ok(())
    };
    ours([player(back.clone(), there.clone(), true), player(there, back, false)])
}

fn their_queue() -> io::Result<Duration> {
    use futures::channel::mpsc::{Receiver, Sender, channel};
    let ((to_there, there), (to_back, back)) = (channel(1), channel(1));
    let player = |mut mine: Receiver<u32>, mut other: Sender<u32>, begins: bool| async move {
        for number in 0..TRIPS {
            if begins {
                let _ = other.send(number).await;
            }
            let got = mine.next().await.unwrap_or_default();
            if !begins {
                let _ = other.send(got).await;
            }
        }
    };
    theirs([player(back, to_there, true), player(there, to_back, false)])
}

const ALL: [(&str, Measure, Measure); 3] =
    [("lock", our_lock, their_lock), ("event", our_event, their_event), ("queue", our_queue, their_queue)];

pub(super) fn beside_crates() -> io::Result<bool> {
    const THEIRS: [&str; 3] = ["async-lock's Mutex", "event-listener", "futures' mpsc"];
    let mut passes = true;
    for ((name, ours, theirs), crate_name) in ALL.into_iter().zip(THEIRS) {
        passes &= compare(&format!("a round trip through a {name} beside {crate_name}"), 1.5, TRIPS, ours, theirs)?;
    }
    Ok(passes)
}

pub(super) fn beside_asyncio(python: &Python) -> io::Result<bool> {
    let mut passes = true;
    for (name, ours, _) in ALL {
        let title = format!("a round trip through a {name} beside {}", python.name());
        passes &= compare(&title, 0.05, TRIPS, ours, || python.time(name, TRIPS))?;
    }
    Ok(passes)
}
