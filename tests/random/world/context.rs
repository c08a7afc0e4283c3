//! Asynchronous context managers.

use interleave::aio::{ContextManager, Error, Result, print};

use super::told;

/// A context manager made of two futures.
pub struct Manager<E, X> {
    label: u32,
    forgives: bool,
    enter: Option<E>,
    exit: Option<X>,
}

/// A context manager that awaits one thing to be entered and another to be left, and then deals with the error or not.
pub fn manager<E, X>(label: u32, forgives: bool, enter: E, exit: X) -> Manager<E, X>
where
    E: Future<Output = Result<()>>,
    X: Future<Output = Result<()>>,
{
    Manager { label, forgives, enter: Some(enter), exit: Some(exit) }
}

impl<E, X> ContextManager for Manager<E, X>
where
    E: Future<Output = Result<()>>,
    X: Future<Output = Result<()>>,
{
    type Value = ();

    async fn enter(&mut self) -> Result<()> {
        match self.enter.take() {
            Some(enter) => enter.await,
            None => Ok(()),
        }
    }

    async fn exit(&mut self, error: Option<&Error>) -> Result<bool> {
        print(format!("{} is left: {}", self.label, error.map_or_else(|| "None".to_owned(), told)));
        if let Some(exit) = self.exit.take() {
            exit.await?;
        }
        Ok(self.forgives)
    }
}
