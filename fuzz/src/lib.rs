//! What is read from outside, and what has to hold of it whatever it is.
//!
//! Each target is a function that takes any bytes and panics where a promise is broken. The fuzzer calls it with bytes that
//! it makes up, the tests with those that it once found worth keeping.

#![forbid(unsafe_code)]

pub mod address;
pub mod attributes;
pub mod message;
pub mod mutate;
pub mod picture;
pub mod trace;
pub mod words;

/// Something that is fuzzed.
#[derive(Clone, Copy, Debug)]
pub struct Target {
    /// Its name: of the program, and of the folder with its corpus.
    pub name: &'static str,
    /// Panics if something does not hold of what is made of these bytes.
    pub check: fn(&[u8]),
}

/// Everything that is fuzzed.
pub const TARGETS: &[Target] = &[
    Target { name: "address", check: address::check },
    Target { name: "attributes", check: attributes::check },
    Target { name: "message", check: message::check },
    Target { name: "trace", check: trace::check },
];

/// Checks the files that a target's program is given, where no fuzzer calls it: to see a finding again.
///
/// # Panics
///
/// When a file cannot be read, or a promise is broken.
pub fn replay(check: fn(&[u8])) {
    for path in std::env::args_os().skip(1) {
        check(&std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display())));
    }
}
