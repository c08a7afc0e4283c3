//! The versions of all tools this project is built and tested with.
//!
//! `wasm-bindgen`'s tools are not here: they follow the version in `Cargo.lock`, since they refuse any other.

/// Builds and serves the page.
pub(crate) const TRUNK: &str = "0.21.14";
/// The trunk versions that do as well as the pinned one.
pub(crate) const TRUNK_ACCEPTED: &str = "^0.21.14";

/// Drives Firefox in the tests.
pub(crate) const GECKODRIVER: &str = "0.37.1";
/// The geckodriver versions that do as well as the pinned one.
pub(crate) const GECKODRIVER_ACCEPTED: &str = ">=0.35";

/// Builds and runs the fuzzers.
pub(crate) const CARGO_FUZZ: &str = "0.13.2";
/// The cargo-fuzz versions that do as well as the pinned one.
pub(crate) const CARGO_FUZZ_ACCEPTED: &str = "^0.13.2";

/// Checks what the project is built from.
pub(crate) const CARGO_DENY: &str = "0.20.2";
/// The cargo-deny versions that do as well as the pinned one.
pub(crate) const CARGO_DENY_ACCEPTED: &str = "^0.20.2";

/// Shrinks the wasm file: the npm package, which installs in seconds.
pub(crate) const BINARYEN_NPM: &str = "132.0.0";
/// Shrinks the wasm file: the crate, which compiles for minutes, where there is no npm.
pub(crate) const WASM_OPT_CRATE: &str = "0.116.1";
/// The first `wasm-opt` that knows what today's compiler puts into a wasm file.
pub(crate) const WASM_OPT_ACCEPTED: &str = ">=116";

/// The first Python whose asyncio has `TaskGroup` and `timeout`.
pub(crate) const PYTHON_ACCEPTED: &str = ">=3.11";

/// The first Node that Astro accepts, which builds one of the example sites.
pub(crate) const NODE_ACCEPTED: &str = ">=20.3";
