//! How long tasks wait for what they share.

use std::fmt;
use std::time::Duration;

use crate::aio::trace::{ResourceId, ResourceKind, Trace, Wait};

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

/// A thing that tasks share and wait for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Resource {
    /// Which one.
    pub id: ResourceId,
    /// What of it, where there are several things to wait for: `item`, `room`, `end of work`.
    pub part: &'static str,
    /// What it is, in words: `the semaphore limit`.
    pub name: String,
}

impl Resource {
    /// What a wait is for, if that is something shared. The one place that knows how a trace names such a thing.
    #[must_use]
    pub fn of(trace: &Trace, wait: &Wait) -> Option<Self> {
        let (id, part) = match wait {
            Wait::Resource(id) if trace.resources()[id.index()].kind == ResourceKind::Queue => (*id, "item"),
            Wait::Resource(id) => (*id, ""),
            Wait::Room(id) => (*id, "room"),
            Wait::Joined(id) => (*id, "end of work"),
            Wait::Yield
            | Wait::Sleep { .. }
            | Wait::Thread { .. }
            | Wait::Task(_)
            | Wait::Tasks(_)
            | Wait::AnyOf(_)
            | Wait::Other => return None,
        };
        Some(Self { id, part, name: trace.describe_resource(id) })
    }
}

impl fmt::Display for Resource {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.name)?;
        if self.part.is_empty() { Ok(()) } else { write!(out, ", {}", self.part) }
    }
}
