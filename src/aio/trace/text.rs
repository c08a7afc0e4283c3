//! The trace as text, one event a line: for goldens and for people.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::{
    Canceller, Ending, Event, Outcome, ResourceId, ResourceInfo, ResourceKind, TaskId, Trace, Use, Wait, Waker, What,
};

/// Seconds with three decimals, and more only where they are needed to be exact: `0.500`, `0.0625`.
#[must_use]
pub(crate) fn exact_seconds(time: Duration) -> String {
    let text = format!("{}.{:09}", time.as_secs(), time.subsec_nanos());
    let kept = text.trim_end_matches('0').len().max(text.len() - 6);
    text[..kept].to_owned()
}

/// What tasks are called.
type Names<'a> = &'a dyn Fn(TaskId) -> Arc<str>;

impl Trace {
    /// A resource in words: `the lock door`, `a queue`.
    #[must_use]
    pub fn describe_resource(&self, resource: ResourceId) -> String {
        let ResourceInfo { kind, name, .. } = &self.resources[resource.index()];
        let noun = match kind {
            ResourceKind::Semaphore => "semaphore",
            ResourceKind::BoundedSemaphore => "bounded semaphore",
            ResourceKind::Lock => "lock",
            ResourceKind::Event => "event",
            ResourceKind::Condition => "condition",
            ResourceKind::Barrier => "barrier",
            ResourceKind::Queue => "queue",
            ResourceKind::Promise => "future",
            ResourceKind::Pool => "pool",
            ResourceKind::Value => "value",
            ResourceKind::Rate => "rate",
            ResourceKind::Resource => "resource",
        };
        match name {
            Some(name) => format!("the {noun} {name}"),
            None => format!("{} {noun}", if noun.starts_with('e') { "an" } else { "a" }),
        }
    }

    /// What a task waits for, in words that follow "waits for".
    #[must_use]
    pub fn describe_wait(&self, wait: &Wait) -> String {
        self.describe_wait_by(wait, &|task| self.name(task))
    }

    /// The same with other names for tasks.
    pub(crate) fn describe_wait_by(&self, wait: &Wait, name: Names<'_>) -> String {
        let names = |tasks: &[TaskId]| tasks.iter().map(|task| name(*task)).collect::<Vec<_>>().join(", ");
        match wait {
            Wait::Yield => "its next turn".into(),
            Wait::Sleep { until } => format!("the clock, until {}", exact_seconds(*until)),
            Wait::Task(task) => name(*task).to_string(),
            Wait::Tasks(tasks) => format!("all of {}", names(tasks)),
            Wait::AnyOf(tasks) => format!("the next of {}", names(tasks)),
            Wait::Resource(resource) => {
                let whole = self.describe_resource(*resource);
                match self.resources[resource.index()].kind {
                    ResourceKind::Queue => format!("an item of {whole}"),
                    ResourceKind::Pool => format!("a worker of {whole}"),
                    _ => whole,
                }
            }
            Wait::Room(queue) => format!("room in {}", self.describe_resource(*queue)),
            Wait::Joined(queue) => format!("the end of all work of {}", self.describe_resource(*queue)),
            Wait::Thread { until } => format!("a thread, until {}", exact_seconds(*until)),
            Wait::Other => "a future from elsewhere".into(),
        }
    }

    /// One event in words, without its time and task: `suspended, waits for the clock, until 1.000`.
    #[must_use]
    pub fn describe(&self, what: &What) -> String {
        self.describe_by(what, &|task| self.name(task))
    }

    /// The same with other names for tasks.
    pub(crate) fn describe_by(&self, what: &What, name: Names<'_>) -> String {
        let ended = |outcome: &Outcome| match outcome {
            Outcome::Returned(None) => "returned".to_owned(),
            Outcome::Returned(Some(value)) => format!("returned {value}"),
            Outcome::Raised(error) => format!("raised {error}"),
            Outcome::Cancelled => "ended cancelled".to_owned(),
        };
        match what {
            What::Created => "created".into(),
            What::Running => "running".into(),
            What::Suspended(wait) => format!("suspended, waits for {}", self.describe_wait_by(wait, name)),
            What::Ready(Waker::Timer { due }) => format!("ready, woken by its timer, due {}", exact_seconds(*due)),
            What::Ready(Waker::Task(task)) => format!("ready, woken by {}", name(*task)),
            What::Ready(Waker::Host) => "ready, woken from outside".into(),
            What::Blocked(duration) => format!("blocked the loop for {}", exact_seconds(*duration)),
            What::SpanBegan(span) => format!("began {}", self.spans[span.index()].name),
            What::SpanEnded(span, outcome) => format!("{}: {}", self.spans[span.index()].name, ended(outcome)),
            What::Printed(text) => format!("printed: {text}"),
            What::CancelRequested(Canceller::Task(task)) => format!("cancelled by {}", name(*task)),
            What::CancelRequested(Canceller::Timeout) => "cancelled by its time limit".into(),
            What::CancelRequested(Canceller::Group) => "cancelled by its group".into(),
            What::CancelRequested(Canceller::Shutdown) => "cancelled by the end of the run".into(),
            What::CancelRequested(Canceller::Host) => "cancelled from outside".into(),
            What::Used(Use::Acquired, pool) if self.resources[pool.index()].kind == ResourceKind::Pool => {
                format!("took a worker of {}", self.describe_resource(*pool))
            }
            What::Used(Use::Released, pool) if self.resources[pool.index()].kind == ResourceKind::Pool => {
                format!("gave a worker of {} back", self.describe_resource(*pool))
            }
            What::Used(how, resource) => {
                let did = match how {
                    Use::Acquired => "acquired",
                    Use::Released => "released",
                    Use::Put => "put an item into",
                    Use::Got => "got an item from",
                    Use::Read => "read",
                    Use::Wrote => "wrote",
                    Use::Counted => "counted against",
                };
                format!("{did} {}", self.describe_resource(*resource))
            }
            What::NeverAwaited(name) => format!("dropped {name}, which was never awaited"),
            What::AwaitedItself => "tried to await itself".into(),
            What::Uncancelled => "took its cancellation back".into(),
            What::Retrieved => "its error was seen".into(),
            What::CancelDelivered => "cancellation arrived at its await".into(),
            What::Finished(outcome) => ended(outcome),
        }
    }

    fn line(&self, event: &Event<'_>, width: usize) -> String {
        let name = self.name(event.task);
        let text = format!("{:>8}  {name:width$}  {}", exact_seconds(event.at), self.describe(&event.what));
        match event.site {
            Some(site) => {
                let file = site.file.rsplit(['/', '\\']).next().unwrap_or_default();
                format!("{text}  @{file}:{}", site.line)
            }
            None => text,
        }
    }
}

/// One event a line: time in seconds, task, what happened, source line; then how the run ended.
impl fmt::Display for Trace {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ids = (0..self.task_count).map(TaskId);
        let width = ids.map(|task| self.name(task).chars().count()).max().unwrap_or(0);
        for event in self.events() {
            writeln!(out, "{}", self.line(&event, width))?;
        }
        if let Some((at, how)) = self.ended {
            let how = match how {
                Ending::Finished => "finished",
                Ending::Deadlock => "deadlocked: nothing is left that could wake a task",
                Ending::Stopped => "stopped",
                Ending::Runaway(task) => &format!("stopped: {} ran again and again", self.name(task)),
            };
            writeln!(out, "{:>8}  {how}", exact_seconds(at))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_keep_what_makes_them_exact_and_no_more() {
        let text = |nanos| exact_seconds(Duration::from_nanos(nanos));
        assert_eq!(text(0), "0.000");
        assert_eq!(text(1_500_000_000), "1.500");
        assert_eq!(text(62_500_000), "0.0625");
        assert_eq!(text(1), "0.000000001");
    }
}
