//! The critical path: the chain of waits that decides how long a run takes.
//!
//! It is walked backwards over events, from the end of the run to its beginning: each step of a task knows what made its
//! task ready, and that knows what made it possible. The links tile the whole time, without gaps. Where two chains end at
//! the same time there is more than one critical path, and this is the one whose end the executor saw last.

use std::sync::Arc;
use std::time::Duration;

use super::rows::Timeline;
use super::steps::{Cause, Step, StepId, Steps};
use crate::aio::trace::{Ending, Site, TaskId, Trace, Wait};

/// What time is spent on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Doing {
    /// A task sleeps on the clock.
    Sleep,
    /// A blocking call goes on in a thread of the pool.
    Thread,
    /// A task waits for the world outside the executor.
    Outside,
    /// A time limit runs down.
    Limit,
    /// A task holds the thread: it computes, or blocks.
    Running,
    /// Nobody holds the thread, and the loop has not got to the task yet.
    Loop,
}

/// One stretch of the critical path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// When it begins.
    pub from: Duration,
    /// When it ends, which is where the next one begins.
    pub to: Duration,
    /// Whose time it is.
    pub task: TaskId,
    /// The name of the task, or of the operation inside it.
    pub label: Arc<str>,
    /// What the time is spent on.
    pub doing: Doing,
    /// The line that waits.
    pub site: Option<Site>,
}

impl Link {
    /// How long it takes.
    #[must_use]
    pub fn duration(&self) -> Duration {
        self.to.saturating_sub(self.from)
    }
}

/// The chain of waits that decides how long a run takes, from its beginning to its end. A run that took no time has none.
#[must_use]
pub fn critical_path(trace: &Trace) -> Vec<Link> {
    let steps = Steps::of(trace);
    let mut walk = Walk { steps: &steps, cursor: trace.until(), links: Vec::new() };
    walk.back_from(last_step(&steps, trace));
    let mut links = walk.links;
    links.reverse();
    name(&mut links, &Timeline::of(trace));
    links
}

/// The step that ends the run: the main task's, unless others take longer to clean up.
fn last_step(steps: &Steps, trace: &Trace) -> Option<StepId> {
    let finished = matches!(trace.ended(), Some((_, Ending::Finished)));
    let main = steps.last_of(TaskId::MAIN).filter(|main| finished && steps.all[*main].to == trace.until());
    main.or(steps.all.len().checked_sub(1))
}

struct Walk<'a> {
    steps: &'a Steps,
    /// Everything after this has its links.
    cursor: Duration,
    links: Vec<Link>,
}

impl Walk<'_> {
    fn back_from(&mut self, last: Option<StepId>) {
        let mut next = last;
        if let Some(last) = last {
            let last = &self.steps.all[last];
            self.take(last.to, last.task, waiting(last), None);
        }
        while let Some(id) = next {
            let step = &self.steps.all[id];
            self.take(step.from, step.task, Doing::Running, None);
            let holder = self.take_held(id, step.ready);
            // A trace from elsewhere may have causes that come later.
            next = holder.or_else(|| self.cause_of(id, step)).filter(|cause| *cause < id);
        }
        self.take(Duration::ZERO, TaskId::MAIN, Doing::Loop, None);
    }

    /// Takes the time up to when the step could run; gives the step that decided when that was.
    fn cause_of(&mut self, id: StepId, step: &Step) -> Option<StepId> {
        let previous = step.previous.map(|previous| &self.steps.all[previous]);
        match step.cause {
            Cause::Start => None,
            Cause::Step(cause) => {
                let holder = self.take_held(id, self.steps.all[cause].to);
                holder.or(Some(cause))
            }
            Cause::Yield => step.previous,
            Cause::Timer { .. } | Cause::Outside => {
                let previous = previous?;
                self.take(previous.to, step.task, waiting(previous), site(previous));
                step.previous
            }
            Cause::Limit { owner, .. } => {
                let place = self.steps.of_task[owner.index()].partition_point(|other| *other < id).checked_sub(1)?;
                let armed = self.steps.of_task[owner.index()][place];
                let owners = &self.steps.all[armed];
                self.take(owners.to, owner, Doing::Limit, site(owners));
                Some(armed)
            }
        }
    }

    /// Takes the time back to `from`, in which something could have gone on that the thread was not free for. Gives the
    /// step that held the thread then: had the task been ready sooner, it would not have run sooner.
    fn take_held(&mut self, before: StepId, from: Duration) -> Option<StepId> {
        for (id, step) in self.steps.all[..before].iter().enumerate().rev() {
            if step.to <= from || self.cursor <= from {
                break;
            }
            self.take(step.to, step.task, Doing::Loop, None);
            self.take(step.from.max(from), step.task, Doing::Running, None);
            if step.from < from {
                return Some(id);
            }
        }
        self.take(from, self.steps.all[before].task, Doing::Loop, None);
        None
    }

    fn take(&mut self, from: Duration, task: TaskId, doing: Doing, site: Option<Site>) {
        if from >= self.cursor {
            return;
        }
        let to = std::mem::replace(&mut self.cursor, from);
        match self.links.last_mut() {
            Some(last) if (last.task, last.doing) == (task, doing) && doing == Doing::Running => last.from = from,
            _ => self.links.push(Link { from, to, task, label: Arc::default(), doing, site }),
        }
    }
}

/// What the time after a step is spent on.
fn waiting(step: &Step) -> Doing {
    match step.wait() {
        Some(Wait::Sleep { .. }) => Doing::Sleep,
        Some(Wait::Thread { .. }) => Doing::Thread,
        _ => Doing::Outside,
    }
}

fn site(step: &Step) -> Option<Site> {
    match &step.end {
        super::steps::End::Waits(_, site) => site.clone(),
        _ => None,
    }
}

/// Gives each link the name of the innermost operation that goes on all the while.
fn name(links: &mut [Link], timeline: &Timeline) {
    for link in links {
        let rows = timeline.rows.iter().filter(|row| row.task == link.task && row.from <= link.from);
        let open = rows.filter(|row| row.end.as_ref().is_none_or(|(end, _)| *end >= link.to));
        if let Some(row) = open.max_by_key(|row| (row.from, row.depth)) {
            link.label = row.label.clone();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aio::{Lock, Result, blocking_sleep, gather, sleep, span, spawn, timeout, to_thread};
    use crate::host::virtual_time;

    const SECOND: Duration = Duration::from_secs(1);

    fn path<T: std::fmt::Debug + 'static>(main: impl Future<Output = Result<T>> + 'static) -> Vec<String> {
        let trace = virtual_time::run(main).trace;
        let links = critical_path(&trace);
        assert!(links.windows(2).all(|pair| pair[0].to == pair[1].from), "{links:?}");
        assert_eq!(links.first().map_or(Duration::ZERO, |first| first.from), Duration::ZERO);
        assert_eq!(links.last().map_or(Duration::ZERO, |last| last.to), trace.until());
        let text = |link: &Link| {
            format!("{} {:?} {:.1}", link.label, link.doing, link.duration().as_secs_f64()).to_ascii_lowercase()
        };
        links.iter().map(text).collect()
    }

    async fn job(name: &'static str, seconds: u32) -> Result<()> {
        span(name, sleep(SECOND * seconds)).await
    }

    #[test]
    fn the_slowest_of_a_gather_is_the_path() {
        assert_eq!(path(async { gather([job("a", 1), job("b", 2)]).await }), ["b sleep 2.0"]);
    }

    #[test]
    fn the_path_goes_through_whoever_held_the_lock() {
        let steps = path(async {
            let lock = Lock::new();
            let work = |name: &'static str, lock: Lock| {
                span(name, async move {
                    let _guard = lock.acquire().await?;
                    sleep(SECOND).await
                })
            };
            gather([work("a", lock.clone()), work("b", lock)]).await
        });
        assert_eq!(steps, ["a sleep 1.0", "b sleep 1.0"]);
    }

    #[test]
    fn a_task_that_waits_for_the_thread_waits_for_who_holds_it() {
        let steps = path(async {
            let late = spawn(job("late", 1));
            sleep(SECOND / 2).await?;
            span("busy", async {
                blocking_sleep(SECOND * 2);
                Ok(())
            })
            .await?;
            late.await
        });
        assert_eq!(steps, ["main sleep 0.5", "busy running 2.0"]);
    }

    #[test]
    fn a_creation_leads_to_the_creator_and_a_thread_and_a_limit_say_so() {
        let steps = path(async {
            sleep(SECOND).await?;
            let call = spawn(async {
                to_thread(|| {
                    blocking_sleep(SECOND);
                    Ok(())
                })
                .await
            })
            .named("call");
            call.await?;
            timeout(SECOND * 3, job("slow", 9)).await
        });
        assert_eq!(steps, ["main sleep 1.0", "call thread 1.0", "slow limit 3.0"]);
    }

    #[test]
    fn cleaning_up_after_the_main_task_belongs_to_the_path() {
        let steps = path(async {
            drop(
                spawn(async {
                    let _ = sleep(SECOND * 9).await;
                    sleep(SECOND * 2).await
                })
                .named("cleaner"),
            );
            sleep(SECOND).await
        });
        assert_eq!(steps, ["main sleep 1.0", "cleaner sleep 2.0"]);
    }
}
