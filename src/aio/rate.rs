//! How often something may happen.

use std::panic::Location;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use super::resource::Resource;
use super::trace::{ResourceInfo, ResourceKind, Use};

/// A limit that somebody else sets, such as five requests a second: in no span of time `per` may there be more than so many.
///
/// It holds nobody up. It stands in the trace with what it counts, from which it follows whether the program kept to it.
/// Clones are the same limit.
///
/// asyncio: none.
///
/// ```
/// use interleave::aio::{Rate, sleep};
/// use interleave::host::virtual_time;
/// use interleave::timeline::{Kind, diagnose};
/// use std::time::Duration;
///
/// let every = |pause| {
///     let run = virtual_time::run(async move {
///         let rate = Rate::new(5, Duration::from_secs(1)).named("requests");
///         for _ in 0..20 {
///             rate.count();
///             sleep(pause).await?;
///         }
///         Ok(())
///     });
///     diagnose(&run.trace)
/// };
/// assert_eq!(every(Duration::from_millis(200)), []);
/// assert_eq!(every(Duration::from_millis(100))[0].kind, Kind::OverRate);
/// ```
#[derive(Clone, Debug)]
pub struct Rate {
    resource: Rc<Resource>,
}

impl Rate {
    /// At most so many in any span of time `per`. The span has its beginning in it and not its end: one every 0.2 s are
    /// five per second.
    #[must_use]
    pub fn new(limit: u32, per: Duration) -> Self {
        let info = ResourceInfo { kind: ResourceKind::Rate, name: None, limit: Some(limit.into()), per };
        Self { resource: Rc::new(Resource::with(info)) }
    }

    /// Allows so many more in any span: what a bucket holds that is filled at the rate and may be emptied at once.
    #[must_use]
    pub fn with_burst(self, burst: u32) -> Self {
        self.resource.allow_more(burst.into());
        self
    }

    /// Gives it the name that the trace shows.
    #[must_use]
    pub fn named(self, name: impl Into<Arc<str>>) -> Self {
        self.resource.rename(name);
        self
    }

    /// It has happened once more, now.
    #[track_caller]
    pub fn count(&self) {
        self.resource.used(Use::Counted, Some(Location::caller()));
    }
}
