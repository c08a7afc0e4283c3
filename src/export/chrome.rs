//! Chrome's trace events, which Perfetto opens.
//!
//! A process for each variant and a thread for each row: an operation that is awaited in place does what its task does, at the
//! same time, and what overlaps may not stand in one thread.
//!
//! Of complete events at the same time, Perfetto takes those that last longer first, and would draw a step without length below
//! the wait that comes after it. So stretches are begun and ended. It gives an arrow to whatever was begun last in its thread:
//! so arrows come right after that, and marks last, which are begun like anything else.

use std::collections::BTreeMap;
use std::time::Duration;

use super::{Export, Run, clock, quoted, state_name};
use crate::aio::trace::{Site, TaskId, Wait, Waker, What};
use crate::numbers::plain;
use crate::timeline::{Count, ResourceKind, Segment, State};

/// The runs as one JSON object with `traceEvents`. Times are whole microseconds: viewers read fractions as floats, and what
/// is rounded by a nanosecond overlaps.
#[must_use]
pub fn chrome(export: &Export<'_>) -> String {
    let mut writer = Writer { last_thread: export.runs.len(), last_flow: 0, names: Vec::new(), found: Vec::new() };
    for (place, run) in export.runs.iter().enumerate() {
        writer.write(run, place + 1);
    }
    let Writer { names, mut found, .. } = writer;
    found.sort_by_key(|(place, _)| *place);
    let events: Vec<String> = names.into_iter().chain(found.into_iter().map(|(_, event)| event)).collect();
    let parameters = export.values.iter().map(|(param, value)| (param.id, plain(value)));
    let told = std::iter::once(("scenario", export.scenario.id.to_owned())).chain(parameters);
    let steps = export.runs.iter().filter(|run| !clock(run).is_exact());
    let steps = steps.map(|run| (run.variant.id, format!("by a clock that moves by {}", clock(run).words())));
    let told: Vec<String> =
        told.chain(steps).map(|(name, value)| format!("{}:{}", quoted(name), quoted(&value))).collect();
    format!(
        "{{\"displayTimeUnit\":\"ms\",\"otherData\":{{{}}},\"traceEvents\":[\n{}\n]}}\n",
        told.join(","),
        events.join(",\n")
    )
}

fn micros(time: Duration) -> u64 {
    // As the trace itself does it: `as_micros` goes through 128 bits, which is a function call in wasm.
    time.as_secs().saturating_mul(1_000_000).saturating_add(time.subsec_micros().into())
}

/// Where an event stands among the others: its time; what it is; and which of these it is.
type Place = (u64, Kind, usize);

/// What an event is, in the order of those at the same time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    End,
    /// A step without length.
    Step,
    FromStep,
    ToStep,
    /// A stretch that has one.
    Begin,
    FromStretch,
    ToStretch,
    Mark,
}

/// After all that happened at its time.
const LAST: usize = usize::MAX;

/// A task in the trace.
#[derive(Default)]
struct Track<'a> {
    is_created: bool,
    /// The events with which it began to run.
    runs: Vec<usize>,
    /// What it waited for, from when on, at which line.
    waits: Vec<(Duration, Wait, Option<&'a Site>)>,
    /// Its own row's thread.
    thread: Option<usize>,
    segments: &'a [Segment],
    /// Where among these it runs; there is one for each of `runs`.
    steps: Vec<usize>,
}

/// Somebody made somebody ready.
struct Wake {
    event: usize,
    at: Duration,
    by: TaskId,
    woken: TaskId,
}

struct Writer {
    /// Threads are counted through all processes, and after them: a thread of its process's number would be its main one.
    last_thread: usize,
    last_flow: usize,
    names: Vec<String>,
    found: Vec<(Place, String)>,
}

impl Writer {
    fn write(&mut self, run: &Run<'_>, process: usize) {
        let Run { variant, clock, trace, timeline } = run;
        let (mut tracks, wakes) = read(run);
        let first_thread = self.last_thread + 1;
        self.last_thread += timeline.rows.len().max(1);
        let title = format!("{} ({clock} clock)", variant.title);
        self.name("process", (process, first_thread), &title, process);
        for (place, row) in timeline.rows.iter().enumerate() {
            let thread = first_thread + place;
            self.name("thread", (process, thread), &row.label, place);
            // A task's own row stands before those of its operations.
            let Some(track) = tracks.get_mut(row.task.index()) else { continue };
            if track.thread.is_none() {
                track.thread = Some(thread);
                track.segments = &row.segments;
                let is_running = |place: &usize| row.segments[*place].state == State::Running;
                track.steps = (0..row.segments.len()).filter(is_running).collect();
            }
            let is_seen = |segment: &&Segment| segment.state == State::Running || has_length(segment);
            let mut seen = row.segments.iter().filter(is_seen).peekable();
            let mut steps = 0;
            while let Some(segment) = seen.next() {
                let is_step = !has_length(segment);
                steps = if is_step { steps + 1 } else { 0 };
                // Steps of the same instant are one: viewers would put each below the one before.
                let from = micros(segment.from);
                if is_step && seen.peek().is_some_and(|next| !has_length(next) && micros(next.from) == from) {
                    continue;
                }
                let args =
                    arguments(row.task, segment, |wait| trace.describe_wait(wait), track.line_of(segment), steps);
                steps = 0;
                let name = segment.wait.as_ref().map_or_else(
                    || state_name(segment.state).to_owned(),
                    |wait| name_of(wait, |wait| trace.describe_wait(wait)),
                );
                let ids = (process, thread);
                let event = |kind| event(kind, &name, state_name(segment.state), ids, from, &args);
                if is_step {
                    self.found.push(((from, Kind::Step, place), event("\"ph\":\"X\",\"dur\":0")));
                } else {
                    self.found.push(((from, Kind::Begin, place), event("\"ph\":\"B\"")));
                    let to = micros(segment.to);
                    let end = format!("{{\"ph\":\"E\",\"pid\":{process},\"tid\":{thread},\"ts\":{to}}}");
                    self.found.push(((to, Kind::End, place), end));
                }
            }
            if let Some((at, outcome)) = &row.end {
                let name = trace.describe(&What::Finished(outcome.clone()));
                self.found.push(((micros(*at), Kind::Mark, LAST), instant(&name, "result", (process, thread), *at)));
            }
        }
        for (place, happened) in trace.events().enumerate() {
            let thread = tracks.get(happened.task.index()).and_then(|track| track.thread);
            let (Some(thread), Some((kind, name))) = (thread, moment(&happened.what, |what| trace.describe(what)))
            else {
                continue;
            };
            let at = happened.at;
            self.found.push(((micros(at), Kind::Mark, place), instant(&name, kind, (process, thread), at)));
        }
        for wake in &wakes {
            self.flow(wake, &tracks, process);
        }
        let mut labels: BTreeMap<String, usize> = BTreeMap::new();
        for level in &timeline.levels {
            let label = level.label();
            let count = labels.entry(label.clone()).or_default();
            *count += 1;
            let name = if *count == 1 { label } else { format!("{label} ({count})") };
            let of = if level.kind == ResourceKind::Queue { "items" } else { "inside" };
            for (at, Count { inside, waiting }) in &level.steps {
                let args = format!("{{\"{of}\":{inside},\"waiting\":{waiting}}}");
                let event = event("\"ph\":\"C\"", &name, "shared", (process, first_thread), micros(*at), &args);
                self.found.push(((micros(*at), Kind::Mark, LAST), event));
            }
        }
    }

    /// Names a process or a thread, and says where it stands among the others.
    fn name(&mut self, what: &str, (process, thread): (usize, usize), name: &str, place: usize) {
        let ids = format!("\"pid\":{process},\"tid\":{thread}");
        let name = quoted(name);
        self.names.push(format!("{{\"ph\":\"M\",\"name\":\"{what}_name\",{ids},\"args\":{{\"name\":{name}}}}}"));
        self.names
            .push(format!("{{\"ph\":\"M\",\"name\":\"{what}_sort_index\",{ids},\"args\":{{\"sort_index\":{place}}}}}"));
    }

    /// An arrow from the step in which somebody was woken to what that one did then. It leaves where the step begins, even if
    /// that was before: Perfetto draws it from the step's end anyway, and later a mark would be on top.
    fn flow(&mut self, wake: &Wake, tracks: &[Track<'_>], process: usize) {
        let ends = || {
            let (by, woken) = (tracks.get(wake.by.index())?, tracks.get(wake.woken.index())?);
            Some([(by.thread?, by.step_before(wake)?), (woken.thread?, woken.segment_after(wake)?)])
        };
        let Some([(from_thread, from), (to_thread, to)]) = ends() else { return };
        self.last_flow += 1;
        let flow = self.last_flow;
        let (leaves, arrives) = (micros(from.from), micros(to.from));
        // A trace that no executor has written may say that somebody else ran within a step. Its arrow begins before it ends.
        let is_late = has_length(to) || (has_length(from) && leaves == arrives);
        let leaves_with = if has_length(from) { Kind::FromStretch } else { Kind::FromStep };
        let arrives_with = if is_late { Kind::ToStretch } else { Kind::ToStep };
        let ends = [
            ((leaves, leaves_with, flow), from_thread, format!("\"ph\":\"s\",\"id\":{flow}")),
            ((arrives, arrives_with, flow), to_thread, format!("\"ph\":\"f\",\"bp\":\"e\",\"id\":{flow}")),
        ];
        for (place, thread, phase) in ends {
            self.found.push((place, event(&phase, "wakes", "wake", (process, thread), place.0, "{}")));
        }
    }
}

impl<'a> Track<'a> {
    /// The step in which this task woke somebody.
    fn step_before(&self, wake: &Wake) -> Option<&'a Segment> {
        let place = self.runs.partition_point(|began| *began < wake.event).checked_sub(1)?;
        self.segments.get(*self.steps.get(place)?)
    }

    /// What this task did when somebody had woken it: it was ready for a while, or ran at once.
    fn segment_after(&self, wake: &Wake) -> Option<&'a Segment> {
        let next = self.steps.get(self.runs.partition_point(|began| *began <= wake.event));
        let before = next.map_or(self.segments.len(), |place| *place).checked_sub(1);
        let is_ready =
            |segment: &&Segment| segment.state == State::Ready && segment.from == wake.at && has_length(segment);
        let before = before.and_then(|place| self.segments.get(place)).filter(is_ready);
        before.or_else(|| self.segments.get(*next?))
    }

    /// The line at which a segment's wait stands.
    fn line_of(&self, segment: &Segment) -> Option<&'a Site> {
        let wait = segment.wait.as_ref()?;
        let until = self.waits.partition_point(|(at, ..)| *at <= segment.from);
        self.waits[..until].iter().rfind(|(_, other, _)| other == wait)?.2
    }
}

/// The tasks of a run, and who woke whom.
fn read<'a>(run: &Run<'a>) -> (Vec<Track<'a>>, Vec<Wake>) {
    let mut tracks: Vec<Track<'a>> = Vec::new();
    tracks.resize_with(run.trace.task_count(), Track::default);
    let mut wakes = Vec::new();
    for (place, event) in run.trace.events().enumerate() {
        let Some(track) = tracks.get_mut(event.task.index()) else { continue };
        track.is_created |= event.what == What::Created;
        // What a trace says of a task before its creation has no row.
        if !track.is_created {
            continue;
        }
        match event.what {
            What::Running => track.runs.push(place),
            What::Suspended(wait) => track.waits.push((event.at, wait, event.site)),
            What::Ready(Waker::Task(by)) => wakes.push(Wake { event: place, at: event.at, by, woken: event.task }),
            _ => {}
        }
    }
    (tracks, wakes)
}

/// Whether viewers see that it takes time.
fn has_length(segment: &Segment) -> bool {
    micros(segment.from) != micros(segment.to)
}

/// What happened to a task at a moment: of which kind it is, and what it is called.
fn moment(what: &What, describe: impl Fn(&What) -> String) -> Option<(&'static str, String)> {
    match what {
        What::Printed(text) => Some(("print", text.to_string())),
        What::CancelRequested(_) | What::CancelDelivered | What::Uncancelled => Some(("cancel", describe(what))),
        What::NeverAwaited(_) | What::AwaitedItself => Some(("problem", describe(what))),
        _ => None,
    }
}

/// What a wait is called: without its time, so that viewers count all of a kind together.
fn name_of(wait: &Wait, describe: impl Fn(&Wait) -> String) -> String {
    match wait {
        Wait::Sleep { .. } => "the clock".to_owned(),
        Wait::Thread { .. } => "a thread".to_owned(),
        _ => describe(wait),
    }
}

fn arguments(
    task: TaskId,
    segment: &Segment,
    describe: impl Fn(&Wait) -> String,
    line: Option<&Site>,
    steps: usize,
) -> String {
    // Waits speak of tasks without a name by their numbers.
    let mut args = vec![format!("\"task\":{}", task.0)];
    if let Some(wait) = &segment.wait {
        args.push(format!("\"waits for\":{}", quoted(&describe(wait))));
    }
    if let Some(site) = line {
        let file = site.file.rsplit(['/', '\\']).next().unwrap_or_default();
        args.push(format!("\"line\":{}", quoted(&format!("{file}:{}", site.line))));
    }
    if steps > 1 {
        args.push(format!("\"steps\":{steps}"));
    }
    format!("{{{}}}", args.join(","))
}

fn instant(name: &str, category: &str, ids: (usize, usize), at: Duration) -> String {
    event("\"ph\":\"i\",\"s\":\"t\"", name, category, ids, micros(at), "{}")
}

fn event(kind: &str, name: &str, category: &str, (process, thread): (usize, usize), at: u64, args: &str) -> String {
    let name = quoted(name);
    format!(
        "{{{kind},\"name\":{name},\"cat\":\"{category}\",\"pid\":{process},\"tid\":{thread},\"ts\":{at},\"args\":{args}}}"
    )
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::aio::{Queue, print, sleep, spawn};
    use crate::host::virtual_time;
    use crate::scenarios::Selection;
    use crate::timeline::Timeline;

    fn events(trace: &crate::aio::trace::Trace) -> Vec<Value> {
        let (selection, timeline) = (Selection::first(), Timeline::of(trace));
        let run = Run { variant: &selection.scenario.variants[0], clock: "virtual", trace, timeline: &timeline };
        let export = Export { scenario: selection.scenario, values: &selection.values, runs: vec![run] };
        let text = chrome(&export);
        let mut whole: Value = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"));
        serde_json::from_value(whole["traceEvents"].take()).expect("a list")
    }

    #[test]
    fn an_arrow_leads_from_the_step_that_put_an_item_to_the_one_that_takes_it() {
        let run = virtual_time::run(async {
            let queue = Queue::new().named("items");
            let taker = queue.clone();
            let taker = spawn(async move { taker.get().await }).named("taker");
            sleep(Duration::from_millis(1500)).await?;
            queue.put(7).await?;
            print("put \"7\"");
            taker.await.map(drop)
        });
        let events = events(&run.trace);
        let of = |phase: &str| events.iter().filter(|event| event["ph"] == phase).collect::<Vec<_>>();
        let place = |event: &Value| events.iter().position(|other| other == event);
        let to = of("f").into_iter().find(|event| event["tid"] == 3).expect("an arrow to the taker");
        let from = of("s").into_iter().find(|event| event["id"] == to["id"]).expect("its beginning");
        assert_eq!((&from["tid"], &from["ts"], &to["ts"]), (&2.into(), &1_500_000.into(), &1_500_000.into()));
        assert!(place(from) < place(to));
        let before = |event: &Value| {
            let mut begun = events[..place(event).expect("it is there")].iter();
            let begins = |other: &&Value| ["B", "X", "i"].iter().any(|kind| other["ph"] == *kind);
            begun.rfind(|other| begins(other) && other["tid"] == event["tid"]).cloned()
        };
        assert_eq!(before(from).expect("a step")["name"], "running");
        assert_eq!(before(to).expect("a step")["name"], "running");
        let waits: Vec<_> = of("B").into_iter().filter(|event| event["cat"] == "suspended").collect();
        assert_eq!(waits[0]["name"], "the clock");
        assert_eq!(waits[0]["args"]["waits for"], "the clock, until 1.500");
        assert!(waits[0]["args"]["line"].as_str().is_some_and(|line| line.starts_with("chrome.rs:")), "{:?}", waits[0]);
        assert!(of("i").iter().any(|event| event["name"] == "put \"7\"" && event["tid"] == 2));
        let levels: Vec<_> =
            of("C").iter().map(|event| (event["name"].clone(), event["args"]["items"].clone())).collect();
        assert!(levels.contains(&("items".into(), 0.into())), "{levels:?}");
    }
}
