//! Asynchronous generators.

use std::fmt::Display;

use interleave::aio::{Generator, Result};

use super::{index, world};
use crate::program::Which;

/// Puts a generator in place of the one that was there, which is kept: what becomes of generators that are forgotten is
/// another question in Python.
pub fn new_generator(which: Which, generator: Generator<u32>) {
    world().generators.borrow_mut()[index(which)].push(generator);
}

/// A generator, if there is one.
#[must_use]
pub fn find_generator(which: Which) -> Option<Generator<u32>> {
    world().generators.borrow()[index(which)].last().cloned()
}

/// Closes a generator, if there is one.
///
/// # Errors
///
/// The generator's own.
pub async fn close_generator(which: Which) -> Result<()> {
    match find_generator(which) {
        Some(generator) => generator.aclose().await,
        None => Ok(()),
    }
}

/// As Python prints what may not be there.
pub fn or_none(given: Option<impl Display>) -> String {
    given.map_or_else(|| "None".to_owned(), |given| given.to_string())
}
