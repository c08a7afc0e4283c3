//! Things that are entered, and left however it goes inside.

use super::{Error, Result};

/// Something to be entered and left by awaiting: a connection, a transaction, a measurement.
///
/// asyncio: an asynchronous context manager.
pub trait ContextManager {
    /// What the body gets.
    type Value;

    /// Enters. A manager that fails here is not left.
    ///
    /// Python: `__aenter__`.
    fn enter(&mut self) -> impl Future<Output = Result<Self::Value>>;

    /// Leaves, told with which error the body has ended, if with any. Says whether that has been dealt with.
    ///
    /// A cancellation that arrives here ends this await like any other.
    ///
    /// # Errors
    ///
    /// An error of its own takes the place of the body's.
    ///
    /// Python: `__aexit__`.
    fn exit(&mut self, error: Option<&Error>) -> impl Future<Output = Result<bool>>;
}

/// Enters, runs the body, and leaves, whether the body returns, fails or is cancelled. Gives what the body gives, or nothing
/// if the manager has dealt with its error.
///
/// Dropping it drops the body, or whatever it stands in, and does not leave, since that would have to await: what must
/// happen even then belongs into the manager's destructor.
///
/// # Errors
///
/// The manager's, or the body's.
///
/// asyncio: `async with`.
///
/// ```
/// use interleave::aio::{ContextManager, Error, Result, now, print, sleep, with};
/// use interleave::host::virtual_time;
/// use std::time::Duration;
///
/// struct Timer(Duration);
///
/// impl ContextManager for Timer {
///     type Value = ();
///
///     async fn enter(&mut self) -> Result<()> {
///         self.0 = now();
///         Ok(())
///     }
///
///     async fn exit(&mut self, _: Option<&Error>) -> Result<bool> {
///         print(format!("{:?}", now() - self.0));
///         Ok(false)
///     }
/// }
///
/// let second = Duration::from_secs(1);
/// let run = virtual_time::run(with(Timer(second), move |()| async move {
///     sleep(second).await?;
///     Err::<(), _>(Error::raised("lost"))
/// }));
/// assert_eq!(run.result, Some(Err(Error::raised("lost"))));
/// assert!(run.trace.to_string().contains("printed: 1s"));
/// ```
pub async fn with<M, F, B, T>(mut manager: M, body: F) -> Result<Option<T>>
where
    M: ContextManager,
    F: FnOnce(M::Value) -> B,
    B: Future<Output = Result<T>>,
{
    let value = manager.enter().await?;
    let result = body(value).await;
    let dealt_with = manager.exit(result.as_ref().err()).await?;
    match result {
        Err(_) if dealt_with => Ok(None),
        other => other.map(Some),
    }
}
