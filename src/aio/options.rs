//! What can be set for a run.

use super::slower::Slower;

/// How a run goes about its work.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// Takes the next job at random from all that are ready, by this seed, instead of the first that became ready. Every
    /// order that comes out is one that some scheduler could choose: see [`explore`](crate::host::explore).
    pub shuffle: Option<u64>,
    /// After how many turns in which no time has passed the run is stopped: some task wakes itself for ever.
    pub turns_at_once: u32,
    /// Jobs that take longer than their program says.
    pub slower: Slower,
}

impl Default for Options {
    fn default() -> Self {
        Self { shuffle: None, turns_at_once: 500_000, slower: Slower::default() }
    }
}
