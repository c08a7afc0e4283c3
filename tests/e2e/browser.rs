//! The three engines: how each one's driver starts, and what it needs to be installed.

use std::{
    env,
    ffi::OsStr,
    fmt,
    net::{Ipv4Addr, TcpStream},
    path::{Path, PathBuf},
};

use serde_json::{Value, json};
use thirtyfour::Capabilities;

use crate::{
    Error, Result,
    process::{Process, find_program, free_port},
};

/// A browser engine, in a browser that can be driven without a screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Browser {
    /// Chromium or Chrome, over chromedriver.
    Chromium,
    /// Firefox, over geckodriver.
    Firefox,
    /// `WebKitGTK`'s `MiniBrowser`, the engine of Safari, over `WebKitWebDriver` on a virtual screen.
    WebKit,
}

impl Browser {
    /// Every engine that the page is promised to work in.
    pub const ALL: [Self; 3] = [Self::Chromium, Self::Firefox, Self::WebKit];

    /// The engines to test in: those that `E2E_BROWSERS` lists, separated by commas, or else all of them.
    ///
    /// # Errors
    /// [`Error::UnknownBrowser`] for a name that is none of `chromium`, `firefox`, `webkit`.
    pub fn wanted() -> Result<Vec<Self>> {
        match env::var("E2E_BROWSERS") {
            Ok(list) if !list.trim().is_empty() => list.split(',').map(Self::named).collect(),
            _ => Ok(Self::ALL.to_vec()),
        }
    }

    fn named(name: &str) -> Result<Self> {
        let name = name.trim();
        let known = Self::ALL.into_iter().find(|it| it.name().eq_ignore_ascii_case(name));
        known.ok_or_else(|| Error::UnknownBrowser(name.to_owned()))
    }

    /// The name in `E2E_BROWSERS` and in messages.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Chromium => "chromium",
            Self::Firefox => "firefox",
            Self::WebKit => "webkit",
        }
    }

    /// What to say when the driver runs but finds no browser to drive.
    pub(crate) fn hint(self) -> &'static str {
        match self {
            Self::Chromium => "is Chromium or Chrome installed, of the same major version as chromedriver?",
            Self::Firefox => "is Firefox installed (Debian: firefox-esr), and geckodriver new enough for it?",
            Self::WebKit => "is WebKitGTK's MiniBrowser installed, of the same version as WebKitWebDriver?",
        }
    }

    /// Starts the driver; its files go into `scratch`, which should be empty.
    ///
    /// # Errors
    /// [`Error::Missing`] when something is not installed; [`Error::NotStarted`] when it does not come up.
    pub(crate) async fn start_driver(self, scratch: &Path) -> Result<Driver> {
        let program = self.require(match self {
            Self::Chromium => ("chromedriver", "chromium-driver"),
            Self::Firefox => ("geckodriver", "firefox-esr, then `cargo install geckodriver`"),
            Self::WebKit => ("WebKitWebDriver", "webkit2gtk-driver"),
        })?;
        // Profiles, caches and sockets all land in the scratch folder, so nothing is left behind and nothing leaks in.
        let mut env = vec![("HOME", scratch.as_os_str()), ("TMPDIR", scratch.as_os_str())];
        let mut processes = Vec::new();
        let port = free_port()?;
        let (args, capabilities);
        let display;
        match self {
            Self::Chromium => {
                args = vec![format!("--port={port}")];
                capabilities = chromium_capabilities(scratch);
            }
            Self::Firefox => {
                args = vec!["--host=127.0.0.1".to_owned(), format!("--port={port}")];
                capabilities = firefox_capabilities();
            }
            Self::WebKit => {
                let (screen, number) = self.start_screen(scratch).await?;
                processes.push(screen);
                display = format!(":{number}");
                env.push(("DISPLAY", OsStr::new(&display)));
                env.push(("GDK_BACKEND", OsStr::new("x11")));
                // The sandbox needs user namespaces, which containers seldom grant; the pages here are our own.
                env.push(("WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS", OsStr::new("1")));
                args = vec!["--host=127.0.0.1".to_owned(), format!("--port={port}")];
                capabilities = webkit_capabilities(&self.mini_browser()?);
            }
        }
        let mut process = Process::start(&program, &args, &env, scratch.join("driver.log"))?;
        let listening = || TcpStream::connect((Ipv4Addr::LOCALHOST, port)).ok();
        process.until("its port opened", |_| listening()).await?;
        // The driver goes before the screen that it draws on.
        processes.insert(0, process);
        Ok(Driver { url: format!("http://127.0.0.1:{port}"), capabilities, processes })
    }

    /// Starts a virtual screen and tells its number.
    async fn start_screen(self, scratch: &Path) -> Result<(Process, u32)> {
        let program = self.require(("Xvfb", "xvfb"))?;
        let args = ["-displayfd", "1", "-screen", "0", "1920x1400x24", "-nolisten", "tcp"].map(str::to_owned);
        let mut screen = Process::start(&program, &args, &[], scratch.join("screen.log"))?;
        let number = |printed: &str| printed.lines().find_map(|line| line.trim().parse().ok());
        let number = screen.until("it told its number", number).await?;
        Ok((screen, number))
    }

    /// Finds a program, or says which Debian package has it.
    fn require(self, (program, package): (&str, &str)) -> Result<PathBuf> {
        find_program(program).ok_or_else(|| self.missing(program, package))
    }

    /// `MiniBrowser` is no program for people, so it lies beside the library rather than in `PATH`.
    fn mini_browser(self) -> Result<PathBuf> {
        let entries = |dir: &Path| -> Vec<PathBuf> {
            let found = std::fs::read_dir(dir).into_iter().flatten().flatten();
            found.map(|entry| entry.path()).collect()
        };
        let mut roots = vec![PathBuf::from("/usr/libexec"), PathBuf::from("/usr/lib64")];
        roots.extend(entries(Path::new("/usr/lib")));
        let mut found: Vec<PathBuf> = roots
            .iter()
            .flat_map(|root| entries(root))
            .filter(|dir| dir.file_name().is_some_and(|name| name.to_string_lossy().starts_with("webkit")))
            .map(|dir| dir.join("MiniBrowser"))
            .filter(|program| program.is_file())
            .collect();
        // Several interface versions may be installed side by side: 4.1 is the one that the driver's package matches.
        found.sort_by_key(|path| (path.to_string_lossy().contains("-4.1"), path.clone()));
        found.pop().ok_or_else(|| self.missing("MiniBrowser", "libwebkit2gtk-4.1-0"))
    }

    fn missing(self, program: &str, package: &str) -> Error {
        let name = self.name();
        let hint = format!(
            "{name} is tested with it. Install it (Debian: {package}), or list the browsers to test without {name} in \
             E2E_BROWSERS"
        );
        Error::Missing { program: program.to_owned(), hint }
    }
}

impl fmt::Display for Browser {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A driver that listens, and what to ask of it.
#[derive(Debug)]
pub(crate) struct Driver {
    pub(crate) url: String,
    pub(crate) capabilities: Capabilities,
    /// The driver first, then what it depends on.
    pub(crate) processes: Vec<Process>,
}

fn chromium_capabilities(scratch: &Path) -> Capabilities {
    let profile = format!("--user-data-dir={}", scratch.join("profile").display());
    capabilities(json!({
        "browserName": "chrome",
        "goog:loggingPrefs": { "browser": "ALL" },
        "goog:chromeOptions": { "args": [
            "--headless",
            // As root, as in most containers, Chromium refuses to start with its sandbox; the pages here are our own.
            "--no-sandbox",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            // No request but the page's own.
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            profile,
        ]},
    }))
}

fn firefox_capabilities() -> Capabilities {
    capabilities(json!({
        "browserName": "firefox",
        "moz:firefoxOptions": { "args": ["-headless"] },
    }))
}

fn webkit_capabilities(mini_browser: &Path) -> Capabilities {
    capabilities(json!({
        "browserName": "MiniBrowser",
        "webkitgtk:browserOptions": { "binary": mini_browser, "args": ["--automation"] },
    }))
}

fn capabilities(wanted: Value) -> Capabilities {
    match wanted {
        Value::Object(map) => map.into(),
        other => unreachable!("capabilities are an object, not {other}"),
    }
}
