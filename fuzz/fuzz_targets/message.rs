//! What a page tells the embed that is in it.

#![cfg_attr(fuzzing, no_main)]

#[cfg(fuzzing)]
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| interleave_fuzz::message::check(bytes));

#[cfg(not(fuzzing))]
fn main() {
    interleave_fuzz::replay(interleave_fuzz::message::check);
}
