//! The trace as JSON, for tools: all times are whole nanoseconds, all ids are places in the lists.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{
    Ending, ResourceId, ResourceInfo, Site, SpanId, SpanInfo, TaskId, TaskInfo, Trace, Wait, Waker, What, push,
};

const VERSION: u32 = 1;

pub(super) mod as_nanos {
    use std::time::Duration;

    use serde::{Deserialize, Deserializer, Serializer};

    pub(in super::super) fn serialize<S: Serializer>(time: &Duration, out: S) -> Result<S::Ok, S::Error> {
        out.serialize_u64(super::super::nanos(*time))
    }

    pub(in super::super) fn deserialize<'de, D: Deserializer<'de>>(input: D) -> Result<Duration, D::Error> {
        u64::deserialize(input).map(Duration::from_nanos)
    }
}

#[derive(Serialize, Deserialize)]
struct Document {
    version: u32,
    tasks: Vec<TaskInfo>,
    spans: Vec<SpanRow>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    resources: Vec<ResourceInfo>,
    events: Vec<EventRow>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    ended: Option<EndRow>,
}

#[derive(Serialize, Deserialize)]
struct SpanRow {
    name: Arc<str>,
    task: TaskId,
}

#[derive(Serialize, Deserialize)]
struct EventRow {
    #[serde(rename = "at_ns", with = "as_nanos")]
    at: Duration,
    task: TaskId,
    what: What,
    #[serde(default, flatten, skip_serializing_if = "Option::is_none")]
    site: Option<Site>,
}

#[derive(Serialize, Deserialize)]
struct EndRow {
    #[serde(rename = "at_ns", with = "as_nanos")]
    at: Duration,
    how: Ending,
}

/// Why a text is not a trace.
#[derive(Debug)]
#[non_exhaustive]
pub enum ParseError {
    /// It is not JSON, or not of this shape.
    Json(serde_json::Error),
    /// It was written by another version.
    Version(u32),
    /// An event speaks of a task, a span or a resource that is not in the lists, or goes back in time.
    Event {
        /// Which event, counted from 0.
        index: usize,
        /// What is wrong with it.
        why: &'static str,
    },
    /// A span or a task belongs to a task that is not in the list.
    Owner(TaskId),
    /// A task's parent is not the task that was running when it was created.
    Parent(TaskId),
}

impl fmt::Display for ParseError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Json(error) => write!(out, "not a trace: {error}"),
            Self::Version(version) => write!(out, "a trace of version {version}; this program reads version {VERSION}"),
            Self::Event { index, why } => write!(out, "event {index} {why}"),
            Self::Owner(task) => write!(out, "there is no task {}", task.0),
            Self::Parent(task) => write!(out, "the parent of task {} was not running when it was created", task.0),
        }
    }
}

impl std::error::Error for ParseError {}

impl Trace {
    /// The trace as one JSON object with `version`, `tasks`, `spans`, `events` and, once the run is over, `ended`.
    ///
    /// # Panics
    ///
    /// Never: everything in a trace has a JSON form.
    #[must_use]
    pub fn to_json(&self) -> String {
        let document = Document {
            version: VERSION,
            tasks: self.tasks(),
            spans: self.spans.iter().map(|span| SpanRow { name: span.name.clone(), task: span.task }).collect(),
            resources: self.resources.clone(),
            events: self
                .events()
                .map(|event| EventRow { at: event.at, task: event.task, what: event.what, site: event.site.cloned() })
                .collect(),
            ended: self.ended.map(|(at, how)| EndRow { at, how }),
        };
        serde_json::to_string(&document).expect("a trace holds nothing that JSON cannot")
    }

    /// Reads what [`to_json`](Self::to_json) wrote.
    ///
    /// # Errors
    ///
    /// When the text is not a trace of this version, or speaks of tasks, spans or times that cannot be.
    pub fn from_json(text: &str) -> Result<Self, ParseError> {
        let document: Document = serde_json::from_str(text).map_err(ParseError::Json)?;
        if document.version != VERSION {
            return Err(ParseError::Version(document.version));
        }
        let count = document.tasks.len();
        let known = |task: TaskId| task.index() < count;
        let mut trace = Self::default();
        for row in &document.tasks {
            if let Some(parent) = row.parent.filter(|parent| !known(*parent)) {
                return Err(ParseError::Owner(parent));
            }
            let task = trace.add_task();
            if let Some(name) = &row.name {
                trace.name_task(task, name.clone());
            }
        }
        for row in document.spans {
            if !known(row.task) {
                return Err(ParseError::Owner(row.task));
            }
            trace.spans.push(SpanInfo { name: row.name, task: row.task });
        }
        trace.resources = document.resources;
        let mut last = Duration::ZERO;
        for (index, row) in document.events.into_iter().enumerate() {
            let wrong = |why| Err(ParseError::Event { index, why });
            if !known(row.task) || !mentioned_tasks(&row.what).iter().all(|task| known(*task)) {
                return wrong("speaks of a task that is not in the list");
            }
            if mentioned_span(&row.what).is_some_and(|span| span.index() >= trace.spans.len()) {
                return wrong("speaks of a span that is not in the list");
            }
            if mentioned_resource(&row.what).is_some_and(|resource| resource.index() >= trace.resources.len()) {
                return wrong("speaks of a resource that is not in the list");
            }
            if row.at < last {
                return wrong("goes back in time");
            }
            last = row.at;
            let site = trace.place_of(row.site);
            trace.set_now(row.at);
            trace.push_event(row.task, row.what, site);
        }
        let parents = trace.tasks().into_iter().map(|task| task.parent);
        if let Some(task) = document.tasks.iter().zip(parents).position(|(row, parent)| row.parent != parent) {
            return Err(ParseError::Parent(TaskId(task as u32)));
        }
        if let Some(EndRow { how: Ending::Runaway(task), .. }) = document.ended
            && !known(task)
        {
            return Err(ParseError::Owner(task));
        }
        trace.ended = document.ended.map(|end| (end.at.max(last), end.how));
        Ok(trace)
    }

    fn place_of(&mut self, site: Option<Site>) -> Option<u32> {
        let site = site?;
        if let Some(place) = self.sites.iter().position(|known| *known == site) {
            return Some(place as u32);
        }
        self.locations.push(None);
        Some(push(&mut self.sites, site))
    }
}

fn mentioned_tasks(what: &What) -> &[TaskId] {
    match what {
        What::Suspended(Wait::Task(task)) | What::Ready(Waker::Task(task)) => std::slice::from_ref(task),
        What::Suspended(Wait::Tasks(tasks) | Wait::AnyOf(tasks)) => tasks,
        _ => &[],
    }
}

fn mentioned_span(what: &What) -> Option<SpanId> {
    match what {
        What::SpanBegan(span) | What::SpanEnded(span, _) => Some(*span),
        _ => None,
    }
}

fn mentioned_resource(what: &What) -> Option<ResourceId> {
    match what {
        What::Used(_, resource)
        | What::Suspended(Wait::Resource(resource) | Wait::Room(resource) | Wait::Joined(resource)) => Some(*resource),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aio::{self, gather, print, sleep, span};
    use crate::host::virtual_time;

    fn sample() -> Trace {
        virtual_time::run(async {
            let job = |name: &'static str, millis| {
                span(name, async move {
                    sleep(Duration::from_millis(millis)).await?;
                    print("done");
                    Ok(name)
                })
            };
            gather([job("a", 20), job("b", 10)]).await?;
            aio::timeout(Duration::from_millis(5), job("c", 50)).await.map(drop)
        })
        .trace
    }

    #[test]
    fn what_is_written_is_read_again_the_same() {
        let trace = sample();
        let again = Trace::from_json(&trace.to_json()).expect("our own JSON");
        assert_eq!(again.to_string(), trace.to_string());
        assert_eq!(again.to_json(), trace.to_json());
        assert_eq!(again.ended(), trace.ended());
    }

    #[test]
    fn a_text_that_is_no_trace_is_refused_with_a_reason() {
        let error = |text: &str| Trace::from_json(text).expect_err("not a trace").to_string();
        assert!(error("{").starts_with("not a trace"));
        assert!(error(r#"{"version":9,"tasks":[],"spans":[],"events":[]}"#).contains("version 9"));
        let event = |what: &str| format!(r#"{{"version":1,"tasks":[{{}}],"spans":[],"events":[{what}]}}"#);
        assert!(error(&event(r#"{"at_ns":0,"task":1,"what":"created"}"#)).contains("event 0"));
        assert!(error(&event(r#"{"at_ns":0,"task":0,"what":{"span_began":0}}"#)).contains("span"));
        let backwards = r#"{"at_ns":5,"task":0,"what":"created"},{"at_ns":4,"task":0,"what":"running"}"#;
        assert!(error(&event(backwards)).contains("back in time"));
        let orphan = sample().to_json().replacen(r#""parent":0"#, r#""parent":1"#, 1);
        assert!(error(&orphan).contains("parent of task 1"), "{}", error(&orphan));
    }
}
