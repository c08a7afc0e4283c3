//! What the catalogue promises of the machine and of the whole programs, beyond how long they take.

use std::collections::BTreeMap;
use std::time::Duration;

use interleave::aio::trace::{Outcome, Trace, What};
use interleave::scenarios::{Told, Values};
use interleave::timeline::{Row, State, Timeline};

use crate::catalogue::{find, first, spread};

fn ideal(id: &str, variant: &str) -> Trace {
    ideal_with(id, variant, &find(id).defaults())
}

fn ideal_with(id: &str, variant: &str, values: &Values) -> Trace {
    let variant = find(id).variants.iter().find(|known| known.id == variant);
    variant.unwrap_or_else(|| panic!("{id} has no such variant")).ideal(values)
}

/// With the defaults but for these.
fn with(id: &str, settings: &[(&str, f64)]) -> Values {
    let mut values = find(id).defaults();
    for (param, number) in settings {
        assert_eq!(values.set(param, *number), Some(*number), "{id} {param}");
    }
    values
}

/// What was printed, and when, in milliseconds.
fn prints(trace: &Trace) -> Vec<(u128, String)> {
    let line = |(at, what)| match what {
        What::Printed(text) => Some((at, text.to_string())),
        _ => None,
    };
    trace.events().map(|event| (event.at.as_millis(), event.what)).filter_map(line).collect()
}

fn lines(trace: &Trace) -> Vec<String> {
    prints(trace).into_iter().map(|(_, line)| line).collect()
}

fn why(id: &str, values: &Values) -> String {
    let scenario = find(id);
    let traces = scenario.ideal(values);
    (scenario.why)(&Told::new(scenario, values, &traces))
}

fn row(trace: &Trace, label: &str) -> Row {
    let row = Timeline::of(trace).rows.into_iter().find(|row| &*row.label == label);
    row.unwrap_or_else(|| panic!("there is no row {label}"))
}

/// The numbers in the last line that was printed.
fn last_numbers(trace: &Trace) -> Vec<u32> {
    let last = lines(trace).pop().unwrap_or_default();
    last.split(|sign: char| !sign.is_ascii_digit()).filter_map(|digits| digits.parse().ok()).collect()
}

#[test]
fn the_heart_beats_only_beside_a_call_in_a_thread() {
    let [on_loop, in_pool] = ["on-the-loop", "thread-pool"].map(|variant| ideal("run-in-executor", variant));
    assert_eq!((last_numbers(&on_loop), last_numbers(&in_pool)), (vec![0], vec![20]));
    let ran = |trace: &Trace| row(trace, "heartbeat").segments.iter().filter(|it| it.state == State::Running).count();
    // It begins, and hears that it is to stop.
    assert_eq!(ran(&on_loop), 2);
    assert_eq!(ran(&in_pool), 22);
}

#[test]
fn waits_cost_threads_or_tasks() {
    let cost = |variant| last_numbers(&ideal("io-models", variant));
    // Threads, and tasks beside main.
    assert_eq!(["sequential", "threads", "async"].map(cost), [[1, 0], [11, 10], [1, 10]]);
    let few = with("io-models", &[("threads", 4.0)]);
    let trace = ideal_with("io-models", "threads", &few);
    assert_eq!((trace.until(), last_numbers(&trace)), (Duration::from_secs(3), vec![5, 10]));
}

#[test]
fn sums_are_really_computed_and_as_many_at_a_time_as_there_are_workers() {
    let expected: Vec<_> = (1..=4_u64)
        .map(|sum| {
            let last = 10_000 * sum - 1;
            format!("sum {sum} is {}", last * (last + 1) * (2 * last + 1) / 6)
        })
        .collect();
    for variant in ["on-the-loop", "worker-pool"] {
        assert_eq!(lines(&ideal("cpu-bound", variant)), expected);
    }
    for (workers, seconds) in [(1.0, 4), (2.0, 2), (3.0, 2), (4.0, 1), (8.0, 1)] {
        let trace = ideal_with("cpu-bound", "worker-pool", &with("cpu-bound", &[("workers", workers)]));
        assert_eq!(trace.until(), Duration::from_secs(seconds), "{workers}");
    }
}

#[test]
fn every_way_to_scrape_finds_the_same_in_the_pages() {
    let table = |variant: &str, values: &Values| {
        let trace = ideal_with("web-scraper", variant, values);
        let rows = lines(&trace).into_iter().filter(|line| line.contains("links: "));
        rows.collect::<Vec<_>>()
    };
    let defaults = find("web-scraper").defaults();
    let listed = table("sequential", &defaults);
    assert_eq!(
        listed,
        [
            "All about tea      images: 1, links: coffee",
            "All about coffee   images: 2, links: cocoa milk",
            "All about cocoa    images: 0, links: milk juice cider",
            "All about milk     images: 1, links: juice",
            "All about juice    images: 2, links: cider water",
            "All about cider    images: 0, links: water mead kefir",
        ]
    );
    assert_eq!(table("gather", &defaults), listed);
    for values in spread(find("web-scraper")) {
        let [mut listed, mut completed] = ["sequential", "as-completed"].map(|variant| table(variant, &values));
        listed.sort();
        completed.sort();
        assert_eq!(completed, listed);
    }
}

#[test]
fn fetching_and_parsing_are_spans_of_their_own_and_the_limit_holds() {
    let trace = ideal("web-scraper", "as-completed");
    let rows = Timeline::of(&trace).rows;
    let within = |part: &str| -> Vec<_> { rows.iter().filter(|row| row.label.starts_with(part)).collect() };
    let (fetches, parses) = (within("fetch "), within("parse "));
    assert_eq!((fetches.len(), parses.len()), (6, 6));
    for (fetch, parse) in fetches.iter().zip(&parses) {
        assert_eq!(fetch.end.as_ref().map(|(at, _)| *at), Some(parse.from));
    }
    // As each begins: how many are between the beginning of their fetch and the end of their parse.
    let jobs: Vec<_> = fetches.iter().zip(&parses).map(|(fetch, parse)| (fetch.from, parse.end.as_ref())).collect();
    let is_inside = |at: Duration, (from, end): &(Duration, Option<&(Duration, Outcome)>)| {
        *from <= at && end.is_some_and(|(to, _)| at < *to)
    };
    let inside = jobs.iter().map(|(at, _)| jobs.iter().filter(|job| is_inside(*at, job)).count());
    assert_eq!(inside.max(), Some(3));
    // The rows come as the pages are read, not at the end.
    assert_eq!(first("web-scraper", 1, "links: coffee"), Some(1.3));
    assert_eq!(first("web-scraper", 2, "links: cocoa milk"), Some(0.4));
}

#[test]
fn four_of_five_users_come_back_when_errors_are_filtered() {
    assert_eq!(lines(&ideal("http-client", "filter")).pop().as_deref(), Some("users: Ada, Ben, Dan, Eve"));
    assert_eq!(lines(&ideal("http-client", "raise")), ["error: 404 Not Found: users/3"]);
    assert!(why("http-client", &find("http-client").defaults()).contains("4 answers that were on their way"));
    // User 7 answers in the same instant in which user 3 turns out to be missing.
    assert!(why("http-client", &with("http-client", &[("users", 8.0)])).contains("6 answers that were on their way"));
}

#[test]
fn the_posts_wait_for_the_only_connection() {
    let waited = |variant: &str, values: &Values| {
        let printed = prints(&ideal_with("database", variant, values));
        let at = |part: &str| printed.iter().find(|(_, line)| line.starts_with(part)).map_or(0, |(at, _)| *at);
        at("posts has") - at("posts asks")
    };
    let defaults = find("database").defaults();
    assert_eq!(["sequential", "concurrent", "pool-of-one"].map(|variant| waited(variant, &defaults)), [0, 0, 1000]);
    assert_eq!(waited("concurrent", &with("database", &[("connections", 1.0)])), 1000);
}

#[test]
fn files_are_written_in_the_order_in_which_they_are_ready() {
    let written = |variant| -> Vec<_> {
        prints(&ideal("file-io", variant)).into_iter().filter(|(_, line)| line.contains("written")).collect()
    };
    let told = |files: [(u128, &str); 4]| {
        files.map(|(at, name)| (at, format!("{name} written: WHAT THE {} SAYS", name.to_uppercase())))
    };
    assert_eq!(written("sequential"), told([(800, "draft"), (1200, "notes"), (1800, "letter"), (2100, "memo")]));
    assert_eq!(written("concurrent"), told([(300, "memo"), (400, "notes"), (600, "letter"), (800, "draft")]));
}

#[test]
fn latency_and_throughput_follow_from_who_blocks() {
    let end = |variant| {
        let mut lines = lines(&ideal("api-server", variant));
        lines.split_off(lines.len() - 2)
    };
    assert_eq!(end("blocking"), ["latency: p50 4100 ms, p95 7700 ms", "throughput: 120 per minute"]);
    assert_eq!(end("async"), ["latency: p50 500 ms, p95 500 ms", "throughput: 500 per minute"]);
    // What the last request waits is drawn as ready, not as running.
    let last = row(&ideal("api-server", "blocking"), "request 20");
    assert_eq!(last.total(State::Ready), Duration::from_millis(7600));
}

#[test]
fn blocking_is_called_harmless_only_where_nobody_waits_longer_for_it() {
    for values in spread(find("api-server")) {
        let [blocking, free] = ["blocking", "async"].map(|variant| lines(&ideal_with("api-server", variant, &values)));
        let harmless = why("api-server", &values).contains("does no harm");
        assert_eq!(harmless, blocking == free, "{values:?}");
    }
}

#[test]
fn the_sign_up_is_answered_before_its_mail_is_sent() {
    assert_eq!(first("background-email", 0, "201 Created"), Some(1.02));
    assert_eq!(first("background-email", 1, "201 Created"), Some(0.02));
    assert_eq!(first("background-email", 1, "mail sent to Ada"), Some(1.02));
    for values in spread(find("background-email")) {
        let text = why("background-email", &values);
        for variant in ["inside", "background"] {
            let printed = prints(&ideal_with("background-email", variant, &values));
            let answer = printed.iter().find(|(_, line)| line.starts_with("answer")).map(|(at, _)| *at);
            let answer = format!("{:.2} s", answer.unwrap_or_default() as f64 / 1000.0);
            assert!(text.contains(&answer), "{answer} is not in: {text}");
        }
    }
}

#[test]
fn everybody_hears_everybody_else_in_the_order_in_which_it_was_sent() {
    for values in spread(find("chat")) {
        let (mut sent, mut heard) = (Vec::new(), BTreeMap::<String, Vec<String>>::new());
        for line in lines(&ideal_with("chat", "chat", &values)) {
            if let Some((_, message)) = line.split_once(" sends ") {
                sent.push(message.to_owned());
            }
            if let Some((name, message)) = line.split_once(" hears ") {
                heard.entry(name.to_owned()).or_default().push(message.to_owned());
            }
        }
        assert_eq!(Some(heard.len() as f64), values.number("clients"));
        for (name, messages) in heard {
            let of_others: Vec<_> = sent.iter().filter(|message| !message.starts_with(&name)).cloned().collect();
            assert_eq!(messages, of_others, "{name}: {values:?}");
        }
    }
}

#[test]
fn a_message_is_delivered_in_the_order_of_joining() {
    let lines = lines(&ideal("chat", "chat"));
    assert_eq!(lines[..3], ["Ben sends Ben 1", "Ada hears Ben 1", "Cleo hears Ben 1"]);
    assert_eq!((lines.len(), lines.iter().filter(|line| line.contains("hears")).count()), (18, 12));
}

#[test]
fn a_test_with_its_own_clock_waits_for_nothing_and_has_the_same_result() {
    let lines = |variant| lines(&ideal("testing", variant));
    assert_eq!(lines("real-clock"), ["passed: reminded after 5.0 s", "the test waited 5.0 s"]);
    assert_eq!(lines("virtual-clock"), ["passed: reminded after 5.0 s", "the test waited 0.0 s"]);
}
