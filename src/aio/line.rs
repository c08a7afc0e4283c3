//! Tasks that wait in line for something that comes one at a time.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::{Rc, Weak};
use std::task::{Context, Waker};

use super::executor::Run;
use super::trace::TaskId;

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
    waker: RefCell<Waker>,
}

impl Place {
    pub(super) fn is_called(&self) -> bool {
        self.called.get()
    }

    /// For a poll that was not due to a call: the waker may have changed since.
    pub(super) fn keep(&self, cx: &Context<'_>) {
        self.waker.borrow_mut().clone_from(cx.waker());
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
            waker: RefCell::new(cx.waker().clone()),
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
        let next = self.places.borrow().iter().find(|place| !place.is_called() && !place.gives_up()).cloned();
        let Some(place) = next else { return false };
        place.called.set(true);
        let waker = place.waker.borrow().clone();
        waker.wake();
        true
    }
}
