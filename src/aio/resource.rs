//! What tasks wait for and share, as the trace knows it.

use std::cell::{Cell, RefCell};
use std::panic::Location;
use std::sync::Arc;
use std::time::Duration;

use super::current::{find_run, with_current_if_any};
use super::executor::Run;
use super::trace::{ResourceId, ResourceInfo, ResourceKind, Use, Wait};

/// The part of a semaphore, a queue and the like that stands in the trace. It enters the trace of a run when it is first used
/// there.
#[derive(Debug)]
pub(super) struct Resource {
    info: RefCell<ResourceInfo>,
    /// Its id in the run that used it last.
    id: Cell<Option<(u64, ResourceId)>>,
}

impl Resource {
    pub(super) fn new(kind: ResourceKind) -> Self {
        Self::with_limit(kind, None)
    }

    pub(super) fn with_limit(kind: ResourceKind, limit: Option<usize>) -> Self {
        let limit = limit.map(|limit| limit as u64);
        Self::with(ResourceInfo { kind, name: None, limit, per: Duration::ZERO })
    }

    pub(super) fn with(info: ResourceInfo) -> Self {
        Self { info: RefCell::new(info), id: Cell::new(None) }
    }

    pub(super) fn rename(&self, name: impl Into<Arc<str>>) {
        self.info.borrow_mut().name = Some(name.into());
    }

    pub(super) fn allow_more(&self, by: u64) {
        let mut info = self.info.borrow_mut();
        info.limit = info.limit.map(|limit| limit.saturating_add(by));
    }

    /// Its id in a run.
    #[inline]
    pub(super) fn id(&self, run: &Run) -> ResourceId {
        match self.id.get() {
            Some((known, id)) if known == run.id => id,
            _ => self.enter(run),
        }
    }

    #[cold]
    fn enter(&self, run: &Run) -> ResourceId {
        let info = self.info.borrow().clone();
        let id = run.with_trace(|trace| trace.add_resource(info));
        self.id.set(Some((run.id, id)));
        id
    }

    /// Records that the current task has done something with it; outside every run, in the one that used it last.
    pub(super) fn used(&self, how: Use, site: Option<&'static Location<'static>>) {
        let recorded = with_current_if_any(|run| run.record_use((how, self.id(run)), site)).is_some();
        if !recorded
            && let Some((id, _)) = self.id.get()
            && let Some(run) = find_run(id)
        {
            run.tick();
            run.record_use((how, self.id(&run)), site);
        }
    }

    /// Lets the trace know of it.
    pub(super) fn touch(&self) {
        with_current_if_any(|run| self.id(run));
    }

    /// That the current task waits for it.
    pub(super) fn wait(&self) -> Wait {
        self.wait_as(Wait::Resource)
    }

    /// The same, in a way of its own.
    pub(super) fn wait_as(&self, way: fn(ResourceId) -> Wait) -> Wait {
        with_current_if_any(|run| way(self.id(run))).unwrap_or(Wait::Other)
    }
}
