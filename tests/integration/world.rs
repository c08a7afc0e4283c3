//! Programs that ask the world outside, and what stands in for it.

use std::any::Any;
use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use futures::FutureExt;
use futures::channel::oneshot;
use interleave::aio::trace::{TaskId, Trace, What};
use interleave::aio::{Aio, Error, Host, When, offered, print, sleep, spawn, timeout, wrap_future};
use interleave::host::virtual_time::{self, VirtualTime};
use interleave::scenarios::{Real, Scenario, Values};
use interleave::world::{Part, Reply, Request, World};

use crate::support::{prints, secs};

/// The virtual clock, with something to offer.
struct Offering(Rc<VirtualTime>, Rc<World>);

impl Host for Offering {
    fn now(&self) -> Duration {
        self.0.now()
    }

    fn request_turn(&self, aio: &Aio, when: When) {
        self.0.request_turn(aio, when);
    }

    fn block(&self, duration: Duration) {
        self.0.block(duration);
    }

    fn offers(&self) -> Option<Rc<dyn Any>> {
        Some(self.1.clone())
    }
}

/// A world that answers at once, and remembers what it was asked.
fn world(answer: impl Fn(&Request) -> Reply + 'static) -> (Rc<World>, Rc<RefCell<Vec<Request>>>) {
    let asked = Rc::new(RefCell::new(Vec::new()));
    let heard = asked.clone();
    let ask = move |request: Request| {
        let reply = answer(&request);
        heard.borrow_mut().push(request);
        async { reply }.boxed_local()
    };
    (Rc::new(World::new(1e6, ask)), asked)
}

fn run(id: &str, variant: &str, values: &Values, world: &Rc<World>) -> Trace {
    let scenario = Scenario::find(id).expect("a scenario");
    let variant = scenario.variants.iter().find(|known| known.id == variant).expect("a variant");
    let clock = Rc::new(VirtualTime::default());
    let aio = variant.start(Offering(clock.clone(), world.clone()), values);
    assert!(clock.play(&aio));
    aio.into_trace()
}

fn said(trace: &Trace) -> Vec<String> {
    let mut lines: Vec<_> =
        prints(trace).iter().filter_map(|line| line.split_once(' ')).map(|(_, it)| it.to_owned()).collect();
    lines.sort();
    lines
}

fn outside() -> impl Iterator<Item = &'static Scenario> {
    interleave::scenarios::ALL.iter().copied().filter(|scenario| scenario.real.is_outside())
}

#[test]
fn a_world_that_refuses_leaves_every_program_as_the_model_has_it() {
    for scenario in outside() {
        for variant in scenario.variants {
            let (world, asked) = world(|_| Reply::Refused("not here".into()));
            let values = scenario.defaults();
            let modelled = variant.ideal(&values);
            // What blocks for so long in the model computes for so long in the world, which has no time here.
            if variant.id == "on-the-loop" {
                continue;
            }
            let refused = run(scenario.id, variant.id, &values, &world);
            let name = format!("{} {}", scenario.id, variant.id);
            assert_eq!(said(&refused), said(&modelled), "{name}");
            assert_eq!(refused.until(), modelled.until(), "{name}");
            assert!(!asked.borrow().is_empty(), "{name} asked for nothing");
            let tallies = world.tallies();
            assert!(tallies.iter().all(|tally| tally.answered == 0 && tally.why == "not here"), "{tallies:?}");
            assert_eq!(tallies.iter().map(|tally| tally.refused as usize).sum::<usize>(), asked.borrow().len());
        }
    }
}

#[test]
fn a_world_that_answers_is_taken_at_its_word_and_takes_no_time_of_the_model() {
    let (world, asked) = world(|request| match request {
        Request::Fetch(address) if address == "site/users/2.txt" => Reply::Failed("410 Gone".into()),
        Request::Fetch(address) => Reply::Done(address.to_uppercase()),
        _ => Reply::Refused(String::new()),
    });
    let values = Scenario::find("http-client").expect("a scenario").defaults();
    let trace = run("http-client", "filter", &values, &world);
    assert_eq!(trace.until(), Duration::ZERO);
    let users = "users: SITE/USERS/1.TXT, SITE/USERS/3.TXT, SITE/USERS/4.TXT, SITE/USERS/5.TXT";
    assert!(said(&trace).iter().any(|line| line == users), "{:?}", said(&trace));
    assert_eq!(asked.borrow().len(), 5);
    assert_eq!(world.tallies().iter().map(|tally| (tally.part, tally.answered)).collect::<Vec<_>>(), [(Part::Web, 5)]);
}

#[test]
fn a_page_where_a_user_should_be_is_nobody() {
    let (world, _) = world(|_| Reply::Done("<!doctype html><title>Not found</title>".into()));
    let values = Scenario::find("http-client").expect("a scenario").defaults();
    let trace = run("http-client", "raise", &values, &world);
    assert!(said(&trace).iter().any(|line| line.starts_with("error: 404 Not Found: users/1")), "{:?}", said(&trace));
}

#[test]
fn the_readers_own_page_comes_first_and_is_asked_for_as_it_was_typed() {
    let (world, asked) = world(|_| Reply::Done("<title>Mine</title>".into()));
    let mut values = Scenario::find("web-scraper").expect("a scenario").defaults();
    values.set_address(Some("https://example.org/".into()));
    let modelled = Scenario::find("web-scraper").expect("a scenario").variants[0].ideal(&values);
    assert!(said(&modelled).iter().any(|line| line.starts_with("https://example.org/ ")), "the model knows it as well");
    run("web-scraper", "sequential", &values, &world);
    let asked: Vec<_> = asked.borrow().iter().take(2).cloned().collect();
    assert_eq!(asked, [Request::Fetch("https://example.org/".into()), Request::Fetch("site/tea.html".into())]);
}

#[test]
fn real_workers_are_asked_no_more_at_once_than_there_are() {
    let waiting: Rc<RefCell<Vec<oneshot::Sender<Reply>>>> = Rc::default();
    let kept = waiting.clone();
    let world = Rc::new(World::new(1e6, move |request| {
        let Request::Sum { below, times } = request else { panic!("{request:?}") };
        assert_eq!(times, (1e6 / below as f64) as u32, "as much work as a second has, whatever the number");
        let (answer, answered) = oneshot::channel();
        kept.borrow_mut().push(answer);
        answered.map(|reply| reply.expect("an answer")).boxed_local()
    }));
    let scenario = Scenario::find("cpu-bound").expect("a scenario");
    let mut values = scenario.defaults();
    values.set("workers", 2.0);
    assert_eq!(scenario.real, Real::Computes);
    assert_eq!(scenario.real.workers(&values), 2);
    let clock = Rc::new(VirtualTime::default());
    let aio = scenario.variants[1].start(Offering(clock.clone(), world), &values);
    for _ in 0..2 {
        assert!(clock.play(&aio));
        assert_eq!(waiting.borrow().len(), 2);
        assert_eq!(aio.ended(), None, "somebody outside still holds their wakers");
        for answer in waiting.take() {
            answer.send(Reply::Done("7".into())).expect("somebody waits");
        }
    }
    assert!(clock.play(&aio));
    assert_eq!(said(&aio.into_trace()), ["sum 1 is 7", "sum 2 is 7", "sum 3 is 7", "sum 4 is 7"]);
}

#[test]
fn preparations_are_what_the_programs_then_ask_for() {
    for scenario in outside() {
        let prepared: Vec<_> = scenario.real.preparations().into_iter().map(|it| it.request).collect();
        let (world, asked) = world(|_| Reply::Refused(String::new()));
        run(scenario.id, scenario.variants.last().expect("a variant").id, &scenario.defaults(), &world);
        let asked = asked.borrow();
        for request in asked.iter().filter(|request| request.part() != Part::Mail) {
            assert!(prepared.iter().any(|other| other.part() == request.part()), "{}: {request:?}", scenario.id);
            if let Request::Read(file) = request {
                let made = |other: &Request| matches!(other, Request::Write { file: known, .. } if known == file);
                assert!(prepared.iter().any(made), "{file} is read and was never made");
            }
        }
    }
    assert!(Real::Waits.preparations().is_empty() && Real::Blocks.preparations().is_empty());
}

#[test]
fn a_request_to_stop_reaches_a_task_that_waits_for_the_outside() {
    let run = virtual_time::run(async {
        let (_kept, never) = oneshot::channel::<u32>();
        let waiter = spawn(async move { wrap_future(never).await }).named("waiter");
        sleep(secs(1.0)).await?;
        waiter.cancel();
        let error = waiter.await.err();
        print(format!("{}", error.is_some_and(|error| error.is_cancelled())));
        let (_kept, never) = oneshot::channel::<u32>();
        let limited = timeout(secs(2.0), async { wrap_future(never).await.map(drop) }).await;
        Ok(matches!(limited, Err(Error::TimedOut)))
    });
    assert_eq!(run.result, Some(Ok(true)));
    assert_eq!(prints(&run.trace), ["1.0 true"]);
    assert_eq!(run.trace.until(), secs(3.0));
}

#[test]
fn what_comes_from_outside_stands_in_the_trace_at_its_line() {
    let run = virtual_time::run(async { wrap_future(async { 7 }).await });
    assert_eq!(run.result, Some(Ok(7)));
    let (answer, answered) = oneshot::channel();
    let clock = Rc::new(VirtualTime::default());
    let (aio, mut task) = Aio::start(clock.clone(), async move { wrap_future(answered).await });
    assert!(clock.play(&aio));
    answer.send(8).expect("somebody waits");
    assert!(clock.play(&aio));
    assert_eq!(task.try_result(), Some(Ok(Ok(8))));
    let trace = aio.into_trace();
    let waits =
        |event: &interleave::aio::trace::Event| matches!(event.what, What::Suspended(_)) && event.task == TaskId::MAIN;
    let wait = trace.events().find(waits).expect("it waited");
    assert!(wait.site.is_some_and(|site| site.file.ends_with("world.rs")), "{wait:?}");
}

#[test]
fn nothing_is_offered_where_nothing_is() {
    assert!(offered::<World>().is_none(), "outside a run");
    let (world, _) = world(|_| Reply::Refused(String::new()));
    let clock = Rc::new(VirtualTime::default());
    let host = Offering(clock.clone(), world);
    let (aio, mut task) = Aio::start(host, async { Ok((offered::<World>().is_some(), offered::<String>().is_some())) });
    assert!(clock.play(&aio));
    assert_eq!(task.try_result(), Some(Ok((true, false))));
}
