//! The executor and its tools, from outside: each test is named for the hazard that it guards against.

#![expect(clippy::needless_raw_string_hashes, reason = "as UPDATE_EXPECT=1 writes them")]

mod as_completed;
mod barrier;
mod cancel;
mod condition;
mod context;
mod correct_programs;
mod diagnoses;
mod exports;
mod faster;
mod foreign;
mod gather;
mod generator;
mod group;
mod links;
mod moments;
mod order;
mod pool;
mod robust;
mod rooms;
mod runs;
mod schedule;
mod semaphore;
mod stop;
mod support;
mod sync;
mod thread;
mod timeout;
mod trace;
mod virtual_time;
mod world;
