//! Where the program is split: what only these functions lead to is in files of its own.

#![expect(clippy::unnecessary_wraps, reason = "a part that cannot be loaded is an error")]

use interleave::scenarios::{Part, Whole};
use interleave::ui::Loading;
use wasm_split_helpers::{SplitLoaderError, wasm_split};

/// Loads a part; none if that failed.
pub(crate) fn load(part: Part) -> Loading {
    Box::pin(async move {
        let loaded = match part {
            Part::Beginning => beginning().await,
            Part::Coordination => coordination().await,
            Part::Trouble => trouble().await,
            Part::Programs => programs().await,
        };
        loaded.ok()
    })
}

#[wasm_split(beginning, fallible)]
fn beginning() -> Result<&'static Whole, SplitLoaderError> {
    static WHOLE: Whole = Whole::of(Part::Beginning);
    Ok(&WHOLE)
}

#[wasm_split(coordination, fallible)]
fn coordination() -> Result<&'static Whole, SplitLoaderError> {
    static WHOLE: Whole = Whole::of(Part::Coordination);
    Ok(&WHOLE)
}

#[wasm_split(trouble, fallible)]
fn trouble() -> Result<&'static Whole, SplitLoaderError> {
    static WHOLE: Whole = Whole::of(Part::Trouble);
    Ok(&WHOLE)
}

#[wasm_split(programs, fallible)]
fn programs() -> Result<&'static Whole, SplitLoaderError> {
    static WHOLE: Whole = Whole::of(Part::Programs);
    Ok(&WHOLE)
}
