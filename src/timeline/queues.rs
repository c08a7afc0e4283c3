//! How many items stood in a queue, and when.

use std::sync::Arc;
use std::time::Duration;

use crate::aio::trace::{ResourceId, Trace, Use};

/// A queue over time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Level {
    /// The name that the program gave it.
    pub name: Arc<str>,
    /// How many items it has room for; none for no limit.
    pub limit: Option<u64>,
    /// How many stood in it, from each time on, in order of time.
    pub steps: Vec<(Duration, u64)>,
    id: ResourceId,
}

impl Level {
    /// Notes what was done with a queue; puts it among the others if it is new.
    pub(super) fn note(levels: &mut Vec<Self>, trace: &Trace, id: ResourceId, what: Use, at: Duration) {
        let change = match what {
            Use::Put => 1,
            Use::Got => -1,
            _ => return,
        };
        let Some(info) = trace.resources().get(id.index()) else { return };
        let place = levels.iter().position(|level| level.id == id).unwrap_or_else(|| {
            let name = info.name.clone().unwrap_or_else(|| "queue".into());
            levels.push(Self { name, limit: info.limit, steps: Vec::new(), id });
            levels.len() - 1
        });
        let steps = &mut levels[place].steps;
        let before = steps.last().map_or(0, |(_, items)| *items);
        let items = before.saturating_add_signed(change);
        match steps.last_mut() {
            Some((last, known)) if *last == at => *known = items,
            _ => steps.push((at, items)),
        }
    }

    /// Its name, and how many items it has room for.
    #[must_use]
    pub fn label(&self) -> String {
        self.limit.map_or_else(|| self.name.to_string(), |limit| format!("{}, at most {limit}", self.name))
    }

    /// When how many items stood in it, leaving out when there were none: from, to, how many.
    pub fn stretches(&self, until: Duration) -> impl Iterator<Item = (Duration, Duration, u64)> {
        let ends = self.steps.iter().skip(1).map(|(at, _)| *at).chain([until]);
        let stretches = self.steps.iter().zip(ends).map(|((from, items), to)| (*from, to, *items));
        stretches.filter(|(from, to, items)| to > from && *items > 0)
    }

    /// The most items that stood in it for any time.
    #[must_use]
    pub fn most(&self, until: Duration) -> u64 {
        self.stretches(until).map(|(.., items)| items).max().unwrap_or(0)
    }

    /// For how long it was full.
    #[must_use]
    pub fn full_for(&self, until: Duration) -> Duration {
        let full = self.stretches(until).filter(|(.., items)| self.limit.is_some_and(|limit| *items >= limit));
        full.map(|(from, to, _)| to.saturating_sub(from)).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::super::Timeline;
    use super::*;
    use crate::aio::{Queue, sleep, spawn};
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
        let [level] = &timeline.queues[..] else { panic!("{:?}", timeline.queues) };
        assert_eq!(level.label(), "items, at most 2");
        let stretches: Vec<_> = level.stretches(timeline.until).collect();
        assert_eq!(stretches[..3], [(tenths(0), tenths(1), 1), (tenths(1), tenths(3), 2), (tenths(3), tenths(6), 2)]);
        assert_eq!(level.most(timeline.until), 2);
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
        assert_eq!(timeline.queues[0].most(timeline.until), 0);
        assert_eq!(timeline.queues[0].label(), "queue");
    }
}
