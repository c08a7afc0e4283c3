//! Who holds what, what was never given back, and what was given back twice.
//!
//! **Not released** is a lock, a place in a bounded semaphore or something opened that was still taken when the run ended by
//! itself, and whose taker is over. Places in a plain semaphore are left out: they may be taken by one and given back by
//! another, or by nobody, when the semaphore is a signal; a permit that is forgotten on purpose looks the same as one that
//! was lost.
//!
//! **Released twice** is what was explicitly given back while nobody held it. A guard cannot do that, and so what has no line
//! of the program does not count: it may have been taken before the run. What is done outside every task has no line either.
//!
//! A place is counted as given back by its taker. If somebody else gives one back while several are taken, it is not known
//! whose that was, and from then on nobody is named. And if one is given back while none is taken but one is on its way to
//! somebody who waited for it, that may have been this one, given back too early: nothing is said of that semaphore any more.

use super::tracks::Tracks;
use super::{Findings, Kind, Place, ended_by_itself, table};
use crate::aio::trace::{Ending, Event, ResourceId, ResourceKind, Trace, Use, What};

#[derive(Debug, Default)]
struct Held<'a> {
    /// Who took it, in that order; none in the place of whoever has given it back.
    takers: Vec<Option<Place<'a>>>,
    /// Where the first stands who has not.
    first: usize,
    count: usize,
    /// Whose places those are is not known any more.
    is_unclear: bool,
    /// It is not known any more whether they are taken.
    is_doubtful: bool,
    last_release: Option<Place<'a>>,
}

impl<'a> Held<'a> {
    fn takers(&self) -> impl Iterator<Item = Place<'a>> {
        self.takers[self.first..].iter().flatten().copied()
    }

    fn clear(&mut self) {
        self.takers.clear();
        (self.first, self.count, self.is_unclear) = (0, 0, false);
    }

    /// One place is given back; `own` is where the one who does so stands, if that one has taken one.
    fn give_back(&mut self, own: Option<usize>) {
        self.is_unclear |= own.is_none() && self.count > 1;
        self.takers[own.unwrap_or(self.first)] = None;
        self.count -= 1;
        if self.count == 0 {
            self.clear();
        }
        while self.takers.get(self.first).is_some_and(Option::is_none) {
            self.first += 1;
        }
    }
}

pub(super) struct Holding<'a> {
    trace: &'a Trace,
    resources: Vec<Held<'a>>,
    /// What each task has taken, and where it stands among the takers of that.
    taken: Vec<Vec<(ResourceId, usize)>>,
    /// Each with the release before it.
    twice: Vec<(ResourceId, Place<'a>, Option<Place<'a>>)>,
}

impl<'a> Holding<'a> {
    pub(super) fn new(trace: &'a Trace) -> Self {
        Self { trace, resources: table(trace.resources().len()), taken: table(trace.task_count()), twice: Vec::new() }
    }

    pub(super) fn read(&mut self, event: &Event<'a>, tracks: &Tracks<'a>) {
        let What::Used(how @ (Use::Acquired | Use::Released), resource) = event.what else { return };
        let (Some(held), Some(taken)) =
            (self.resources.get_mut(resource.index()), self.taken.get_mut(event.task.index()))
        else {
            return;
        };
        let place = Place::from(event);
        let kind = self.trace.resources()[resource.index()].kind;
        if how == Use::Acquired {
            if kind == ResourceKind::Lock {
                held.clear();
            }
            taken.push((resource, held.takers.len()));
            held.takers.push(Some(place));
            held.count += 1;
            return;
        }
        let mut own = None;
        while own.is_none()
            && let Some(latest) = taken.iter().rposition(|(taken, _)| *taken == resource)
        {
            // Somebody else may have given it back, and another may stand there now.
            let (_, at) = taken.remove(latest);
            own = Some(at)
                .filter(|at| held.takers.get(*at).is_some_and(|taker| taker.is_some_and(|it| it.is_by(event.task))));
        }
        if held.count > 0 {
            held.give_back(own);
        } else if kind == ResourceKind::BoundedSemaphore && tracks.is_called(resource, event.task) {
            held.is_doubtful = true;
        } else if place.site.is_some() && !held.is_doubtful {
            self.twice.push((resource, place, held.last_release));
        }
        held.last_release = Some(place);
    }

    /// Who holds it; nobody if it is not known who.
    pub(super) fn takers(&self, resource: ResourceId) -> impl Iterator<Item = Place<'a>> {
        self.resources
            .get(resource.index())
            .filter(|held| !held.is_unclear && !held.is_doubtful)
            .into_iter()
            .flat_map(Held::takers)
    }

    /// Whether whoever takes it has to give it back.
    fn has_to_be_returned(&self, resource: ResourceId) -> bool {
        let kind = self.trace.resources()[resource.index()].kind;
        matches!(kind, ResourceKind::Lock | ResourceKind::BoundedSemaphore | ResourceKind::Resource)
    }

    pub(super) fn tell(self, tracks: &Tracks<'a>, found: &mut Findings) {
        for (resource, place, before) in &self.twice {
            if !self.has_to_be_returned(*resource) {
                continue;
            }
            let what = self.trace.describe_resource(*resource);
            let before =
                before.map_or_else(String::new, |before| format!(", and before that by {}", tracks.tell(&before)));
            let by = tracks.tell(place);
            let text = format_args!("Released while nobody held it: {what}, by {by}{before}.");
            found.add(Kind::ReleasedTwice, *place, text);
        }
        if !ended_by_itself(self.trace) {
            return;
        }
        let deadlocked = matches!(self.trace.ended(), Some((_, Ending::Deadlock)));
        for (index, held) in self.resources.iter().enumerate() {
            let resource = ResourceId(index as u32);
            if held.is_doubtful || !self.has_to_be_returned(resource) {
                continue;
            }
            let what = self.trace.describe_resource(resource);
            if held.is_unclear {
                if !deadlocked {
                    let place = Place { task: None, site: None, at: self.trace.until() };
                    let text = format_args!("When the run ended, {what} was still taken by somebody.");
                    found.add_apart(Kind::NotReleased, place, text);
                }
                continue;
            }
            for place in held.takers() {
                // In a deadlock, who waits might still give it back.
                if place.by_a_task().is_some_and(|task| tracks.end(task).is_some()) {
                    let by = tracks.tell(&place);
                    found.add(Kind::NotReleased, place, format_args!("Never released: {what}, taken by {by}."));
                }
            }
        }
    }
}
