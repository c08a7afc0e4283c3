//! A trace from elsewhere, and everything that is computed from it.

#![cfg_attr(fuzzing, no_main)]

#[cfg(fuzzing)]
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| interleave_fuzz::trace::check(bytes));

#[cfg(fuzzing)]
libfuzzer_sys::fuzz_mutator!(|data: &mut [u8], size: usize, most: usize, seed: u32| {
    // Every eighth time as bytes: what is no JSON has to be refused, too.
    let changed = (seed % 8 > 0).then(|| interleave_fuzz::mutate::json(&data[..size], most, seed.into())).flatten();
    match changed {
        Some(changed) => {
            data[..changed.len()].copy_from_slice(&changed);
            changed.len()
        }
        None => libfuzzer_sys::fuzzer_mutate(data, size, most),
    }
});

#[cfg(not(fuzzing))]
fn main() {
    interleave_fuzz::replay(interleave_fuzz::trace::check);
}
