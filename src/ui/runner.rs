//! The real runs: starting, following and stopping them.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use leptos::prelude::*;

use super::model::{Model, Phase, Run};
use super::page::Page;
use crate::aio::Aio;
use crate::host::browser::Browser;
use crate::scenarios::Selection;
use crate::timeline::Timeline;

/// More rows than this are redrawn only every third frame, so that drawing leaves the loop its time.
const ROWS_EVERY_FRAME: usize = 80;

/// Between two variants that block the page, it gets this long to paint the first one's result.
const BREATH: Duration = Duration::from_millis(80);

#[derive(Default)]
pub(super) struct Runner {
    live: Vec<Live>,
    /// Variants whose turn comes when the one before is over.
    queue: VecDeque<usize>,
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
}

impl Runner {
    pub(super) fn set_speed(&mut self, speed: f64) {
        // What is over keeps the speed that it was measured at.
        for live in self.live.iter_mut().filter(|live| live.aio.ended().is_none()) {
            live.browser.set_speed(speed);
            live.speed = live.speed.filter(|before| *before == speed);
        }
    }

    pub(super) fn stop(&mut self) {
        self.round += 1;
        self.queue.clear();
        for live in self.live.drain(..) {
            live.aio.stop();
        }
    }

    fn start(&mut self, picked: &Selection, variant: usize) {
        let browser = Browser::new(picked.speed);
        let aio = picked.scenario.variants[variant].start(browser.clone(), &picked.values);
        self.live.push(Live { variant, aio, browser, speed: Some(picked.speed) });
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
        for live in &self.runner.live {
            let now = live.aio.now();
            let run = live.aio.trace(|trace| Run {
                timeline: Timeline::new(trace, now),
                trace: trace.clone(),
                pauses: live.browser.pauses(),
                speed: live.speed,
            });
            paused |= live.browser.is_paused();
            if let Some(place) = self.real.get_mut(live.variant) {
                *place = Some(Arc::new(run));
            }
        }
        self.phase = if paused { Phase::Paused } else { Phase::Running };
    }
}

/// Starts every variant; one after the other where a scenario blocks the page, otherwise side by side.
pub(super) fn run(page: Page) {
    let mut round = 0;
    let mut blocks = false;
    page.change(|model| {
        let picked = model.selection.clone();
        let variants = picked.scenario.variants.len();
        blocks = picked.scenario.blocks;
        model.runner.stop();
        model.runner.frames = 0;
        round = model.runner.round;
        model.real = vec![None; variants];
        model.clock = 0;
        model.phase = Phase::Running;
        model.tell();
        if blocks {
            model.runner.queue = (0..variants).collect();
        } else {
            (0..variants).for_each(|variant| model.runner.start(&picked, variant));
        }
    });
    if blocks {
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
        model.runner.stop();
        model.phase = Phase::Stopped;
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
                model.phase = Phase::Finished;
                model.tell();
            }
        }
    };
    let rows: usize = page.peek(|model| model.ideal.iter().map(|run| run.timeline.rows.len()).sum());
    if ended || rows <= ROWS_EVERY_FRAME || frames.is_multiple_of(3) {
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
