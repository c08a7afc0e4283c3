//! The trace as JSON, for tools: all times are whole nanoseconds, all ids are places in the lists.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{
    Canceller, Ending, ResourceId, ResourceInfo, Site, SpanId, SpanInfo, TaskId, TaskInfo, Trace, Wait, Waker, What,
    push,
};

const VERSION: u32 = 1;

/// In all lists together. Much of what is computed compares everything with everything.
const ENTRIES_AT_MOST: usize = 100_000;

/// A program has a few dozen.
const LINES_AT_MOST: usize = 10_000;

/// What a task does while many operations go on inside it stands in the row of each: a small file may be a huge picture.
const STEPS_AT_MOST: usize = 1_000_000;

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
    tasks: Vec<TaskRow>,
    spans: Vec<SpanRow>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    resources: Vec<ResourceInfo>,
    events: Vec<EventRow>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    ended: Option<EndRow>,
}

#[derive(Serialize, Deserialize)]
struct TaskRow {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    name: Option<Arc<str>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    parent: Option<TaskId>,
    #[serde(flatten)]
    line: Line,
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
    #[serde(flatten)]
    line: Line,
}

/// A line of source code, or neither of its halves.
#[derive(Serialize, Deserialize)]
struct Line {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    file: Option<Arc<str>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    line: Option<u32>,
}

impl Line {
    fn of(site: Option<Site>) -> Self {
        site.map_or(Self { file: None, line: None }, |site| Self { file: Some(site.file), line: Some(site.line) })
    }

    fn site(self) -> Result<Option<Site>, &'static str> {
        match (self.file, self.line) {
            (Some(file), Some(line)) => Ok(Some(Site { file, line })),
            (None, None) => Ok(None),
            _ => Err("has half a line: a file and a number belong together"),
        }
    }
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
    /// A task's line is not the one that created it, or only half of one.
    Line {
        /// Which task.
        task: TaskId,
        /// What is wrong with its line.
        why: &'static str,
    },
    /// The run ended before its last event.
    End,
    /// There is more of something than a trace may have, since everything that is drawn and found would take too long.
    TooMuch(&'static str),
}

impl fmt::Display for ParseError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Json(error) => write!(out, "not a trace: {}", short(&error.to_string())),
            Self::Version(version) => write!(out, "a trace of version {version}; this program reads version {VERSION}"),
            Self::Event { index, why } => write!(out, "event {index} {why}"),
            Self::Owner(task) => write!(out, "there is no task {}", task.0),
            Self::Parent(task) => write!(out, "the parent of task {} was not running when it was created", task.0),
            Self::Line { task, why } => write!(out, "task {} {why}", task.0),
            Self::TooMuch(what) => write!(out, "there are too many {what} to look at"),
            Self::End => write!(out, "the run ended before its last event"),
        }
    }
}

impl std::error::Error for ParseError {}

/// What is wrong and where; what somebody else wrote is repeated in it, however long that is.
fn short(text: &str) -> String {
    const LETTERS_AT_MOST: usize = 200;
    const END: usize = 60;
    let letters: Vec<char> = text.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect();
    if letters.len() <= LETTERS_AT_MOST {
        return letters.into_iter().collect();
    }
    // The place stands at the end.
    let (begin, end) = (&letters[..LETTERS_AT_MOST - END], &letters[letters.len() - END..]);
    begin.iter().chain(&['…']).chain(end).collect()
}

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
            tasks: self
                .tasks()
                .into_iter()
                .map(|TaskInfo { name, parent, site }| TaskRow { name, parent, line: Line::of(site) })
                .collect(),
            spans: self.spans.iter().map(|span| SpanRow { name: span.name.clone(), task: span.task }).collect(),
            resources: self.resources.clone(),
            events: self
                .events()
                .map(|event| EventRow {
                    at: event.at,
                    task: event.task,
                    what: event.what,
                    line: Line::of(event.site.cloned()),
                })
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
        let lists = [count, document.spans.len(), document.resources.len(), document.events.len()];
        if lists.iter().sum::<usize>() > ENTRIES_AT_MOST {
            return Err(ParseError::TooMuch("tasks, operations and events"));
        }
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
        let mut is_created = vec![false; count];
        let mut sites = HashMap::new();
        let mut steps = Steps { open: vec![0; count], began_in: vec![None; trace.spans.len()], drawn: 0 };
        for (index, row) in document.events.into_iter().enumerate() {
            let wrong = |why| ParseError::Event { index, why };
            if !known(row.task) || !mentioned_tasks(&row.what).iter().all(|task| known(*task)) {
                return Err(wrong("speaks of a task that is not in the list"));
            }
            if mentioned_span(&row.what).is_some_and(|span| span.index() >= trace.spans.len()) {
                return Err(wrong("speaks of a span that is not in the list"));
            }
            if mentioned_resource(&row.what).is_some_and(|resource| resource.index() >= trace.resources.len()) {
                return Err(wrong("speaks of a resource that is not in the list"));
            }
            if row.at < last {
                return Err(wrong("goes back in time"));
            }
            if row.what == What::Created && std::mem::replace(&mut is_created[row.task.index()], true) {
                return Err(wrong("creates a task for the second time"));
            }
            last = row.at;
            let site = row.line.site().map_err(wrong)?;
            let site = site.map(|site| *sites.entry(site).or_insert_with_key(|site| trace.add_site(site.clone())));
            steps.read(row.task, &row.what);
            if sites.len() > LINES_AT_MOST {
                return Err(ParseError::TooMuch("lines"));
            }
            if steps.drawn > STEPS_AT_MOST {
                return Err(ParseError::TooMuch("operations side by side in one task"));
            }
            trace.set_now(row.at);
            trace.push_event(row.task, row.what, site);
        }
        for (task, (row, told)) in document.tasks.into_iter().zip(trace.tasks()).enumerate() {
            let task = TaskId(task as u32);
            let wrong = |why| ParseError::Line { task, why };
            if row.parent != told.parent {
                return Err(ParseError::Parent(task));
            }
            let site = row.line.site().map_err(wrong)?;
            if site.is_some() && site != told.site {
                return Err(wrong("has another line than its creation"));
            }
        }
        if let Some(EndRow { how: Ending::Runaway(task), .. }) = document.ended
            && !known(task)
        {
            return Err(ParseError::Owner(task));
        }
        if document.ended.as_ref().is_some_and(|end| end.at < last) {
            return Err(ParseError::End);
        }
        trace.ended = document.ended.map(|end| (end.at, end.how));
        Ok(trace)
    }

    fn add_site(&mut self, site: Site) -> u32 {
        self.locations.push(None);
        push(&mut self.sites, site)
    }
}

/// How often what a task does is drawn: once in its own row, and in that of each operation that goes on inside it.
struct Steps {
    /// For each task, how many operations go on inside it.
    open: Vec<usize>,
    /// For each operation that goes on, inside which task.
    began_in: Vec<Option<TaskId>>,
    drawn: usize,
}

impl Steps {
    fn read(&mut self, task: TaskId, what: &What) {
        match what {
            What::SpanBegan(span) => {
                self.open[task.index()] += 1;
                self.began_in[span.index()] = Some(task);
            }
            What::SpanEnded(span, _) => {
                if let Some(task) = self.began_in[span.index()].take() {
                    self.open[task.index()] -= 1;
                }
            }
            What::Running | What::Suspended(_) | What::Ready(_) | What::Finished(_) => {
                self.drawn += 1 + self.open[task.index()];
            }
            _ => {}
        }
    }
}

fn mentioned_tasks(what: &What) -> &[TaskId] {
    match what {
        What::Suspended(Wait::Task(task))
        | What::Ready(Waker::Task(task))
        | What::CancelRequested(Canceller::Task(task)) => std::slice::from_ref(task),
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
        assert!(error(&event(r#"{"at_ns":0,"task":0,"what":{"cancel_requested":{"task":1}}}"#)).contains("event 0"));
        let created = r#"{"at_ns":0,"task":0,"what":"created"}"#;
        assert!(error(&event(&format!("{created},{created}"))).contains("second time"));
        let orphan = sample().to_json().replacen(r#""parent":0"#, r#""parent":1"#, 1);
        assert!(error(&orphan).contains("parent of task 1"), "{}", error(&orphan));
    }

    fn run_of(task: &str, events: &str, ended: &str) -> Result<Trace, String> {
        let text = format!(r#"{{"version":1,"tasks":[{task}],"spans":[],"events":[{events}]{ended}}}"#);
        Trace::from_json(&text).map_err(|error| error.to_string())
    }

    #[test]
    fn what_would_be_lost_is_refused() {
        let created = r#"{"at_ns":7,"task":0,"what":"created","file":"a.rs","line":3}"#;
        let refused =
            |task: &str, events: &str, ended: &str| run_of(task, events, ended).expect_err("something would be lost");
        for half in [r#""file":"a.rs""#, r#""line":3"#] {
            let event = format!(r#"{{"at_ns":0,"task":0,"what":"created",{half}}}"#);
            assert!(refused("{}", &event, "").contains("half a line"));
            assert!(refused(&format!("{{{half}}}"), created, "").contains("half a line"));
        }
        let strange = r#"{"at_ns":0,"task":0,"what":"created","file":"a.rs","line":5000000000}"#;
        assert!(refused("{}", strange, "").contains("not a trace"));
        assert!(refused(r#"{"file":"a.rs","line":4}"#, created, "").contains("another line"));
        let early = r#","ended":{"at_ns":6,"how":"finished"}"#;
        assert!(refused("{}", created, early).contains("before its last event"));
    }

    #[test]
    fn a_line_is_kept_wherever_it_stands_and_a_time_however_late() {
        let line = r#""file":"a.rs","line":3"#;
        let last = u64::MAX;
        let events = [
            format!(r#"{{"at_ns":0,"task":0,"what":"created",{line}}}"#),
            format!(r#"{{"at_ns":{last},"task":0,"what":"running",{line}}}"#),
            format!(r#"{{"at_ns":{last},"task":0,"what":{{"suspended":{{"sleep":{{"until_ns":{last}}}}}}}}}"#),
        ];
        let trace = run_of("{}", &events.join(","), "").expect("a trace");
        assert_eq!(trace.until(), Duration::from_nanos(last));
        let sites: Vec<bool> = trace.events().map(|event| event.site.is_some()).collect();
        assert_eq!(sites, [true, true, false]);
        let json = trace.to_json();
        assert_eq!(Trace::from_json(&json).expect("our own JSON").to_json(), json);
        assert!(json.contains(&events[1]), "{json}");
    }

    #[test]
    fn a_refusal_is_short_whatever_is_refused() {
        let event = format!(r#"{{"at_ns":0,"task":0,"what":"{}\n"}}"#, "ö".repeat(5000));
        let why = run_of("{}", &event, "").expect_err("nothing is called so");
        assert!(why.chars().count() < 250 && !why.contains(char::is_control), "{why}");
        assert!(why.contains("unknown variant") && why.contains("line 1 column"), "{why}");
    }

    #[test]
    fn a_small_file_is_no_huge_picture() {
        let spans = 2000;
        let mut events = vec![r#"{"at_ns":0,"task":0,"what":"created"}"#.to_owned()];
        events.extend((0..spans).map(|span| format!(r#"{{"at_ns":0,"task":0,"what":{{"span_began":{span}}}}}"#)));
        events.resize(events.len() + spans, r#"{"at_ns":1,"task":0,"what":{"suspended":"yield"}}"#.to_owned());
        let names = vec![r#"{"name":"a","task":0}"#; spans].join(",");
        let of = |events: &[String]| {
            let text = format!(r#"{{"version":1,"tasks":[{{}}],"spans":[{names}],"events":[{}]}}"#, events.join(","));
            Trace::from_json(&text).map_err(|error| error.to_string())
        };
        assert!(of(&events[..spans + 100]).is_ok());
        assert!(of(&events).expect_err("four million segments").contains("too many operations side by side"));

        let many = vec![events[0].clone(); ENTRIES_AT_MOST];
        assert!(of(&many).expect_err("too long").contains("too many tasks"));
    }
}
