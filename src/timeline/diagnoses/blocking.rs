//! Who held up the loop, and whom.
//!
//! A blocking call counts if another task could have run meanwhile: one that was ready before, or whose timer was due before
//! the call was over, even if it was cancelled before the loop could notice. Blocking that harms nobody is not reported.
//!
//! Plain computing counts in the same way if it is long: at least 50 ms on the wall's clock, from when on browsers speak of a
//! long task, and at least a tenth of the whole run. A pause of the machine that falls into a step looks the same, and a run
//! that is played twenty times faster than it is makes it twenty times longer, as it does with computing: what is short is
//! left out for that.
//!
//! The executor reads the clock after each step, but in a turn of many steps several share a reading. Where that can be, it
//! is not known who computed, and nobody is named.

use std::time::Duration;

use super::tracks::Tracks;
use super::{Findings, Kind, Place, table};
use crate::aio::trace::{Event, Site, TaskId, Trace, Wait, Waker, What};
use crate::timeline::words::seconds;

/// From when on computing counts as blocking, on the wall's clock.
const LONG: Duration = Duration::from_millis(50);

/// In a turn of so many steps each has a reading of the clock of its own.
const READ_ONE_BY_ONE: usize = 64;

struct Block<'a> {
    by: Place<'a>,
    from: Duration,
    is_call: bool,
    /// Somebody was ready before it began.
    harms: bool,
    /// How many timers had been noticed by then.
    timers: usize,
}

#[derive(Debug, Default)]
struct Wakeful<'a> {
    /// Since when it could run.
    ready: Option<Duration>,
    suspended: Duration,
    /// The sleep that it stands in: until when, and at which line.
    sleep: Option<(Duration, Option<&'a Site>)>,
    /// How long it could not run though it was ready, where that was due to a block.
    starved: Duration,
}

/// The step that is going on.
struct Step {
    task: TaskId,
    from: Duration,
    others_ready: bool,
    is_measured: bool,
}

pub(super) struct Blocking<'a> {
    trace: &'a Trace,
    long: Duration,
    tasks: Vec<Wakeful<'a>>,
    ready: usize,
    alive: usize,
    step: Option<Step>,
    blocks: Vec<Block<'a>>,
    /// When each timer was due that has been noticed after the first block.
    due: Vec<Duration>,
}

impl<'a> Blocking<'a> {
    pub(super) fn new(trace: &'a Trace, speed: f64) -> Self {
        let tasks = table(trace.task_count());
        let long = LONG.mul_f64(speed);
        Self { trace, long, tasks, ready: 0, alive: 0, step: None, blocks: Vec::new(), due: Vec::new() }
    }

    pub(super) fn read(&mut self, event: &Event<'a>) {
        let Some(task) = self.tasks.get_mut(event.task.index()) else { return };
        match &event.what {
            What::Created => {
                self.alive += 1;
                self.make_ready(event.task, event.at);
            }
            What::Ready(Waker::Timer { due }) => {
                let since = (*due).max(task.suspended).min(event.at);
                if !self.blocks.is_empty() {
                    self.due.push(since);
                }
                task.sleep = None;
                self.make_ready(event.task, since);
            }
            // At that line the sleep was still there, so its timer was.
            What::CancelDelivered => {
                if let Some((until, site)) = task.sleep.take()
                    && site == event.site
                    && !self.blocks.is_empty()
                {
                    self.due.push(until.max(task.suspended).min(event.at));
                }
            }
            What::Ready(_) => self.make_ready(event.task, event.at),
            What::Running => {
                if let Some(since) = task.ready.take() {
                    self.ready -= 1;
                    if self.blocks.last().is_some_and(|block| block.by.at > since) {
                        task.starved += event.at.saturating_sub(since);
                    }
                }
                let (others_ready, is_measured) = (self.ready > 0, self.alive <= READ_ONE_BY_ONE);
                self.step = Some(Step { task: event.task, from: event.at, others_ready, is_measured });
            }
            What::Blocked(duration) => {
                if let Some(step) = &mut self.step {
                    step.is_measured = false;
                }
                self.block(event, event.at.saturating_sub(*duration), self.ready > 0, true);
            }
            What::Suspended(wait) => {
                task.suspended = event.at;
                task.sleep = match wait {
                    Wait::Sleep { until } => Some((*until, event.site)),
                    _ => None,
                };
                self.end_step(event);
                if *wait == Wait::Yield {
                    self.make_ready(event.task, event.at);
                }
            }
            What::Finished(_) => {
                self.alive = self.alive.saturating_sub(1);
                self.end_step(event);
            }
            _ => {}
        }
    }

    fn make_ready(&mut self, task: TaskId, since: Duration) {
        if self.tasks[task.index()].ready.replace(since).is_none() {
            self.ready += 1;
        }
    }

    fn end_step(&mut self, event: &Event<'a>) {
        let Some(step) = self.step.take_if(|step| step.task == event.task) else { return };
        let took = event.at.saturating_sub(step.from);
        if step.is_measured && took >= self.long && took * 10 >= self.trace.until() {
            self.block(event, step.from, step.others_ready, false);
        }
    }

    fn block(&mut self, event: &Event<'a>, from: Duration, harms: bool, is_call: bool) {
        if from == event.at {
            return;
        }
        self.blocks.push(Block { by: event.into(), from, is_call, harms, timers: self.due.len() });
    }

    pub(super) fn tell(self, tracks: &Tracks<'a>, found: &mut Findings) {
        let (mut worst, mut times, mut total) = (None::<(Duration, &Block<'a>)>, 0, Duration::ZERO);
        let mut due = self.due.iter().enumerate().rev().peekable();
        let mut earliest = Duration::MAX;
        for block in self.blocks.iter().rev() {
            // Who was due before its end, and was noticed only after it.
            while let Some((_, since)) = due.next_if(|(place, _)| *place >= block.timers) {
                earliest = earliest.min(*since);
            }
            if !block.harms && earliest >= block.by.at {
                continue;
            }
            let took = block.by.at.saturating_sub(block.from);
            times += 1;
            total += took;
            if worst.is_none_or(|(longest, _)| took >= longest) {
                worst = Some((took, block));
            }
        }
        let Some((took, block)) = worst else { return };
        let name = tracks.who(&block.by);
        let how = if block.is_call { "" } else { ", which computed without giving the thread back" };
        let mut text = format!("The event loop was blocked for {} by {name}{}{how}", seconds(took), block.by);
        if times > 1 {
            text = format!("{text}, and {times} times in all, for {}", seconds(total));
        }
        let starved = self.tasks.iter().enumerate().max_by_key(|(_, task)| task.starved);
        if let Some((place, task)) = starved.filter(|(_, task)| !task.starved.is_zero()) {
            let name = tracks.label(TaskId(place as u32));
            text = format!("{text}. {name} was ready for {} before it could run", seconds(task.starved));
        }
        found.add_apart(Kind::BlockedLoop, block.by, format_args!("{text}."));
    }
}
