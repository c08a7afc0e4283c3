//! Measuring the executor, in a browser and natively, and the page.

use std::path::PathBuf;
use std::process::Stdio;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::browsers::{self, Browser};
use crate::tools::Tool;
use crate::{conformance, judges, page, process, project, setup, toolchain};

/// Measures in headless Chromium, then natively beside `python3`, then what the page loads beside Pyodide and what it costs a
/// run to be drawn; then asks Lighthouse what it says of the page.
///
/// # Errors
/// When a tool is missing or a measurement fails.
pub(crate) fn run() -> Result<()> {
    toolchain::ensure_wasm_target()?;
    Tool::wasm_bindgen()?.ensure()?;
    setup::ensure_python()?;
    browsers::ensure(&[Browser::Chromium])?;

    let page = project::root().join("target").join("bench-page");
    process::run(
        process::command("wasm-bindgen")
            .args(["--target", "web", "--out-name", "bench", "--out-dir"])
            .arg(&page)
            .arg(build_wasm()?),
    )?;
    // One that is over its limit must not hide what the other says.
    let browser = process::run(
        process::command("cargo")
            .args(["run", "--release", "--package", "interleave-e2e", "--bin", "bench"])
            .env("INTERLEAVE_BENCH_PAGE", page),
    );
    let native = process::run(process::command("cargo").args(["bench", "--bench", "native"]));
    browser.and(native).and_then(|()| {
        let first = first_result();
        first.and(live_drawing()).and(judges::lighthouse())
    })
}

/// Measures what is loaded until the first result, beside Pyodide.
fn first_result() -> Result<()> {
    let modules = conformance::ensure_pyodide()?;
    page::build(None)?;
    let mut compare = process::command("cargo");
    compare.args(["run", "--release", "--package", "interleave-e2e", "--bin", "first-result", "--"]);
    process::run(compare.arg(project::dist()).arg(modules.join("pyodide")))
}

/// Measures what it costs a run to be drawn, on the page that is built.
fn live_drawing() -> Result<()> {
    let mut measure = process::command("cargo");
    measure.args(["run", "--release", "--package", "interleave-e2e", "--bin", "live-drawing", "--"]);
    process::run(measure.arg(project::dist()))
}

/// Compiles the browser's half and returns the wasm file.
fn build_wasm() -> Result<PathBuf> {
    let mut cargo = process::command("cargo");
    cargo.args(["build", "--release", "--target", toolchain::WASM, "--bench", "browser", "--message-format=json"]);
    let output = cargo.stderr(Stdio::inherit()).output().context("cannot start cargo")?;
    if !output.status.success() {
        bail!("`{}` failed ({})", process::shown(&cargo), output.status);
    }
    wasm_file(&String::from_utf8_lossy(&output.stdout), "browser").context("cargo built no wasm file")
}

/// The wasm file among cargo's messages that was made of this target.
fn wasm_file(messages: &str, target: &str) -> Option<PathBuf> {
    messages
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok())
        .filter(|message| message["reason"] == "compiler-artifact" && message["target"]["name"] == target)
        .flat_map(|message| message["filenames"].as_array().cloned().unwrap_or_default())
        .filter_map(|file| file.as_str().map(PathBuf::from))
        .find(|file| file.extension().is_some_and(|extension| extension == "wasm"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wasm_file_is_found_among_cargos_messages() {
        let messages = concat!(
            r#"{"reason":"compiler-artifact","target":{"name":"other"},"filenames":["/t/other.wasm"]}"#,
            "\n",
            r#"{"reason":"compiler-artifact","target":{"name":"browser"},"filenames":["/t/a.js","/t/browser-1.wasm"]}"#,
            "\n",
            r#"{"reason":"build-finished","success":true}"#,
        );
        assert_eq!(wasm_file(messages, "browser"), Some(PathBuf::from("/t/browser-1.wasm")));
        assert_eq!(wasm_file(messages, "native"), None);
    }
}
