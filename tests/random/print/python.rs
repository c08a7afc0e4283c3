//! Programs as Python. What is used without being defined comes from `python/support.py`.

use std::fmt::Display;

use super::{Page, thing};
use crate::program::{
    Action, Block, Catch, Coroutine, Item, Kind, Manager, OF_EACH, Op, Pool, Program, QueueKind, Ticks, Try, Until,
    When, Which, Work,
};
use crate::world::truth;

/// The program as Python.
#[must_use]
pub fn python(program: &Program) -> String {
    let mut page = Page::default();
    let main = page.apart(|page| define(page, &program.main, Scope::default()));
    page.line("import asyncio");
    page.line("import time");
    page.line("");
    page.line("from support import *");
    page.line("");
    let mut declare = |kind: &str, which: u8, value: String| {
        let name = thing(kind, which);
        if main.contains(&name) {
            page.line(format!("{name} = {value}"));
        }
    };
    for which in 0..OF_EACH {
        declare("lock", which, "Lock()".to_owned());
        declare("semaphore", which, format!("asyncio.Semaphore({})", program.places[usize::from(which)]));
        declare("latch", which, "asyncio.Lock()".to_owned());
        declare("place", which, format!("BoundedSemaphore({})", which + 1));
        declare("condition", which, "asyncio.Condition()".to_owned());
        declare("barrier", which, format!("asyncio.Barrier({})", which + 2));
        declare("event", which, "asyncio.Event()".to_owned());
        let (kind, room) = program.queues[usize::from(which)];
        let class = match kind {
            QueueKind::Fifo => "Queue",
            QueueKind::Lifo => "LifoQueue",
            QueueKind::Priority => "PriorityQueue",
        };
        declare("queue", which, format!("asyncio.{class}({room})"));
        declare("threads", which, format!("Threads({})", which + 1));
        declare("processes", which, format!("Processes({})", which + 1));
    }
    for (kind, class) in [("value", "Value()"), ("rate", "Rate"), ("closeable", "Closeable()")] {
        for which in 0..OF_EACH {
            let name = thing(kind, which);
            if main.contains(&name) {
                let arguments =
                    if kind == "rate" { format!("({}, {})", which + 2, seconds(which + 2)) } else { String::new() };
                page.line(format!("{name} = {class}{arguments}"));
            }
        }
    }
    page.line("");
    page.line("");
    page.text + &main
}

/// What is known where a step stands.
#[derive(Clone, Copy, Default)]
struct Scope<'a> {
    /// The groups around it, by their labels, the innermost last.
    groups: &'a [u32],
    in_generator: bool,
}

impl Scope<'_> {
    /// The same in a function of its own.
    fn apart(self) -> Self {
        Self { in_generator: false, ..self }
    }
}

fn define(page: &mut Page, coroutine: &Coroutine, scope: Scope) {
    page.line(format!("async def {}():", coroutine.name()));
    page.indented(|page| {
        for op in &coroutine.ops {
            step(page, op, scope.apart());
        }
        page.line(format!("return \"{}\"", coroutine.name()));
    });
}

fn block(page: &mut Page, ops: &Block, scope: Scope) {
    page.indented(|page| {
        for op in ops {
            step(page, op, scope);
        }
        if ops.is_empty() {
            page.line("pass");
        }
    });
}

fn seconds(ticks: u8) -> String {
    let seconds = f64::from(ticks) / 4.0;
    format!("{seconds}")
}

fn say(label: u32, words: impl Display) -> String {
    format!("print(f\"{label} {words}\")")
}

#[expect(clippy::too_many_lines, reason = "an arm for each kind of step")]
fn step(page: &mut Page, Op { label, kind }: &Op, scope: Scope) {
    let label = *label;
    match kind {
        Kind::Print => page.line(format!("print({label})")),
        Kind::Sleep(time) => page.line(format!("await asyncio.sleep({})", seconds(*time))),
        Kind::Block(time) => page.line(format!("time.sleep({})", seconds(*time))),
        Kind::Raise => page.line(format!("raise RuntimeError(\"{label}\")")),
        Kind::Repeat(times, ops) => with(page, format!("for _ in range({times})"), ops, scope),
        Kind::Try(it) => attempt(page, label, it, scope),
        Kind::Timeout(limit, ops) => {
            with(page, format!("async with asyncio.timeout({})", seconds(*limit)), ops, scope);
        }
        Kind::TimeoutAt(when, ops) => {
            with(page, format!("async with asyncio.timeout_at({})", seconds(*when)), ops, scope);
        }
        Kind::WaitFor(limit, item) => {
            let limit = seconds(*limit);
            awaited(page, label, &|what| format!("wait_for({what}, {limit})"), item, scope);
        }
        Kind::Group(ops) => {
            let groups: Vec<u32> = scope.groups.iter().copied().chain([label]).collect();
            with(page, format!("async with Group() as group{label}"), ops, Scope { groups: &groups, ..scope });
        }
        Kind::Spawn(task, kept) => {
            define(page, task, scope);
            let call = if *kept { "spawn" } else { "start" };
            let name = task.name();
            page.line(format!("{call}(\"{name}\", {name}())"));
        }
        Kind::SpawnInGroup(depth, task) => {
            define(page, task, scope);
            let name = task.name();
            match scope.groups.iter().nth_back((*depth).into()) {
                Some(group) => page.line(format!("group{group}.spawn(\"{name}\", {name}())")),
                None => page.line(format!("spawn(\"{name}\", {name}())")),
            }
        }
        Kind::Await(target) => {
            page.line(format!("if task := find(\"{}\"):", target.name()));
            page.indented(|page| page.line(say(label, "got {await task}")));
        }
        Kind::AwaitAnyone(target) => {
            page.line(format!("if task := find_anyone(\"{}\"):", target.name()));
            page.indented(|page| page.line(say(label, "got {await task}")));
        }
        Kind::Cancel(target) => page.line(format!("cancel({label}, \"{}\")", target.name())),
        Kind::CancelWith(target) => page.line(format!("cancel_with({label}, \"{}\")", target.name())),
        Kind::Cancelling(target) => page.line(format!("cancelling({label}, \"{}\")", target.name())),
        Kind::Uncancel(target) => page.line(format!("uncancel({label}, \"{}\")", target.name())),
        Kind::IsDone(target) => page.line(format!("is_done({label}, \"{}\")", target.name())),
        Kind::Look(target, what) => page.line(format!("look({label}, \"{}\", \"{what:?}\")", target.name())),
        Kind::OnDone(target) => page.line(format!("on_done({label}, \"{}\")", target.name())),
        Kind::Name => page.line(say(label, "is in {asyncio.current_task().get_name()}")),
        Kind::Gather(items) => {
            let items = awaitables(page, items, scope);
            page.line(format!("results = await gather(*these({items}))"));
            page.line(say(label, "got {', '.join(results)}"));
        }
        Kind::GatherAll(items) => {
            let items = awaitables(page, items, scope);
            page.line(format!("results = await gather(*these({items}), return_exceptions=True)"));
            page.line(say(label, "got {all_told(results)}"));
        }
        Kind::AsCompleted(items, limit) => {
            let items = awaitables(page, items, scope);
            let limit = timeout(*limit);
            page.line(format!("for result in asyncio.as_completed(tasks_of({items}){limit}):"));
            page.indented(|page| page.line(say(label, "got {await result}")));
        }
        Kind::Wait(targets, until, limit) => {
            let names: Vec<String> = targets.iter().map(|target| format!("\"{}\"", target.name())).collect();
            let until = match until {
                Until::First => "FIRST_COMPLETED",
                Until::Failure => "FIRST_EXCEPTION",
                Until::All => "ALL_COMPLETED",
            };
            page.line(format!("tasks = find_all({})", names.join(", ")));
            let limit = timeout(*limit);
            page.line(format!("done, pending = await asyncio.wait(tasks{limit}, return_when=asyncio.{until})"));
            page.line(say(label, "{parted(tasks, done, pending)}"));
        }
        Kind::Shield(item) => awaited(page, label, &|what| format!("asyncio.shield({what})"), item, scope),
        Kind::Lock(which, ops) => with(page, format!("async with {}", thing("lock", *which)), ops, scope),
        Kind::Semaphore(which, ops) => with(page, format!("async with {}", thing("semaphore", *which)), ops, scope),
        Kind::FreeLock(which) => {
            page.line(say(label, format!("frees lock: {{release({})}}", thing("lock", *which))));
        }
        Kind::Place(which, ops) => with(page, format!("async with {}", thing("place", *which)), ops, scope),
        Kind::Release(which) => page.line(format!("{}.release()", thing("semaphore", *which))),
        Kind::TakePlace(which) => page.line(format!("await {}.acquire()", thing("place", *which))),
        Kind::GivePlace(which) => {
            page.line(say(label, format!("gives place: {{release({})}}", thing("place", *which))));
        }
        Kind::TakeLatch(which) => page.line(format!("await {}.acquire()", thing("latch", *which))),
        Kind::FreeLatch(which) => {
            page.line(say(label, format!("frees latch: {{release({})}}", thing("latch", *which))));
        }
        Kind::Condition(which, ops) => with(page, format!("async with {}", thing("condition", *which)), ops, scope),
        Kind::WaitCondition(which, until) => {
            let condition = thing("condition", *which);
            page.line(format!("async with {condition}:"));
            page.indented(|page| match until {
                Some(until) => page.line(format!("await {condition}.wait_for({}.is_set)", thing("event", *until))),
                None => page.line(format!("await {condition}.wait()")),
            });
            page.indented(|page| page.line(say(label, "is told")));
        }
        Kind::Notify(which, count) => {
            let condition = thing("condition", *which);
            page.line(format!("async with {condition}:"));
            page.indented(|page| match count {
                Some(count) => page.line(format!("{condition}.notify({count})")),
                None => page.line(format!("{condition}.notify_all()")),
            });
        }
        Kind::WaitBarrier(which) => {
            page.line(say(label, format!("came as {{await {}.wait()}}", thing("barrier", *which))));
        }
        Kind::AbortBarrier(which) => page.line(format!("await {}.abort()", thing("barrier", *which))),
        Kind::ResetBarrier(which) => page.line(format!("await {}.reset()", thing("barrier", *which))),
        Kind::SetEvent(which) => page.line(format!("{}.set()", thing("event", *which))),
        Kind::ClearEvent(which) => page.line(format!("{}.clear()", thing("event", *which))),
        Kind::WaitEvent(which) => page.line(format!("await {}.wait()", thing("event", *which))),
        Kind::Put(which, item) => page.line(format!("await {}.put({item})", thing("queue", *which))),
        Kind::Get(which) => page.line(say(label, format!("gets {{await {}.get()}}", thing("queue", *which)))),
        Kind::TryPut(which, item) => {
            page.line(say(label, format!("puts {{try_put({}, {item})}}", thing("queue", *which))));
        }
        Kind::TryGet(which) => page.line(say(label, format!("gets {{try_get({})}}", thing("queue", *which)))),
        Kind::TaskDone(which) => page.line(say(label, format!("done {{task_done({})}}", thing("queue", *which)))),
        Kind::ShutDown(which, now) => {
            page.line(format!("{}.shutdown({})", thing("queue", *which), truth(*now)));
        }
        Kind::Join(which) => page.line(format!("await {}.join()", thing("queue", *which))),
        Kind::NewFuture(which) => page.line(format!("new_future({which})")),
        Kind::SetResult(which) => page.line(format!("set_result({label}, {which})")),
        Kind::SetError(which) => page.line(format!("set_error({label}, {which})")),
        Kind::CancelFuture(which) => page.line(format!("cancel_future({label}, {which})")),
        Kind::FutureIsDone(which) => page.line(format!("future_is_done({label}, {which})")),
        Kind::OnFutureDone(which) => page.line(format!("on_future_done({label}, {which})")),
        Kind::WaitFuture(which) => page.line(say(label, format!("got {{await promise({which})}}"))),
        Kind::Call(which, when, action) => {
            let act = match action {
                Action::Print => format!("say(\"call {label}\")"),
                Action::SetEvent(which) => format!("{}.set()", thing("event", *which)),
                Action::Cancel(target) => format!("cancel(\"call {label}\", \"{}\")", target.name()),
                Action::SetResult(which) => format!("set_result(\"call {label}\", {which})"),
            };
            let call = match when {
                When::Soon => "call_soon(".to_owned(),
                When::Later(delay) => format!("call_later({}, ", seconds(*delay)),
                When::At(time) => format!("call_at({}, ", seconds(*time)),
            };
            page.line(format!("keep_call({which}, asyncio.get_running_loop().{call}lambda: {act}))"));
        }
        Kind::CancelCall(which) => page.line(format!("cancel_call({label}, {which})")),
        Kind::Job(pool, work) => page.line(say(label, format!("got {{await {}}}", job(label, *pool, work)))),
        Kind::JobMeanwhile(pool, work, ops) => {
            page.line(format!("with started({}) as job{label}:", job(label, *pool, work)));
            page.indented(|page| {
                for op in ops {
                    step(page, op, scope);
                }
                page.line(say(label, format!("got {{await job{label}}}")));
            });
        }
        Kind::With(manager, ops) => {
            define_manager(page, label, manager, scope.apart());
            with(page, format!("async with manager{label}()"), ops, scope);
        }
        Kind::NewGenerator(which, ops) => {
            page.line(format!("async def generator{label}():"));
            block(page, ops, Scope { in_generator: true, ..scope });
            // A generator, even if nothing in it gives a value.
            page.indented(|page| page.line("return; yield"));
            page.line(format!("new_generator({which}, generator{label}())"));
        }
        Kind::Yield => page.line(if scope.in_generator { format!("yield {label}") } else { format!("print({label})") }),
        Kind::Next(which) => {
            page.line(format!("if generator := find_generator({which}):"));
            page.indented(|page| page.line(say(label, "has {await following(generator)}")));
        }
        Kind::ForEach(which, at_most, ops) => for_each(page, label, *which, *at_most, ops, scope),
        Kind::CloseGenerator(which) => page.line(format!("await close_generator({which})")),
        Kind::Forget(new) => {
            define(page, new, scope);
            page.line(format!("{}()", new.name()));
        }
        Kind::Prepare(new, ops) => {
            define(page, new, scope);
            page.line(format!("prepared{label} = {}()", new.name()));
            page.line("try:");
            block(page, ops, scope);
            page.indented(|page| page.line(say(label, format!("got {{await prepared{label}}}"))));
            page.line("finally:");
            page.indented(|page| page.line(format!("del prepared{label}")));
        }
        Kind::Read(which) => page.line(format!("{}.get()", thing("value", *which))),
        Kind::Write(which) => page.line(format!("{}.set({label})", thing("value", *which))),
        Kind::Update(which) => page.line(format!("{}.update(lambda _: {label})", thing("value", *which))),
        Kind::Count(which) => page.line(format!("{}.count()", thing("rate", *which))),
        Kind::Open(which) => page.line(format!("{}.open()", thing("closeable", *which))),
        Kind::Close(which) => page.line(format!("{}.close()", thing("closeable", *which))),
        Kind::Pour(which, puts, gets, times) => {
            page.line(format!("pour({}, {puts}, {gets}, {times})", thing("queue", *which)));
        }
    }
}

fn with(page: &mut Page, head: String, ops: &Block, scope: Scope) {
    page.line(head + ":");
    block(page, ops, scope);
}

fn job(label: u32, pool: Pool, work: &Work) -> String {
    let pool = match pool {
        Pool::Default => "None".to_owned(),
        Pool::Threads(which) => thing("threads", which),
        Pool::Processes(which) => thing("processes", which),
    };
    let parts = work.parts.iter().map(|time| seconds(*time)).collect::<Vec<_>>().join(", ");
    format!("job({label}, {pool}, [{parts}], {})", truth(work.fails))
}

fn define_manager(page: &mut Page, label: u32, manager: &Manager, scope: Scope) {
    page.line(format!("class manager{label}:"));
    page.indented(|page| {
        page.line("async def __aenter__(self):");
        block(page, &manager.enter, scope);
        page.line("async def __aexit__(self, kind, error, trace):");
        page.indented(|page| page.line(say(label, "is left: {told(error)}")));
        block(page, &manager.exit, scope);
        page.indented(|page| page.line(format!("return {}", truth(manager.forgives))));
    });
}

fn for_each(page: &mut Page, label: u32, which: Which, at_most: Option<u8>, ops: &Block, scope: Scope) {
    page.line(format!("if generator := find_generator({which}):"));
    page.indented(|page| {
        if let Some(at_most) = at_most {
            page.line(format!("left{label} = {at_most}"));
        }
        page.line(format!("async for value{label} in generator:"));
        page.indented(|page| {
            page.line(say(label, format!("has {{value{label}}}")));
            for op in ops {
                step(page, op, scope);
            }
            if at_most.is_some() {
                page.line(format!("left{label} -= 1"));
                page.line(format!("if not left{label}: break"));
            }
        });
    });
}

fn attempt(page: &mut Page, label: u32, it: &Try, scope: Scope) {
    page.line("try:");
    block(page, &it.body, scope);
    let catch = match it.catch {
        Catch::Cancelled => "asyncio.CancelledError",
        Catch::TimedOut => "TimeoutError",
        Catch::Exception => "Exception",
        Catch::All => "BaseException",
    };
    page.line(format!("except {catch} as error:"));
    page.indented(|page| {
        page.line(say(label, "catches {told(error)}"));
        for op in &it.handler {
            step(page, op, scope);
        }
        if it.again {
            page.line("raise");
        }
    });
    if !it.finally.is_empty() {
        page.line("finally:");
        block(page, &it.finally, scope);
    }
}

/// The arguments of `gather` and `as_completed`; the coroutines among them are defined first.
fn awaitables(page: &mut Page, items: &[Item], scope: Scope) -> String {
    let mut awaitable = |item: &Item| match item {
        Item::New(new) => {
            define(page, new, scope);
            format!("{}()", new.name())
        }
        Item::Task(target) => format!("find(\"{}\")", target.name()),
    };
    items.iter().map(&mut awaitable).collect::<Vec<_>>().join(", ")
}

/// Awaits an item, wrapped in a call.
fn awaited(page: &mut Page, label: u32, wrapped: &dyn Fn(&str) -> String, item: &Item, scope: Scope) {
    let say = |what: &str| say(label, format!("got {{await {}}}", wrapped(what)));
    match item {
        Item::New(new) => {
            define(page, new, scope);
            page.line(say(&format!("{}()", new.name())));
        }
        Item::Task(target) => {
            page.line(format!("if task := find(\"{}\"):", target.name()));
            page.indented(|page| page.line(say("task")));
        }
    }
}

fn timeout(limit: Option<Ticks>) -> String {
    limit.map(|limit| format!(", timeout={}", seconds(limit))).unwrap_or_default()
}
