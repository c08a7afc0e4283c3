//! Runs the in-browser measurements in headless Chromium and holds them against their limits.
//!
//! `INTERLEAVE_BENCH_PAGE` names a folder with `bench.js` and `bench_bg.wasm`, as
//! `wasm-bindgen --target web --out-name bench` makes them. The program in there sets the document's title to something
//! that starts with `done` when it has finished and leaves its results in `#report`, one a line, separated by tabs:
//! name, ratio, limit, detail.
#![forbid(unsafe_code)]
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a command reports on its terminal")]

use std::{
    env,
    error::Error,
    path::Path,
    process::ExitCode,
    time::{Duration, Instant},
};

use interleave_e2e::{Browser, Session, Site};

/// The page that the measurements run in. Its icon is empty so that no request is made for one.
const PAGE: &str = r#"<!doctype html>
<html lang="en">
<meta charset="utf-8">
<link rel="icon" href="data:,">
<title>running</title>
<pre id="report"></pre>
<script type="module">
import init from './bench.js';
await init();
</script>
</html>
"#;

/// How long the measurements may take.
const LIMIT: Duration = Duration::from_mins(5);

/// How often to look whether they are over; each look costs them a moment of the page's time.
const LOOK: Duration = Duration::from_millis(500);

/// One line of the report.
#[derive(Debug)]
struct Measurement {
    name: String,
    ratio: f64,
    limit: f64,
    detail: String,
}

impl Measurement {
    fn parse(line: &str) -> Result<Self, String> {
        let mut fields = line.splitn(4, '\t').map(str::trim);
        let mut field = |name: &str| fields.next().ok_or_else(|| format!("no {name} in the report's line `{line}`"));
        let number = |text: &str| {
            let number: Option<f64> = text.parse().ok();
            number.ok_or_else(|| format!("`{text}` is not a number, in the report's line `{line}`"))
        };
        Ok(Self {
            name: field("name")?.to_owned(),
            ratio: number(field("ratio")?)?,
            limit: number(field("limit")?)?,
            detail: field("detail").unwrap_or_default().to_owned(),
        })
    }

    fn passes(&self) -> bool {
        self.ratio <= self.limit
    }
}

/// Runs the page until it is done and returns its report.
async fn run(dir: &Path) -> Result<String, Box<dyn Error>> {
    let site = Site::serve_with(dir, [("index.html", PAGE.to_owned())]).await?;
    let session = Session::open(Browser::Chromium).await?;
    session.goto(site.url("")).await?;
    let began = Instant::now();
    while !session.title().await?.starts_with("done") {
        let errors = session.console_errors().await?;
        if !errors.is_empty() {
            return Err(format!("the page failed:\n{}", errors.join("\n")).into());
        }
        if began.elapsed() > LIMIT {
            return Err(format!("the page was not done after {LIMIT:?}").into());
        }
        tokio::time::sleep(LOOK).await;
    }
    let report = session.eval("document.querySelector('#report').textContent").await?;
    session.close().await?;
    Ok(report.as_str().unwrap_or_default().to_owned())
}

fn print_table(measurements: &[Measurement]) {
    let width = measurements.iter().map(|it| it.name.chars().count()).max().unwrap_or_default().max(4);
    println!("{:width$}  {:>8}  {:>8}        detail", "name", "ratio", "limit");
    for it in measurements {
        let verdict = if it.passes() { "ok  " } else { "OVER" };
        println!("{:width$}  {:>8.3}  {:>8.3}  {verdict}  {}", it.name, it.ratio, it.limit, it.detail);
    }
}

async fn measure() -> Result<bool, Box<dyn Error>> {
    let dir = env::var_os("INTERLEAVE_BENCH_PAGE").ok_or("INTERLEAVE_BENCH_PAGE names no folder")?;
    let dir = Path::new(&dir);
    if !dir.join("bench.js").is_file() {
        return Err(format!("{} holds no bench.js", dir.display()).into());
    }
    let report = run(dir).await?;
    let lines = report.lines().filter(|line| !line.trim().is_empty());
    let measurements = lines.map(Measurement::parse).collect::<Result<Vec<_>, _>>()?;
    if measurements.is_empty() {
        return Err("the report is empty".into());
    }
    print_table(&measurements);
    Ok(measurements.iter().all(Measurement::passes))
}

#[tokio::main]
async fn main() -> ExitCode {
    match measure().await {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}
