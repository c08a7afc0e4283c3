//! What happened more often than a rate allows.
//!
//! In no span of the rate's time, with its beginning and without its end, may there be more than its limit. The busiest span
//! is told, and its first time that was one too many.

use std::collections::VecDeque;
use std::time::Duration;

use super::tracks::Tracks;
use super::{Findings, Kind, Place};
use crate::aio::trace::{Event, Trace, Use, What};
use crate::timeline::words::seconds;

#[derive(Clone, Debug, Default)]
struct Window<'a> {
    /// When it happened, within the last span.
    recent: VecDeque<Duration>,
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
        Self { trace, windows: vec![Window::default(); trace.resources().len()] }
    }

    pub(super) fn read(&mut self, event: &Event<'a>) {
        let What::Used(Use::Counted, rate) = event.what else { return };
        let Some(window) = self.windows.get_mut(rate.index()) else { return };
        let info = &self.trace.resources()[rate.index()];
        let is_over = |begin: &mut Duration| begin.saturating_add(info.per) <= event.at;
        while window.recent.pop_front_if(is_over).is_some() {}
        window.recent.push_back(event.at);
        let (count, begin) = (window.recent.len(), window.recent[0]);
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
            let ((count, begin), at) = (window.busiest, seconds(over.at));
            let name = over.task.map(|task| tracks.label(task)).unwrap_or_default();
            let begin = seconds(begin);
            let text = format_args!(
                "{rate} allows {limit} in {per}, but there were {count} from {begin} on. The first that was one too many \
                 was by {name} at {at}{over}."
            );
            found.add_apart(Kind::OverRate, over, text);
        }
    }
}
