//! What a trace means: rows, scale, order of completion, speedup, diagnoses, words.
//!
//! Pure functions of traces, under whatever clock and by whatever engine they were made.

mod card;
mod compare;
mod critical_path;
mod diagnoses;
mod difference;
mod expect;
mod explain;
mod interference;
mod knee;
mod levels;
mod replay;
mod resolution;
mod rows;
mod scale;
mod score;
mod slack;
mod statistics;
mod steps;
mod table;
mod tune;
mod waiting;
mod wakes;
mod words;
mod zoom;

pub use crate::aio::trace::{Ending, Outcome, ResourceKind, TaskId};

pub use card::Card;
pub use compare::{Drift, Measured, Speedup, drift, speedup};
pub use critical_path::{Doing, Link, critical_path};
pub use diagnoses::{Diagnosis, Kind, diagnose, diagnose_at};
pub use difference::{Change, Difference, Shift, differences, pairs};
pub use expect::{Expected, expected, predictable};
pub use explain::explain;
pub use knee::{Knee, knee};
pub use levels::{Count, Level};
pub use resolution::{Resolution, ties, ties_in_words};
pub use rows::{Completion, Printed, Row, Segment, State, Timeline, completions};
pub use scale::{Scale, Tick, round_marks};
pub use slack::{Faster, would_faster_help};
pub use statistics::{Statistics, TaskStatistics, Work};
pub use tune::{Pace, hertz};
pub use waiting::{Resource, Waiting};
pub use wakes::{LoopState, Spell, Wake, spells, wakes};
pub use words::{describe, ordinal, seconds, state_words, summary};
pub use zoom::Look;
