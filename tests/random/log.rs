//! What a run did, line by line: who printed what when, how each task ended, and how the run did. And what went wrong in it.

use std::collections::HashSet;
use std::fmt::Write as _;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;
use std::time::Duration;

use interleave::aio::trace::{Canceller, Ending, Event, Outcome, TaskId, Trace, What};
use interleave::aio::{Aio, Result};
use interleave::host::virtual_time::VirtualTime;

use crate::findings::{Finding, findings_of};
use crate::world::{self, World};

/// The lines of a run; the same for both sides.
pub type Log = Vec<String>;

/// What a run did, and what is found in its trace.
#[derive(Clone, Debug)]
pub struct Run {
    /// What it did.
    pub log: Log,
    /// What is found.
    pub found: Vec<Finding>,
}

/// Runs a program to its end. A panic is a line of the log.
pub fn run(world: World, main: impl Future<Output = Result<String>> + 'static) -> Log {
    run_and_diagnose(world, main).log
}

/// The same, and tells what went wrong.
pub fn run_and_diagnose(world: World, main: impl Future<Output = Result<String>> + 'static) -> Run {
    let run = AssertUnwindSafe(|| {
        let trace = trace_of(world, main);
        let (log, length) = log_of(&trace);
        Run { log, found: findings_of(&trace, length) }
    });
    catch_unwind(run).unwrap_or_else(|_| Run { log: vec!["panicked".to_owned()], found: Vec::new() })
}

fn trace_of(world: World, main: impl Future<Output = Result<String>> + 'static) -> Trace {
    world::enter(world);
    let clock = Rc::new(VirtualTime::default());
    let (aio, task) = Aio::start(clock.clone(), main);
    world::keep("main", task);
    clock.play(&aio);
    if aio.ended().is_none() {
        aio.stop();
    }
    // What is given back when all is dropped is no part of the run.
    let trace = aio.into_trace();
    world::enter(World::default());
    trace
}

/// The log, and how many events have gone by when it ends.
fn log_of(trace: &Trace) -> (Log, usize) {
    let mut log = Log::new();
    let mut left = Left::default();
    for (place, event) in trace.events().enumerate() {
        let text = match &event.what {
            // What is printed in a call stands under a task as well, but asyncio does not know which.
            What::Printed(text) if text.starts_with("call ") => {
                log.push(format!("{} {text}", seconds(event.at)));
                continue;
            }
            What::Printed(text) => text.to_string(),
            What::Finished(Outcome::Returned(value)) => format!("[returned {}]", value.as_deref().unwrap_or("None")),
            What::Finished(Outcome::Raised(error)) => format!("[raised {error}]"),
            What::Finished(Outcome::Cancelled) => "[cancelled]".to_owned(),
            What::CancelRequested(Canceller::Shutdown) => {
                left.cancelled.insert(event.task);
                continue;
            }
            _ => continue,
        };
        log.push(format!("{} {} {text}", seconds(event.at), trace.name(event.task)));
        if left.are_over(&event) {
            log.push(format!("{} over", seconds(event.at)));
            return (log, place + 1);
        }
    }
    let (at, ending) = trace.ended().unwrap_or((trace.until(), Ending::Stopped));
    let ending = match ending {
        Ending::Finished => "over",
        Ending::Deadlock => "deadlock",
        Ending::Stopped => "stopped",
        Ending::Runaway(_) => "runs away",
    };
    log.push(format!("{} {ending}", seconds(at)));
    (log, trace.len())
}

/// The tasks that are left when the main task is over. With the last of them asyncio is over, sooner or later: how much is
/// done of what they have begun meanwhile is left open.
#[derive(Default)]
struct Left {
    cancelled: HashSet<TaskId>,
}

impl Left {
    fn are_over(&mut self, event: &Event) -> bool {
        matches!(event.what, What::Finished(_)) && self.cancelled.remove(&event.task) && self.cancelled.is_empty()
    }
}

fn seconds(time: Duration) -> String {
    format!("{}.{:09}", time.as_secs(), time.subsec_nanos())
}

/// Both logs, line beside line, with a mark where they differ.
#[must_use]
pub fn side_by_side(ours: &Log, theirs: &Log) -> String {
    let mut text = format!("    {:56} CPython\n", "ours");
    for row in 0..ours.len().max(theirs.len()) {
        let line = |log: &Log| log.get(row).cloned().unwrap_or_default();
        let (ours, theirs) = (line(ours), line(theirs));
        let mark = if ours == theirs { ' ' } else { '!' };
        let _ = writeln!(text, "  {mark} {ours:56} {theirs}");
    }
    text
}
