//! Programs that come from the system's package manager: browsers, their drivers, a screen for them, Python, what builds
//! and serves the example sites.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::{install, process};

/// A program that only the system can provide.
pub(crate) struct Program {
    /// What a person calls it.
    pub(crate) what: &'static str,
    /// The names and places it is known to go by.
    names: &'static [&'static str],
    /// The Debian package that brings it.
    package: &'static str,
}

/// A browser.
pub(crate) static CHROMIUM: Program = Program {
    what: "Chromium or Chrome",
    names: &[
        "chromium",
        "chromium-browser",
        "google-chrome",
        "google-chrome-stable",
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
        "/Applications/Chromium.app/Contents/MacOS/Chromium",
        r"C:\Program Files\Google\Chrome\Application\chrome.exe",
    ],
    package: "chromium",
};

/// Chromium's driver.
pub(crate) static CHROMEDRIVER: Program =
    Program { what: "chromedriver (of the browser's version)", names: &["chromedriver"], package: "chromium-driver" };

/// A browser.
pub(crate) static FIREFOX: Program = Program {
    what: "Firefox",
    names: &[
        "firefox",
        "firefox-esr",
        "/Applications/Firefox.app/Contents/MacOS/firefox",
        r"C:\Program Files\Mozilla Firefox\firefox.exe",
    ],
    package: "firefox-esr",
};

/// `WebKit`'s driver, which brings its browser along.
pub(crate) static WEBKIT_DRIVER: Program = Program {
    what: "WebKitWebDriver (a part of WebKitGTK)",
    names: &["WebKitWebDriver"],
    package: "webkit2gtk-driver",
};

/// A screen for a browser that has no headless mode.
pub(crate) static XVFB: Program = Program { what: "Xvfb", names: &["Xvfb"], package: "xvfb" };

/// The arbiter of what asyncio does.
pub(crate) static PYTHON: Program = Program { what: "Python 3.11 or newer", names: &["python3"], package: "python3" };

/// Builds an example site.
pub(crate) static HUGO: Program = Program { what: "Hugo 0.110 or newer", names: &["hugo"], package: "hugo" };

/// Builds an example site.
pub(crate) static JEKYLL: Program = Program { what: "Jekyll 4", names: &["jekyll"], package: "jekyll" };

/// Serves the page as a host would; Debian has it where only root's `PATH` leads.
pub(crate) static NGINX: Program = Program { what: "nginx", names: &["nginx", "/usr/sbin/nginx"], package: "nginx" };

/// Compiles the fuzzer's engine.
pub(crate) static CXX: Program = Program { what: "a C++ compiler", names: &["c++", "g++", "clang++"], package: "g++" };

impl Program {
    /// Where it is.
    pub(crate) fn find(&self) -> Option<PathBuf> {
        self.names.iter().find_map(process::find)
    }
}

/// Makes sure that all these programs are there, installing what is missing if the system's packages are Debian's.
///
/// # Errors
/// When something is missing and cannot be installed; the message says what to install by hand.
pub(crate) fn ensure(wanted: &[&Program]) -> Result<()> {
    let missing = missing(wanted);
    if missing.is_empty() {
        return Ok(());
    }
    let what = list(missing.iter().map(|program| program.what));
    let Some(apt_get) = apt_get() else {
        bail!("please install {what}{}", by_hand(&missing));
    };
    install::run(
        "package-list",
        &format!("{what} not found, reading the system's package list first"),
        apt_get().arg("update"),
    )?;
    let packages: Vec<&str> =
        missing.iter().map(|program| program.package).filter(|name| has_candidate(name)).collect();
    if !packages.is_empty() {
        install::run(
            "packages",
            &format!("installing system packages for {what}, which takes about a minute"),
            apt_get().args(["install", "--yes", "--no-install-recommends"]).args(&packages),
        )?;
    }
    let missing = self::missing(wanted);
    if !missing.is_empty() {
        let what = list(missing.iter().map(|program| program.what));
        bail!("the system's packages have no {what}; please install it from its maker and put it on the PATH");
    }
    Ok(())
}

/// Unpacks Debian packages into a folder without installing them, which also needs no rights: a server that is
/// installed would begin to serve.
///
/// # Errors
/// When the system's packages are not Debian's, or do not have these.
pub(crate) fn unpack(program: &Program, packages: &[&str], folder: &Path) -> Result<()> {
    let what = program.what;
    if process::find("apt-get").is_none() || process::find("dpkg-deb").is_none() {
        bail!("please install {what}{}", by_hand(&[program]));
    }
    if let Some(apt_get) = apt_get() {
        let announcement = format!("{what} not found, reading the system's package list first");
        install::run("package-list", &announcement, apt_get().arg("update"))?;
    }
    fs::create_dir_all(folder).with_context(|| format!("cannot create {}", folder.display()))?;
    let announcement = format!("unpacking {what} for the tests, without installing it");
    let mut download = process::command("apt-get");
    install::run(what, &announcement, download.arg("download").args(packages).current_dir(folder))?;
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "deb") {
            process::run(process::command("dpkg-deb").arg("--extract").arg(&path).arg(folder))?;
            fs::remove_file(&path)?;
        }
    }
    Ok(())
}

/// Those that are not there.
fn missing<'a>(wanted: &[&'a Program]) -> Vec<&'a Program> {
    wanted.iter().copied().filter(|program| program.find().is_none()).collect()
}

/// The way to call `apt-get` with the rights to install; `None` when it is not there or would ask for a password.
fn apt_get() -> Option<impl Fn() -> Command> {
    process::find("apt-get")?;
    let is_root = process::output(process::command("id").arg("-u")).is_some_and(|id| id.trim() == "0");
    if !is_root {
        process::output(process::command("sudo").args(["-n", "true"]))?;
    }
    Some(move || {
        let mut command = if is_root { process::command("env") } else { process::command("sudo") };
        if !is_root {
            command.args(["-n", "env"]);
        }
        command.args(["DEBIAN_FRONTEND=noninteractive", "apt-get"]);
        command
    })
}

/// Whether this system has such a package: Ubuntu, for one, ships its browsers in another way.
fn has_candidate(package: &str) -> bool {
    process::output(process::command("apt-cache").args(["policy", package])).is_some_and(|text| names_candidate(&text))
}

/// Whether `apt-cache policy` tells of a version to install.
fn names_candidate(policy: &str) -> bool {
    policy.lines().any(|line| line.trim().strip_prefix("Candidate:").is_some_and(|version| version.trim() != "(none)"))
}

/// The command with which a person would install these programs, where it is known.
fn by_hand(missing: &[&Program]) -> String {
    if process::find("apt-get").is_some() {
        let packages: Vec<&str> = missing.iter().map(|program| program.package).collect();
        return format!(": `sudo apt-get install --no-install-recommends {}`", packages.join(" "));
    }
    let known = [
        ("brew", "brew install --cask chromium chromedriver firefox"),
        ("dnf", "sudo dnf install chromium chromedriver firefox xorg-x11-server-Xvfb"),
        ("pacman", "sudo pacman -S chromium firefox webkitgtk-6.0 xorg-server-xvfb"),
    ];
    known
        .into_iter()
        .find(|(manager, _)| process::find(manager).is_some())
        .map_or_else(String::new, |(_, command)| format!("; a start is `{command}`"))
}

/// `a`, `a and b`, `a, b and c`.
fn list<'a>(items: impl Iterator<Item = &'a str>) -> String {
    let items: Vec<&str> = items.collect();
    match items.as_slice() {
        [rest @ .., last] if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
        _ => items.concat(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_package_without_candidate_is_not_installed() {
        assert!(names_candidate("chromium:\n  Installed: (none)\n  Candidate: 140.0\n"));
        assert!(!names_candidate("chromium:\n  Installed: (none)\n  Candidate: (none)\n"));
        assert!(!names_candidate(""));
    }

    #[test]
    fn a_list_reads_as_a_sentence() {
        assert_eq!(list(["a"].into_iter()), "a");
        assert_eq!(list(["a", "b"].into_iter()), "a and b");
        assert_eq!(list(["a", "b", "c"].into_iter()), "a, b and c");
    }

    #[test]
    fn a_missing_program_is_found_missing() {
        static NOWHERE: Program = Program { what: "nothing", names: &["there-is-no-such-program"], package: "nothing" };
        static SOMEWHERE: Program = Program { what: "cargo", names: &["no-such-cargo", "cargo"], package: "cargo" };
        let missing = missing(&[&NOWHERE, &SOMEWHERE]);
        assert_eq!(missing.iter().map(|program| program.what).collect::<Vec<_>>(), ["nothing"]);
    }
}
