//! Something that is opened and has to be closed.

use std::cell::Cell;
use std::panic::Location;
use std::rc::Rc;
use std::sync::Arc;

use super::resource::Resource;
use super::trace::{ResourceKind, Use};

/// A connection, a file, a session: something of the program's own that is opened and has to be closed.
///
/// It does nothing but stand in the trace, from which it follows whether somebody forgot to close it or closed it twice.
/// Dropping it does not close it: that is what there is to forget. Clones are the same thing.
///
/// Python: whatever has a `close()`, and belongs into a `with` or an `async with`.
///
/// ```
/// use interleave::aio::{Closeable, sleep};
/// use interleave::host::virtual_time;
/// use interleave::timeline::{Kind, diagnose};
/// use std::time::Duration;
///
/// let run = virtual_time::run(async {
///     let connection = Closeable::new().named("database");
///     connection.open();
///     sleep(Duration::from_secs(1)).await
/// });
/// assert_eq!(diagnose(&run.trace)[0].kind, Kind::NotReleased);
/// ```
#[derive(Clone, Debug)]
pub struct Closeable {
    state: Rc<State>,
}

#[derive(Debug)]
struct State {
    is_open: Cell<bool>,
    resource: Resource,
}

impl Default for Closeable {
    fn default() -> Self {
        Self::new()
    }
}

impl Closeable {
    /// Something that is not open yet.
    #[must_use]
    pub fn new() -> Self {
        let state = State { is_open: Cell::new(false), resource: Resource::new(ResourceKind::Resource) };
        Self { state: Rc::new(state) }
    }

    /// Gives it the name that the trace shows.
    #[must_use]
    pub fn named(self, name: impl Into<Arc<str>>) -> Self {
        self.state.resource.rename(name);
        self
    }

    /// Whether it is open.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.state.is_open.get()
    }

    /// Opens it. Says whether it was closed; otherwise nothing happens.
    #[expect(clippy::must_use_candidate, reason = "most callers know that it was closed")]
    #[track_caller]
    pub fn open(&self) -> bool {
        let was_closed = !self.state.is_open.replace(true);
        if was_closed {
            self.state.resource.used(Use::Acquired, Some(Location::caller()));
        }
        was_closed
    }

    /// Closes it. Says whether it was open; to close it once more changes nothing, but stands in the trace.
    #[expect(clippy::must_use_candidate, reason = "most callers know that it was open")]
    #[track_caller]
    pub fn close(&self) -> bool {
        self.state.resource.used(Use::Released, Some(Location::caller()));
        self.state.is_open.replace(false)
    }
}
