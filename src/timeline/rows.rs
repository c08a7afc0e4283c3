//! A trace as rows of segments: one row for each task, and for each named operation awaited in place.

use std::sync::Arc;
use std::time::Duration;

use super::levels::{Level, Levels};
use super::resolution::Resolution;
use crate::aio::trace::{Ending, Outcome, TaskId, Trace, Wait, Waker, What};

/// What a task is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    /// It has the thread.
    Running,
    /// It waits for something, and the thread is free for others.
    Suspended,
    /// It could run, but the thread is not free.
    Ready,
}

/// A stretch of time in one state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Segment {
    /// When it begins.
    pub from: Duration,
    /// When it ends; not before it begins, and for running often at the same instant.
    pub to: Duration,
    /// The state.
    pub state: State,
    /// What a suspended task waits for.
    pub wait: Option<Wait>,
    /// The line at which the task stands, if the trace tells.
    pub line: Option<u32>,
}

/// One task, or one named operation inside a task.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Its name.
    pub label: Arc<str>,
    /// The task, or the task inside which the operation runs.
    pub task: TaskId,
    /// How deep it stands below the main task's row, which is 0.
    pub depth: u8,
    /// When it came into being.
    pub from: Duration,
    /// When and how it ended; none while it goes on.
    pub end: Option<(Duration, Outcome)>,
    /// Its place in the order of completion, counted from 1; none for the main task and for what has not ended.
    pub place: Option<usize>,
    /// What it does, in order of time, without gaps.
    pub segments: Vec<Segment>,
    /// When it was asked to stop.
    pub cancel_requests: Vec<Duration>,
    /// From when on it cleaned up, if it was cancelled: since the cancellation had reached it.
    pub cleanup: Option<Duration>,
    /// When it printed.
    pub prints: Vec<Duration>,
}

impl Row {
    /// How long it was in a state.
    #[must_use]
    pub fn total(&self, state: State) -> Duration {
        self.segments
            .iter()
            .filter(|segment| segment.state == state)
            .map(|segment| segment.to.saturating_sub(segment.from))
            .sum()
    }

    /// When it first ran.
    #[must_use]
    pub fn started(&self) -> Option<Duration> {
        self.segments.iter().find(|segment| segment.state == State::Running).map(|segment| segment.from)
    }
}

/// Something that ended, and how.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Completion {
    /// The name of the task or operation.
    pub label: Arc<str>,
    /// When it ended.
    pub at: Duration,
    /// How it ended.
    pub outcome: Outcome,
}

/// A line on the run's console.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Printed {
    /// When it was printed.
    pub at: Duration,
    /// The line.
    pub text: Arc<str>,
}

/// A trace, ready to be drawn.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Timeline {
    /// The main task's row first, then the others in order of appearance, operations below their task.
    pub rows: Vec<Row>,
    /// How far it has come.
    pub until: Duration,
    /// How it ended; none while it goes on.
    pub ended: Option<Ending>,
    /// What was printed.
    pub printed: Vec<Printed>,
    /// What tasks shared, in order of first use.
    pub levels: Vec<Level>,
    /// Where each task stands that is not over: the source line, and how many stand there.
    pub lines: Vec<(u32, usize)>,
    /// What the clock by which all this happened can tell apart.
    pub resolution: Resolution,
}

impl Timeline {
    /// Reads a trace. While its run goes on, what is still open is drawn up to `now`.
    #[must_use]
    pub fn new(trace: &Trace, now: Duration) -> Self {
        Reader::new(trace, now).read()
    }

    /// Reads the trace of a run that is over.
    #[must_use]
    pub fn of(trace: &Trace) -> Self {
        Self::new(trace, trace.until())
    }

    /// The same, by a clock that cannot tell more apart.
    #[must_use]
    pub fn by(self, resolution: Resolution) -> Self {
        Self { resolution, ..self }
    }

    /// Everything that has ended but the main task, in the order in which it ended. A program that has nothing but its main
    /// task gives that.
    #[must_use]
    pub fn completions(&self) -> Vec<Completion> {
        let mut completions = vec![None; self.rows.len()];
        for row in &self.rows {
            let place = if self.rows.len() == 1 { Some(1) } else { row.place };
            if let (Some(place), Some((at, outcome))) = (place, row.end.clone()) {
                completions[place - 1] = Some(Completion { label: row.label.clone(), at, outcome });
            }
        }
        completions.into_iter().flatten().collect()
    }
}

/// The completions of a run that is over: [`Timeline::completions`].
#[must_use]
pub fn completions(trace: &Trace) -> Vec<Completion> {
    Timeline::of(trace).completions()
}

/// A task while its events are being read.
struct Track {
    segments: Vec<Segment>,
    open: Option<(State, Duration, Option<Wait>)>,
    cancel_requests: Vec<Duration>,
    /// Whether it is still in its very first step.
    first_step: bool,
    line: Option<u32>,
    /// The line where what is open began.
    open_line: Option<u32>,
    row: usize,
    /// The rows of the operations that are open in it, the innermost last.
    inside: Vec<usize>,
}

impl Track {
    fn turn(&mut self, at: Duration, next: Option<(State, Option<Wait>)>) {
        if let Some((state, from, wait)) = self.open.take()
            && (state == State::Running || at > from)
        {
            self.segments.push(Segment { from, to: at.max(from), state, wait, line: self.open_line });
        }
        self.open = next.map(|(state, wait)| (state, at, wait));
        self.open_line = self.line;
    }
}

struct Reader<'a> {
    trace: &'a Trace,
    now: Duration,
    /// Of each task that the trace tells the creation of.
    tracks: Vec<Option<Track>>,
    rows: Vec<Row>,
    /// The row of each span; a span that gives its task its name shares the task's row.
    span_rows: Vec<Option<usize>>,
    completed: usize,
    printed: Vec<Printed>,
    levels: Levels,
}

impl<'a> Reader<'a> {
    fn new(trace: &'a Trace, now: Duration) -> Self {
        Self {
            trace,
            now: now.max(trace.until()),
            tracks: std::iter::repeat_with(|| None).take(trace.task_count()).collect(),
            rows: Vec::new(),
            span_rows: vec![None; trace.spans().len()],
            completed: 0,
            printed: Vec::new(),
            levels: Levels::new(trace),
        }
    }

    fn read(mut self) -> Timeline {
        for event in self.trace.events() {
            if matches!(event.what, What::Created) {
                self.create(event.task, event.at);
            }
            // A trace may leave out a creation; what it says of that task cannot be placed.
            let Some(Some(track)) = self.tracks.get_mut(event.task.index()) else { continue };
            if let Some(site) = event.site {
                track.line = Some(site.line);
            }
            self.levels.read(self.trace, (event.at, event.task), &event.what);
            match event.what {
                What::Created
                | What::Blocked(_)
                | What::NeverAwaited(_)
                | What::AwaitedItself
                | What::Uncancelled
                | What::Used(..)
                | What::Retrieved => {}
                What::CancelDelivered => {
                    for row in track.inside.iter().chain([&track.row]) {
                        self.rows[*row].cleanup = Some(event.at);
                    }
                }
                What::Running => track.turn(event.at, Some((State::Running, None))),
                What::Suspended(Wait::Yield) => {
                    track.first_step = false;
                    track.turn(event.at, Some((State::Ready, None)));
                }
                What::Suspended(wait) => {
                    track.first_step = false;
                    track.turn(event.at, Some((State::Suspended, Some(wait))));
                }
                What::Ready(Waker::Timer { due }) => {
                    // It could have run since then, had the loop been free to notice.
                    let since = track.open.as_ref().map_or(event.at, |(_, from, _)| due.max(*from)).min(event.at);
                    track.turn(since, Some((State::Ready, None)));
                }
                What::Ready(_) => track.turn(event.at, Some((State::Ready, None))),
                What::SpanBegan(span) => self.begin_span(span.index(), event.task, event.at),
                What::SpanEnded(span, outcome) => {
                    if let Some(row) = self.span_rows.get(span.index()).copied().flatten() {
                        track.inside.retain(|inside| *inside != row);
                        self.end_row(row, event.at, outcome);
                    }
                }
                What::Printed(text) => {
                    let row = track.inside.last().copied().unwrap_or(track.row);
                    self.rows[row].prints.push(event.at);
                    self.printed.push(Printed { at: event.at, text });
                }
                What::CancelRequested(_) => track.cancel_requests.push(event.at),
                What::Finished(outcome) => {
                    track.turn(event.at, None);
                    track.line = None;
                    let row = track.row;
                    self.end_row(row, event.at, outcome);
                }
            }
        }
        self.finish()
    }

    fn create(&mut self, task: TaskId, at: Duration) {
        let Some(track @ None) = self.tracks.get_mut(task.index()) else { return };
        let label = self.trace.name(task);
        let row = self.rows.len();
        self.rows.push(new_row(label, task, u8::from(task != TaskId::MAIN), at));
        *track = Some(Track {
            segments: Vec::new(),
            open: Some((State::Ready, at, None)),
            cancel_requests: Vec::new(),
            first_step: true,
            line: None,
            open_line: None,
            row,
            inside: Vec::new(),
        });
    }

    /// An operation that a nameless task begins with gives the task its name; so does one of the task's own name.
    fn begin_span(&mut self, span: usize, task: TaskId, at: Duration) {
        let Some(info) = self.trace.spans().get(span) else { return };
        let Some(track) = &mut self.tracks[task.index()] else { return };
        let given = self.trace.given_name(task);
        let names_task = given.map_or(task != TaskId::MAIN, |name| *name == info.name);
        if track.first_step && names_task {
            track.first_step = false;
            self.rows[track.row].label = info.name.clone();
            return;
        }
        let depth = self.rows[track.row].depth + 1;
        self.span_rows[span] = Some(self.rows.len());
        track.inside.push(self.rows.len());
        self.rows.push(new_row(info.name.clone(), task, depth, at));
    }

    fn end_row(&mut self, row: usize, at: Duration, outcome: Outcome) {
        let row = &mut self.rows[row];
        if row.end.is_some() {
            return;
        }
        if outcome != Outcome::Cancelled {
            row.cleanup = None;
        }
        if row.depth > 0 {
            self.completed += 1;
            row.place = Some(self.completed);
        }
        row.end = Some((at, outcome));
    }

    fn finish(mut self) -> Timeline {
        let now = self.now;
        let mut lines: Vec<(u32, usize)> = Vec::new();
        for track in self.tracks.iter_mut().flatten() {
            if track.open.is_some() {
                track.turn(now, None);
                if let Some(line) = track.line {
                    match lines.iter_mut().find(|(known, _)| *known == line) {
                        Some((_, tasks)) => *tasks += 1,
                        None => lines.push((line, 1)),
                    }
                }
            }
        }
        for (place, row) in self.rows.iter_mut().enumerate() {
            let Some(track) = &self.tracks[row.task.index()] else { continue };
            if track.row == place {
                row.segments.clone_from(&track.segments);
                row.cancel_requests.clone_from(&track.cancel_requests);
            } else {
                let to = row.end.as_ref().map_or(now, |(at, _)| *at);
                row.segments = clip(&track.segments, row.from, to);
            }
        }
        let ended = self.trace.ended();
        Timeline {
            rows: in_order(self.rows, &self.tracks),
            until: ended.map_or(now, |(at, _)| at),
            ended: ended.map(|(_, how)| how),
            printed: self.printed,
            levels: self.levels.finish(),
            lines,
            resolution: Resolution::EXACT,
        }
    }
}

fn new_row(label: Arc<str>, task: TaskId, depth: u8, from: Duration) -> Row {
    Row {
        label,
        task,
        depth,
        from,
        end: None,
        place: None,
        segments: Vec::new(),
        cancel_requests: Vec::new(),
        cleanup: None,
        prints: Vec::new(),
    }
}

fn clip(segments: &[Segment], from: Duration, to: Duration) -> Vec<Segment> {
    // They are in order of time.
    let first = segments.partition_point(|segment| segment.to < from);
    let near = segments[first..].iter().take_while(|segment| segment.from <= to);
    let inside = near.filter(|segment| {
        let touches = segment.from < to && segment.to > from;
        // An instant on the edge belongs to both sides: the step that begins an operation and the one that ends it.
        touches || (segment.from == segment.to && (from..=to).contains(&segment.from))
    });
    inside.map(|segment| Segment { from: segment.from.max(from), to: segment.to.min(to), ..segment.clone() }).collect()
}

/// Puts the operations of a task below it; the main task's stand where they began, among the tasks.
fn in_order(rows: Vec<Row>, tracks: &[Option<Track>]) -> Vec<Row> {
    let mut below: Vec<Vec<Row>> = Vec::new();
    below.resize_with(rows.len(), Vec::new);
    for (place, row) in rows.into_iter().enumerate() {
        let own = tracks[row.task.index()].as_ref().filter(|_| row.task != TaskId::MAIN);
        below[own.map_or(place, |track| track.row)].push(row);
    }
    below.into_iter().flatten().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aio::{Result, blocking_sleep, gather, print, sleep, span, spawn};
    use crate::host::virtual_time;

    const SECOND: Duration = Duration::from_secs(1);

    async fn job(name: &'static str, seconds: u32) -> Result<&'static str> {
        span(name, async move {
            sleep(SECOND * seconds).await?;
            print(name);
            Ok(name)
        })
        .await
    }

    fn timeline<T: std::fmt::Debug + 'static>(main: impl Future<Output = Result<T>> + 'static) -> Timeline {
        Timeline::of(&virtual_time::run(main).trace)
    }

    fn labels(timeline: &Timeline) -> Vec<(&str, u8)> {
        timeline.rows.iter().map(|row| (&*row.label, row.depth)).collect()
    }

    #[test]
    fn in_place_and_as_tasks_the_same_operations_have_the_same_rows() {
        let in_turn = timeline(async {
            job("a", 2).await?;
            job("b", 1).await
        });
        let together = timeline(async { gather([job("a", 2), job("b", 1)]).await });
        assert_eq!(labels(&in_turn), [("main", 0), ("a", 1), ("b", 1)]);
        assert_eq!(labels(&together), labels(&in_turn));
        let order = |timeline: &Timeline| -> Vec<String> {
            timeline.completions().iter().map(|done| done.label.to_string()).collect()
        };
        assert_eq!(order(&in_turn), ["a", "b"]);
        assert_eq!(order(&together), ["b", "a"]);
        assert_eq!(in_turn.rows[2].segments[1].from, SECOND * 2, "b waits only from where it began");
    }

    #[test]
    fn prints_stand_where_they_were_made_and_cleaning_up_from_the_cancellation_on() {
        let timeline = timeline(async {
            job("a", 1).await?;
            let task = spawn(async {
                let ended = sleep(SECOND * 9).await;
                // What is asked to stop may take its time.
                sleep(SECOND).await?;
                ended
            })
            .named("b");
            sleep(SECOND).await?;
            task.cancel();
            print("asked");
            let _ = task.await;
            Ok(())
        });
        let found = timeline.rows.iter().map(|row| (&*row.label, row.prints.clone(), row.cleanup)).collect::<Vec<_>>();
        assert_eq!(
            found,
            [("main", vec![SECOND * 2], None), ("a", vec![SECOND], None), ("b", vec![], Some(SECOND * 2)),]
        );
    }

    #[test]
    fn a_task_with_a_name_of_its_own_keeps_it_and_its_operations_stand_below() {
        let timeline = timeline(async {
            let page = spawn(async {
                job("fetch", 1).await?;
                job("parse", 1).await
            });
            spawn(job("other", 1)).await?;
            page.named("page").await
        });
        assert_eq!(labels(&timeline), [("main", 0), ("page", 1), ("fetch", 2), ("parse", 2), ("other", 1)]);
    }

    #[test]
    fn who_was_due_while_the_loop_was_blocked_was_ready() {
        let timeline = timeline(async {
            let late = spawn(job("late", 1));
            sleep(SECOND / 2).await?;
            blocking_sleep(SECOND * 2);
            late.await
        });
        let late = &timeline.rows[1];
        assert_eq!(late.total(State::Suspended), SECOND);
        assert_eq!(late.total(State::Ready), SECOND * 3 / 2, "from 1.0, when it was due, to 2.5");
        assert_eq!(timeline.rows[0].total(State::Running), SECOND * 2);
    }

    #[test]
    fn segments_have_no_gaps() {
        let timeline = timeline(async { gather([job("a", 2), job("b", 1)]).await });
        for row in &timeline.rows {
            assert_eq!(row.segments.first().map(|first| first.from), Some(row.from));
            assert!(row.segments.windows(2).all(|pair| pair[0].to == pair[1].from), "{row:?}");
        }
    }

    #[test]
    fn who_is_woken_after_its_end_is_not_ready_before_it() {
        let event = |at: u32, what: &str| format!(r#"{{"at_ns":{at},"task":0,"what":{what}}}"#);
        let events = [
            event(0, r#""created""#),
            event(9, r#"{"finished":{"returned":null}}"#),
            event(9, r#"{"ready":{"timer":{"due_ns":4}}}"#),
            event(12, r#""running""#),
        ];
        let text = format!(r#"{{"version":1,"tasks":[{{}}],"spans":[],"events":[{}]}}"#, events.join(","));
        let timeline = Timeline::of(&Trace::from_json(&text).expect("a trace"));
        let times: Vec<_> =
            timeline.rows[0].segments.iter().map(|part| (part.from.as_nanos(), part.to.as_nanos())).collect();
        assert_eq!(times, [(0, 9), (9, 12), (12, 12)]);
    }

    #[test]
    fn tasks_may_be_created_in_any_order_or_nowhere() {
        let event = |task: u32, what: &str| format!(r#"{{"at_ns":{task},"task":{task},"what":"{what}"}}"#);
        let events = [event(0, "running"), event(2, "created"), event(2, "running"), event(3, "running")];
        let text = format!(
            r#"{{"version":1,"tasks":[{{}},{{}},{{"parent":0}},{{}}],"spans":[],"events":[{}]}}"#,
            events.join(",")
        );
        let trace = Trace::from_json(&text).expect("a trace");
        let timeline = Timeline::of(&trace);
        assert_eq!(labels(&timeline), [("task 2", 1)]);
    }
}
