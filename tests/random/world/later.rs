//! Bare futures, and what the loop is to call.

use std::fmt::Display;

use interleave::aio::{CallHandle, Error, Promise, print};

use super::{index, truth, world};
use crate::program::Which;

/// The bare future of this number.
#[must_use]
pub fn promise(which: Which) -> Promise<String> {
    world().promises.borrow()[index(which)].clone()
}

/// Puts a new bare future in place of the one that was there.
pub fn new_future(which: Which) {
    let before = std::mem::take(&mut world().promises.borrow_mut()[index(which)]);
    drop(before);
}

/// Sets the result of a bare future, and prints whether that was possible.
pub fn set_result(label: impl Display, which: Which) {
    let given = promise(which).set_result(label.to_string());
    say(format!("{label} sets result: {}", truth(given)));
}

/// Sets the error of a bare future, and prints whether that was possible.
pub fn set_error(label: u32, which: Which) {
    let given = promise(which).set_error(Error::raised(label.to_string()));
    print(format!("{label} sets error: {}", truth(given)));
}

/// Cancels a bare future, and prints what that gave.
pub fn cancel_future(label: u32, which: Which) {
    print(format!("{label} cancels future: {}", truth(promise(which).cancel())));
}

/// Prints whether a bare future is done.
pub fn future_is_done(label: u32, which: Which) {
    print(format!("{label} future is done: {}", truth(promise(which).is_done())));
}

/// Has something printed when a bare future is done.
pub fn on_future_done(label: u32, which: Which) {
    promise(which).on_done(move |_| say(called(label)));
}

/// Keeps the handle of a call.
pub fn keep_call(which: Which, call: CallHandle) {
    let before = world().calls.borrow_mut()[index(which)].replace(call);
    drop(before);
}

/// Cancels a call, if its handle is there, and prints whether it was.
pub fn cancel_call(label: u32, which: Which) {
    let call = world().calls.borrow()[index(which)].clone();
    print(format!("{label} cancels call: {}", truth(call.is_some())));
    if let Some(call) = call {
        call.cancel();
    }
}

/// How the label of a step stands in what is printed by a call.
#[must_use]
pub fn called(label: u32) -> String {
    format!("call {label}")
}

/// Prints, in a task or in a call.
pub fn say(text: impl Display) {
    print(text);
}
