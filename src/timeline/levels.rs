//! Who is in something that tasks share, and who waits for it, over time.

use std::sync::Arc;
use std::time::Duration;

use crate::aio::trace::{ResourceId, ResourceKind, TaskId, Trace, Use, Wait, What};

/// How many are at something shared.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    /// Who holds it; for a queue the items that stand in it, for a pool the calls that its workers are at.
    pub inside: u64,
    /// Tasks that wait for it: for a place, an item, room, or that it happens.
    pub waiting: u64,
}

impl Count {
    fn is_none(self) -> bool {
        self == Self::default()
    }
}

/// Something shared, over time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Level {
    /// What it is.
    pub kind: ResourceKind,
    /// The name that the program gave it, or that of its kind.
    pub name: Arc<str>,
    /// How many there is room for; none for no limit.
    pub limit: Option<u64>,
    /// How many are there, from each time on, in order of time.
    pub steps: Vec<(Duration, Count)>,
}

impl Level {
    /// Its name, and how many there is room for.
    #[must_use]
    pub fn label(&self) -> String {
        let limit = self.limit.filter(|_| self.kind != ResourceKind::Lock);
        limit.map_or_else(|| self.name.to_string(), |limit| format!("{}, at most {limit}", self.name))
    }

    /// When how many were there, leaving out when there was nobody: from, to, how many.
    pub fn stretches(&self, until: Duration) -> impl Iterator<Item = (Duration, Duration, Count)> {
        let ends = self.steps.iter().skip(1).map(|(at, _)| *at).chain([until]);
        let stretches = self.steps.iter().zip(ends).map(|((from, count), to)| (*from, to, *count));
        stretches.filter(|(from, to, count)| to > from && !count.is_none())
    }

    /// The most that were inside, and the most that waited, for any time.
    #[must_use]
    pub fn most(&self, until: Duration) -> Count {
        self.stretches(until).fold(Count::default(), |most, (.., count)| Count {
            inside: most.inside.max(count.inside),
            waiting: most.waiting.max(count.waiting),
        })
    }

    /// Whether anything about it would show.
    #[must_use]
    pub fn is_used(&self, until: Duration) -> bool {
        self.stretches(until).next().is_some()
    }

    /// For how long it was full.
    #[must_use]
    pub fn full_for(&self, until: Duration) -> Duration {
        let full = self.stretches(until).filter(|(.., count)| self.limit.is_some_and(|limit| count.inside >= limit));
        full.map(|(from, to, _)| to.saturating_sub(from)).sum()
    }
}

/// Reads levels from events.
pub(super) struct Levels {
    all: Vec<Level>,
    /// Where each resource stands among them.
    places: Vec<Option<usize>>,
    /// What each task waits for.
    waits: Vec<Option<usize>>,
}

impl Levels {
    pub(super) fn new(trace: &Trace) -> Self {
        let places = vec![None; trace.resources().len()];
        Self { all: Vec::new(), places, waits: vec![None; trace.task_count()] }
    }

    pub(super) fn read(&mut self, trace: &Trace, (at, task): (Duration, TaskId), what: &What) {
        match what {
            What::Used(how, id) => self.used(trace, at, (*how, *id)),
            What::Suspended(wait) => {
                let id = match wait {
                    Wait::Resource(id) | Wait::Room(id) | Wait::Joined(id) => Some(*id),
                    _ => None,
                };
                let place = id.and_then(|id| self.place(trace, id));
                self.wait(at, task, place);
            }
            What::Ready(_) | What::Running | What::Finished(_) => self.wait(at, task, None),
            _ => {}
        }
    }

    pub(super) fn finish(self) -> Vec<Level> {
        self.all
    }

    fn used(&mut self, trace: &Trace, at: Duration, (how, id): (Use, ResourceId)) {
        let change = match how {
            Use::Put | Use::Acquired => 1,
            Use::Got | Use::Released => -1,
            Use::Read | Use::Wrote | Use::Counted => return,
        };
        if let Some(place) = self.place(trace, id) {
            self.change(place, at, (change, 0));
        }
    }

    fn wait(&mut self, at: Duration, task: TaskId, place: Option<usize>) {
        let Some(wait) = self.waits.get_mut(task.index()) else { return };
        let before = std::mem::replace(wait, place);
        if before == place {
            return;
        }
        for (place, change) in [(before, -1), (place, 1)] {
            if let Some(place) = place {
                self.change(place, at, (0, change));
            }
        }
    }

    fn change(&mut self, place: usize, at: Duration, (inside, waiting): (i64, i64)) {
        let steps = &mut self.all[place].steps;
        let before = steps.last().map_or(Count::default(), |(_, count)| *count);
        let count = Count {
            inside: before.inside.saturating_add_signed(inside),
            waiting: before.waiting.saturating_add_signed(waiting),
        };
        match steps.last_mut() {
            Some((last, known)) if *last == at => *known = count,
            _ => steps.push((at, count)),
        }
    }

    /// Where a resource stands, if it is one that is drawn; puts it behind the others if it is new.
    fn place(&mut self, trace: &Trace, id: ResourceId) -> Option<usize> {
        let info = trace.resources().get(id.index())?;
        let kind = match info.kind {
            ResourceKind::Semaphore | ResourceKind::BoundedSemaphore => "semaphore",
            ResourceKind::Lock => "lock",
            ResourceKind::Event => "event",
            ResourceKind::Condition => "condition",
            ResourceKind::Barrier => "barrier",
            ResourceKind::Queue => "queue",
            ResourceKind::Pool => "pool",
            ResourceKind::Promise | ResourceKind::Value | ResourceKind::Rate | ResourceKind::Resource => return None,
        };
        let place = self.places.get_mut(id.index())?;
        Some(*place.get_or_insert_with(|| {
            let name = info.name.clone().unwrap_or_else(|| kind.into());
            self.all.push(Level { kind: info.kind, name, limit: info.limit, steps: Vec::new() });
            self.all.len() - 1
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::super::Timeline;
    use super::*;
    use crate::aio::{Queue, Semaphore, ThreadPool, blocking_sleep, gather, sleep, spawn};
    use crate::host::virtual_time;

    fn tenths(count: u64) -> Duration {
        Duration::from_millis(100 * count)
    }

    #[test]
    fn a_queue_that_fills_up_is_followed_step_by_step() {
        let run = virtual_time::run(async {
            let queue = Queue::bounded(2).named("items");
            let maker = queue.clone();
            let maker = spawn(async move {
                for item in 0..4 {
                    maker.put(item).await?;
                    sleep(tenths(1)).await?;
                }
                Ok(())
            });
            for _ in 0..4 {
                sleep(tenths(3)).await?;
                queue.get().await?;
            }
            maker.await
        });
        let timeline = Timeline::of(&run.trace);
        let [level] = &timeline.levels[..] else { panic!("{:?}", timeline.levels) };
        assert_eq!(level.label(), "items, at most 2");
        let stretches: Vec<_> =
            level.stretches(timeline.until).map(|(from, to, count)| (from, to, count.inside)).collect();
        let filling = [(0, 1, 1), (1, 2, 2), (2, 3, 2), (3, 4, 2)];
        assert_eq!(stretches[..4], filling.map(|(from, to, items)| (tenths(from), tenths(to), items)));
        assert_eq!(level.most(timeline.until), Count { inside: 2, waiting: 1 }, "the maker waits for room");
        assert_eq!(level.full_for(timeline.until), tenths(8));
    }

    #[test]
    fn an_item_that_is_taken_at_once_never_stood_in_the_queue() {
        let run = virtual_time::run(async {
            let queue = Queue::new();
            let taker = queue.clone();
            let taker = spawn(async move { taker.get().await });
            sleep(tenths(1)).await?;
            queue.put(7).await?;
            taker.await
        });
        let timeline = Timeline::of(&run.trace);
        assert_eq!(timeline.levels[0].most(timeline.until), Count { inside: 0, waiting: 1 });
        assert_eq!(timeline.levels[0].label(), "queue");
    }

    #[test]
    fn who_holds_a_semaphore_and_who_waits_for_it() {
        let run = virtual_time::run(async {
            let semaphore = Semaphore::new(2).named("permits");
            let jobs = (0..3).map(|_| {
                let semaphore = semaphore.clone();
                async move {
                    let _permit = semaphore.acquire().await?;
                    sleep(tenths(1)).await
                }
            });
            gather(jobs).await
        });
        let timeline = Timeline::of(&run.trace);
        let [level] = &timeline.levels[..] else { panic!("{:?}", timeline.levels) };
        assert_eq!(level.label(), "permits, at most 2");
        let stretches: Vec<_> = level.stretches(timeline.until).collect();
        let count = |inside, waiting| Count { inside, waiting };
        assert_eq!(stretches, [(tenths(0), tenths(1), count(2, 1)), (tenths(1), tenths(2), count(1, 0))]);
        assert_eq!(level.full_for(timeline.until), tenths(1));
    }

    #[test]
    fn a_pools_workers_are_free_again_when_their_calls_are_over() {
        let run = virtual_time::run(async {
            let pool = ThreadPool::new(2);
            let calls = (1..=3_u32).map(|n| {
                let pool = pool.clone();
                async move {
                    let call = move || {
                        blocking_sleep(tenths(1) * n);
                        Ok(n)
                    };
                    pool.run(call).await
                }
            });
            gather(calls).await
        });
        let timeline = Timeline::of(&run.trace);
        let [level] = &timeline.levels[..] else { panic!("{:?}", timeline.levels) };
        assert_eq!(level.steps.last().map(|(_, count)| *count), Some(Count::default()));
        let inside: Vec<_> =
            level.stretches(timeline.until).map(|(from, to, count)| (from, to, count.inside)).collect();
        let busy = [(0, 1, 2), (1, 2, 2), (2, 4, 1)];
        assert_eq!(inside, busy.map(|(from, to, calls)| (tenths(from), tenths(to), calls)));
    }
}
