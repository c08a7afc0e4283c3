//! What the first two chapters promise beyond times and orders.

use std::collections::BTreeSet;
use std::time::Duration;

use interleave::aio::trace::{TaskId, Trace, Wait, Waker, What};
use interleave::numbers::fixed;
use interleave::scenarios::{ALL, Group, Told, Values};
use interleave::timeline::{Completion, Kind, Outcome, Statistics, completions, diagnose};

use super::catalogue::{find, first, spread};

/// What a variant does with these values; the others have their defaults.
fn with(id: &str, variant: usize, set: &[(&str, f64)]) -> Trace {
    let scenario = find(id);
    let mut values = scenario.defaults();
    for (param, value) in set {
        assert_eq!(values.set(param, *value), Some(*value), "{id} {param}");
    }
    scenario.variants[variant].ideal(&values)
}

fn at_defaults(id: &str, variant: usize) -> Trace {
    with(id, variant, &[])
}

fn prints(trace: &Trace) -> Vec<(f64, String)> {
    let line = |what| if let What::Printed(text) = what { Some(text.to_string()) } else { None };
    trace.events().filter_map(|event| Some((event.at.as_secs_f64(), line(event.what)?))).collect()
}

fn place(trace: &Trace, line: &str) -> usize {
    let lines = prints(trace);
    lines.iter().position(|(_, text)| text == line).unwrap_or_else(|| panic!("{line} is not in {lines:?}"))
}

fn kinds(trace: &Trace) -> Vec<Kind> {
    diagnose(trace).into_iter().map(|found| found.kind).collect()
}

/// When and how each row ended.
fn ends(trace: &Trace) -> Vec<String> {
    let end = |completion: Completion| {
        let how = match completion.outcome {
            Outcome::Returned(_) => "returned",
            Outcome::Raised(_) => "raised",
            Outcome::Cancelled => "cancelled",
        };
        format!("{:.2} {} {how}", completion.at.as_secs_f64(), completion.label)
    };
    completions(trace).into_iter().map(end).collect()
}

fn why(id: &str, values: &Values) -> String {
    let scenario = find(id);
    let traces = scenario.ideal(values);
    (scenario.why)(&Told::new(scenario, values, &traces))
}

fn choices(id: &str, set: &[(&str, f64)]) -> Vec<String> {
    let scenario = find(id);
    let mut values = scenario.defaults();
    for (param, value) in set {
        values.set(param, *value);
    }
    let traces = scenario.ideal(&values);
    scenario.answers(&Told::new(scenario, &values, &traces))
}

#[test]
fn what_is_right_comes_first() {
    let right = |id| choices(id, &[]).swap_remove(0);
    assert_eq!(right("lazy-coroutine"), "0");
    assert_eq!(right("three-tasks"), "B, A, C");
    assert_eq!(right("awaitables"), "setter");
    assert_eq!(right("gather-mixed"), "comments");
    assert_eq!(right("create-task"), "2.0 s");
    assert_eq!(right("gather-vs-create-task"), "3.0 s");
    assert_eq!(right("background-task"), "it is cancelled");
    assert_eq!(choices("background-task", &[("job", 1.0)])[0], "it is over before main");
    assert_eq!(right("wait"), "2 done, 1 pending");
    assert_eq!(right("task-group"), "0.5 s");
    assert_eq!(right("benchmark"), "100×");
    assert_eq!(right("when-async"), "1.8×");
    assert_eq!(choices("when-async", &[("cpu", 100.0)])[0], "1.0×");
}

#[test]
fn a_call_that_is_not_awaited_runs_nothing() {
    let trace = at_defaults("lazy-coroutine", 0);
    assert_eq!(prints(&trace), [(0.0, "called, and nothing has run".to_owned())]);
    assert_eq!(kinds(&trace), [Kind::NeverAwaited]);
    assert_eq!(first("lazy-coroutine", 1, "result: the answer"), Some(1.0));
}

#[test]
fn results_come_in_the_order_of_the_awaits() {
    assert_eq!(first("three-tasks", 0, "results: A, B, C"), Some(6.0));
    assert_eq!(first("three-tasks", 1, "results: A, B, C"), Some(3.0));
}

#[test]
fn who_awaits_a_bare_future_is_woken_by_the_task_that_sets_it() {
    let trace = at_defaults("awaitables", 0);
    let wakers: Vec<_> = trace
        .events()
        .filter(|event| event.task == TaskId::MAIN)
        .filter_map(|event| match event.what {
            What::Ready(Waker::Task(task)) => Some((event.at.as_secs_f64(), trace.name(task).to_string())),
            What::Ready(_) => Some((event.at.as_secs_f64(), "a timer".to_owned())),
            _ => None,
        })
        .collect();
    assert_eq!(wakers, [(1.0, "a timer".into()), (2.0, "task".into()), (3.0, "setter".into())]);
    let waited = trace.events().filter(|event| matches!(event.what, What::Suspended(Wait::Resource(_))));
    assert_eq!(waited.map(|event| event.task).collect::<Vec<_>>(), [TaskId::MAIN]);
}

#[test]
fn tasks_start_when_their_creator_first_awaits() {
    let trace = at_defaults("create-task", 1);
    assert!(place(&trace, "tasks created") < place(&trace, "other work starts"));
    assert!(place(&trace, "other work starts") < place(&trace, "download 1 starts"));
    assert_eq!(first("create-task", 1, "download 3 starts"), Some(0.0));
    assert_eq!(first("create-task", 0, "download 3 starts"), Some(4.0));
}

#[test]
fn a_task_awaited_at_once_runs_before_the_next_is_created() {
    let second = |variant| {
        let trace = at_defaults("gather-vs-create-task", variant);
        let created = trace.events().filter(|event| event.what == What::Created).last();
        created.map(|event| event.at.as_secs_f64())
    };
    assert_eq!([second(0), second(1), second(2)], [Some(0.0), Some(0.0), Some(1.0)]);
}

#[test]
fn a_job_that_nobody_awaits_ends_with_the_loop() {
    assert_eq!(ends(&at_defaults("background-task", 0)), ["10.00 job returned", "11.00 answer returned"]);
    assert_eq!(ends(&at_defaults("background-task", 1)), ["1.00 answer returned", "10.00 job returned"]);
    assert_eq!(ends(&at_defaults("background-task", 2)), ["1.00 answer returned", "1.00 job cancelled"]);
    assert_eq!(kinds(&at_defaults("background-task", 2)), [Kind::DestroyedPending]);
    let short = with("background-task", 2, &[("job", 0.5)]);
    assert_eq!(ends(&short), ["0.50 job returned", "1.00 answer returned"]);
    assert_eq!(kinds(&short), []);
}

#[test]
fn wait_says_who_is_done_and_who_is_not() {
    assert_eq!(first("wait", 0, "3 done, 0 pending"), Some(1.5));
    assert_eq!(first("wait", 1, "2 done, 1 pending"), Some(1.0));
    assert_eq!(first("wait", 2, "1 done, 2 pending"), Some(0.5));
    assert_eq!(ends(&at_defaults("wait", 2)), ["0.50 quick returned", "0.50 faulty cancelled", "0.50 slow cancelled"]);
}

#[test]
fn a_group_stops_the_others_and_gather_does_not() {
    assert_eq!(first("task-group", 0, "gather raised: B failed"), Some(0.5));
    assert_eq!(ends(&at_defaults("task-group", 0)), ["0.50 B raised", "1.00 A returned", "2.00 C returned"]);
    assert_eq!(first("task-group", 1, "the group raised 1 error: B failed"), Some(0.5));
    assert_eq!(ends(&at_defaults("task-group", 1)), ["0.50 B raised", "0.50 A cancelled", "0.50 C cancelled"]);
    for variant in [0, 1] {
        let all_well = with("task-group", variant, &[("failures", 0.0)]);
        assert_eq!(ends(&all_well), ["0.50 B returned", "1.00 A returned", "2.00 C returned"]);
    }
}

#[test]
fn the_reason_names_those_that_a_group_stops() {
    for values in spread(find("task-group")) {
        let text = why("task-group", &values);
        let seconds = |id| values.number(id).unwrap_or_default();
        let fails = seconds("failures") > 0.0;
        assert_eq!(text.starts_with("Nobody fails"), !fails, "{text}");
        if seconds("first") > seconds("second") && fails {
            assert!(text.contains("stops A"), "{text}\n{values:?}");
        }
        if seconds("first").max(seconds("third")) < seconds("second") && fails {
            assert!(text.contains("nobody left"), "{text}\n{values:?}");
        }
    }
}

#[test]
fn the_factor_of_the_benchmark_is_the_number_of_requests() {
    for requests in [1.0, 10.0, 100.0, 1000.0] {
        for latency in [0.1, 5.0] {
            let set = [("requests", requests), ("latency", latency)];
            let took = |variant| with("benchmark", variant, &set).until();
            assert_eq!(took(0), took(1) * requests as u32);
            assert_eq!(choices("benchmark", &set)[0], format!("{requests:.0}×"));
        }
    }
}

#[test]
fn a_window_is_never_slower_than_batches() {
    let scenario = find("batches");
    let mut faster = BTreeSet::new();
    for values in spread(scenario) {
        let [batches, window] = [0, 1].map(|variant| scenario.variants[variant].ideal(&values).until());
        assert!(window <= batches, "{values:?}");
        faster.insert(window < batches);
        let text = why("batches", &values);
        let say_same = text.contains("either way") || text.contains("both take");
        assert_eq!(say_same, window == batches, "{text}");
    }
    assert_eq!(faster.len(), 2);
}

#[test]
fn never_more_requests_at_a_time_than_places() {
    for variant in [0, 1] {
        let trace = at_defaults("batches", variant);
        let (mut inside, mut most) = (0, 0);
        for (_, line) in prints(&trace) {
            inside += if line.ends_with("sent") { 1 } else { -1 };
            most = most.max(inside);
        }
        assert_eq!((inside, most), (0, 8));
    }
}

#[test]
fn both_ways_to_limit_requests_say_how_much_stood_empty() {
    let scenario = find("batches");
    let text = why("batches", &scenario.defaults());
    for trace in scenario.ideal(&scenario.defaults()) {
        let idle = Statistics::of(&trace).idle_share.expect("requests were in flight");
        assert!(text.contains(&format!("{:.0} %", idle * 100.0)), "{idle} is not in: {text}");
        assert!(text.contains(&format!("{:.1} s", trace.until().as_secs_f64())), "{text}");
    }
}

#[test]
fn the_more_is_computed_the_less_does_gather_help() {
    let mut last = f64::INFINITY;
    for cpu in (0..=100).step_by(5) {
        let took = |variant| with("when-async", variant, &[("cpu", f64::from(cpu))]).until();
        assert_eq!(took(0), Duration::from_secs(10));
        let speedup = took(0).as_secs_f64() / took(1).as_secs_f64();
        assert!(speedup < last, "{cpu} %: {speedup}");
        last = speedup;
    }
    assert_eq!(last, 1.0);
}

#[test]
fn the_reason_when_async_helps_names_both_times() {
    let scenario = find("when-async");
    for values in spread(scenario) {
        let text = why("when-async", &values);
        for trace in scenario.ideal(&values) {
            let time = fixed(trace.until().as_secs_f64(), 2) + " s";
            assert!(text.contains(&time), "{time} is not in: {text}\n{values:?}");
        }
    }
}

#[test]
fn nothing_else_is_wrong_whatever_the_values() {
    let allowed = |id: &str, variant: &str| match (id, variant) {
        ("lazy-coroutine", "never-awaited") => Some(Kind::NeverAwaited),
        ("background-task", "drop-the-handle") => Some(Kind::DestroyedPending),
        ("when-async", "gather") => Some(Kind::BlockedLoop),
        _ => None,
    };
    let chapters = [Group::FirstSteps, Group::Together];
    for scenario in ALL.iter().filter(|scenario| chapters.contains(&scenario.group)) {
        for values in spread(scenario).iter().take(20) {
            for (variant, trace) in scenario.variants.iter().zip(scenario.ideal(values)) {
                let allowed = allowed(scenario.id, variant.id);
                let wrong: Vec<_> = kinds(&trace).into_iter().filter(|kind| Some(*kind) != allowed).collect();
                assert_eq!(wrong, [], "{} {} {values:?}", scenario.id, variant.id);
            }
        }
    }
}
