//! Something that happens, and those who wait for it.

use std::cell::Cell;
use std::panic::Location;
use std::rc::Rc;
use std::sync::Arc;

use super::Result;
use super::line::Line;
use super::resource::Resource;
use super::trace::ResourceKind;

/// A flag that tasks can wait for. Clones are the same event.
///
/// asyncio: `Event`.
///
/// ```
/// use interleave::aio::{Event, now, sleep, spawn};
/// use interleave::host::virtual_time;
/// use std::time::Duration;
///
/// let run = virtual_time::run(async {
///     let ready = Event::new();
///     let waiting = spawn({
///         let ready = ready.clone();
///         async move {
///             ready.wait().await?;
///             Ok(now())
///         }
///     });
///     sleep(Duration::from_secs(2)).await?;
///     ready.set();
///     waiting.await
/// });
/// assert_eq!(run.result, Some(Ok(Duration::from_secs(2))));
/// ```
#[derive(Clone, Debug, Default)]
pub struct Event {
    state: Rc<State>,
}

#[derive(Debug)]
struct State {
    is_set: Cell<bool>,
    line: Line,
    resource: Resource,
}

impl Default for State {
    fn default() -> Self {
        Self { is_set: Cell::new(false), line: Line::default(), resource: Resource::new(ResourceKind::Event) }
    }
}

impl Event {
    /// An event that has not happened yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Gives it the name that the trace shows.
    #[must_use]
    pub fn named(self, name: impl Into<Arc<str>>) -> Self {
        self.state.resource.rename(name);
        self
    }

    /// Whether it has been set, and not cleared since.
    #[must_use]
    pub fn is_set(&self) -> bool {
        self.state.is_set.get()
    }

    /// Lets everyone go on who waits, in the order in which they came, and whoever comes later.
    pub fn set(&self) {
        self.state.resource.touch();
        if !self.state.is_set.replace(true) {
            self.state.line.call_all();
        }
    }

    /// Whoever waits from now on has to wait until it is set again. Who has been let go stays so.
    pub fn clear(&self) {
        self.state.is_set.set(false);
    }

    /// Waits until it is set; not at all if it is.
    ///
    /// # Errors
    ///
    /// [`Error::Cancelled`](super::Error::Cancelled) when the task is cancelled while it waits.
    #[track_caller]
    pub fn wait(&self) -> impl Future<Output = Result<()>> + use<> {
        let (state, site) = (self.state.clone(), Location::caller());
        async move { if state.is_set.get() { Ok(()) } else { state.line.stand(state.resource.wait(), site).await } }
    }
}
