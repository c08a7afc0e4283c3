//! What is exported can be read back, by readers that are not ours where there are some.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use interleave::aio::trace::{SpanId, TaskId, Trace};
use interleave::aio::{print, sleep, spawn};
use interleave::draw::{Ideal, Panel};
use interleave::export::{Export, Run, Theme, chrome, csv, json, svg, text};
use interleave::host::virtual_time;
use interleave::scenarios::{ALL, Scenario, Selection, Values, Variant};
use interleave::timeline::{Resolution, State, Timeline, seconds};
use serde_json::Value;

const SECOND: Duration = Duration::from_secs(1);

/// The runs of all variants, and what is exported of them.
fn check(scenario: &'static Scenario, values: &Values) {
    let traces = scenario.ideal(values);
    check_traces(scenario, values, &traces);
}

fn check_traces(scenario: &'static Scenario, values: &Values, traces: &[Trace]) {
    let timelines: Vec<Timeline> = traces.iter().map(Timeline::of).collect();
    let run =
        |((variant, trace), timeline): ((&'static Variant, _), _)| Run { variant, clock: "virtual", trace, timeline };
    let runs = scenario.variants.iter().zip(traces).zip(&timelines).map(run).collect();
    let export = Export { scenario, values, runs };
    check_csv(&export);
    check_json(&export);
    check_chrome(&export);
    check_text(&export);
    check_svg(&export);
}

/// Every scenario, at its defaults and at both ends of its ranges.
#[test]
fn every_export_of_every_scenario_can_be_read_back() {
    for scenario in ALL {
        check(scenario, &scenario.defaults());
        let mut values = scenario.defaults();
        for param in scenario.params {
            // A thousand jobs say no more than eight.
            values.set(param.id, param.max.min(8.0));
        }
        check(scenario, &values);
        for param in scenario.params {
            values.set(param.id, param.min);
        }
        check(scenario, &values);
    }
}

/// Names, errors and prints are somebody else's: none of them may be more than a text.
#[test]
fn what_a_program_says_is_nothing_but_text() {
    let nasty =
        ["=1+1", "a,\"b\"\r\nc", "</svg><script>", "\u{0}\u{1b}[31m", "{\"ph\":\"X\"}", "-2", "'", "ö ☃ \u{2028}"];
    let trace = virtual_time::run(async move {
        for name in nasty {
            print(name);
            spawn(async move {
                sleep(SECOND).await?;
                Ok(name)
            })
            .named(name)
            .await?;
        }
        Ok(())
    })
    .trace;
    let (selection, _) = Selection::parse("scenario=hello");
    check_traces(selection.scenario, &selection.values, &[trace]);
}

/// What a coarse clock has measured says so, and has no digits that it does not vouch for.
#[test]
fn a_measured_run_says_how_exact_it_is() {
    let trace = virtual_time::run(sleep(Duration::from_micros(1_234_567))).trace;
    let (selection, _) = Selection::parse("scenario=hello");
    let timeline = Timeline::of(&trace).by(Resolution::of_step(Duration::from_millis(2)));
    let run = Run { variant: &selection.scenario.variants[0], clock: "real", trace: &trace, timeline: &timeline };
    let export = Export { scenario: selection.scenario, values: &selection.values, runs: vec![run] };
    let table = csv(&export);
    assert!(table.contains(",suspended,0.000,1.235,1.235,"), "{table}");
    let read: Value = serde_json::from_str(&json(&export)).expect("JSON");
    assert_eq!(read["variants"][0]["resolution"], 0.002);
    assert!(text(&export).starts_with("# by a clock that moves by 2 ms\n"), "{}", text(&export));
    let events: Value = serde_json::from_str(&chrome(&export)).expect("JSON");
    assert_eq!(events["otherData"][run.variant.id], "by a clock that moves by 2 ms");
}

/// Clocks of machines see steps that last less than a microsecond, and some more.
#[test]
fn what_is_shorter_than_a_microsecond_can_be_exported() {
    for scenario in ALL {
        for nanos in [130, 700, 1_900] {
            let values = scenario.defaults();
            let later = |trace: &Trace| {
                let mut whole: Value = serde_json::from_str(&trace.to_json()).expect("JSON");
                let (mut late, mut last) = (0, 0);
                for event in whole["events"].as_array_mut().expect("events") {
                    late += nanos;
                    last = event["at_ns"].as_u64().expect("a time") + late;
                    event["at_ns"] = last.into();
                }
                if let Some(ended) = whole.get_mut("ended") {
                    ended["at_ns"] = last.into();
                }
                Trace::from_json(&whole.to_string()).unwrap_or_else(|error| panic!("{}: {error}", scenario.id))
            };
            let traces: Vec<Trace> = scenario.ideal(&values).iter().map(later).collect();
            check_traces(scenario, &values, &traces);
        }
    }
}

/// A run may be looked at before it is over, or end in a deadlock.
#[test]
fn a_run_up_to_a_moment_can_be_exported() {
    let (selection, _) = Selection::parse("scenario=semaphore");
    let traces = selection.scenario.ideal(&selection.values);
    for tenths in [0, 7, 10, 25] {
        let cut: Vec<Trace> = traces.iter().map(|trace| trace.up_to(SECOND * tenths / 10)).collect();
        check_traces(selection.scenario, &selection.values, &cut);
    }
    let stuck = virtual_time::run(std::future::pending::<interleave::aio::Result<()>>()).trace;
    check_traces(selection.scenario, &selection.values, &[stuck, Trace::default()]);
}

fn exactly(text: &str) -> Duration {
    let (whole, part) = text.split_once('.').expect("a decimal point");
    let nanos = format!("{part:0<9}").parse().expect("digits");
    Duration::new(whole.parse().expect("digits"), nanos)
}

/// Without the apostrophe that keeps a text from being a formula.
fn unguarded(cell: &str) -> &str {
    assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']), "a formula: {cell:?}");
    cell.strip_prefix('\'').unwrap_or(cell)
}

fn check_csv(export: &Export<'_>) {
    let text = csv(export);
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let names: Vec<String> = reader.headers().expect("a head").iter().map(str::to_owned).collect();
    assert_eq!(
        names,
        ["variant", "label", "task", "depth", "state", "from_s", "to_s", "duration_s", "waits_for", "outcome"]
    );
    let mut records = reader.records();
    for run in &export.runs {
        for row in &run.timeline.rows {
            for segment in &row.segments {
                let record = records.next().expect("a line for each segment").expect("as many cells as names");
                assert_eq!([unguarded(&record[0]), unguarded(&record[1])], [run.variant.id, &*row.label]);
                assert_eq!([&record[2], &record[3]], [row.task.0.to_string(), row.depth.to_string()]);
                let state = match segment.state {
                    State::Running => "running",
                    State::Suspended => "suspended",
                    State::Ready => "ready",
                };
                assert_eq!(&record[4], state);
                let (from, to) = (exactly(&record[5]), exactly(&record[6]));
                assert_eq!((from, to, exactly(&record[7])), (segment.from, segment.to, to.saturating_sub(from)));
                let wait = segment.wait.as_ref().map(|wait| run.trace.describe_wait(wait)).unwrap_or_default();
                assert_eq!(unguarded(&record[8]), wait);
                assert_eq!(record[9].is_empty(), row.end.is_none());
            }
        }
    }
    assert!(records.next().is_none(), "more lines than segments");
    assert!(text.ends_with("\r\n"));
}

fn check_json(export: &Export<'_>) {
    let whole: Value = serde_json::from_str(&json(export)).expect("JSON");
    assert_eq!((&whole["version"], &whole["scenario"]), (&1.into(), &export.scenario.id.into()));
    let parameters = whole["parameters"].as_object().expect("parameters");
    assert_eq!(parameters.len(), export.scenario.params.len());
    for (param, value) in export.values.iter() {
        assert_eq!(parameters[param.id].as_f64(), Some(value), "{}", param.id);
    }
    let variants = whole["variants"].as_array().expect("variants");
    assert_eq!(variants.len(), export.runs.len());
    for (run, variant) in export.runs.iter().zip(variants) {
        assert_eq!((&variant["id"], &variant["clock"]), (&run.variant.id.into(), &"virtual".into()));
        let trace = Trace::from_json(&variant["trace"].to_string()).expect("a trace");
        assert_eq!(trace.to_string(), run.trace.to_string());
    }
}

fn check_text(export: &Export<'_>) {
    let text = text(export);
    for run in &export.runs {
        assert!(text.contains(&run.trace.to_string()));
        assert_eq!(text.contains(&format!("--- {}\n", run.variant.id)), export.runs.len() > 1);
    }
}

fn check_svg(export: &Export<'_>) {
    for (outlined, theme) in [(false, Theme::Light), (true, Theme::Dark)] {
        let panels = export.runs.iter().map(|run| Panel {
            title: run.variant.title,
            note: String::new(),
            timeline: run.timeline,
            ideal: if outlined { Ideal::Outline(run.timeline) } else { Ideal::Nothing },
            beats: None,
        });
        let panels: Vec<_> = panels.collect();
        let drawing = svg(export.scenario.title, &panels, theme);
        for nowhere in ["<style", " style=", "var(", "oklch", "light-dark", "<script", "http", "NaN"] {
            let found = drawing.replacen("http://www.w3.org/2000/svg", "", 1).contains(nowhere);
            assert!(!found, "{}: {nowhere}", export.scenario.id);
        }
        let paper = if theme == Theme::Light { "fill=\"#fdfcfa\"" } else { "fill=\"#1" };
        assert!(drawing.contains(paper), "{}", export.scenario.id);
        for run in &export.runs {
            assert!(drawing.contains(&seconds(run.timeline.until)));
        }
    }
}

/// What has been begun in a thread, and ended if it was.
#[derive(Debug)]
struct Slice<'a> {
    event: &'a Value,
    from: u64,
    to: Option<u64>,
    is_mark: bool,
}

fn begin<'a>(slices: &mut Vec<Slice<'a>>, event: &'a Value, from: u64) {
    let (is_mark, to) = (event["ph"] == "i", if event["ph"] == "B" { None } else { Some(from) });
    if event["ph"] == "X" {
        assert_eq!(event["dur"], 0, "what lasts is begun and ended: {event}");
        let is_second = slices.iter().any(|slice| !slice.is_mark && slice.from == from && slice.to == to);
        assert!(!is_second, "viewers would draw a second step of an instant below the first: {event}");
    }
    let open = slices.iter().find(|slice| slice.to.is_none());
    assert!(is_mark || open.is_none(), "{event} inside {open:?}");
    slices.push(Slice { event, from, to, is_mark });
}

/// What viewers need of Chrome's trace events.
fn check_chrome(export: &Export<'_>) {
    let id = export.scenario.id;
    let whole: Value = serde_json::from_str(&chrome(export)).expect("JSON");
    let events = whole["traceEvents"].as_array().expect("a list of events");
    let number = |event: &Value, name: &str| event[name].as_u64().unwrap_or_else(|| panic!("{id}: {name} of {event}"));
    let thread_of = |event: &Value| (number(event, "pid"), number(event, "tid"));
    let text = |event: &Value, name: &str| event[name].as_str().unwrap_or_else(|| panic!("{id}: {event}")).to_owned();

    let mut last = (0, String::new());
    let (mut processes, mut threads, mut sorted) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
    let mut at = 0;
    let mut slices: BTreeMap<(u64, u64), Vec<Slice<'_>>> = BTreeMap::new();
    let mut flows: BTreeMap<u64, Vec<&Value>> = BTreeMap::new();
    for event in events {
        let kind = text(event, "ph");
        if kind == "M" {
            assert_eq!(at, 0, "{id}: names come first");
            match &*text(event, "name") {
                "process_name" => drop(processes.insert(number(event, "pid"), text(&event["args"], "name"))),
                "thread_name" => drop(threads.insert(thread_of(event), text(&event["args"], "name"))),
                "thread_sort_index" => drop(sorted.insert(thread_of(event), number(&event["args"], "sort_index"))),
                "process_sort_index" => {}
                other => panic!("{id}: {other}"),
            }
            continue;
        }
        let ts = number(event, "ts");
        assert!(ts >= at, "{id}: back in time: {event}");
        at = ts;
        assert!(processes.contains_key(&number(event, "pid")), "{id}: no such process: {event}");
        if kind != "C" {
            assert!(threads.contains_key(&thread_of(event)), "{id}: a thread without a name: {event}");
        }
        match &*kind {
            "B" | "X" | "i" => {
                if kind == "i" {
                    assert_eq!(text(event, "s"), "t");
                }
                begin(slices.entry(thread_of(event)).or_default(), event, ts);
            }
            "E" => {
                let began = slices.get_mut(&thread_of(event)).expect("slices").iter_mut();
                let open = began.rev().find(|slice| !slice.is_mark).expect("a beginning");
                assert!(open.to.is_none() && open.from < ts, "{id}: {event} ends {open:?}");
                open.to = Some(ts);
            }
            "s" | "f" => flows.entry(number(event, "id")).or_default().push(event),
            "C" => {
                let args = &event["args"];
                assert!((args["items"].is_u64() || args["inside"].is_u64()) && args["waiting"].is_u64(), "{event}");
            }
            other => panic!("{id}: {other}"),
        }
        // At the same time, Perfetto takes ends first.
        assert!(kind != "E" || last.0 != ts || last.1 == "E", "{id}: {event} comes after {last:?}");
        last = (ts, kind.clone());
        if kind == "s" || kind == "f" {
            // It gives an arrow to what was begun last in its thread.
            let last = slices.get(&thread_of(event)).and_then(|slices| slices.last());
            let last = last.unwrap_or_else(|| panic!("{id}: an arrow from nowhere: {event}"));
            assert_eq!(last.from, ts, "{id}: {event} does not begin with {last:?}");
            let (state, goes_out) = (text(last.event, "cat"), kind == "s");
            assert!(state == "running" || (state == "ready" && !goes_out), "{id}: {event} is an arrow of {last:?}");
        }
    }
    // Numbers of threads are their own in the whole file.
    let numbers: BTreeSet<u64> = threads.keys().map(|(_, thread)| *thread).collect();
    assert_eq!(numbers.len(), threads.len());
    assert!(processes.keys().all(|process| !numbers.contains(process)));

    for (place, run) in export.runs.iter().enumerate() {
        let process = place as u64 + 1;
        assert!(processes[&process].starts_with(run.variant.title));
        let of_process = |((other, thread), _): (&(u64, u64), &u64)| (*other == process).then_some(*thread);
        let mut order: Vec<(u64, u64)> =
            sorted.iter().filter_map(|entry| Some((*entry.1, of_process(entry)?))).collect();
        order.sort_unstable();
        let labels: Vec<&str> = order.iter().map(|(_, thread)| &*threads[&(process, *thread)]).collect();
        let rows: Vec<&str> = run.timeline.rows.iter().map(|row| &*row.label).collect();
        assert_eq!(labels, rows, "{id}");
        for ((_, thread), row) in order.iter().zip(&run.timeline.rows) {
            let slices = slices.get(&(process, *thread)).map(Vec::as_slice).unwrap_or_default();
            let slices: Vec<&Slice<'_>> = slices.iter().filter(|slice| !slice.is_mark).collect();
            let to = |slice: &Slice<'_>| slice.to.unwrap_or_else(|| panic!("{id}: {slice:?} never ends"));
            let length: u64 = slices.iter().map(|slice| to(slice) - slice.from).sum();
            let ends = row.segments.first().zip(row.segments.last());
            let expected = ends.map_or(0, |(first, last)| last.to.as_micros() - first.from.as_micros());
            assert_eq!(u128::from(length), expected, "{id}: {}", row.label);
            for pair in slices.windows(2) {
                assert!(to(pair[0]) <= pair[1].from, "{id}: {:?} and {:?} overlap", pair[0], pair[1]);
            }
        }
    }

    let woken = |run: &Run<'_>| run.trace.to_string().matches("  ready, woken by ").count();
    let by_timer = |run: &Run<'_>| run.trace.to_string().matches("  ready, woken by its timer, due ").count();
    let wakes: usize = export.runs.iter().map(|run| woken(run) - by_timer(run)).sum();
    assert!(flows.len() <= wakes, "{id}: {} arrows for {wakes} wake-ups", flows.len());
    if wakes > 0 && export.runs.iter().all(|run| run.trace.ended().is_some()) {
        assert!(!flows.is_empty(), "{id}: nobody wakes anybody");
    }
    for ends in flows.values() {
        let [from, to] = ends[..] else { panic!("{id}: an arrow has two ends: {ends:?}") };
        assert_eq!((&from["ph"], &to["ph"], &to["bp"]), (&"s".into(), &"f".into(), &"e".into()));
        assert_eq!((&from["name"], &from["cat"], &from["pid"]), (&to["name"], &to["cat"], &to["pid"]));
    }
}

/// An operation that is awaited in place is busy when its task is: both have a thread.
#[test]
fn operations_inside_a_task_have_threads_of_their_own() {
    let (selection, _) = Selection::parse("scenario=gather");
    let traces = selection.scenario.ideal(&selection.values);
    assert!(
        traces[0].spans().iter().all(|span| span.task == TaskId::MAIN) && SpanId(0).index() < traces[0].spans().len()
    );
    let timelines: Vec<Timeline> = traces.iter().map(Timeline::of).collect();
    let variant = &selection.scenario.variants[0];
    let run = Run { variant, clock: "virtual", trace: &traces[0], timeline: &timelines[0] };
    let export = Export { scenario: selection.scenario, values: &selection.values, runs: vec![run] };
    let whole: Value = serde_json::from_str(&chrome(&export)).expect("JSON");
    let names = whole["traceEvents"].as_array().expect("events").iter().filter(|event| event["name"] == "thread_name");
    assert_eq!(names.count(), 4);
}
