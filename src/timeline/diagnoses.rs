//! What went wrong in a run, as far as it can be proved from its trace.

use std::time::Duration;

use super::rows::{State, Timeline};
use super::words::seconds;
use crate::aio::trace::{Canceller, Ending, Outcome, TaskId, Trace, Wait, What};

/// The kinds of things that can be proved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A blocking call held up other tasks that could have run.
    BlockedLoop,
    /// A task was asked to stop, saw the request and ended as if it had not.
    SwallowedCancellation,
    /// Tasks wait, and nothing is left that could wake them.
    Deadlock,
}

/// One finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnosis {
    /// What it is.
    pub kind: Kind,
    /// What happened, to whom and when, in a sentence.
    pub text: String,
}

/// Everything that can be proved to have gone wrong.
#[must_use]
pub fn diagnose(trace: &Trace) -> Vec<Diagnosis> {
    let timeline = Timeline::of(trace);
    let mut found = swallowed(trace, &timeline);
    found.extend(blocked_loop(trace, &timeline));
    found.extend(deadlock(trace, &timeline));
    found
}

fn label(timeline: &Timeline, task: TaskId) -> String {
    timeline.rows.iter().find(|row| row.task == task).map_or_else(String::new, |row| row.label.to_string())
}

fn blocked_loop(trace: &Trace, timeline: &Timeline) -> Option<Diagnosis> {
    let blocks: Vec<(TaskId, Duration, Duration)> = trace
        .events()
        .filter_map(|event| match event.what {
            What::Blocked(duration) => Some((event.task, event.at.saturating_sub(duration), event.at)),
            _ => None,
        })
        .filter(|(task, from, to)| {
            // Blocking harms nobody when nobody else could have run.
            timeline
                .rows
                .iter()
                .filter(|row| row.task != *task)
                .flat_map(|row| &row.segments)
                .any(|segment| segment.state == State::Ready && segment.from < *to && segment.to > *from)
        })
        .collect();
    let (task, from, to) = *blocks.iter().max_by_key(|(_, from, to)| to.saturating_sub(*from))?;
    let mut text =
        format!("The event loop was blocked for {} by {}", seconds(to.saturating_sub(from)), label(timeline, task));
    if blocks.len() > 1 {
        let total = blocks.iter().map(|(_, from, to)| to.saturating_sub(*from)).sum();
        text = format!("{text}, and {} times in all, for {}", blocks.len(), seconds(total));
    }
    let starved = timeline.rows.iter().filter(|row| row.task != TaskId::MAIN).max_by_key(|row| row.total(State::Ready));
    if let Some(row) = starved {
        text = format!("{text}. {} was ready for {} before it could run", row.label, seconds(row.total(State::Ready)));
    }
    Some(Diagnosis { kind: Kind::BlockedLoop, text: text + "." })
}

fn swallowed(trace: &Trace, timeline: &Timeline) -> Vec<Diagnosis> {
    let mut asked = vec![None; trace.task_count()];
    let mut seen = vec![false; trace.task_count()];
    let mut found = Vec::new();
    for event in trace.events() {
        let place = event.task.index();
        match event.what {
            // A time limit of the task's own turns its cancellation into an error: that is how it works.
            What::CancelRequested(Canceller::Task(_)) => asked[place] = asked[place].or(Some(event.at)),
            What::CancelDelivered => seen[place] = true,
            What::Finished(Outcome::Returned(_)) if seen[place] => {
                let Some(asked) = asked[place] else { continue };
                let text = format!(
                    "{} swallowed its cancellation: asked to stop at {}, it returned at {} as if nothing had happened.",
                    label(timeline, event.task),
                    seconds(asked),
                    seconds(event.at)
                );
                found.push(Diagnosis { kind: Kind::SwallowedCancellation, text });
            }
            _ => {}
        }
    }
    found
}

fn deadlock(trace: &Trace, timeline: &Timeline) -> Option<Diagnosis> {
    let (at, Ending::Deadlock) = trace.ended()? else { return None };
    let mut last: Vec<Option<Wait>> = vec![None; trace.task_count()];
    for event in trace.events() {
        match event.what {
            What::Suspended(wait) => last[event.task.index()] = Some(wait),
            What::Finished(_) => last[event.task.index()] = None,
            _ => {}
        }
    }
    let waiting = last.iter().enumerate().filter_map(|(place, wait)| {
        let wait = wait.as_ref()?;
        Some(format!("{} waits for {}", label(timeline, TaskId(place as u32)), trace.describe_wait(wait)))
    });
    let waiting = waiting.collect::<Vec<_>>().join("; ");
    Some(Diagnosis {
        kind: Kind::Deadlock,
        text: format!("Deadlock at {}: nothing is left that could wake a task. {waiting}.", seconds(at)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aio::{Error, Result, Semaphore, blocking_sleep, sleep, spawn, timeout};
    use crate::host::virtual_time;

    const SECOND: Duration = Duration::from_secs(1);

    fn kinds<T: std::fmt::Debug + 'static>(main: impl Future<Output = Result<T>> + 'static) -> Vec<Kind> {
        diagnose(&virtual_time::run(main).trace).into_iter().map(|found| found.kind).collect()
    }

    #[test]
    fn blocking_is_found_only_where_it_holds_somebody_up() {
        let alone = kinds(async {
            blocking_sleep(SECOND);
            Ok(())
        });
        assert_eq!(alone, []);
        let together = kinds(async {
            let other = spawn(sleep(SECOND / 2));
            sleep(SECOND / 4).await?;
            blocking_sleep(SECOND);
            other.await
        });
        assert_eq!(together, [Kind::BlockedLoop]);
    }

    async fn stubborn() -> Result<()> {
        sleep(SECOND * 5).await.or(Ok(()))
    }

    #[test]
    fn a_swallowed_cancellation_is_found_and_an_obeyed_one_is_not() {
        let swallowed = kinds(async {
            let task = spawn(stubborn());
            sleep(SECOND).await?;
            task.cancel();
            task.await
        });
        assert_eq!(swallowed, [Kind::SwallowedCancellation]);
        let obeyed = kinds(async {
            let task = spawn(sleep(SECOND * 5));
            sleep(SECOND).await?;
            task.cancel();
            task.await
        });
        assert_eq!(obeyed, []);
    }

    #[test]
    fn a_time_limit_that_passes_is_no_swallowed_cancellation() {
        let limited = kinds(async {
            let task = spawn(async {
                match timeout(SECOND, sleep(SECOND * 5)).await {
                    Err(Error::TimedOut) => Ok("gave up"),
                    _ => Ok("done"),
                }
            });
            task.await
        });
        assert_eq!(limited, []);
    }

    #[test]
    fn a_deadlock_names_who_waits_for_what() {
        let run = virtual_time::run(async {
            let door = Semaphore::new(1).named("door");
            let _inside = door.acquire().await?;
            door.acquire().await.map(drop)
        });
        let found = diagnose(&run.trace);
        assert_eq!(found.len(), 1);
        assert!(found[0].text.contains("main waits for the semaphore door"), "{}", found[0].text);
    }
}
