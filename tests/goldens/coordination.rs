//! What the catalogue promises of coordination, and of resources and streams.

use std::collections::BTreeSet;
use std::time::Duration;

use interleave::aio::trace::{Ending, Outcome, Trace, Use, Wait, Waker, What};
use interleave::scenarios::Told;
use interleave::timeline::{Kind, Row, State, Timeline, diagnose};

use crate::catalogue::{find, first, spread};

/// A variant's trace, with these values set and the others at their defaults.
fn run(id: &str, variant: &str, settings: &[(&str, f64)]) -> Trace {
    let scenario = find(id);
    let mut values = scenario.defaults();
    for (param, number) in settings {
        assert_eq!(values.set(param, *number), Some(*number), "{id} {param}");
    }
    let variant = scenario.variants.iter().find(|known| known.id == variant).expect("the variant");
    variant.ideal(&values)
}

/// The lines that were printed, each with its time in milliseconds.
fn prints(trace: &Trace) -> Vec<(u128, String)> {
    let printed = |event: interleave::aio::trace::Event<'_>| match event.what {
        What::Printed(text) => Some((event.at.as_millis(), text.to_string())),
        _ => None,
    };
    trace.events().filter_map(printed).collect()
}

/// When each line was printed that ends so, in milliseconds.
fn times(trace: &Trace, ending: &str) -> Vec<u128> {
    prints(trace).into_iter().filter(|(_, line)| line.ends_with(ending)).map(|(at, _)| at).collect()
}

/// What follows `beginning` in the lines that begin so.
fn told(trace: &Trace, beginning: &str) -> Vec<String> {
    prints(trace).iter().filter_map(|(_, line)| Some(line.strip_prefix(beginning)?.to_owned())).collect()
}

fn row(timeline: &Timeline, label: &str) -> Row {
    timeline.rows.iter().find(|row| &*row.label == label).unwrap_or_else(|| panic!("no row {label}")).clone()
}

/// Who was woken by a task, in that order: name, by whom, when in milliseconds.
fn woken(trace: &Trace) -> Vec<(String, String, u128)> {
    let woken = |event: interleave::aio::trace::Event<'_>| match event.what {
        What::Ready(Waker::Task(by)) => {
            Some((trace.name(event.task).to_string(), trace.name(by).to_string(), event.at.as_millis()))
        }
        _ => None,
    };
    trace.events().filter_map(woken).collect()
}

fn secs(seconds: f64) -> Duration {
    Duration::from_secs_f64(seconds)
}

#[test]
fn with_the_lock_each_change_sees_the_one_before() {
    let steps = |variant| -> Vec<_> {
        let lines = prints(&run("lock", variant, &[]));
        lines.into_iter().map(|(at, line)| (at, line.rsplit(' ').next().unwrap_or_default().to_owned())).collect()
    };
    let at = |at, balance: &str| (at, balance.to_owned());
    assert_eq!(steps("lock"), [at(100, "150"), at(200, "120"), at(300, "140"), at(400, "100"), at(400, "100")]);
    assert_eq!(steps("no-lock"), [at(100, "150"), at(100, "70"), at(100, "120"), at(100, "60"), at(100, "60")]);
}

#[test]
fn the_setter_wakes_the_waiters_in_the_order_in_which_they_came() {
    let woken = woken(&run("event", "event", &[]));
    let expected = ["waiter 1", "waiter 2", "waiter 3"].map(|name| (name.to_owned(), "setter".to_owned(), 2000));
    assert_eq!(woken[..3], expected);
}

#[test]
fn notify_all_wakes_everyone_who_waits_for_each_item() {
    for (consumers, in_all) in [(1, 1), (3, 6), (10, 55)] {
        let set = [("consumers", f64::from(consumers))];
        for (variant, wake_ups) in [("notify", consumers), ("notify-all", in_all)] {
            let trace = run("condition", variant, &set);
            assert_eq!(told(&trace, "wake-ups: "), [wake_ups.to_string()], "{variant} {consumers}");
            assert_eq!(times(&trace, "wakes up").len(), wake_ups as usize, "{variant} {consumers}");
        }
    }
    let takes = |variant| {
        let lines = prints(&run("condition", variant, &[]));
        lines.into_iter().map(|(_, line)| line).filter(|line| line.contains("takes")).collect::<Vec<_>>()
    };
    let in_order = ["consumer 1 takes item 1", "consumer 2 takes item 2", "consumer 3 takes item 3"];
    assert_eq!(
        (takes("notify"), takes("notify-all")),
        (in_order.map(Into::into).into(), in_order.map(Into::into).into())
    );
}

#[test]
fn all_parties_pass_when_the_last_one_arrives() {
    let trace = run("barrier", "barrier", &[]);
    assert_eq!(times(&trace, "arrives"), [500, 1000, 1500]);
    assert_eq!(times(&trace, "passes"), [1500, 1500, 1500]);
    let timeline = Timeline::of(&trace);
    // The way, and what each waits at the barrier.
    for name in ["party 1", "party 2", "party 3"] {
        assert_eq!(row(&timeline, name).total(State::Suspended), secs(1.5), "{name}");
    }
}

#[test]
fn the_queue_loses_nothing_and_never_holds_too_much() {
    let scenario = find("queue");
    for values in spread(scenario) {
        let number = |id| values.number(id).unwrap_or_default() as usize;
        let items = number("producers") * number("items");
        for trace in scenario.ideal(&values) {
            let [put, handled] = ["put ", "handled "].map(|how| told(&trace, how));
            assert_eq!((put.len(), handled.len()), (items, items), "{values:?}");
            assert_eq!(put.iter().collect::<BTreeSet<_>>(), handled.iter().collect(), "{values:?}");
            assert_eq!(handled.iter().collect::<BTreeSet<_>>().len(), items, "{values:?}");
            let mut held = 0;
            for event in trace.events() {
                match event.what {
                    What::Used(Use::Put, _) => held += 1,
                    What::Used(Use::Got, _) => held -= 1,
                    _ => {}
                }
                assert!(held <= number("size"), "{values:?}");
            }
            assert_eq!(held, 0, "{values:?}");
        }
    }
}

#[test]
fn consumers_end_cancelled_once_everything_is_handled() {
    for (variant, consumers) in [("one-consumer", 1), ("consumers", 3)] {
        let trace = run("queue", variant, &[]);
        let timeline = Timeline::of(&trace);
        let ends: Vec<_> =
            timeline.rows.iter().filter(|row| row.label.starts_with("consumer")).map(|row| &row.end).collect();
        assert_eq!(ends.len(), consumers);
        assert!(ends.iter().all(|end| **end == Some((trace.until(), Outcome::Cancelled))), "{ends:?}");
        assert_eq!(trace.ended().map(|(_, how)| how), Some(Ending::Finished));
    }
}

#[test]
fn slow_consumers_hold_the_producers_up() {
    let scenario = find("queue");
    let slow = scenario.presets.iter().find(|preset| preset.title == "slow consumers").expect("the preset");
    let waits_for_room = |trace: &Trace| {
        let waiting = trace.events().filter(|event| matches!(event.what, What::Suspended(Wait::Room(_))));
        waiting.map(|event| trace.name(event.task).to_string()).collect::<BTreeSet<_>>()
    };
    let both = BTreeSet::from(["producer 1".to_owned(), "producer 2".to_owned()]);
    for trace in scenario.ideal(&scenario.preset(slow)) {
        assert_eq!(waits_for_room(&trace), both);
    }
    let quick = &scenario.ideal(&scenario.defaults())[1];
    assert_eq!(waits_for_room(quick), BTreeSet::new());
}

#[test]
fn one_end_marker_stops_one_consumer_and_leaves_the_other_waiting() {
    let trace = run("queue-sentinel", "one-marker", &[]);
    assert_eq!(first("queue-sentinel", 0, "consumer A stops"), Some(5.0));
    assert_eq!(trace.ended(), Some((secs(5.5), Ending::Deadlock)));
    let timeline = Timeline::of(&trace);
    assert_eq!(row(&timeline, "consumer A").end.map(|(at, _)| at), Some(secs(5.0)));
    assert_eq!(row(&timeline, "consumer B").end, None);
    assert_eq!(times(&trace, "item 10"), [5500]);

    let trace = run("queue-sentinel", "marker-each", &[]);
    assert_eq!(trace.ended(), Some((secs(5.5), Ending::Finished)));
    assert_eq!(times(&trace, "stops"), [5000, 5000, 5500]);
}

#[test]
fn with_one_marker_the_end_is_always_a_deadlock_and_with_two_never() {
    let scenario = find("queue-sentinel");
    for values in spread(scenario) {
        let ends: Vec<_> = scenario.ideal(&values).iter().map(|trace| trace.ended().map(|(_, how)| how)).collect();
        assert_eq!(ends, [Some(Ending::Deadlock), Some(Ending::Finished)], "{values:?}");
    }
}

#[test]
fn the_busiest_second_tells_the_three_limits_apart() {
    let sent = |variant| times(&run("rate-limit", variant, &[]), "sent");
    for (variant, busiest) in [("semaphore", 20), ("token-bucket", 9), ("evenly", 5)] {
        let sent = sent(variant);
        assert_eq!(sent.len(), 20);
        let within = |begin: u128| sent.iter().filter(|at| (begin..begin + 1000).contains(*at)).count();
        assert_eq!(sent.iter().map(|begin| within(*begin)).max(), Some(busiest));
    }
    let scenario = find("rate-limit");
    let (values, traces) = (scenario.defaults(), scenario.ideal(&scenario.defaults()));
    let why = (scenario.why)(&Told::new(scenario, &values, &traces));
    for part in [
        "20 in the busiest second, too many",
        "1.2 s (16.7 per second on average)",
        "rate: 9",
        "3.1 s",
        "more than 5",
        "3.9 s",
    ] {
        assert!(why.contains(part), "{part} is not in: {why}");
    }
    let seconds = [0, 1, 2, 3].map(|second| sent("token-bucket").iter().filter(|at| **at / 1000 == second).count());
    assert_eq!(seconds, [9, 5, 5, 1]);
}

#[test]
fn slow_answers_hide_that_a_semaphore_is_no_rate() {
    let trace = run("rate-limit", "semaphore", &[("latency", 1.0)]);
    assert_eq!(diagnose(&trace), []);
    assert_eq!(times(&trace, "sent").iter().filter(|at| **at < 1000).count(), 5);
}

#[test]
fn the_bucket_and_even_starts_keep_to_every_rate() {
    let scenario = find("rate-limit");
    let mut over = 0;
    for values in spread(scenario) {
        let [semaphore, bucket, even] = &scenario.ideal(&values)[..] else { panic!("three variants") };
        let found = |trace| diagnose(trace).into_iter().map(|found| found.kind).collect::<Vec<_>>();
        assert_eq!((found(bucket), found(even)), (vec![], vec![]), "{values:?}");
        over += usize::from(found(semaphore) == [Kind::OverRate]);
    }
    assert!(over > 1, "the semaphore is over the rate at several values, not at {over}");
}

#[test]
fn how_long_a_polite_task_starves_is_told_as_it_is_drawn() {
    for (variant, expected) in [("no-yield", 0.8), ("yield", 0.4)] {
        let trace = run("fairness", variant, &[]);
        let timeline = Timeline::of(&trace);
        for name in ["polite 1", "polite 2"] {
            assert_eq!(row(&timeline, name).total(State::Ready), secs(expected), "{variant} {name}");
            assert_eq!(told(&trace, &format!("{name} done, starved for ")), [format!("{expected:.1} s")]);
        }
    }
    for trace in find("fairness").ideal(&find("fairness").defaults()) {
        assert_eq!(times(&trace, "greedy done"), [1000]);
    }
}

#[test]
fn only_the_context_manager_closes_the_connection_when_the_query_fails() {
    for (fails, [without, with]) in [(1.0, [0, 1]), (0.0, [1, 1])] {
        for (variant, closed) in [("without", without), ("with", with)] {
            let trace = run("context-manager", variant, &[("fails", fails)]);
            assert_eq!(times(&trace, "disconnected").len(), closed, "{variant} {fails}");
            assert_eq!(told(&trace, "caught: ").len(), fails as usize, "{variant} {fails}");
            let left_open = diagnose(&trace).iter().any(|found| found.kind == Kind::NotReleased);
            assert_eq!(left_open, closed == 0, "{variant} {fails}");
        }
    }
}

#[test]
fn the_timer_prints_what_its_body_took() {
    assert_eq!(told(&run("timer", "timer", &[]), "took "), ["1.50 s"]);
    assert_eq!(told(&run("timer", "timer", &[("body", 0.3)]), "took "), ["0.30 s"]);
}

#[test]
fn numbers_come_one_by_one() {
    let trace = run("async-iterator", "iterator", &[]);
    let expected = [500, 1000, 1500, 2000, 2500].into_iter().zip(1..).map(|(at, n)| (at, format!("got {n}")));
    assert_eq!(prints(&trace)[..5], expected.collect::<Vec<_>>());
}

#[test]
fn a_stream_starts_sooner_and_only_overlap_ends_sooner() {
    let starts = |variant| {
        let trace = run("async-generator", variant, &[]);
        (times(&trace, "item 1.1 starts"), trace.until())
    };
    assert_eq!(starts("collect"), (vec![1500], secs(3.3)));
    assert_eq!(starts("stream"), (vec![500], secs(3.3)));
    assert_eq!(starts("prefetch"), (vec![500], secs(2.3)));
}
