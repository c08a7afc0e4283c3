//! Measures how long the page takes to redraw a hundred tasks while a slider is dragged, in headless Chromium.
//!
//! See [`USAGE`].
#![forbid(unsafe_code)]
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a command reports on its terminal")]

use std::{
    env,
    path::{Path, PathBuf},
    process::ExitCode,
    time::Duration,
};

use interleave_e2e::{
    Browser, Error, Result, Session, Site,
    chromium::{Screen, Theme},
};
use serde_json::Value;

/// What `--help` prints.
const USAGE: &str = "\
Drags a slider over timelines of 100 tasks and measures, for each step of it, the time from the input event until the
page has computed the new timelines (script) and the browser has styled and laid them out (layout).

  drag [DIST]     the built page [default: INTERLEAVE_DIST, or else dist in the workspace]

Exits with 1 when the median is longer than one frame of a screen with 60 of them a second.";

/// One frame at 60 a second.
const FRAME_MILLIS: f64 = 1000.0 / 60.0;

/// How many steps the drag has.
const STEPS: u32 = 60;

/// The page to drag on: three variants of a hundred jobs each.
const QUERY: &str = "?scenario=semaphore&jobs=100&limit=5";

/// Dispatches one input event a frame, and answers with how many milliseconds of script and of layout each took.
///
/// A step's time ends when the new timelines have been laid out: effects that were put off to the next microtasks are
/// waited for, then the figure is asked for its size, which makes the browser bring style and layout up to date.
const DRAG: &str = r#"
const [steps, done] = arguments;
const slider = document.querySelector("[data-testid=param-limit]");
const figure = document.querySelector("[data-testid=figure]");
const shown = document.querySelector("[data-testid=time-of-semaphore]");
const frame = () => new Promise(requestAnimationFrame);
const drag = async () => {
    const times = [];
    let unchanged = 0;
    for (let step = 0; step < steps; step += 1) {
        await frame();
        const before = shown.textContent;
        const began = performance.now();
        slider.value = step % 2 === 0 ? 6 : 5;
        slider.dispatchEvent(new Event("input", { bubbles: true }));
        for (let hop = 0; hop < 5; hop += 1) await Promise.resolve();
        const computed = performance.now();
        const height = figure.getBoundingClientRect().height;
        const laidOut = performance.now();
        times.push([computed - began, laidOut - computed]);
        if (height === 0 || shown.textContent === before) unchanged += 1;
    }
    return { times, unchanged };
};
drag().then(done);
"#;

/// The value below which this share of the sorted values lies.
fn quantile(sorted: &[f64], share: f64) -> f64 {
    let place = (sorted.len() as f64 * share).ceil() as usize;
    sorted[place.clamp(1, sorted.len()) - 1]
}

/// What the steps of a drag took, in milliseconds, each list sorted.
struct Drag {
    script: Vec<f64>,
    layout: Vec<f64>,
    both: Vec<f64>,
}

impl Drag {
    /// Drags once.
    async fn measure(session: &Session) -> Result<Self> {
        let answer = session.execute_async(DRAG, vec![Value::from(STEPS)]).await?;
        let answer = answer.json();
        if answer["unchanged"] != 0 {
            return Err(Error::Answer(format!("{} steps changed nothing on the page", answer["unchanged"])));
        }
        let steps = answer["times"].as_array().into_iter().flatten();
        let steps: Vec<(f64, f64)> = steps.filter_map(|step| Some((step[0].as_f64()?, step[1].as_f64()?))).collect();
        if steps.len() != STEPS as usize {
            return Err(Error::Answer(format!("{} steps instead of {STEPS}", steps.len())));
        }
        let sorted = |of: fn(&(f64, f64)) -> f64| {
            let mut times: Vec<f64> = steps.iter().map(of).collect();
            times.sort_by(f64::total_cmp);
            times
        };
        Ok(Self { script: sorted(|step| step.0), layout: sorted(|step| step.1), both: sorted(|step| step.0 + step.1) })
    }

    fn print(&self, name: &str) {
        println!("{name}, {STEPS} steps: milliseconds");
        for (part, times) in [("script", &self.script), ("layout", &self.layout), ("both", &self.both)] {
            let [least, median, p95, most] = [0.0, 0.5, 0.95, 1.0].map(|share| quantile(times, share));
            println!("  {part:<8} median {median:5.1}   p95 {p95:5.1}   shortest {least:5.1}   longest {most:5.1}");
        }
    }
}

/// Measures on the page in `dist`; whether the median is within one frame.
async fn measure(dist: &Path) -> Result<bool> {
    let site = Site::serve(dist).await?;
    let session = Session::open(Browser::Chromium).await?;
    session.emulate_screen(Screen::LAPTOP).await?;
    session.emulate_theme(Theme::Light, false).await?;
    session.goto(site.url(QUERY)).await?;
    session.wait_for("[data-testid=variant-unlimited] .lanes svg").await?;
    session.settle(Duration::from_millis(300), Duration::from_secs(10)).await?;
    // The first drag finds code that has not been optimised yet, as a reader's first one does.
    let mut all_well = true;
    for name in ["first drag", "second drag"] {
        let drag = Drag::measure(&session).await?;
        drag.print(name);
        all_well &= quantile(&drag.both, 0.5) <= FRAME_MILLIS;
    }
    println!("one frame is {FRAME_MILLIS:.1}");
    session.close().await?;
    Ok(all_well)
}

#[tokio::main]
async fn main() -> ExitCode {
    let argument = env::args().nth(1);
    if argument.as_deref() == Some("--help") {
        println!("{USAGE}");
        return ExitCode::SUCCESS;
    }
    let dist = argument.map(PathBuf::from).or_else(|| env::var_os("INTERLEAVE_DIST").map(PathBuf::from));
    let dist = dist.unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../dist"));
    match measure(&dist).await {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => {
            eprintln!("the median is longer than a frame");
            ExitCode::FAILURE
        }
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}
