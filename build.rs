//! Turns the feature `split` into what the compiler and the linker have to know. Natively it does nothing.

use std::env;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rustc-check-cfg=cfg(in_parts)");
    let for_wasm = env::var("CARGO_CFG_TARGET_ARCH").is_ok_and(|target| target == "wasm32");
    if for_wasm && env::var_os("CARGO_FEATURE_SPLIT").is_some() {
        println!("cargo::rustc-cfg=in_parts");
        // What splits the wasm has to know where everything in it is referred to.
        println!("cargo::rustc-link-arg-bins=--emit-relocs");
    }
}
