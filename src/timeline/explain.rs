//! What decides how long a run takes, in a sentence.

use std::time::Duration;

use super::critical_path::{Doing, Link};
use super::rows::{State, Timeline};
use super::slack::Faster;
use super::steps::own_time;
use super::words::seconds;
use crate::aio::trace::{Ending, TaskId};

/// How many names or parts a sentence can bear.
const NAMES_AT_MOST: usize = 4;

/// What decides how long a run takes, in a sentence: `B's 2.00 s sleep decides the total: making A faster changes nothing.`
/// None for a run that did not come to its end, or took no time that would show. `path` and `faster` are those of the
/// timeline's trace.
#[must_use]
pub fn explain(timeline: &Timeline, path: &[Link], faster: &[Faster]) -> Option<String> {
    if timeline.ended != Some(Ending::Finished) {
        return None;
    }
    let parts = parts(path);
    let decides = match parts.as_slice() {
        [] => return None,
        [part] => match faster.get(part.task.index()) {
            // Something else may take just as long.
            Some(Faster::CannotTell) => format!("The total is as long as {}", part.words()),
            _ => format!("{} decides the total", part.words()),
        },
        parts if parts.len() <= NAMES_AT_MOST => {
            let words: Vec<String> = parts.iter().map(Part::words).collect();
            format!("The total is the sum of {}, one after another", list(&words, "and"))
        }
        parts => {
            let longest = parts.iter().max_by_key(|part| part.duration)?;
            let count = parts.len();
            format!("The total is the sum of {count} parts, one after another; the longest is {}", longest.words())
        }
    };
    Some(match in_vain(timeline, &parts, faster) {
        Some(rest) => format!("{decides}: {rest}."),
        None => format!("{decides}."),
    })
}

/// Neighbouring links of one operation.
struct Part<'a> {
    task: TaskId,
    label: &'a str,
    doing: Doing,
    duration: Duration,
    to: Duration,
}

impl Part<'_> {
    fn words(&self) -> String {
        let (label, time) = (self.label, seconds(self.duration));
        let whose = if label.ends_with('s') { format!("{label}'") } else { format!("{label}'s") };
        match self.doing {
            Doing::Sleep => format!("{whose} {time} sleep"),
            Doing::Thread => format!("{whose} {time} call in a thread"),
            Doing::Outside => format!("{whose} {time} wait for the outside"),
            Doing::Limit => format!("{whose} time limit at {}", seconds(self.to)),
            Doing::Running => format!("{whose} {time} on the thread"),
            Doing::Loop => format!("{time} in which the loop is late"),
        }
    }
}

fn parts(path: &[Link]) -> Vec<Part<'_>> {
    let mut parts: Vec<Part<'_>> = Vec::new();
    for link in path {
        let duration = link.duration();
        match parts.last_mut() {
            Some(last) if (last.task, last.label, last.doing) == (link.task, &*link.label, link.doing) => {
                last.duration += duration;
                last.to = link.to;
            }
            _ => parts.push(Part { task: link.task, label: &link.label, doing: link.doing, duration, to: link.to }),
        }
    }
    // What would be shown as 0.00 s says nothing.
    parts.retain(|part| part.duration >= Duration::from_millis(5));
    parts
}

/// Who has operations of their own and need not be made faster.
fn in_vain(timeline: &Timeline, parts: &[Part<'_>], faster: &[Faster]) -> Option<String> {
    let mut seen = vec![false; faster.len()];
    let busy = timeline.rows.iter().filter(|row| {
        let first = !std::mem::replace(&mut seen[row.task.index()], true);
        let own = |wait: &Option<_>| wait.as_ref().and_then(own_time).is_some();
        first && row.segments.iter().any(|segment| segment.state == State::Suspended && own(&segment.wait))
    });
    let busy: Vec<_> = busy.collect();
    let would_not = |task: TaskId| faster[task.index()] == Faster::WouldNot;
    if busy.len() > 1 && busy.iter().all(|row| would_not(row.task)) {
        return Some("making only one task faster changes nothing".to_owned());
    }
    let on_path = |task: TaskId| parts.iter().any(|part| part.task == task);
    let names: Vec<String> =
        busy.iter().filter(|row| would_not(row.task) && !on_path(row.task)).map(|row| row.label.to_string()).collect();
    match names.len() {
        0 => None,
        1..=NAMES_AT_MOST => Some(format!("making {} faster changes nothing", list(&names, "or"))),
        count => Some(format!("making one of {count} others faster changes nothing")),
    }
}

fn list(words: &[String], conjunction: &str) -> String {
    match words {
        [] => String::new(),
        [word] => word.clone(),
        [before @ .., last] => format!("{} {conjunction} {last}", before.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aio::{Result, gather, sleep, span, timeout};
    use crate::host::virtual_time;
    use crate::timeline::{critical_path, would_faster_help};

    const SECOND: Duration = Duration::from_secs(1);

    fn sentence<T: std::fmt::Debug + 'static>(main: impl Future<Output = Result<T>> + 'static) -> Option<String> {
        let trace = virtual_time::run(main).trace;
        explain(&Timeline::of(&trace), &critical_path(&trace), &would_faster_help(&trace))
    }

    async fn job(name: &'static str, seconds: u32) -> Result<()> {
        span(name, sleep(SECOND * seconds)).await
    }

    #[test]
    fn the_slowest_decides_and_the_others_are_named() {
        let text = sentence(async { gather([job("A", 1), job("B", 2)]).await });
        assert_eq!(text.as_deref(), Some("B's 2.00 s sleep decides the total: making A faster changes nothing."));
    }

    #[test]
    fn of_two_that_take_equally_long_neither_decides_alone() {
        let text = sentence(async { gather([job("A", 2), job("B", 2)]).await });
        let expected = "B's 2.00 s sleep decides the total: making only one task faster changes nothing.";
        assert_eq!(text.as_deref(), Some(expected));
    }

    #[test]
    fn one_after_another_is_a_sum() {
        let text = sentence(async {
            job("A", 1).await?;
            job("B", 2).await?;
            job("C", 1).await
        });
        let expected =
            "The total is the sum of A's 1.00 s sleep, B's 2.00 s sleep and C's 1.00 s sleep, one after another.";
        assert_eq!(text.as_deref(), Some(expected));
    }

    #[test]
    fn a_time_limit_decides() {
        let text = sentence(timeout(SECOND * 2, job("slow", 5)));
        assert_eq!(text.as_deref(), Some("slow's time limit at 2.00 s decides the total."));
    }

    #[test]
    fn without_time_there_is_nothing_to_say() {
        assert_eq!(sentence(async { Ok(()) }), None);
        assert_eq!(sentence(std::future::pending::<Result<()>>()), None);
    }
}
