//! What every family may ask about the tasks, as far as the events have been read.

use std::sync::Arc;

use super::{Place, table};
use crate::aio::trace::{Event, Outcome, ResourceId, SpanId, TaskId, Trace, Wait, What};
use crate::timeline::words::seconds;

/// How a task ended, without what it ended with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    Returned,
    Raised,
    Cancelled,
}

#[derive(Debug, Default)]
struct Track<'a> {
    /// It has given the thread back before, or begun an operation that gives it its name.
    past_its_beginning: bool,
    label: Option<SpanId>,
    created: Option<Place<'a>>,
    /// What it waits for, or waited for last.
    wait: Option<(Wait, Place<'a>)>,
    /// It has given the thread back, and nothing has woken it since.
    waits: bool,
    end: Option<End>,
}

/// One track for each task.
pub(super) struct Tracks<'a> {
    pub(super) trace: &'a Trace,
    list: Vec<Track<'a>>,
}

impl<'a> Tracks<'a> {
    pub(super) fn new(trace: &'a Trace) -> Self {
        Self { trace, list: table(trace.task_count()) }
    }

    pub(super) fn read(&mut self, event: Event<'a>) {
        let place = Place::from(&event);
        let given = || self.trace.given_name(event.task);
        let Some(track) = self.list.get_mut(event.task.index()) else { return };
        match event.what {
            What::Created => track.created = Some(place),
            What::Running | What::Ready(_) => track.waits = false,
            What::Suspended(wait) => {
                track.past_its_beginning = true;
                track.waits = wait != Wait::Yield;
                track.wait = Some((wait, place));
            }
            // An operation that a nameless task begins with gives it its name, as in its row.
            What::SpanBegan(span) if !track.past_its_beginning && given().is_none() && event.task != TaskId::MAIN => {
                track.past_its_beginning = true;
                track.label = Some(span);
            }
            What::Finished(outcome) => {
                track.waits = false;
                track.end = Some(match outcome {
                    Outcome::Returned(_) => End::Returned,
                    Outcome::Raised(_) => End::Raised,
                    Outcome::Cancelled => End::Cancelled,
                });
            }
            _ => {}
        }
    }

    /// The task's name, as its row has it.
    pub(super) fn label(&self, task: TaskId) -> Arc<str> {
        let span = self.list.get(task.index()).and_then(|track| track.label);
        span.map_or_else(|| self.trace.name(task), |span| self.trace.spans()[span.index()].name.clone())
    }

    /// The name of who did something.
    pub(super) fn who(&self, place: &Place<'_>) -> Arc<str> {
        place.task.map(|task| self.label(task)).unwrap_or_default()
    }

    /// Who did something, when and where: `main at 0.50 s at gather.rs:41`.
    pub(super) fn tell(&self, place: &Place<'_>) -> String {
        format!("{} at {}{place}", self.who(place), seconds(place.at))
    }

    /// Several names, the first few in full: `a, b, c and 4 more`.
    pub(super) fn labels(&self, tasks: &[TaskId]) -> String {
        const IN_FULL: usize = 4;
        let mut text = String::new();
        for (place, task) in tasks.iter().take(IN_FULL).enumerate() {
            let separator = match place {
                0 => "",
                _ if place + 1 == tasks.len() => " and ",
                _ => ", ",
            };
            text = text + separator + &self.label(*task);
        }
        if tasks.len() > IN_FULL {
            text = format!("{text} and {} more", tasks.len() - IN_FULL);
        }
        text
    }

    pub(super) fn end(&self, task: TaskId) -> Option<End> {
        self.list.get(task.index())?.end
    }

    /// What the task waits for, and where; none while it runs or could run.
    pub(super) fn wait(&self, task: TaskId) -> Option<&(Wait, Place<'a>)> {
        self.list.get(task.index()).filter(|track| track.waits)?.wait.as_ref()
    }

    /// What the task waited for when it last gave the thread back.
    pub(super) fn last_wait(&self, task: TaskId) -> Option<&(Wait, Place<'a>)> {
        self.list.get(task.index())?.wait.as_ref()
    }

    /// Whether somebody waited for this and has been woken, but has not gone on yet; `running` is who has.
    pub(super) fn is_called(&self, resource: ResourceId, running: TaskId) -> bool {
        self.list.iter().enumerate().any(|(place, track)| {
            let waited = matches!(&track.wait, Some((Wait::Resource(it), _)) if *it == resource);
            waited && !track.waits && track.end.is_none() && place != running.index()
        })
    }

    /// Where the task was created; for the main task, which the program does not create, nowhere.
    pub(super) fn created(&self, task: TaskId) -> Option<Place<'a>> {
        self.list.get(task.index())?.created.filter(|_| task != TaskId::MAIN)
    }
}
