//! Where the tests play: a site and a browser of its kind for each engine.

use std::{
    cell::RefCell,
    env,
    fmt::Write,
    panic::{self, AssertUnwindSafe, catch_unwind},
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
};

use interleave_e2e::{
    Browser, Result, Session, Site,
    chromium::{Screen, Theme},
};
use libtest_mimic::Failed;
use tokio::runtime::Runtime;

use crate::{Spec, page::Page};

/// A page that shows the real one as wide as a phone, for browsers whose windows do not go as small.
pub(crate) const NARROW: &str = r#"<!doctype html>
<html lang="en">
<meta charset="utf-8">
<link rel="icon" href="data:,">
<title>narrow</title>
<style>body { margin: 0 } iframe { border: 0 }</style>
<iframe width="360" height="800"></iframe>
<script>document.querySelector("iframe").src = "./" + location.search;</script>
</html>
"#;

thread_local! {
    /// What the last failed assertion of this thread's test said, and where.
    static LAST_PANIC: RefCell<String> = const { RefCell::new(String::new()) };
}

/// What tests have the page itself do: what a driver runs may have globals of its own, and the page's policy allows no script
/// but from its folder.
const SCRIPTS: [(&str, &str); 4] = [
    (
        LOOK,
        "delete document.body.dataset.left; (async () => {
            const names = (await indexedDB.databases?.() ?? []).map((it) => it.name);
            try { for await (const name of (await navigator.storage.getDirectory()).keys()) names.push(name); } catch {}
            document.body.dataset.left = 'left: ' + names;
        })()",
    ),
    (NO_WORKERS, "globalThis.Worker = function () { throw new Error('not in this frame') }"),
    (LOST_WORKERS, "{ const Real = Worker; globalThis.Worker = function () { return new Real('nowhere.js') } }"),
    (
        DEAF,
        "{
            const { dataset } = document.body;
            class Value { value = 0; setValueAtTime() {} exponentialRampToValueAtTime() {} }
            class Node { connect() {} }
            class Volume extends Node { gain = new Value(); }
            class Source extends Node {
                frequency = new Value();
                start() { dataset.notes = `${dataset.notes ?? ''} ${this.type}:${Math.round(this.frequency.value)}`.trim(); }
                stop() {}
            }
            // The program has taken hold of the class already.
            Object.assign(globalThis.AudioContext?.prototype ?? {}, {
                createOscillator: () => new Source(),
                createGain: () => new Volume(),
                close() { dataset.closed = 'yes'; return Promise.resolve(); },
            });
            // A second that does not pass, once that is wanted.
            const now = Date.now, later = now() + 1e6;
            Date.now = () => (dataset.stopped ? later : now());
            dataset.deaf = 'yes';
        }",
    ),
];

/// Looks into the storage.
pub(crate) const LOOK: &str = "look.js";

/// Takes the workers away.
pub(crate) const NO_WORKERS: &str = "no-workers.js";

/// Has workers look for their script where there is none.
pub(crate) const LOST_WORKERS: &str = "lost-workers.js";

/// Has what would sound written down in the page.
pub(crate) const DEAF: &str = "deaf.js";

/// The name of that page in the served folder.
pub(crate) const NARROW_PAGE: &str = "narrow.html";

/// One browser and the built page for it alone.
///
/// A browser takes a second or two to start, so it is kept from one test to the next, until a test fails: whatever that
/// left behind must not decide what becomes of the others.
///
/// A few tests that failed are tried once more, in a new browser: on a busy machine a driver now and then misses what it aims
/// at. What passed only then is told at the end, with what it said at first, since it can also be that the page is at fault
/// now and then.
pub(crate) struct Stage {
    browser: Browser,
    open: Mutex<Option<Open>>,
    /// What was tried again: how many tests, and of those that passed then, why they had not before.
    again: Mutex<(usize, Vec<String>)>,
}

/// More tests of an engine than this are not tried again: then it is not the machine.
const TRIED_AGAIN_AT_MOST: usize = 3;

/// What lasts until the end.
struct Open {
    runtime: Runtime,
    site: Site,
    session: Option<Session>,
}

impl Stage {
    /// With nothing open yet.
    pub(crate) fn new(browser: Browser) -> Self {
        Self { browser, open: Mutex::default(), again: Mutex::default() }
    }

    /// Runs one test, once no other is being run in this browser.
    pub(crate) fn play(&self, spec: &Spec) -> std::result::Result<(), Failed> {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let open = match &mut *open {
            Some(open) => open,
            none => none.insert(Open::new()?),
        };
        let Err(why) = open.play(self.browser, spec) else { return Ok(()) };
        let mut again = self.again.lock().unwrap_or_else(PoisonError::into_inner);
        let (tried, unsteady) = &mut *again;
        if *tried == TRIED_AGAIN_AT_MOST {
            return Err(why);
        }
        *tried += 1;
        let why = why.message().unwrap_or_default();
        open.play(self.browser, spec).map_err(|again| {
            format!("{}\nand before, in another browser:\n{why}", again.message().unwrap_or_default())
        })?;
        unsteady.push(format!("{}::{}\n{why}", self.browser, spec.name));
        Ok(())
    }

    /// What passed only when it was tried again.
    pub(crate) fn unsteady(&self) -> Vec<String> {
        self.again.lock().unwrap_or_else(PoisonError::into_inner).1.clone()
    }

    /// Closes the browser if it is open.
    pub(crate) fn close(&self) {
        let open = self.open.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(Open { runtime, session, .. }) = open {
            runtime.block_on(close(session));
        }
    }
}

/// Where the built page lies: `INTERLEAVE_DIST`, or else `dist` in the workspace.
pub(crate) fn dist() -> PathBuf {
    env::var_os("INTERLEAVE_DIST")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../dist"), PathBuf::from)
}

/// Serves a folder with the page in it, so that every visit is a first one: what the page registers to keep its files keeps none.
pub(crate) async fn serve(dir: &Path) -> Result<Site> {
    let scripts = SCRIPTS.map(|(name, script)| (name, script.to_owned()));
    let own = [(NARROW_PAGE, NARROW.to_owned()), ("sw.js", "// Keeps nothing.".to_owned())];
    Site::serve_with(dir, own.into_iter().chain(scripts)).await
}

impl Open {
    fn new() -> std::result::Result<Self, Failed> {
        let dist = dist();
        if !dist.join("index.html").is_file() {
            return Err(format!("there is no page in {}; build it with `cargo xtask build`", dist.display()).into());
        }
        keep_panics();
        let runtime = Runtime::new()?;
        let site = runtime.block_on(serve(&dist))?;
        Ok(Self { runtime, site, session: None })
    }

    fn play(&mut self, browser: Browser, spec: &Spec) -> std::result::Result<(), Failed> {
        let session = match self.session.take() {
            Some(session) => session,
            None => self.runtime.block_on(open(browser))?,
        };
        self.site.forget_requests();
        let page = Page { session: &session, site: &self.site };
        let ended = catch_unwind(AssertUnwindSafe(|| {
            self.runtime.block_on(async {
                prepare(&session).await?;
                (spec.run)(&page).await
            })
        }));
        let why = match ended {
            Ok(Ok(())) => {
                self.session = Some(session);
                return Ok(());
            }
            Ok(Err(error)) => error.to_string(),
            Err(_) => LAST_PANIC.take(),
        };
        let seen = self.runtime.block_on(page.describe());
        Err(format!("{why}\n{seen}").into())
    }
}

/// Opens a browser with a laptop's window.
async fn open(browser: Browser) -> Result<Session> {
    let session = Session::open(browser).await?;
    if browser != Browser::Chromium {
        session.set_viewport(1280, 900).await?;
    }
    Ok(session)
}

/// Undoes what the test before may have changed.
async fn prepare(session: &Session) -> Result<()> {
    if session.browser() == Browser::Chromium {
        session.emulate_screen(Screen::LAPTOP).await?;
        session.emulate_theme(Theme::Light, false).await?;
        session.console_errors().await?;
    }
    Ok(())
}

/// Closes a browser; one that does not obey is killed, and no test is the worse for it.
async fn close(session: Option<Session>) {
    if let Some(session) = session {
        session.close().await.ok();
    }
}

/// Keeps what a failed assertion says until its test is reported, instead of printing it in the middle of the list.
fn keep_panics() {
    panic::set_hook(Box::new(|panic| {
        let text = panic.payload_as_str().unwrap_or("it panicked");
        let place = panic.location().map(|place| format!("{}:{}: ", place.file(), place.line())).unwrap_or_default();
        LAST_PANIC.set(format!("{place}{text}"));
    }));
}

impl Page<'_> {
    /// What can be seen on the page, for the message of a test that failed.
    async fn describe(&self) -> String {
        let mut out = String::new();
        let parts = [
            ("address", "location.href"),
            ("title", "text('title')"),
            ("status", "text('status')"),
            ("times", "texts('[data-testid^=time-of-]')"),
            ("notices", "text('notices')"),
            ("focus", "document.activeElement?.outerHTML.slice(0, 120)"),
            ("page", "document.body.innerText.slice(0, 200)"),
        ];
        for (name, expression) in parts {
            if let Ok(seen) = self.ask(expression).await {
                let _ = writeln!(out, "    {name}: {seen}");
            }
        }
        for complaint in self.session.console_errors().await.unwrap_or_default() {
            let _ = writeln!(out, "    console: {complaint}");
        }
        out
    }
}
