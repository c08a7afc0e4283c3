//! Queues that only grow.
//!
//! A queue without a limit grows if, with all that was ever put into it divided into four quarters, somebody took items out
//! during each quarter, the least length in each is greater than in the one before, and at the end of the run it holds ten
//! items or more. What comes after the last item was put in belongs to the last quarter. A queue that is filled and then emptied is not that, nor
//! is one that is long for a while.

use super::tracks::Tracks;
use super::{Findings, Kind, Place, table};
use crate::aio::trace::{Event, ResourceId, ResourceKind, Trace, Use, What};

/// What is left at the end counts from here on.
const LONG: usize = 10;

/// From one put to the next.
#[derive(Clone, Copy, Debug)]
struct Put {
    least: usize,
    gets: usize,
}

#[derive(Debug, Default)]
struct Growth<'a> {
    puts: Vec<Put>,
    length: usize,
    last: Option<Place<'a>>,
}

impl Growth<'_> {
    /// The least length in each quarter, if it grows.
    fn lows(&self) -> Option<[usize; 4]> {
        let quarter = self.puts.len() / 4;
        if quarter == 0 {
            return None;
        }
        let mut lows = [0; 4];
        let (mut before, mut puts) = (None, self.puts.as_slice());
        for (place, low) in lows.iter_mut().enumerate() {
            // What does not go evenly belongs to the last quarter.
            let (these, rest) = puts.split_at(if place == 3 { puts.len() } else { quarter });
            *low = these.iter().map(|put| put.least).min().unwrap_or_default();
            if before >= Some(*low) || these.iter().all(|put| put.gets == 0) {
                return None;
            }
            (before, puts) = (Some(*low), rest);
        }
        (self.length >= LONG).then_some(lows)
    }
}

pub(super) struct Queues<'a> {
    trace: &'a Trace,
    queues: Vec<Growth<'a>>,
}

impl<'a> Queues<'a> {
    pub(super) fn new(trace: &'a Trace) -> Self {
        Self { trace, queues: table(trace.resources().len()) }
    }

    pub(super) fn read(&mut self, event: &Event<'a>) {
        let What::Used(how @ (Use::Put | Use::Got), queue) = event.what else { return };
        let Some(growth) = self.queues.get_mut(queue.index()) else { return };
        if how == Use::Put {
            growth.length += 1;
            growth.puts.push(Put { least: growth.length, gets: 0 });
            growth.last = Some(event.into());
            return;
        }
        growth.length = growth.length.saturating_sub(1);
        if let Some(put) = growth.puts.last_mut() {
            put.least = put.least.min(growth.length);
            put.gets += 1;
        }
    }

    pub(super) fn tell(self, tracks: &Tracks<'a>, found: &mut Findings) {
        if self.trace.ended().is_none() {
            return;
        }
        for (index, growth) in self.queues.iter().enumerate() {
            let info = &self.trace.resources()[index];
            if info.limit.is_some() || info.kind != ResourceKind::Queue {
                continue;
            }
            let (Some([a, b, c, d]), Some(last)) = (growth.lows(), growth.last) else { continue };
            let what = self.trace.describe_resource(ResourceId(index as u32));
            let (puts, left, by) = (growth.puts.len(), growth.length, tracks.tell(&last));
            let text = format_args!(
                "Without a limit {what} grew all the time: with each quarter of its {puts} items it held more, at least \
                 {a}, {b}, {c} and {d}, and {left} were left at the end. The last was put by {by}."
            );
            found.add_apart(Kind::GrowingQueue, last, text);
        }
    }
}
