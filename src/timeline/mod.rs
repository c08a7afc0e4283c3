//! What a trace means: rows, scale, order of completion, speedup, diagnoses, words.
//!
//! Pure functions of traces, under whatever clock and by whatever engine they were made.

mod compare;
mod diagnoses;
mod rows;
mod scale;
mod words;

pub use crate::aio::trace::{Ending, Outcome};

pub use compare::{Speedup, lateness, speedup};
pub use diagnoses::{Diagnosis, Kind, diagnose};
pub use rows::{Completion, Printed, Row, Segment, State, Timeline, completions};
pub use scale::{Scale, Tick};
pub use words::{describe, ordinal, seconds, state_words};
