//! What the catalogue promises of the chapters "When things go wrong" and "Pitfalls", beyond the tables.

use std::time::Duration;

use interleave::aio::trace::{Outcome, TaskId, Trace, What};
use interleave::scenarios::{Told, Values};
use interleave::timeline::{Kind, completions, diagnose};

use crate::catalogue::{find, spread};

/// A variant's run at the defaults.
fn run(id: &str, variant: &str) -> Trace {
    run_with(id, variant, &find(id).defaults())
}

fn run_with(id: &str, variant: &str, values: &Values) -> Trace {
    let found = find(id).variants.iter().find(|known| known.id == variant);
    found.unwrap_or_else(|| panic!("{id} has no variant {variant}")).ideal(values)
}

/// A scenario's values, but for these.
fn values(id: &str, different: &[(&str, f64)]) -> Values {
    let mut values = find(id).defaults();
    for (param, number) in different {
        assert_eq!(values.set(param, *number), Some(*number), "{id} {param}");
    }
    values
}

/// Everything that was printed: `1.00 hello`.
fn prints(trace: &Trace) -> Vec<String> {
    let line = |at: Duration, text: &str| format!("{:.2} {text}", at.as_secs_f64());
    let events = trace.events();
    events
        .filter_map(|event| if let What::Printed(text) = event.what { Some(line(event.at, &text)) } else { None })
        .collect()
}

fn is_printed(trace: &Trace, part: &str) -> bool {
    prints(trace).iter().any(|line| line.contains(part))
}

/// How each operation and task ended, and when: `fetch raised at 0.50`.
fn ends(trace: &Trace) -> Vec<String> {
    let how = |outcome: &Outcome| match outcome {
        Outcome::Returned(_) => "returned",
        Outcome::Raised(_) => "raised",
        Outcome::Cancelled => "cancelled",
    };
    let end = |(label, outcome, at): (&str, &Outcome, Duration)| {
        format!("{label} {} at {:.2}", how(outcome), at.as_secs_f64())
    };
    completions(trace).iter().map(|it| end((&it.label, &it.outcome, it.at))).collect()
}

/// The error with which main ended, if it did.
fn error(trace: &Trace) -> Option<String> {
    trace.events().find_map(|event| match &event.what {
        What::Finished(Outcome::Raised(error)) if event.task == TaskId::MAIN => Some(error.to_string()),
        _ => None,
    })
}

#[test]
fn an_error_that_is_not_caught_ends_main_and_one_that_is_does_not() {
    let (not_caught, caught) = (run("exceptions", "not-caught"), run("exceptions", "caught"));
    let both_fail = ["fetch raised at 0.50", "page raised at 0.50"];
    assert_eq!(
        (ends(&not_caught), ends(&caught)),
        (both_fail.map(str::to_owned).into(), both_fail.map(str::to_owned).into())
    );
    assert_eq!((error(&not_caught).as_deref(), error(&caught)), (Some("the server is down"), None));
    assert_eq!(prints(&not_caught), ["0.00 fetch starts"]);
    assert_eq!(prints(&caught), ["0.00 fetch starts", "0.50 caught: the server is down", "0.50 main goes on"]);
}

#[test]
fn gather_raises_at_the_first_failure_and_the_others_run_on() {
    let raise = run("gather-errors", "raise");
    assert_eq!(ends(&raise), ["fetch 2 raised at 0.30", "fetch 1 returned at 0.50", "fetch 3 returned at 0.50"]);
    let expected = [
        "0.30 fetch 2 fails",
        "0.30 caught: fetch 2 failed",
        "0.50 fetch 1 done",
        "0.50 fetch 3 done",
        "0.50 all are over",
    ];
    assert_eq!(prints(&raise), expected);
}

#[test]
fn gather_collects_two_results_and_one_error() {
    let collected = prints(&run("gather-errors", "return-exceptions"));
    let results = ["0.50 result: data of fetch 1", "0.50 error: fetch 2 failed", "0.50 result: data of fetch 3"];
    assert_eq!(collected[3..], results);
}

#[test]
fn a_cancelled_loop_ticks_no_more() {
    let ticks = |values: &Values| {
        let printed = prints(&run_with("cancel-loop", "cancelled", values));
        printed.into_iter().filter(|line| line.contains("tick ")).collect::<Vec<_>>()
    };
    assert_eq!(ticks(&values("cancel-loop", &[])), ["0.00 tick 0", "1.00 tick 1", "2.00 tick 2"]);
    assert_eq!(ticks(&values("cancel-loop", &[("cancel-at", 3.1)])).len(), 4);
    assert_eq!(ticks(&values("cancel-loop", &[("cancel-at", 20.0)])).len(), 10);
}

#[test]
fn a_shielded_commit_goes_on_where_a_plain_one_is_cut_off() {
    assert_eq!(ends(&run("shield", "plain")), ["commit cancelled at 1.00"]);
    let shielded = run("shield", "shielded");
    assert_eq!(ends(&shielded), ["commit returned at 2.00"]);
    assert_eq!(
        prints(&shielded)[1..],
        ["1.00 out of time, but the commit goes on", "2.00 commit done", "2.00 late: saved"]
    );
}

#[test]
fn a_pause_may_be_twice_as_long_as_the_one_before_and_is_at_least_half_of_that() {
    for seed in 1..=99 {
        let trace = run_with("retry", "retry", &values("retry", &[("seed", f64::from(seed)), ("failure-rate", 100.0)]));
        let mut began = Vec::new();
        let mut longest = Duration::from_millis(200);
        let mut pauses = 0;
        for event in trace.events() {
            match event.what {
                What::SpanBegan(_) => began.push(event.at),
                What::SpanEnded(span, _) => {
                    let took = event.at.saturating_sub(began.pop().expect("what ends has begun"));
                    if trace.spans()[span.index()].name.starts_with("pause") {
                        assert!(took <= longest && took * 2 >= longest, "seed {seed}: {took:?} of {longest:?}");
                        longest *= 2;
                        pauses += 1;
                    } else {
                        assert_eq!(took, Duration::from_millis(500));
                    }
                }
                _ => {}
            }
        }
        assert_eq!(pauses, 4, "seed {seed}");
        assert!(is_printed(&trace, "given up: no answer"), "seed {seed}");
    }
}

#[test]
fn retry_ends_with_the_first_attempt_that_works_and_a_limit_cuts_it_off() {
    let ended = ends(&run("retry", "retry"));
    assert_eq!(ended.len(), 7);
    assert_eq!(ended[6], "attempt 4 returned at 2.87");
    assert_eq!(ends(&run("retry", "limited"))[6], "attempt 4 cancelled at 2.50");
    assert_eq!(prints(&run("retry", "none")), ["0.50 attempt 1 fails", "0.50 given up: no answer"]);
    let never = values("retry", &[("failure-rate", 0.0)]);
    for variant in ["none", "retry", "limited"] {
        assert_eq!(prints(&run_with("retry", variant, &never)), ["0.50 attempt 1 works", "0.50 got the answer"]);
    }
}

#[test]
fn three_answers_survive_where_each_failure_is_handled_and_none_where_it_is_not() {
    let handled = run("safe-fetch", "handled");
    let last = |trace: &Trace| prints(trace).pop();
    assert_eq!(last(&handled).as_deref(), Some("1.00 answers: 3"));
    let count = |part: &str| prints(&handled).iter().filter(|line| line.contains(part)).count();
    assert_eq!((count("answered"), count("timed out"), count("failed")), (3, 2, 1));
    let unhandled = run("safe-fetch", "unhandled");
    assert_eq!(last(&unhandled).as_deref(), Some("0.80 answers: 0"));
    assert_eq!(ends(&unhandled)[4..], ["call 1 cancelled at 0.80", "call 2 cancelled at 0.80"]);
}

#[test]
fn a_double_release_is_found_at_the_second_of_two_lines() {
    let trace = run("double-release", "both");
    let found = diagnose(&trace).remove(0);
    assert_eq!((found.kind, found.at), (Kind::ReleasedTwice, Some(Duration::from_millis(1200))));
    let released: Vec<_> = trace.events().filter(|event| matches!(event.what, What::Used(..))).collect();
    assert_eq!(released.len(), 3);
    assert_ne!(released[1].site, released[2].site);
    assert_eq!(found.site.as_ref(), released[2].site);
}

#[test]
fn what_is_not_awaited_is_not_saved() {
    assert_eq!(prints(&run("forgotten-await", "forgotten")), ["0.00 edited", "0.00 closed"]);
    assert_eq!(prints(&run("forgotten-await", "awaited")), ["0.00 edited", "0.00 saving", "1.00 saved", "1.00 closed"]);
    let found = diagnose(&run("forgotten-await", "forgotten"));
    assert_eq!(found[0].kind, Kind::NeverAwaited);
}

#[test]
fn tasks_that_nobody_waits_for_end_with_main() {
    let lost = run("lost-task", "no-wait");
    let expected = [
        "upload 1 returned at 0.40",
        "upload 2 returned at 0.80",
        "upload 3 cancelled at 1.00",
        "upload 4 cancelled at 1.00",
        "upload 5 cancelled at 1.00",
    ];
    assert_eq!(ends(&lost), expected);
    let found = diagnose(&lost).remove(0);
    assert_eq!(found.kind, Kind::DestroyedPending);
    assert!(found.text.ends_with("It happened 3 times in all."), "{}", found.text);
    assert_eq!(prints(&run("lost-task", "gather")).last().map(String::as_str), Some("2.00 main returns, finished: 5"));
}

#[test]
fn a_loop_inside_a_loop_is_an_error_at_the_line_that_asks_for_it() {
    let trace = run("nested-run", "run-inside");
    let message = "asyncio.run() cannot be called from a running event loop";
    assert_eq!(error(&trace).as_deref(), Some(message));
    assert_eq!(ends(&trace), ["run raised at 0.00"]);
    assert!(!is_printed(&trace, "fetch starts"));
    let line = |wanted: fn(&What) -> bool| {
        let event = trace.events().find(|event| wanted(&event.what)).expect("it happens");
        event.site.cloned().expect("it has a line")
    };
    let asked = line(|what| matches!(what, What::SpanBegan(_)));
    assert_eq!(asked, line(|what| matches!(what, What::NeverAwaited(_))));
    let source = include_str!("../../src/scenarios/nested_run.rs");
    let text = source.lines().nth(asked.line as usize - 1).unwrap_or_default();
    assert!(text.contains("run(fetch("), "{text}");
}

#[test]
fn an_await_in_a_loop_starts_the_next_only_when_the_one_before_is_done() {
    let starts = |variant: &str| {
        let printed = prints(&run("sequential-awaits", variant));
        printed.into_iter().filter(|line| line.ends_with("starts")).collect::<Vec<_>>()
    };
    let together = ["0.00 fetch 1 starts", "0.00 fetch 2 starts", "0.00 fetch 3 starts"];
    assert_eq!(starts("loop-of-awaits"), ["0.00 fetch 1 starts", "1.00 fetch 2 starts", "2.00 fetch 3 starts"]);
    assert_eq!(starts("tasks-first"), together);
    assert_eq!(starts("gather"), together);
}

#[test]
fn sync_code_gets_no_answer_or_each_for_itself_or_all_at_once() {
    let got = |variant: &str| {
        let printed = prints(&run("sync-async-mix", variant));
        printed.into_iter().filter(|line| line.contains("got")).collect::<Vec<_>>()
    };
    assert_eq!(got("only-called"), ["0.00 got a coroutine"; 3]);
    assert_eq!(got("loop-per-call"), ["1.00 got 1", "2.00 got 2", "3.00 got 3"]);
    assert_eq!(got("one-loop"), ["1.00 got 1", "1.00 got 2", "1.00 got 3"]);
}

/// Each scenario's reason, at many values, beside what was printed.
fn reasons(id: &str, check: impl Fn(&str, &Told<'_>)) {
    let scenario = find(id);
    for values in spread(scenario) {
        let traces = scenario.ideal(&values);
        let told = Told::new(scenario, &values, &traces);
        check(&(scenario.why)(&told), &told);
    }
}

#[test]
fn the_reasons_of_these_chapters_say_what_happens() {
    reasons("gather-errors", |text, told| {
        let later = told.printed("raise", "all are over") > told.printed("raise", "caught");
        assert_eq!(text.contains("run on until"), later, "{text}");
    });
    reasons("cancel-loop", |text, told| {
        let over = told.printed("cancelled", "was over before").is_some();
        assert_eq!(text.contains("nothing is left to stop"), over, "{text}");
    });
    reasons("shield", |text, told| {
        let cut = told.printed("plain", "out of time").is_some();
        assert_eq!(text.contains("stops halfway"), cut, "{text}");
    });
    reasons("retry", |text, told| {
        let cut = told.printed("limited", "out of time").is_some();
        assert_eq!(text.contains("cuts off"), cut, "{text}");
        let works = told.printed("retry", "works").is_some();
        assert_eq!(text.contains("works, at"), works, "{text}");
    });
    reasons("safe-fetch", |text, told| {
        let bad = told.printed("handled", "failed").or(told.printed("handled", "timed out")).is_some();
        assert_eq!(text.contains("ends gather"), bad, "{text}");
    });
    reasons("double-release", |text, told| {
        let twice = told.count("both", "connection closed") == 2;
        assert_eq!(text.contains("once more"), twice, "{text}");
    });
    reasons("lost-task", |text, told| {
        let lost = told.count("no-wait", "done") < told.count("gather", "done");
        assert_eq!(text.contains("cancelled"), lost, "{text}");
    });
}
