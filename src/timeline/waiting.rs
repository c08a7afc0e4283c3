//! How long tasks wait for what they share.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::aio::trace::Wait;

/// How long something was waited for, and how often.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Waiting {
    /// How many waits there were, those included that were over at once.
    pub count: usize,
    /// All waits together.
    pub total: Duration,
    /// The longest.
    pub longest: Duration,
}

impl Waiting {
    pub(super) fn add(&mut self, duration: Duration) {
        self.count += 1;
        self.total += duration;
        self.longest = self.longest.max(duration);
    }
}

/// A thing that tasks share and wait for, as far as the trace can tell one from another.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Resource {
    /// What it is and what for: `semaphore`, `lock`, `event`, `queue, item`.
    pub kind: &'static str,
    /// The name that the program gave it. Nameless ones of a kind count as one.
    pub name: Option<Arc<str>>,
}

impl Resource {
    /// What a wait is for, if that is something shared. The one place that knows how a trace names such a thing.
    #[must_use]
    pub fn of(wait: &Wait) -> Option<Self> {
        let (kind, name) = match wait {
            Wait::Semaphore(name) => ("semaphore", name),
            Wait::Lock(name) => ("lock", name),
            Wait::Event(name) => ("event", name),
            Wait::Item(name) => ("queue, item", name),
            Wait::Room(name) => ("queue, room", name),
            Wait::Joined(name) => ("queue, end of work", name),
            Wait::Yield
            | Wait::Sleep { .. }
            | Wait::Thread { .. }
            | Wait::Task(_)
            | Wait::Tasks(_)
            | Wait::AnyOf(_)
            | Wait::Other => return None,
        };
        Some(Self { kind, name: name.clone() })
    }
}

impl fmt::Display for Resource {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.name {
            Some(name) => write!(out, "{} {name}", self.kind),
            None => out.write_str(self.kind),
        }
    }
}
