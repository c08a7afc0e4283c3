//! Programs as Rust. What is used without being defined comes from `aio` and from `world.rs`.

use std::fmt::Display;

use super::Page;
use crate::program::{Action, Block, Catch, Coroutine, Item, Kind, Op, Program, Ticks, Try, Until, When};

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
    body(&mut page, &program.main.ops, &[], format!("Ok(\"{}\".to_owned())", program.main.name()));
    page.line("}");
    page.text
}

/// The groups around a step, by their labels, the innermost last.
type Groups<'a> = &'a [u32];

/// Steps, and what they end with.
fn body(page: &mut Page, ops: &Block, groups: Groups, end: impl Display) {
    page.indented(|page| {
        for op in ops {
            step(page, op, groups);
        }
        page.line(end);
    });
}

/// Around an `async move`: it gets handles of its own to the groups that it mentions.
fn owning(page: &mut Page, before: &str, after: &str, groups: Groups, write: impl Fn(&mut Page)) {
    let depth = page.depth;
    let inside = page.apart(&write);
    let mentioned = |group: &&u32| inside.contains(&format!("(&group{group},"));
    let clones: Vec<String> =
        groups.iter().filter(mentioned).map(|group| format!("let group{group} = group{group}.clone();")).collect();
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

fn coroutine(page: &mut Page, before: &str, new: &Coroutine, after: &str, groups: Groups) {
    let end = format!("Ok(\"{}\".to_owned())", new.name());
    owning(page, &format!("{before}async move {{"), after, groups, |page| body(page, &new.ops, groups, &end));
}

fn say(label: u32, words: &str, argument: impl Display) -> String {
    format!("print(format!(\"{label} {words} {{}}\", {argument}));")
}

#[expect(clippy::too_many_lines, reason = "an arm for each kind of step")]
fn step(page: &mut Page, Op { label, kind }: &Op, groups: Groups) {
    let label = *label;
    match kind {
        Kind::Print => page.line(format!("print({label});")),
        Kind::Sleep(time) => page.line(format!("sleep(ticks({time})).await?;")),
        Kind::Block(time) => page.line(format!("blocking_sleep(ticks({time}));")),
        Kind::Raise => page.line(format!("raise({label})?;")),
        Kind::Repeat(times, ops) => scoped(page, &format!("for _ in 0..{times} {{"), None, ops, groups),
        Kind::Try(it) => attempt(page, label, it, groups),
        Kind::Timeout(limit, ops) => {
            page.line(format!("timeout(ticks({limit}), async {{"));
            body(page, ops, groups, "Ok(())");
            page.line("})");
            page.line(".await?;");
        }
        Kind::TimeoutAt(when, ops) => {
            page.line(format!("timeout_at(ticks({when}), async {{"));
            body(page, ops, groups, "Ok(())");
            page.line("})");
            page.line(".await?;");
        }
        Kind::WaitFor(limit, item) => {
            let (end, of_task) = (format!(", ticks({limit}))"), format!("wait_for(task, ticks({limit}))"));
            awaited(page, label, ("wait_for(", &end, &of_task), item, groups);
        }
        Kind::Group(ops) => {
            let inner: Vec<u32> = groups.iter().copied().chain([label]).collect();
            let head = format!("task_group(move |group{label}| async move {{");
            owning(page, &head, "})", groups, |page| body(page, ops, &inner, "Ok(())"));
            page.line(".await?;");
        }
        Kind::Spawn(task, kept) => {
            let call = if *kept { "spawn" } else { "start" };
            coroutine(page, &format!("{call}(\"{}\", ", task.name()), task, "});", groups);
        }
        Kind::SpawnInGroup(depth, task) => {
            let name = task.name();
            let before = match groups.iter().nth_back((*depth).into()) {
                Some(group) => format!("spawn_in(&group{group}, \"{name}\", "),
                None => format!("spawn(\"{name}\", "),
            };
            coroutine(page, &before, task, "});", groups);
        }
        Kind::Await(target) => {
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
            let awaitables = awaitables(page, label, items, groups);
            page.line(say(label, "got", format!("gather({awaitables}).await?.join(\", \")")));
        }
        Kind::GatherAll(items) => {
            let awaitables = awaitables(page, label, items, groups);
            page.line(say(label, "got", format!("all_told(&gather({awaitables}).return_exceptions().await?)")));
        }
        Kind::AsCompleted(items, limit) => {
            let awaitables = awaitables(page, label, items, groups);
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
        Kind::Shield(item) => awaited(page, label, ("shield(", ")", "shield(&task)"), item, groups),
        Kind::Lock(which, ops) => {
            scoped(page, "{", Some(&format!("let _held = lock({which}).acquire().await?;")), ops, groups);
        }
        Kind::Semaphore(which, ops) => {
            scoped(page, "{", Some(&format!("let _place = semaphore({which}).acquire().await?;")), ops, groups);
        }
        Kind::Release(which) => page.line(format!("semaphore({which}).release();")),
        Kind::TakePlace(which) => page.line(format!("place({which}).acquire().await?.forget();")),
        Kind::GivePlace(which) => page.line(format!("give_place({label}, {which});")),
        Kind::TakeLatch(which) => page.line(format!("latch({which}).acquire().await?.forget();")),
        Kind::FreeLatch(which) => page.line(format!("free_latch({label}, {which});")),
        Kind::Condition(which, ops) => {
            scoped(page, "{", Some(&format!("let _held = condition({which}).acquire().await?;")), ops, groups);
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
        Kind::Forget(new) => coroutine(page, &format!("forget(\"{}\", ", new.name()), new, "});", groups),
        Kind::Prepare(new, ops) => {
            page.line("{");
            page.indented(|page| {
                let before = format!("let prepared{label} = operation(\"{}\", ", new.name());
                coroutine(page, &before, new, "});", groups);
                for op in ops {
                    step(page, op, groups);
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

/// Steps in a block of their own, at whose end is dropped what was taken at its beginning.
fn scoped(page: &mut Page, head: &str, first: Option<&str>, ops: &Block, groups: Groups) {
    page.line(head);
    page.indented(|page| {
        if let Some(first) = first {
            page.line(first);
        }
        for op in ops {
            step(page, op, groups);
        }
    });
    page.line("}");
}

fn attempt(page: &mut Page, label: u32, it: &Try, groups: Groups) {
    let catch = match it.catch {
        Catch::Cancelled => "error.is_cancelled()",
        Catch::TimedOut => "error == Error::TimedOut",
        Catch::Exception => "!error.is_cancelled()",
        Catch::All => "true",
    };
    page.line(format!("let tried{label}: Result<()> = async {{"));
    body(page, &it.body, groups, "Ok(())");
    page.line("}");
    page.line(".await;");
    page.line(format!("let tried{label} = match tried{label} {{"));
    page.indented(|page| {
        let guard = if it.catch == Catch::All { String::new() } else { format!(" if {catch}") };
        page.line(format!("Err(error){guard} => {{"));
        page.indented(|page| {
            page.line("async {");
            page.indented(|page| page.line(say(label, "catches", "told(&error)")));
            body(page, &it.handler, groups, if it.again { "Err(error)" } else { "Ok(())" });
            page.line("}");
            page.line(".await");
        });
        page.line("}");
        page.line("other => other,");
    });
    page.line("};");
    for op in &it.finally {
        step(page, op, groups);
    }
    page.line(format!("tried{label}?;"));
}

/// The arguments of `gather` and `as_completed`, each with a name of its own: all coroutines, or all tasks.
fn awaitables(page: &mut Page, label: u32, items: &[Item], groups: Groups) -> String {
    let all_new = items.iter().all(|item| matches!(item, Item::New(_)));
    let mut parts = Vec::new();
    for (place, item) in items.iter().enumerate() {
        let name = format!("part{label}_{place}");
        match item {
            Item::New(new) if all_new => coroutine(page, &format!("let {name} = future("), new, "});", groups),
            Item::New(new) => coroutine(page, &format!("let {name} = task("), new, "});", groups),
            Item::Task(target) => page.line(format!("let {name} = find(\"{}\");", target.name())),
        }
        parts.push(name);
    }
    let parts = parts.join(", ");
    if all_new { format!("futures([{parts}])") } else { format!("[{parts}].into_iter().flatten()") }
}

/// Awaits an item: what stands before and after a coroutine, and the whole for a task.
fn awaited(page: &mut Page, label: u32, (before, after, of_task): (&str, &str, &str), item: &Item, groups: Groups) {
    match item {
        Item::New(new) => {
            coroutine(page, &format!("let waited{label} = {before}"), new, &format!("}}{after}"), groups);
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
