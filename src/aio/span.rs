//! Named operations without a task of their own, and printing.

use std::fmt::{Debug, Display};
use std::panic::Location;
use std::pin::Pin;
use std::rc::{Rc, Weak};
use std::sync::Arc;
use std::task::{Context, Poll};

use futures::future::LocalBoxFuture;

use super::Result;
use super::alarms::Alarm;
use super::current::{current, try_current};
use super::executor::Run;
use super::task::outcome_of;
use super::thread::time_elsewhere;
use super::trace::{Outcome, SpanId, What};

/// Gives a name to an operation, so that it has a row of its own in the picture wherever it is awaited: in place, or as a
/// task.
///
/// Dropping it before its end counts as its cancellation. Nothing of it runs before it is awaited: a task that drops it
/// without having awaited it leaves that in the trace, as `CPython` warns of a coroutine that was never awaited.
#[track_caller]
pub fn span<'a, F, T>(name: impl Into<Arc<str>>, future: F) -> Span<'a, T>
where
    F: IntoFuture<Output = Result<T>>,
    F::IntoFuture: 'a,
    T: Debug + 'static,
{
    Span {
        name: name.into(),
        site: Location::caller(),
        future: Box::pin(future.into_future()),
        polled: false,
        open: None,
    }
}

/// The future of [`span`].
#[must_use = "futures do nothing unless awaited"]
pub struct Span<'a, T> {
    name: Arc<str>,
    site: &'static Location<'static>,
    future: LocalBoxFuture<'a, Result<T>>,
    polled: bool,
    open: Option<(Weak<Run>, SpanId)>,
}

impl<T: Debug + 'static> Future for Span<'_, T> {
    type Output = Result<T>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<T>> {
        if !self.polled {
            self.polled = true;
            let run = current();
            let name = self.name.clone();
            let task = run.current_task();
            let span = run.with_trace(|trace| trace.add_span(name, task));
            run.record(What::SpanBegan(span), Some(self.site));
            run.enter(task, span);
            self.open = Some((Rc::downgrade(&run), span));
        }
        let poll = self.future.as_mut().poll(cx);
        if let Poll::Ready(result) = &poll
            && let Some((run, span)) = self.open.take()
            && let Some(run) = run.upgrade()
        {
            run.record(What::SpanEnded(span, outcome_of(result)), None);
            run.leave(span);
        }
        poll
    }
}

impl<T> Drop for Span<'_, T> {
    fn drop(&mut self) {
        if let Some((run, span)) = self.open.take()
            && let Some(run) = run.upgrade()
        {
            run.record(What::SpanEnded(span, Outcome::Cancelled), None);
            run.leave(span);
        }
        if !self.polled {
            never_awaited(&self.name, self.site);
        }
    }
}

/// Apart, since there is a span for each type of result.
#[inline(never)]
fn never_awaited(name: &Arc<str>, site: &'static Location<'static>) {
    if let Some(run) = try_current() {
        run.record_never_awaited(name, site);
    }
}

/// Prints a line to the run's console, with the time and the task. Outside a task it goes nowhere.
///
/// In a thread that has slept it appears when that sleep would have been over.
///
/// Python: `print`.
#[track_caller]
pub fn print(line: impl Display) {
    print_at(line.to_string(), Location::caller());
}

/// Apart, since there is a `print` for each type of line.
#[inline(never)]
fn print_at(line: String, site: &'static Location<'static>) {
    let Some(run) = try_current() else { return };
    let printed = What::Printed(line.into());
    let Some(time) = time_elsewhere().filter(|time| *time > run.now()) else {
        return run.record(printed, Some(site));
    };
    let later = Rc::downgrade(&run);
    let print = move || {
        if let Some(run) = later.upgrade() {
            run.record(printed, Some(site));
        }
    };
    run.set_alarm(time, Alarm::Call(run.speaker(), Box::new(print)));
}
