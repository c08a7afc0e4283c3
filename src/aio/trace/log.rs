//! Events in memory: one word of eight bytes each, or two. Writing down what happened must cost little beside letting it
//! happen.

use super::TaskId;
use crate::aio::chunked::Chunked;

/// In a word the task stands lowest, then the line, then the kind.
const SITE_SHIFT: u32 = 32;
const SITE_MASK: u32 = (1 << 24) - 1;
const KIND_SHIFT: u32 = 56;
const KIND_MASK: u64 = (1 << 7) - 1;

/// Says that the same task had begun to run just before: it is what happens most, and would fill half the list.
const RAN: u64 = 1 << 63;

/// Stands for no task, which is never one of so many.
const NOBODY: TaskId = TaskId(u32::MAX);

macro_rules! kinds {
    ($($kind:ident,)*) => {
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[repr(u8)]
        pub(super) enum Kind {
            $($kind,)*
        }

        const KINDS: &[Kind] = &[$(Kind::$kind,)*];
    };
}

kinds! {
    Running,
    Yielded,
    ReadyByHost,
    CancelDelivered,
    Uncancelled,
    AwaitedItself,
    Retrieved,
    ReturnedUnit,
    Created,
    // From here on with an argument, in a word of its own.
    Slept,
    Awaits,
    Suspended,
    ReadyByTask,
    ReadyByTimer,
    Blocked,
    SpanBegan,
    SpanEnded,
    Printed,
    Used,
    NeverAwaited,
    CancelRequested,
    Finished,
}

impl Kind {
    fn has_argument(self) -> bool {
        self as u8 >= Self::Slept as u8
    }
}

/// An event without its time. What `argument` means depends on the kind, zero if it has none; `site` is a place in the list
/// of lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Raw {
    pub(super) task: TaskId,
    pub(super) kind: Kind,
    pub(super) site: Option<u32>,
    pub(super) argument: u64,
}

/// A list of events that only grows.
///
/// Many events happen at one reading of the clock, so times stand apart: each with the place of the first word that was
/// written then.
#[derive(Clone, Debug)]
pub(super) struct Log {
    words: Chunked<u64, 8192>,
    times: Vec<(usize, u64)>,
    /// The time of the last event.
    until_nanos: u64,
    now_nanos: u64,
    /// Has begun to run, at the time of the last event, and nothing has happened since.
    running: TaskId,
}

impl Default for Log {
    fn default() -> Self {
        Self { words: Chunked::default(), times: Vec::new(), until_nanos: 0, now_nanos: 0, running: NOBODY }
    }
}

fn word(task: TaskId, kind: Kind, site: Option<u32>) -> u64 {
    // A program has a few dozen lines; what comes after the sixteen millionth is not told.
    let site = site.filter(|site| *site < SITE_MASK).map_or(0, |site| site + 1);
    u64::from(task.0) | u64::from(site) << SITE_SHIFT | (kind as u64) << KIND_SHIFT
}

impl Log {
    pub(super) fn len(&self) -> usize {
        self.iter().count()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.iter().next().is_none()
    }

    pub(super) fn size_bytes(&self) -> usize {
        self.words.size_bytes() + self.times.capacity() * size_of::<(usize, u64)>()
    }

    pub(super) fn until_nanos(&self) -> u64 {
        self.until_nanos
    }

    /// Sets the time of what is pushed from now on. It never goes back.
    pub(super) fn set_now(&mut self, nanos: u64) {
        self.now_nanos = nanos.max(self.now_nanos);
    }

    /// Adds the event that a task begins to run.
    #[inline]
    pub(super) fn push_running(&mut self, task: TaskId) {
        if self.running != NOBODY || self.now_nanos != self.until_nanos {
            self.catch_up();
        }
        self.running = task;
    }

    /// Adds an event of a kind without an argument.
    #[inline]
    pub(super) fn push(&mut self, task: TaskId, kind: Kind, site: Option<u32>) {
        debug_assert!(!kind.has_argument());
        self.push_head(task, kind, site);
    }

    /// Adds an event of a kind with an argument.
    pub(super) fn push_with(&mut self, task: TaskId, kind: Kind, site: Option<u32>, argument: u64) {
        debug_assert!(kind.has_argument());
        self.push_head(task, kind, site);
        self.words.push(argument);
    }

    #[inline]
    fn push_head(&mut self, task: TaskId, kind: Kind, site: Option<u32>) {
        let mut word = word(task, kind, site);
        if self.now_nanos != self.until_nanos {
            self.catch_up();
        } else if self.running == task {
            self.running = NOBODY;
            word |= RAN;
        } else if self.running != NOBODY {
            self.catch_up();
        }
        self.words.push(word);
    }

    /// Writes down what is still to be written before the next event.
    #[cold]
    fn catch_up(&mut self) {
        if self.running != NOBODY {
            self.words.push(word(self.running, Kind::Running, None));
            self.running = NOBODY;
        }
        if self.now_nanos != self.until_nanos {
            self.until_nanos = self.now_nanos;
            self.times.push((self.words.len(), self.now_nanos));
        }
    }

    /// The events up to a time, that time's included.
    pub(super) fn up_to(&self, nanos: u64) -> Self {
        let mut log = Self::default();
        for (at, Raw { task, kind, site, argument }) in self.iter().take_while(|(at, _)| *at <= nanos) {
            log.set_now(at);
            match kind {
                Kind::Running => log.push_running(task),
                kind if kind.has_argument() => log.push_with(task, kind, site, argument),
                kind => log.push(task, kind, site),
            }
        }
        log
    }

    /// Every event with its time.
    pub(super) fn iter(&self) -> impl Iterator<Item = (u64, Raw)> {
        let running = |now, task| (now, Raw { task, kind: Kind::Running, site: None, argument: 0 });
        let mut words = self.words.iter().copied().enumerate();
        let mut times = self.times.iter().peekable();
        let mut now = 0;
        let mut held = None;
        let mut last = (self.running != NOBODY).then_some(running(self.until_nanos, self.running));
        std::iter::from_fn(move || {
            if held.is_some() {
                return held.take();
            }
            let Some((place, word)) = words.next() else { return last.take() };
            while let Some((_, nanos)) = times.next_if(|(from, _)| *from <= place) {
                now = *nanos;
            }
            let task = TaskId(word as u32);
            let kind = KINDS[(word >> KIND_SHIFT & KIND_MASK) as usize];
            let site = ((word >> SITE_SHIFT) as u32 & SITE_MASK).checked_sub(1);
            let argument = if kind.has_argument() { words.next()?.1 } else { 0 };
            let event = (now, Raw { task, kind, site, argument });
            if word & RAN == 0 {
                return Some(event);
            }
            held = Some(event);
            Some(running(now, task))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn raw(number: u32) -> Raw {
        let kind = KINDS[number as usize % KINDS.len()];
        let argument = if kind.has_argument() { u64::MAX / u64::from(number + 1) } else { 0 };
        Raw { task: TaskId(number), kind, site: (!number.is_multiple_of(7)).then_some(number), argument }
    }

    fn push(log: &mut Log, raw: Raw) {
        if raw.kind.has_argument() {
            log.push_with(raw.task, raw.kind, raw.site, raw.argument);
        } else {
            log.push(raw.task, raw.kind, raw.site);
        }
    }

    fn told(log: &Log) -> Vec<(u64, u32, Kind)> {
        log.iter().map(|(nanos, raw)| (nanos, raw.task.0, raw.kind)).collect()
    }

    #[test]
    fn what_is_pushed_is_read_again_the_same() {
        let mut log = Log::default();
        let mut pushed = Vec::new();
        let count = 20_000;
        for number in 0..count {
            let nanos = u64::from(number / 100) * 7_000_000_000;
            log.set_now(nanos);
            push(&mut log, raw(number));
            pushed.push((nanos, raw(number)));
        }
        assert_eq!(log.len(), count as usize);
        assert!(log.iter().eq(pushed.iter().copied()));
        assert_eq!(Some(log.until_nanos()), pushed.last().map(|(nanos, _)| *nanos));
    }

    #[test]
    fn a_time_at_which_nothing_happens_is_not_kept() {
        let mut log = Log::default();
        log.push(TaskId(0), Kind::Running, None);
        log.set_now(5);
        log.set_now(6);
        assert_eq!(log.until_nanos(), 0);
        log.push(TaskId(1), Kind::Running, None);
        log.set_now(4);
        log.push(TaskId(2), Kind::Running, None);
        assert!(log.iter().map(|(nanos, _)| nanos).eq([0, 6, 6]));
        assert_eq!(log.times.len(), 1);
    }

    #[test]
    fn a_task_that_begins_to_run_takes_no_word_of_its_own_if_it_does_something_at_once() {
        let mut log = Log::default();
        for task in [3, 4] {
            log.push_running(TaskId(task));
            log.push(TaskId(task), Kind::Yielded, Some(9));
        }
        assert_eq!(log.words.len(), 2);
        let both = |task| [(0, task, Kind::Running), (0, task, Kind::Yielded)];
        assert_eq!(told(&log), [both(3), both(4)].concat());
        assert_eq!(log.len(), 4);
    }

    #[test]
    fn a_task_that_begins_to_run_keeps_its_time_and_its_place() {
        let mut log = Log::default();
        log.set_now(1);
        log.push_running(TaskId(3));
        log.set_now(2);
        log.push(TaskId(3), Kind::ReturnedUnit, None);
        log.push_running(TaskId(4));
        log.push(TaskId(5), Kind::Created, None);
        log.push(TaskId(4), Kind::Yielded, None);
        log.push_running(TaskId(5));
        let expected = [
            (1, 3, Kind::Running),
            (2, 3, Kind::ReturnedUnit),
            (2, 4, Kind::Running),
            (2, 5, Kind::Created),
            (2, 4, Kind::Yielded),
            (2, 5, Kind::Running),
        ];
        assert_eq!(told(&log), expected);
        log.set_now(3);
        log.push_running(TaskId(6));
        assert_eq!(told(&log)[5..], [(2, 5, Kind::Running), (3, 6, Kind::Running)]);
        assert_eq!(log.until_nanos(), 3);
    }

    #[test]
    fn the_largest_task_and_line_fit_and_a_line_past_them_is_left_out() {
        let mut log = Log::default();
        let sites = [Some(0), Some(SITE_MASK - 1), Some(SITE_MASK), Some(u32::MAX)];
        for site in sites {
            log.push(TaskId(u32::MAX - 1), Kind::ReturnedUnit, site);
        }
        assert!(log.iter().all(|(_, raw)| raw.task == TaskId(u32::MAX - 1) && raw.kind == Kind::ReturnedUnit));
        assert!(log.iter().map(|(_, raw)| raw.site).eq([Some(0), Some(SITE_MASK - 1), None, None]));
    }
}
