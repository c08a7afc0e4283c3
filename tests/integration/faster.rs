//! Random programs: what the trace says about making one task faster is what happens when it is made faster.

use std::cell::{Cell, RefCell};
use std::cmp::Ordering;
use std::collections::VecDeque;
use std::rc::Rc;
use std::time::Duration;

use futures::FutureExt as _;
use futures::future::LocalBoxFuture;
use interleave::aio::trace::{Trace, What};
use interleave::aio::{
    Error, Event, Lock, Queue, Result, Semaphore, Task, as_completed, blocking_sleep, gather, print, sleep, spawn,
    task_group, timeout, to_thread, yield_now,
};
use interleave::host::virtual_time;
use interleave::timeline::{Faster, critical_path, would_faster_help};
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

/// One thing that a task does. Times are in units; things that are shared have numbers.
#[derive(Clone, Debug)]
enum Op {
    Sleep(u32),
    Thread(u32),
    Block(u32),
    Yield,
    Fail,
    Spawn(Body),
    /// Awaits the oldest task that it spawned and has not awaited.
    Await,
    Gather(Vec<Body>),
    /// Takes as many results as that, as they come.
    AsCompleted(Vec<Body>, usize),
    Group(Vec<Body>),
    Timeout(u32, Vec<Op>),
    Semaphore(usize, Vec<Op>),
    Lock(usize, Vec<Op>),
    Wait(usize),
    Set(usize),
    Get(usize),
    Put(usize),
}

/// A task, known by its number whenever it comes to be created.
#[derive(Clone, Debug)]
struct Body {
    number: usize,
    ops: Vec<Op>,
}

const UNIT: Duration = Duration::from_millis(100);
const THINGS: usize = 2;

struct World {
    /// The task whose own operations take a millionth less time.
    faster: Option<usize>,
    semaphores: Vec<Semaphore>,
    locks: Vec<Lock>,
    events: Vec<Event>,
    queues: Vec<Queue<()>>,
    used: Cell<bool>,
}

impl World {
    fn new(faster: Option<usize>) -> Rc<Self> {
        let names = 0..THINGS;
        Rc::new(Self {
            faster,
            semaphores: names.clone().map(|place| Semaphore::new(place + 1).named(place.to_string())).collect(),
            locks: names.clone().map(|place| Lock::new().named(place.to_string())).collect(),
            events: names.clone().map(|place| Event::new().named(place.to_string())).collect(),
            queues: names.map(|place| Queue::bounded(place).named(place.to_string())).collect(),
            used: Cell::default(),
        })
    }

    fn units(&self, number: usize, units: u32) -> Duration {
        let full = UNIT * units;
        if self.faster == Some(number) { full / 1_000_000 * 999_999 } else { full }
    }

    fn share(&self) {
        self.used.set(true);
    }
}

/// Errors are handled where they arrive, but for the request to stop.
fn handled<T>(result: Result<T>) -> Result<()> {
    result.map(drop).or_else(|error| if error.is_cancelled() { Err(error) } else { Ok(()) })
}

fn start(world: &Rc<World>, body: &Body) -> LocalBoxFuture<'static, Result<()>> {
    let (world, body) = (world.clone(), body.clone());
    async move {
        print(body.number);
        let mut tasks = VecDeque::new();
        run(&world, body.number, &body.ops, &mut tasks).await
    }
    .boxed_local()
}

fn run<'a>(
    world: &'a Rc<World>,
    number: usize,
    ops: &'a [Op],
    tasks: &'a mut VecDeque<Task<()>>,
) -> LocalBoxFuture<'a, Result<()>> {
    let start = |body: &Body| start(world, body);
    async move {
        for op in ops {
            match op {
                Op::Sleep(units) => sleep(world.units(number, *units)).await?,
                Op::Thread(units) => {
                    let time = world.units(number, *units);
                    to_thread(move || {
                        blocking_sleep(time);
                        Ok(())
                    })
                    .await?;
                }
                Op::Block(units) => blocking_sleep(UNIT * *units),
                Op::Yield => yield_now().await?,
                Op::Fail => return Err(Error::raised(number.to_string())),
                Op::Spawn(body) => tasks.push_back(spawn(start(body))),
                Op::Await => {
                    if let Some(task) = tasks.pop_front() {
                        handled(task.await)?;
                    }
                }
                Op::Gather(bodies) => handled(gather(bodies.iter().map(start)).await)?,
                Op::AsCompleted(bodies, take) => {
                    for next in as_completed(bodies.iter().map(start)).take(*take) {
                        handled(next.await)?;
                    }
                }
                Op::Group(bodies) => {
                    let futures: Vec<_> = bodies.iter().map(start).collect();
                    let group = task_group(|group| async move {
                        for future in futures {
                            drop(group.spawn(future));
                        }
                        Ok(())
                    });
                    handled(group.await)?;
                }
                Op::Timeout(units, ops) => handled(timeout(UNIT * *units, run(world, number, ops, tasks)).await)?,
                Op::Semaphore(place, ops) => {
                    world.share();
                    let _permit = world.semaphores[*place].acquire().await?;
                    run(world, number, ops, tasks).await?;
                }
                Op::Lock(place, ops) => {
                    world.share();
                    let _guard = world.locks[*place].acquire().await?;
                    run(world, number, ops, tasks).await?;
                }
                Op::Wait(place) => {
                    world.share();
                    world.events[*place].wait().await?;
                }
                Op::Set(place) => {
                    world.share();
                    world.events[*place].set();
                }
                Op::Get(place) => {
                    world.share();
                    world.queues[*place].get().await?;
                }
                Op::Put(place) => {
                    world.share();
                    world.queues[*place].put(()).await?;
                }
            }
        }
        Ok(())
    }
    .boxed_local()
}

fn leaf(shared: bool) -> BoxedStrategy<Op> {
    let alone = prop_oneof![
        8 => (1..4_u32).prop_map(Op::Sleep),
        1 => (1..4_u32).prop_map(Op::Thread),
        1 => (1..3_u32).prop_map(Op::Block),
        1 => Just(Op::Yield),
        1 => Just(Op::Fail),
        4 => Just(Op::Await),
    ];
    if !shared {
        return alone.boxed();
    }
    let thing = 0..THINGS;
    prop_oneof![
        8 => alone,
        1 => thing.clone().prop_map(Op::Wait),
        1 => thing.clone().prop_map(Op::Set),
        1 => thing.clone().prop_map(Op::Get),
        2 => thing.prop_map(Op::Put),
    ]
    .boxed()
}

fn ops(shared: bool) -> BoxedStrategy<Vec<Op>> {
    let op = leaf(shared).prop_recursive(3, 24, 3, move |op| {
        let some = || prop::collection::vec(op.clone(), 1..4);
        let body = || some().prop_map(|ops| Body { number: 0, ops });
        let bodies = || prop::collection::vec(body(), 1..4);
        let alone = prop_oneof![
            4 => body().prop_map(Op::Spawn),
            3 => bodies().prop_map(Op::Gather),
            1 => (bodies(), 1..4_usize).prop_map(|(bodies, take)| Op::AsCompleted(bodies, take)),
            2 => bodies().prop_map(Op::Group),
            2 => (1..6_u32, some()).prop_map(|(units, ops)| Op::Timeout(units, ops)),
        ];
        if !shared {
            return alone.boxed();
        }
        prop_oneof![
            3 => alone,
            1 => (0..THINGS, some()).prop_map(|(thing, ops)| Op::Semaphore(thing, ops)),
            1 => (0..THINGS, some()).prop_map(|(thing, ops)| Op::Lock(thing, ops)),
        ]
        .boxed()
    });
    prop::collection::vec(op, 1..6).boxed()
}

/// Numbers the tasks below in the order in which they stand.
fn number(ops: &mut [Op], next: &mut usize) {
    fn body(body: &mut Body, next: &mut usize) {
        body.number = *next;
        *next += 1;
        number(&mut body.ops, next);
    }
    for op in ops {
        match op {
            Op::Spawn(one) => body(one, next),
            Op::Gather(bodies) | Op::AsCompleted(bodies, _) | Op::Group(bodies) => {
                for one in bodies {
                    body(one, next);
                }
            }
            Op::Timeout(_, ops) | Op::Semaphore(_, ops) | Op::Lock(_, ops) => number(ops, next),
            _ => {}
        }
    }
}

fn program(shared: bool) -> impl Strategy<Value = Body> {
    ops(shared).prop_map(|mut ops| {
        number(&mut ops, &mut 1);
        Body { number: 0, ops }
    })
}

/// What happens, and whether tasks use anything shared.
fn play(program: &Body, faster: Option<usize>) -> (Trace, bool) {
    let world = World::new(faster);
    let trace = virtual_time::run(start(&world, program)).trace;
    let used = world.used.take();
    (trace, used)
}

/// The number of each task of a run; none for a task that never ran.
fn numbers(trace: &Trace) -> Vec<Option<usize>> {
    let mut numbers = vec![None; trace.task_count()];
    for event in trace.events() {
        if let What::Printed(text) = &event.what {
            numbers[event.task.index()] = text.parse().ok();
        }
    }
    numbers
}

/// How many answers of each kind there were.
#[derive(Debug, Default)]
struct Tally {
    would: u32,
    would_not: u32,
    cannot_tell: u32,
}

fn check_path(trace: &Trace) -> std::result::Result<(), TestCaseError> {
    let path = critical_path(trace);
    let mut at = Duration::ZERO;
    for link in &path {
        prop_assert_eq!(link.from, at, "{:?} of\n{}", path, trace);
        prop_assert!(link.to > link.from);
        at = link.to;
    }
    prop_assert_eq!(at, trace.until());
    Ok(())
}

/// Compares every answer about a program with what happens.
fn compare(program: &Body, tally: &mut Tally) -> std::result::Result<(), TestCaseError> {
    let (trace, used) = play(program, None);
    check_path(&trace)?;
    prop_assert!(!used || !trace.resources().is_empty(), "what tasks share is not in\n{}", trace);
    let answers = would_faster_help(&trace);
    for (number, answer) in numbers(&trace).into_iter().zip(answers) {
        let Some(number) = number else { continue };
        let expected = match answer {
            Faster::CannotTell => {
                tally.cannot_tell += 1;
                continue;
            }
            Faster::Would => {
                tally.would += 1;
                Ordering::Less
            }
            Faster::WouldNot => {
                tally.would_not += 1;
                Ordering::Equal
            }
        };
        let (again, _) = play(program, Some(number));
        let compared = again.until().cmp(&trace.until());
        prop_assert_eq!(compared, expected, "task {} of\n{}\nand faster\n{}", number, trace, again);
    }
    Ok(())
}

/// How many programs a test tries; more, or others, when it is asked to.
fn cases() -> u32 {
    std::env::var("CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(1500)
}

fn try_programs(shared: bool) -> Tally {
    let tally = RefCell::new(Tally::default());
    let config = Config { cases: cases(), failure_persistence: None, ..Config::default() };
    let seed = std::env::var("SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(1_u8);
    let mut runner = TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &[seed; 32]));
    let outcome = runner.run(&program(shared), |program| compare(&program, &mut tally.borrow_mut()));
    if let Err(error) = outcome {
        panic!("{error}");
    }
    tally.into_inner()
}

/// Too careful an answer is right, and useless.
fn check_rates(tally: &Tally) {
    let told = tally.would + tally.would_not;
    assert!(tally.would > 0 && tally.would_not > 0 && told > 3 * tally.cannot_tell, "{tally:?}");
}

#[test]
fn what_a_trace_says_of_a_faster_task_is_what_happens() {
    check_rates(&try_programs(false));
}

#[test]
fn what_a_trace_says_of_a_faster_task_is_what_happens_with_locks_and_queues() {
    check_rates(&try_programs(true));
}
