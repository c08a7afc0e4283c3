//! What can come out of an await.

use std::fmt;

/// The result of awaiting one of this module's futures, and of every task.
pub type Result<T> = std::result::Result<T, Error>;

/// Why an await, or a whole task, ended without a value.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Error {
    /// The task was asked to stop: clean up (cleaning up may await) and pass this on.
    ///
    /// asyncio: `CancelledError`.
    Cancelled,
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
}

impl fmt::Display for Error {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Cancelled => out.write_str("cancelled"),
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
