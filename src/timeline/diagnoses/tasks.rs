//! Operations and tasks that came to no proper end: never awaited, never looked at, left behind, awaited by themselves,
//! running for ever.
//!
//! - **Never awaited** is an operation that running code dropped without ever having polled it. It is not held against a
//!   task that was being taken down: one that had been asked to stop by then, or that ended in the same step with an error
//!   or by cancellation. What it had prepared for later was not forgotten.
//! - **Never retrieved** is the error of a task, other than the main one, that nobody had seen when the run ended by itself.
//! - **Destroyed while pending** is a task that the end of the main task cancelled and that ended so, or never. It does not
//!   count if somebody had asked it to stop before, nor if the main task was itself cancelled.

use std::sync::Arc;
use std::time::Duration;

use super::tracks::{End, Tracks};
use super::{Findings, Kind, Place, ended_by_itself, table};
use crate::aio::trace::{Canceller, Ending, Event, Outcome, TaskId, Trace, What};
use crate::timeline::words::seconds;

#[derive(Debug, Default)]
struct Life {
    /// Somebody has asked it to stop, a time limit of its own included.
    was_asked: bool,
    /// Somebody has asked it to stop for good, before the end of the run did.
    is_to_stop: bool,
    shut_down: bool,
    /// The error that it ended with, until somebody sees it.
    unseen: Option<(Duration, Arc<str>)>,
}

pub(super) struct Tasks<'a> {
    trace: &'a Trace,
    lives: Vec<Life>,
    never_awaited: Vec<(Arc<str>, Place<'a>)>,
    /// How many of them stand, however the step ends in which they were dropped.
    certain: usize,
    awaited_itself: Vec<Place<'a>>,
    main_ended: Option<Duration>,
}

impl<'a> Tasks<'a> {
    pub(super) fn new(trace: &'a Trace) -> Self {
        Self {
            trace,
            lives: table(trace.task_count()),
            never_awaited: Vec::new(),
            certain: 0,
            awaited_itself: Vec::new(),
            main_ended: None,
        }
    }

    pub(super) fn read(&mut self, event: &Event<'a>) {
        let task = event.task;
        let Some(life) = self.lives.get_mut(task.index()) else { return };
        match &event.what {
            What::NeverAwaited(name) if !life.was_asked => self.never_awaited.push((name.clone(), event.into())),
            What::AwaitedItself => self.awaited_itself.push(event.into()),
            What::CancelRequested(by) => {
                life.was_asked = true;
                match by {
                    Canceller::Shutdown => life.shut_down |= !life.is_to_stop,
                    Canceller::Timeout => {}
                    Canceller::Task(_) | Canceller::Group | Canceller::Host => life.is_to_stop = true,
                }
            }
            What::Uncancelled => life.is_to_stop = false,
            What::Suspended(_) => self.end_step(task, true),
            What::Retrieved => life.unseen = None,
            What::Finished(outcome) => {
                if task == TaskId::MAIN {
                    self.main_ended = Some(event.at);
                }
                if let Outcome::Raised(error) = outcome {
                    life.unseen = Some((event.at, error.clone()));
                }
                self.end_step(task, matches!(outcome, Outcome::Returned(_)));
            }
            _ => {}
        }
    }

    /// Keeps what the task has dropped in its step, or forgives it.
    fn end_step(&mut self, task: TaskId, keep: bool) {
        if !self.never_awaited.last().is_some_and(|(_, dropped)| dropped.is_by(task)) {
            return;
        }
        if !keep {
            self.never_awaited.truncate(self.certain);
        }
        self.certain = self.never_awaited.len();
    }

    pub(super) fn tell(self, tracks: &Tracks<'a>, found: &mut Findings) {
        if let Some((at, Ending::Runaway(task))) = self.trace.ended() {
            let event = Place { task: Some(task), at, site: None };
            let (name, at) = (tracks.label(task), seconds(at));
            let text = format_args!("{name} ran again and again at {at} without any time passing, and was stopped.");
            found.add_apart(Kind::Runaway, event, text);
        }
        for event in self.awaited_itself {
            let name = tracks.who(&event);
            found.add(Kind::AwaitedItself, event, format_args!("{name} tried to await itself{event}."));
        }
        for (name, event) in &self.never_awaited[..self.certain] {
            let (dropped_by, at) = (tracks.who(event), seconds(event.at));
            let text = format_args!(
                "{name} was never awaited, so nothing of it ran: created{event}, it was dropped by {dropped_by} at {at}."
            );
            found.add(Kind::NeverAwaited, *event, text);
        }
        if !ended_by_itself(self.trace) {
            return;
        }
        let main_ended = self.main_ended.filter(|_| tracks.end(TaskId::MAIN) != Some(End::Cancelled));
        for (place, life) in self.lives.iter().enumerate().skip(1) {
            let task = TaskId(place as u32);
            let created = tracks.created(task).map(|created| Place { task: Some(task), ..created });
            let Some(created) = created else { continue };
            if let Some((at, error)) = &life.unseen {
                let (name, when) = (tracks.label(task), seconds(*at));
                let text = format_args!(
                    "{name}, a task created{created}, ended at {when} with the error “{error}”, which nobody has seen."
                );
                found.add(Kind::NeverRetrieved, Place { at: *at, ..created }, text);
            }
            if let Some(at) = main_ended.filter(|_| life.shut_down)
                && matches!(tracks.end(task), None | Some(End::Cancelled))
            {
                let (name, when) = (tracks.label(task), seconds(at));
                let text = format_args!(
                    "{name}, a task created{created}, was destroyed while pending: it was still going when main ended at \
                     {when}."
                );
                found.add(Kind::DestroyedPending, Place { at, ..created }, text);
            }
        }
    }
}
