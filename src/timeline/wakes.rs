//! Who woke whom, and what the loop did meanwhile.

use std::time::Duration;

use crate::aio::trace::{TaskId, Trace, Waker, What};

/// One task made another one ready.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wake {
    /// When.
    pub at: Duration,
    /// Who did.
    pub by: TaskId,
    /// Who may run again.
    pub task: TaskId,
}

/// Who woke whom, in order of time. Tasks that are created are woken by nobody, and timers are no tasks.
#[must_use]
pub fn wakes(trace: &Trace) -> Vec<Wake> {
    let woken = trace.events().filter_map(|event| match event.what {
        What::Ready(Waker::Task(by)) if by != event.task => Some(Wake { at: event.at, by, task: event.task }),
        _ => None,
    });
    woken.collect()
}

/// What the loop does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum LoopState {
    /// It runs a task, which will give the thread back.
    Busy,
    /// A task holds the thread in a blocking call: nobody else can run.
    Blocked,
    /// There is nothing to do before the next timer.
    Idle,
}

/// A stretch of the loop's time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spell {
    /// When it begins.
    pub from: Duration,
    /// When it ends; for a step that took no time at the same instant.
    pub to: Duration,
    /// What it is.
    pub doing: LoopState,
}

/// What the loop did, in order of time and without gaps. Steps that follow each other at once are one spell.
#[must_use]
pub fn spells(trace: &Trace, until: Duration) -> Vec<Spell> {
    let mut spells: Vec<Spell> = Vec::new();
    let mut running: Option<(TaskId, Duration)> = None;
    for event in trace.events() {
        match event.what {
            What::Running => running = Some((event.task, event.at)),
            What::Blocked(duration) => {
                let from = event.at.saturating_sub(duration);
                if let Some((_, since)) = &mut running {
                    add(&mut spells, Spell { from: *since, to: from.max(*since), doing: LoopState::Busy });
                    *since = event.at;
                }
                add(&mut spells, Spell { from, to: event.at, doing: LoopState::Blocked });
            }
            What::Suspended(_) | What::Finished(_) => {
                if let Some((_, from)) = running.take_if(|(task, _)| *task == event.task) {
                    add(&mut spells, Spell { from, to: event.at, doing: LoopState::Busy });
                }
            }
            _ => {}
        }
    }
    if let Some((_, from)) = running {
        add(&mut spells, Spell { from, to: until.max(from), doing: LoopState::Busy });
    }
    let end = spells.last().map_or(Duration::ZERO, |last| last.to);
    if until > end {
        spells.push(Spell { from: end, to: until, doing: LoopState::Idle });
    }
    spells
}

fn add(spells: &mut Vec<Spell>, spell: Spell) {
    let end = spells.last().map_or(Duration::ZERO, |last| last.to);
    if spell.from > end {
        spells.push(Spell { from: end, to: spell.from, doing: LoopState::Idle });
    }
    let follows = |last: &&mut Spell| last.to == spell.from && last.doing == spell.doing;
    match spells.last_mut().filter(follows) {
        Some(last) => last.to = spell.to,
        None if spell.doing == LoopState::Blocked && spell.to == spell.from => {}
        None => spells.push(Spell { from: spell.from.max(end), to: spell.to.max(end), ..spell }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aio::{Event, blocking_sleep, sleep, spawn};
    use crate::host::virtual_time;

    fn tenths(count: u64) -> Duration {
        Duration::from_millis(100 * count)
    }

    #[test]
    fn who_sets_an_event_wakes_those_who_wait() {
        let run = virtual_time::run(async {
            let event = Event::new();
            let waiting = [0, 1].map(|_| {
                let event = event.clone();
                spawn(async move { event.wait().await })
            });
            sleep(tenths(3)).await?;
            event.set();
            for task in waiting {
                task.await?;
            }
            Ok(())
        });
        let woken: Vec<_> = wakes(&run.trace).iter().map(|wake| (wake.at, wake.by.0, wake.task.0)).collect();
        assert_eq!(woken, [(tenths(3), 0, 1), (tenths(3), 0, 2), (tenths(3), 1, 0)]);
    }

    #[test]
    fn the_loop_is_busy_idle_or_blocked_and_nothing_else() {
        let run = virtual_time::run(async {
            sleep(tenths(2)).await?;
            blocking_sleep(tenths(3));
            sleep(tenths(1)).await
        });
        let until = run.trace.until();
        let spells = spells(&run.trace, until);
        let long: Vec<_> = spells.iter().filter(|spell| spell.to > spell.from).collect();
        let found: Vec<_> = long.iter().map(|spell| (spell.from, spell.to, spell.doing)).collect();
        let wanted = [(0, 2, LoopState::Idle), (2, 5, LoopState::Blocked), (5, 6, LoopState::Idle)];
        assert_eq!(found, wanted.map(|(from, to, doing)| (tenths(from), tenths(to), doing)));
        assert!(spells.windows(2).all(|pair| pair[0].to == pair[1].from), "{spells:?}");
        assert_eq!(spells.last().map(|last| last.to), Some(until));
    }
}
