//! Numbers every coroutine and step in the order of the text, and makes targets of what were any numbers.

use crate::program::{Action, Block, Coroutine, Item, Kind, Op, Program, Target};

/// What a step is made of.
enum Part<'a> {
    Block(&'a mut Block),
    Coroutine(&'a mut Coroutine),
    Target(&'a mut Target),
}

/// The parts of a step in the order of the text; steps without parts need no line here.
fn parts(kind: &mut Kind) -> Vec<Part<'_>> {
    match kind {
        Kind::Spawn(task, _) | Kind::SpawnInGroup(_, task) | Kind::Forget(task) => vec![Part::Coroutine(task)],
        Kind::Prepare(task, block) => vec![Part::Coroutine(task), Part::Block(block)],
        Kind::Await(target)
        | Kind::AwaitAnyone(target)
        | Kind::Cancel(target)
        | Kind::CancelWith(target)
        | Kind::Cancelling(target)
        | Kind::Uncancel(target)
        | Kind::IsDone(target)
        | Kind::Look(target, _)
        | Kind::OnDone(target)
        | Kind::Call(_, _, Action::Cancel(target)) => vec![Part::Target(target)],
        Kind::Try(it) => [&mut it.body, &mut it.handler, &mut it.finally].map(Part::Block).into(),
        Kind::Gather(items) | Kind::GatherAll(items) | Kind::AsCompleted(items, _) => {
            items.iter_mut().map(item).collect()
        }
        Kind::Wait(targets, ..) => targets.iter_mut().map(Part::Target).collect(),
        Kind::WaitFor(_, it) | Kind::Shield(it) => vec![item(it)],
        Kind::Timeout(_, block)
        | Kind::TimeoutAt(_, block)
        | Kind::Group(block)
        | Kind::Lock(_, block)
        | Kind::Semaphore(_, block)
        | Kind::Condition(_, block)
        | Kind::Place(_, block)
        | Kind::JobMeanwhile(_, _, block)
        | Kind::NewGenerator(_, block)
        | Kind::ForEach(_, _, block)
        | Kind::Repeat(_, block) => vec![Part::Block(block)],
        Kind::With(manager, block) => [&mut manager.enter, &mut manager.exit, block].map(Part::Block).into(),
        _ => Vec::new(),
    }
}

fn item(item: &mut Item) -> Part<'_> {
    match item {
        Item::New(coroutine) => Part::Coroutine(coroutine),
        Item::Task(target) => Part::Target(target),
    }
}

/// The program with its labels and targets.
#[must_use]
pub fn numbered(mut program: Program) -> Program {
    let mut labels = Labels::default();
    labels.coroutine(&mut program.main);
    labels.resolve(&mut program.main);
    program
}

#[derive(Default)]
struct Labels {
    next: u32,
    /// Ids and labels of tasks whose handles may be there.
    named: Vec<(u16, u32)>,
}

impl Labels {
    fn next(&mut self) -> u32 {
        self.next += 1;
        self.next - 1
    }

    fn coroutine(&mut self, coroutine: &mut Coroutine) {
        coroutine.label = self.next();
        self.block(&mut coroutine.ops);
    }

    fn block(&mut self, block: &mut Block) {
        for op in block {
            op.label = self.next();
            let named = matches!(op.kind, Kind::Spawn(_, true) | Kind::SpawnInGroup(..));
            for part in parts(&mut op.kind) {
                match part {
                    Part::Block(block) => self.block(block),
                    Part::Coroutine(coroutine) => {
                        if named {
                            self.named.push((coroutine.id, self.next));
                        }
                        self.coroutine(coroutine);
                    }
                    Part::Target(_) => {}
                }
            }
        }
    }

    fn resolve(&self, coroutine: &mut Coroutine) {
        self.resolve_block(coroutine.label, &mut coroutine.ops);
    }

    fn resolve_block(&self, inside: u32, block: &mut Block) {
        for Op { kind, .. } in block {
            let role = Role::of(kind);
            let is_awaited = !matches!(kind, Kind::Spawn(..) | Kind::SpawnInGroup(..));
            let inside = if matches!(kind, Kind::NewGenerator(..)) { ANYBODY } else { inside };
            for part in parts(kind) {
                match part {
                    Part::Block(block) => self.resolve_block(inside, block),
                    Part::Coroutine(coroutine) if inside == ANYBODY && is_awaited => {
                        self.resolve_block(ANYBODY, &mut coroutine.ops);
                    }
                    Part::Coroutine(coroutine) => self.resolve(coroutine),
                    Part::Target(target) => *target = self.target(*target, inside, role),
                }
            }
        }
    }

    fn target(&self, target: Target, inside: u32, role: Role) -> Target {
        let main = Some((0, 0)).filter(|_| matches!(role, Role::Handled | Role::Circled));
        let wanted = |(_, label): &(u16, u32)| match role {
            Role::Handled | Role::Watched | Role::Circled => true,
            Role::Awaited => *label >= inside,
            Role::Gathered => *label > inside,
        };
        let candidates = self.named.iter().copied().filter(wanted).chain(main);
        let next = candidates.min_by_key(|(id, _)| id.wrapping_sub(target.0 as u16));
        next.map_or(Target::NOBODY, |(_, label)| Target(label))
    }
}

/// The label of whoever asks a generator for values: it may be any task, so that none is awaited there.
const ANYBODY: u32 = u32::MAX;

/// What a step does to its targets. A request to cancel is passed on to who is awaited: in a circle `CPython` would pass
/// it on for ever, so that there are none but of one task, which is an error.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Role {
    /// Asks or tells them something.
    Handled,
    /// Awaits them, and it may be a circle.
    Circled,
    /// Waits for them, but passes no request on.
    Watched,
    /// Awaits them.
    Awaited,
    /// Awaits them through another future, so that a task can do it with itself.
    Gathered,
}

impl Role {
    fn of(kind: &Kind) -> Self {
        match kind {
            Kind::Await(_) | Kind::WaitFor(..) => Self::Awaited,
            Kind::AwaitAnyone(_) => Self::Circled,
            Kind::Gather(_) | Kind::GatherAll(_) => Self::Gathered,
            Kind::AsCompleted(..) | Kind::Wait(..) | Kind::Shield(_) => Self::Watched,
            _ => Self::Handled,
        }
    }
}
