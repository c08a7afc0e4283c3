//! Why nothing goes on any more.
//!
//! The executor proves the deadlock; here it is told. If tasks wait for each other in a circle, by way of their ends or of
//! what they hold, that circle is the reason. Otherwise it is those who wait for something that no task is left to do.

use super::holding::Holding;
use super::tracks::Tracks;
use super::{Findings, Kind, Place};
use crate::aio::trace::{Ending, ResourceId, ResourceKind, TaskId, Trace, Wait};
use crate::timeline::words::seconds;

/// How many of those are named who wait in vain.
const TOLD: usize = 4;

pub(super) fn tell(tracks: &Tracks<'_>, holding: &Holding<'_>, found: &mut Findings) {
    let trace = tracks.trace;
    let Some((at, Ending::Deadlock)) = trace.ended() else { return };
    let reader = Reader { trace, tracks, holding };
    let waiting: Vec<TaskId> =
        (0..trace.task_count() as u32).map(TaskId).filter(|task| tracks.wait(*task).is_some()).collect();
    let mut reason = reader.cycle();
    if reason.is_empty() {
        reason = waiting.iter().copied().filter(|task| reader.blockers(task.index()).is_empty()).collect();
    }
    let parts: Vec<String> = reason.iter().take(TOLD).map(|task| reader.waits(*task)).collect();
    let mut text = format!("Deadlock at {}: {}", seconds(at), parts.join("; "));
    if reason.len() > TOLD {
        text = format!("{text}; and so on, {} tasks", reason.len());
    }
    let mut is_told = vec![false; trace.task_count()];
    for task in &reason {
        is_told[task.index()] = true;
    }
    let behind: Vec<TaskId> = waiting.into_iter().filter(|task| !is_told[task.index()]).collect();
    if !behind.is_empty() {
        text = format!("{text}. {} will wait for ever as well", tracks.labels(&behind));
    }
    let first = reason.first().and_then(|task| tracks.wait(*task)).map(|(_, place)| *place);
    let place = Place { at, ..first.unwrap_or(Place { task: None, at, site: None }) };
    found.add_apart(Kind::Deadlock, place, format_args!("{text}."));
}

struct Reader<'a> {
    trace: &'a Trace,
    tracks: &'a Tracks<'a>,
    holding: &'a Holding<'a>,
}

impl Reader<'_> {
    fn takers(&self, resource: ResourceId) -> impl Iterator<Item = TaskId> {
        self.holding.takers(resource).filter_map(|taker| taker.by_a_task())
    }

    /// Without whom or what it does not go on there: a node is a task or, after all tasks, a resource.
    fn blockers(&self, node: usize) -> Vec<usize> {
        let mut blockers = Vec::new();
        // Who is over will not do anything, so that leads nowhere.
        let mut add = |task: TaskId| {
            if self.tracks.end(task).is_none() {
                blockers.push(task.index());
            }
        };
        let tasks = self.trace.task_count();
        if node >= tasks {
            self.takers(ResourceId((node - tasks) as u32)).for_each(add);
            return blockers;
        }
        match self.tracks.wait(TaskId(node as u32)) {
            Some((Wait::Task(task), _)) => add(*task),
            Some((Wait::Tasks(tasks) | Wait::AnyOf(tasks), _)) => tasks.iter().copied().for_each(add),
            Some((Wait::Resource(resource), _)) if !self.blockers(tasks + resource.index()).is_empty() => {
                blockers.push(tasks + resource.index());
            }
            _ => {}
        }
        blockers
    }

    /// Tasks each of which waits for the next, and the last for the first; none if there is no such circle.
    fn cycle(&self) -> Vec<TaskId> {
        let tasks = self.trace.task_count();
        let mut seen = vec![false; tasks + self.trace.resources().len()];
        let mut on_path = seen.clone();
        for start in 0..tasks {
            let mut path = Vec::new();
            let mut next = Some(start);
            loop {
                match next {
                    Some(node) if on_path[node] => {
                        let circle = path.iter().map(|(node, _)| *node).skip_while(|other| *other != node);
                        return circle.filter(|node| *node < tasks).map(|node| TaskId(node as u32)).collect();
                    }
                    Some(node) if !seen[node] => {
                        (seen[node], on_path[node]) = (true, true);
                        path.push((node, self.blockers(node)));
                    }
                    _ => {}
                }
                let Some((node, blockers)) = path.last_mut() else { break };
                next = blockers.pop();
                if next.is_none() {
                    on_path[*node] = false;
                    path.pop();
                }
            }
        }
        Vec::new()
    }

    /// What a task waits for, at which line, and why it does not come.
    fn waits(&self, task: TaskId) -> String {
        let Some((wait, place)) = self.tracks.wait(task) else { return String::new() };
        let name = self.tracks.label(task);
        let what = match wait {
            Wait::Task(other) => self.tracks.label(*other).to_string(),
            Wait::Tasks(tasks) => format!("all of {}", self.tracks.labels(tasks)),
            Wait::AnyOf(tasks) => format!("the next of {}", self.tracks.labels(tasks)),
            _ => self.trace.describe_wait(wait),
        };
        let why = match wait {
            Wait::Resource(resource) => self.why(task, *resource),
            Wait::Room(_) => ", and no task is left that could take an item out".to_owned(),
            Wait::Joined(_) => ", and no task is left that could do it".to_owned(),
            _ => String::new(),
        };
        format!("{name} waits for {what}{place}{why}")
    }

    fn why(&self, task: TaskId, resource: ResourceId) -> String {
        let Some(first) = self.holding.takers(resource).next() else {
            let deed = match self.trace.resources()[resource.index()].kind {
                ResourceKind::Queue => "put one",
                ResourceKind::Event | ResourceKind::Promise => "set it",
                ResourceKind::Condition => "notify it",
                ResourceKind::Barrier => "come to it",
                _ => "give it free",
            };
            return format!(", and no task is left that could {deed}");
        };
        let names: Vec<TaskId> = self.takers(resource).collect();
        let [taker] = names.as_slice() else {
            return if names.is_empty() { String::new() } else { format!(", taken by {}", self.tracks.labels(&names)) };
        };
        // Not that it holds it: it may have given it to another.
        match *taker {
            taker if taker == task => format!(", which it took itself{first}"),
            taker => {
                let never = if self.tracks.end(taker).is_some() { " and which was never released" } else { "" };
                format!(", which {} took{first}{never}", self.tracks.label(taker))
            }
        }
    }
}
