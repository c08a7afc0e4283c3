//! The browser as a host: promises, one armed timer, `performance.now`.
//!
//! How the next turn is called:
//!
//! - [`When::At`] arms one `setTimeout` for the earliest deadline, not one for every sleep.
//! - [`When::Soon`] hops through a resolved promise, a microtask: it costs next to nothing, and a chain of them is not
//!   slowed down as chained `setTimeout(0)`s are (to 4 ms each). But as long as microtasks follow each other nothing is
//!   painted, so a chain that has lasted for some milliseconds hops through a message channel instead, a macrotask that
//!   lets the page live.
//!
//! A hidden tab's timers drop to one a second, so that nothing it would show is true: the clock stands still while the
//! page is hidden, and [`Browser::pauses`] says so afterwards.

use std::any::Any;
use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::fmt::Debug;
use std::rc::{Rc, Weak};
use std::time::Duration;

use js_sys::Promise;
use wasm_bindgen::prelude::*;
use web_sys::{MessageChannel, VisibilityState};

use super::SPEEDS;
use crate::aio::{Aio, Host, Result, Task, WeakAio, When};
use crate::numbers::within;

/// How long turns may follow each other without letting the page paint.
const SLICE_MILLIS: f64 = 8.0;

/// The longest delay that `setTimeout` takes; later deadlines are asked for again when it has passed.
const LONGEST_TIMEOUT_MILLIS: f64 = 2_147_483_647.0;

fn window() -> web_sys::Window {
    web_sys::window().expect("the page runs in a window")
}

fn wall_millis() -> f64 {
    thread_local! {
        static PERFORMANCE: web_sys::Performance = window().performance().expect("every browser has this clock");
    }
    PERFORMANCE.with(web_sys::Performance::now)
}

/// So many changes of the clock tell its step, and after so many readings without it is too coarse to wait for.
const CHANGES: u32 = 5;
const READINGS_AT_MOST: u32 = 50_000;

/// Chains of timers that are longer than this are held back by browsers, to so many milliseconds each.
const CHAIN: u32 = 5;
const HELD_BACK_MILLIS: i32 = 4;

/// The steps in which the page's clock moves: browsers make it coarse, so that pages cannot spy on each other.
struct ClockSteps {
    changes: u32,
    last: f64,
    shortest: f64,
}

impl ClockSteps {
    fn look(&mut self) {
        let now = wall_millis();
        if now > self.last {
            self.shortest = self.shortest.min(now - self.last);
            self.last = now;
            self.changes += 1;
        }
    }
}

/// The shortest step in which this page's clock has been seen to move. The first call watches it for some milliseconds; each
/// later one only looks once more, for clocks that hardly move. Zero as long as it has not been seen to move.
#[must_use]
pub fn clock_step() -> Duration {
    thread_local! {
        static STEPS: RefCell<ClockSteps> =
            const { RefCell::new(ClockSteps { changes: 0, last: 0.0, shortest: f64::INFINITY }) };
    }
    STEPS.with_borrow_mut(|steps| {
        let mut readings = 0;
        if steps.last == 0.0 {
            steps.last = wall_millis();
            while steps.changes < CHANGES && readings < READINGS_AT_MOST {
                steps.look();
                readings += 1;
            }
        }
        steps.look();
        // To the microsecond: what is finer is the float's.
        let micros = if steps.shortest.is_finite() { (steps.shortest * 1e3).round() } else { 0.0 };
        Duration::from_micros(micros as u64)
    })
}

fn page_is_hidden() -> bool {
    window().document().is_some_and(|document| document.visibility_state() == VisibilityState::Hidden)
}

/// The browser's clock and timers, for one run.
#[derive(Clone)]
pub struct Browser {
    inner: Rc<Inner>,
}

struct Inner {
    me: Weak<Inner>,
    /// The wall clock and the run's clock when the speed last changed, in milliseconds.
    since: Cell<(f64, f64)>,
    speed: Cell<f64>,
    /// Whether the first turn has come: the clock stands at zero until then, as asyncio's does until its loop runs.
    started: Cell<bool>,
    paused: Cell<bool>,
    /// Whether somebody holds it, whatever the page does.
    held: Cell<bool>,
    pauses: Cell<u32>,
    aio: RefCell<Option<WeakAio>>,
    wanted: Cell<Option<When>>,
    /// A promise or message that will look at `wanted` is under way.
    hopping: Cell<bool>,
    timer: Cell<Option<(Duration, i32)>>,
    /// How many timers in a row have set the one that is armed, and how many were held back for that.
    chain: Cell<u32>,
    held_back: Cell<u32>,
    on_timer: RefCell<Option<Closure<dyn FnMut()>>>,
    on_visibility: RefCell<Option<Closure<dyn FnMut()>>>,
    offers: RefCell<Option<Rc<dyn Any>>>,
}

impl Debug for Browser {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Browser").field("speed", &self.inner.speed.get()).finish_non_exhaustive()
    }
}

/// Starts a run on the browser's clock, `speed` times as fast as the wall's (see [`SPEEDS`]).
///
/// The run goes on for as long as a handle to it is kept.
#[track_caller]
pub fn start<F, T>(speed: f64, main: F) -> (Aio, Task<T>, Browser)
where
    F: Future<Output = Result<T>> + 'static,
    T: Debug + 'static,
{
    let browser = Browser::new(speed);
    let (aio, task) = Aio::start(browser.clone(), main);
    (aio, task, browser)
}

impl Browser {
    /// A clock that begins with its run's first turn; it stands still while the page is hidden.
    #[must_use]
    pub fn new(speed: f64) -> Self {
        // Somebody has pressed something: no timer led to it.
        PUMP.with(|pump| pump.chain.set(0));
        let inner = Rc::new_cyclic(|me: &Weak<Inner>| Inner {
            me: me.clone(),
            since: Cell::new((wall_millis(), 0.0)),
            speed: Cell::new(clamp_speed(speed)),
            started: Cell::new(false),
            paused: Cell::new(page_is_hidden()),
            held: Cell::new(false),
            pauses: Cell::new(u32::from(page_is_hidden())),
            aio: RefCell::default(),
            wanted: Cell::new(None),
            hopping: Cell::new(false),
            timer: Cell::new(None),
            chain: Cell::new(0),
            held_back: Cell::new(0),
            on_timer: RefCell::default(),
            on_visibility: RefCell::default(),
            offers: RefCell::default(),
        });
        let weak = Rc::downgrade(&inner);
        *inner.on_timer.borrow_mut() = Some(Closure::new(move || {
            if let Some(inner) = Weak::upgrade(&weak) {
                inner.timer.set(None);
                PUMP.with(|pump| pump.begin_slice(inner.chain.get() + 1));
                inner.turn();
            }
        }));
        let weak = Rc::downgrade(&inner);
        let on_visibility = Closure::<dyn FnMut()>::new(move || {
            if let Some(inner) = Weak::upgrade(&weak).filter(|inner| inner.offers.borrow().is_none()) {
                inner.set_paused(page_is_hidden() || inner.held.get());
            }
        });
        if let Some(document) = window().document() {
            let _ =
                document.add_event_listener_with_callback("visibilitychange", on_visibility.as_ref().unchecked_ref());
        }
        *inner.on_visibility.borrow_mut() = Some(on_visibility);
        Self { inner }
    }

    /// What it [offers](Host::offers) its programs. What goes on outside does so while the page is hidden, and so does its
    /// clock then.
    #[must_use]
    pub fn offering(self, what: Rc<dyn Any>) -> Self {
        self.inner.set_paused(false);
        self.inner.pauses.set(0);
        *self.inner.offers.borrow_mut() = Some(what);
        self
    }

    /// Changes the speed, also in the middle of a run; a value outside [`SPEEDS`] counts as the nearest inside.
    pub fn set_speed(&self, speed: f64) {
        self.inner.rebase();
        self.inner.speed.set(clamp_speed(speed));
        self.inner.disarm();
        self.inner.arrange();
    }

    /// Whether the clock stands still because the page is hidden.
    #[must_use]
    pub fn is_paused(&self) -> bool {
        self.inner.paused.get()
    }

    /// How many times the clock has stood still.
    #[must_use]
    pub fn pauses(&self) -> u32 {
        self.inner.pauses.get()
    }

    /// How many of its timers were to come sooner than browsers let timers come that are set by timers.
    #[must_use]
    pub fn held_back(&self) -> u32 {
        self.inner.held_back.get()
    }

    /// Holds the clock, or lets it go on unless the page is hidden. That is no pause that [`pauses`](Self::pauses) counts.
    pub fn hold(&self, holds: bool) {
        let inner = &self.inner;
        if inner.held.replace(holds) != holds && !(holds && inner.paused.get()) {
            inner.set_paused(holds || page_is_hidden());
            if holds {
                inner.pauses.set(inner.pauses.get() - 1);
            }
        }
    }

    /// Whether somebody holds the clock.
    #[must_use]
    pub fn is_held(&self) -> bool {
        self.inner.held.get()
    }

    /// Stops or restarts the clock by hand, as hiding and showing the page does.
    pub fn set_paused(&self, paused: bool) {
        self.inner.set_paused(paused);
    }
}

fn clamp_speed(speed: f64) -> f64 {
    if speed.is_nan() { 1.0 } else { within(speed, &SPEEDS) }
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

impl Inner {
    fn now_millis(&self) -> f64 {
        let (wall, run) = self.since.get();
        if self.paused.get() || !self.started.get() {
            run
        } else {
            run + (wall_millis() - wall).max(0.0) * self.speed.get()
        }
    }

    fn rebase(&self) {
        let run = self.now_millis();
        self.since.set((wall_millis(), run));
    }

    fn set_paused(&self, paused: bool) {
        if paused == self.paused.get() {
            return;
        }
        self.rebase();
        self.paused.set(paused);
        if paused {
            self.pauses.set(self.pauses.get() + 1);
            self.disarm();
        }
        self.arrange();
    }

    fn disarm(&self) {
        if let Some((_, id)) = self.timer.take() {
            window().clear_timeout_with_handle(id);
        }
    }

    /// Sees to it that what is wanted will come.
    fn arrange(&self) {
        if self.paused.get() {
            return;
        }
        match self.wanted.get() {
            Some(When::Soon) => {
                if !self.hopping.replace(true) {
                    PUMP.with(|pump| pump.hop(self.me.clone()));
                }
            }
            Some(When::At(deadline)) => self.arm(deadline),
            Some(When::Never) | None => self.disarm(),
        }
    }

    fn arm(&self, deadline: Duration) {
        if self.timer.get().is_some_and(|(armed, _)| armed == deadline) {
            return;
        }
        self.disarm();
        // Rounded up: a timer that comes early only has to be set again.
        let delay = ((millis(deadline) - self.now_millis()) / self.speed.get()).ceil();
        let delay = within(delay, &(0.0..=LONGEST_TIMEOUT_MILLIS)) as i32;
        let callback = self.on_timer.borrow();
        let Some(callback) = callback.as_ref() else { return };
        let id = window()
            .set_timeout_with_callback_and_timeout_and_arguments_0(callback.as_ref().unchecked_ref(), delay)
            .expect("a timeout can always be set");
        self.chain.set(PUMP.with(|pump| pump.chain.get()));
        if self.chain.get() > CHAIN && delay < HELD_BACK_MILLIS {
            self.held_back.set(self.held_back.get() + 1);
        }
        self.timer.set(Some((deadline, id)));
    }

    fn turn(&self) {
        if self.paused.get() {
            return;
        }
        let aio = self.aio.borrow().as_ref().and_then(WeakAio::upgrade);
        if let Some(aio) = aio {
            if !self.started.get() {
                self.rebase();
                self.started.set(true);
            }
            self.wanted.set(None);
            aio.turn();
        }
    }
}

impl Host for Browser {
    fn now(&self) -> Duration {
        // `from_secs_f64` would do it in 128 bits, at many times the cost of reading the clock.
        Duration::from_nanos((self.inner.now_millis() * 1e6) as u64)
    }

    fn request_turn(&self, aio: &Aio, when: When) {
        let inner = &self.inner;
        if inner.aio.borrow().is_none() {
            *inner.aio.borrow_mut() = Some(aio.downgrade());
        }
        inner.wanted.set(Some(when));
        inner.arrange();
    }

    fn block(&self, duration: Duration) {
        let until = self.inner.now_millis() + millis(duration);
        while self.inner.now_millis() < until && !self.inner.paused.get() {
            std::hint::spin_loop();
        }
    }

    fn offers(&self) -> Option<Rc<dyn Any>> {
        self.inner.offers.borrow().clone()
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.disarm();
        if let (Some(document), Some(listener)) = (window().document(), self.on_visibility.borrow().as_ref()) {
            let _ = document.remove_event_listener_with_callback("visibilitychange", listener.as_ref().unchecked_ref());
        }
    }
}

/// The page's one promise callback and message channel; both outlive every run, so that a run can be dropped while a hop of
/// its own is under way.
struct Pump {
    queue: RefCell<VecDeque<Weak<Inner>>>,
    hopping: Cell<bool>,
    slice_began: Cell<f64>,
    /// How many timers in a row have led to what goes on.
    chain: Cell<u32>,
    resolved: Promise,
    on_promise: Closure<dyn FnMut(JsValue)>,
    channel: MessageChannel,
}

thread_local! {
    static PUMP: Pump = Pump::new();
}

impl Pump {
    fn new() -> Self {
        let channel = MessageChannel::new().expect("every browser has message channels");
        let on_message = Closure::<dyn FnMut()>::new(|| {
            PUMP.with(|pump| {
                pump.begin_slice(0);
                pump.drain();
            });
        });
        channel.port1().set_onmessage(Some(on_message.into_js_value().unchecked_ref()));
        Self {
            queue: RefCell::default(),
            hopping: Cell::new(false),
            slice_began: Cell::new(f64::NEG_INFINITY),
            chain: Cell::new(0),
            resolved: Promise::resolve(&JsValue::UNDEFINED),
            on_promise: Closure::new(|_| PUMP.with(Self::drain)),
            channel,
        }
    }

    fn begin_slice(&self, chain: u32) {
        self.slice_began.set(wall_millis());
        self.chain.set(chain);
    }

    fn hop(&self, who: Weak<Inner>) {
        self.queue.borrow_mut().push_back(who);
        if self.hopping.replace(true) {
            return;
        }
        if wall_millis() - self.slice_began.get() < SLICE_MILLIS {
            let _ = self.resolved.then(&self.on_promise);
        } else {
            self.channel.port2().post_message(&JsValue::NULL).expect("null can be sent");
        }
    }

    fn drain(&self) {
        self.hopping.set(false);
        let due = self.queue.take();
        for inner in due.iter().filter_map(Weak::upgrade) {
            inner.hopping.set(false);
            if inner.wanted.get() == Some(When::Soon) {
                inner.turn();
            }
        }
    }
}
