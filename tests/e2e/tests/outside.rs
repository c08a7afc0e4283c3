//! Real runs that ask the world outside: the network, storage, processors.
//!
//! How long anything took is the machine's business; what was asked for, what came of it and what is left is not.

use interleave_e2e::{Browser, Result};
use serde_json::json;

use crate::{
    page::Page,
    stage::{LOOK, LOST_WORKERS, NO_WORKERS},
};

/// The paths below the served folder that were asked for, with their status.
fn asked(page: &Page<'_>, below: &str) -> Vec<(String, u16)> {
    let requests = page.site.requests();
    requests.iter().filter_map(|it| Some((it.path.split_once(below)?.1.to_owned(), it.status))).collect()
}

/// What a variant printed.
async fn printed(page: &Page<'_>, variant: &str) -> Result<Vec<String>> {
    page.choose("Variant", variant).await?;
    page.choose("Panel", "Console").await?;
    page.wait("the console", "seen('console')").await?;
    page.texts("[data-testid=console] samp").await
}

async fn opened(page: &Page<'_>, query: &str) -> Result<()> {
    page.open(query).await?;
    page.site.forget_requests();
    Ok(())
}

/// Each variant asks the site for each page, and reads in it what the model would have had.
pub(crate) async fn pages_are_really_fetched(page: &Page<'_>) -> Result<()> {
    opened(page, "?scenario=web-scraper&pages=4&parsing=0&speed=5").await?;
    assert!(page.text("status").await?.contains("press Run to fetch"));
    let modelled = printed(page, "sequential").await?;
    let recording = page.run().await?;
    assert_eq!(recording.measured, ["sequential", "gather", "as-completed"], "one after the other");
    let pages = asked(page, "/site/");
    for name in ["tea.html", "coffee.html", "cocoa.html", "milk.html"] {
        let times = pages.iter().filter(|(path, status)| path == name && *status == 200).count();
        assert_eq!(times, if name == "tea.html" { 4 } else { 3 }, "{name}, once to try and once for each variant: {pages:?}");
    }
    let status = page.text("status").await?;
    assert!(status.contains("12 requests were really answered over the network."), "{status}");
    assert!(status.contains("at 1×, the pace of the world outside,"), "{status}");
    assert!(page.text("why").await?.starts_with("In the model: "));
    assert_eq!(printed(page, "sequential").await?, modelled);
    let strays = page.site.stray_requests();
    assert!(strays.is_empty(), "{strays:?}");
    Ok(())
}

/// Where there is nobody the server says so, and one variant goes on without.
pub(crate) async fn a_missing_user_is_really_missing(page: &Page<'_>) -> Result<()> {
    opened(page, "?scenario=http-client").await?;
    page.run().await?;
    let users = asked(page, "/site/users/");
    assert!(users.contains(&("3.txt".to_owned(), 404)), "{users:?}");
    assert!(users.contains(&("1.txt".to_owned(), 200)), "{users:?}");
    let last = printed(page, "filter").await?.pop();
    assert_eq!(last.as_deref(), Some("users: Ada, Ben, Dan, Eve"));
    Ok(())
}

/// What the reader types is fetched when a run begins, and not before.
pub(crate) async fn the_readers_own_page_is_fetched_first(page: &Page<'_>) -> Result<()> {
    opened(page, "?scenario=web-scraper&pages=2&parsing=0").await?;
    page.set("address", "no address").await?;
    page.wait_for_text("notices", "“no address” is no address of a web page").await?;
    page.set("address", &page.site.url("site/mocha.html")).await?;
    page.wait("the notice to go", "!seen('notices')").await?;
    assert_eq!(asked(page, "/site/"), [], "nobody has pressed Run");
    assert!(!page.query().await?.contains("mocha"), "it is no part of a link");
    page.run().await?;
    let rows = printed(page, "sequential").await?;
    assert!(rows.iter().any(|row| row.starts_with("All about mocha")), "{rows:?}");
    assert!(rows.iter().any(|row| row.starts_with("All about tea")), "{rows:?}");
    assert_eq!(asked(page, "/site/").iter().filter(|(path, _)| path == "mocha.html").count(), 3);
    Ok(())
}

/// Nobody answers at that address: the run goes on with the model, and the page says why.
pub(crate) async fn a_page_that_cannot_be_fetched_is_stood_in_for(page: &Page<'_>) -> Result<()> {
    opened(page, "?scenario=web-scraper&pages=2&parsing=0").await?;
    page.set("address", "http://127.0.0.1:9/").await?;
    page.run().await?;
    let status = page.text("status").await?;
    assert!(status.contains("3 requests were really answered over the network."), "{status}");
    assert!(status.contains("The model stood in for 3 requests: http://127.0.0.1:9/ could not be fetched"), "{status}");
    Ok(())
}

/// Has the page itself run one of the stage's scripts.
pub(crate) async fn in_the_page(page: &Page<'_>, script: &str) -> Result<()> {
    let script = page.site.url(script);
    let load = "const [src, done] = arguments; document.body.append(Object.assign(document.createElement('script'), { src, onload: done }))";
    page.session.execute_async(load, vec![script.into()]).await?;
    Ok(())
}

/// Waits until the site's storage is empty: workers tidy up after the run, in their own time.
async fn nothing_is_left(page: &Page<'_>) -> Result<()> {
    let mut empty = 0;
    for _ in 0..80 {
        in_the_page(page, LOOK).await?;
        let left = page.wait("a look at the storage", "document.body.dataset.left").await?;
        empty = if left == json!("left: ") { empty + 1 } else { 0 };
        // Once might be before anything was stored.
        if empty == 8 {
            let kept = page.ask("localStorage.length + sessionStorage.length + document.cookie.length").await?;
            assert_eq!(kept, json!(0));
            return Ok(());
        }
        page.ask("new Promise((done) => setTimeout(done, 100))").await?;
    }
    panic!("the storage is not empty");
}

/// The rows and files of the programs are real where the browser has such things, and gone after.
pub(crate) async fn a_database_and_files_are_used_and_nothing_is_left(page: &Page<'_>) -> Result<()> {
    for (scenario, variant, real) in [
        ("database", "concurrent", "6 requests were really answered by IndexedDB."),
        ("file-io", "concurrent", "16 reads and writes were really done in this browser’s private files."),
        ("background-email", "in the background", "The model stood in for 2 mails: a page cannot send mail."),
    ] {
        opened(page, &format!("?scenario={scenario}&speed=20")).await?;
        let mut modelled = printed(page, variant).await?;
        page.run().await?;
        let status = page.text("status").await?;
        // Not every WebKit can write private files; then it says so.
        let refuses = page.session.browser() == Browser::WebKit && scenario == "file-io";
        let is_refused = refuses && status.contains("The model stood in for the world outside: ");
        assert!(status.contains(real) || is_refused, "{status}");
        let mut lines = printed(page, variant).await?;
        modelled.sort();
        lines.sort();
        assert_eq!(lines, modelled, "{scenario}");
        nothing_is_left(page).await?;
    }
    Ok(())
}

/// Sums come out the same on the loop, where the page stands still meanwhile, and in workers, where it does not.
pub(crate) async fn workers_compute_what_the_loop_computes(page: &Page<'_>) -> Result<()> {
    opened(page, "?scenario=cpu-bound&workers=2").await?;
    let recording = page.run().await?;
    assert_eq!(recording.measured, ["on-the-loop", "worker-pool"]);
    let status = page.text("status").await?;
    assert!(status.contains("4 sums were really computed by Web Workers."), "{status}");
    assert!(!status.contains("modelled"), "{status}");
    let cores = page.ask("navigator.hardwareConcurrency ?? 0").await?.as_f64().unwrap_or_default();
    let says = if cores > 0.0 { format!("the machine has {cores} core") } else { "does not say".to_owned() };
    assert!(status.contains(&says), "{status}");
    let sorted = |mut lines: Vec<String>| {
        lines.sort();
        lines
    };
    let on_the_loop = sorted(printed(page, "on the loop").await?);
    assert_eq!(on_the_loop.len(), 4);
    assert_eq!(sorted(printed(page, "in a worker pool").await?), on_the_loop);
    let words = page.ask("document.querySelector('[data-testid=words-on-the-loop]').textContent").await?;
    assert!(words.as_str().is_some_and(|words| words.contains("Meanwhile the page stood still")), "{words}");
    Ok(())
}

async fn is_modelled(page: &Page<'_>, why: &str) -> Result<()> {
    let recording = page.run().await?;
    assert_eq!(recording.measured, ["on-the-loop", "worker-pool"]);
    let status = page.text("status").await?;
    assert!(status.contains("at 20× in this browser"), "the model may be hurried: {status}");
    assert!(status.contains(&format!("The model stood in for the world outside: {why}")), "{status}");
    assert_eq!(printed(page, "in a worker pool").await?.len(), 4);
    Ok(())
}

/// A sandbox may forbid workers.
pub(crate) async fn a_browser_without_workers_gets_the_model(page: &Page<'_>) -> Result<()> {
    opened(page, "?scenario=cpu-bound&speed=20").await?;
    in_the_page(page, NO_WORKERS).await?;
    is_modelled(page, "it starts no workers here (not in this frame).").await
}

/// A host may have lost the worker's files.
pub(crate) async fn a_worker_that_is_missing_gets_the_model(page: &Page<'_>) -> Result<()> {
    opened(page, "?scenario=cpu-bound&speed=20").await?;
    in_the_page(page, LOST_WORKERS).await?;
    is_modelled(page, "the worker failed: ").await
}

/// Whoever stops a run, or leaves it, leaves nothing in the storage.
pub(crate) async fn a_run_that_is_stopped_leaves_nothing(page: &Page<'_>) -> Result<()> {
    opened(page, "?scenario=background-email&mail=5").await?;
    page.click("run").await?;
    page.wait_for_text("status", "Running for real").await?;
    page.click("stop").await?;
    page.wait_for_text("status", "Stopped").await?;
    nothing_is_left(page).await?;
    page.click("run").await?;
    page.wait_for_text("status", "Running for real").await?;
    page.pick("file-io").await?;
    nothing_is_left(page).await?;
    page.click("run").await?;
    // Somewhere in the middle of it, or of what it prepares.
    page.wait("a run", "text('status').startsWith('Running') || text('status').startsWith('Getting')").await?;
    page.pick("gather").await?;
    nothing_is_left(page).await
}

/// A heartbeat is drawn for each variant of a scenario that blocks, and its silence is told.
pub(crate) async fn a_blocked_page_shows_that_its_heart_stood_still(page: &Page<'_>) -> Result<()> {
    opened(page, "?scenario=blocking&jobs=2&duration=0.5").await?;
    assert!(!page.holds("document.querySelector('.lanes .beat, .lanes .silence')").await?, "nothing has run yet");
    page.run().await?;
    assert!(page.text("status").await?.contains("Its threads were modelled"), "one variant has a thread pool");
    let lanes = |variant: &str| format!("[data-testid=variant-{variant}] .lanes");
    for variant in ["blocking", "async", "threads"] {
        let beats = page.ask(&format!("document.querySelectorAll('{} .beat').length", lanes(variant))).await?;
        assert!(beats.as_u64().is_some_and(|beats| beats > 0), "{variant}: {beats}");
    }
    let silent = |variant: &str| format!("document.querySelector('{} rect.silence')", lanes(variant));
    assert!(page.holds(&silent("blocking")).await?, "the page was blocked for a second");
    let words = page.ask("document.querySelector('[data-testid=words-blocking]').textContent").await?;
    assert!(words.as_str().is_some_and(|words| words.contains("Meanwhile the page stood still")), "{words}");
    Ok(())
}
