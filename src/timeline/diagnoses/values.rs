//! Updates that were lost.
//!
//! A task that writes a value, has read it before that write and after its own last one, and has not read it again since
//! another task wrote it, has overwritten what it did not know of. To read and write at once is never that, and neither is
//! to write without having read.

use std::time::Duration;

use super::tracks::Tracks;
use super::{Findings, Kind, Place, table};
use crate::aio::trace::{Event, ResourceId, ResourceKind, Trace, Use, What};
use crate::timeline::words::seconds;

#[derive(Debug, Default)]
struct Written<'a> {
    times: usize,
    last: Option<Place<'a>>,
    /// Of the first update that was lost: the write that was lost, when it was overwritten had been read, and by what.
    first_lost: Option<(Place<'a>, Duration, Place<'a>)>,
    lost: usize,
}

/// What a task has read and not written since.
#[derive(Clone, Copy, Debug)]
struct Read {
    value: ResourceId,
    /// How many times it had been written by then; none once the task has written it itself.
    version: Option<usize>,
    at: Duration,
}

pub(super) struct Values<'a> {
    trace: &'a Trace,
    written: Vec<Written<'a>>,
    /// For each task, in the order of the values.
    reads: Vec<Vec<Read>>,
}

impl<'a> Values<'a> {
    pub(super) fn new(trace: &'a Trace) -> Self {
        let used = trace.resources().iter().any(|info| info.kind == ResourceKind::Value);
        Self { trace, written: table(trace.resources().len()), reads: table(if used { trace.task_count() } else { 0 }) }
    }

    pub(super) fn read(&mut self, event: &Event<'a>) {
        let What::Used(how @ (Use::Read | Use::Wrote), value) = event.what else { return };
        let (Some(written), Some(reads)) =
            (self.written.get_mut(value.index()), self.reads.get_mut(event.task.index()))
        else {
            return;
        };
        let known = reads.binary_search_by_key(&value, |read| read.value);
        if how == Use::Read {
            let read = Read { value, version: Some(written.times), at: event.at };
            match known {
                Ok(place) => reads[place] = read,
                Err(place) => reads.insert(place, read),
            }
            return;
        }
        let place = Place::from(event);
        if let Ok(known) = known
            && let Some(version) = reads[known].version.take()
            && version < written.times
            && let Some(last) = written.last
        {
            written.lost += 1;
            written.first_lost.get_or_insert((last, reads[known].at, place));
        }
        written.times += 1;
        written.last = Some(place);
    }

    pub(super) fn tell(self, tracks: &Tracks<'a>, found: &mut Findings) {
        for (index, written) in self.written.iter().enumerate() {
            let Some((lost, read, place)) = written.first_lost else { continue };
            let what = self.trace.describe_resource(ResourceId(index as u32));
            let (read, times) = (seconds(read), written.lost);
            let (by, lost) = (tracks.tell(&place), tracks.tell(&lost));
            let mut text = format!(
                "An update of {what} was lost: it was written by {by}, as read at {read}, over what had been written by {lost}"
            );
            if times > 1 {
                text = format!("{text}. {times} updates were lost in all");
            }
            found.add_apart(Kind::LostUpdate, place, format_args!("{text}."));
        }
    }
}
