//! What went wrong in a run, as far as it can be proved from its trace.
//!
//! Each family of findings has a file, which says when exactly something counts as found, and what does not. All of them
//! read the events together, in one pass. Where the trace leaves room for doubt, nothing is said.

mod blocking;
mod cancellation;
mod deadlock;
mod holding;
mod queues;
mod rates;
mod tasks;
mod tracks;
mod values;

use std::fmt;
use std::time::Duration;

use crate::aio::trace::{Ending, Site, TaskId, Trace};

use tracks::Tracks;

/// The kinds of things that can be proved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Tasks wait, and nothing is left that could wake them.
    Deadlock,
    /// A task ran again and again without any time passing, until the run was stopped.
    Runaway,
    /// A task tried to await itself.
    AwaitedItself,
    /// A named operation was created and dropped, and never awaited in between.
    NeverAwaited,
    /// A task ended with an error that nobody has seen.
    NeverRetrieved,
    /// A task was still there when the main task ended, and was cancelled for that.
    DestroyedPending,
    /// A task was asked to stop, saw the request and ended as if it had not.
    SwallowedCancellation,
    /// A task held up others that could have run.
    BlockedLoop,
    /// A lock, a place or something that was opened was not given back.
    NotReleased,
    /// Something was given back that nobody held.
    ReleasedTwice,
    /// Something happened more often than a rate allows.
    OverRate,
    /// A task wrote over what another had written since it had read.
    LostUpdate,
    /// A queue without a limit got longer and longer, although somebody took items out.
    GrowingQueue,
}

/// One finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnosis {
    /// What it is.
    pub kind: Kind,
    /// What happened, to whom, when and where, in a sentence or two.
    pub text: String,
    /// The task that did it, or to which it happened.
    pub task: Option<TaskId>,
    /// When.
    pub at: Option<Duration>,
    /// At which line of the program.
    pub site: Option<Site>,
}

/// Everything that can be proved to have gone wrong.
///
/// What happened several times at one line is one finding, which tells the first time and counts the others. A run that
/// goes on, or was stopped, is not reproached with what it might still have done.
#[must_use]
pub fn diagnose(trace: &Trace) -> Vec<Diagnosis> {
    diagnose_at(trace, 1.0)
}

/// The same for a run whose clock went so many times faster than the wall's: how long the machine computed, or paused, is
/// that many times longer in its trace.
#[must_use]
pub fn diagnose_at(trace: &Trace, speed: f64) -> Vec<Diagnosis> {
    let mut tracks = Tracks::new(trace);
    let mut tasks = tasks::Tasks::new(trace);
    let mut cancellation = cancellation::Cancellation::new(trace);
    let mut blocking = blocking::Blocking::new(trace, speed);
    let mut holding = holding::Holding::new(trace);
    let mut rates = rates::Rates::new(trace);
    let mut values = values::Values::new(trace);
    let mut queues = queues::Queues::new(trace);
    for event in trace.events() {
        tasks.read(&event);
        cancellation.read(&event, &tracks);
        blocking.read(&event);
        holding.read(&event, &tracks);
        rates.read(&event);
        values.read(&event);
        queues.read(&event);
        tracks.read(event);
    }
    let mut found = Findings::default();
    deadlock::tell(&tracks, &holding, &mut found);
    tasks.tell(&tracks, &mut found);
    cancellation.tell(&tracks, &mut found);
    blocking.tell(&tracks, &mut found);
    holding.tell(&tracks, &mut found);
    rates.tell(&tracks, &mut found);
    values.tell(&tracks, &mut found);
    queues.tell(&tracks, &mut found);
    found.finish()
}

/// One of each for every task or resource.
fn table<T: Default>(count: usize) -> Vec<T> {
    let mut table = Vec::new();
    table.resize_with(count, T::default);
    table
}

/// Whether the run came to its end by itself: nobody is left who could still put things right.
fn ended_by_itself(trace: &Trace) -> bool {
    matches!(trace.ended(), Some((_, Ending::Finished | Ending::Deadlock)))
}

/// What has been found so far, and how many times.
#[derive(Default)]
struct Findings {
    list: Vec<(Diagnosis, usize)>,
}

impl Findings {
    /// Adds something that can happen many times; where it is told already, it is counted.
    fn add(&mut self, kind: Kind, event: Place<'_>, text: fmt::Arguments<'_>) {
        let same = |(known, _): &&mut (Diagnosis, usize)| known.kind == kind && known.site.as_ref() == event.site;
        match self.list.iter_mut().find(same) {
            Some((_, times)) => *times += 1,
            None => self.add_apart(kind, event, text),
        }
    }

    /// Adds something that is told for itself.
    fn add_apart(&mut self, kind: Kind, Place { task, at, site }: Place<'_>, text: fmt::Arguments<'_>) {
        let diagnosis = Diagnosis { kind, text: text.to_string(), task, at: Some(at), site: site.cloned() };
        self.list.push((diagnosis, 1));
    }

    fn finish(self) -> Vec<Diagnosis> {
        let told = |(mut found, times): (Diagnosis, usize)| {
            if times > 1 {
                found.text = format!("{} It happened {times} times in all.", found.text);
            }
            found
        };
        self.list.into_iter().map(told).collect()
    }
}

/// Who did something, when, and at which line.
#[derive(Clone, Copy, Debug)]
struct Place<'a> {
    task: Option<TaskId>,
    at: Duration,
    site: Option<&'a Site>,
}

impl Place<'_> {
    fn is_by(&self, task: TaskId) -> bool {
        self.task == Some(task)
    }

    /// Who did it, unless it was done outside every task: that has no line of the program.
    fn by_a_task(&self) -> Option<TaskId> {
        self.task.filter(|_| self.site.is_some())
    }
}

/// ` at gather.rs:41`, or nothing where the line is not known.
impl fmt::Display for Place<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(Site { file, line }) = self.site else { return Ok(()) };
        let file = file.rsplit(['/', '\\']).next().unwrap_or_default();
        write!(out, " at {file}:{line}")
    }
}

impl<'a> From<&crate::aio::trace::Event<'a>> for Place<'a> {
    fn from(event: &crate::aio::trace::Event<'a>) -> Self {
        Self { task: Some(event.task), at: event.at, site: event.site }
    }
}
