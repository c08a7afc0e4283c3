//! What can come out of an await.

#[cfg(panic = "unwind")]
use std::any::Any;
use std::fmt;
use std::sync::Arc;

/// The result of awaiting one of this module's futures, and of every task.
pub type Result<T> = std::result::Result<T, Error>;

/// Why an await, or a whole task, ended without a value.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Error {
    /// The task was asked to stop: clean up (cleaning up may await) and pass this on.
    ///
    /// asyncio: `CancelledError`, with its message if there was one.
    Cancelled(Option<Arc<str>>),
    /// A time limit passed first.
    ///
    /// asyncio: `TimeoutError`.
    TimedOut,
    /// A queue was shut down while the task waited for it, or before.
    ///
    /// asyncio: `QueueShutDown`, from `CPython` 3.13 on.
    QueueShutDown,
    /// Tasks of a group failed, with these errors, in the order in which that became known.
    ///
    /// asyncio: `ExceptionGroup`.
    Group(Vec<Error>),
    /// The other parties of a barrier will not come.
    ///
    /// asyncio: `BrokenBarrierError`.
    BrokenBarrier,
    /// An asynchronous generator is being closed: clean up (cleaning up may await) and pass this on.
    ///
    /// Python: `GeneratorExit`.
    GeneratorExit,
    /// The task panicked, with this message. Only where panics unwind: in a browser they end the whole program.
    Panicked(String),
    /// The program's own failure, in its own words.
    ///
    /// asyncio: any other exception.
    Raised(String),
}

impl Error {
    /// The program's own failure: `Error::raised("no such user")`.
    pub fn raised(message: impl Into<String>) -> Self {
        Self::Raised(message.into())
    }

    /// Whether it is a cancellation, with or without a message.
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        matches!(self, Self::Cancelled(_))
    }

    /// From what a panic left behind.
    #[cfg(panic = "unwind")]
    pub(super) fn panicked(panic: &(dyn Any + Send)) -> Self {
        let text = panic.downcast_ref::<&str>().copied().or_else(|| panic.downcast_ref::<String>().map(String::as_str));
        Self::Panicked(text.unwrap_or("something that is no text").to_owned())
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Cancelled(None) => out.write_str("Cancelled"),
            Self::Cancelled(Some(message)) => out.debug_tuple("Cancelled").field(message).finish(),
            Self::TimedOut => out.write_str("TimedOut"),
            Self::QueueShutDown => out.write_str("QueueShutDown"),
            Self::BrokenBarrier => out.write_str("BrokenBarrier"),
            Self::GeneratorExit => out.write_str("GeneratorExit"),
            Self::Group(errors) => out.debug_tuple("Group").field(errors).finish(),
            Self::Panicked(message) => out.debug_tuple("Panicked").field(message).finish(),
            Self::Raised(message) => out.debug_tuple("Raised").field(message).finish(),
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Cancelled(None) => out.write_str("cancelled"),
            Self::Cancelled(Some(message)) => write!(out, "cancelled: {message}"),
            Self::BrokenBarrier => out.write_str("the barrier was broken"),
            Self::GeneratorExit => out.write_str("the generator was closed"),
            Self::Panicked(message) => write!(out, "panicked: {message}"),
            Self::TimedOut => out.write_str("timed out"),
            Self::QueueShutDown => out.write_str("the queue was shut down"),
            Self::Group(errors) if errors.len() == 1 => {
                out.write_str("unhandled errors in a TaskGroup (1 sub-exception)")
            }
            Self::Group(errors) => write!(out, "unhandled errors in a TaskGroup ({} sub-exceptions)", errors.len()),
            Self::Raised(message) => out.write_str(message),
        }
    }
}

impl std::error::Error for Error {}
