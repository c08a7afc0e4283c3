//! Requests to stop that somebody kept to himself.
//!
//! A task has **swallowed its cancellation** if another task, or the world outside, asked it to stop, if it saw that, and if
//! it returned a value all the same without having taken the request back.
//!
//! It saw the request if that arrived at its await. If it awaited other tasks, the request was passed on to them; then it
//! saw it only if one of them ended cancelled for it, and none had failed in some other way. Who awaits a task that
//! swallows the request sees nothing of it, and is not blamed; what arrives at a later await is another request.
//!
//! Requests of time limits and groups do not count, since these turn them into errors of their own; nor does what a task
//! asks of itself. And an error in a group takes the place of the cancellation: whoever handles it has not seen the other.
//! So nobody is blamed whom a group has asked to stop as well, or who awaited others together afterwards of whom one failed.

use std::sync::Arc;
use std::time::Duration;

use super::tracks::{End, Tracks};
use super::{Findings, Kind, Place, table};
use crate::aio::trace::{Canceller, Event, Outcome, TaskId, Trace, Wait, Waker, What};
use crate::timeline::words::seconds;

#[derive(Debug, Default)]
struct Request<'a> {
    asked: Option<Duration>,
    /// It was asked while it stood at the await at which it still stands.
    at_this_await: bool,
    /// That was an await of other tasks.
    is_passed_on: bool,
    seen: Option<Place<'a>>,
    /// A group has asked it as well.
    by_group: bool,
    /// What it has awaited together since.
    awaited_since: Vec<Arc<[TaskId]>>,
}

pub(super) struct Cancellation<'a> {
    requests: Vec<Request<'a>>,
    swallowed: Vec<(Place<'a>, Duration, Duration)>,
}

impl<'a> Cancellation<'a> {
    pub(super) fn new(trace: &'a Trace) -> Self {
        Self { requests: table(trace.task_count()), swallowed: Vec::new() }
    }

    pub(super) fn read(&mut self, event: &Event<'a>, tracks: &Tracks<'a>) {
        let task = event.task;
        let Some(request) = self.requests.get_mut(task.index()) else { return };
        match &event.what {
            What::CancelRequested(by @ (Canceller::Task(_) | Canceller::Host)) if *by != Canceller::Task(task) => {
                request.asked.get_or_insert(event.at);
                request.at_this_await = true;
                request.is_passed_on = matches!(tracks.wait(task), Some((Wait::Task(_) | Wait::Tasks(_), _)));
            }
            What::CancelRequested(Canceller::Group) => request.by_group = true,
            What::CancelDelivered if request.asked.is_some() && (request.at_this_await || !request.is_passed_on) => {
                request.seen.get_or_insert(event.into());
                if let Some((Wait::Tasks(tasks), _)) = tracks.last_wait(task) {
                    request.awaited_since.push(tasks.clone());
                }
            }
            What::Ready(Waker::Task(by)) if request.at_this_await => {
                if let Some((wait, place)) = tracks.wait(task)
                    && ended_cancelled(tracks, wait, *by)
                {
                    request.seen.get_or_insert(Place { task: Some(task), ..*place });
                }
            }
            What::Suspended(wait) => {
                request.at_this_await = false;
                if request.seen.is_some()
                    && let Wait::Tasks(tasks) = wait
                {
                    request.awaited_since.push(tasks.clone());
                }
            }
            What::Uncancelled => *request = Request::default(),
            What::Finished(Outcome::Returned(_)) => {
                let Request { asked: Some(asked), seen: Some(seen), awaited_since, by_group, .. } =
                    std::mem::take(request)
                else {
                    return;
                };
                let failed = |task: &TaskId| tracks.end(*task) == Some(End::Raised);
                if !by_group && !awaited_since.iter().any(|tasks| tasks.iter().any(failed)) {
                    self.swallowed.push((seen, asked, event.at));
                }
            }
            _ => {}
        }
    }

    pub(super) fn tell(self, tracks: &Tracks<'a>, found: &mut Findings) {
        for (seen, asked, returned) in self.swallowed {
            let name = tracks.who(&seen);
            let (asked, at) = (seconds(asked), seconds(returned));
            let text = format_args!(
                "{name} swallowed its cancellation: asked to stop at {asked}, it saw the request{seen} and returned at \
                 {at} as if nothing had happened."
            );
            found.add(Kind::SwallowedCancellation, Place { at: returned, ..seen }, text);
        }
    }
}

/// Whether an await of other tasks, to which a request was passed on, ends with that as `by` has ended.
fn ended_cancelled(tracks: &Tracks<'_>, wait: &Wait, by: TaskId) -> bool {
    let tasks = match wait {
        Wait::Task(task) => std::slice::from_ref(task),
        Wait::Tasks(tasks) => tasks,
        _ => return false,
    };
    let none_failed = || !tasks.iter().any(|task| tracks.end(*task) == Some(End::Raised));
    tracks.end(by) == Some(End::Cancelled) && tasks.contains(&by) && none_failed()
}
