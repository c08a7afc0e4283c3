//! Random programs, run by the executor and by `CPython`, which must do the same at the same times.
//!
//! A [`program`] is made by [`generate`], run by [`interpret`], printed as Python and as Rust by [`mod@print`]; an
//! [`arbiter`] runs the Python; a [`campaign`] compares many and shrinks those that differ. What is kept out for now stands
//! in [`excluded`]. What is diagnosed in a run is compared as well, in [`findings`].

#![forbid(unsafe_code)]

pub mod arbiter;
pub mod campaign;
pub mod excluded;
pub mod findings;
pub mod generate;
pub mod interpret;
pub mod log;
pub mod number;
pub mod print;
pub mod program;
pub mod world;
