//! Turns the feature `split` into what the compiler and the linker have to know, and gives what a page and its workers say
//! to each other a number that changes with what they are made of.

use std::hash::{DefaultHasher, Hasher};
use std::{env, fs};

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rustc-env=INTERLEAVE_PROTOCOL={:016x}", protocol());
    println!("cargo::rustc-check-cfg=cfg(in_parts)");
    let for_wasm = env::var("CARGO_CFG_TARGET_ARCH").is_ok_and(|target| target == "wasm32");
    if for_wasm && env::var_os("CARGO_FEATURE_SPLIT").is_some() {
        println!("cargo::rustc-cfg=in_parts");
        // What splits the wasm has to know where everything in it is referred to.
        println!("cargo::rustc-link-arg-bins=--emit-relocs");
    }
}

/// The number: of the worker's program, and of what it shares with the page.
fn protocol() -> u64 {
    let mut files = vec!["src/world.rs".into(), "worker/Cargo.toml".into(), "worker/worker_loader.js".into()];
    files.extend(fs::read_dir("worker/src").into_iter().flatten().flatten().map(|file| file.path()));
    files.sort();
    let mut hasher = DefaultHasher::new();
    for file in files {
        println!("cargo::rerun-if-changed={}", file.display());
        hasher.write(&fs::read(file).unwrap_or_default());
    }
    hasher.finish()
}
