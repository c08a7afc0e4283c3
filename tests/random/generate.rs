//! Strategies: how programs are chosen, and how they shrink.
//!
//! What stands earlier in a list is simpler: shrinking goes from the later to the earlier.

use std::fmt::{self, Display};

use clap::ValueEnum;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::strategy::{Union, ValueTree};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use crate::number::numbered;
use crate::program::{
    Action, Block, Catch, Coroutine, Item, Kind, Look, Manager, OF_EACH, Op, Pool, Program, QueueKind, Target, Ticks,
    Try, Until, When, Which, Work,
};

/// How deep blocks stand in each other.
const DEPTH: u32 = 3;
const STEPS: usize = 5;

/// What belongs together; `Core` is in every program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Feature {
    /// Prints, sleeps, tasks, errors, loops.
    Core,
    /// `gather`.
    Gather,
    /// `as_completed`.
    AsCompleted,
    /// `wait`.
    Wait,
    /// `shield`.
    Shield,
    /// Messages of cancellations, and how many requests there are.
    Cancel,
    /// How tasks have ended, and what is called then.
    Watch,
    /// Bare futures.
    Future,
    /// `call_soon` and the like.
    Call,
    /// `timeout`, `timeout_at` and `wait_for`.
    Timeout,
    /// `TaskGroup`.
    Group,
    /// Locks, semaphores and events.
    Sync,
    /// What is taken and freed by hand.
    Release,
    /// Conditions.
    Condition,
    /// Barriers.
    Barrier,
    /// Queues.
    Queue,
    /// Shutting down queues; from 3.13 on.
    ShutDown,
    /// Blocking calls.
    Block,
    /// Threads, processes and what their workers do.
    Pool,
    /// Asynchronous context managers.
    Context,
    /// Asynchronous generators.
    Generator,
    /// Circles of tasks that await each other.
    Circle,
    /// What is there to be diagnosed: forgotten operations, values, rates, things to be closed, queues that grow.
    Mistake,
}

/// Several features; none stand for all.
#[derive(Clone, Copy, Debug, Default)]
pub struct Features(u32);

impl Features {
    /// All of them.
    pub const ALL: Self = Self(0);

    fn has(self, feature: Feature) -> bool {
        self.0 == 0 || self.0 & (1 << feature as u32) != 0
    }
}

impl FromIterator<Feature> for Features {
    fn from_iter<I: IntoIterator<Item = Feature>>(features: I) -> Self {
        Self(features.into_iter().fold(0, |set, feature| set | 1 << feature as u32))
    }
}

/// What there may be in a program.
#[derive(Clone, Copy, Debug, Default)]
pub struct Wanted {
    /// Only these features, beside what is in every program.
    pub only: Features,
    /// Also what `CPython` has from 3.13 on.
    pub since_3_13: bool,
    /// Also what asyncio does not have, and diagnoses are about.
    pub mistakes: bool,
}

impl Display for Wanted {
    /// As options of the command.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let only = Feature::value_variants().iter().filter(|feature| self.only.0 & (1 << **feature as u32) != 0);
        for (place, feature) in only.filter_map(ValueEnum::to_possible_value).enumerate() {
            let before = if place == 0 { " --only " } else { "," };
            write!(out, "{before}{}", feature.get_name())?;
        }
        out.write_str(if self.mistakes { " --mistakes" } else { "" })
    }
}

type Choice<T> = (Feature, u32, BoxedStrategy<T>);

fn one_of<T: fmt::Debug + 'static>(wanted: Wanted, choices: Vec<Choice<T>>) -> BoxedStrategy<T> {
    let wanted = |feature| match feature {
        Feature::Core => true,
        Feature::ShutDown if !wanted.since_3_13 => false,
        Feature::Mistake if !wanted.mistakes => false,
        feature => wanted.only.has(feature),
    };
    let chosen = choices.into_iter().filter(|(feature, ..)| wanted(*feature));
    Union::new_weighted(chosen.map(|(_, weight, strategy)| (weight, strategy)).collect()).boxed()
}

fn ticks() -> BoxedStrategy<Ticks> {
    (0..=6u8).boxed()
}

fn maybe_limit() -> BoxedStrategy<Option<Ticks>> {
    prop_oneof![Just(None), ticks().prop_map(Some)].boxed()
}

fn which() -> BoxedStrategy<Which> {
    (0..OF_EACH).boxed()
}

fn target() -> BoxedStrategy<Target> {
    any::<u16>().prop_map(|id| Target(id.into())).boxed()
}

fn wait() -> impl Strategy<Value = Kind> {
    let until = prop_oneof![Just(Until::First), Just(Until::Failure), Just(Until::All)];
    let targets = vec(target(), 0..=3);
    (targets, until, maybe_limit()).prop_map(|(targets, until, limit)| Kind::Wait(targets, until, limit))
}

fn call() -> impl Strategy<Value = Kind> {
    let when = prop_oneof![Just(When::Soon), ticks().prop_map(When::Later), (0..=12u8).prop_map(When::At),];
    let action = prop_oneof![
        Just(Action::Print),
        which().prop_map(Action::SetEvent),
        target().prop_map(Action::Cancel),
        which().prop_map(Action::SetResult),
    ];
    (which(), when, action).prop_map(|(which, when, action)| Kind::Call(which, when, action))
}

fn pool() -> BoxedStrategy<Pool> {
    prop_oneof![
        1 => Just(Pool::Default),
        4 => which().prop_map(Pool::Threads),
        2 => which().prop_map(Pool::Processes),
    ]
    .boxed()
}

fn work() -> BoxedStrategy<Work> {
    (vec(ticks(), 0..=2), prop::bool::weighted(0.2)).prop_map(|(parts, fails)| Work { parts, fails }).boxed()
}

/// Steps without steps inside.
fn leaves() -> Vec<Choice<Kind>> {
    use Feature::{
        Barrier, Block, Call, Cancel, Circle, Condition, Core, Future, Generator, Mistake, Pool, Queue, Release,
        ShutDown, Sync, Wait, Watch,
    };
    let task = |make: fn(Target) -> Kind| target().prop_map(make).boxed();
    let thing = |make: fn(Which) -> Kind| which().prop_map(make).boxed();
    let maybe_event = prop_oneof![Just(None), which().prop_map(Some)];
    let wait_condition = (which(), maybe_event).prop_map(|(which, event)| Kind::WaitCondition(which, event));
    let count = prop_oneof![Just(None), (0..=2u8).prop_map(Some)];
    let notify = (which(), count).prop_map(|(which, count)| Kind::Notify(which, count));
    let look = prop_oneof![Just(Look::Result), Just(Look::Error)];
    let thing_and_item = |make: fn(Which, u8) -> Kind| (which(), 0..4u8).prop_map(move |(a, b)| make(a, b)).boxed();
    let pour = (which(), 1..=3u8, 1..=2u8, 4..=12u8)
        .prop_map(|(which, puts, gets, times)| Kind::Pour(which, puts, gets, times));
    vec![
        (Core, 4, Just(Kind::Print).boxed()),
        (Core, 6, ticks().prop_map(Kind::Sleep).boxed()),
        (Core, 1, Just(Kind::Raise).boxed()),
        (Core, 4, task(Kind::Await)),
        (Core, 4, task(Kind::Cancel)),
        (Core, 1, task(Kind::IsDone)),
        (Cancel, 2, task(Kind::CancelWith)),
        (Cancel, 1, task(Kind::Cancelling)),
        (Cancel, 1, task(Kind::Uncancel)),
        (Watch, 1, Just(Kind::Name).boxed()),
        (Watch, 1, (target(), look).prop_map(|(target, look)| Kind::Look(target, look)).boxed()),
        (Watch, 2, task(Kind::OnDone)),
        (Wait, 2, wait().boxed()),
        (Future, 1, thing(Kind::NewFuture)),
        (Future, 2, thing(Kind::SetResult)),
        (Future, 1, thing(Kind::SetError)),
        (Future, 1, thing(Kind::CancelFuture)),
        (Future, 1, thing(Kind::FutureIsDone)),
        (Future, 1, thing(Kind::OnFutureDone)),
        (Future, 4, thing(Kind::WaitFuture)),
        (Call, 3, call().boxed()),
        (Call, 1, thing(Kind::CancelCall)),
        (Sync, 3, thing(Kind::SetEvent)),
        (Sync, 1, thing(Kind::ClearEvent)),
        (Sync, 2, thing(Kind::WaitEvent)),
        (Release, 1, thing(Kind::Release)),
        (Release, 2, thing(Kind::TakePlace)),
        (Release, 2, thing(Kind::GivePlace)),
        (Release, 2, thing(Kind::TakeLatch)),
        (Release, 2, thing(Kind::FreeLatch)),
        (Condition, 3, wait_condition.boxed()),
        (Condition, 3, notify.boxed()),
        (Barrier, 5, thing(Kind::WaitBarrier)),
        (Barrier, 1, thing(Kind::AbortBarrier)),
        (Barrier, 1, thing(Kind::ResetBarrier)),
        (Queue, 3, thing_and_item(Kind::Put)),
        (Queue, 3, thing(Kind::Get)),
        (Queue, 1, thing_and_item(Kind::TryPut)),
        (Queue, 1, thing(Kind::TryGet)),
        (Queue, 2, thing(Kind::TaskDone)),
        (Queue, 1, thing(Kind::Join)),
        (ShutDown, 1, (which(), any::<bool>()).prop_map(|(queue, now)| Kind::ShutDown(queue, now)).boxed()),
        (Block, 1, (1..=4u8).prop_map(Kind::Block).boxed()),
        (Release, 1, thing(Kind::FreeLock)),
        (Pool, 1, (1..=4u8).prop_map(Kind::Block).boxed()),
        (Pool, 5, (pool(), work()).prop_map(|(pool, work)| Kind::Job(pool, work)).boxed()),
        (Generator, 2, Just(Kind::Yield).boxed()),
        (Generator, 4, thing(Kind::Next)),
        (Generator, 2, thing(Kind::CloseGenerator)),
        (Circle, 4, task(Kind::AwaitAnyone)),
        (Mistake, 3, thing(Kind::Read)),
        (Mistake, 2, thing(Kind::Write)),
        (Mistake, 1, thing(Kind::Update)),
        (Mistake, 3, thing(Kind::Count)),
        (Mistake, 2, thing(Kind::Open)),
        (Mistake, 2, thing(Kind::Close)),
        (Mistake, 1, pour.boxed()),
    ]
}

/// Steps with steps inside.
fn branches(block: &BoxedStrategy<Block>) -> Vec<Choice<Kind>> {
    use Feature::{
        AsCompleted, Condition, Context, Core, Gather, Generator, Group, Mistake, Pool, Release, Shield, Sync, Timeout,
    };
    // Many look after what happens to them.
    let careful = attempt(block).prop_map(|it| vec![op(Kind::Try(it))]);
    let body = prop_oneof![2 => block.clone(), 1 => careful].boxed();
    let block = || block.clone();
    let coroutine = || coroutine_of(body.clone());
    let items = |handles: usize| {
        let new = vec(coroutine().prop_map(Item::New), 0..4);
        let tasks = vec(target().prop_map(Item::Task), 0..=handles);
        (new, tasks).prop_map(|(new, tasks)| tasks.into_iter().chain(new).collect::<Vec<_>>()).boxed()
    };
    let item = || prop_oneof![target().prop_map(Item::Task), coroutine().prop_map(Item::New)];
    let at_most = || prop_oneof![Just(None), (1..=2u8).prop_map(Some)];
    let job = (pool(), work(), block()).prop_map(|(pool, work, block)| Kind::JobMeanwhile(pool, work, block));
    let for_each = (which(), at_most(), block()).prop_map(|(which, most, block)| Kind::ForEach(which, most, block));
    vec![
        (Core, 4, (coroutine(), prop::bool::weighted(0.85)).prop_map(|(task, kept)| Kind::Spawn(task, kept)).boxed()),
        (Core, 1, (1..=3u8, block()).prop_map(|(times, block)| Kind::Repeat(times, block)).boxed()),
        (Core, 4, attempt(&block()).prop_map(Kind::Try).boxed()),
        (Timeout, 4, (ticks(), block()).prop_map(|(limit, block)| Kind::Timeout(limit, block)).boxed()),
        (Timeout, 1, (0..=12u8, block()).prop_map(|(when, block)| Kind::TimeoutAt(when, block)).boxed()),
        (Timeout, 1, (ticks(), item()).prop_map(|(limit, item)| Kind::WaitFor(limit, item)).boxed()),
        (Shield, 3, item().prop_map(Kind::Shield).boxed()),
        (Group, 2, block().prop_map(Kind::Group).boxed()),
        (Group, 3, attempt(&block().prop_map(|ops| vec![op(Kind::Group(ops))]).boxed()).prop_map(Kind::Try).boxed()),
        (Group, 6, (0..=1u8, coroutine()).prop_map(|(group, task)| Kind::SpawnInGroup(group, task)).boxed()),
        (Gather, 2, items(2).prop_map(Kind::Gather).boxed()),
        (Gather, 1, items(2).prop_map(Kind::GatherAll).boxed()),
        // Of several handles CPython's set decides which is heard of first: one at most, then.
        (AsCompleted, 1, (items(1), maybe_limit()).prop_map(|(items, limit)| Kind::AsCompleted(items, limit)).boxed()),
        (Sync, 1, (which(), block()).prop_map(|(lock, block)| Kind::Lock(lock, block)).boxed()),
        (Condition, 1, (which(), block()).prop_map(|(which, block)| Kind::Condition(which, block)).boxed()),
        (Sync, 1, (which(), block()).prop_map(|(semaphore, block)| Kind::Semaphore(semaphore, block)).boxed()),
        (Release, 1, (which(), block()).prop_map(|(which, block)| Kind::Lock(which, block)).boxed()),
        (Release, 1, (which(), block()).prop_map(|(which, block)| Kind::Place(which, block)).boxed()),
        (Pool, 2, job.boxed()),
        (Context, 4, (manager(&block()), block()).prop_map(|(manager, block)| Kind::With(manager, block)).boxed()),
        (Generator, 3, (which(), giving(body.clone())).prop_map(|(which, it)| Kind::NewGenerator(which, it)).boxed()),
        (Generator, 3, for_each.boxed()),
        (Generator, 2, used_up(giving(body.clone()), at_most().boxed(), block()).boxed()),
        (Mistake, 1, coroutine().prop_map(Kind::Forget).boxed()),
        (Mistake, 3, (coroutine(), block()).prop_map(|(task, block)| Kind::Prepare(task, block)).boxed()),
        (Mistake, 4, (which(), block()).prop_map(|(which, ops)| rewriting(which, ops)).boxed()),
        (Mistake, 3, (which(), ticks()).prop_map(|(which, time)| counting(which, time)).boxed()),
        (Mistake, 4, (coroutine(), ticks()).prop_map(|(task, time)| stopping(task, time)).boxed()),
    ]
}

/// No more than two of these steps.
fn few(block: &BoxedStrategy<Block>) -> impl Strategy<Value = Block> + Clone + use<> {
    block.clone().prop_map(|mut ops| {
        ops.truncate(2);
        ops
    })
}

fn manager(block: &BoxedStrategy<Block>) -> impl Strategy<Value = Manager> + use<> {
    let forgives = prop::bool::weighted(0.3);
    (few(block), few(block), forgives).prop_map(|(enter, exit, forgives)| Manager { enter, exit, forgives })
}

/// These steps, and some that give values among them.
fn giving(block: BoxedStrategy<Block>) -> BoxedStrategy<Block> {
    let places = vec(0..=STEPS, 0..=3);
    let yields = |(mut ops, places): (Block, Vec<usize>)| {
        for place in places {
            ops.insert(place.min(ops.len()), op(Kind::Yield));
        }
        ops
    };
    (block, places).prop_map(yields).boxed()
}

/// A generator from its making to its closing.
fn used_up(
    giving: BoxedStrategy<Block>,
    at_most: BoxedStrategy<Option<u8>>,
    block: BoxedStrategy<Block>,
) -> impl Strategy<Value = Kind> {
    (which(), giving, at_most, block).prop_map(|(which, giving, at_most, block)| {
        let body = vec![op(Kind::NewGenerator(which, giving)), op(Kind::ForEach(which, at_most, block))];
        let finally = vec![op(Kind::CloseGenerator(which))];
        Kind::Try(Try { body, catch: Catch::Exception, handler: Vec::new(), again: true, finally })
    })
}

fn attempt(block: &BoxedStrategy<Block>) -> impl Strategy<Value = Try> + use<> {
    let catch = prop_oneof![
        3 => Just(Catch::All),
        2 => Just(Catch::Cancelled),
        2 => Just(Catch::Exception),
        1 => Just(Catch::TimedOut),
    ];
    let few = few(block);
    let finally = prop_oneof![2 => Just(Vec::new()), 1 => few.clone()];
    (block.clone(), catch, few, any::<bool>(), finally).prop_map(|(body, catch, handler, again, finally)| Try {
        body,
        catch,
        handler,
        again,
        finally,
    })
}

/// Steps between reading a value and writing it.
fn rewriting(which: Which, mut ops: Block) -> Kind {
    ops.insert(0, op(Kind::Read(which)));
    ops.push(op(Kind::Write(which)));
    Kind::Repeat(1, ops)
}

/// What a rate limits, again and again.
fn counting(which: Which, time: Ticks) -> Kind {
    Kind::Repeat(3, [Kind::Count(which), Kind::Sleep(time)].map(op).into())
}

/// A task that is asked to stop after a while.
fn stopping(task: Coroutine, time: Ticks) -> Kind {
    let target = Target(task.id.into());
    Kind::Repeat(1, [Kind::Spawn(task, true), Kind::Sleep(time), Kind::Cancel(target)].map(op).into())
}

fn op(kind: Kind) -> Op {
    Op { label: 0, kind }
}

/// The steps inside of one.
fn inside(kind: Kind) -> Block {
    match kind {
        Kind::Try(it) => it.body,
        Kind::Spawn(task, _)
        | Kind::SpawnInGroup(_, task)
        | Kind::Forget(task)
        | Kind::WaitFor(_, Item::New(task))
        | Kind::Shield(Item::New(task)) => task.ops,
        Kind::Timeout(_, block)
        | Kind::TimeoutAt(_, block)
        | Kind::Group(block)
        | Kind::Lock(_, block)
        | Kind::Semaphore(_, block)
        | Kind::Condition(_, block)
        | Kind::Place(_, block)
        | Kind::JobMeanwhile(_, _, block)
        | Kind::With(_, block)
        | Kind::NewGenerator(_, block)
        | Kind::ForEach(_, _, block)
        | Kind::Prepare(_, block)
        | Kind::Repeat(_, block) => block,
        kind => vec![op(kind)],
    }
}

/// A coroutine of these steps.
fn coroutine_of(ops: impl Strategy<Value = Block> + 'static) -> BoxedStrategy<Coroutine> {
    (ops, any::<u16>()).prop_map(|(ops, id)| Coroutine { label: 0, id, ops }).boxed()
}

/// False only when shrunk.
fn true_at_first() -> impl Strategy<Value = bool> {
    prop::bool::weighted(1.0)
}

/// A step, with two more ways to shrink than the library's own: to leave only what stands inside of it, which is tried
/// before the step itself shrinks, and to leave it out, which is tried once more afterwards.
fn shrinking(kind: impl Strategy<Value = Kind>) -> impl Strategy<Value = Block> {
    (true_at_first(), kind, true_at_first()).prop_map(|(whole, kind, there)| match kind {
        _ if !there => Vec::new(),
        kind if whole => vec![op(kind)],
        kind => inside(kind),
    })
}

fn block(depth: u32, wanted: Wanted) -> BoxedStrategy<Block> {
    let mut choices = leaves();
    if depth > 0 {
        choices.extend(branches(&block(depth - 1, wanted)));
    }
    let op = shrinking(one_of(wanted, choices));
    vec(op, 0..=STEPS).prop_map(|ops| ops.concat()).boxed()
}

/// All programs that are wanted.
pub fn programs(wanted: Wanted) -> BoxedStrategy<Program> {
    let kind = prop_oneof![3 => Just(QueueKind::Fifo), 1 => Just(QueueKind::Lifo), 1 => Just(QueueKind::Priority)];
    let queue = (kind, 0..=2u8);
    // Some tasks to begin with, and some time for them: else most programs are over before much has happened.
    let task = coroutine_of(block(DEPTH - 1, wanted)).prop_map(|task| Kind::Spawn(task, true));
    let tasks = vec(shrinking(task), 0..=4).prop_map(|ops| ops.concat());
    let time = prop_oneof![Just(0), 1..=12u8].prop_map(Kind::Sleep);
    let main = (tasks, block(DEPTH, wanted), time).prop_map(|(tasks, middle, time)| {
        let ops = tasks.into_iter().chain(middle).chain([op(time)]).collect();
        Coroutine { label: 0, id: 0, ops }
    });
    ([1..=2u8, 1..=2u8], [queue.clone(), queue], main)
        .prop_map(|(places, queues, main)| numbered(Program { places, queues, main }))
        .boxed()
}

/// A runner whose choices depend on the seed alone.
#[must_use]
pub fn runner(seed: u64) -> TestRunner {
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    let config = Config { failure_persistence: None, max_shrink_iters: 5000, ..Config::default() };
    TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &bytes))
}

/// The program of a seed, as a tree that can be shrunk.
///
/// # Panics
///
/// Never: no strategy here rejects anything.
pub fn tree(strategy: &BoxedStrategy<Program>, runner: &mut TestRunner) -> impl ValueTree<Value = Program> + use<> {
    strategy.new_tree(runner).expect("nothing is rejected")
}

/// The program of a seed.
#[must_use]
pub fn program(strategy: &BoxedStrategy<Program>, seed: u64) -> Program {
    tree(strategy, &mut runner(seed)).current()
}
