//! Views of few types.
//!
//! Every closure and every signal type in a view is compiled anew, and that is what a page weighs. Here everything that
//! changes is a text or a truth behind one box, and what nobody clicks is written as text.

use std::fmt::Write;

use leptos::prelude::*;
use web_sys::MouseEvent;

pub(super) use crate::draw::escape;

type Compute<T> = Box<dyn Fn() -> T + Send + Sync>;

/// A text that follows the model.
pub(super) fn text(compute: impl Fn() -> String + Send + Sync + 'static) -> Signal<String> {
    fn boxed(compute: Compute<String>) -> Signal<String> {
        Signal::derive(compute)
    }
    boxed(Box::new(compute))
}

/// A truth that follows the model.
pub(super) fn flag(compute: impl Fn() -> bool + Send + Sync + 'static) -> Signal<bool> {
    fn boxed(compute: Compute<bool>) -> Signal<bool> {
        Signal::derive(compute)
    }
    boxed(Box::new(compute))
}

/// Views that are made anew whenever what `make` has read changes.
pub(super) fn views(make: impl FnMut() -> Vec<AnyView> + Send + 'static) -> Box<dyn FnMut() -> Vec<AnyView> + Send> {
    Box::new(make)
}

/// What a click does.
pub(super) fn click(act: impl FnMut(MouseEvent) + 'static) -> Box<dyn FnMut(MouseEvent)> {
    Box::new(act)
}

/// Elements one after the other; `element` writes each.
pub(super) fn each<T>(items: impl IntoIterator<Item = T>, mut element: impl FnMut(&mut String, T)) -> String {
    let mut out = String::new();
    for item in items {
        element(&mut out, item);
    }
    out
}

/// Adds formatted text; writing to a string cannot fail.
pub(super) fn add(out: &mut String, text: std::fmt::Arguments<'_>) {
    let _ = out.write_fmt(text);
}
