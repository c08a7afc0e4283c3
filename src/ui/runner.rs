//! The real runs: starting, following and stopping them.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use leptos::prelude::*;

use super::page::{Page, Phase, Run, Shared};
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
}

impl Runner {
    pub(super) fn set_speed(&self, speed: f64) {
        for live in &self.live {
            live.browser.set_speed(speed);
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
        self.live.push(Live { variant, aio, browser });
    }
}

/// Starts every variant; one after the other where a scenario blocks the page, otherwise side by side.
pub(super) fn run(page: Page) {
    let picked = page.selection.get_untracked();
    let variants = picked.scenario.variants.len();
    page.real.set(vec![None; variants]);
    page.show_real.set(true);
    page.phase.set(Phase::Running);
    let mut round = 0;
    page.runner.update_value(|runner| {
        runner.stop();
        runner.frames = 0;
        round = runner.round;
        if picked.scenario.blocks {
            runner.queue = (0..variants).collect();
        } else {
            (0..variants).for_each(|variant| runner.start(&picked, variant));
        }
    });
    if picked.scenario.blocks {
        start_next(page, round);
    } else {
        request_animation_frame(move || frame(page, round));
    }
}

/// Stops every variant where it stands; what has been drawn stays.
pub(super) fn stop(page: Page) {
    page.runner.update_value(|runner| {
        for live in &runner.live {
            live.aio.stop();
        }
    });
    draw(page);
    page.runner.update_value(Runner::stop);
    page.phase.set(Phase::Stopped);
}

fn start_next(page: Page, round: u32) {
    set_timeout(
        move || {
            let picked = page.selection.get_untracked();
            let mut started = false;
            page.runner.update_value(|runner| {
                if runner.round == round
                    && let Some(variant) = runner.queue.pop_front()
                {
                    runner.start(&picked, variant);
                    started = true;
                }
            });
            if started {
                request_animation_frame(move || frame(page, round));
            }
        },
        BREATH,
    );
}

fn frame(page: Page, round: u32) {
    let current = page.runner.with_value(|runner| runner.round);
    if current != round {
        return;
    }
    let mut frames = 0;
    page.runner.update_value(|runner| {
        runner.frames += 1;
        frames = runner.frames;
    });
    let rows: usize = page.ideal.with_untracked(|ideal| ideal.iter().map(|run| run.0.timeline.rows.len()).sum());
    let ended = page.runner.with_value(|runner| runner.live.iter().all(|live| live.aio.ended().is_some()));
    if ended || rows <= ROWS_EVERY_FRAME || frames.is_multiple_of(3) {
        draw(page);
    }
    if !ended {
        request_animation_frame(move || frame(page, round));
        return;
    }
    let more = page.runner.with_value(|runner| !runner.queue.is_empty());
    page.runner.update_value(|runner| runner.live.clear());
    if more {
        start_next(page, round);
    } else {
        page.phase.set(Phase::Finished);
    }
}

/// Reads the traces as far as they have come.
fn draw(page: Page) {
    let mut seen = page.real.get_untracked();
    let mut paused = false;
    page.runner.with_value(|runner| {
        for live in &runner.live {
            let now = live.aio.now();
            let run = live.aio.trace(|trace| Run {
                timeline: Timeline::new(trace, now),
                trace: trace.clone(),
                pauses: live.browser.pauses(),
            });
            paused |= live.browser.is_paused();
            if let Some(place) = seen.get_mut(live.variant) {
                *place = Some(Shared(Arc::new(run)));
            }
        }
    });
    page.real.set(seen);
    let phase = if paused { Phase::Paused } else { Phase::Running };
    if page.phase.get_untracked() != phase {
        page.phase.set(phase);
    }
}
