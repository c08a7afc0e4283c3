//! Pointers, fingers and wheels over the timelines.
//!
//! A mouse points, a tap points. Two fingers, a wheel with Ctrl, and two fingers on a trackpad, which browsers tell as that,
//! look nearer or farther; two fingers and a wheel that turns sideways look aside. One finger and a plain wheel go on
//! scrolling the page. What is seen stands in the address once a gesture is over: browsers count how often that is written.

use std::cell::{Cell, RefCell};
use std::time::Duration;

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, MouseEvent, PointerEvent, TouchEvent, WheelEvent};

use super::figure::frame;
use super::instrument::{drags, look, point, set_spot};
use super::page::Page;
use super::what_if;
use crate::timeline::Look;

/// A finger that strays no further has tapped.
const TAP_PX: f64 = 10.0;

/// A wheel's line, and its page.
const LINE_PX: f64 = 16.0;
const PAGE_PX: f64 = 400.0;

/// One notch of a wheel is as much as this at most; a trackpad tells far less at a time.
const NOTCH_PX: f64 = 40.0;

/// So much farther for each pixel of the wheel.
const FARTHER_PER_PX: f64 = 0.01;

/// A wheel that has not turned for so long has been let go of.
const REST: Duration = Duration::from_millis(250);

/// Across it is where it lies on its timeline, and all timelines begin at the same place; down, where in the window.
struct Finger {
    id: i32,
    began_px: [f64; 2],
    at_px: [f64; 2],
}

impl Finger {
    fn has_strayed(&self) -> bool {
        (self.at_px[0] - self.began_px[0]).hypot(self.at_px[1] - self.began_px[1]) > TAP_PX
    }
}

#[derive(Default)]
struct Hand {
    fingers: Vec<Finger>,
    /// Whether there were two at some time since the first one came down: then none of them points.
    has_pinched: bool,
}

thread_local! {
    /// One for all timelines: fingers may lie on different ones.
    static HAND: RefCell<Hand> = RefCell::default();
    /// Counts how often a wheel was turned.
    static TURNS: Cell<u32> = const { Cell::new(0) };
}

/// A place in pixels from the upper left corner of what is listened to.
fn at_px(event: &MouseEvent) -> Option<[f64; 2]> {
    let element = event.current_target()?.dyn_into::<Element>().ok()?;
    let corner = element.get_bounding_client_rect();
    Some([f64::from(event.client_x()) - corner.left(), f64::from(event.client_y()) - corner.top()])
}

fn is_touch(event: &PointerEvent) -> bool {
    event.pointer_type() == "touch"
}

pub(super) fn down(page: Page, place: usize, event: &PointerEvent) {
    let Some(at_px) = at_px(event) else { return };
    if drags(page, place, event, at_px) {
        return;
    }
    if !is_touch(event) {
        return point(page, place, at_px, true);
    }
    let pinches = HAND.with_borrow_mut(|hand| {
        // The first one of a hand: whatever was known of others has been lost.
        if event.is_primary() {
            *hand = Hand::default();
        }
        let at_px = [at_px[0], f64::from(event.client_y())];
        hand.fingers.push(Finger { id: event.pointer_id(), began_px: at_px, at_px });
        hand.has_pinched |= hand.fingers.len() > 1;
        hand.has_pinched
    });
    if pinches {
        set_spot(page, None, false);
    }
}

pub(super) fn moved(page: Page, place: usize, event: &PointerEvent) {
    let Some(at_px) = at_px(event) else { return };
    if drags(page, place, event, at_px) {
        return;
    }
    if !is_touch(event) {
        return point(page, place, at_px, false);
    }
    let two = |fingers: &[Finger]| match fingers {
        [one, other, ..] => Some([one.at_px, other.at_px]),
        _ => None,
    };
    let (pinched, points) = HAND.with_borrow_mut(|hand| {
        let before = two(&hand.fingers);
        let Some(finger) = hand.fingers.iter_mut().find(|finger| finger.id == event.pointer_id()) else {
            return (None, false);
        };
        finger.at_px = [at_px[0], f64::from(event.client_y())];
        let has_strayed = finger.has_strayed();
        (before.zip(two(&hand.fingers)), has_strayed && !hand.has_pinched)
    });
    if let Some((before, after)) = pinched {
        page.change_sight(|model| {
            let (first_px, last_px) = frame(model).axis_px();
            look(model, Look::between(before, after, first_px, last_px - first_px));
        });
    } else if points {
        point(page, place, at_px, false);
    }
}

pub(super) fn up(page: Page, place: usize, event: &PointerEvent) {
    if at_px(event).is_some_and(|at_px| drags(page, place, event, at_px)) {
        return;
    }
    let has_tapped = HAND.with_borrow(|hand| {
        let finger = hand.fingers.iter().find(|finger| finger.id == event.pointer_id());
        finger.is_some_and(|finger| !finger.has_strayed() && !hand.has_pinched)
    });
    if let Some(at_px) = at_px(event).filter(|_| has_tapped) {
        point(page, place, at_px, true);
    }
    if is_touch(event) {
        gone(page, event);
    }
}

/// It has left, or the browser scrolls with it.
pub(super) fn gone(page: Page, event: &PointerEvent) {
    if event.type_() == "pointercancel" {
        what_if::let_go(page);
    }
    if event.pointer_type() == "mouse" {
        return set_spot(page, None, false);
    }
    let ends = HAND.with_borrow_mut(|hand| {
        let before = hand.fingers.len();
        hand.fingers.retain(|finger| finger.id != event.pointer_id());
        before > 1 && hand.fingers.len() == 1
    });
    if ends {
        page.write_address(false);
    }
}

/// Keeps the browser from scrolling with two fingers; with one it may.
pub(super) fn keep(event: &TouchEvent) {
    if HAND.with_borrow(|hand| hand.fingers.len() > 1) && event.cancelable() {
        event.prevent_default();
    }
}

pub(super) fn wheel(page: Page, event: &WheelEvent) {
    let px = match event.delta_mode() {
        WheelEvent::DOM_DELTA_LINE => LINE_PX,
        WheelEvent::DOM_DELTA_PAGE => PAGE_PX,
        _ => 1.0,
    };
    let [aside_px, down_px] = [event.delta_x() * px, event.delta_y() * px];
    let is_aside = event.shift_key() || aside_px.abs() > down_px.abs();
    let Some([x_px, _]) = at_px(event) else { return };
    let (first_px, last_px) = page.peek(|model| frame(model).axis_px());
    let axis_px = (last_px - first_px).max(1.0);
    let wanted = if event.ctrl_key() {
        let farther = 1.0 + down_px.abs().min(NOTCH_PX) * FARTHER_PER_PX;
        let factor = if down_px < 0.0 { farther.recip() } else { farther };
        Look::about(((x_px - first_px) / axis_px).clamp(0.0, 1.0), factor)
    } else if is_aside && page.peek(|model| model.selection.view.zoom.is_some()) {
        // Some browsers turn the wheel themselves when Shift is held.
        Look::aside(if aside_px == 0.0 { down_px } else { aside_px } / axis_px)
    } else {
        return;
    };
    event.prevent_default();
    page.change_sight(|model| look(model, wanted));
    let turn = TURNS.get().wrapping_add(1);
    TURNS.set(turn);
    let rest = move || {
        if TURNS.get() == turn {
            page.write_address(false);
        }
    };
    set_timeout(rest, REST);
}
