//! Would the run take less time if one task's own operations did?
//!
//! The answer is found by replaying the trace with that task's sleeps and thread calls shortened by an infinitely small
//! part. Time limits stay as they are. Everything else follows: who is woken when, which of two chains that used to end
//! together now ends first, what a gather still waits for.
//!
//! Where nothing changes its place in the order, the replay is exact. Where something does, because two things happened at
//! the same time and now do not, it matters whether they have to do with each other, and a trace does not show everything:
//! not who found a task already over, a lock free or an item there. Then the answer is that it cannot be told. It supposes
//!
//! - that tasks share nothing but each other's ends and the tools of the executor, and do not read the clock;
//! - that a lock, a semaphore, an event or a queue is among them only if some task once waited for one in this run;
//! - that a task's handle is with the one who awaits it in the trace; if nobody does, with its creator or with tasks
//!   created later.

use std::time::Duration;

use super::replay::{Time, Untold, play};
use super::score::Score;
use super::steps::{Steps, own_time};
use crate::aio::trace::{Ending, TaskId, Trace};

/// Whether a run would take less time if one task's own operations took a little less.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Faster {
    /// It would.
    Would,
    /// It would take as long as before.
    WouldNot,
    /// The trace does not tell.
    CannotTell,
}

/// For each task, in order of creation: would the run take less time if the task's own sleeps and calls in threads of the
/// pool did, by a part so small that nothing else changes places? For runs that have come to their end by themselves, with
/// exact times: those of the virtual clock. Takes time in proportion to tasks times steps; where that is too long, for those
/// tasks that are left the answer is that it cannot be told.
#[must_use]
pub fn would_faster_help(trace: &Trace) -> Vec<Faster> {
    let steps = Steps::of(trace);
    let score = matches!(trace.ended(), Some((_, Ending::Finished | Ending::Deadlock))).then(|| Score::of(&steps));
    let score = score.filter(|score| replays(score, trace.until()));
    let has_own_time = |task: TaskId| {
        let mut waits = steps.of_task[task.index()].iter().filter_map(|step| steps.all[*step].wait());
        waits.any(|wait| own_time(wait).is_some())
    };
    let tasks = (0..trace.task_count() as u32).map(TaskId);
    let answer = |task| match &score {
        None => Faster::CannotTell,
        Some(_) if !has_own_time(task) => Faster::WouldNot,
        Some(score) => shortened(score, task, trace.until()),
    };
    tasks.map(answer).collect()
}

/// In how many ways a trace is replayed that leaves open when its limits were set.
const REPLAYS_AT_MOST: usize = 64;

/// Whether the trace, replayed as it is, comes out as it was.
fn replays(score: &Score<'_>, until: Duration) -> bool {
    let mut choices = Vec::new();
    for _ in 0..REPLAYS_AT_MOST {
        if score.interference.effort.is_spent() {
            return false;
        }
        let (outcome, replay) = play(score, None, &choices);
        let same_end = matches!(outcome, Ok(end) if end == Time { at: until, ..Time::ZERO });
        if same_end && replay.order.len() == score.steps.all.len() && replay.order.is_sorted() {
            return score.complete;
        }
        match next_way(&replay.chosen) {
            Some(next) => choices = next,
            None => return false,
        }
    }
    false
}

/// Whether the run ends sooner if the task's operations take less time.
fn shortened(score: &Score<'_>, task: TaskId, until: Duration) -> Faster {
    let mut answer = None;
    let mut choices = Vec::new();
    for _ in 0..REPLAYS_AT_MOST {
        if score.interference.effort.is_spent() {
            return Faster::CannotTell;
        }
        let (outcome, replay) = play(score, Some(task), &choices);
        let this = match outcome {
            Ok(end) if end == (Time { at: until, ..Time::ZERO }) => Faster::WouldNot,
            Ok(end) if end.at == until => Faster::Would,
            Ok(_) | Err(Untold) => Faster::CannotTell,
        };
        if !replay.impossible {
            if this == Faster::CannotTell || answer.is_some_and(|answer| answer != this) {
                return Faster::CannotTell;
            }
            answer = Some(this);
        }
        match next_way(&replay.chosen) {
            Some(next) => choices = next,
            None => return answer.unwrap_or(Faster::CannotTell),
        }
    }
    Faster::CannotTell
}

/// The next way through all that can be chosen, the last choice first.
fn next_way(chosen: &[(usize, usize)]) -> Option<Vec<usize>> {
    let last = chosen.iter().rposition(|(choice, options)| choice + 1 < *options)?;
    let mut way: Vec<usize> = chosen[..=last].iter().map(|(choice, _)| *choice).collect();
    way[last] += 1;
    Some(way)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aio::{Result, Semaphore, as_completed, gather, sleep, spawn, timeout};
    use crate::host::virtual_time;
    use Faster::{CannotTell, Would, WouldNot};

    const SECOND: Duration = Duration::from_secs(1);

    fn answers<T: std::fmt::Debug + 'static>(main: impl Future<Output = Result<T>> + 'static) -> Vec<Faster> {
        would_faster_help(&virtual_time::run(main).trace)
    }

    #[test]
    fn only_the_slowest_of_a_gather_matters_and_of_two_slowest_neither() {
        let jobs = |seconds: [u32; 3]| async move { gather(seconds.map(|seconds| sleep(SECOND * seconds))).await };
        assert_eq!(answers(jobs([1, 3, 2])), [WouldNot, WouldNot, Would, WouldNot]);
        assert_eq!(answers(jobs([1, 2, 2])), [WouldNot; 4]);
    }

    #[test]
    fn a_lock_passes_on_what_its_holder_gains() {
        let jobs = answers(async {
            let limit = Semaphore::new(1);
            let job = |seconds| {
                let limit = limit.clone();
                async move {
                    let _permit = limit.acquire().await?;
                    sleep(SECOND * seconds).await
                }
            };
            gather([job(1), job(2)]).await
        });
        assert_eq!(jobs, [WouldNot, Would, Would]);
    }

    #[test]
    fn a_time_limit_is_no_operation_of_the_task() {
        assert_eq!(answers(timeout(SECOND * 2, sleep(SECOND * 5))), [WouldNot]);
    }

    #[test]
    fn when_a_limit_was_set_is_not_in_the_trace() {
        let inside = answers(async {
            sleep(SECOND).await?;
            timeout(SECOND, sleep(SECOND * 5)).await
        });
        let around = answers(timeout(SECOND * 2, async {
            sleep(SECOND).await?;
            sleep(SECOND * 5).await
        }));
        assert_eq!((inside, around), (vec![CannotTell], vec![CannotTell]));
    }

    #[test]
    fn who_finds_a_task_over_leaves_no_trace_of_having_awaited_it() {
        let in_turn = answers(async {
            let jobs = [spawn(sleep(SECOND)), spawn(sleep(SECOND))];
            for job in jobs {
                job.await?;
            }
            Ok(())
        });
        assert_eq!(in_turn, [WouldNot, CannotTell, WouldNot]);
    }

    #[test]
    fn of_two_that_end_at_once_it_may_matter_which_came_first() {
        let first = answers(async {
            let first = as_completed([sleep(SECOND), sleep(SECOND)]).next();
            first.expect("there are two").await
        });
        assert_eq!(first, [WouldNot, CannotTell, CannotTell]);
    }

    #[test]
    fn a_run_that_has_not_ended_tells_nothing() {
        assert_eq!(would_faster_help(&Trace::default()), []);
    }

    #[test]
    fn what_would_take_hours_is_given_up() {
        let answers = answers(async { gather((0..3000).map(|_| sleep(SECOND))).await });
        assert_eq!(answers.len(), 3001);
        assert_eq!(answers[0], WouldNot, "it has no operations of its own");
        assert!(answers[1..].iter().all(|answer| *answer != Would));
    }
}
