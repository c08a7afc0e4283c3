//! A run in numbers.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use super::critical_path::{Doing, Link, critical_path};
use super::explain::explain;
use super::rows::Timeline;
use super::slack::{Faster, would_faster_help};
use super::steps::{End, Steps};
use super::waiting::{Resource, Waiting};
use crate::aio::trace::{TaskId, Trace, Wait};

/// How much time operations took, all tasks together, by kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Work {
    /// Sleeping on the clock.
    pub sleeping: Duration,
    /// Blocking calls in threads of the pool.
    pub threads: Duration,
    /// Waiting for the world outside the executor.
    pub outside: Duration,
    /// Holding the thread, computing or blocking.
    pub running: Duration,
}

impl Work {
    /// All of it.
    #[must_use]
    pub fn total(&self) -> Duration {
        self.sleeping + self.threads + self.outside + self.running
    }

    fn add(&mut self, doing: Doing, duration: Duration) {
        match doing {
            Doing::Sleep => self.sleeping += duration,
            Doing::Thread => self.threads += duration,
            Doing::Outside => self.outside += duration,
            Doing::Running => self.running += duration,
            Doing::Limit | Doing::Loop => {}
        }
    }
}

/// One task in numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TaskStatistics {
    /// The task.
    pub task: TaskId,
    /// Its name in the picture.
    pub label: Arc<str>,
    /// How often and how long it could have run, and the thread was not free. Turns that came at once do not count.
    pub ready: Waiting,
    /// Whether the run would take less time if the task's own operations did.
    pub faster: Faster,
}

/// A run in numbers.
#[derive(Clone, Debug, PartialEq)]
pub struct Statistics {
    /// How long the run took, up to its end or as far as it has come.
    pub makespan: Duration,
    /// How much time operations took. More than the makespan, where they overlapped.
    pub work: Work,
    /// The most operations in flight at once. A task has one in flight while it is suspended on the clock, on a thread of
    /// the pool or on the outside, or runs for longer than no time; not while it waits for tasks, locks or queues, or is
    /// ready.
    pub peak_concurrency: usize,
    /// How many operations were in flight on average: work divided by makespan. Zero for a run that took no time.
    pub mean_concurrency: f64,
    /// How much of the peak was unused on average, from 0 to 1. None without a peak.
    pub idle_share: Option<f64>,
    /// In how much of the time the loop had nothing to do, from 0 to 1: no task ran or could have run. None for a run that
    /// took no time.
    pub loop_idle_share: Option<f64>,
    /// Every task, in order of creation.
    pub tasks: Vec<TaskStatistics>,
    /// Every shared thing that a task waited for, in the order of kinds and names.
    pub resources: Vec<(Resource, Waiting)>,
    /// The chain of waits that decides the makespan.
    pub critical_path: Vec<Link>,
    /// What decides the makespan, in a sentence; none when there is nothing to say.
    pub explanation: Option<String>,
}

impl Statistics {
    /// Everything that a trace tells in numbers.
    #[must_use]
    pub fn of(trace: &Trace) -> Self {
        let timeline = Timeline::of(trace);
        let faster = would_faster_help(trace);
        let path = critical_path(trace);
        let explanation = explain(&timeline, &path, &faster);
        let mut spans = Spans::of(trace);
        let makespan = trace.until();
        let share = |part: Duration| (!makespan.is_zero()).then(|| part.as_secs_f64() / makespan.as_secs_f64());
        let mean_concurrency = share(spans.work.total()).unwrap_or(0.0);
        let (peak_concurrency, _) = overlap(&mut spans.in_flight);
        let (_, busy) = overlap(&mut spans.busy);
        let mut labels: Vec<Arc<str>> = vec![Arc::default(); trace.task_count()];
        for row in timeline.rows.iter().rev() {
            labels[row.task.index()] = row.label.clone();
        }
        let tasks = (0..trace.task_count() as u32).map(TaskId).map(|task| TaskStatistics {
            task,
            label: labels[task.index()].clone(),
            ready: spans.ready[task.index()],
            faster: faster[task.index()],
        });
        Self {
            makespan,
            work: spans.work,
            peak_concurrency,
            mean_concurrency,
            idle_share: (peak_concurrency > 0).then(|| 1.0 - mean_concurrency / peak_concurrency as f64),
            loop_idle_share: share(makespan.saturating_sub(busy)),
            tasks: tasks.collect(),
            resources: spans.resources.into_iter().collect(),
            critical_path: path,
            explanation,
        }
    }

    /// How long tasks were ready and could not run, all together; and the longest that one was at a time.
    #[must_use]
    pub fn ready(&self) -> Waiting {
        self.tasks.iter().fold(Waiting::default(), |all, task| Waiting {
            count: all.count + task.ready.count,
            total: all.total + task.ready.total,
            longest: all.longest.max(task.ready.longest),
        })
    }
}

type Span = (Duration, Duration);

/// Who did what from when to when.
struct Spans {
    work: Work,
    in_flight: Vec<Span>,
    busy: Vec<Span>,
    ready: Vec<Waiting>,
    resources: BTreeMap<Resource, Waiting>,
}

impl Spans {
    fn of(trace: &Trace) -> Self {
        let steps = Steps::of(trace);
        let until = trace.until();
        let mut spans = Self {
            work: Work::default(),
            in_flight: Vec::new(),
            busy: Vec::new(),
            ready: vec![Waiting::default(); trace.task_count()],
            resources: BTreeMap::new(),
        };
        for (place, ids) in steps.of_task.iter().enumerate() {
            for (nth, id) in ids.iter().enumerate() {
                let step = &steps.all[*id];
                spans.ready(place, (step.ready, step.from));
                spans.operation(Doing::Running, (step.from, step.to));
                spans.busy.push((step.from, step.to));
                let End::Waits(wait, _) = &step.end else { continue };
                let next = ids.get(nth + 1).map_or(until, |next| steps.all[*next].ready);
                if *wait != Wait::Yield {
                    spans.wait(trace, wait, (step.to, next));
                }
            }
            if let ([], Some((at, _))) = (ids.as_slice(), steps.created_at[place]) {
                spans.ready(place, (at, until));
            }
        }
        spans
    }

    fn ready(&mut self, place: usize, (from, to): Span) {
        if to > from {
            self.ready[place].add(to.saturating_sub(from));
            self.busy.push((from, to));
        }
    }

    fn operation(&mut self, doing: Doing, (from, to): Span) {
        self.work.add(doing, to.saturating_sub(from));
        self.in_flight.push((from, to));
    }

    fn wait(&mut self, trace: &Trace, wait: &Wait, (from, to): Span) {
        match wait {
            Wait::Sleep { .. } => self.operation(Doing::Sleep, (from, to)),
            Wait::Thread { .. } => self.operation(Doing::Thread, (from, to)),
            Wait::Other => self.operation(Doing::Outside, (from, to)),
            _ => {}
        }
        let Some(resource) = Resource::of(trace, wait) else { return };
        self.resources.entry(resource).or_default().add(to.saturating_sub(from));
    }
}

/// How many spans overlap at most, and for how long there is at least one. Spans that only touch do not overlap.
fn overlap(spans: &mut Vec<Span>) -> (usize, Duration) {
    spans.retain(|(from, to)| to > from);
    let ends = spans.iter().flat_map(|(from, to)| [(*from, 1_isize), (*to, -1)]);
    let mut ends: Vec<_> = ends.collect();
    ends.sort_unstable();
    let (mut open, mut most, mut covered, mut since) = (0, 0, Duration::ZERO, Duration::ZERO);
    for (at, change) in ends {
        if open > 0 {
            covered += at.saturating_sub(since);
        }
        since = at;
        open += change;
        most = most.max(open);
    }
    (most as usize, covered)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aio::trace::ResourceId;
    use crate::aio::{Result, Semaphore, blocking_sleep, gather, sleep, spawn, to_thread};
    use crate::host::virtual_time;

    const SECOND: Duration = Duration::from_secs(1);

    fn statistics<T: std::fmt::Debug + 'static>(main: impl Future<Output = Result<T>> + 'static) -> Statistics {
        Statistics::of(&virtual_time::run(main).trace)
    }

    #[test]
    fn who_waits_in_line_is_not_in_flight() {
        let statistics = statistics(async {
            let limit = Semaphore::new(2).named("limit");
            let job = |limit: Semaphore| async move {
                let _permit = limit.acquire().await?;
                sleep(SECOND).await
            };
            gather((0..3).map(|_| job(limit.clone()))).await
        });
        assert_eq!((statistics.makespan, statistics.work.total()), (SECOND * 2, SECOND * 3));
        assert_eq!((statistics.peak_concurrency, statistics.mean_concurrency), (2, 1.5));
        assert_eq!((statistics.idle_share, statistics.loop_idle_share), (Some(0.25), Some(1.0)));
        let limit = Resource { id: ResourceId(0), part: "", name: "the semaphore limit".to_owned() };
        assert_eq!(statistics.resources, [(limit, Waiting { count: 1, total: SECOND, longest: SECOND })]);
    }

    #[test]
    fn a_held_thread_is_work_for_one_and_waiting_for_the_others() {
        let statistics = statistics(async {
            let late = spawn(sleep(SECOND));
            let call = spawn(to_thread(|| {
                blocking_sleep(SECOND * 2);
                Ok(())
            }));
            sleep(SECOND / 2).await?;
            blocking_sleep(SECOND * 2);
            late.await?;
            call.await
        });
        let expected =
            Work { sleeping: SECOND * 3 / 2, threads: SECOND * 2, outside: Duration::ZERO, running: SECOND * 2 };
        assert_eq!(statistics.work, expected);
        let once = |longest| Waiting { count: 1, total: longest, longest };
        let ready: Vec<Waiting> = statistics.tasks.iter().map(|task| task.ready).collect();
        assert_eq!(ready, [Waiting::default(), once(SECOND * 3 / 2), once(SECOND / 2)]);
        assert_eq!(statistics.ready(), Waiting { count: 2, total: SECOND * 2, longest: SECOND * 3 / 2 });
        assert_eq!(statistics.loop_idle_share, Some(0.2));
    }

    #[test]
    fn an_empty_run_has_no_shares() {
        let statistics = statistics(async { Ok(()) });
        assert_eq!((statistics.idle_share, statistics.loop_idle_share), (None, None));
        assert_eq!((statistics.explanation, statistics.critical_path), (None, Vec::new()));
        assert_eq!(Statistics::of(&Trace::default()).tasks, []);
    }

    #[test]
    fn the_table_reads_from_totals_to_the_sentence() {
        let run = virtual_time::run(async { gather([sleep(SECOND), sleep(SECOND * 2)]).await });
        let table = Statistics::of(&run.trace).to_string();
        assert!(table.starts_with("makespan     2.00 s\nwork         3.00 s, sleeping 3.00 s\n"), "{table}");
        assert!(table.contains("\ntask         task 2  ready 0.00 s  faster: would help\n"), "{table}");
        let sentence = "task 2's 2.00 s sleep decides the total: making task 1 faster changes nothing.\n";
        assert!(table.ends_with(sentence), "{table}");
    }
}
