//! The browser as a host, in a real browser: `wasm-bindgen-test` runs this page's worth of tests.
//!
//! Nothing here asserts how long anything takes: machines are slow, and sleeps end late. They never end early.

#![cfg(target_arch = "wasm32")]

#[path = "web/painters.rs"]
mod painters;

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;

use interleave::aio::trace::{Ending, What};
use interleave::aio::{Aio, Result, blocking_sleep, gather, now, print, sleep, spawn, yield_now};
use interleave::host::browser::{self, Browser};
use interleave::scenarios::{ALL, Scenario, Variant};
use interleave::timeline::{Timeline, completions};
use js_sys::Promise;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

const MILLI: Duration = Duration::from_millis(1);

/// A promise that the browser's own timer keeps.
fn timeout(millis: i32) -> Promise {
    Promise::new(&mut |resolve, _| {
        let window = web_sys::window().expect("tests run in a page");
        window.set_timeout_with_callback_and_timeout_and_arguments_0(&resolve, millis).expect("a timeout can be set");
    })
}

async fn wait(millis: i32) {
    JsFuture::from(timeout(millis)).await.expect("a timeout is never rejected");
}

/// Waits, on the browser's clock, until a run is over.
async fn over(aio: &Aio) -> Ending {
    for _ in 0..3000 {
        if let Some(ending) = aio.ended() {
            return ending;
        }
        wait(10).await;
    }
    panic!("the run does not end:\n{}", aio.trace(ToString::to_string));
}

fn printed(aio: &Aio) -> Vec<String> {
    aio.trace(|trace| Timeline::of(trace).printed.iter().map(|line| line.text.to_string()).collect())
}

fn labels(completions: &[interleave::timeline::Completion]) -> Vec<String> {
    completions.iter().map(|done| done.label.to_string()).collect()
}

/// Values at which no two things happen at nearly the same time: real timers are late by some milliseconds, each in its
/// own way.
async fn same_as_ideal(scenario: &Scenario, variant: &Variant) {
    let values = scenario.defaults();
    let ideal = variant.ideal(&values);
    let aio = variant.start(Browser::new(20.0), &values);
    assert_eq!(over(&aio).await, Ending::Finished, "{} {}", scenario.id, variant.id);
    let real = aio.trace(completions);
    assert_eq!(labels(&real), labels(&completions(&ideal)), "{} {}", scenario.id, variant.id);
    if !scenario.real.blocks() {
        // How often a heart beats in a real second is up to the second.
        let ideal: Vec<String> = Timeline::of(&ideal).printed.iter().map(|line| line.text.to_string()).collect();
        assert_eq!(printed(&aio), ideal, "{} {}", scenario.id, variant.id);
    }
}

/// In which nothing but waits of clearly different length decides who is next, and nobody prints a time.
const DECIDED_BY_WAITS: [&str; 12] = [
    "hello",
    "event-loop",
    "three-tasks",
    "gather",
    "gather-mixed",
    "create-task",
    "as-completed",
    "semaphore",
    "event",
    "timeout",
    "cancellation",
    "blocking",
];

#[wasm_bindgen_test]
async fn the_same_code_gives_the_same_order_under_both_clocks() {
    for scenario in ALL.iter().filter(|scenario| DECIDED_BY_WAITS.contains(&scenario.id)) {
        for variant in scenario.variants {
            same_as_ideal(scenario, variant).await;
        }
    }
}

#[wasm_bindgen_test]
async fn a_sleep_never_ends_early() {
    let (aio, mut task, _) = browser::start(1.0, async {
        for millis in [1, 3, 7, 16, 33] {
            let deadline = now() + MILLI * millis;
            sleep(MILLI * millis).await?;
            assert!(now() >= deadline, "woken at {:?}, due at {deadline:?}", now());
        }
        Ok(())
    });
    over(&aio).await;
    assert_eq!(task.try_result(), Some(Ok(())));
}

#[wasm_bindgen_test]
async fn equal_deadlines_fire_in_the_order_they_were_set() {
    let (aio, _task, _) = browser::start(20.0, async {
        let job = |number: u32| async move {
            sleep(MILLI * 200).await?;
            print(number);
            Ok(())
        };
        gather((0..50).map(job)).await.map(drop)
    });
    over(&aio).await;
    assert_eq!(printed(&aio), (0..50).map(|number: u32| number.to_string()).collect::<Vec<_>>());
}

#[wasm_bindgen_test]
async fn runs_side_by_side_do_not_hear_of_each_other() {
    let runs: Vec<_> = (1..=5_u32)
        .map(|number| {
            browser::start(20.0, async move {
                for step in 0..number {
                    sleep(MILLI * 40).await?;
                    print(format!("{number}.{step}"));
                }
                Ok(number)
            })
        })
        .collect();
    for (number, (aio, mut task, _)) in (1..).zip(runs) {
        over(&aio).await;
        assert_eq!(task.try_result(), Some(Ok(number)));
        assert_eq!(printed(&aio), (0..number).map(|step| format!("{number}.{step}")).collect::<Vec<_>>());
    }
}

/// Counts how many of it are alive.
struct Held(Rc<Cell<u32>>);

impl Held {
    fn new(count: &Rc<Cell<u32>>) -> Self {
        count.set(count.get() + 1);
        Self(count.clone())
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        self.0.set(self.0.get() - 1);
    }
}

#[wasm_bindgen_test]
async fn dropping_a_run_drops_what_it_held_and_nothing_fires_later() {
    let held = Rc::new(Cell::new(0));
    let woken = Rc::new(Cell::new(false));
    let start = |yields: bool| {
        let (held, woken) = (Held::new(&held), woken.clone());
        browser::start(1.0, async move {
            let _held = held;
            if yields {
                loop {
                    yield_now().await?;
                }
            }
            sleep(MILLI * 5).await?;
            woken.set(true);
            Ok(())
        })
    };
    let armed = start(false);
    let hopping = start(true);
    wait(1).await;
    let fresh = start(false);
    assert_eq!(held.get(), 3);
    drop((armed, hopping, fresh));
    assert_eq!(held.get(), 0);
    wait(30).await;
    assert!(!woken.get());
}

#[wasm_bindgen_test]
async fn a_paused_clock_stands_still_and_the_run_goes_on_afterwards() {
    let (aio, mut task, browser) = browser::start(20.0, async {
        sleep(MILLI * 400).await?;
        Ok(now())
    });
    wait(1).await;
    browser.set_paused(true);
    let before = browser_now(&aio);
    wait(60).await;
    assert_eq!(browser_now(&aio), before);
    assert!(aio.ended().is_none());
    browser.set_paused(false);
    over(&aio).await;
    assert!(task.try_result().is_some_and(|result| result.is_ok_and(|at| at >= MILLI * 400)));
    assert_eq!(browser.pauses(), 1);
}

fn browser_now(aio: &Aio) -> Duration {
    aio.now()
}

#[wasm_bindgen_test]
async fn a_change_of_speed_does_not_make_time_jump() {
    let (aio, _task, browser) = browser::start(1.0, sleep(Duration::from_mins(1)));
    wait(5).await;
    let before = aio.now();
    browser.set_speed(f64::NAN);
    browser.set_speed(0.0);
    browser.set_speed(1e9);
    let after = aio.now();
    assert!(after >= before && after < before + Duration::from_secs(30), "{before:?} {after:?}");
    assert_eq!(over(&aio).await, Ending::Finished, "at the fastest, a minute is over in three seconds");
}

#[wasm_bindgen_test]
async fn a_loop_that_never_rests_lets_the_page_live() {
    let (aio, _task, _) = browser::start(1.0, async {
        loop {
            yield_now().await?;
        }
        #[expect(unreachable_code, reason = "says what the task returns")]
        Result::Ok(())
    });
    // A chain of microtasks would never let this timer fire.
    wait(20).await;
    assert!(aio.ended().is_none());
    assert!(aio.trace(interleave::aio::trace::Trace::len) > 100);
    aio.stop();
}

#[wasm_bindgen_test]
async fn a_deadline_beyond_the_browsers_range_does_not_fire_at_once() {
    let (aio, _task, _) = browser::start(1.0, sleep(Duration::from_hours(24 * 365)));
    wait(30).await;
    assert!(aio.ended().is_none());
}

#[wasm_bindgen_test]
async fn a_promise_from_elsewhere_wakes_the_run() {
    let (aio, mut task, _) = browser::start(1.0, async {
        let outside = spawn(async {
            wait(10).await;
            Ok("from outside")
        });
        outside.await
    });
    over(&aio).await;
    assert_eq!(task.try_result(), Some(Ok("from outside")));
}

#[wasm_bindgen_test]
async fn a_blocking_sleep_really_blocks_the_page() {
    let order = Rc::new(RefCell::new(Vec::new()));
    let seen = order.clone();
    let (aio, _task, _) = browser::start(1.0, async move {
        let page = Closure::once_into_js({
            let seen = seen.clone();
            move || seen.borrow_mut().push("page")
        });
        let window = web_sys::window().expect("tests run in a page");
        let timer = window.set_timeout_with_callback_and_timeout_and_arguments_0(page.unchecked_ref(), 0);
        timer.expect("a timeout can be set");
        blocking_sleep(MILLI * 40);
        seen.borrow_mut().push("task");
        Ok(())
    });
    over(&aio).await;
    wait(5).await;
    assert_eq!(*order.borrow(), ["task", "page"]);
    let blocked = aio.trace(|trace| {
        trace.events().find_map(|event| if let What::Blocked(time) = event.what { Some(time) } else { None })
    });
    assert!(blocked.is_some_and(|time| time >= MILLI * 40));
}

#[wasm_bindgen_test]
async fn times_in_a_trace_never_decrease() {
    let scenario = Scenario::find("semaphore").expect("the catalogue has it");
    let aio = scenario.variants[1].start(Browser::new(20.0), &scenario.defaults());
    over(&aio).await;
    aio.trace(|trace| {
        let times: Vec<_> = trace.events().map(|event| event.at).collect();
        assert!(times.is_sorted());
        assert!(trace.ended().is_some_and(|(at, _)| Some(&at) >= times.last()));
    });
}
