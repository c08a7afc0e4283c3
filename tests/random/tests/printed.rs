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

/// What there may be in them.
pub(crate) const EVERYTHING: Wanted = Wanted { only: Features::ALL, since_3_13: true, mistakes: true };

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

        /// The program, name of the file, and what the compiled program does.
        pub(crate) fn all() -> Vec<(Program, &'static str, Log)> {
            vec![$((generate::program(&programs(EVERYTHING), $seed), stringify!($name), $name::log())),*]
        }
    };
}

programs! {
    seed_1107 = 1107,
    seed_1296 = 1296,
    seed_1681 = 1681,
    seed_2621 = 2621,
    seed_3214 = 3214,
    seed_3338 = 3338,
    seed_3666 = 3666,
    seed_4636 = 4636,
    seed_4919 = 4919,
}

#[test]
fn they_are_what_is_printed() {
    for (program, name, _) in all() {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/printed").join(name).with_extension("rs");
        expect_file![file].assert_eq(&rust(&program));
    }
}

#[test]
fn they_do_what_the_interpreter_does() {
    for (program, name, log) in all() {
        assert_eq!(log, interpret(&program), "{name}");
    }
}
