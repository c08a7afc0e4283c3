//! Tasks that wait in line for something that comes one at a time.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::future::poll_fn;
use std::panic::Location;
use std::pin::Pin;
use std::task::{Context, Poll};

use super::Result;
use super::current::{Wakeup, find_run, with_current, with_current_if_any};
use super::executor::Run;
use super::state::Forward;
use super::trace::{TaskId, Wait};

/// A line: first come, first called. Whoever has been called stands in it until it runs and leaves.
#[derive(Debug, Default)]
pub(super) struct Line {
    /// By their numbers, which grow.
    places: RefCell<VecDeque<Place>>,
    numbers: Cell<u64>,
}

/// One task's place in a line.
#[derive(Debug)]
struct Place {
    number: u64,
    run: u64,
    task: TaskId,
    /// How to wake it; none once it has been called.
    wakeup: Option<Wakeup>,
}

impl Place {
    fn is_called(&self) -> bool {
        self.wakeup.is_none()
    }

    fn can_be_called(&self) -> bool {
        !self.is_called() && !self.gives_up()
    }

    /// Asked to stop before it was called: it will leave, and must not be called any more.
    fn gives_up(&self) -> bool {
        if self.is_called() {
            return false;
        }
        let asked = |run: &Run| (run.id == self.run).then(|| run.is_cancelled(self.task));
        with_current_if_any(|run| asked(run))
            .flatten()
            .unwrap_or_else(|| find_run(self.run).is_some_and(|run| run.is_cancelled(self.task)))
    }
}

impl Line {
    /// Puts the current task at the end. Gives its number.
    pub(super) fn join(&self, run: &Run, cx: &Context<'_>) -> u64 {
        let number = self.numbers.get() + 1;
        self.numbers.set(number);
        let place = Place { number, run: run.id, task: run.current_task(), wakeup: Some(run.wakeup(cx)) };
        self.places.borrow_mut().push_back(place);
        number
    }

    /// Gives how whoever stands there was to be woken, if it has not been called, in exchange for how to do so now.
    pub(super) fn wake_another(&self, number: u64, run: &Run, cx: &Context<'_>) -> Option<Wakeup> {
        let mut places = self.places.borrow_mut();
        let index = index(&places, number)?;
        let wakeup = places[index].wakeup.as_mut()?;
        Some(std::mem::replace(wakeup, run.wakeup(cx)))
    }

    /// Says whether whoever leaves had been called.
    pub(super) fn leave(&self, number: u64) -> bool {
        let mut places = self.places.borrow_mut();
        let place = index(&places, number).and_then(|index| remove(&mut places, index));
        drop(places);
        place.is_some_and(|place| place.is_called())
    }

    /// Whoever has been called leaves. Anybody else stays, and is to be woken in another way: gives the one before.
    fn go_on(&self, number: u64, run: &Run, cx: &Context<'_>) -> Option<Wakeup> {
        let mut places = self.places.borrow_mut();
        let index = index(&places, number)?;
        if let Some(wakeup) = places[index].wakeup.as_mut() {
            return Some(std::mem::replace(wakeup, run.wakeup(cx)));
        }
        // It has no wakeup any more, so that nothing else is dropped with it.
        remove(&mut places, index);
        None
    }

    /// Whether nobody waits, called or not.
    pub(super) fn is_empty(&self) -> bool {
        self.places.borrow().iter().all(Place::gives_up)
    }

    /// Calls the first that has not been called; says whether there was one.
    pub(super) fn call_next(&self) -> bool {
        let next = self
            .places
            .borrow_mut()
            .iter_mut()
            .find(|place| place.can_be_called())
            .and_then(|place| place.wakeup.take());
        next.map(Wakeup::wake).is_some()
    }

    /// Calls the first in line, unless it has been called already or is about to leave: then nobody is called.
    pub(super) fn call_first(&self) {
        let mut places = self.places.borrow_mut();
        let first = places.front_mut().filter(|place| place.can_be_called()).and_then(|place| place.wakeup.take());
        drop(places);
        if let Some(wakeup) = first {
            wakeup.wake();
        }
    }

    /// Calls everyone who has not been called.
    pub(super) fn call_all(&self) {
        if self.places.borrow().len() == 1 {
            return self.call_first();
        }
        let mut places = self.places.borrow_mut();
        let all: Vec<_> =
            places.iter_mut().filter(|place| place.can_be_called()).filter_map(|place| place.wakeup.take()).collect();
        drop(places);
        for wakeup in all {
            wakeup.wake();
        }
    }

    /// Stands in line until called. Dropping it leaves the line.
    pub(super) fn stand(&self, wait: Wait, site: &'static Location<'static>) -> Standing<'_> {
        Standing { line: self, wait, site, number: None }
    }

    /// Stands in line until called. Whoever leaves after having been called without having gone on (cancelled, dropped) must
    /// pass on what it was called for: `pass_on` does.
    pub(super) async fn stand_or(
        &self,
        wait: Wait,
        site: &'static Location<'static>,
        pass_on: impl FnOnce(),
    ) -> Result<()> {
        let mut leaving = Leaving { standing: self.stand(wait, site), pass_on: Some(pass_on) };
        poll_fn(|cx| Pin::new(&mut leaving.standing).poll(cx)).await?;
        leaving.pass_on = None;
        Ok(())
    }
}

/// Where somebody stands. Who asks stands mostly at the front.
fn index(places: &VecDeque<Place>, number: u64) -> Option<usize> {
    match places.front() {
        Some(first) if first.number == number => Some(0),
        _ => places.binary_search_by_key(&number, |place| place.number).ok(),
    }
}

/// The same as [`VecDeque::remove`], and quicker for the first.
fn remove(places: &mut VecDeque<Place>, index: usize) -> Option<Place> {
    if index == 0 { places.pop_front() } else { places.remove(index) }
}

struct Leaving<'a, F: FnOnce()> {
    standing: Standing<'a>,
    pass_on: Option<F>,
}

impl<F: FnOnce()> Drop for Leaving<'_, F> {
    fn drop(&mut self) {
        if self.standing.leave()
            && let Some(pass_on) = self.pass_on.take()
        {
            pass_on();
        }
    }
}

/// The future of [`Line::stand`].
pub(super) struct Standing<'a> {
    line: &'a Line,
    wait: Wait,
    site: &'static Location<'static>,
    number: Option<u64>,
}

impl Standing<'_> {
    /// Leaves the line, if it still stands in it. Says whether it had been called.
    fn leave(&mut self) -> bool {
        self.number.take().is_some_and(|number| self.line.leave(number))
    }
}

impl Future for Standing<'_> {
    type Output = Result<()>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<()>> {
        let (poll, replaced) = with_current(|run| {
            let mut replaced = None;
            if let Some(number) = self.number {
                if let Some(cancelled) = run.take_cancel(self.site) {
                    return (Poll::Ready(Err(cancelled)), None);
                }
                replaced = self.line.go_on(number, run, cx);
                if replaced.is_none() {
                    self.number = None;
                    return (Poll::Ready(Ok(())), None);
                }
            } else {
                self.number = Some(self.line.join(run, cx));
            }
            run.suspend_on(self.wait.clone(), Forward::Own, self.site);
            (Poll::Pending, replaced)
        });
        drop(replaced);
        poll
    }
}

impl Drop for Standing<'_> {
    fn drop(&mut self) {
        self.leave();
    }
}
