//! What the catalogue promises, and what every entry of it must have.

use std::collections::BTreeSet;
use std::time::Duration;

use interleave::aio::trace::{Trace, What};
use interleave::scenarios::{ALL, Group, Param, Scenario, Told, Values};
use interleave::timeline::{completions, diagnose};

pub(crate) fn find(id: &str) -> &'static Scenario {
    Scenario::find(id).unwrap_or_else(|| panic!("there is no scenario {id}"))
}

pub(crate) fn seconds(trace: &Trace) -> String {
    format!("{:.2}", trace.until().as_secs_f64())
}

/// Who ended after whom; of more than twenty only how many there were.
pub(crate) fn order(trace: &Trace) -> String {
    let labels: Vec<_> = completions(trace).iter().map(|completion| completion.label.to_string()).collect();
    if labels.len() > 20 { format!("{} of them", labels.len()) } else { labels.join(", ") }
}

const TWENTY_REQUESTS: &str = "request 1, request 2, request 3, request 4, request 5, request 6, request 7, request 8, \
    request 9, request 10, request 11, request 12, request 13, request 14, request 15, request 16, request 17, \
    request 18, request 19, request 20";

/// Scenario, variant, seconds until the end, completion order: at the defaults.
#[rustfmt::skip]
const PROMISED: &[(&str, &str, &str, &str)] = &[
    ("hello", "hello", "1.00", "main"),
    ("lazy-coroutine", "never-awaited", "0.00", "main"),
    ("lazy-coroutine", "awaited", "1.00", "fetch"),
    ("event-loop", "one-after-the-other", "3.00", "A, B"),
    ("event-loop", "both-on-the-loop", "2.00", "B, A"),
    ("three-tasks", "awaited-in-turn", "6.00", "A, B, C"),
    ("three-tasks", "as-tasks", "3.00", "B, A, C"),
    ("awaitables", "awaitables", "3.00", "coroutine, task, setter, future"),
    ("gather", "sequential", "3.00", "request 1, request 2, request 3"),
    ("gather", "gather", "1.00", "request 1, request 2, request 3"),
    ("gather-mixed", "sequential", "3.00", "user, posts, comments"),
    ("gather-mixed", "gather", "1.50", "comments, user, posts"),
    ("create-task", "await-each", "6.50", "download 1, download 2, download 3, other work"),
    ("create-task", "create-tasks", "2.00", "other work, download 1, download 2, download 3"),
    ("gather-vs-create-task", "gather", "2.00", "weather, news"),
    ("gather-vs-create-task", "create-task", "2.00", "weather, news"),
    ("gather-vs-create-task", "awaited-at-once", "3.00", "weather, news"),
    ("background-task", "wait-for-it", "11.00", "job, answer"),
    ("background-task", "keep-the-handle", "10.00", "answer, job"),
    ("background-task", "drop-the-handle", "1.00", "answer, job"),
    ("wait", "all-completed", "1.50", "quick, faulty, slow"),
    ("wait", "first-exception", "1.00", "quick, faulty, slow"),
    ("wait", "first-completed", "0.50", "quick, faulty, slow"),
    ("as-completed", "gather-then-handle", "2.50", "cache, database, search"),
    ("as-completed", "as-they-complete", "2.50", "cache, database, search"),
    ("task-group", "gather", "2.00", "B, A, C"),
    ("task-group", "task-group", "0.50", "B, A, C"),
    ("benchmark", "sequential", "100.00", "100 of them"),
    ("benchmark", "gather", "1.00", "100 of them"),
    ("batches", "batches", "7.50", "40 of them"),
    ("batches", "semaphore", "4.30", "40 of them"),
    ("when-async", "sequential", "10.00", "job 1, job 2, job 3, job 4, job 5, job 6, job 7, job 8, job 9, job 10"),
    ("when-async", "gather", "5.50", "job 1, job 2, job 3, job 4, job 5, job 6, job 7, job 8, job 9, job 10"),
    ("semaphore", "sequential", "10.00", "job 1, job 2, job 3, job 4, job 5, job 6, job 7, job 8, job 9, job 10"),
    ("semaphore", "semaphore", "4.00", "job 1, job 2, job 3, job 4, job 5, job 6, job 7, job 8, job 9, job 10"),
    ("semaphore", "unlimited", "1.00", "job 1, job 2, job 3, job 4, job 5, job 6, job 7, job 8, job 9, job 10"),
    ("lock", "no-lock", "0.10", "deposit 50, withdraw 30, deposit 20, withdraw 40"),
    ("lock", "lock", "0.40", "deposit 50, withdraw 30, deposit 20, withdraw 40"),
    ("event", "event", "2.00", "setter, waiter 1, waiter 2, waiter 3"),
    ("condition", "notify", "1.50", "consumer 1, consumer 2, producer, consumer 3"),
    ("condition", "notify-all", "1.50", "consumer 1, consumer 2, producer, consumer 3"),
    ("barrier", "barrier", "1.50", "party 3, party 1, party 2"),
    ("queue", "one-consumer", "3.30", "producer 1, producer 2, consumer 1"),
    ("queue", "consumers", "1.80", "producer 1, producer 2, consumer 1, consumer 2, consumer 3"),
    ("queue-sentinel", "one-marker", "5.50", "producer, consumer A"),
    ("queue-sentinel", "marker-each", "5.50", "producer, consumer A, consumer B"),
    ("rate-limit", "semaphore", "1.20", TWENTY_REQUESTS),
    ("rate-limit", "token-bucket", "3.10", TWENTY_REQUESTS),
    ("rate-limit", "evenly", "3.90", TWENTY_REQUESTS),
    ("fairness", "no-yield", "1.40", "greedy, polite 1, polite 2"),
    ("fairness", "yield", "1.00", "greedy, polite 1, polite 2"),
    ("context-manager", "without", "0.70", "connect, query"),
    ("context-manager", "with", "0.80", "connect, query, disconnect"),
    ("timer", "timer", "1.50", "body"),
    ("async-iterator", "iterator", "2.50", "number 1, number 2, number 3, number 4, number 5"),
    ("async-generator", "collect", "3.30", "page 1, page 2, page 3, item 1.1, item 1.2, item 1.3, item 2.1, item 2.2, item 2.3, item 3.1, item 3.2, item 3.3"),
    ("async-generator", "stream", "3.30", "page 1, item 1.1, item 1.2, item 1.3, page 2, item 2.1, item 2.2, item 2.3, page 3, item 3.1, item 3.2, item 3.3"),
    ("async-generator", "prefetch", "2.30", "page 1, item 1.1, item 1.2, page 2, item 1.3, item 2.1, item 2.2, page 3, item 2.3, task 4, item 3.1, item 3.2, item 3.3"),
    ("exceptions", "not-caught", "0.50", "fetch, page"),
    ("exceptions", "caught", "0.50", "fetch, page"),
    ("gather-errors", "raise", "0.50", "fetch 2, fetch 1, fetch 3"),
    ("gather-errors", "return-exceptions", "0.50", "fetch 2, fetch 1, fetch 3"),
    ("timeout", "none", "5.00", "operation"),
    ("timeout", "wait-for", "2.00", "operation"),
    ("timeout", "timeout", "2.00", "operation"),
    ("cancellation", "cleans-up", "1.50", "worker"),
    ("cancellation", "swallows", "1.50", "worker"),
    ("cancellation", "ignores", "9.00", "worker"),
    ("cancel-loop", "cancelled", "3.00", "ticker"),
    ("shield", "plain", "1.00", "commit"),
    ("shield", "shielded", "2.00", "commit"),
    ("retry", "none", "0.50", "attempt 1"),
    ("retry", "retry", "2.87", "attempt 1, pause 1, attempt 2, pause 2, attempt 3, pause 3, attempt 4"),
    ("retry", "limited", "2.50", "attempt 1, pause 1, attempt 2, pause 2, attempt 3, pause 3, attempt 4"),
    ("safe-fetch", "unhandled", "0.80", "call 5, call 3, call 4, call 6, call 1, call 2"),
    ("safe-fetch", "handled", "1.00", "call 5, call 3, call 4, call 6, call 1, call 2"),
    ("double-release", "both", "1.40", "query, close, close"),
    ("double-release", "finally", "1.20", "query, close"),
    ("blocking", "blocking", "3.00", "job 1, job 2, job 3, heartbeat"),
    ("blocking", "async", "1.00", "job 1, job 2, job 3, heartbeat"),
    ("blocking", "threads", "1.00", "job 1, job 2, job 3, heartbeat"),
    ("forgotten-await", "forgotten", "0.00", "main"),
    ("forgotten-await", "awaited", "1.00", "save"),
    ("lost-task", "no-wait", "1.00", "upload 1, upload 2, upload 3, upload 4, upload 5"),
    ("lost-task", "gather", "2.00", "upload 1, upload 2, upload 3, upload 4, upload 5"),
    ("nested-run", "run-inside", "0.00", "run"),
    ("nested-run", "await", "1.00", "fetch"),
    ("sequential-awaits", "loop-of-awaits", "3.00", "fetch 1, fetch 2, fetch 3"),
    ("sequential-awaits", "tasks-first", "1.00", "fetch 1, fetch 2, fetch 3"),
    ("sequential-awaits", "gather", "1.00", "fetch 1, fetch 2, fetch 3"),
    ("sync-async-mix", "only-called", "0.00", "main"),
    ("sync-async-mix", "loop-per-call", "3.00", "fetch 1, loop, fetch 2, loop, fetch 3, loop"),
    ("sync-async-mix", "one-loop", "1.00", "fetch 1, fetch 2, fetch 3, loop"),
    ("run-in-executor", "on-the-loop", "2.00", "call, heartbeat"),
    ("run-in-executor", "thread-pool", "2.00", "call, heartbeat"),
    ("io-models", "sequential", "10.00", "wait 1, wait 2, wait 3, wait 4, wait 5, wait 6, wait 7, wait 8, wait 9, wait 10"),
    ("io-models", "threads", "1.00", "wait 1, wait 2, wait 3, wait 4, wait 5, wait 6, wait 7, wait 8, wait 9, wait 10"),
    ("io-models", "async", "1.00", "wait 1, wait 2, wait 3, wait 4, wait 5, wait 6, wait 7, wait 8, wait 9, wait 10"),
    ("cpu-bound", "on-the-loop", "4.00", "sum 1, sum 2, sum 3, sum 4"),
    ("cpu-bound", "worker-pool", "1.00", "sum 1, sum 2, sum 3, sum 4"),
    ("web-scraper", "sequential", "4.90", "fetch tea, parse tea, tea, fetch coffee, parse coffee, coffee, fetch cocoa, parse cocoa, cocoa, fetch milk, parse milk, milk, fetch juice, parse juice, juice, fetch cider, parse cider, cider"),
    ("web-scraper", "gather", "1.30", "fetch coffee, fetch cider, parse coffee, coffee, parse cider, cider, fetch milk, parse milk, milk, fetch tea, parse tea, tea, fetch juice, parse juice, juice, fetch cocoa, parse cocoa, cocoa"),
    ("web-scraper", "as-completed", "2.00", "fetch coffee, parse coffee, coffee, fetch tea, parse tea, tea, fetch milk, parse milk, milk, fetch cocoa, parse cocoa, cocoa, fetch cider, parse cider, cider, fetch juice, parse juice, juice"),
    ("http-client", "raise", "0.30", "user 3, user 1, user 2, user 4, user 5"),
    ("http-client", "filter", "0.90", "user 3, user 2, user 4, user 1, user 5"),
    ("database", "sequential", "2.50", "users, posts"),
    ("database", "concurrent", "1.50", "users, posts"),
    ("database", "pool-of-one", "2.50", "users, posts"),
    ("file-io", "sequential", "2.10", "draft, notes, letter, memo"),
    ("file-io", "concurrent", "0.80", "memo, notes, letter, draft"),
    ("api-server", "blocking", "10.00", "request 1, request 2, request 3, request 4, request 5, request 6, request 7, request 8, request 9, request 10, request 11, request 12, request 13, request 14, request 15, request 16, request 17, request 18, request 19, request 20"),
    ("api-server", "async", "2.40", "request 1, request 2, request 3, request 4, request 5, request 6, request 7, request 8, request 9, request 10, request 11, request 12, request 13, request 14, request 15, request 16, request 17, request 18, request 19, request 20"),
    ("background-email", "inside", "1.02", "mail, sign-up"),
    ("background-email", "background", "1.02", "sign-up, mail"),
    ("chat", "chat", "1.90", "Ben talks, Ada talks, Cleo talks, Ada listens, Ben listens, Cleo listens"),
    ("testing", "real-clock", "5.00", "remind"),
    ("testing", "virtual-clock", "0.00", "remind"),
];

#[test]
fn the_numbers_of_the_catalogue_come_out() {
    let got: Vec<_> =
        ALL.iter()
            .flat_map(|scenario| {
                scenario.variants.iter().zip(scenario.ideal(&scenario.defaults())).map(|(variant, trace)| {
                    (scenario.id.to_owned(), variant.id.to_owned(), seconds(&trace), order(&trace))
                })
            })
            .collect();
    let promised = |(id, variant, seconds, order): &(&str, &str, &str, &str)| {
        ((*id).to_owned(), (*variant).to_owned(), (*seconds).to_owned(), (*order).to_owned())
    };
    for (got, promised) in got.iter().zip(PROMISED.iter().map(promised)) {
        assert_eq!(*got, promised);
    }
    assert_eq!(got.len(), PROMISED.len());
}

#[test]
fn the_presets_give_what_they_are_there_for() {
    let times = |id: &str, title: &str| {
        let scenario = find(id);
        let preset = scenario.presets.iter().find(|preset| preset.title == title).expect("the preset");
        scenario.ideal(&scenario.preset(preset)).iter().map(seconds).collect::<Vec<_>>()
    };
    assert_eq!(times("gather", "3 × 2 s"), ["6.00", "2.00"]);
    assert_eq!(times("benchmark", "10 requests"), ["10.00", "1.00"]);
    assert_eq!(times("benchmark", "1,000 requests"), ["1000.00", "1.00"]);
    assert_eq!(times("when-async", "only waiting"), ["10.00", "1.00"]);
    assert_eq!(times("when-async", "only computing"), ["10.00", "10.00"]);
    assert_eq!(times("semaphore", "100 jobs, limit 5"), ["100.00", "20.00", "1.00"]);
    assert_eq!(times("async-generator", "slow pages"), ["4.80", "4.80", "3.60"]);
    assert_eq!(times("timeout", "in time"), ["1.00", "1.00", "1.00"]);
    assert_eq!(times("gather-errors", "fails last"), ["1.00", "1.00"]);
    assert_eq!(times("cancel-loop", "between two ticks"), ["3.50"]);
    assert_eq!(times("shield", "in time"), ["0.50", "0.50"]);
    assert_eq!(times("safe-fetch", "all well"), ["1.40", "1.40"]);
    assert_eq!(times("double-release", "nothing goes wrong"), ["0.70", "0.70"]);
    assert_eq!(times("lost-task", "main returns at once"), ["0.00", "2.00"]);
    assert_eq!(times("sequential-awaits", "10 fetches"), ["10.00", "1.00", "1.00"]);
    assert_eq!(times("sync-async-mix", "10 calls"), ["0.00", "10.00", "1.00"]);
    assert_eq!(times("run-in-executor", "a short call"), ["0.30", "0.30"]);
    assert_eq!(times("io-models", "1,000 waits"), ["1000.00", "100.00", "1.00"]);
    assert_eq!(times("cpu-bound", "8 sums, 2 workers"), ["8.00", "4.00"]);
    assert_eq!(times("http-client", "nobody missing"), ["0.70", "0.70"]);
    assert_eq!(times("database", "1 connection"), ["2.50", "2.50", "2.50"]);
    assert_eq!(times("background-email", "a slow mail server"), ["5.02", "5.02"]);
    assert_eq!(times("testing", "10 s"), ["10.00", "0.00"]);
}

/// When the variant first printed a line that ends so.
pub(crate) fn first(id: &str, variant: usize, ending: &str) -> Option<f64> {
    let scenario = find(id);
    let trace = scenario.variants[variant].ideal(&scenario.defaults());
    let fits = |what: &What| matches!(what, What::Printed(text) if text.ends_with(ending));
    trace.events().find(|event| fits(&event.what)).map(|event| event.at.as_secs_f64())
}

#[test]
fn as_completed_handles_the_first_answer_when_it_is_there() {
    assert_eq!(first("as-completed", 0, "handled"), Some(2.5));
    assert_eq!(first("as-completed", 1, "handled"), Some(0.5));
}

#[test]
fn both_tasks_on_the_loop_start_at_once() {
    assert_eq!(first("event-loop", 0, "B starts"), Some(2.0));
    assert_eq!(first("event-loop", 1, "B starts"), Some(0.0));
}

#[test]
fn the_heartbeat_starves_only_where_the_loop_is_blocked() {
    assert_eq!(first("blocking", 0, "heartbeats: 0"), Some(3.0));
    assert_eq!(first("blocking", 1, "heartbeats: 10"), Some(1.0));
    assert_eq!(first("blocking", 2, "heartbeats: 10"), Some(1.0));
}

#[test]
fn never_more_jobs_inside_than_the_limit() {
    let scenario = find("semaphore");
    let trace = scenario.variants[1].ideal(&scenario.defaults());
    let (mut inside, mut most) = (0_i32, 0_i32);
    for event in trace.events() {
        match &event.what {
            What::Printed(text) if text.ends_with("starts") => inside += 1,
            What::Printed(text) if text.ends_with("done") => inside -= 1,
            _ => {}
        }
        most = most.max(inside);
    }
    assert_eq!((inside, most), (0, 3));
}

fn is_kebab_case(id: &str) -> bool {
    let word =
        |word: &str| !word.is_empty() && word.chars().all(|sign| sign.is_ascii_lowercase() || sign.is_ascii_digit());
    id.split('-').all(word)
}

fn is_unique<'a>(ids: impl Iterator<Item = &'a str>) -> bool {
    let mut seen = BTreeSet::new();
    ids.into_iter().all(|id| seen.insert(id))
}

#[test]
fn ids_are_unique_and_in_kebab_case() {
    assert!(is_unique(ALL.iter().map(|scenario| scenario.id)));
    for scenario in ALL {
        let params = scenario.params.iter().map(|param| param.id);
        let variants = scenario.variants.iter().map(|variant| variant.id);
        assert!(is_unique(params.clone()), "{}", scenario.id);
        assert!(is_unique(variants.clone()), "{}", scenario.id);
        assert!(is_unique(scenario.presets.iter().map(|preset| preset.title)), "{}", scenario.id);
        for id in params.chain(variants).chain([scenario.id]) {
            assert!(is_kebab_case(id), "{id}");
        }
    }
    assert!(is_kebab_case("a-b2") && !is_kebab_case("a--b") && !is_kebab_case("A") && !is_kebab_case("a_b"));
}

/// Whether a control can have this very value.
fn can_be(param: &Param, value: f64) -> bool {
    param.nearest(value).to_bits() == value.to_bits()
}

#[test]
fn defaults_and_presets_are_values_that_a_control_can_have() {
    for scenario in ALL {
        for param in scenario.params {
            assert!(param.min < param.max, "{} {}", scenario.id, param.id);
            for value in [param.default, param.min, param.max] {
                assert!(can_be(param, value), "{} {}", scenario.id, param.id);
            }
        }
        for preset in scenario.presets {
            for (id, value) in preset.values {
                let param = scenario.params.iter().find(|param| param.id == *id);
                let param = param.unwrap_or_else(|| panic!("{}: no parameter {id}", scenario.id));
                assert!(can_be(param, *value), "{} {}", scenario.id, preset.title);
            }
            assert_ne!(scenario.preset(preset), scenario.defaults(), "{} {}", scenario.id, preset.title);
        }
    }
}

#[test]
fn the_list_follows_the_chapters_and_every_entry_has_its_words() {
    let chapter = |scenario: &Scenario| Group::ALL.iter().position(|group| *group == scenario.group);
    assert!(ALL.iter().map(|scenario| chapter(scenario)).is_sorted());
    for scenario in ALL {
        assert!(!scenario.variants.is_empty(), "{}", scenario.id);
        assert!(!scenario.short.is_empty() && scenario.short.chars().count() <= 26, "{}", scenario.short);
        assert!(!scenario.title.is_empty() && !scenario.title.ends_with('.'), "{}", scenario.title);
        assert!(scenario.watch.ends_with('.'), "{}", scenario.watch);
        let titles = scenario.variants.iter().map(|variant| variant.title);
        assert!(is_unique(titles.clone()) && titles.into_iter().all(|title| !title.is_empty()), "{}", scenario.id);
    }
}

/// Values at both ends of every range and here and there between.
pub(crate) fn spread(scenario: &Scenario) -> Vec<Values> {
    let mut sets = vec![scenario.defaults()];
    sets.extend(scenario.presets.iter().map(|preset| scenario.preset(preset)));
    let mut state = 1_u64;
    for round in 0..60 {
        let mut values = scenario.defaults();
        for param in scenario.params {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let share = match round {
                0 => 0.0,
                1 => 1.0,
                _ => (state >> 40) as f64 / (1_u64 << 24) as f64,
            };
            values.set(param.id, param.min + share * (param.max - param.min));
        }
        sets.push(values);
    }
    sets
}

#[test]
fn the_reason_given_names_the_times_that_come_out() {
    // Which variants' durations must be in the text; a text that speaks of something else has a test of its own.
    let named: &[(&str, &[usize])] = &[
        ("hello", &[0]),
        ("lazy-coroutine", &[0, 1]),
        ("event-loop", &[0, 1]),
        ("three-tasks", &[0, 1]),
        ("awaitables", &[0]),
        ("gather", &[0, 1]),
        ("gather-mixed", &[0, 1]),
        ("create-task", &[0, 1]),
        ("gather-vs-create-task", &[0, 1, 2]),
        ("background-task", &[0, 1, 2]),
        ("wait", &[0, 1, 2]),
        ("task-group", &[0, 1]),
        ("benchmark", &[0, 1]),
        ("batches", &[1]),
        ("as-completed", &[0, 1]),
        ("semaphore", &[1]),
        ("lock", &[0, 1]),
        ("event", &[0]),
        ("barrier", &[0]),
        ("queue", &[0, 1]),
        ("queue-sentinel", &[0, 1]),
        ("context-manager", &[0, 1]),
        ("timer", &[0]),
        ("async-iterator", &[0]),
        ("async-generator", &[0, 1, 2]),
        ("exceptions", &[0, 1]),
        ("gather-errors", &[1]),
        ("timeout", &[1]),
        ("retry", &[1]),
        ("double-release", &[0, 1]),
        ("blocking", &[0, 1, 2]),
        ("forgotten-await", &[0, 1]),
        ("lost-task", &[0]),
        ("nested-run", &[0, 1]),
        ("sequential-awaits", &[0, 1, 2]),
        ("sync-async-mix", &[1, 2]),
        ("run-in-executor", &[0, 1]),
        ("io-models", &[0, 1, 2]),
        ("cpu-bound", &[0, 1]),
        ("web-scraper", &[1]),
        ("http-client", &[1]),
        ("database", &[0, 2]),
        ("file-io", &[1]),
        ("api-server", &[0, 1]),
        ("testing", &[0, 1]),
    ];
    for scenario in ALL {
        for values in spread(scenario) {
            let traces = scenario.ideal(&values);
            let text = (scenario.why)(&Told::new(scenario, &values, &traces));
            assert!(text.ends_with('.') && !text.contains("  "), "{text}");
            let Some((_, variants)) = named.iter().find(|(id, _)| *id == scenario.id) else { continue };
            for variant in *variants {
                let time = format!("{:.1} s", traces[*variant].until().as_secs_f64());
                assert!(text.contains(&time), "{time} is not in: {text}\n{values:?}");
            }
        }
    }
}

#[test]
fn the_reason_for_a_cancellation_says_what_happens() {
    let scenario = find("cancellation");
    for values in spread(scenario) {
        let traces = scenario.ideal(&values);
        let text = (scenario.why)(&Told::new(scenario, &values, &traces));
        let printed = |variant: usize, line: &str| {
            traces[variant].events().any(|event| matches!(&event.what, What::Printed(text) if &**text == line))
        };
        let nothing_left = text.contains("nothing left to cancel");
        assert_eq!(nothing_left, !printed(0, "worker was cancelled"), "{text}");
        assert_eq!(text.contains("only cuts one of its sleeps short"), printed(2, "worker goes on"), "{text}");
        let asked = values.number("cancel-at").map(Duration::from_secs_f64).unwrap_or_default();
        if !nothing_left {
            let cleanup = values.number("cleanup").map(Duration::from_secs_f64).unwrap_or_default();
            assert_eq!(traces[0].until(), asked + cleanup);
            assert_eq!(traces[1].until(), asked + cleanup);
        }
    }
}

#[test]
fn what_is_asked_has_one_right_answer_among_several() {
    for scenario in ALL {
        let values = scenario.defaults();
        let traces = scenario.ideal(&values);
        let choices = scenario.answers(&Told::new(scenario, &values, &traces));
        assert!(scenario.question.ask.ends_with('?'), "{}", scenario.question.ask);
        assert!(choices.iter().collect::<BTreeSet<_>>().len() >= 2, "{}: {choices:?}", scenario.id);
        for values in spread(scenario) {
            let traces = scenario.ideal(&values);
            let choices = scenario.answers(&Told::new(scenario, &values, &traces));
            assert!(choices.iter().all(|choice| !choice.is_empty()), "{}: {choices:?}", scenario.id);
            // The page has room for so many.
            let different: BTreeSet<_> = choices.iter().collect();
            assert!(different.len() <= 6, "{}: {choices:?}", scenario.id);
        }
    }
}

/// Scenarios whose variants do not have the same rows, and why not.
const ROWS_DIFFER: &[(&str, &str)] = &[
    ("lazy-coroutine", "what is never awaited has no row"),
    ("retry", "how many attempts there are is what it is about"),
    ("forgotten-await", "what is never awaited has no row"),
    ("nested-run", "what is never awaited has no row"),
    ("sync-async-mix", "what is never awaited has no row"),
    ("queue", "that there are more consumers is the difference"),
    ("queue-sentinel", "who waits for ever does not end"),
    ("context-manager", "one does not disconnect"),
    ("async-generator", "the last prefetch, a task, finds no page"),
];

#[test]
fn the_rows_of_all_variants_carry_the_same_labels() {
    for scenario in ALL.iter().filter(|scenario| ROWS_DIFFER.iter().all(|(id, _)| *id != scenario.id)) {
        let labels =
            |trace: &Trace| completions(trace).into_iter().map(|completion| completion.label).collect::<BTreeSet<_>>();
        let all: Vec<_> = scenario.ideal(&scenario.defaults()).iter().map(labels).collect();
        assert!(all.windows(2).all(|pair| pair[0] == pair[1]), "{}: {all:?}", scenario.id);
    }
}

/// Scenario, variant, and a part of what is found in it. Nothing must be wrong with what is not here.
const FOUND: &[(&str, &str, &str)] = &[
    ("lazy-coroutine", "never-awaited", "fetch was never awaited, so nothing of it ran"),
    ("background-task", "drop-the-handle", "was destroyed while pending: it was still going when main ended at 1.00 s"),
    ("when-async", "gather", "The event loop was blocked for 0.50 s by job 1 at"),
    ("lock", "no-lock", "3 updates were lost in all"),
    (
        "queue-sentinel",
        "one-marker",
        "Deadlock at 5.50 s: consumer B waits for an item of the queue items at queue_sentinel.rs:33, and no task is left that \
         could put one. main will wait for ever as well",
    ),
    ("rate-limit", "semaphore", "The rate requests allows 5 in 1.00 s, but there were 20 from 0.00 s on"),
    (
        "fairness",
        "no-yield",
        "by greedy at fairness.rs:15, and 8 times in all, for 0.80 s. polite 2 was ready for 0.80 s",
    ),
    ("fairness", "yield", "by greedy at fairness.rs:15, and"),
    ("context-manager", "without", "Never released: the resource connection, taken by main at 0.50 s"),
    ("cancellation", "swallows", "worker swallowed its cancellation: asked to stop at 1.00 s"),
    ("cancellation", "ignores", "worker swallowed its cancellation: asked to stop at 1.00 s"),
    ("safe-fetch", "unhandled", "call 1, a task created"),
    ("double-release", "both", "Released while nobody held it: the resource connection, by main at 1.20 s"),
    ("blocking", "blocking", "The event loop was blocked for 1.00 s by job 1"),
    ("forgotten-await", "forgotten", "save was never awaited, so nothing of it ran"),
    ("lost-task", "no-wait", "upload 3, a task created"),
    ("sync-async-mix", "only-called", "fetch 1 was never awaited, so nothing of it ran"),
    ("run-in-executor", "on-the-loop", "The event loop was blocked for 2.00 s by call"),
    ("cpu-bound", "on-the-loop", "The event loop was blocked for 1.00 s by sum 1"),
    ("http-client", "raise", "user 1, a task created"),
    ("api-server", "blocking", "The event loop was blocked for 0.50 s by request 1"),
];

#[test]
fn what_is_found_is_what_the_catalogue_promises() {
    for scenario in ALL {
        for (variant, trace) in scenario.variants.iter().zip(scenario.ideal(&scenario.defaults())) {
            let found: Vec<String> = diagnose(&trace).into_iter().map(|found| found.text).collect();
            let promised: Vec<_> = FOUND.iter().filter(|(id, of, _)| *id == scenario.id && *of == variant.id).collect();
            let as_promised = promised.iter().zip(&found).all(|((.., part), text)| text.contains(part));
            assert!(as_promised && promised.len() == found.len(), "{} {}: {found:#?}", scenario.id, variant.id);
        }
    }
}
