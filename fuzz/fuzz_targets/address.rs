//! What is picked, out of whatever stands in an address.

#![cfg_attr(fuzzing, no_main)]

#[cfg(fuzzing)]
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| interleave_fuzz::address::check(bytes));

#[cfg(not(fuzzing))]
fn main() {
    interleave_fuzz::replay(interleave_fuzz::address::check);
}
