//! Searching the orders in which ready tasks can run.

use std::fmt::Debug;

use super::virtual_time::{Finished, run_with};
use crate::aio::trace::What;
use crate::aio::{Options, Result};

/// What came of trying many orders.
#[derive(Debug)]
pub struct Exploration<T> {
    /// How many orders were tried.
    pub tried: u64,
    /// In how many of them something was wrong.
    pub wrong: u64,
    /// The one of these in which the fewest steps were taken, with its seed.
    pub shortest: Option<(u64, Finished<T>)>,
}

/// Runs a program once for each seed, each time taking the ready tasks in another order, and counts how often that goes
/// wrong: what no order that a scheduler may choose can spoil is free of races.
///
/// The same seed gives the same order. Under the virtual clock time passes only when nothing is ready, so all orders take
/// place within the same instants.
///
/// ```
/// use interleave::aio::{gather, yield_now};
/// use interleave::host::explore::explore;
/// use std::{cell::Cell, rc::Rc};
///
/// let deposits = || async {
///     let balance = Rc::new(Cell::new(0));
///     let deposit = |amount| {
///         let balance = balance.clone();
///         async move {
///             let read = balance.get();
///             yield_now().await?;
///             balance.set(read + amount);
///             Ok(())
///         }
///     };
///     gather([deposit(1), deposit(2)]).await?;
///     Ok(balance.get())
/// };
/// let found = explore(0..100, deposits, |run| run.result != Some(Ok(3)));
/// assert!(0 < found.wrong && found.wrong < found.tried);
/// ```
pub fn explore<F, T>(
    seeds: impl IntoIterator<Item = u64>,
    program: impl Fn() -> F,
    is_wrong: impl Fn(&Finished<T>) -> bool,
) -> Exploration<T>
where
    F: Future<Output = Result<T>> + 'static,
    T: Debug + 'static,
{
    let mut found = Exploration { tried: 0, wrong: 0, shortest: None };
    let mut fewest = usize::MAX;
    for seed in seeds {
        let run = run_with(Options { shuffle: Some(seed), ..Options::default() }, program());
        found.tried += 1;
        if !is_wrong(&run) {
            continue;
        }
        found.wrong += 1;
        let steps = run.trace.events().filter(|event| event.what == What::Running).count();
        if steps < fewest {
            fewest = steps;
            found.shortest = Some((seed, run));
        }
    }
    found
}
