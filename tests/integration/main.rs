//! The executor and its tools, from outside: each test is named for the hazard that it guards against.

#![expect(clippy::needless_raw_string_hashes, reason = "as UPDATE_EXPECT=1 writes them")]

mod as_completed;
mod cancel;
mod correct_programs;
mod diagnoses;
mod faster;
mod gather;
mod group;
mod order;
mod robust;
mod rooms;
mod runs;
mod semaphore;
mod stop;
mod support;
mod sync;
mod thread;
mod timeout;
mod trace;
mod virtual_time;
