//! What it costs a run to be drawn while it goes on: its measured time with the drawing and without, in turns, in one headless
//! Chromium.
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

use interleave_e2e::{Browser, Error, Result, Session, Site};

/// What is printed when the arguments are not understood.
const USAGE: &str = "usage: live-drawing DIST

DIST is the built site. Fails where drawing takes more than 5 % of a run's time.";

/// A run of few tasks that mostly wait, one of a thousand rows, one whose loop has something to do all the time; each with what
/// it takes at most, in seconds.
const RUNS: [(&str, u64); 3] = [
    ("?scenario=gather&speed=2", 4),
    ("?scenario=semaphore&variants=semaphore&jobs=1000&limit=20&speed=20", 8),
    ("?scenario=queue&producers=10&items=50&consumers=20&speed=20", 8),
];

/// How often each is run; the median counts.
const ROUNDS: usize = 7;

/// Of a run's time, drawing takes so much at most.
const SHARE: f64 = 0.05;

/// All measured times of the page together, in seconds, once it has some.
const MEASURED: &str = "(() => {
    const status = document.querySelector('[data-testid=status]').textContent;
    const times = [...document.querySelectorAll('[data-testid^=time-of-]')].map((it) => it.textContent.match(/measured ([\\d.]+)/)?.[1]);
    return status.startsWith('Measured') && times.every(Boolean) && times.reduce((all, time) => all + Number(time), 0);
})()";

#[tokio::main]
async fn main() -> ExitCode {
    let arguments: Vec<PathBuf> = env::args_os().skip(1).map(PathBuf::from).collect();
    let [dist] = arguments.as_slice() else {
        eprintln!("{USAGE}");
        return ExitCode::from(2);
    };
    match compare(dist).await {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn compare(dist: &Path) -> Result<bool> {
    let site = Site::serve(dist).await?;
    let session = Session::open(Browser::Chromium).await?;
    let mut holds = true;
    for (query, seconds) in RUNS {
        let mut times = [Vec::new(), Vec::new()];
        for round in 0..ROUNDS * 2 {
            let is_drawn = round % 2 == 0;
            times[usize::from(!is_drawn)].push(run(&session, &site.url(query), is_drawn, seconds).await?);
        }
        let [drawn, undrawn] = times.map(|mut times| {
            times.sort_by(f64::total_cmp);
            times[times.len() / 2]
        });
        let share = drawn / undrawn - 1.0;
        let is_kept = share <= SHARE;
        holds &= is_kept;
        println!("{query}: {drawn:.2} s drawn, {undrawn:.2} s not drawn");
        println!(
            "{:>8.1} % of its time (at most {:.0}){}",
            share * 100.0,
            SHARE * 100.0,
            if is_kept { "" } else { "  NOT REACHED" }
        );
    }
    session.close().await?;
    Ok(holds)
}

/// How long a run takes by its own clock, with all its variants together.
async fn run(session: &Session, url: &str, is_drawn: bool, seconds: u64) -> Result<f64> {
    session.goto(url).await?;
    let patience = Duration::from_secs(30);
    session.wait_until("the page", "document.querySelector('.glass') && true", patience).await?;
    if !is_drawn {
        // Frames are what it is drawn in: the next one comes when it is over.
        let frames =
            format!("window.requestAnimationFrame = (call) => setTimeout(() => call(performance.now()), {seconds}000)");
        session.execute(frames, vec![]).await?;
    }
    session.execute("document.querySelector('[data-testid=run]').click()", vec![]).await?;
    let measured = session.wait_until("the run's end", MEASURED, patience).await?;
    measured.as_f64().ok_or_else(|| Error::Answer(format!("not a number: {measured}")))
}
