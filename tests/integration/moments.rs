//! A run as it stood at some moment.

use std::collections::BTreeSet;
use std::time::Duration;

use interleave::scenarios::ALL;
use interleave::timeline::{Timeline, describe, diagnose};

#[test]
fn every_moment_of_every_run_can_be_looked_at() {
    for scenario in ALL {
        for trace in scenario.ideal(&scenario.defaults()) {
            let whole: Vec<_> = trace.events().map(|event| format!("{event:?}")).collect();
            let moments: BTreeSet<Duration> = trace.events().map(|event| event.at).collect();
            let between = |at: &Duration| [*at, *at + Duration::from_nanos(1)];
            for moment in moments.iter().flat_map(between) {
                let cut = trace.up_to(moment);
                let events: Vec<_> = cut.events().map(|event| format!("{event:?}")).collect();
                let is_past = trace.events().filter(|event| event.at <= moment).count();
                assert_eq!(events, whole[..is_past], "{} at {moment:?}", scenario.id);
                let timeline = Timeline::new(&cut, moment);
                assert!(timeline.until <= moment.max(trace.until()), "{} at {moment:?}", scenario.id);
                assert!(timeline.rows.iter().all(|row| row.end.as_ref().is_none_or(|(at, _)| *at <= moment)));
                assert!(!describe("cut", &timeline).is_empty());
                // Whatever is proved by then: it is not to panic.
                drop(diagnose(&cut));
                assert_eq!(cut.tasks().len(), cut.task_count());
            }
            assert_eq!(trace.up_to(trace.until()).to_json(), trace.to_json(), "{}", scenario.id);
            assert_eq!(trace.up_to(Duration::MAX).to_json(), trace.to_json(), "{}", scenario.id);
        }
    }
}

#[test]
fn what_has_not_begun_is_not_there() {
    let scenario = interleave::scenarios::Scenario::find("gather").expect("a scenario");
    let trace = scenario.variants[0].ideal(&scenario.defaults());
    let cut = trace.up_to(Duration::from_millis(1500));
    assert_eq!(trace.spans().len(), 3);
    assert_eq!(cut.spans().len(), 2, "the third request has not been sent");
    assert_eq!(Timeline::new(&cut, Duration::from_millis(1500)).completions().len(), 1);
    assert_eq!(cut.ended(), None);
}
