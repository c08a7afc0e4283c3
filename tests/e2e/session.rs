//! One open browser window: go somewhere, wait for something.

use std::{
    ops::Deref,
    time::{Duration, Instant},
};

use serde_json::Value;
use thirtyfour::{WebDriver, error::WebDriverErrorInner};

use crate::{Browser, Error, Result, process::Process, scratch::Scratch};

/// How long a page may take to do what it is asked, on a busy machine, unless [`Session::set_patience`] says otherwise.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// Answers once nothing has changed in the document, and nothing been loaded, for `arguments[0]` milliseconds, or after
/// `arguments[1]` in any case.
const SETTLE: &str = r"
const [quiet, most, done] = arguments;
const began = performance.now();
let changed = began, loaded = -1;
const observer = new MutationObserver(() => { changed = performance.now(); });
observer.observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
const look = () => {
    const now = performance.now();
    const count = performance.getEntriesByType('resource').length;
    if (count !== loaded || document.readyState !== 'complete') { loaded = count; changed = now; }
    if (now - changed < quiet && now - began < most) { setTimeout(look, 20); return; }
    observer.disconnect();
    (document.fonts ? document.fonts.ready : Promise.resolve()).then(() => done(now - began));
};
look();
";

/// An open browser with one window and a fresh profile.
///
/// It stands for the [`WebDriver`] that it holds. Dropping it, in a panic too, kills the driver, the browser and all
/// their helpers, and removes the profile; [`Session::close`] does so politely.
#[derive(Debug)]
pub struct Session {
    driver: WebDriver,
    // Dropped in this order: what writes into the scratch folder has to go before it.
    #[expect(dead_code, reason = "held for what dropping it does")]
    processes: Vec<Process>,
    #[expect(dead_code, reason = "held for what dropping it does")]
    scratch: Scratch,
    browser: Browser,
    patience: Duration,
}

impl Deref for Session {
    type Target = WebDriver;

    fn deref(&self) -> &WebDriver {
        &self.driver
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        // The processes are about to be killed, and a polite request to one that is gone would wait for an answer.
        self.driver.clone().leak().ok();
    }
}

impl Session {
    /// Opens `browser`.
    ///
    /// # Errors
    /// [`Error::Missing`], [`Error::NotStarted`] or [`Error::NoSession`], each saying what to install or look at.
    pub async fn open(browser: Browser) -> Result<Self> {
        let scratch = Scratch::new()?;
        let started = browser.start_driver(scratch.path()).await?;
        let connected = WebDriver::new(&started.url, started.capabilities).await;
        let driver = connected.map_err(|source| Error::NoSession {
            browser: browser.name(),
            hint: browser.hint(),
            source: Box::new(source),
            log: started.processes.first().map(Process::last_words).unwrap_or_default(),
        })?;
        let session = Self { driver, processes: started.processes, scratch, browser, patience: PATIENCE };
        session.set_script_timeout(PATIENCE).await?;
        Ok(session)
    }

    /// Which browser this is.
    #[must_use]
    pub fn browser(&self) -> Browser {
        self.browser
    }

    /// How long the waits for an element last.
    #[must_use]
    pub fn patience(&self) -> Duration {
        self.patience
    }

    /// Changes how long the waits for an element last.
    pub fn set_patience(&mut self, patience: Duration) {
        self.patience = patience;
    }

    /// Closes the window, then everything else.
    ///
    /// # Errors
    /// When the driver reports that the browser did not close; it is killed all the same.
    pub async fn close(self) -> Result<()> {
        Ok(self.driver.clone().quit().await?)
    }

    /// Makes the page's own area `width_px` by `height_px`, whatever the window's frame adds to it.
    ///
    /// # Errors
    /// [`Error::Viewport`] when the browser does not go as small: for a phone's width see
    /// [`Session::emulate_screen`](Session::emulate_screen).
    pub async fn set_viewport(&self, width_px: u32, height_px: u32) -> Result<()> {
        let asked = (width_px, height_px);
        let mut window = asked;
        let mut given = (0, 0);
        for _ in 0..3 {
            self.driver.set_window_rect(0, 0, window.0, window.1).await?;
            let began = Instant::now();
            // A window is resized some time after the driver has answered.
            while given != asked && began.elapsed() < Duration::from_millis(500) {
                tokio::time::sleep(Duration::from_millis(20)).await;
                given = self.viewport().await?;
            }
            if given == asked {
                return Ok(());
            }
            let corrected = |window: u32, asked: u32, given: u32| (window + asked).saturating_sub(given).max(1);
            window = (corrected(window.0, asked.0, given.0), corrected(window.1, asked.1, given.1));
        }
        Err(Error::Viewport { asked, given })
    }

    /// The width and height of the page's own area, in CSS pixels.
    ///
    /// # Errors
    /// When the driver does not answer.
    pub async fn viewport(&self) -> Result<(u32, u32)> {
        let size = self.driver.execute("return [innerWidth, innerHeight]", vec![]).await?;
        Ok(size.convert()?)
    }

    /// Goes to `url` and waits until the document and its fonts have come to rest.
    ///
    /// # Errors
    /// When the address cannot be reached.
    pub async fn visit(&self, url: &str) -> Result<()> {
        self.driver.goto(url).await?;
        self.settle(Duration::from_millis(200), Duration::from_secs(3)).await
    }

    /// Waits until nothing has changed in the document for `quiet`, but no longer than `most`.
    ///
    /// # Errors
    /// When the driver does not answer.
    pub async fn settle(&self, quiet: Duration, most: Duration) -> Result<()> {
        let millis = |duration: Duration| Value::from(duration.as_millis() as u64);
        self.driver.execute_async(SETTLE, vec![millis(quiet), millis(most)]).await?;
        Ok(())
    }

    /// Evaluates a JavaScript expression in the page.
    ///
    /// # Errors
    /// When it throws.
    pub async fn eval(&self, expression: &str) -> Result<Value> {
        Ok(self.driver.execute(format!("return ({expression});"), vec![]).await?.json().clone())
    }

    /// Evaluates a JavaScript expression until it is truthy, and returns that value, or `true` for an element, which might be
    /// replaced on its way here. `what` names it in the error.
    ///
    /// # Errors
    /// [`Error::TimedOut`] after `within`; whatever the expression throws.
    pub async fn wait_until(&self, what: &str, expression: &str, within: Duration) -> Result<Value> {
        let began = Instant::now();
        let script = format!("const it = ({expression}); return it instanceof Node || (it ? it : null);");
        loop {
            match self.driver.execute(script.as_str(), vec![]).await {
                Ok(answer) if answer.json().is_null() => {}
                Ok(answer) => return Ok(answer.json().clone()),
                // The document was replaced under the question, as by a reload: the next one has to be asked.
                Err(error) if matches!(*error, WebDriverErrorInner::NoSuchFrame(_)) => {}
                Err(error) => return Err(error.into()),
            }
            if began.elapsed() > within {
                return Err(Error::TimedOut { what: what.to_owned(), within });
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// The addresses of everything that the current document has loaded or tried to load, the document itself first.
    ///
    /// This is the browser's own list, so that requests to other hosts, which never reach our server, are in it too.
    ///
    /// # Errors
    /// When the driver does not answer.
    pub async fn loaded_urls(&self) -> Result<Vec<String>> {
        let script = "return [location.href, ...performance.getEntriesByType('resource').map((it) => it.name)]";
        Ok(self.driver.execute(script, vec![]).await?.convert()?)
    }
}
