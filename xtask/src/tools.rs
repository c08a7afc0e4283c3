//! Tools that cargo installs: trunk, wasm-bindgen, geckodriver, cargo-fuzz and cargo-deny.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, bail};
use semver::{Version, VersionReq};
use toml::{Table, Value};

use crate::{install, pins, process, project};

/// A program together with the version it names itself.
pub(crate) struct Found {
    /// Where it is.
    pub(crate) path: PathBuf,
    /// What `--version` says; `None` when it says nothing that looks like a version.
    pub(crate) version: Option<Version>,
}

impl Found {
    /// The first program of this name on the children's `PATH`.
    pub(crate) fn look_up(name: &str) -> Option<Self> {
        let path = process::find(name)?;
        let version = process::output(process::command(name).arg("--version")).as_deref().and_then(parse_version);
        Some(Self { path, version })
    }

    /// Whether its version is one of the accepted.
    pub(crate) fn is(&self, accepted: &VersionReq) -> bool {
        self.version.as_ref().is_some_and(|version| accepted.matches(version))
    }
}

impl std::fmt::Display for Found {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.version {
            Some(version) => write!(f, "{version} ({})", self.path.display()),
            None => write!(f, "of unknown version ({})", self.path.display()),
        }
    }
}

/// A crate whose programs the commands need.
pub(crate) struct Tool {
    /// The crate's name.
    krate: &'static str,
    /// The programs it brings; the first gives its name to messages.
    programs: &'static [&'static str],
    /// What it is for, as the rest of "… is needed to".
    purpose: &'static str,
    /// The version to install.
    version: String,
    /// The versions that will do if already there.
    accepted: VersionReq,
    /// Whether to build it with the dependencies its own authors tested it with.
    locked: bool,
    /// How long the installation takes on two cores.
    minutes: u32,
}

impl Tool {
    /// Builds and serves the page.
    pub(crate) fn trunk() -> Self {
        Self {
            krate: "trunk",
            programs: &["trunk"],
            purpose: "build and serve the page",
            version: pins::TRUNK.to_owned(),
            accepted: requirement(pins::TRUNK_ACCEPTED),
            locked: true,
            minutes: 5,
        }
    }

    /// Makes a browser module of the compiled wasm, and runs wasm tests.
    ///
    /// # Errors
    /// When `Cargo.lock` does not tell the version.
    pub(crate) fn wasm_bindgen() -> Result<Self> {
        let version = locked_version("wasm-bindgen")?;
        Ok(Self {
            krate: "wasm-bindgen-cli",
            programs: &["wasm-bindgen", "wasm-bindgen-test-runner"],
            purpose: "connect the compiled wasm to the browser",
            accepted: requirement(&format!("={version}")),
            version: version.to_string(),
            locked: false,
            minutes: 3,
        })
    }

    /// Builds and runs the fuzzers.
    pub(crate) fn cargo_fuzz() -> Self {
        Self {
            krate: "cargo-fuzz",
            programs: &["cargo-fuzz"],
            purpose: "fuzz",
            version: pins::CARGO_FUZZ.to_owned(),
            accepted: requirement(pins::CARGO_FUZZ_ACCEPTED),
            locked: true,
            minutes: 1,
        }
    }

    /// Checks licences and sources.
    pub(crate) fn cargo_deny() -> Self {
        Self {
            krate: "cargo-deny",
            programs: &["cargo-deny"],
            purpose: "check what the project is built from",
            version: pins::CARGO_DENY.to_owned(),
            accepted: requirement(pins::CARGO_DENY_ACCEPTED),
            locked: true,
            minutes: 6,
        }
    }

    /// Drives Firefox.
    pub(crate) fn geckodriver() -> Self {
        Self {
            krate: "geckodriver",
            programs: &["geckodriver"],
            purpose: "drive Firefox in the tests",
            version: pins::GECKODRIVER.to_owned(),
            accepted: requirement(pins::GECKODRIVER_ACCEPTED),
            locked: true,
            minutes: 3,
        }
    }

    /// Finds the tool, or installs it: beside cargo's other programs if there is none yet, or into the project's own
    /// folder if there is one of an unsuitable version, which stays as it is.
    ///
    /// # Errors
    /// When the installation fails or does not help.
    pub(crate) fn ensure(&self) -> Result<Found> {
        let name = self.programs[0];
        let there: Vec<Found> = self.programs.iter().filter_map(|program| Found::look_up(program)).collect();
        if let Some(found) = self.suitable(there) {
            return Ok(found);
        }
        let unsuitable = self.programs.iter().find_map(|program| Found::look_up(program));
        let mut announcement = format!(
            "{name} {} is needed to {}, installing it takes about {} minutes",
            self.version, self.purpose, self.minutes
        );
        if let Some(found) = &unsuitable {
            announcement = format!("{announcement} (found {found}, which stays as it is)");
        }
        install::run(name, &announcement, &mut self.installer(unsuitable.is_some()))?;

        let there = self.programs.iter().filter_map(|program| Found::look_up(program)).collect();
        let Some(found) = self.suitable(there) else {
            bail!("{name} {} is installed, but the PATH leads to another version first", self.version);
        };
        Ok(found)
    }

    /// The first program if all are there in an accepted version.
    fn suitable(&self, there: Vec<Found>) -> Option<Found> {
        let all = there.len() == self.programs.len() && there.iter().all(|found| found.is(&self.accepted));
        there.into_iter().next().filter(|_| all)
    }

    /// The installing command.
    fn installer(&self, into_project: bool) -> Command {
        let mut command = install::cargo(self.krate, &self.version);
        if self.locked {
            command.arg("--locked");
        }
        if into_project {
            command.arg("--root").arg(project::local_tools());
        }
        command
    }
}

/// The version of a crate in the workspace's `Cargo.lock`.
fn locked_version(krate: &str) -> Result<Version> {
    let path = project::root().join("Cargo.lock");
    let text = fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
    let lock: Table = text.parse().with_context(|| format!("{} is not a lock file", path.display()))?;
    let version = lock
        .get("package")
        .and_then(Value::as_array)
        .and_then(|packages| packages.iter().find(|package| package["name"].as_str() == Some(krate)))
        .and_then(|package| package["version"].as_str())
        .with_context(|| format!("{} does not name {krate}", path.display()))?;
    Ok(version.parse()?)
}

/// A requirement written in this crate.
pub(crate) fn requirement(text: &str) -> VersionReq {
    VersionReq::parse(text).expect("the requirements in this crate are well formed")
}

/// The first thing that looks like a version: `wasm-opt version 116 (…)` is 116.0.0.
pub(crate) fn parse_version(text: &str) -> Option<Version> {
    let word = text.split_whitespace().find(|word| word.starts_with(|first: char| first.is_ascii_digit()))?;
    let mut parts = word.split(|c: char| !c.is_ascii_digit()).map(|part| part.parse().unwrap_or(0));
    let mut next = || parts.next().unwrap_or(0);
    Some(Version::new(next(), next(), next()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_found_in_what_the_tools_print() {
        let parse = |text| parse_version(text).map(|version| version.to_string());
        assert_eq!(parse("trunk 0.21.14").as_deref(), Some("0.21.14"));
        assert_eq!(parse("geckodriver 0.37.1 (a1b2c3 2026-01-02 03:04)").as_deref(), Some("0.37.1"));
        assert_eq!(parse("wasm-opt version 132 (version_132)").as_deref(), Some("132.0.0"));
        assert_eq!(parse("Python 3.11.2+").as_deref(), Some("3.11.2"));
        assert_eq!(parse("no version here"), None);
    }

    #[test]
    fn another_version_of_wasm_bindgen_is_not_accepted() {
        let tool = Tool::wasm_bindgen().expect("Cargo.lock names wasm-bindgen");
        let pinned: Version = tool.version.parse().expect("a version");
        let found = |version| Found { path: PathBuf::new(), version: Some(version) };
        let next = Version::new(pinned.major, pinned.minor, pinned.patch + 1);
        assert!(found(pinned.clone()).is(&tool.accepted));
        assert!(!found(next.clone()).is(&tool.accepted));
        assert!(tool.suitable(vec![found(pinned.clone()), found(pinned.clone())]).is_some());
        assert!(tool.suitable(vec![found(pinned.clone()), found(next)]).is_none());
        assert!(tool.suitable(vec![found(pinned)]).is_none(), "the test runner is missing");
    }

    #[test]
    fn pinned_versions_are_accepted_versions() {
        for tool in [Tool::trunk(), Tool::geckodriver(), Tool::cargo_fuzz(), Tool::cargo_deny()] {
            let pinned: Version = tool.version.parse().expect("a version");
            assert!(tool.accepted.matches(&pinned), "{}", tool.krate);
        }
    }

    #[test]
    fn an_unsuitable_tool_is_never_overwritten() {
        let shown = process::shown(&Tool::trunk().installer(true));
        assert!(shown.contains("--root") && shown.contains(".tools"), "{shown}");
        assert!(!process::shown(&Tool::trunk().installer(false)).contains("--root"));
    }
}
