//! Tasks that wait in line for something that comes one at a time.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::future::poll_fn;
use std::panic::Location;
use std::pin::Pin;
use std::rc::{Rc, Weak};
use std::task::{Context, Poll};

use super::Result;
use super::current::{Wakeup, current};
use super::executor::Run;
use super::state::Forward;
use super::trace::{TaskId, Wait};

/// A line: first come, first called. Whoever has been called stands in it until it runs and leaves.
#[derive(Debug, Default)]
pub(super) struct Line {
    places: RefCell<VecDeque<Rc<Place>>>,
}

/// One task's place in a line.
#[derive(Debug)]
pub(super) struct Place {
    run: Weak<Run>,
    task: TaskId,
    called: Cell<bool>,
    wakeup: RefCell<Wakeup>,
}

impl Place {
    pub(super) fn is_called(&self) -> bool {
        self.called.get()
    }

    /// For a poll that was not due to a call: the waker may have changed since.
    pub(super) fn keep(&self, run: &Run, cx: &Context<'_>) {
        *self.wakeup.borrow_mut() = run.wakeup(cx);
    }

    fn can_be_called(&self) -> bool {
        !self.called.get() && !self.gives_up()
    }

    fn call(&self) {
        self.called.set(true);
        let wakeup = self.wakeup.borrow().clone();
        wakeup.wake();
    }

    /// Asked to stop before it was called: it will leave, and must not be called any more.
    fn gives_up(&self) -> bool {
        !self.called.get() && self.run.upgrade().is_some_and(|run| run.is_cancelled(self.task))
    }
}

impl Line {
    /// Puts the current task at the end.
    pub(super) fn join(&self, run: &Rc<Run>, cx: &Context<'_>) -> Rc<Place> {
        let place = Rc::new(Place {
            run: Rc::downgrade(run),
            task: run.current_task(),
            called: Cell::new(false),
            wakeup: RefCell::new(run.wakeup(cx)),
        });
        self.places.borrow_mut().push_back(place.clone());
        place
    }

    pub(super) fn leave(&self, place: &Rc<Place>) {
        let mut places = self.places.borrow_mut();
        // Who leaves stands mostly at the front.
        if let Some(index) = places.iter().position(|other| Rc::ptr_eq(other, place)) {
            places.remove(index);
        }
    }

    /// Whether nobody waits, called or not.
    pub(super) fn is_empty(&self) -> bool {
        self.places.borrow().iter().all(|place| place.gives_up())
    }

    /// Calls the first that has not been called; says whether there was one.
    pub(super) fn call_next(&self) -> bool {
        let next = self.places.borrow().iter().find(|place| place.can_be_called()).cloned();
        next.inspect(|place| place.call()).is_some()
    }

    /// Calls the first in line, unless it has been called already or is about to leave: then nobody is called.
    pub(super) fn call_first(&self) {
        let first = self.places.borrow().front().filter(|place| place.can_be_called()).cloned();
        if let Some(place) = first {
            place.call();
        }
    }

    /// Calls everyone who has not been called.
    pub(super) fn call_all(&self) {
        if self.places.borrow().len() == 1 {
            return self.call_first();
        }
        let all: Vec<_> = self.places.borrow().iter().filter(|place| place.can_be_called()).cloned().collect();
        for place in all {
            place.call();
        }
    }

    /// Stands in line until called. Dropping it leaves the line.
    pub(super) fn stand(&self, wait: Wait, site: &'static Location<'static>) -> Standing<'_> {
        Standing { line: self, wait, site, place: None }
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

struct Leaving<'a, F: FnOnce()> {
    standing: Standing<'a>,
    pass_on: Option<F>,
}

impl<F: FnOnce()> Drop for Leaving<'_, F> {
    fn drop(&mut self) {
        let Some(place) = self.standing.place.take() else { return };
        self.standing.line.leave(&place);
        if let Some(pass_on) = self.pass_on.take()
            && place.is_called()
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
    place: Option<Rc<Place>>,
}

impl Future for Standing<'_> {
    type Output = Result<()>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<()>> {
        let run = current();
        match &self.place {
            None => self.place = Some(self.line.join(&run, cx)),
            Some(place) => {
                if let Some(cancelled) = run.take_cancel(self.site) {
                    return Poll::Ready(Err(cancelled));
                }
                if place.is_called() {
                    return Poll::Ready(Ok(()));
                }
                place.keep(&run, cx);
            }
        }
        run.suspend_on(self.wait.clone(), Forward::Own, self.site);
        Poll::Pending
    }
}

impl Drop for Standing<'_> {
    fn drop(&mut self) {
        if let Some(place) = &self.place {
            self.line.leave(place);
        }
    }
}
