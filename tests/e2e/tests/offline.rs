//! Without a network: what is kept of a visit, and how one version of the site takes the place of another.

use std::{
    env, fs,
    path::Path,
    process::Command,
    time::{Duration, Instant},
};

use interleave_e2e::{Browser, Error, Result, Site};
use serde_json::json;

use crate::{
    failures::Copy,
    page::Page,
    stage::{NARROW, NARROW_PAGE, dist},
};

/// Whether the copy is complete and answers for this page.
const IS_KEPT: &str = "navigator.serviceWorker.controller?.state === 'activated'";

/// Whether one version is kept.
const ONE_COPY: &str = "caches.keys().then((names) => names.length === 1)";

/// Looks for a new version and answers with what becomes of it.
const UPDATE: &str = "navigator.serviceWorker.getRegistration().then((it) => it.update()).then((it) => new Promise((done) => {
    const worker = it.installing;
    if (!worker) return done('none');
    worker.addEventListener('statechange', () => done(worker.state));
}))";

/// Opens a site for the first time, and waits until it is kept.
async fn visit(page: &Page<'_>, query: &str) -> Result<()> {
    page.open(query).await?;
    page.session.execute("window.before = true", vec![]).await?;
    page.wait("a whole copy", IS_KEPT).await?;
    assert!(page.holds("window.before").await?, "the first visit was interrupted");
    Ok(())
}

async fn reload(page: &Page<'_>) -> Result<()> {
    page.session.execute("window.before = true; location.reload()", vec![]).await?;
    page.wait("another document", "!window.before && isDrawn()").await?;
    Ok(())
}

/// Waits until a promise, made anew each time, holds something truthy.
async fn until(page: &Page<'_>, what: &str, promise: &str) -> Result<()> {
    let began = Instant::now();
    while !page.ask(promise).await?.as_bool().unwrap_or_default() {
        if began.elapsed() > page.session.patience() {
            return Err(Error::TimedOut { what: what.to_owned(), within: page.session.patience() });
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    Ok(())
}

/// Leaves the site, so that no page of it is left.
async fn leave(page: &Page<'_>) -> Result<()> {
    // Firefox keeps a page that can be gone back to. WebKit's driver has one window.
    if page.session.browser() == Browser::Firefox {
        let tab = page.session.new_tab().await?;
        page.session.close_window().await?;
        page.session.switch_to_window(tab).await?;
    }
    Ok(page.session.goto("about:blank").await?)
}

/// Whether the page is of the new version.
async fn is_new(page: &Page<'_>) -> Result<bool> {
    page.holds("'new' in document.documentElement.dataset").await
}

/// Picks, runs and reads, as in any visit.
async fn works(page: &Page<'_>, scenario: &str) -> Result<()> {
    page.pick(scenario).await?;
    page.choose("Language", "Rust").await?;
    page.wait("the Rust program", "text('code').includes('async fn')").await?;
    page.choose("Language", "Python").await?;
    page.wait("the Python program", "text('code').includes('asyncio')").await?;
    page.set("speed", "20").await?;
    page.run().await?;
    page.wait_for_text("status", "Measured").await
}

/// Another version of the page, none of whose program is found where it was.
fn new_version() -> Result<Copy> {
    let copy = Copy::make()?;
    let program = copy.ending(".js")?;
    let moved = program.with_file_name("interleave-new.js");
    fs::write(&moved, fs::read_to_string(&program)?.replace("\"parts/\"", "\"pieces/\""))?;
    fs::remove_file(&program)?;
    fs::rename(copy.path().join("parts"), copy.path().join("pieces"))?;
    let name = program.file_name().unwrap_or_default().to_string_lossy().into_owned();
    for file in pages(copy.path())? {
        let html = fs::read_to_string(&file)?;
        let integrity = html.split_once("data-program-integrity=\"").and_then(|(_, rest)| rest.split('"').next());
        let integrity = integrity.ok_or_else(|| Error::Answer(format!("{} has an unknown form", file.display())))?;
        let html = html.replace(integrity, "").replace(&name, "interleave-new.js").replacen("<html", "<html data-new", 1);
        fs::write(&file, html)?;
    }
    list(copy.path())?;
    Ok(copy)
}

/// The pages of which there is one for each scenario, and the first.
fn pages(dir: &Path) -> Result<Vec<std::path::PathBuf>> {
    let mut pages = vec![dir.join("index.html")];
    for folder in ["scenarios", "embed"] {
        pages.extend(fs::read_dir(dir.join(folder))?.flatten().map(|entry| entry.path()));
    }
    Ok(pages)
}

/// Lists what is to be kept of a folder, as the build does.
fn list(dir: &Path) -> Result<()> {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let arguments = ["run", "--quiet", "--package", "xtask", "--", "offline"];
    let done = Command::new(cargo).args(arguments).arg(dir).current_dir(env!("CARGO_MANIFEST_DIR")).status()?;
    if done.success() { Ok(()) } else { Err(Error::Answer(format!("the files in {} cannot be listed", dir.display()))) }
}

/// After one visit everything is there without a network, also what that visit did not show.
pub(crate) async fn a_visited_site_needs_no_network(page: &Page<'_>) -> Result<()> {
    let site = Site::serve(&dist()).await?;
    let page = Page { session: page.session, site: &site };
    visit(&page, "?scenario=gather").await?;
    assert_eq!(site.stray_requests(), []);
    site.take_down().await;
    site.forget_requests();
    // The page that was open all the time.
    works(&page, "semaphore").await?;
    reload(&page).await?;
    assert!(page.text("title").await?.starts_with("A limit"));
    works(&page, "timeout").await?;
    works(&page, "chat").await?;

    for (address, time) in [
        ("", "ideal 3.00 s"),
        ("index.html?scenario=gather&latency=2", "ideal 6.00 s"),
        ("scenarios/gather.html", "ideal 3.00 s"),
        ("scenarios/gather.html?latency=2", "ideal 6.00 s"),
        ("scenarios/gather?latency=2", "ideal 6.00 s"),
    ] {
        leave(&page).await?;
        page.open(address).await?;
        assert_eq!(page.text("time-of-sequential").await?, time, "{address}");
    }
    works(&page, "lock").await?;
    assert_eq!(site.requests(), []);
    Ok(())
}

/// What can only be had from a network is modelled then, and said; as soon as there is one it is asked again.
pub(crate) async fn the_model_stands_in_for_the_network(page: &Page<'_>) -> Result<()> {
    let site = Site::serve(&dist()).await?;
    let page = Page { session: page.session, site: &site };
    visit(&page, "?scenario=web-scraper&pages=2&parsing=0&speed=20").await?;
    let asked = || site.requests().into_iter().filter(|it| it.path.contains("/site/")).count();
    assert_eq!(asked(), 0, "nobody has pressed Run");
    site.take_down().await;
    reload(&page).await?;
    page.run().await?;
    let status = page.text("status").await?;
    assert!(status.contains("The model stood in for "), "{status}");
    assert!(!status.contains("really answered over the network"), "{status}");

    site.put_up().await?;
    site.forget_requests();
    page.run().await?;
    let status = page.text("status").await?;
    assert!(status.contains("6 requests were really answered over the network."), "{status}");
    assert!(asked() >= 6, "the site's pages came from somewhere else");

    // No network is needed for what workers store.
    site.take_down().await;
    page.pick("database").await?;
    page.run().await?;
    let status = page.text("status").await?;
    assert!(status.contains("were really answered by IndexedDB."), "{status}");
    Ok(())
}

/// A page stays with what it was loaded with, though its server has it no more, until its reader wants the new version.
pub(crate) async fn a_new_version_waits_until_it_is_wanted(page: &Page<'_>) -> Result<()> {
    let (new, site) = (new_version()?, Site::serve(&dist()).await?);
    let page = Page { session: page.session, site: &site };
    visit(&page, "?scenario=gather").await?;
    site.replace(new.path())?;
    works(&page, "semaphore").await?;
    assert!(!page.holds("document.querySelector('.update')").await?, "nobody has looked for it");
    // As somebody who comes back to it.
    page.session.execute("document.dispatchEvent(new Event('visibilitychange'))", vec![]).await?;
    let notice = "texts('.update').join() === 'A new version is ready.Reload'";
    page.wait("a notice", notice).await?;
    works(&page, "timeout").await?;
    reload(&page).await?;
    assert!(!is_new(&page).await?, "the new version came unasked");
    works(&page, "chat").await?;
    page.wait("the notice again", notice).await?;

    page.session.execute("window.before = true; document.querySelector('.update button').click()", vec![]).await?;
    page.wait("another document", "!window.before && isDrawn()").await?;
    assert!(is_new(&page).await?, "the old version has come again");
    assert_eq!(page.query().await?, "?scenario=chat&speed=20", "what was picked is lost");
    assert!(!page.holds("document.querySelector('.update')").await?);
    site.take_down().await;
    works(&page, "semaphore").await?;
    leave(&page).await?;
    page.open("?scenario=lock").await?;
    assert!(is_new(&page).await?);
    until(&page, "the old version gone", ONE_COPY).await
}

/// Whoever wants nothing has the new version on the first visit after the last page was closed. `WebKit`'s driver has one window, which
/// is never closed, and whether it counts a page that was left in it differs from run to run.
pub(crate) async fn a_new_version_comes_with_the_next_visit(page: &Page<'_>) -> Result<()> {
    let (new, site) = (new_version()?, Site::serve(&dist()).await?);
    let page = Page { session: page.session, site: &site };
    visit(&page, "").await?;
    site.replace(new.path())?;
    assert_eq!(page.ask(UPDATE).await?, "installed");
    leave(&page).await?;
    // The browser may take its time to find that nobody is left.
    for _ in 0..50 {
        page.open("").await?;
        if is_new(&page).await? {
            break;
        }
        leave(&page).await?;
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    assert!(is_new(&page).await?, "the old version is still there");
    site.take_down().await;
    works(&page, "semaphore").await?;
    leave(&page).await?;
    page.open("").await?;
    until(&page, "the old version gone", ONE_COPY).await
}

/// While a new version lacks a file, or has another in its place, the old one stays in force and whole.
pub(crate) async fn half_a_new_version_changes_nothing(page: &Page<'_>) -> Result<()> {
    let (new, site) = (new_version()?, Site::serve(&dist()).await?);
    let page = Page { session: page.session, site: &site };
    visit(&page, "").await?;
    site.replace(new.path())?;
    let file = new.path().join("interleave-new.js");
    let content = fs::read(&file)?;
    for there in [None, Some("// An older one.")] {
        match there {
            Some(other) => fs::write(&file, other)?,
            None => fs::remove_file(&file)?,
        }
        assert_eq!(page.ask(UPDATE).await?, "redundant", "{there:?}");
        reload(&page).await?;
        assert!(!is_new(&page).await?, "{there:?}: half of it has come");
        works(&page, "semaphore").await?;
        until(&page, "one version alone", ONE_COPY).await?;
        assert!(!page.holds("document.querySelector('.update')").await?, "{there:?}");
    }
    fs::write(&file, content)?;
    assert_eq!(page.ask(UPDATE).await?, "installed");
    page.wait("a notice", "document.querySelector('.update')").await?;
    Ok(())
}

/// A first visit that meets such a half keeps nothing, and works.
pub(crate) async fn nothing_is_kept_of_a_damaged_site(page: &Page<'_>) -> Result<()> {
    let copy = Copy::make()?;
    fs::write(copy.path().join("worker.js"), "// Not the one that is listed.")?;
    let site = Site::serve(copy.path()).await?;
    let page = Page { session: page.session, site: &site };
    page.open("").await?;
    // Once from the browser's cache, and once past it.
    while site.requests().iter().filter(|it| it.path.ends_with("/worker.js")).count() < 2 {
        page.ask("new Promise((done) => setTimeout(done, 50))").await?;
    }
    until(&page, "the end of it", "navigator.serviceWorker.getRegistration().then((it) => !it)").await?;
    assert_eq!(page.ask("caches.keys().then((names) => names.length)").await?, json!(0));
    works(&page, "semaphore").await
}

/// What is not in the list is asked of the network, and never kept.
pub(crate) async fn only_what_is_listed_is_kept(page: &Page<'_>) -> Result<()> {
    let site = Site::serve(&dist()).await?;
    let page = Page { session: page.session, site: &site };
    visit(&page, "").await?;
    let paths = ["site/tea.html", "no/such/page.html", "%2e%2e/secret", "../../etc/passwd", "pictures/a.png?index.html", "sw.js"];
    let ask = |path: &str| format!("fetch('{path}', {{ cache: 'reload' }}).then((it) => it.status, () => 0)");
    site.forget_requests();
    for path in paths {
        let there = path == "site/tea.html" || path == "sw.js";
        assert_eq!(page.ask(&ask(path)).await? == json!(200), there, "{path}");
    }
    assert_eq!(site.requests().len(), paths.len(), "{:?}", site.requests());
    // Whatever is asked in another way than a page asks.
    for how in ["method: 'POST'", "headers: { range: 'bytes=0-3' }"] {
        site.forget_requests();
        page.ask(&format!("fetch('index.html', {{ cache: 'no-store', {how} }}).then((it) => it.status)")).await?;
        assert_eq!(site.requests().len(), 1, "{how}");
    }
    site.take_down().await;
    for path in paths {
        assert_eq!(page.ask(&ask(path)).await?, json!(0), "{path} was kept");
    }
    let kept = "caches.keys().then((names) => Promise.all(names.map((it) => caches.open(it).then((it) => it.keys()))))\
        .then((found) => found.flat().map((it) => it.url))";
    let kept = page.ask(kept).await?;
    let kept: Vec<&str> = kept.as_array().into_iter().flatten().filter_map(|it| it.as_str()).collect();
    assert!(kept.len() > 100, "{kept:?}");
    for url in kept {
        let path = url.strip_prefix(&site.url("")).unwrap_or("..");
        let file = path.split('?').next().unwrap_or(path);
        assert!(dist().join(file).is_file() && !file.starts_with("site/") && file != "sw.js", "{url}");
    }
    Ok(())
}

/// A frame is part of another page, whose reader has not come for this one.
pub(crate) async fn frames_keep_nothing(page: &Page<'_>) -> Result<()> {
    let site = Site::serve_with(&dist(), [(NARROW_PAGE, NARROW.to_owned())]).await?;
    let page = Page { session: page.session, site: &site };
    for (address, is_frame) in [(NARROW_PAGE, true), ("embed/gather.html", false)] {
        page.session.goto(site.url(address)).await?;
        if is_frame {
            page.session.enter_frame(0).await?;
        }
        page.wait("lanes", "document.querySelector('.variant .lanes svg')").await?;
        page.ask("new Promise((done) => setTimeout(done, 1000))").await?;
        assert_eq!(page.ask("navigator.serviceWorker.getRegistrations().then((all) => all.length)").await?, json!(0), "{address}");
        assert!(!site.requests().iter().any(|it| it.path.ends_with("/sw.js")), "{address}");
        page.session.enter_default_frame().await?;
    }
    Ok(())
}
