//! What happened more often than a rate allows.
//!
//! In no span of the rate's time, with its beginning and without its end, may there be more than its limit. The busiest span
//! is told, and its first time that was one too many.

use std::time::Duration;

use super::tracks::Tracks;
use super::{Findings, Kind, Place, table};
use crate::aio::trace::{Event, Trace, Use, What};
use crate::timeline::words::seconds;

#[derive(Debug, Default)]
struct Window<'a> {
    times: Vec<Duration>,
    /// Where the last span begins among them.
    begin: usize,
    /// How often at most, and from when on that was.
    busiest: (usize, Duration),
    /// The first time that was one too many.
    over: Option<Place<'a>>,
}

pub(super) struct Rates<'a> {
    trace: &'a Trace,
    windows: Vec<Window<'a>>,
}

impl<'a> Rates<'a> {
    pub(super) fn new(trace: &'a Trace) -> Self {
        Self { trace, windows: table(trace.resources().len()) }
    }

    pub(super) fn read(&mut self, event: &Event<'a>) {
        let What::Used(Use::Counted, rate) = event.what else { return };
        let Some(window) = self.windows.get_mut(rate.index()) else { return };
        let info = &self.trace.resources()[rate.index()];
        window.times.push(event.at);
        let last = window.times.len() - 1;
        while window.begin < last && window.times[window.begin].saturating_add(info.per) <= event.at {
            window.begin += 1;
        }
        let (count, begin) = (window.times.len() - window.begin, window.times[window.begin]);
        if count > window.busiest.0 {
            window.busiest = (count, begin);
        }
        if info.limit.is_some_and(|limit| count as u64 > limit) {
            window.over.get_or_insert(event.into());
        }
    }

    pub(super) fn tell(self, tracks: &Tracks<'a>, found: &mut Findings) {
        for (info, window) in self.trace.resources().iter().zip(self.windows) {
            let Some(over) = window.over else { continue };
            let rate = info.name.as_ref().map_or_else(|| "A rate".to_owned(), |name| format!("The rate {name}"));
            let (limit, per) = (info.limit.unwrap_or_default(), seconds(info.per));
            let (count, begin) = window.busiest;
            let (begin, by) = (seconds(begin), tracks.tell(&over));
            let text = format_args!(
                "{rate} allows {limit} in {per}, but there were {count} from {begin} on. The first that was one too many \
                 was by {by}."
            );
            found.add_apart(Kind::OverRate, over, text);
        }
    }
}
