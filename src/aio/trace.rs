//! The contract: what a run did, event by event.
//!
//! Running produces a trace; lanes, speedups, completion orders, diagnoses and texts are functions of traces and of
//! nothing else. Events stand in the order in which the executor saw them, and their times never decrease.
//!
//! In memory an event takes 8 or 16 bytes; what does not fit (texts, lists) stands in side tables. [`Trace::events`] decodes.

mod json;
mod log;
mod text;

use std::panic::Location;
use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use log::{Kind, Log, Raw};
pub(crate) use text::exact_seconds;

/// Names a task within its run; the first task, 0, is the main one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TaskId(pub u32);

impl TaskId {
    /// The task that the run was started with.
    pub const MAIN: Self = Self(0);

    /// This id as an index into a list of all tasks.
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

/// Names a resource within its run: something that tasks wait for or share.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ResourceId(pub u32);

impl ResourceId {
    /// This id as an index into [`Trace::resources`].
    #[must_use]
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// What a resource is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ResourceKind {
    /// Lets some in at a time. Places may be given back that nobody took.
    Semaphore,
    /// Lets some in at a time, and only who is inside may leave.
    BoundedSemaphore,
    /// Lets one in at a time.
    Lock,
    /// Happens, for everyone who waits.
    Event,
    /// Tells those who wait that something has changed.
    Condition,
    /// Lets all through once they are all there.
    Barrier,
    /// Holds items on their way.
    Queue,
    /// A result that somebody will set.
    Promise,
    /// Workers that run blocking calls.
    Pool,
    /// A value that tasks read and write.
    Value,
    /// A limit on how often something happens.
    Rate,
    /// Anything else that is opened and has to be closed.
    Resource,
}

/// What is known of a resource from its first use on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResourceInfo {
    /// What it is.
    pub kind: ResourceKind,
    /// The name that the program gave it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<Arc<str>>,
    /// How many there is room for: places, items, parties, workers, uses in any span of time `per`. None for no limit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u64>,
    /// For a rate: in how much time there may be `limit` uses.
    #[serde(default, rename = "per_ns", with = "json::as_nanos", skip_serializing_if = "Duration::is_zero")]
    pub per: Duration,
}

/// What a task did with a resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Use {
    /// Took a lock or a place, or opened it.
    Acquired,
    /// Gave back a lock or a place, or closed it.
    Released,
    /// Put an item into a queue.
    Put,
    /// Took an item out of a queue.
    Got,
    /// Read a value.
    Read,
    /// Wrote a value.
    Wrote,
    /// Did once what a rate limits.
    Counted,
}

/// A line of source code.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Site {
    /// The file, as the compiler was given it.
    pub file: Arc<str>,
    /// Counted from 1.
    pub line: u32,
}

/// What is known of a task from its creation on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TaskInfo {
    /// The name that the program gave it.
    pub name: Option<Arc<str>>,
    /// The task that created it: the one that was running then. None for the main task.
    pub parent: Option<TaskId>,
    /// The line that created it.
    pub site: Option<Site>,
}

/// A named operation, awaited in place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SpanInfo {
    /// The name that the program gave it.
    pub name: Arc<str>,
    /// The task inside which it ran.
    pub task: TaskId,
}

/// How many bytes of an output a trace keeps; where there is more, `…` follows.
pub const OUTPUT_AT_MOST: usize = 2000;

/// How a task or a span ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// With a value, as its `Debug` shows it, up to [`OUTPUT_AT_MOST`] bytes; none for `()`.
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
    /// A resource: a place in it, an item of it, that it happens, as its kind has it.
    Resource(ResourceId),
    /// Room in a queue that is full.
    Room(ResourceId),
    /// That all items of a queue are dealt with.
    Joined(ResourceId),
    /// A blocking call that a worker of a pool has begun.
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
    /// Another task of its group failed, or the group itself was asked to stop.
    Group,
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
    /// It gave the thread back; or, while it was suspended, what it waits for has changed.
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
    /// It did something with a resource. What is done outside every task counts as the main task's, at no line.
    Used(Use, ResourceId),
    /// It dropped a named operation that had never been awaited, so nothing of it ever ran; the line created it.
    NeverAwaited(Arc<str>),
    /// It tried to await itself.
    AwaitedItself,
    /// It was asked to stop.
    CancelRequested(Canceller),
    /// The request reached the await at which it stood.
    CancelDelivered,
    /// It took a request to stop back.
    Uncancelled,
    /// Somebody has seen the error that it ended with.
    Retrieved,
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
    /// It was stopped since this task, or several with it, ran again and again without any time passing.
    Runaway(TaskId),
}

/// What a run did. Grows while the run goes on; can be read at any time.
#[derive(Clone, Debug, Default)]
pub struct Trace {
    task_count: u32,
    /// Of the tasks that were given one, in order of their ids.
    names: Vec<(TaskId, Arc<str>)>,
    spans: Vec<SpanInfo>,
    resources: Vec<ResourceInfo>,
    sites: Vec<Site>,
    /// The compiler's address of each entry of `sites`, to find it again without comparing texts.
    locations: Vec<Option<&'static Location<'static>>>,
    recent_locations: [Option<(&'static Location<'static>, u32)>; RECENT],
    waits: Vec<Wait>,
    texts: Vec<Arc<str>>,
    outcomes: Vec<Outcome>,
    cancellers: Vec<Canceller>,
    log: Log,
    ended: Option<(Duration, Ending)>,
}

/// How many lines just used are kept at hand.
const RECENT: usize = 8;

/// In the order of their numbers.
const USES: [Use; 7] = [Use::Acquired, Use::Released, Use::Put, Use::Got, Use::Read, Use::Wrote, Use::Counted];

fn used(how: Use, resource: ResourceId) -> u64 {
    u64::from(resource.0) | (how as u64) << 32
}

fn push<T>(table: &mut Vec<T>, item: T) -> u32 {
    table.push(item);
    (table.len() - 1) as u32
}

pub(super) fn nanos(time: Duration) -> u64 {
    // Neither `as_nanos` nor a checked multiplication: both go through 128 bits, which is a function call in wasm.
    const SECONDS_AT_MOST: u64 = u64::MAX / 1_000_000_000;
    (time.as_secs().min(SECONDS_AT_MOST) * 1_000_000_000).saturating_add(time.subsec_nanos().into())
}

impl Trace {
    /// How many tasks there are. Their ids count from 0, in order of creation.
    #[must_use]
    pub fn task_count(&self) -> usize {
        self.task_count as usize
    }

    /// All tasks, in order of creation. Looks through the whole trace.
    #[must_use]
    pub fn tasks(&self) -> Vec<TaskInfo> {
        let mut tasks = vec![TaskInfo::default(); self.task_count()];
        let mut running = None;
        for event in self.events() {
            match event.what {
                What::Running => running = Some(event.task),
                What::Suspended(_) | What::Finished(_) => running = None,
                What::Created => {
                    let task = &mut tasks[event.task.index()];
                    task.parent = running;
                    task.site = event.site.cloned();
                }
                _ => {}
            }
        }
        for (task, name) in &self.names {
            tasks[task.index()].name = Some(name.clone());
        }
        tasks
    }

    /// All spans, in the order in which they began; [`SpanId::index`] is the place of each.
    #[must_use]
    pub fn spans(&self) -> &[SpanInfo] {
        &self.spans
    }

    /// All resources, in the order of their first use; [`ResourceId::index`] is the place of each.
    #[must_use]
    pub fn resources(&self) -> &[ResourceInfo] {
        &self.resources
    }

    /// The name that the program gave a task, if any.
    #[must_use]
    pub fn given_name(&self, task: TaskId) -> Option<&Arc<str>> {
        let place = self.names.binary_search_by_key(&task, |(task, _)| *task).ok()?;
        Some(&self.names[place].1)
    }

    /// The name of a task: its own, else `main` or `task 7`.
    #[must_use]
    pub fn name(&self, task: TaskId) -> Arc<str> {
        match self.given_name(task) {
            Some(name) => name.clone(),
            None if task == TaskId::MAIN => "main".into(),
            None => format!("task {}", task.0).into(),
        }
    }

    /// How many events there are. Looks through the whole trace.
    #[must_use]
    pub fn len(&self) -> usize {
        self.log.len()
    }

    /// Whether nothing has happened yet.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.log.is_empty()
    }

    /// How many bytes it takes in memory: what is reserved for the events, and the lists and texts that go with them.
    #[must_use]
    pub fn size_bytes(&self) -> usize {
        fn list<T>(list: &Vec<T>) -> usize {
            list.capacity() * size_of::<T>()
        }
        let waits = self.waits.iter().map(|wait| match wait {
            Wait::Tasks(tasks) | Wait::AnyOf(tasks) => size_of_val(&**tasks),
            _ => 0,
        });
        let texts = self.texts.iter().map(|text| text.len());
        let lists = [
            list(&self.names),
            list(&self.spans),
            list(&self.resources),
            list(&self.sites),
            list(&self.locations),
            list(&self.waits),
            list(&self.texts),
            list(&self.outcomes),
            list(&self.cancellers),
        ];
        self.log.size_bytes() + lists.iter().sum::<usize>() + waits.sum::<usize>() + texts.sum::<usize>()
    }

    /// When and how the run ended; none while it goes on.
    #[must_use]
    pub fn ended(&self) -> Option<(Duration, Ending)> {
        self.ended
    }

    /// The time of the run's end or, while it goes on, of the last event.
    #[must_use]
    pub fn until(&self) -> Duration {
        self.ended.map_or(Duration::from_nanos(self.log.until_nanos()), |(at, _)| at)
    }

    /// The trace as it was when this much time had passed, with all that happened at that moment.
    #[must_use]
    pub fn up_to(&self, moment: Duration) -> Self {
        let mut trace = Self { log: self.log.up_to(nanos(moment)), ..self.clone() };
        let count = |kind| trace.log.iter().filter(|(_, raw)| raw.kind == kind).count();
        let (tasks, spans) = (count(Kind::Created), count(Kind::SpanBegan));
        trace.task_count = tasks as u32;
        trace.names.retain(|(task, _)| task.index() < tasks);
        trace.spans.truncate(spans);
        trace.ended = trace.ended.filter(|(at, _)| *at <= moment);
        trace
    }

    /// Every event, in the order in which the executor saw them.
    pub fn events(&self) -> impl Iterator<Item = Event<'_>> {
        self.log.iter().map(|(nanos, raw)| Event {
            at: Duration::from_nanos(nanos),
            task: raw.task,
            what: self.decode(&raw),
            site: raw.site.and_then(|site| self.sites.get(site as usize)),
        })
    }

    fn decode(&self, raw: &Raw) -> What {
        let place = raw.argument as usize;
        let time = Duration::from_nanos(raw.argument);
        let (low, high) = (raw.argument as u32, (raw.argument >> 32) as u32);
        match raw.kind {
            Kind::Created => What::Created,
            Kind::Running => What::Running,
            Kind::Yielded => What::Suspended(Wait::Yield),
            Kind::Slept => What::Suspended(Wait::Sleep { until: time }),
            Kind::Awaits if high == 0 => What::Suspended(Wait::Task(TaskId(low))),
            Kind::Awaits => What::Suspended(Wait::Resource(ResourceId(low))),
            Kind::Suspended => What::Suspended(self.waits[place].clone()),
            Kind::ReadyByTask => What::Ready(Waker::Task(TaskId(low))),
            Kind::ReadyByTimer => What::Ready(Waker::Timer { due: time }),
            Kind::ReadyByHost => What::Ready(Waker::Host),
            Kind::Blocked => What::Blocked(time),
            Kind::SpanBegan => What::SpanBegan(SpanId(low)),
            Kind::SpanEnded => What::SpanEnded(SpanId(low), self.outcomes[high as usize].clone()),
            Kind::Printed => What::Printed(self.texts[place].clone()),
            Kind::CancelRequested => What::CancelRequested(self.cancellers[place]),
            Kind::CancelDelivered => What::CancelDelivered,
            Kind::Used => What::Used(USES[high as usize], ResourceId(low)),
            Kind::NeverAwaited => What::NeverAwaited(self.texts[place].clone()),
            Kind::AwaitedItself => What::AwaitedItself,
            Kind::Uncancelled => What::Uncancelled,
            Kind::Retrieved => What::Retrieved,
            Kind::ReturnedUnit => What::Finished(Outcome::Returned(None)),
            Kind::Finished => What::Finished(self.outcomes[place].clone()),
        }
    }

    /// Sets the time of what is recorded from now on. It never goes back.
    pub(super) fn set_now(&mut self, now: Duration) {
        self.log.set_now(nanos(now));
    }

    pub(super) fn record(&mut self, task: TaskId, what: What, site: Option<&'static Location<'static>>) {
        let site = site.map(|site| self.site(site));
        self.push_event(task, what, site);
    }

    /// The same as to record [`What::Running`], which happens more often than everything else.
    pub(super) fn record_running(&mut self, task: TaskId) {
        self.log.push_running(task);
    }

    /// The same as to record [`What::Suspended`] with [`Wait::Yield`].
    pub(super) fn record_yielded(&mut self, task: TaskId, site: &'static Location<'static>) {
        let site = self.site(site);
        self.log.push(task, Kind::Yielded, Some(site));
    }

    /// The same as to record [`What::Used`].
    pub(super) fn record_used(
        &mut self,
        task: TaskId,
        (how, resource): (Use, ResourceId),
        site: Option<&'static Location<'static>>,
    ) {
        let site = site.map(|site| self.site(site));
        self.log.push_with(task, Kind::Used, site, used(how, resource));
    }

    /// The same as to record [`What::Ready`] by a task.
    pub(super) fn record_woken(&mut self, task: TaskId, by: TaskId) {
        self.log.push_with(task, Kind::ReadyByTask, None, by.0.into());
    }

    /// The same as to record [`What::Finished`].
    pub(super) fn record_finished(&mut self, task: TaskId, outcome: Outcome) {
        match outcome {
            Outcome::Returned(None) => self.log.push(task, Kind::ReturnedUnit, None),
            other => self.push_event(task, What::Finished(other), None),
        }
    }

    fn push_event(&mut self, task: TaskId, what: What, site: Option<u32>) {
        let (kind, argument) = match what {
            What::Created => return self.log.push(task, Kind::Created, site),
            What::Running if site.is_none() => return self.log.push_running(task),
            What::Running => return self.log.push(task, Kind::Running, site),
            What::Suspended(Wait::Yield) => return self.log.push(task, Kind::Yielded, site),
            What::Ready(Waker::Host) => return self.log.push(task, Kind::ReadyByHost, site),
            What::CancelDelivered => return self.log.push(task, Kind::CancelDelivered, site),
            What::AwaitedItself => return self.log.push(task, Kind::AwaitedItself, site),
            What::Uncancelled => return self.log.push(task, Kind::Uncancelled, site),
            What::Retrieved => return self.log.push(task, Kind::Retrieved, site),
            What::Finished(Outcome::Returned(None)) => return self.log.push(task, Kind::ReturnedUnit, site),
            What::Suspended(Wait::Sleep { until }) => (Kind::Slept, nanos(until)),
            What::Suspended(Wait::Task(task)) => (Kind::Awaits, task.0.into()),
            What::Suspended(Wait::Resource(id)) => (Kind::Awaits, u64::from(id.0) | 1 << 32),
            What::Suspended(wait) => (Kind::Suspended, push(&mut self.waits, wait).into()),
            What::Ready(Waker::Task(task)) => (Kind::ReadyByTask, task.0.into()),
            What::Ready(Waker::Timer { due }) => (Kind::ReadyByTimer, nanos(due)),
            What::Blocked(duration) => (Kind::Blocked, nanos(duration)),
            What::SpanBegan(span) => (Kind::SpanBegan, span.0.into()),
            What::SpanEnded(span, outcome) => {
                let outcome = push(&mut self.outcomes, outcome);
                (Kind::SpanEnded, u64::from(span.0) | u64::from(outcome) << 32)
            }
            What::Printed(text) => (Kind::Printed, push(&mut self.texts, text).into()),
            What::Used(how, resource) => (Kind::Used, used(how, resource)),
            What::NeverAwaited(name) => (Kind::NeverAwaited, push(&mut self.texts, name).into()),
            What::CancelRequested(by) => (Kind::CancelRequested, push(&mut self.cancellers, by).into()),
            What::Finished(outcome) => (Kind::Finished, push(&mut self.outcomes, outcome).into()),
        };
        self.log.push_with(task, kind, site, argument);
    }

    /// A line's place in the list of lines.
    #[inline]
    fn site(&mut self, location: &'static Location<'static>) -> u32 {
        // The lines just used are the likeliest, and a program has few: looking through them beats hashing.
        let recent = (std::ptr::from_ref(location).addr() / align_of::<Location<'_>>()) % RECENT;
        if let Some((known, place)) = self.recent_locations[recent]
            && std::ptr::eq(known, location)
        {
            return place;
        }
        let place = self.find_or_add(location);
        self.recent_locations[recent] = Some((location, place));
        place
    }

    #[cold]
    fn find_or_add(&mut self, location: &'static Location<'static>) -> u32 {
        let known = self.locations.iter().rposition(|known| known.is_some_and(|known| std::ptr::eq(known, location)));
        if let Some(place) = known {
            return place as u32;
        }
        self.locations.push(Some(location));
        push(&mut self.sites, Site { file: location.file().into(), line: location.line() })
    }

    /// Gives a new task its id. That it was created is recorded apart.
    pub(super) fn add_task(&mut self) -> TaskId {
        let task = TaskId(self.task_count);
        self.task_count += 1;
        task
    }

    /// The same as to record [`What::Created`].
    pub(super) fn record_created(&mut self, task: TaskId, site: &'static Location<'static>) {
        let site = self.site(site);
        self.log.push(task, Kind::Created, Some(site));
    }

    pub(super) fn name_task(&mut self, task: TaskId, name: Arc<str>) {
        match self.names.binary_search_by_key(&task, |(task, _)| *task) {
            Ok(place) => self.names[place].1 = name,
            Err(place) => self.names.insert(place, (task, name)),
        }
    }

    /// Takes everything out, and leaves a trace that knows how many tasks there are and nothing else.
    pub(super) fn take(&mut self) -> Self {
        let rest = Self { task_count: self.task_count, ..Self::default() };
        std::mem::replace(self, rest)
    }

    pub(super) fn add_span(&mut self, name: Arc<str>, task: TaskId) -> SpanId {
        SpanId(push(&mut self.spans, SpanInfo { name, task }))
    }

    pub(super) fn add_resource(&mut self, info: ResourceInfo) -> ResourceId {
        ResourceId(push(&mut self.resources, info))
    }

    pub(super) fn end(&mut self, ended: Option<(Duration, Ending)>) {
        self.ended = ended;
    }
}
