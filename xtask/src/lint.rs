//! Formatting, clippy and rustdoc, natively and for wasm; every warning is an error here.

use std::process::{Command, ExitCode};

use crate::steps::{Report, one_check};
use crate::{process, toolchain};

/// Runs all checks.
pub(crate) fn run() -> ExitCode {
    let mut report = Report::default();
    report.step("format", || {
        toolchain::ensure_lint_components()?;
        one_check(cargo().args(["fmt", "--all", "--check"]))
    });
    report.step("clippy, native", || {
        one_check(cargo().args(["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"]))
    });
    report.step("clippy, wasm", || {
        toolchain::ensure_wasm_target()?;
        let targets = ["--lib", "--bins", "--test", "web"];
        one_check(
            cargo()
                .args(["clippy", "--package", "interleave", "--package", "interleave-worker"])
                .args(["--target", toolchain::WASM])
                .args(targets)
                .args(["--", "-D", "warnings"]),
        )
    });
    report.step("clippy, wasm in parts", || {
        one_check(
            cargo()
                .args(["clippy", "--package", "interleave", "--target", toolchain::WASM, "--features", "split"])
                .args(["--lib", "--bins", "--", "-D", "warnings"]),
        )
    });
    report.step("rustdoc, native", || one_check(rustdoc().arg("--workspace")));
    report.step("rustdoc, wasm", || {
        toolchain::ensure_wasm_target()?;
        one_check(rustdoc().args(["--package", "interleave", "--target", toolchain::WASM]))
    });
    report.print();
    report.exit_code()
}

/// Cargo.
fn cargo() -> Command {
    process::command("cargo")
}

/// The documentation of this workspace's own crates, private items included: they are documented too.
fn rustdoc() -> Command {
    let mut command = cargo();
    command.args(["doc", "--no-deps", "--document-private-items"]).env("RUSTDOCFLAGS", "-D warnings");
    command
}
