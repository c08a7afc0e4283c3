//! Programs as they are printed in Rust: compiled and run, they do what the interpreter does.
//!
//! After a change that is meant: `UPDATE_EXPECT=1 cargo test --package interleave-random`, and once more to run them.

use std::path::Path;

use expect_test::expect_file;
use interleave_random::generate::{self, Features, Wanted, programs};
use interleave_random::interpret::interpret;
use interleave_random::log::Log;
use interleave_random::print::rust;
use interleave_random::program::Program;

/// What there may be in them: everything.
pub(crate) const WANTED: Wanted = Wanted { only: Features::ALL, since_3_13: true };

macro_rules! programs {
    ($($name:ident = $seed:literal,)*) => {
        $(
            // Included and not a module's file, so that rustfmt leaves it as it is printed.
            mod $name {
                #![allow(clippy::all, clippy::pedantic, reason = "as it is printed, for any program")]
                #![allow(unused_imports, unused_variables, unreachable_code, reason = "as it is printed, for any program")]
                use interleave::aio::{
                    Error, Result, ReturnWhen, as_completed, blocking_sleep, call_at, call_later, call_soon, gather,
                    generator, print, shield, sleep, task_group, timeout, timeout_at, wait, wait_for, with,
                };
                use interleave_random::program::{Look, Pool, QueueKind};
                use interleave_random::world::*;

                include!(concat!("printed/", stringify!($name), ".rs"));

                pub(super) fn log() -> interleave_random::log::Log {
                    interleave_random::log::run(world(), program())
                }
            }
        )*

        /// Seed, name of the file, and what the compiled program does.
        pub(crate) fn all() -> Vec<(u64, &'static str, Log)> {
            vec![$(($seed, stringify!($name), $name::log())),*]
        }
    };
}

programs! {
    seed_1193 = 1193,
    seed_1393 = 1393,
    seed_2224 = 2224,
    seed_2554 = 2554,
    seed_2586 = 2586,
    seed_2715 = 2715,
}

pub(crate) fn program_of(seed: u64) -> Program {
    generate::program(&programs(WANTED), seed)
}

#[test]
fn they_are_what_is_printed() {
    for (seed, name, _) in all() {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/printed").join(name).with_extension("rs");
        expect_file![file].assert_eq(&rust(&program_of(seed)));
    }
}

#[test]
fn they_do_what_the_interpreter_does() {
    for (seed, name, log) in all() {
        assert_eq!(log, interpret(&program_of(seed)), "{name}");
    }
}
