//! Every test there is.

use std::path::Path;
use std::process::{Command, ExitCode};

use anyhow::{Context, Result, bail};

use crate::browsers::{self, Browser};
use crate::steps::{Counts, Report, count_tests};
use crate::tools::Tool;
use crate::{fuzz, hosts, judges, page, process, project, setup, sizes, toolchain};

/// For each fuzzed target: enough to find what a change breaks plainly. What takes longer to find has to be looked for.
const FUZZ_SECONDS: u64 = 20;

/// Runs all tests and closes with one line that counts them.
pub(crate) fn run(skip_e2e: bool, browsers: &[Browser]) -> ExitCode {
    const END_TO_END: &str = "end to end";
    const HOSTS: &str = "hosts";
    let mut report = Report::default();

    report.step("native tests", native);
    report.step("fuzz", || fuzz::all(FUZZ_SECONDS));
    report.step("tests in a browser", || in_browser(browsers));
    let built = report.step("page and its size", page_size);
    if skip_e2e {
        report.leave_out(END_TO_END, "left out with --skip-e2e");
        report.leave_out(HOSTS, "left out with --skip-e2e");
    } else if built || project::dist().join("index.html").is_file() {
        report.step(END_TO_END, || end_to_end(browsers));
        report.step(HOSTS, || hosts(browsers));
    } else {
        report.leave_out(END_TO_END, "there is no page to test");
        report.leave_out(HOSTS, "there is no page to publish");
    }

    report.print();
    let Counts { passed, failed } = report.total();
    println!("\n{passed} passed, {failed} failed");
    report.exit_code()
}

/// The tests that need no browser, with the examples in the documentation.
fn native() -> Result<Counts> {
    setup::ensure_python()?;
    count_tests(process::command("cargo").args([
        "test",
        "--no-fail-fast",
        "--workspace",
        "--exclude",
        "interleave-e2e",
    ]))
}

/// The tests that run as wasm in a headless browser.
fn in_browser(browsers: &[Browser]) -> Result<Counts> {
    let drivable = |browser: &Browser| Some((*browser, browser.driver_variable()?));
    let Some((browser, driver_variable)) = browsers.iter().find_map(drivable) else {
        bail!("the tests in a browser need chromium or firefox among --browsers");
    };
    toolchain::ensure_wasm_target()?;
    Tool::wasm_bindgen()?.ensure()?;
    browsers::ensure(&[browser])?;
    let runner = process::find("wasm-bindgen-test-runner").context("wasm-bindgen-test-runner is gone")?;

    let mut command = process::command("cargo");
    // A driver that is asked for elsewhere must not win over the browser that is asked for here.
    for variable in ["CHROMEDRIVER", "GECKODRIVER", "SAFARIDRIVER", "MSEDGEDRIVER"] {
        command.env_remove(variable).env_remove(format!("{variable}_REMOTE"));
    }
    count_tests(
        command
            .args(["test", "--package", "interleave", "--target", toolchain::WASM, "--test", "web"])
            .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER", runner)
            .env(driver_variable, browser.driver()?)
            .env("WASM_BINDGEN_TEST_TIMEOUT", "120")
            .env("WASM_BINDGEN_TEST_DRIVER_TIMEOUT", "60"),
    )
}

/// Builds the page as it is published, and compares its size with the budget: one check.
fn page_size() -> Result<Counts> {
    // An earlier page must not pass for this one.
    let dist = project::dist();
    if dist.exists() {
        std::fs::remove_dir_all(&dist).with_context(|| format!("cannot remove {}", dist.display()))?;
    }
    page::build(None)?;
    println!("{}", sizes::check_budget(&dist)?);
    Ok(Counts::PASSED)
}

/// The tests that use the built page as a person would, in every browser.
fn end_to_end(browsers: &[Browser]) -> Result<Counts> {
    browsers::ensure(browsers)?;
    let axe = judges::ensure_axe()?;
    let mut command = end_to_end_command(browsers, &project::dist());
    count_tests(command.args(["--lib", "--test", "page"]).env(judges::AXE, axe))
}

/// The tests of the built page on hosts, and of example sites that show it.
fn hosts(browsers: &[Browser]) -> Result<Counts> {
    browsers::ensure(browsers)?;
    // What is still missing fails the tests that need it, and no others.
    for (_, outcome) in hosts::ensure() {
        if let Err(error) = outcome {
            eprintln!("error: {error:#}");
        }
    }
    let mut command = end_to_end_command(browsers, &project::dist());
    command.args(["--test", "hosts"]).env("PATH", hosts::search_path()?).env(hosts::MODULES, hosts::modules());
    count_tests(&mut command)
}

/// The end-to-end tests' command, which finds browsers and drivers on its `PATH`.
fn end_to_end_command(browsers: &[Browser], dist: &Path) -> Command {
    let names: Vec<&str> = browsers.iter().map(|browser| browser.name()).collect();
    let mut command = process::command("cargo");
    command
        .args(["test", "--no-fail-fast", "--package", "interleave-e2e"])
        .env("INTERLEAVE_DIST", dist)
        .env("E2E_BROWSERS", names.join(","));
    command
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_to_end_tests_are_told_the_browsers_and_the_page() {
        let command = end_to_end_command(&[Browser::Firefox, Browser::Chromium], Path::new("/page"));
        let told = |name: &str| {
            command.get_envs().find(|(key, _)| *key == name).and_then(|(_, value)| value?.to_str().map(str::to_owned))
        };
        assert_eq!(told("E2E_BROWSERS").as_deref(), Some("firefox,chromium"));
        assert_eq!(told("INTERLEAVE_DIST").as_deref(), Some("/page"));
    }
}
