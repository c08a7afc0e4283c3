//! A value that tasks share.

use std::cell::RefCell;
use std::fmt::{self, Debug};
use std::panic::Location;
use std::rc::Rc;
use std::sync::Arc;

use super::resource::Resource;
use super::trace::{ResourceKind, Use};

/// A value that tasks share, and whose reading and writing stands in the trace.
///
/// No two tasks ever run at once, yet between reading it and writing it again a task may await, and what another has written
/// meanwhile is lost: that follows from the trace. Clones share the value.
///
/// Python: a variable that several tasks use.
///
/// ```
/// use interleave::aio::{Value, gather, yield_now};
/// use interleave::host::virtual_time;
/// use interleave::timeline::{Kind, diagnose};
///
/// let run = virtual_time::run(async {
///     let balance = Value::new(100).named("balance");
///     let deposit = |balance: Value<i32>| async move {
///         let read = balance.get();
///         yield_now().await?;
///         balance.set(read + 50);
///         Ok(())
///     };
///     gather([deposit(balance.clone()), deposit(balance.clone())]).await?;
///     Ok(balance.get())
/// });
/// assert_eq!(run.result, Some(Ok(150)));
/// assert_eq!(diagnose(&run.trace)[0].kind, Kind::LostUpdate);
/// ```
pub struct Value<T> {
    state: Rc<State<T>>,
}

struct State<T> {
    value: RefCell<T>,
    resource: Resource,
}

impl<T> Clone for Value<T> {
    fn clone(&self) -> Self {
        Self { state: self.state.clone() }
    }
}

impl<T: Debug> Debug for Value<T> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_tuple("Value").field(&self.state.value).finish()
    }
}

impl<T> Value<T> {
    /// Shares a value.
    #[must_use]
    pub fn new(value: T) -> Self {
        Self { state: Rc::new(State { value: RefCell::new(value), resource: Resource::new(ResourceKind::Value) }) }
    }

    /// Gives it the name that the trace shows.
    #[must_use]
    pub fn named(self, name: impl Into<Arc<str>>) -> Self {
        self.state.resource.rename(name);
        self
    }

    /// Reads it.
    #[must_use]
    #[track_caller]
    pub fn get(&self) -> T
    where
        T: Clone,
    {
        self.state.resource.used(Use::Read, Some(Location::caller()));
        self.state.value.borrow().clone()
    }

    /// Writes it.
    #[track_caller]
    pub fn set(&self, value: T) {
        self.state.resource.used(Use::Wrote, Some(Location::caller()));
        // Dropped once the value is free again: its destructor may read it.
        let before = self.state.value.replace(value);
        drop(before);
    }

    /// Reads and writes it at once, so that nothing can come in between. Gives what `change` gives.
    ///
    /// # Panics
    ///
    /// When `change` uses the value in any other way than through its argument.
    #[track_caller]
    pub fn update<R>(&self, change: impl FnOnce(&mut T) -> R) -> R {
        let site = Some(Location::caller());
        self.state.resource.used(Use::Read, site);
        self.state.resource.used(Use::Wrote, site);
        change(&mut self.state.value.borrow_mut())
    }
}
