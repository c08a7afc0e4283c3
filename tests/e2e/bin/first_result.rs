//! How much is loaded, and how long it takes, until the first result is there: the site, an embed in somebody else's page, and
//! a page that does the same with Pyodide. Side by side in headless Chromium, each with a fresh profile.
//!
//! See [`USAGE`].
#![forbid(unsafe_code)]
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a command reports on its terminal")]

use std::{
    env,
    path::{Path, PathBuf},
    process::ExitCode,
    time::{Duration, UNIX_EPOCH},
};

use interleave_e2e::{Browser, Error, Result, Session, Site, server::gzipped};
use serde_json::json;

/// What is printed when the arguments are not understood.
const USAGE: &str = "usage: first-result DIST PYODIDE

DIST is the built site, PYODIDE the folder of pyodide's npm package. Files are served gzipped, as hosts send them.
An embed's time begins where its article comes to its script. What is asked for after the first result is not counted.
Fails where the site is not 20 times lighter and 10 times quicker, or an embed slower than the site's own first visit.";

/// The three requests of the first scenario, which wait for nothing: only what has to be loaded first is measured.
const PYODIDE_PAGE: &str = r#"<!doctype html>
<html lang="en"><meta charset="utf-8"><link rel="icon" href="data:,"><title>pyodide</title>
<script src="pyodide.js"></script>
<script type="module">
const pyodide = await loadPyodide();
window.result = await pyodide.runPythonAsync(`
import asyncio

async def request(n):
    await asyncio.sleep(0)
    return n

async def sequential():
    return [await request(n) for n in range(3)]

async def together():
    return await asyncio.gather(*(request(n) for n in range(3)))

str([await sequential(), await together()])
`);
window.first = performance.now();
</script></html>
"#;

/// Notes when the first timelines are drawn.
const WATCH: &str = "{ const look = () => document.querySelector('.variant .lanes svg')
    ? window.first = performance.now() : setTimeout(look, 2); look(); }";

/// When the first result was there and when its making began, in milliseconds after the third. It begins when the first file
/// of what is measured is asked for: a page with its opening, an embed where its article comes to the script.
const FIRST: &str = "window.first && [window.first, window.began ?? 0, performance.timeOrigin]";

/// How often each page is opened; the median counts.
const ROUNDS: usize = 9;

/// A browser that has just been started is busy with itself for so long.
const REST: Duration = Duration::from_secs(4);

/// The least that makes it worth while, against Pyodide.
const LIGHTER: f64 = 20.0;
const SOONER: f64 = 10.0;

/// An embed is to be there as soon as the site would be.
const SLOWER: f64 = 1.0;

/// One visit.
#[derive(Clone, Copy, Debug)]
struct Visit {
    /// What was asked for before the first result, as it was sent.
    bytes: f64,
    /// How many files that was.
    files: usize,
    /// From the beginning to the first result.
    millis: f64,
}

#[tokio::main]
async fn main() -> ExitCode {
    let arguments: Vec<PathBuf> = env::args_os().skip(1).map(PathBuf::from).collect();
    let [dist, pyodide] = arguments.as_slice() else {
        eprintln!("{USAGE}");
        return ExitCode::from(2);
    };
    match compare(dist, pyodide).await {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn compare(dist: &Path, pyodide: &Path) -> Result<bool> {
    let folders = [gzipped(dist)?, gzipped(pyodide)?];
    let own = Site::serve(folders[0].path()).await?;
    let other = Site::serve_with(folders[1].path(), [("index.html", PYODIDE_PAGE.to_owned())]).await?;
    let blog_folder = tempfile::tempdir()?;
    let article = format!(
        r#"<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,"><title>blog</title>
<script>window.began = performance.now();
addEventListener("interleave:ready", () => {{ window.first = performance.now(); }})</script>
<script src="{}" async></script><interleave-scenario scenario="gather" loading="eager"></interleave-scenario>"#,
        own.url("embed.js")
    );
    let blog = Site::serve_with(blog_folder.path(), [("index.html", article)]).await?;
    let mut visits: [Vec<Visit>; 3] = Default::default();
    for _ in 0..ROUNDS {
        for (place, (site, watched)) in [(&own, true), (&blog, false), (&other, false)].into_iter().enumerate() {
            visits[place].push(visit(site, &[&own, &blog, &other], watched).await?);
        }
    }
    let [own, embed, other] = visits.map(|mut visits| {
        visits.sort_by(|one, other| one.millis.total_cmp(&other.millis));
        visits[visits.len() / 2]
    });
    for (name, visit) in [("the site", own), ("an embed", embed), ("Pyodide", other)] {
        let Visit { bytes, files, millis } = visit;
        println!("{name:<10} {:>9.0} kB in {files:>3} files {millis:>9.0} ms to the first result", bytes / 1000.0);
    }
    let ratios = [
        ("times lighter than Pyodide", other.bytes / own.bytes, LIGHTER, true),
        ("times sooner than Pyodide", other.millis / own.millis, SOONER, true),
        ("of the site's time, for an embed", embed.millis / own.millis, SLOWER, false),
    ];
    let mut holds = true;
    for (what, ratio, limit, at_least) in ratios {
        let is_kept = if at_least { ratio >= limit } else { ratio <= limit };
        holds &= is_kept;
        let word = if at_least { "at least" } else { "at most" };
        println!("{ratio:>8.2} {what} ({word} {limit}){}", if is_kept { "" } else { "  NOT REACHED" });
    }
    Ok(holds)
}

/// Opens a page in a browser that has seen nothing before, and looks what it has taken until its first result was there.
async fn visit(site: &Site, sites: &[&Site], is_watched: bool) -> Result<Visit> {
    let session = Session::open(Browser::Chromium).await?;
    tokio::time::sleep(REST).await;
    for site in sites {
        site.forget_requests();
    }
    if is_watched {
        session.devtools("Page.addScriptToEvaluateOnNewDocument", json!({ "source": WATCH })).await?;
    }
    session.goto(site.url("")).await?;
    let first = session.wait_until("the first result", FIRST, Duration::from_mins(2)).await?;
    let [first, began, origin]: [f64; 3] =
        serde_json::from_value(first).map_err(|error| Error::Answer(error.to_string()))?;
    // What it loads next counts for what is shown next.
    let end = UNIX_EPOCH + Duration::from_secs_f64((origin + first) / 1000.0);
    let asked = sites.iter().flat_map(|site| site.requests()).filter(|request| request.at < end);
    let sent: Vec<_> = asked.filter_map(|request| request.bytes).collect();
    session.close().await?;
    Ok(Visit { bytes: sent.iter().sum::<u64>() as f64, files: sent.len(), millis: first - began })
}
