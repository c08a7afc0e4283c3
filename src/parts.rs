//! Where the program is split: what only these functions lead to is in files of its own.

#![expect(clippy::unnecessary_wraps, reason = "a part that cannot be loaded is an error")]

use interleave::host::workers::Opener;
use interleave::scenarios::{Part, Whole};
use interleave::ui::{Curves, Dialog, Frame, Load, Loading, Runs, Scheduler};
use wasm_split_helpers::{SplitLoaderError, wasm_split};

/// How each is loaded.
pub(crate) const LOAD: Load = Load {
    part: load,
    runs: load_runs,
    share: load_share,
    sweep: load_sweep,
    schedule: load_schedule,
    embed: load_embed,
    outside: load_outside,
};

fn load_runs() -> Loading<Runs> {
    Box::pin(async { runs().await.ok() })
}

#[wasm_split(runs, fallible)]
fn runs() -> Result<Runs, SplitLoaderError> {
    Ok(Runs::in_browser())
}

fn load_share() -> Loading<Dialog> {
    Box::pin(async { share().await.ok() })
}

#[wasm_split(share, fallible)]
fn share() -> Result<Dialog, SplitLoaderError> {
    Ok(Dialog::share())
}

fn load_sweep() -> Loading<Curves> {
    Box::pin(async { sweep().await.ok() })
}

#[wasm_split(sweep, fallible)]
fn sweep() -> Result<Curves, SplitLoaderError> {
    Ok(Curves::sweep())
}

fn load_schedule() -> Loading<Scheduler> {
    Box::pin(async { schedule().await.ok() })
}

#[wasm_split(schedule, fallible)]
fn schedule() -> Result<Scheduler, SplitLoaderError> {
    Ok(Scheduler::reader())
}

fn load_embed() -> Loading<Frame> {
    Box::pin(async { embed().await.ok() })
}

fn load_outside() -> Loading<Opener> {
    Box::pin(async { outside().await.ok() })
}

#[wasm_split(outside, fallible)]
fn outside() -> Result<Opener, SplitLoaderError> {
    Ok(Opener::workers())
}

#[wasm_split(embed, fallible)]
fn embed() -> Result<Frame, SplitLoaderError> {
    Ok(Frame::embed())
}

fn load(part: Part) -> Loading<&'static Whole> {
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
