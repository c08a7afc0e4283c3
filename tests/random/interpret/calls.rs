//! Steps that have the loop call something.

use interleave::aio::{call_at, call_later, call_soon};

use crate::program::{Action, When, Which};
use crate::world::{called, cancel, event, keep_call, say, set_result, ticks};

pub(super) fn call(label: u32, which: Which, when: When, action: Action) {
    let act = move || match action {
        Action::Print => say(called(label)),
        Action::SetEvent(which) => event(which).set(),
        Action::Cancel(target) => cancel(called(label), &target.name()),
        Action::SetResult(which) => set_result(called(label), which),
    };
    let handle = match when {
        When::Soon => call_soon(act),
        When::Later(delay) => call_later(ticks(delay), act),
        When::At(time) => call_at(ticks(time), act),
    };
    keep_call(which, handle);
}
