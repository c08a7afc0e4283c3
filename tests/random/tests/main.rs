//! Random programs beside `CPython`, and what tells of a difference.
//!
//! Needs a `python3` of at least 3.11. Without it nothing is compared, except in CI, where that is a failure.

mod printed;

use std::collections::BTreeSet;

use expect_test::expect;
use interleave_random::arbiter::{Arbiter, Kind as Python};
use interleave_random::campaign::{Campaign, compare};
use interleave_random::findings::{Facts, Finding, Tally, differences};
use interleave_random::generate::{Feature, Features, Wanted, program, programs};
use interleave_random::interpret::{interpret, run as run_and_diagnose};
use interleave_random::log::{run, side_by_side};
use interleave_random::number::numbered;
use interleave_random::print::{python, rust};
use interleave_random::program::{Catch, Coroutine, Item, Kind, Op, Program, QueueKind, Target, Try};
use interleave_random::world::World;

/// The Python to compare with, if there is one.
///
/// # Panics
///
/// In CI, when there is none.
fn arbiter() -> Option<Python> {
    let python = Python::Python("python3".into());
    match python.check() {
        Ok(()) => Some(python),
        Err(why) => {
            assert!(std::env::var("CI").as_deref() != Ok("true"), "python3 of at least 3.11 is needed: {why}");
            #[expect(clippy::print_stderr, reason = "a test that compares nothing must say so")]
            {
                eprintln!("NOT COMPARED with CPython: python3 of at least 3.11 is needed ({why})");
            }
            None
        }
    }
}

const MISTAKES: Wanted = Wanted { only: Features::ALL, since_3_13: false, mistakes: true };

fn campaign(programs: u64) -> Campaign {
    Campaign { seed: 7_000_000, programs, wanted: Wanted::default(), jobs: 1, told_at_most: 3 }
}

/// Compares a thousand, and gives how often each kind was found.
fn a_thousand(wanted: Wanted) -> Option<Tally> {
    let report = compare(&Campaign { wanted, ..campaign(1000) }, &arbiter()?, run_and_diagnose);
    let report = report.expect("an arbiter that answers");
    let told: String = report.told.iter().map(ToString::to_string).collect();
    assert_eq!(report.count, 0, "{told}");
    Some(report.tally)
}

fn op(kind: Kind) -> Op {
    Op { label: 0, kind }
}

fn coroutine(kinds: impl IntoIterator<Item = Kind>) -> Coroutine {
    Coroutine { label: 0, id: 1, ops: kinds.into_iter().map(op).collect() }
}

fn program_of(kinds: impl IntoIterator<Item = Kind>) -> Program {
    numbered(Program { places: [1, 2], queues: [(QueueKind::Fifo, 0); 2], main: coroutine(kinds) })
}

#[test]
fn a_thousand_programs_do_what_cpython_does() {
    a_thousand(Wanted::default());
}

#[test]
fn in_a_thousand_programs_with_mistakes_nothing_else_is_found_and_nothing_missed() {
    let Some(tally) = a_thousand(MISTAKES) else { return };
    // A task that runs for ever would do so in CPython.
    let kinds: Vec<&str> = tally.kinds().collect();
    let every = [
        "AwaitedItself",
        "BlockedLoop",
        "Deadlock",
        "DestroyedPending",
        "GrowingQueue",
        "LostUpdate",
        "NeverAwaited",
        "NeverRetrieved",
        "NotReleased",
        "OverRate",
        "ReleasedTwice",
        "SwallowedCancellation",
    ];
    assert_eq!(kinds, every);
}

/// Compares runs whose findings are changed, and gives the first that is noticed.
fn noticed(change: impl Fn(&mut Vec<Finding>) + Sync) -> Option<String> {
    let wrong = |program: &Program| {
        let mut run = run_and_diagnose(program);
        change(&mut run.found);
        run
    };
    let campaign = Campaign { wanted: MISTAKES, told_at_most: 1, ..campaign(30) };
    let report = compare(&campaign, &arbiter()?, wrong).expect("an arbiter that answers");
    Some(report.told.iter().map(ToString::to_string).collect())
}

#[test]
fn a_wrong_finding_and_a_missing_one_are_noticed_and_shrunk() {
    let Some(text) = noticed(|found| found.retain(|(kind, _)| kind != "ReleasedTwice")) else { return };
    assert!(text.contains("  ! not found: ReleasedTwice: ") && text.contains(" --mistakes"), "{text}");
    let deadlocks = |found: &mut Vec<Finding>| found.extend(found.iter().find(|(kind, _)| kind == "Deadlock").cloned());
    let Some(text) = noticed(deadlocks) else { return };
    assert!(text.contains("  ! found, and not so in CPython: Deadlock: "), "{text}");
    assert!(text.lines().count() < 60, "{text}");
}

#[test]
fn of_alternatives_exactly_one_must_be_found_and_what_may_be_need_not() {
    let one = |about: &str| ("Deadlock".to_owned(), about.to_owned());
    let facts = Facts { must: vec![vec![one("t1"), one("t2")]], may: vec![one("t3")] };
    let differ = |abouts: &[&str]| {
        let found: Vec<Finding> = abouts.iter().map(|about| one(about)).collect();
        differences(&found, &facts)
    };
    assert_eq!(differ(&["t2"]), Vec::<String>::new());
    assert_eq!(differ(&["t3", "t1"]), Vec::<String>::new());
    assert_eq!(differ(&["t3"]), ["not found: Deadlock: t1 or t2"]);
    assert_eq!(differ(&["t1", "t2"]), ["found, and not so in CPython: Deadlock: t2"]);
    assert_eq!(differ(&["t1", "t3", "t3"]), ["found, and not so in CPython: Deadlock: t3"]);
}

#[test]
fn cpython_itself_says_what_was_never_retrieved_and_what_was_never_awaited() {
    let Some(arbiter) = arbiter() else { return };
    let program =
        program_of([Kind::Spawn(coroutine([Kind::Raise]), true), Kind::Forget(coroutine([])), Kind::Sleep(1)]);
    let answer = Arbiter::start(&arbiter).and_then(|mut arbiter| arbiter.answer(&python(&program)));
    let facts = answer.expect("an arbiter that answers").facts;
    let fact = |kind: &str, about: &str| vec![(kind.to_owned(), about.to_owned())];
    assert_eq!(facts.must, [fact("NeverRetrieved", "t2"), fact("NeverAwaited", "main")]);
    let found: Vec<Finding> = run_and_diagnose(&program).found;
    assert_eq!(differences(&found, &facts), Vec::<String>::new());
}

/// The same program, but all sleeps that are no yields take a tick longer.
fn overslept(program: &Program) -> Program {
    fn late(ops: &mut [Op]) {
        for Op { kind, .. } in ops {
            match kind {
                Kind::Sleep(time) if *time > 0 => *time += 1,
                Kind::Spawn(task, _) => late(&mut task.ops),
                _ => {}
            }
        }
    }
    let mut program = program.clone();
    late(&mut program.main.ops);
    program
}

#[test]
fn a_divergence_is_noticed_and_shrunk() {
    let Some(arbiter) = arbiter() else { return };
    let wrong = |program: &Program| run_and_diagnose(&overslept(program));
    let report = compare(&campaign(60), &arbiter, wrong).expect("an arbiter that answers");
    assert!(report.count > report.told.len(), "{} of 60 differ", report.count);
    assert_eq!(report.told.len(), 3);
    for divergence in &report.told {
        let text = divergence.to_string();
        let before = program(&programs(Wanted::default()), divergence.seed);
        let length = |program: &Program| python(program).lines().count();
        let (before, after) = (length(&before), length(&divergence.program));
        assert!(after < 25 && after < before, "{before} lines became\n{text}");
        let again = format!("--seed {} --programs 1", divergence.seed);
        for part in ["\n  ! ", "await asyncio.sleep(", "sleep(ticks(", &again] {
            assert!(text.contains(part), "{part} is not in\n{text}");
        }
    }
}

#[test]
fn the_seed_of_a_divergence_leads_to_it() {
    let strategy = programs(Wanted::default());
    let text = |seed| python(&program(&strategy, seed));
    assert_eq!(text(5), text(5));
    assert_ne!(text(5), text(6));
}

#[test]
fn what_is_wanted_stands_in_the_command_that_shows_a_divergence_again() {
    let only = [Feature::AsCompleted, Feature::Pool].into_iter().collect();
    assert_eq!(Wanted { only, ..MISTAKES }.to_string(), " --only as-completed,pool --mistakes");
    assert_eq!(Wanted::default().to_string(), "");
}

#[test]
fn a_panic_is_a_line_of_the_log() {
    let world = World::new([1, 1], [(QueueKind::Fifo, 0); 2]);
    let log = run(world, async { panic!("on purpose") });
    assert_eq!(log, ["0.000000000 main [raised panicked: on purpose]", "0.000000000 over"]);
}

#[test]
fn a_deadlock_is_compared() {
    let Some(arbiter) = arbiter() else { return };
    let cleans_up = Kind::Try(Try {
        body: vec![op(Kind::Sleep(1)), op(Kind::WaitEvent(0))],
        catch: Catch::All,
        handler: vec![op(Kind::Print)],
        again: true,
        finally: vec![op(Kind::Print)],
    });
    let program = program_of([cleans_up]);
    let log = Arbiter::start(&arbiter).and_then(|mut arbiter| arbiter.log(&python(&program)));
    assert_eq!(log.expect("an arbiter that answers"), ["0.250000000 deadlock"]);
    assert_eq!(interpret(&program), ["0.250000000 deadlock"]);
}

#[test]
fn tasks_that_await_each_other_deadlock() {
    let Some(arbiter) = arbiter() else { return };
    let awaits = |label| Kind::Await(Target(label));
    let mut program =
        program_of([Kind::Spawn(coroutine([awaits(0)]), true), Kind::Spawn(coroutine([awaits(0)]), true)]);
    program.main.ops.push(op(awaits(2)));
    for (task, other) in [(0, 5), (1, 2)] {
        if let Kind::Spawn(task, _) = &mut program.main.ops[task].kind {
            task.ops[0].kind = awaits(other);
        }
    }
    let log = Arbiter::start(&arbiter).and_then(|mut arbiter| arbiter.log(&python(&program)));
    assert_eq!(log.expect("an arbiter that answers"), ["0.000000000 deadlock"]);
    assert_eq!(interpret(&program), ["0.000000000 deadlock"]);
}

#[test]
fn differences_are_marked() {
    let log = |lines: &[&str]| lines.iter().map(ToString::to_string).collect();
    let text = side_by_side(&log(&["a", "b"]), &log(&["a", "c", "d"]));
    let marks: Vec<char> = text.lines().filter_map(|line| line.chars().nth(2)).collect();
    assert_eq!(marks, [' ', ' ', '!', '!']);
}

#[test]
fn one_feature_alone_leaves_the_others_out() {
    let strategy = programs(Wanted { only: [Feature::Queue].into_iter().collect(), ..Wanted::default() });
    let texts: String = (0..100).map(|seed| python(&program(&strategy, seed))).collect();
    assert!(texts.contains("await queue_a.get()"));
    assert!(!texts.contains("gather") && !texts.contains("Group()") && !texts.contains("lock_a"));
}

#[test]
fn programs_are_printed_as_one_would_write_them() {
    let program = program_of([
        Kind::Spawn(coroutine([Kind::Sleep(3), Kind::Put(0, 2)]), true),
        Kind::Gather(vec![Item::New(coroutine([Kind::Raise]))]),
        Kind::Cancel(Target(1)),
    ]);
    expect![[r#"
        import asyncio
        import time

        from support import *

        queue_a = asyncio.Queue(0)


        async def main():
            async def t2():
                await asyncio.sleep(0.75)
                await queue_a.put(2)
                return "t2"
            spawn("t2", t2())
            async def t6():
                raise RuntimeError("7")
                return "t6"
            results = await gather(*these(t6()))
            print(f"5 got {', '.join(results)}")
            cancel(8, "t2")
            return "main"
    "#]]
    .assert_eq(&python(&program));
    expect![[r#"
        fn world() -> World {
            World::new([1, 2], [(QueueKind::Fifo, 0), (QueueKind::Fifo, 0)])
        }

        async fn program() -> Result<String> {
            spawn("t2", async move {
                sleep(ticks(3)).await?;
                queue(0).put(2).await?;
                Ok("t2".to_owned())
            });
            let part5_0 = future(async move {
                raise(7)?;
                Ok("t6".to_owned())
            });
            print(format!("5 got {}", gather(futures([part5_0])).await?.join(", ")));
            cancel(8, "t2");
            Ok("main".to_owned())
        }
    "#]]
    .assert_eq(&rust(&program));
}

/// Every kind of step that there is in these programs.
fn kinds<'a>(programs: impl IntoIterator<Item = &'a Program>) -> BTreeSet<String> {
    let of = |program: &Program| {
        let text = format!("{program:?}");
        let kinds = text
            .split("kind: ")
            .skip(1)
            .filter_map(|rest| rest.split(|sign: char| !sign.is_alphanumeric()).next().map(str::to_owned));
        kinds.collect::<Vec<_>>()
    };
    programs.into_iter().flat_map(of).collect()
}

#[test]
fn the_printed_programs_have_every_kind_of_step() {
    let strategy = programs(printed::EVERYTHING);
    let many: Vec<Program> = (0..500).map(|seed| program(&strategy, seed)).collect();
    let printed: Vec<Program> = printed::all().into_iter().map(|(program, ..)| program).collect();
    assert_eq!(kinds(&printed), kinds(&many));
}
