//! The real runs: starting, following and stopping them.

use std::collections::VecDeque;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use futures::channel::oneshot;
use futures::future::{Either, select};
use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

use super::model::{Model, Phase, Run};
use super::page::Page;
use crate::aio::Aio;
use crate::host::browser::Browser;
use crate::host::workers::{self, Outside};
use crate::scenarios::Selection;
use crate::timeline::Timeline;
use crate::world::Tally;

/// More rows than this are redrawn only every third frame, so that drawing leaves the loop its time.
const ROWS_EVERY_FRAME: usize = 80;

/// Real calls take milliseconds, and so does a drawing: then only every so many frames have one.
const OUTSIDE_EVERY: u32 = 12;

/// The page's heart beats so often at most.
const BEAT: Duration = Duration::from_millis(50);

/// Between two variants that run one after the other the page gets this long to paint the first one's result.
const BREATH: Duration = Duration::from_millis(80);

#[derive(Default)]
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
}

struct Live {
    variant: usize,
    aio: Aio,
    browser: Browser,
    /// Its speed, unless that was changed on its way.
    speed: Option<f64>,
    outside: bool,
    beats: Vec<Duration>,
}

impl Runner {
    pub(super) fn set_speed(&mut self, speed: f64) {
        // What is over keeps the speed that it was measured at, and the world outside has its own.
        for live in self.live.iter_mut().filter(|live| live.aio.ended().is_none() && !live.outside) {
            live.browser.set_speed(speed);
            live.speed = live.speed.filter(|before| *before == speed);
        }
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

    fn start(&mut self, picked: &Selection, variant: usize) {
        let mut speed = picked.speed;
        let browser = if let Some(outside) = &self.outside {
            speed = 1.0;
            Browser::new(speed).offering(outside.world.clone())
        } else {
            Browser::new(speed)
        };
        let aio = picked.scenario.variants[variant].start(browser.clone(), &picked.values);
        let outside = self.is_outside();
        self.live.push(Live { variant, aio, browser, speed: Some(speed), outside, beats: Vec::new() });
    }

    fn start_next(&mut self, picked: &Selection) -> bool {
        let next = self.queue.pop_front();
        if let Some(variant) = next {
            self.start(picked, variant);
        }
        next.is_some()
    }
}

impl Model {
    /// Reads the traces as far as they have come.
    fn follow(&mut self) {
        let mut paused = false;
        let blocks = self.scenario().real.blocks();
        for live in &mut self.runner.live {
            let now = live.aio.now();
            let gap = BEAT.mul_f64(live.speed.unwrap_or(1.0));
            if blocks && live.aio.ended().is_none() && live.beats.last().is_none_or(|last| now >= *last + gap) {
                live.beats.push(now);
            }
            let run = live.aio.trace(|trace| Run {
                timeline: Timeline::new(trace, now),
                trace: trace.clone(),
                pauses: live.browser.pauses(),
                speed: live.speed,
                outside: live.outside,
                beats: live.beats.clone(),
            });
            paused |= live.browser.is_paused();
            if let Some(place) = self.real.get_mut(live.variant) {
                *place = Some(Arc::new(run));
            }
        }
        self.phase = if paused { Phase::Paused } else { Phase::Running };
    }
}

impl Model {
    /// Leaves the world outside, and remembers what came of it.
    fn come_back(&mut self) {
        if let Some(outside) = self.runner.outside.take() {
            self.outside.extend(outside.world.tallies().iter().map(Tally::words));
        }
    }
}

/// Starts every variant; one after the other where a scenario holds up the page or asks the world outside, otherwise side
/// by side.
pub(super) fn run(page: Page) {
    let mut round = 0;
    let mut prepares = None;
    let mut in_turn = false;
    page.change(|model| {
        let picked = model.selection.clone();
        let variants = picked.scenario.variants.len();
        let real = picked.scenario.real;
        model.runner.stop();
        model.runner.frames = 0;
        round = model.runner.round;
        model.real = vec![None; variants];
        model.clock = 0;
        model.outside.clear();
        model.phase = Phase::Running;
        in_turn = real.blocks() || real.is_outside();
        if in_turn {
            model.runner.queue = (0..variants).collect();
        } else {
            (0..variants).for_each(|variant| model.runner.start(&picked, variant));
        }
        if real.is_outside() {
            model.phase = Phase::Preparing;
            prepares = Some((real, real.workers(&picked.values)));
        }
        model.tell();
    });
    if let Some((real, workers)) = prepares {
        let (keep, given_up) = oneshot::channel::<()>();
        page.change_quietly(|model| model.runner.preparing = Some(keep));
        spawn_local(async move {
            let open = pin!(workers::open(workers, real.preparations()));
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

/// Stops every variant where it stands; what has been drawn stays.
pub(super) fn stop(page: Page) {
    page.change(|model| {
        for live in &model.runner.live {
            live.aio.stop();
        }
        model.follow();
        model.come_back();
        model.runner.stop();
        model.phase = Phase::Stopped;
        model.tell();
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
        model.follow();
        model.runner.frames += 1;
        if ended {
            model.runner.live.clear();
            more = !model.runner.queue.is_empty();
            if !more {
                model.come_back();
                model.phase = Phase::Finished;
                model.tell();
            }
        }
    };
    let every = page.peek(|model| {
        let rows: usize = model.ideal.iter().map(|run| run.timeline.rows.len()).sum();
        let busy = if rows > ROWS_EVERY_FRAME { 3 } else { 1 };
        if model.runner.is_outside() && !model.scenario().real.blocks() { OUTSIDE_EVERY } else { busy }
    });
    if ended || frames.is_multiple_of(every) {
        page.change(draw);
    } else {
        page.change_quietly(|model| model.runner.frames += 1);
    }
    if !ended {
        next_frame(page, round);
    } else if more {
        start_next(page, round);
    }
}
