//! The contract: what a run did, event by event.
//!
//! Running produces a trace; lanes, speedups, completion orders, diagnoses and texts are functions of traces and of
//! nothing else. Events stand in the order in which the executor saw them, and their times never decrease.
//!
//! In memory an event takes 24 bytes; what does not fit (texts, lists) stands in side tables. [`Trace::events`] decodes.

mod json;
mod text;

use std::panic::Location;
use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};

/// Names a task within its run; the first task, 0, is the main one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TaskId(pub u32);

impl TaskId {
    /// The task that the run was started with.
    pub const MAIN: Self = Self(0);

    /// This id as an index into [`Trace::tasks`].
    #[must_use]
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// Names a span within its run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SpanId(pub u32);

impl SpanId {
    /// This id as an index into [`Trace::spans`].
    #[must_use]
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// A line of source code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Site {
    /// The file, as the compiler was given it.
    pub file: Arc<str>,
    /// Counted from 1.
    pub line: u32,
}

/// What is known of a task from its creation on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TaskInfo {
    /// The name that the program gave it.
    pub name: Option<Arc<str>>,
    /// The task that created it; none for the main task.
    pub parent: Option<TaskId>,
    site: u32,
}

/// A named operation, awaited in place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SpanInfo {
    /// The name that the program gave it.
    pub name: Arc<str>,
    /// The task inside which it ran.
    pub task: TaskId,
}

/// How a task or a span ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// With a value, as its `Debug` shows it; none for `()`.
    Returned(Option<Arc<str>>),
    /// With an error, in its own words.
    Raised(Arc<str>),
    /// By cancellation.
    Cancelled,
}

/// What a suspended task waits for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Wait {
    /// Nothing: it lets the others run first, and is ready again at once.
    Yield,
    /// The clock.
    Sleep {
        /// The run's time at which it will be woken.
        #[serde(rename = "until_ns", with = "json::as_nanos")]
        until: Duration,
    },
    /// One task's end.
    Task(TaskId),
    /// The end of all of these.
    Tasks(Arc<[TaskId]>),
    /// The next end among these.
    AnyOf(Arc<[TaskId]>),
    /// A place inside a semaphore.
    Semaphore(Option<Arc<str>>),
    /// A blocking call in a thread of the pool.
    Thread {
        /// The run's time at which the call will be over.
        #[serde(rename = "until_ns", with = "json::as_nanos")]
        until: Duration,
    },
    /// A future that is not one of the executor's own.
    Other,
}

/// Who made a task ready.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Waker {
    /// A timer: the task was due then, and the loop has noticed it now.
    Timer {
        /// When it was due.
        #[serde(rename = "due_ns", with = "json::as_nanos")]
        due: Duration,
    },
    /// Another task, or itself.
    Task(TaskId),
    /// The world outside the executor.
    Host,
}

/// Who asked a task to stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Canceller {
    /// A task called `cancel`.
    Task(TaskId),
    /// A time limit of its own passed.
    Timeout,
    /// The main task was over, and with it the run.
    Shutdown,
    /// The world outside the executor.
    Host,
}

/// One thing that happened to a task.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum What {
    /// It came into being, ready to run.
    Created,
    /// From now on it has the thread.
    Running,
    /// It gave the thread back.
    Suspended(Wait),
    /// It may run again, once the thread is free.
    Ready(Waker),
    /// It held up the thread for this long, up to the event's time, in a blocking call.
    #[serde(rename = "blocked_ns")]
    Blocked(#[serde(with = "json::as_nanos")] Duration),
    /// A span began inside it.
    SpanBegan(SpanId),
    /// A span ended inside it.
    SpanEnded(SpanId, Outcome),
    /// It printed a line.
    Printed(Arc<str>),
    /// It was asked to stop.
    CancelRequested(Canceller),
    /// The request reached the await at which it stood.
    CancelDelivered,
    /// It ended.
    Finished(Outcome),
}

/// One thing that happened, when, to which task and at which line of the program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event<'a> {
    /// Time since the run began.
    pub at: Duration,
    /// The task that it happened to.
    pub task: TaskId,
    /// What happened.
    pub what: What,
    /// The line that was being awaited or called.
    pub site: Option<&'a Site>,
}

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ending {
    /// Every task is over.
    Finished,
    /// Tasks are waiting, and nothing is left that could wake them.
    Deadlock,
    /// Someone stopped it.
    Stopped,
}

const NO_SITE: u32 = u32::MAX;
const CHUNK: usize = 4096;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
enum Kind {
    Created,
    Running,
    Yielded,
    Slept,
    Suspended,
    ReadyByTask,
    ReadyByTimer,
    ReadyByHost,
    Blocked,
    SpanBegan,
    SpanEnded,
    Printed,
    CancelRequested,
    CancelDelivered,
    ReturnedUnit,
    Finished,
}

#[derive(Clone, Copy, Debug)]
struct Raw {
    at_nanos: u64,
    task: TaskId,
    arg: u32,
    site: u32,
    kind: Kind,
}

/// What a run did. Grows while the run goes on; can be read at any time.
#[derive(Clone, Debug, Default)]
pub struct Trace {
    tasks: Vec<TaskInfo>,
    spans: Vec<SpanInfo>,
    sites: Vec<Site>,
    /// The compiler's address of each entry of `sites`, to find it again without comparing texts.
    locations: Vec<Option<&'static Location<'static>>>,
    waits: Vec<Wait>,
    times: Vec<Duration>,
    texts: Vec<Arc<str>>,
    span_ends: Vec<(SpanId, Outcome)>,
    outcomes: Vec<Outcome>,
    cancellers: Vec<Canceller>,
    /// Chunks, so that a long run never copies what it has already recorded.
    chunks: Vec<Vec<Raw>>,
    ended: Option<(Duration, Ending)>,
}

fn push<T>(table: &mut Vec<T>, item: T) -> u32 {
    table.push(item);
    (table.len() - 1) as u32
}

pub(super) fn nanos(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
}

impl Trace {
    /// All tasks, in order of creation; [`TaskId::index`] is the place of each.
    #[must_use]
    pub fn tasks(&self) -> &[TaskInfo] {
        &self.tasks
    }

    /// All spans, in the order in which they began; [`SpanId::index`] is the place of each.
    #[must_use]
    pub fn spans(&self) -> &[SpanInfo] {
        &self.spans
    }

    /// The line that created a task.
    #[must_use]
    pub fn created_at(&self, task: TaskId) -> Option<&Site> {
        self.sites.get(self.tasks[task.index()].site as usize)
    }

    /// The name of a task: its own, else `main` or `task 7`.
    #[must_use]
    pub fn name(&self, task: TaskId) -> Arc<str> {
        match &self.tasks[task.index()].name {
            Some(name) => name.clone(),
            None if task == TaskId::MAIN => "main".into(),
            None => format!("task {}", task.0).into(),
        }
    }

    /// How many events there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.chunks.iter().map(Vec::len).sum()
    }

    /// Whether nothing has happened yet.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.chunks.is_empty()
    }

    /// When and how the run ended; none while it goes on.
    #[must_use]
    pub fn ended(&self) -> Option<(Duration, Ending)> {
        self.ended
    }

    /// The time of the run's end or, while it goes on, of the last event.
    #[must_use]
    pub fn until(&self) -> Duration {
        match (self.ended, self.chunks.last().and_then(|chunk| chunk.last())) {
            (Some((at, _)), _) => at,
            (None, Some(raw)) => Duration::from_nanos(raw.at_nanos),
            (None, None) => Duration::ZERO,
        }
    }

    /// Every event, in the order in which the executor saw them.
    pub fn events(&self) -> impl Iterator<Item = Event<'_>> {
        self.chunks.iter().flatten().map(|raw| Event {
            at: Duration::from_nanos(raw.at_nanos),
            task: raw.task,
            what: self.decode(raw),
            site: self.sites.get(raw.site as usize),
        })
    }

    fn decode(&self, raw: &Raw) -> What {
        let arg = raw.arg as usize;
        match raw.kind {
            Kind::Created => What::Created,
            Kind::Running => What::Running,
            Kind::Yielded => What::Suspended(Wait::Yield),
            Kind::Slept => What::Suspended(Wait::Sleep { until: self.times[arg] }),
            Kind::Suspended => What::Suspended(self.waits[arg].clone()),
            Kind::ReadyByTask => What::Ready(Waker::Task(TaskId(raw.arg))),
            Kind::ReadyByTimer => What::Ready(Waker::Timer { due: self.times[arg] }),
            Kind::ReadyByHost => What::Ready(Waker::Host),
            Kind::Blocked => What::Blocked(self.times[arg]),
            Kind::SpanBegan => What::SpanBegan(SpanId(raw.arg)),
            Kind::SpanEnded => {
                let (span, outcome) = self.span_ends[arg].clone();
                What::SpanEnded(span, outcome)
            }
            Kind::Printed => What::Printed(self.texts[arg].clone()),
            Kind::CancelRequested => What::CancelRequested(self.cancellers[arg]),
            Kind::CancelDelivered => What::CancelDelivered,
            Kind::ReturnedUnit => What::Finished(Outcome::Returned(None)),
            Kind::Finished => What::Finished(self.outcomes[arg].clone()),
        }
    }

    fn encode(&mut self, what: What) -> (Kind, u32) {
        match what {
            What::Created => (Kind::Created, 0),
            What::Running => (Kind::Running, 0),
            What::Suspended(Wait::Yield) => (Kind::Yielded, 0),
            What::Suspended(Wait::Sleep { until }) => (Kind::Slept, push(&mut self.times, until)),
            What::Suspended(wait) => (Kind::Suspended, push(&mut self.waits, wait)),
            What::Ready(Waker::Task(task)) => (Kind::ReadyByTask, task.0),
            What::Ready(Waker::Timer { due }) => (Kind::ReadyByTimer, push(&mut self.times, due)),
            What::Ready(Waker::Host) => (Kind::ReadyByHost, 0),
            What::Blocked(duration) => (Kind::Blocked, push(&mut self.times, duration)),
            What::SpanBegan(span) => (Kind::SpanBegan, span.0),
            What::SpanEnded(span, outcome) => (Kind::SpanEnded, push(&mut self.span_ends, (span, outcome))),
            What::Printed(text) => (Kind::Printed, push(&mut self.texts, text)),
            What::CancelRequested(by) => (Kind::CancelRequested, push(&mut self.cancellers, by)),
            What::CancelDelivered => (Kind::CancelDelivered, 0),
            What::Finished(Outcome::Returned(None)) => (Kind::ReturnedUnit, 0),
            What::Finished(outcome) => (Kind::Finished, push(&mut self.outcomes, outcome)),
        }
    }

    pub(super) fn record(&mut self, at: Duration, task: TaskId, what: What, site: Option<&'static Location<'static>>) {
        let site = site.map_or(NO_SITE, |site| self.intern(site));
        self.push_event(at, task, what, site);
    }

    fn push_event(&mut self, at: Duration, task: TaskId, what: What, site: u32) {
        let (kind, arg) = self.encode(what);
        let raw = Raw { at_nanos: nanos(at), task, arg, site, kind };
        match self.chunks.last_mut() {
            Some(chunk) if chunk.len() < CHUNK => chunk.push(raw),
            // A short run must stay small, a long one must not copy: the first chunk grows, later ones are whole.
            _ => {
                let mut chunk = Vec::with_capacity(if self.chunks.is_empty() { 64 } else { CHUNK });
                chunk.push(raw);
                self.chunks.push(chunk);
            }
        }
    }

    fn intern(&mut self, location: &'static Location<'static>) -> u32 {
        // The line just used is the likeliest, and a program has few: looking backwards beats hashing.
        let known = self.locations.iter().rposition(|known| known.is_some_and(|known| std::ptr::eq(known, location)));
        if let Some(place) = known {
            return place as u32;
        }
        self.locations.push(Some(location));
        push(&mut self.sites, Site { file: location.file().into(), line: location.line() })
    }

    pub(super) fn add_task(&mut self, parent: Option<TaskId>, site: &'static Location<'static>) -> TaskId {
        let site = self.intern(site);
        TaskId(push(&mut self.tasks, TaskInfo { name: None, parent, site }))
    }

    pub(super) fn name_task(&mut self, task: TaskId, name: Arc<str>) {
        self.tasks[task.index()].name = Some(name);
    }

    pub(super) fn add_span(&mut self, name: Arc<str>, task: TaskId) -> SpanId {
        SpanId(push(&mut self.spans, SpanInfo { name, task }))
    }

    pub(super) fn end(&mut self, ended: Option<(Duration, Ending)>) {
        self.ended = ended;
    }
}
