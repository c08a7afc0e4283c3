//! The real runs: starting, following and stopping them.

use std::collections::VecDeque;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use futures::channel::oneshot;
use futures::future::{Either, select};
use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

use super::figure::{heart, words};
use super::instrument::Instrument;
use super::measured::Measured;
use super::model::{Model, News, Phase, Run};
use super::order::order;
use super::page::{Page, wall_millis};
use super::panels::panel;
use super::{moment, parts, place};
use crate::aio::Aio;
use crate::aio::trace::Trace;
use crate::host::browser::{Browser, clock_step};
use crate::host::workers::Outside;
use crate::scenarios::{Scenario, Selection, Told};
use crate::timeline::{Diagnosis, Resolution, Timeline, diagnose_at};
use crate::world::Tally;

/// Of a run's time, drawing it takes one part in so many at most.
const DRAWING_SHARE: f64 = 30.0;

/// A task that goes on leaves about so many events: it was made ready, it runs, it does something, it waits.
const EVENTS_OF_A_TURN: f64 = 4.0;

/// So often a run is drawn, however long that takes.
const SELDOM_MILLIS: f64 = 1000.0;

/// Real calls take milliseconds, and so does a drawing: then only every so many frames have one.
const OUTSIDE_EVERY: u32 = 12;

/// A frame that has not come by then will not come soon.
const OVERDUE: Duration = Duration::from_secs(1);

/// The page's heart beats so often at most.
const BEAT: Duration = Duration::from_millis(50);

/// The place of the virtual clock among the clocks.
const VIRTUAL: usize = 1;

/// Between two variants that run one after the other the page gets this long to paint the first one's result.
const BREATH: Duration = Duration::from_millis(80);

/// What a drawing does without: it is loaded after the first one, where the page is built in parts.
#[derive(Clone, Copy, Debug)]
pub struct Runs {
    start: fn(Page),
    stop: fn(Page),
    pub(super) set_speed: fn(&mut Runner, f64),
    pub(super) diagnose: fn(&Trace, f64) -> Vec<Diagnosis>,
    pub(super) hold: fn(Page, bool),
    /// What a panel shows that is not the first.
    pub(super) panel: fn(&Model, &Run) -> String,
    /// The timelines in words, as markup.
    pub(super) words: fn(&Model) -> String,
    /// What may be answered to a scenario's question.
    pub(super) answers: fn(&Scenario, &Told) -> Vec<String>,
    /// The order of completion, to be predicted.
    pub(super) order: fn(Page) -> Vec<AnyView>,
    /// What is said of real runs.
    pub(super) measured: Measured,
    /// The page's heart while a variant's real run went on, as a drawing.
    pub(super) heart: fn(&Model, &Run) -> String,
    pub(super) instrument: Instrument,
}

impl Runs {
    /// On the browser's clock.
    #[must_use]
    pub const fn in_browser() -> Self {
        Self {
            start,
            stop: stop_where_it_stands,
            set_speed: Runner::set_speed,
            diagnose: diagnose_at,
            hold,
            panel,
            words,
            answers: Scenario::answers,
            order,
            measured: Measured::ALL,
            heart,
            instrument: Instrument::ALL,
        }
    }
}

const NOT_LOADED: &str = "What runs need could not be loaded. Once there is a connection, try again.";

#[derive(Debug, Default)]
pub(super) struct Runner {
    live: Vec<Live>,
    /// Variants whose turn comes when the one before is over.
    queue: VecDeque<usize>,
    /// The world outside, for the programs that ask for something.
    outside: Option<Outside>,
    /// Dropped, it gives up what is being prepared.
    preparing: Option<oneshot::Sender<()>>,
    /// Tells the frames of one start from those of the next.
    round: u32,
    frames: u32,
    /// When it was drawn last, on the browser's clock, and what had happened by then.
    drawn_at: f64,
    drawn_events: usize,
    /// When it may be drawn again.
    drawn_again_at: f64,
}

#[derive(Debug)]
struct Live {
    variant: usize,
    aio: Aio,
    browser: Browser,
    /// Its speed, unless that was changed on its way.
    speed: Option<f64>,
    /// The highest that it has had: a step of the clock is so many times longer for it.
    fastest: f64,
    outside: bool,
    beats: Vec<Duration>,
}

impl Runner {
    fn set_speed(&mut self, speed: f64) {
        // What is over keeps the speed that it was measured at, and the world outside has its own.
        for live in self.live.iter_mut().filter(|live| live.aio.ended().is_none() && !live.outside) {
            live.browser.set_speed(speed);
            live.speed = live.speed.filter(|before| *before == speed);
            live.fastest = live.fastest.max(speed);
        }
    }

    /// How often a task has gone on since the last drawing, in a millisecond. From now on it is counted anew.
    fn turns(&mut self, now: f64) -> f64 {
        let events = self.live.iter().map(|live| live.aio.trace(Trace::len)).sum::<usize>();
        let turns = events.saturating_sub(self.drawn_events) as f64 / EVENTS_OF_A_TURN;
        let since = (now - self.drawn_at).max(1.0);
        (self.drawn_at, self.drawn_events) = (now, events);
        turns / since
    }

    pub(super) fn stop(&mut self) {
        self.round += 1;
        self.queue.clear();
        self.outside = None;
        self.preparing = None;
        for live in self.live.drain(..) {
            live.aio.stop();
        }
    }

    /// Whether the runs have the world outside to ask.
    pub(super) fn is_outside(&self) -> bool {
        self.outside.is_some()
    }

    fn begin(&mut self, picked: &Selection, variant: usize) {
        let mut speed = picked.speed;
        let browser = if let Some(outside) = &self.outside {
            speed = 1.0;
            Browser::new(speed).offering(outside.world.clone())
        } else {
            Browser::new(speed)
        };
        let aio = picked.scenario.variants[variant].start(browser.clone(), &picked.values);
        let outside = self.is_outside();
        self.live.push(Live { variant, aio, browser, speed: Some(speed), fastest: speed, outside, beats: Vec::new() });
    }

    fn start_next(&mut self, picked: &Selection) -> bool {
        let next = self.queue.pop_front();
        if let Some(variant) = next {
            self.begin(picked, variant);
        }
        next.is_some()
    }
}

impl Model {
    /// Reads the traces as far as they have come.
    fn follow(&mut self) {
        let mut paused = false;
        let blocks = self.scenario().real.blocks();
        let step = clock_step();
        for live in &mut self.runner.live {
            let now = live.aio.now();
            let gap = BEAT.mul_f64(live.speed.unwrap_or(1.0));
            if blocks && live.aio.ended().is_none() && live.beats.last().is_none_or(|last| now >= *last + gap) {
                live.beats.push(now);
            }
            let run = live.aio.trace(|trace| Run {
                timeline: Timeline::new(trace, now).by(Resolution::of_step(step.mul_f64(live.fastest))),
                trace: trace.clone(),
                pauses: live.browser.pauses(),
                speed: live.speed,
                fastest: live.fastest,
                outside: live.outside,
                beats: live.beats.clone(),
                held_back: live.browser.held_back(),
            });
            paused |= live.browser.is_paused();
            if let Some(place) = self.real.get_mut(live.variant) {
                *place = Some(Arc::new(run));
            }
        }
        self.phase = match (self.runner.live.iter().any(|live| live.browser.is_held()), paused) {
            (true, _) => Phase::Held,
            (false, true) => Phase::Paused,
            (false, false) => Phase::Running,
        };
    }
}

impl Model {
    /// Holds the clocks, or lets them go on; not those of runs that the world outside goes on with.
    fn hold(&mut self, holds: bool) {
        for live in self.runner.live.iter().filter(|live| !live.outside) {
            live.browser.hold(holds);
            if holds {
                self.phase = Phase::Held;
            }
        }
    }

    /// The variants that run, in the order in which they were started.
    pub(super) fn live_variants(&self) -> impl Iterator<Item = usize> {
        self.runner.live.iter().map(|live| live.variant)
    }

    /// Leaves the world outside, and remembers what came of it.
    fn come_back(&mut self) {
        if let Some(outside) = self.runner.outside.take() {
            self.outside.extend(outside.world.tallies().iter().map(Tally::words));
        }
    }
}

/// Has what runs need loaded, after the first drawing.
pub(super) fn prepare(page: Page) {
    let load = move || {
        spawn_local(async move {
            load(page).await;
        });
    };
    request_animation_frame(move || set_timeout(load, Duration::ZERO));
}

async fn load(page: Page) -> Option<Runs> {
    if let Some(runs) = page.peek(|model| model.runs) {
        return Some(runs);
    }
    let runs = parts::runs().await;
    if runs.is_some() && page.peek(|model| model.runs.is_none()) {
        page.change(|model| {
            model.runs = runs;
            model.notices.retain(|notice| notice != NOT_LOADED);
            model.ask();
        });
    }
    runs
}

/// Starts every variant, as soon as it can be done.
pub(super) fn run(page: Page) {
    if let Some(runs) = page.peek(|model| model.runs) {
        return (runs.start)(page);
    }
    let mut round = 0;
    page.change(|model| {
        model.runner.stop();
        round = model.runner.round;
        model.phase = Phase::Preparing;
    });
    spawn_local(async move {
        let runs = load(page).await;
        if page.peek(|model| model.runner.round != round) {
            return;
        }
        match runs {
            Some(runs) => (runs.start)(page),
            None => page.change(|model| {
                model.phase = Phase::Ideal;
                model.notices = vec![NOT_LOADED.to_owned()];
            }),
        }
    });
}

/// Holds the run's clock, or lets it go on.
fn hold(page: Page, holds: bool) {
    page.change(|model| {
        model.hold(holds);
        model.follow();
    });
}

/// Stops every variant where it stands; what has been drawn stays.
pub(super) fn stop(page: Page) {
    match page.peek(|model| model.runs) {
        Some(runs) => (runs.stop)(page),
        None => page.change(|model| {
            model.runner.stop();
            model.phase = Phase::Ideal;
        }),
    }
}

/// One after the other where a scenario holds up the page or asks the world outside, otherwise side by side.
fn start(page: Page) {
    let mut round = 0;
    let mut prepares = None;
    let mut in_turn = false;
    page.change_quietly(|model| {
        model.look_at(None);
        (model.play.goes, model.play.steps) = (false, false);
    });
    if page.peek(|model| model.selection.view.clock == VIRTUAL) {
        // What is drawn is what it does.
        page.change(|model| {
            model.phase = Phase::Finished;
            model.tell();
            model.tell_news(News::Begun);
            model.tell_news(News::Over);
        });
        page.write_address(false);
        return;
    }
    // The first time that takes some milliseconds, which are to be nobody's.
    let _ = clock_step();
    page.change(|model| {
        let picked = model.selection.clone();
        let variants = picked.variants();
        let real = picked.scenario.real;
        model.runner.stop();
        model.tell_news(News::Begun);
        model.runner.frames = 0;
        round = model.runner.round;
        model.real = vec![None; picked.scenario.variants.len()];
        model.clock = 0;
        model.outside.clear();
        model.phase = Phase::Running;
        in_turn = real.blocks() || real.is_outside();
        if in_turn {
            model.runner.queue = variants.into();
        } else {
            for variant in variants {
                model.runner.begin(&picked, variant);
            }
        }
        if real.is_outside() {
            model.phase = Phase::Preparing;
            prepares = Some((real, real.workers(&picked.values)));
        }
        model.tell();
    });
    // It holds no moment any more.
    page.write_address(false);
    if let Some((real, workers)) = prepares {
        let (keep, given_up) = oneshot::channel::<()>();
        page.change_quietly(|model| model.runner.preparing = Some(keep));
        spawn_local(async move {
            let open = pin!(parts::open(workers, real.preparations()));
            let Either::Left((opened, _)) = select(open, given_up).await else { return };
            if page.peek(|model| model.runner.round != round) {
                return;
            }
            page.change(|model| {
                match opened {
                    Ok(outside) => model.runner.outside = Some(outside),
                    Err(why) => model.outside.push(format!("The model stood in for the world outside: {why}.")),
                }
                model.tell();
            });
            start_next(page, round);
        });
    } else if in_turn {
        start_next(page, round);
    } else {
        next_frame(page, round);
    }
}

fn stop_where_it_stands(page: Page) {
    page.change(|model| {
        for live in &model.runner.live {
            live.aio.stop();
        }
        model.follow();
        model.come_back();
        model.runner.stop();
        model.phase = Phase::Stopped;
        model.tell();
        model.tell_news(News::Stopped);
    });
}

fn start_next(page: Page, round: u32) {
    let start = move || {
        let mut started = false;
        page.change(|model| {
            let picked = model.selection.clone();
            started = model.runner.round == round && model.runner.start_next(&picked);
        });
        if started {
            next_frame(page, round);
        }
    };
    set_timeout(start, BREATH);
}

fn next_frame(page: Page, round: u32) {
    request_animation_frame(move || frame(page, round));
    if place::is_embed() {
        // An embed out of sight gets no frames, and is to end all the same.
        let frames = page.peek(|model| model.runner.frames);
        let overdue = move || {
            if page.peek(|model| model.runner.frames == frames && model.is_running()) {
                frame(page, round);
            }
        };
        set_timeout(overdue, OVERDUE);
    }
}

fn frame(page: Page, round: u32) {
    let (current, frames, ended) = page.peek(|model| {
        let runner = &model.runner;
        (runner.round == round, runner.frames, runner.live.iter().all(|live| live.aio.ended().is_some()))
    });
    if !current {
        return;
    }
    let mut more = false;
    let draw = |model: &mut Model| {
        let counts = moment::counted(model);
        model.follow();
        if counts.is_some_and(|counts| moment::happened_since(model, &counts)) {
            model.hold(true);
        }
        model.runner.frames += 1;
        if ended {
            model.runner.live.clear();
            more = !model.runner.queue.is_empty();
            if !more {
                model.come_back();
                model.phase = Phase::Finished;
                model.tell();
                model.tell_news(News::Over);
            }
        }
    };
    let every = page.peek(|model| {
        let is_outside = model.runner.is_outside() && !model.scenario().real.blocks();
        if is_outside { OUTSIDE_EVERY } else { 1 }
    });
    let began = wall_millis();
    let is_due = page.peek(|model| {
        let watched = model.play.steps || model.play.pause_when > 0;
        watched || began >= model.runner.drawn_again_at
    });
    if ended || (is_due && frames.is_multiple_of(every)) {
        page.change(draw);
        // The next task of the page begins when the browser has laid out and painted what has changed.
        let shown = move || {
            let took = (wall_millis() - began).max(0.0);
            page.change_quietly(|model| {
                // Where nobody wanted to go on meanwhile, the run has lost nothing.
                let disturbed = (model.runner.turns(began) * took).min(1.0);
                let rest = (took * (DRAWING_SHARE * disturbed - 1.0)).clamp(0.0, SELDOM_MILLIS);
                model.runner.drawn_again_at = began + took + rest;
            });
        };
        set_timeout(shown, Duration::ZERO);
    } else {
        page.change_quietly(|model| model.runner.frames += 1);
    }
    if !ended {
        next_frame(page, round);
    } else if more {
        start_next(page, round);
    }
}
