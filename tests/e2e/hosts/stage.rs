//! What lasts from one test to the next: the open browser, the built sites, the page on a host of ours.

use std::{
    collections::HashMap,
    env,
    fmt::Write,
    mem::take,
    panic::{self, AssertUnwindSafe, catch_unwind},
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError},
};

use interleave_e2e::{
    Browser, Result, Session, Site,
    chromium::{Screen, Theme},
};
use libtest_mimic::Failed;
use serde_json::json;
use tokio::runtime::Runtime;

use crate::{
    engine::{Built, Engine},
    post::{self, Check, Post},
    published::{self, Host},
};

/// What comes of a test.
pub(crate) type Outcome = std::result::Result<(), Failed>;

/// What the last failed assertion said, and where.
static LAST_PANIC: Mutex<String> = Mutex::new(String::new());

/// Everything that is kept between tests. A browser is kept until a test in it fails.
#[derive(Default)]
pub(crate) struct Stage {
    open: OnceLock<Open>,
}

struct Open {
    runtime: Runtime,
    /// The published page, as embedding sites see it: on another host than they are.
    host: Site,
    session: Mutex<Option<Session>>,
    built: Mutex<HashMap<Engine, Arc<Built>>>,
}

/// Where the built page lies: `INTERLEAVE_DIST`, or else `dist` in the workspace.
pub(crate) fn dist() -> PathBuf {
    env::var_os("INTERLEAVE_DIST")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../dist"), PathBuf::from)
}

/// Waits for something in a test that has no browser.
pub(crate) fn block_on<T>(waiting: impl Future<Output = T>) -> T {
    Runtime::new().expect("a runtime").block_on(waiting)
}

impl Stage {
    fn open(&self) -> std::result::Result<&Open, Failed> {
        if self.open.get().is_none() {
            let opened = Open::new()?;
            self.open.get_or_init(|| opened);
        }
        Ok(self.open.wait())
    }

    /// Checks something that needs neither browser nor host.
    pub(crate) fn check_files(&self, check: fn()) -> Outcome {
        self.open()?;
        caught(|| {
            check();
            Ok(())
        })
    }

    /// Looks at a post's HTML, before any script has seen it.
    pub(crate) fn check_html(&self, engine: Engine) -> Outcome {
        let open = self.open()?;
        let built = open.built(engine)?;
        let address = open.address();
        caught(|| {
            post::the_fallback_stands_in_the_html(&built.html(), &address);
            Ok(())
        })
    }

    /// Runs one test of a post in one browser.
    pub(crate) fn check_post(&self, browser: Browser, engine: Engine, check: &Check) -> Outcome {
        let open = self.open()?;
        let built = open.built(engine)?;
        let address = open.address();
        let html = (check.change)(&built.html(), &address);
        open.in_browser(browser, async |session| {
            let blog = Site::serve_with(&built.out, [(built.post, html)]).await?;
            open.host.forget_requests();
            let post = Post { session, blog: &blog, host: &open.host, path: built.post.trim_end_matches("index.html") };
            (check.run)(&post).await
        })
    }

    /// Runs a scenario on a host that is not ours.
    pub(crate) fn check_host(&self, browser: Browser, host: Host) -> Outcome {
        let open = self.open()?;
        open.in_browser(browser, async |session| published::a_run_is_measured(session, host).await)
    }

    /// Closes the browser that is open.
    pub(crate) fn close(&self) {
        if let Some(open) = self.open.get() {
            let last = lock(&open.session).take();
            open.runtime.block_on(close(last));
        }
    }
}

impl Open {
    fn new() -> std::result::Result<Self, Failed> {
        let dist = dist();
        if !dist.join("index.html").is_file() {
            return Err(format!("there is no page in {}; build it with `cargo xtask build`", dist.display()).into());
        }
        keep_panics();
        let runtime = Runtime::new()?;
        let host = runtime.block_on(Site::serve(&dist))?;
        Ok(Self { runtime, host, session: Mutex::default(), built: Mutex::default() })
    }

    /// Where the page is published, without a slash at the end.
    fn address(&self) -> String {
        self.host.url("").trim_end_matches('/').to_owned()
    }

    /// A site, built once.
    fn built(&self, engine: Engine) -> std::result::Result<Arc<Built>, Failed> {
        if let Some(built) = lock(&self.built).get(&engine) {
            return Ok(Arc::clone(built));
        }
        let built = Arc::new(engine.build(&self.address())?);
        lock(&self.built).insert(engine, Arc::clone(&built));
        Ok(built)
    }

    fn in_browser(&self, browser: Browser, test: impl AsyncFnOnce(&Session) -> Result<()>) -> Outcome {
        let mut place = lock(&self.session);
        let session = match place.take() {
            Some(session) if session.browser() == browser => session,
            other => self.runtime.block_on(async {
                close(other).await;
                Session::open(browser).await
            })?,
        };
        let ended = caught(|| {
            self.runtime.block_on(async {
                prepare(&session).await?;
                test(&session).await
            })
        });
        let Err(mut failed) = ended else {
            *place = Some(session);
            return Ok(());
        };
        let seen = self.runtime.block_on(describe(&session));
        failed = format!("{}\n{seen}", failed.message().unwrap_or_default()).into();
        Err(failed)
    }
}

/// What an assertion or an error says, as a failure.
fn caught(test: impl FnOnce() -> Result<()>) -> Outcome {
    match catch_unwind(AssertUnwindSafe(test)) {
        Ok(Ok(())) => Ok(()),
        Ok(Err(error)) => Err(error.into()),
        Err(_) => Err(take(&mut *lock(&LAST_PANIC)).into()),
    }
}

/// Undoes what the test before may have changed.
async fn prepare(session: &Session) -> Result<()> {
    session.enter_default_frame().await?;
    if session.browser() == Browser::Chromium {
        session.devtools("Emulation.setScriptExecutionDisabled", json!({ "value": false })).await?;
        session.emulate_screen(Screen::LAPTOP).await?;
        session.emulate_theme(Theme::Light, false).await?;
        session.console_errors().await?;
    } else {
        session.set_viewport(1280, 900).await?;
    }
    Ok(())
}

/// Closes a browser; one that does not obey is killed, and no test is the worse for it.
async fn close(session: Option<Session>) {
    if let Some(session) = session {
        session.close().await.ok();
    }
}

/// What can be seen, for the message of a test that failed.
async fn describe(session: &Session) -> String {
    let mut out = String::new();
    for (name, expression) in [("address", "location.href"), ("text", "document.body.innerText.slice(0, 400)")] {
        if let Ok(seen) = session.eval(expression).await {
            let _ = writeln!(out, "    {name}: {seen}");
        }
    }
    for complaint in session.console_errors().await.unwrap_or_default() {
        let _ = writeln!(out, "    console: {complaint}");
    }
    out
}

/// Keeps what a failed assertion says until its test is reported, instead of printing it in the middle of the list.
fn keep_panics() {
    panic::set_hook(Box::new(|panic| {
        let text = panic.payload_as_str().unwrap_or("it panicked");
        let place = panic.location().map(|place| format!("{}:{}: ", place.file(), place.line())).unwrap_or_default();
        *lock(&LAST_PANIC) = format!("{place}{text}");
    }));
}

/// A test that failed does not make what is kept invalid.
fn lock<T>(kept: &Mutex<T>) -> MutexGuard<'_, T> {
    kept.lock().unwrap_or_else(PoisonError::into_inner)
}
