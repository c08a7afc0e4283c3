//! Programs as Rust. What is used without being defined comes from `aio` and from `world.rs`.

use std::fmt::Display;

use super::Page;
use crate::program::{
    Action, Block, Catch, Coroutine, Item, Kind, Manager, Op, Pool, Program, Ticks, Try, Until, When, Work,
};

/// The program as Rust.
#[must_use]
pub fn rust(program: &Program) -> String {
    let mut page = Page::default();
    let queues = program.queues.map(|(kind, room)| format!("(QueueKind::{kind:?}, {room})")).join(", ");
    page.line("fn world() -> World {");
    page.indented(|page| page.line(format!("World::new({:?}, [{queues}])", program.places)));
    page.line("}");
    page.line("");
    page.line("async fn program() -> Result<String> {");
    body(&mut page, &program.main.ops, Scope::default(), format!("Ok(\"{}\".to_owned())", program.main.name()));
    page.line("}");
    page.text
}

/// What is known where a step stands.
#[derive(Clone, Copy, Default)]
struct Scope<'a> {
    /// The groups around it, by their labels, the innermost last.
    groups: &'a [u32],
    /// The generator around it, by its label.
    generator: Option<u32>,
}

impl Scope<'_> {
    /// The same in a function of its own.
    fn apart(self) -> Self {
        Self { generator: None, ..self }
    }
}

/// Steps, and what they end with.
fn body(page: &mut Page, ops: &Block, scope: Scope, end: impl Display) {
    page.indented(|page| {
        for op in ops {
            step(page, op, scope);
        }
        page.line(end);
    });
}

/// Around an `async move`: it gets handles of its own to the groups that it mentions.
fn owning(page: &mut Page, before: &str, after: &str, scope: Scope, write: impl Fn(&mut Page)) {
    let depth = page.depth;
    let inside = page.apart(&write);
    let mentioned = |group: &&u32| inside.contains(&format!("(&group{group},"));
    let clones: Vec<String> = scope
        .groups
        .iter()
        .filter(mentioned)
        .map(|group| format!("let group{group} = group{group}.clone();"))
        .collect();
    if clones.is_empty() {
        page.line(before);
        page.text.push_str(&inside);
        page.line(after);
        return;
    }
    let (head, rest) = before.split_at(before.find("move").or_else(|| before.find("async move")).unwrap_or_default());
    let (head, rest) = match head.strip_suffix("async ") {
        Some(head) => (head, format!("async {rest}")),
        None => (head, rest.to_owned()),
    };
    page.line(format!("{head}{{"));
    page.indented(|page| {
        for clone in clones {
            page.line(clone);
        }
        page.line(rest);
        write(page);
        page.line("}");
    });
    debug_assert_eq!(depth, page.depth, "every block that is opened is closed");
    page.line(after);
}

fn coroutine(page: &mut Page, before: &str, new: &Coroutine, after: &str, scope: Scope) {
    let end = format!("Ok(\"{}\".to_owned())", new.name());
    owning(page, &format!("{before}async move {{"), after, scope, |page| body(page, &new.ops, scope.apart(), &end));
}

fn say(label: u32, words: &str, argument: impl Display) -> String {
    format!("print(format!(\"{label} {words} {{}}\", {argument}));")
}

#[expect(clippy::too_many_lines, reason = "an arm for each kind of step")]
fn step(page: &mut Page, Op { label, kind }: &Op, scope: Scope) {
    let label = *label;
    match kind {
        Kind::Print => page.line(format!("print({label});")),
        Kind::Sleep(time) => page.line(format!("sleep(ticks({time})).await?;")),
        Kind::Block(time) => page.line(format!("blocking_sleep(ticks({time}));")),
        Kind::Raise => page.line(format!("raise({label})?;")),
        Kind::Repeat(times, ops) => scoped(page, &format!("for _ in 0..{times} {{"), None, ops, scope),
        Kind::Try(it) => attempt(page, label, it, scope),
        Kind::Timeout(limit, ops) => {
            page.line(format!("timeout(ticks({limit}), async {{"));
            body(page, ops, scope, "Ok(())");
            page.line("})");
            page.line(".await?;");
        }
        Kind::TimeoutAt(when, ops) => {
            page.line(format!("timeout_at(ticks({when}), async {{"));
            body(page, ops, scope, "Ok(())");
            page.line("})");
            page.line(".await?;");
        }
        Kind::WaitFor(limit, item) => {
            let (end, of_task) = (format!(", ticks({limit}))"), format!("wait_for(task, ticks({limit}))"));
            awaited(page, label, ("wait_for(", &end, &of_task), item, scope);
        }
        Kind::Group(ops) => {
            let inner: Vec<u32> = scope.groups.iter().copied().chain([label]).collect();
            let head = format!("task_group(move |group{label}| async move {{");
            owning(page, &head, "})", scope, |page| body(page, ops, Scope { groups: &inner, ..scope }, "Ok(())"));
            page.line(".await?;");
        }
        Kind::Spawn(task, kept) => {
            let call = if *kept { "spawn" } else { "start" };
            coroutine(page, &format!("{call}(\"{}\", ", task.name()), task, "});", scope);
        }
        Kind::SpawnInGroup(depth, task) => {
            let name = task.name();
            let before = match scope.groups.iter().nth_back((*depth).into()) {
                Some(group) => format!("spawn_in(&group{group}, \"{name}\", "),
                None => format!("spawn(\"{name}\", "),
            };
            coroutine(page, &before, task, "});", scope);
        }
        Kind::Await(target) | Kind::AwaitAnyone(target) => {
            page.line(format!("if let Some(task) = find(\"{}\") {{", target.name()));
            page.indented(|page| page.line(say(label, "got", "task.await?")));
            page.line("}");
        }
        Kind::Cancel(target) => page.line(format!("cancel({label}, \"{}\");", target.name())),
        Kind::CancelWith(target) => page.line(format!("cancel_with({label}, \"{}\");", target.name())),
        Kind::Cancelling(target) => page.line(format!("cancelling({label}, \"{}\");", target.name())),
        Kind::Uncancel(target) => page.line(format!("uncancel({label}, \"{}\");", target.name())),
        Kind::IsDone(target) => page.line(format!("is_done({label}, \"{}\");", target.name())),
        Kind::Look(target, what) => page.line(format!("look({label}, \"{}\", Look::{what:?});", target.name())),
        Kind::OnDone(target) => page.line(format!("on_done({label}, \"{}\");", target.name())),
        Kind::Name => page.line(say(label, "is in", "name()")),
        Kind::Gather(items) => {
            let awaitables = awaitables(page, label, items, scope);
            page.line(say(label, "got", format!("gather({awaitables}).await?.join(\", \")")));
        }
        Kind::GatherAll(items) => {
            let awaitables = awaitables(page, label, items, scope);
            page.line(say(label, "got", format!("all_told(&gather({awaitables}).return_exceptions().await?)")));
        }
        Kind::AsCompleted(items, limit) => {
            let awaitables = awaitables(page, label, items, scope);
            page.line(format!("for next in as_completed({awaitables}){} {{", within(*limit)));
            page.indented(|page| page.line(say(label, "got", "next.await?")));
            page.line("}");
        }
        Kind::Wait(targets, until, limit) => {
            let names: Vec<String> = targets.iter().map(|target| format!("\"{}\"", target.name())).collect();
            let when = match until {
                Until::First => "FirstCompleted",
                Until::Failure => "FirstException",
                Until::All => "AllCompleted",
            };
            page.line(format!("let tasks{label} = find_all([{}]);", names.join(", ")));
            let wait = format!("wait(&tasks{label}, ReturnWhen::{when}){}.await?", within(*limit));
            page.line(format!("print(format!(\"{label} {{}}\", parted(&{wait})));"));
        }
        Kind::Shield(item) => awaited(page, label, ("shield(", ")", "shield(&task)"), item, scope),
        Kind::Lock(which, ops) => {
            scoped(page, "{", Some(&format!("let _held = lock({which}).acquire().await?;")), ops, scope);
        }
        Kind::Semaphore(which, ops) => {
            scoped(page, "{", Some(&format!("let _place = semaphore({which}).acquire().await?;")), ops, scope);
        }
        Kind::FreeLock(which) => page.line(format!("free_lock({label}, {which});")),
        Kind::Place(which, ops) => {
            scoped(page, "{", Some(&format!("let _place = place({which}).acquire().await?;")), ops, scope);
        }
        Kind::Release(which) => page.line(format!("semaphore({which}).release();")),
        Kind::TakePlace(which) => page.line(format!("place({which}).acquire().await?.forget();")),
        Kind::GivePlace(which) => page.line(format!("give_place({label}, {which});")),
        Kind::TakeLatch(which) => page.line(format!("latch({which}).acquire().await?.forget();")),
        Kind::FreeLatch(which) => page.line(format!("free_latch({label}, {which});")),
        Kind::Condition(which, ops) => {
            scoped(page, "{", Some(&format!("let _held = condition({which}).acquire().await?;")), ops, scope);
        }
        Kind::WaitCondition(which, until) => {
            page.line("{");
            page.indented(|page| {
                page.line(format!("let mut held = condition({which}).acquire().await?;"));
                page.line(match until {
                    Some(until) => {
                        format!("condition({which}).wait_for(&mut held, || event({until}).is_set()).await?;")
                    }
                    None => format!("condition({which}).wait(&mut held).await?;"),
                });
                page.line(format!("print(\"{label} is told\");"));
            });
            page.line("}");
        }
        Kind::Notify(which, count) => {
            page.line("{");
            page.indented(|page| {
                page.line(format!("let held = condition({which}).acquire().await?;"));
                page.line(match count {
                    Some(count) => format!("condition({which}).notify(&held, {count})?;"),
                    None => format!("condition({which}).notify_all(&held)?;"),
                });
            });
            page.line("}");
        }
        Kind::WaitBarrier(which) => page.line(say(label, "came as", format!("barrier({which}).wait().await?"))),
        Kind::AbortBarrier(which) => page.line(format!("barrier({which}).abort();")),
        Kind::ResetBarrier(which) => page.line(format!("barrier({which}).reset();")),
        Kind::SetEvent(which) => page.line(format!("event({which}).set();")),
        Kind::ClearEvent(which) => page.line(format!("event({which}).clear();")),
        Kind::WaitEvent(which) => page.line(format!("event({which}).wait().await?;")),
        Kind::Put(which, item) => page.line(format!("queue({which}).put({item}).await?;")),
        Kind::Get(which) => page.line(say(label, "gets", format!("queue({which}).get().await?"))),
        Kind::TryPut(which, item) => page.line(say(label, "puts", format!("queue({which}).try_put({item})"))),
        Kind::TryGet(which) => page.line(say(label, "gets", format!("queue({which}).try_get()"))),
        Kind::TaskDone(which) => page.line(say(label, "done", format!("queue({which}).task_done()"))),
        Kind::ShutDown(which, now) => page.line(format!("queue({which}).shut_down({now});")),
        Kind::Join(which) => page.line(format!("queue({which}).join().await?;")),
        Kind::NewFuture(which) => page.line(format!("new_future({which});")),
        Kind::SetResult(which) => page.line(format!("set_result({label}, {which});")),
        Kind::SetError(which) => page.line(format!("set_error({label}, {which});")),
        Kind::CancelFuture(which) => page.line(format!("cancel_future({label}, {which});")),
        Kind::FutureIsDone(which) => page.line(format!("future_is_done({label}, {which});")),
        Kind::OnFutureDone(which) => page.line(format!("on_future_done({label}, {which});")),
        Kind::WaitFuture(which) => page.line(say(label, "got", format!("promise({which}).wait().await?"))),
        Kind::Call(which, when, action) => {
            let act = match action {
                Action::Print => format!("say(\"call {label}\")"),
                Action::SetEvent(which) => format!("event({which}).set()"),
                Action::Cancel(target) => format!("cancel(\"call {label}\", \"{}\")", target.name()),
                Action::SetResult(which) => format!("set_result(\"call {label}\", {which})"),
            };
            let call = match when {
                When::Soon => "call_soon(".to_owned(),
                When::Later(delay) => format!("call_later(ticks({delay}), "),
                When::At(time) => format!("call_at(ticks({time}), "),
            };
            page.line(format!("keep_call({which}, {call}|| {act}));"));
        }
        Kind::CancelCall(which) => page.line(format!("cancel_call({label}, {which});")),
        Kind::Job(pool, work) => page.line(say(label, "got", format!("{}.await?", job(label, *pool, work)))),
        Kind::JobMeanwhile(pool, work, ops) => {
            page.line("{");
            page.indented(|page| {
                page.line(format!("let job{label} = {};", job(label, *pool, work)));
                for op in ops {
                    step(page, op, scope);
                }
                page.line(say(label, "got", format!("job{label}.await?")));
            });
            page.line("}");
        }
        Kind::With(manager, ops) => with(page, label, manager, ops, scope),
        Kind::NewGenerator(which, ops) => {
            let head = format!("new_generator({which}, generator(move |values{label}| async move {{");
            owning(page, &head, "}));", scope, |page| {
                page.indented(|page| page.line(format!("let values{label} = &values{label};")));
                body(page, ops, Scope { generator: Some(label), ..scope }, "Ok(())");
            });
        }
        Kind::Yield => match scope.generator {
            Some(generator) => page.line(format!("values{generator}.emit({label}).await?;")),
            None => page.line(format!("print({label});")),
        },
        Kind::Next(which) => {
            page.line(format!("if let Some(generator) = find_generator({which}) {{"));
            page.indented(|page| page.line(say(label, "has", "or_none(generator.next().await?)")));
            page.line("}");
        }
        Kind::ForEach(which, at_most, ops) => {
            page.line(format!("if let Some(generator) = find_generator({which}) {{"));
            page.indented(|page| for_each(page, label, *at_most, ops, scope));
            page.line("}");
        }
        Kind::CloseGenerator(which) => page.line(format!("close_generator({which}).await?;")),
        Kind::Forget(new) => coroutine(page, &format!("forget(\"{}\", ", new.name()), new, "});", scope),
        Kind::Prepare(new, ops) => {
            page.line("{");
            page.indented(|page| {
                let before = format!("let prepared{label} = operation(\"{}\", ", new.name());
                coroutine(page, &before, new, "});", scope);
                for op in ops {
                    step(page, op, scope);
                }
                page.line(say(label, "got", format!("prepared{label}.await?")));
            });
            page.line("}");
        }
        Kind::Read(which) => page.line(format!("_ = value({which}).get();")),
        Kind::Write(which) => page.line(format!("value({which}).set({label});")),
        Kind::Update(which) => page.line(format!("value({which}).update(|value| *value = {label});")),
        Kind::Count(which) => page.line(format!("rate({which}).count();")),
        Kind::Open(which) => page.line(format!("closeable({which}).open();")),
        Kind::Close(which) => page.line(format!("closeable({which}).close();")),
        Kind::Pour(which, puts, gets, times) => page.line(format!("queue({which}).pour({puts}, {gets}, {times});")),
    }
}

fn job(label: u32, pool: Pool, work: &Work) -> String {
    format!("job({label}, Pool::{pool:?}, &{:?}, {})", work.parts, work.fails)
}

fn with(page: &mut Page, label: u32, manager: &Manager, ops: &Block, scope: Scope) {
    page.line("with(");
    page.indented(|page| {
        page.line(format!("manager({label}, {}, async {{", manager.forgives));
        body(page, &manager.enter, scope.apart(), "Ok(())");
        page.line("}, async {");
        body(page, &manager.exit, scope.apart(), "Ok(())");
        page.line("}),");
        page.line("|()| async {");
        body(page, ops, scope, "Ok(())");
        page.line("},");
    });
    page.line(")");
    page.line(".await?;");
}

fn for_each(page: &mut Page, label: u32, at_most: Option<u8>, ops: &Block, scope: Scope) {
    if let Some(at_most) = at_most {
        page.line(format!("let mut left{label} = {at_most};"));
    }
    page.line(format!("while let Some(value{label}) = generator.next().await? {{"));
    page.indented(|page| {
        page.line(say(label, "has", format!("value{label}")));
        for op in ops {
            step(page, op, scope);
        }
        if at_most.is_some() {
            page.line(format!("left{label} -= 1;"));
            page.line(format!("if left{label} == 0 {{"));
            page.indented(|page| page.line("break;"));
            page.line("}");
        }
    });
    page.line("}");
}

/// Steps in a block of their own, at whose end is dropped what was taken at its beginning.
fn scoped(page: &mut Page, head: &str, first: Option<&str>, ops: &Block, scope: Scope) {
    page.line(head);
    page.indented(|page| {
        if let Some(first) = first {
            page.line(first);
        }
        for op in ops {
            step(page, op, scope);
        }
    });
    page.line("}");
}

fn attempt(page: &mut Page, label: u32, it: &Try, scope: Scope) {
    let catch = match it.catch {
        Catch::Cancelled => "error.is_cancelled()",
        Catch::TimedOut => "error == Error::TimedOut",
        Catch::Exception => "is_exception(&error)",
        Catch::All => "true",
    };
    page.line(format!("let tried{label}: Result<()> = async {{"));
    body(page, &it.body, scope, "Ok(())");
    page.line("}");
    page.line(".await;");
    page.line(format!("let tried{label} = match tried{label} {{"));
    page.indented(|page| {
        let guard = if it.catch == Catch::All { String::new() } else { format!(" if {catch}") };
        page.line(format!("Err(error){guard} => {{"));
        page.indented(|page| {
            page.line("async {");
            page.indented(|page| page.line(say(label, "catches", "told(&error)")));
            body(page, &it.handler, scope, if it.again { "Err(error)" } else { "Ok(())" });
            page.line("}");
            page.line(".await");
        });
        page.line("}");
        page.line("other => other,");
    });
    page.line("};");
    for op in &it.finally {
        step(page, op, scope);
    }
    page.line(format!("tried{label}?;"));
}

/// The arguments of `gather` and `as_completed`, each with a name of its own: all coroutines, or all tasks.
fn awaitables(page: &mut Page, label: u32, items: &[Item], scope: Scope) -> String {
    let all_new = items.iter().all(|item| matches!(item, Item::New(_)));
    let mut parts = Vec::new();
    for (place, item) in items.iter().enumerate() {
        let name = format!("part{label}_{place}");
        match item {
            Item::New(new) if all_new => coroutine(page, &format!("let {name} = future("), new, "});", scope),
            Item::New(new) => coroutine(page, &format!("let {name} = task("), new, "});", scope),
            Item::Task(target) => page.line(format!("let {name} = find(\"{}\");", target.name())),
        }
        parts.push(name);
    }
    let parts = parts.join(", ");
    if all_new { format!("futures([{parts}])") } else { format!("[{parts}].into_iter().flatten()") }
}

/// Awaits an item: what stands before and after a coroutine, and the whole for a task.
fn awaited(page: &mut Page, label: u32, (before, after, of_task): (&str, &str, &str), item: &Item, scope: Scope) {
    match item {
        Item::New(new) => {
            coroutine(page, &format!("let waited{label} = {before}"), new, &format!("}}{after}"), scope);
            page.line(".await?;");
            page.line(say(label, "got", format!("waited{label}")));
        }
        Item::Task(target) => {
            page.line(format!("if let Some(task) = find(\"{}\") {{", target.name()));
            page.indented(|page| page.line(say(label, "got", format!("{of_task}.await?"))));
            page.line("}");
        }
    }
}

fn within(limit: Option<Ticks>) -> String {
    limit.map(|limit| format!(".within(ticks({limit}))")).unwrap_or_default()
}
