//! What tasks and sleeps cost in a browser, beside what the browser and wasm-bindgen offer for the same.
//!
//! Runs inside a page with an element `#report`, which gets one line for each comparison: name, ratio, limit and detail,
//! separated by tabs. Then the page's title is set to `done`.
//!
//! Both sides take turns, and what counts is the median of the rounds' ratios: a machine that is busy with other things
//! slows both down.
#![forbid(unsafe_code)]

#[cfg(target_arch = "wasm32")]
mod drawing;

#[cfg(target_arch = "wasm32")]
mod page {

    use std::cell::Cell;
    use std::future::poll_fn;
    use std::rc::Rc;
    use std::task::Poll;
    use std::time::Duration;

    use futures::channel::oneshot;
    use interleave::aio::trace::Trace;
    use interleave::aio::{self, Aio, gather, sleep, spawn, yield_now};
    use interleave::host::browser;
    use interleave::host::virtual_time::VirtualTime;
    use js_sys::{Function, Promise};
    use wasm_bindgen::prelude::*;
    use wasm_bindgen_futures::{JsFuture, spawn_local};

    const TASKS: u32 = 200_000;
    const SLEEPS: u32 = 10_000;
    const SLEEP: Duration = Duration::from_millis(20);

    const WARM_UPS: usize = 3;
    const ROUNDS: usize = 21;

    /// Between two measurements the page may clear up after the first.
    const REST_MILLIS: i32 = 30;

    /// An ending that is the cheapest possible: no `Promise.all`, which would make an array of all the promises.
    const PROMISES: &str = "
        return new Promise((resolve) => {
            let ended = 0;
            const task = async () => {
                await null;
                if (++ended === tasks) resolve(ended);
            };
            for (let i = 0; i < tasks; i++) task();
        });";

    const TIMEOUTS: &str = "
        const sleep = () => new Promise((resolve) => setTimeout(resolve, millis));
        return Promise.all(Array.from({ length: sleeps }, sleep)).then((ended) => ended.length);";

    pub(super) fn window() -> web_sys::Window {
        web_sys::window().expect_throw("a window")
    }

    pub(super) fn wall_millis() -> f64 {
        window().performance().expect_throw("a clock").now()
    }

    fn check(ended: u32, expected: u32) {
        if ended != expected {
            wasm_bindgen::throw_str(&format!("{ended} ended, not {expected}"));
        }
    }

    /// Runs `main` as the page does: on the browser's clock, with a trace. Gives how many milliseconds it took.
    async fn run(expected: u32, main: impl Future<Output = aio::Result<u32>> + 'static) -> f64 {
        let (tell, told) = oneshot::channel();
        let began = wall_millis();
        let (aio, mut task, _) = browser::start(1.0, async move {
            let ended = main.await;
            let _ = tell.send(());
            ended
        });
        told.await.expect_throw("the run has not been dropped");
        let took = wall_millis() - began;
        check(task.try_result().and_then(Result::ok).unwrap_or_default(), expected);
        drop(aio);
        took
    }

    async fn our_tasks() -> f64 {
        run(TASKS, async {
            let ended = Rc::new(Cell::new(0));
            let task = |ended: Rc<Cell<u32>>| async move {
                yield_now().await?;
                ended.set(ended.get() + 1);
                Ok(())
            };
            for _ in 1..TASKS {
                drop(spawn(task(ended.clone())));
            }
            // Who was spawned last ends last.
            spawn(task(ended.clone())).await?;
            Ok(ended.get())
        })
        .await
    }

    /// What [`yield_now`] is to our tasks.
    async fn yield_once() {
        let mut yielded = false;
        poll_fn(|cx| {
            if std::mem::replace(&mut yielded, true) {
                return Poll::Ready(());
            }
            cx.waker().wake_by_ref();
            Poll::Pending
        })
        .await;
    }

    async fn local_tasks() -> f64 {
        let (tell, told) = oneshot::channel();
        let tell = Rc::new(Cell::new(Some(tell)));
        let ended = Rc::new(Cell::new(0));
        let began = wall_millis();
        for _ in 0..TASKS {
            let (ended, tell) = (ended.clone(), tell.clone());
            spawn_local(async move {
                yield_once().await;
                ended.set(ended.get() + 1);
                if ended.get() == TASKS
                    && let Some(tell) = tell.take()
                {
                    let _ = tell.send(());
                }
            });
        }
        told.await.expect_throw("a task ends last");
        let took = wall_millis() - began;
        check(ended.get(), TASKS);
        took
    }

    /// Calls a JavaScript function, which promises how many of `expected` ended. Gives how many milliseconds it took.
    async fn promised(start: &Function, expected: u32) -> f64 {
        let (count, sleep) = (JsValue::from(expected), JsValue::from(SLEEP.as_secs_f64() * 1e3));
        let began = wall_millis();
        let promise: Promise = start.call2(&JsValue::NULL, &count, &sleep).expect_throw("a promise").unchecked_into();
        let ended = JsFuture::from(promise).await.expect_throw("it is kept");
        let took = wall_millis() - began;
        check(ended.as_f64().unwrap_or_default() as u32, expected);
        took
    }

    async fn our_sleeps() -> f64 {
        run(SLEEPS, async { Ok(gather((0..SLEEPS).map(|_| sleep(SLEEP))).await?.len() as u32) }).await
    }

    pub(super) async fn rest() {
        let rest = Promise::new(&mut |resolve, _| {
            let _ = window().set_timeout_with_callback_and_timeout_and_arguments_0(&resolve, REST_MILLIS);
        });
        JsFuture::from(rest).await.expect_throw("timeouts pass");
    }

    fn median(numbers: impl Iterator<Item = f64>) -> f64 {
        let mut numbers: Vec<f64> = numbers.collect();
        numbers.sort_by(f64::total_cmp);
        numbers[numbers.len() / 2]
    }

    /// Our times and theirs, in milliseconds, as a line of the report: `scale` and `unit` are those of its detail.
    fn line(name: &str, limit: f64, rounds: &[(f64, f64)], scale: f64, unit: &str) -> String {
        let ratio = median(rounds.iter().map(|(ours, theirs)| ours / theirs));
        let shown = |times: Vec<f64>| {
            let least = times.iter().copied().fold(f64::INFINITY, f64::min);
            format!("{:.3} (at best {:.3})", scale * median(times.into_iter()), scale * least)
        };
        let ours = shown(rounds.iter().map(|(ours, _)| *ours).collect());
        let theirs = shown(rounds.iter().map(|(_, theirs)| *theirs).collect());
        format!("{name}\t{ratio:.3}\t{limit}\tours {ours}, theirs {theirs} {unit}\n")
    }

    async fn compare_tasks() -> String {
        let promises = Function::new_with_args("tasks", PROMISES);
        let (mut beside_local, mut beside_promises) = (Vec::new(), Vec::new());
        for round in 0..WARM_UPS + ROUNDS {
            let mut took = [0.0; 3];
            // Nobody always comes after the same other.
            for turn in 0..took.len() {
                let who = (round + turn) % took.len();
                took[who] = match who {
                    0 => our_tasks().await,
                    1 => local_tasks().await,
                    _ => promised(&promises, TASKS).await,
                };
                rest().await;
            }
            if round >= WARM_UPS {
                let [ours, local, promises] = took;
                beside_local.push((ours, local));
                beside_promises.push((ours, promises));
            }
        }
        let scale = 1e3 / f64::from(TASKS);
        line("tasks beside spawn_local", 1.2, &beside_local, scale, "µs a task")
            + &line("tasks beside promises", 0.25, &beside_promises, scale, "µs a task")
    }

    async fn compare_sleeps() -> String {
        let timeouts = Function::new_with_args("sleeps, millis", TIMEOUTS);
        let nominal = SLEEP.as_secs_f64() * 1e3;
        let mut rounds = Vec::new();
        for round in 0..WARM_UPS + ROUNDS {
            let mut took = [0.0; 2];
            for turn in 0..took.len() {
                let who = (round + turn) % took.len();
                took[who] = if who == 0 { our_sleeps().await } else { promised(&timeouts, SLEEPS).await };
                rest().await;
            }
            if round >= WARM_UPS {
                rounds.push((took[0] - nominal, took[1] - nominal));
            }
        }
        let unit = format!("ms more than the {nominal} ms that each of {SLEEPS} sleeps takes");
        line("sleeps beside timeouts", 0.7, &rounds, 1.0, &unit)
    }

    /// Many sleeps on the virtual clock: how long they take, beside how long they would at a million events a second.
    async fn compare_events() -> String {
        const TASKS: u64 = 100_000;
        const EVENTS_PER_MILLI: f64 = 1000.0;
        // Every task sleeps for a time of its own, so that the timers have to be sorted.
        let sleeper = |task: u64| async move {
            for _ in 0..10 {
                sleep(Duration::from_micros(1000 + task * 7919 % TASKS)).await?;
            }
            Ok(())
        };
        let mut rounds = Vec::new();
        for round in 0..=ROUNDS / 3 {
            let began = wall_millis();
            let clock = Rc::new(VirtualTime::default());
            let (aio, mut main) = Aio::start(clock.clone(), async move { gather((0..TASKS).map(sleeper)).await });
            while !clock.play(&aio) {}
            let took = wall_millis() - began;
            check(main.try_result().and_then(Result::ok).map_or(0, |ended| ended.len() as u32), TASKS as u32);
            if round > 0 {
                rounds.push((took, aio.trace(Trace::len) as f64 / EVENTS_PER_MILLI));
            }
            drop(aio);
            rest().await;
        }
        line("virtual events beside a million a second", 1.0, &rounds, 1.0, "ms for 100000 tasks with 10 sleeps each")
    }

    async fn measure() {
        let report =
            [crate::drawing::compare().await, compare_tasks().await, compare_sleeps().await, compare_events().await]
                .concat();
        let document = window().document().expect_throw("a document");
        document.get_element_by_id("report").expect_throw("a place for the report").set_text_content(Some(&report));
        document.set_title("done");
    }

    pub(super) fn start() {
        spawn_local(measure());
    }
}

fn main() {
    #[cfg(target_arch = "wasm32")]
    page::start();
}
