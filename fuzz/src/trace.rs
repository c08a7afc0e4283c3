//! A trace from elsewhere, and everything that is computed from it.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use interleave::aio::trace::{Ending, Event, ResourceInfo, Site, SpanInfo, TaskId, TaskInfo, Trace, What};
use interleave::draw::{Frame, Ideal, Overlay, Panel, Spot, axis, lanes, loop_lane, overlay, picture, real_lanes, svg};
use interleave::export::{Export, Run, chrome, csv};
use interleave::scenarios::Selection;
use interleave::timeline::{
    Card, Diagnosis, Link, Statistics, Timeline, completions, critical_path, describe, diagnose, drift, explain,
    spells, wakes, would_faster_help,
};
use serde::Deserialize;

use crate::picture::{check_drawing, check_scene};

/// Shorter than any refusal has to be.
const REFUSAL_AT_MOST: usize = 400;

/// Reads the bytes as a trace and, if they are one, computes all that there is from it.
///
/// # Panics
///
/// When something is lost, cannot be, or is no picture.
pub fn check(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let trace = match Trace::from_json(text) {
        Ok(trace) => trace,
        Err(error) => {
            let why = error.to_string();
            assert!(!why.is_empty() && why.len() <= REFUSAL_AT_MOST, "{why}");
            return;
        }
    };
    check_kept(text, &trace);
    let timeline = Timeline::of(&trace);
    check_timeline(&trace, &timeline);
    check_numbers(&trace, &timeline);
    check_words(&trace, &timeline);
    check_pictures(&trace, &timeline);
    check_instrument(&trace, &timeline);
    check_exports(&trace, &timeline);
}

/// What a trace is as text. Read apart from the library, so that neither can forget what the other does.
#[derive(Deserialize)]
struct Document {
    tasks: Vec<TaskRow>,
    spans: Vec<SpanRow>,
    #[serde(default)]
    resources: Vec<ResourceInfo>,
    events: Vec<EventRow>,
    ended: Option<EndRow>,
}

#[derive(Deserialize)]
struct TaskRow {
    name: Option<Arc<str>>,
    parent: Option<TaskId>,
    file: Option<Arc<str>>,
    line: Option<u32>,
}

#[derive(Deserialize)]
struct SpanRow {
    name: Arc<str>,
    task: TaskId,
}

#[derive(Deserialize)]
struct EventRow {
    at_ns: u64,
    task: TaskId,
    what: What,
    file: Option<Arc<str>>,
    line: Option<u32>,
}

#[derive(Deserialize)]
struct EndRow {
    at_ns: u64,
    how: Ending,
}

fn site(file: Option<Arc<str>>, line: Option<u32>) -> Option<Site> {
    match (file, line) {
        (Some(file), Some(line)) => Some(Site { file, line }),
        (None, None) => None,
        half => panic!("half a line was accepted: {half:?}"),
    }
}

/// Nothing is lost on the way in, and nothing on the way out.
fn check_kept(text: &str, trace: &Trace) {
    let document: Document = serde_json::from_str(text).expect("it was accepted as a trace");
    assert_eq!(trace.task_count(), document.tasks.len());
    for (task, row) in trace.tasks().into_iter().zip(document.tasks) {
        // Its line may be left to its creation.
        let site = site(row.file, row.line).or_else(|| task.site.clone());
        assert_eq!(task, TaskInfo { name: row.name, parent: row.parent, site });
    }
    let spans = document.spans.into_iter().map(|row| SpanInfo { name: row.name, task: row.task });
    assert_eq!(trace.spans(), spans.collect::<Vec<_>>());
    assert_eq!(trace.resources(), document.resources);
    assert_eq!(trace.len(), document.events.len());
    for (event, row) in trace.events().zip(document.events) {
        let site = site(row.file, row.line);
        let at = Duration::from_nanos(row.at_ns);
        assert_eq!(event, Event { at, task: row.task, what: row.what, site: site.as_ref() });
    }
    assert_eq!(trace.ended(), document.ended.map(|end| (Duration::from_nanos(end.at_ns), end.how)));

    let json = trace.to_json();
    let again = Trace::from_json(&json).expect("our own JSON");
    assert_eq!(again.to_json(), json);
    assert_eq!(again.to_string(), trace.to_string());
}

fn check_timeline(trace: &Trace, timeline: &Timeline) {
    assert_eq!(timeline.until, trace.until());
    for row in &timeline.rows {
        assert!(row.task.index() < trace.task_count());
        assert!(row.from <= timeline.until);
        assert!(row.end.as_ref().is_none_or(|(at, _)| (row.from..=timeline.until).contains(at)), "{row:?}");
        for segment in &row.segments {
            assert!(row.from <= segment.from && segment.from <= segment.to, "{row:?}");
            assert!(segment.to <= timeline.until, "{row:?}");
        }
        assert!(row.segments.is_sorted_by(|one, next| one.to <= next.from), "{row:?}");
    }
    let ended = completions(trace);
    assert_eq!(ended, timeline.completions());
    assert!(ended.is_sorted_by_key(|completion| completion.at));
    let printed = trace.events().filter(|event| matches!(event.what, What::Printed(_))).count();
    assert!(timeline.printed.len() <= printed);
    for level in &timeline.levels {
        assert!(level.full_for(timeline.until) <= timeline.until, "{}", level.label());
        assert!(level.steps.is_sorted_by(|(one, _), (next, _)| one < next));
    }
}

fn check_numbers(trace: &Trace, timeline: &Timeline) {
    let path = critical_path(trace);
    let until = trace.until();
    let ends = path.iter().map(|link| link.to);
    let starts = path.iter().skip(1).map(|link| link.from).chain([until]);
    assert!(ends.eq(starts) || (path.is_empty() && until.is_zero()), "{path:?}");
    assert!(path.first().is_none_or(|first| first.from.is_zero()), "{path:?}");
    assert!(path.iter().all(|link| link.from < link.to), "{path:?}");

    let faster = would_faster_help(trace);
    assert_eq!(faster.len(), trace.task_count());
    let statistics = Statistics::of(trace);
    assert_eq!(statistics.makespan, until);
    assert_eq!(statistics.critical_path.iter().map(Link::duration).sum::<Duration>(), until);
    assert_eq!(statistics.explanation, explain(timeline, &path, &faster));
    assert!(statistics.mean_concurrency.is_finite());
    for share in [statistics.idle_share, statistics.loop_idle_share].into_iter().flatten() {
        assert!((-1e-9..=1.0).contains(&share), "{statistics:?}");
    }
    assert!(statistics.tasks.iter().all(|task| task.ready.longest <= task.ready.total));
    assert!(statistics.to_string().lines().count() >= 6);
    assert!(drift(trace).is_none_or(|late| late.p50 <= late.p95 && late.p95 <= until));
}

fn check_words(trace: &Trace, timeline: &Timeline) {
    for event in trace.events() {
        assert!(!trace.describe(&event.what).is_empty());
    }
    assert!(describe("It", timeline).len() > timeline.rows.len());
    let sites: HashSet<&Site> = trace.events().filter_map(|event| event.site).collect();
    for Diagnosis { text, task, at, site, .. } in diagnose(trace) {
        assert!(text.ends_with('.'), "{text}");
        assert!(task.is_none_or(|task| task.index() < trace.task_count()), "{text}");
        assert!(at.is_none_or(|at| at <= trace.until()), "{text}");
        assert!(site.is_none_or(|site| sites.contains(&site)), "{text}");
    }
}

fn check_pictures(trace: &Trace, timeline: &Timeline) {
    let none = Timeline::default();
    let (wakes, path) = (wakes(trace), critical_path(trace));
    let ruler = [Some(timeline.until / 3), Some(timeline.until)];
    let over = Overlay { wakes: &wakes, path: &path, spot: Some(Spot { row: 0, segment: 0 }), line: Some(1), ruler };
    let whole = [320.0, 900.0].map(|width_px| Frame::whole(width_px, timeline.until));
    let part = Frame { width_px: 640.0, from: timeline.until / 4, end: timeline.until / 2 };
    for frame in [whole[0], whole[1], part] {
        let scenes = [
            axis(frame),
            lanes(timeline, None, frame),
            lanes(timeline, Some(timeline), frame),
            lanes(&none, Some(timeline), frame),
            real_lanes(timeline, None, frame),
            overlay(timeline, None, frame, &over),
            loop_lane(&spells(trace, timeline.until), frame),
        ];
        for scene in &scenes {
            check_scene(scene);
        }
        check_drawing(&svg(&scenes[1], r#"role="img""#));
    }
    let panel = Panel { title: "one", note: String::new(), timeline, ideal: Ideal::Nothing, beats: None };
    check_drawing(&picture("all", &[panel], 880.0, ".x { color: red }"));
}

/// What is said about each stretch, and that the loop's time is whole.
fn check_instrument(trace: &Trace, timeline: &Timeline) {
    for row in &timeline.rows {
        for segment in row.segments.iter().take(50) {
            assert!(!Card::of(trace, timeline, row, segment).spoken().is_empty());
        }
    }
    let spells = spells(trace, timeline.until);
    assert!(spells.windows(2).all(|pair| pair[0].to == pair[1].from), "{spells:?}");
    assert!(spells.iter().all(|spell| spell.from <= spell.to), "{spells:?}");
    assert!(wakes(trace).is_sorted_by_key(|wake| wake.at));
}

/// Files for other programs: each segment has its line in the table, every arrow two ends, and times never go back.
fn check_exports(trace: &Trace, timeline: &Timeline) {
    let Selection { scenario, values, .. } = Selection::first();
    let run = Run { variant: &scenario.variants[0], clock: "virtual", trace, timeline };
    let export = Export { scenario, values: &values, runs: vec![run] };
    let segments: usize = timeline.rows.iter().map(|row| row.segments.len()).sum();
    // Names may have line breaks of their own.
    assert!(csv(&export).matches("\r\n").count() > segments);

    let whole: serde_json::Value = serde_json::from_str(&chrome(&export)).expect("JSON");
    let mut at = 0;
    let mut open = HashSet::new();
    for event in whole["traceEvents"].as_array().expect("a list of events") {
        let time = event["ts"].as_u64().unwrap_or(0);
        assert!(time >= at, "{event}");
        at = time;
        match event["ph"].as_str() {
            Some("s") => assert!(open.insert(event["id"].as_u64()), "{event}"),
            Some("f") => assert!(open.remove(&event["id"].as_u64()), "{event}"),
            _ => {}
        }
    }
    assert!(open.is_empty(), "arrows without an end: {open:?}");
}
