//! Runs in which somebody chooses which ready task is next.

use fastrand::Rng;
use interleave::aio::trace::{Ending, TaskId, Trace, Wait, What};
use interleave::aio::{Aio, Host, Result, gather, print, sleep, yield_now};
use interleave::host::schedule::{CHOICES_AT_MOST, Choices, Scheduled, run};
use interleave::host::virtual_time;
use interleave::scenarios::{ALL, Variant};
use interleave::timeline::{Statistics, Timeline, diagnose, spells, wakes};

use crate::support::{prints, secs};

fn choices(places: impl IntoIterator<Item = u8>, goes_on: bool) -> Choices {
    Choices { places: places.into_iter().collect(), goes_on }
}

fn chosen<T: std::fmt::Debug + 'static>(
    places: &[u8],
    goes_on: bool,
    main: impl Future<Output = Result<T>> + 'static,
) -> Scheduled {
    run(&choices(places.iter().copied(), goes_on), |host| Aio::start(host, main).0)
}

async fn three() -> Result<()> {
    let steps = |name: &'static str| async move {
        print(format!("{name}1"));
        yield_now().await?;
        print(format!("{name}2"));
        Ok(())
    };
    gather(["a", "b", "c"].map(steps)).await.map(drop)
}

fn order(trace: &Trace) -> String {
    prints(trace).iter().filter_map(|line| line.split(' ').nth(1)).collect::<Vec<_>>().join(" ")
}

#[test]
fn a_run_stops_where_two_are_ready_and_goes_on_with_the_chosen() {
    let begun = chosen(&[], false, three());
    assert_eq!((begun.ready, order(&begun.trace)), (vec![TaskId(1), TaskId(2), TaskId(3)], String::new()));
    let next = chosen(&[2], false, three());
    assert_eq!((next.picked, order(&next.trace)), (vec![TaskId(3)], "c1".to_owned()));
    // Who has yielded stands at the end of the queue, and can be chosen before the others all the same.
    assert_eq!(next.ready, [TaskId(1), TaskId(2), TaskId(3)]);
    let whole = chosen(&[2, 2, 1, 1], false, three());
    assert_eq!(order(&whole.trace), "c1 c2 b1 b2 a1 a2");
    assert_eq!((whole.ready, whole.refused), (Vec::new(), None));
    assert_eq!(whole.trace.ended(), virtual_time::run(three()).trace.ended());
}

#[test]
fn who_lets_the_loop_go_on_gets_its_order() {
    assert_eq!(order(&chosen(&[], true, three()).trace), "a1 b1 c1 a2 b2 c2");
    assert_eq!(order(&chosen(&[1], true, three()).trace), "b1 a1 c1 b2 a2 c2");
}

#[test]
fn a_choice_that_is_not_there_is_refused_with_all_that_follow() {
    let run = chosen(&[1, 7, 0], true, three());
    assert_eq!((run.refused, run.picked.len(), run.ready.len()), (Some(1), 1, 3));
    assert_eq!(order(&run.trace), "b1");
}

#[test]
fn after_the_last_choice_that_counts_the_loop_goes_on() {
    let yields = || async {
        for _ in 0..CHOICES_AT_MOST {
            yield_now().await?;
        }
        Ok(())
    };
    let run = chosen(&[0; 2 * CHOICES_AT_MOST], false, async move { gather([yields(), yields()]).await });
    assert_eq!(run.picked.len(), CHOICES_AT_MOST);
    assert!(run.ready.is_empty() && run.trace.ended().is_some());
}

#[test]
fn a_run_without_end_is_stopped() {
    let endless = || async {
        loop {
            sleep(secs(0.001)).await?;
        }
    };
    let run = chosen::<Vec<()>>(&[], true, async move { gather([endless(), endless()]).await });
    assert_eq!(run.trace.ended().map(|(_, how)| how), Some(Ending::Stopped));
}

/// The trace as text, without the line that created main.
fn told(trace: &Trace) -> String {
    let text = trace.to_string();
    text.lines().filter(|line| !line.contains("@mod.rs:")).collect::<Vec<_>>().join("\n")
}

fn play(variant: &'static Variant, values: &interleave::scenarios::Values, choices: &Choices) -> Scheduled {
    run(choices, |host: std::rc::Rc<dyn Host>| variant.start(host, values))
}

/// Who always takes the first does what the loop does, event by event.
#[test]
fn first_in_first_out_is_one_of_the_choices() {
    for scenario in ALL {
        let values = scenario.defaults();
        for variant in scenario.variants {
            let ideal = told(&variant.ideal(&values));
            for choices in [choices([], true), choices([0; CHOICES_AT_MOST], true)] {
                let run = play(variant, &values, &choices);
                assert_eq!(told(&run.trace), ideal, "{}: {}", scenario.id, variant.id);
            }
        }
    }
}

/// No time goes back, and no task does what it cannot do in the state in which it is.
fn check(trace: &Trace, what: &str) {
    #[derive(Clone, Copy, Debug, PartialEq)]
    enum State {
        Unborn,
        Ready,
        Running,
        Suspended,
        Over,
    }
    let mut states = vec![State::Unborn; trace.task_count()];
    let mut last = std::time::Duration::ZERO;
    for event in trace.events() {
        assert!(event.at >= last, "{what}: {event:?}");
        last = event.at;
        let state = &mut states[event.task.index()];
        let (may, next) = match &event.what {
            What::Created => (*state == State::Unborn, State::Ready),
            What::Running => (*state == State::Ready, State::Running),
            What::Suspended(Wait::Yield) => (*state == State::Running, State::Ready),
            // A call that waited for a worker has got one.
            What::Suspended(_) => (matches!(*state, State::Running | State::Suspended), State::Suspended),
            What::Ready(_) => (matches!(*state, State::Suspended | State::Running), State::Ready),
            What::Finished(_) => (matches!(*state, State::Running | State::Ready), State::Over),
            _ => (true, *state),
        };
        assert!(may, "{what}: {event:?} while {state:?}");
        *state = next;
    }
}

/// Whatever is chosen, all that is computed from a trace can be computed from this one, at every stage of it.
#[test]
fn any_order_gives_a_trace_that_can_be_read() {
    let mut dice = Rng::with_seed(7);
    for scenario in ALL {
        let values = scenario.defaults();
        for variant in scenario.variants {
            let what = format!("{}: {}", scenario.id, variant.id);
            for _ in 0..2 {
                let mut made = choices([], false);
                loop {
                    let run = play(variant, &values, &made);
                    assert_eq!((run.refused, run.picked.len()), (None, made.places.len()), "{what}");
                    if run.ready.is_empty() || made.places.len() > 25 {
                        break;
                    }
                    assert!(run.trace.ended().is_none(), "{what}: it asks and is over");
                    made.places.push(dice.u8(0..run.ready.len() as u8));
                    // The run so far is shown as well.
                    let timeline = Timeline::new(&run.trace, run.now);
                    assert!(timeline.rows.len() <= run.trace.task_count() + run.trace.spans().len(), "{what}");
                }
                made.goes_on = true;
                let run = play(variant, &values, &made);
                assert!(run.trace.ended().is_some(), "{what}");
                check(&run.trace, &what);
                let again = play(variant, &values, &made);
                assert_eq!(again.trace.to_string(), run.trace.to_string(), "{what}: the same choices, another run");
                let timeline = Timeline::of(&run.trace);
                let ended = timeline.rows.iter().filter(|row| row.depth > 0 && row.end.is_some()).count();
                assert!(timeline.rows.len() == 1 || timeline.completions().len() == ended, "{what}");
                let _ = (
                    diagnose(&run.trace),
                    Statistics::of(&run.trace),
                    wakes(&run.trace),
                    spells(&run.trace, timeline.until),
                );
            }
        }
    }
}
