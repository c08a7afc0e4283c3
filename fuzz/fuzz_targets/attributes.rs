//! How an embed looks, out of the attributes of its element, and what an author pastes for it.

#![cfg_attr(fuzzing, no_main)]

#[cfg(fuzzing)]
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| interleave_fuzz::attributes::check(bytes));

#[cfg(not(fuzzing))]
fn main() {
    interleave_fuzz::replay(interleave_fuzz::attributes::check);
}
