//! What is said of real runs: how far they have come, how long they took, and how true that is.
//!
//! A browser's clock is coarse and its timers are late. Nothing here has digits that the clock does not vouch for, and no
//! difference is claimed that the machine may have made.

use std::sync::Arc;
use std::time::Duration;

use leptos::prelude::*;

use super::answer::result;
use super::markup::{add, each, escape, flag, text};
use super::model::{Model, Phase, Run};
use super::page::Page;
use crate::aio::trace::{Ending, ResourceKind};
use crate::host::browser::clock_step;
use crate::numbers::{fixed, plain};
use crate::scenarios::{Compare, Real, Variant};
use crate::timeline::{self, Drift, Resolution, drift, seconds, speedup, ties_in_words};

/// A timer that is later than a frame had somebody else on the thread before it.
const FRAME: Duration = Duration::from_millis(17);

/// What two runs are between which this browser can tell no difference.
const SAME: &str = "the same, as far as this clock tells";

/// What is reached through [`Runs`](super::Runs).
#[derive(Clone, Copy, Debug)]
pub(super) struct Measured {
    /// How it stands with the runs, in a sentence or some.
    pub(super) status: fn(&Model) -> String,
    /// A variant's time, at its heading.
    pub(super) time: fn(&Model, usize, &Run) -> String,
    /// The answer, once all are over; none before that.
    pub(super) results: fn(&Model) -> Option<String>,
    /// Which of a run's completions cannot be told apart.
    pub(super) ties: fn(&Run) -> String,
    /// How far the runs have come, and how true their times are.
    pub(super) report: fn(Page) -> Vec<AnyView>,
}

impl Measured {
    pub(super) const ALL: Self = Self { status, time, results, ties, report };
}

/// The real runs that are shown, with their places.
fn shown(model: &Model) -> Vec<(usize, &Arc<Run>)> {
    let places = model.selection.variants().into_iter();
    places.filter_map(|place| Some((place, model.real.get(place)?.as_ref()?))).collect()
}

fn status(model: &Model) -> String {
    let speed = plain(model.selection.speed);
    let paused = match model.real.iter().flatten().map(|run| run.pauses).max() {
        None | Some(0) => String::new(),
        Some(1) => " It paused once while the page was hidden; that time is not counted.".to_owned(),
        Some(more) => format!(" It paused {more} times while the page was hidden; that time is not counted."),
    };
    let outside = each(&model.outside, |out, said| add(out, format_args!(" {said}")));
    match model.phase {
        Phase::Ideal => String::new(),
        Phase::Preparing if model.scenario().real == Real::Computes => {
            "Starting workers, and measuring how fast this machine computes…".to_owned()
        }
        Phase::Preparing if model.scenario().real.is_outside() => "Getting the world outside ready…".to_owned(),
        Phase::Preparing => "Getting ready…".to_owned(),
        Phase::Running if model.has_own_axis() => {
            format!("Running for real, at the pace of the world outside.{}", over(model))
        }
        Phase::Running => {
            format!(
                "Running for real at {speed}×{}.{} Outlines show the ideal run.{paused}",
                expected(model),
                over(model)
            )
        }
        Phase::Paused => "Paused: the page is hidden, and hidden pages have no true clock.".to_owned(),
        Phase::Held => "Held. Play goes on; the event before and the next one can be looked at.".to_owned(),
        Phase::Finished if model.real.iter().all(Option::is_none) => {
            "Run on the virtual clock, which jumps from deadline to deadline: over at once, and exact.".to_owned()
        }
        Phase::Finished => {
            let own = if model.has_own_axis() && model.selection.speed != 1.0 {
                ", the pace of the world outside,"
            } else {
                ""
            };
            let at = speed_of(model).map_or_else(|| "changing speed".to_owned(), |speed| plain(speed) + "×");
            format!(
                "Measured just now at {at}{own} in this browser.{paused}{outside}{}{}",
                cores(model),
                threads(model)
            )
        }
        Phase::Stopped => format!("Stopped. What is drawn is as far as it came.{paused}{outside}"),
    }
}

/// How many variants are over. That changes so seldom that it can be read aloud.
fn over(model: &Model) -> String {
    let all = model.selection.variants().len();
    let over = shown(model).iter().filter(|(_, run)| run.is_over()).count();
    if over == 0 || all < 2 { String::new() } else { format!(" {over} of {all} variants are over.") }
}

/// How long it is going to take, by the wall's clock: as long as the longest, or as all of them one after the other.
fn expected(model: &Model) -> String {
    let places = model.selection.variants().into_iter();
    let times = places.filter_map(|place| model.ideal.get(place)).map(|run| run.timeline.until);
    let whole: Duration = if model.scenario().real.blocks() { times.sum() } else { times.max().unwrap_or_default() };
    let deadlocks = model.ideal.iter().any(|run| run.timeline.ended == Some(Ending::Deadlock));
    if deadlocks || whole.is_zero() {
        return String::new();
    }
    format!(", for about {}", seconds(whole.div_f64(model.selection.speed)))
}

/// The speed at which all were measured, if it was one.
fn speed_of(model: &Model) -> Option<f64> {
    let speeds = model.real.iter().flatten().map(|run| run.speed);
    speeds.reduce(|one, other| one.filter(|_| one == other)).flatten()
}

/// What was no real thread.
fn threads(model: &Model) -> &'static str {
    let has_pool = |run: &Arc<Run>| run.trace.resources().iter().any(|resource| resource.kind == ResourceKind::Pool);
    if model.real.iter().flatten().any(has_pool) { " Its threads were modelled: a page has none." } else { "" }
}

/// What the machine has to compute with, as far as the browser says.
fn cores(model: &Model) -> String {
    let computed = model.scenario().real == Real::Computes && model.has_own_axis();
    let cores = window().navigator().hardware_concurrency();
    match cores as u32 {
        _ if !computed => String::new(),
        0 => " Your browser does not say how many cores the machine has.".to_owned(),
        1 => " Your browser says that the machine has 1 core (hardwareConcurrency).".to_owned(),
        cores => format!(" Your browser says that the machine has {cores} cores (hardwareConcurrency)."),
    }
}

fn time(model: &Model, place: usize, run: &Run) -> String {
    let word = if model.scenario().real.is_outside() { "model" } else { "ideal" };
    let Some(ideal) = model.ideal.get(place) else { return String::new() };
    let until = run.timeline.resolution.seconds(run.timeline.until);
    let ideal_time = seconds(ideal.timeline.until);
    let of_ideal = match ideal.timeline.ended {
        Some(Ending::Deadlock) => format!("{word} deadlock at {ideal_time}"),
        _ => format!("{word} {ideal_time}"),
    };
    match run.timeline.ended {
        None if run.outside => format!("{until}{} · {of_ideal}", done(ideal, run)),
        None => format!("{until} of {ideal_time}{}", done(ideal, run)),
        Some(Ending::Finished) => format!("measured {until} · {of_ideal}"),
        Some(Ending::Stopped | Ending::Runaway(_)) => format!("stopped at {until} · {of_ideal}"),
        Some(Ending::Deadlock) => format!("deadlock at {until}"),
    }
}

/// How many tasks and operations have ended, of how many.
fn done(ideal: &Run, run: &Run) -> String {
    let ended = |run: &Run| run.timeline.rows.iter().filter(|row| row.place.is_some()).count();
    match ended(ideal) {
        0 => String::new(),
        all => format!(" · {} of {all} done", ended(run)),
    }
}

/// What is known of how long a variant took.
fn facts(model: &Model, place: usize, run: &Run) -> timeline::Measured {
    // Where the loop is blocked its timers are late by the program's own doing; the world outside takes what it takes.
    let late = if model.scenario().real.blocks() { None } else { drift(&run.trace) };
    timeline::Measured {
        took: run.timeline.until,
        ideal: model.ideal.get(place).filter(|_| !run.outside).map(|run| run.timeline.until),
        late: late.map_or(Duration::ZERO, |drift| drift.p95),
        resolution: run.timeline.resolution,
    }
}

/// How much faster a variant was than the first that is shown; none where the browser cannot tell.
pub(super) fn factor(model: &Model, place: usize) -> Option<String> {
    let runs = shown(model);
    let (first, run) = (runs.first()?, runs.iter().find(|(other, _)| *other == place)?);
    let (before, after) = (facts(model, first.0, first.1), facts(model, run.0, run.1));
    if before.is_as_long_as(&after) {
        return None;
    }
    speedup(before.took, after.took).map(|speedup| speedup.show())
}

/// Whether a variant took as long as the first that is shown, as far as can be told.
pub(super) fn note(model: &Model, place: usize) -> Option<&'static str> {
    factor(model, place).is_none().then_some(SAME)
}

fn results(model: &Model) -> Option<String> {
    let runs = shown(model);
    if model.phase != Phase::Finished || runs.len() < model.selection.variants().len() || runs.is_empty() {
        return None;
    }
    let scenario = model.scenario();
    let speedups = scenario.compare == Compare::Speedup && runs.len() > 1;
    let of = |place: usize| (&scenario.variants[place], &model.ideal[place].timeline);
    Some(each(runs.iter().skip(usize::from(speedups)), |out, (place, run)| {
        let (variant, ideal) = of(*place);
        let clock = run.timeline.resolution;
        let took = clock.seconds(run.timeline.until);
        if speedups {
            let (first, first_ideal) = of(runs[0].0);
            let before = runs[0].1.timeline.resolution.seconds(runs[0].1.timeline.until);
            let model_word = if scenario.real.is_outside() { "model " } else { "" };
            let ideal = format!("{model_word}{} → {}", seconds(first_ideal.until), seconds(ideal.until));
            // A time and its unit stay in one line.
            let measured = format!("measured {before} → {took}").replace(" s", "\u{a0}s");
            match factor(model, *place) {
                Some(factor) => result(
                    out,
                    ("factor", variant.id),
                    (&factor, "×"),
                    &ideal,
                    &[&over_each_other(first, variant), &measured],
                ),
                None => result(
                    out,
                    ("factor", variant.id),
                    ("=", ""),
                    &ideal,
                    &[&over_each_other(first, variant), &measured, SAME],
                ),
            }
        } else {
            let note = match ideal.ended {
                Some(Ending::Deadlock) => "deadlock: it never ends".to_owned(),
                _ if scenario.real.is_outside() => format!("measured; model {}", seconds(ideal.until)),
                _ => format!("measured; ideal {}", seconds(ideal.until)),
            };
            result(out, ("time", variant.id), (&clock.show(run.timeline.until), " s"), variant.title, &[&note]);
        }
    }))
}

fn over_each_other(first: &Variant, variant: &Variant) -> String {
    format!("{} ÷ {}", first.title, variant.title)
}

fn ties(run: &Run) -> String {
    let words = ties_in_words(&run.timeline.completions(), run.timeline.resolution);
    words.map_or_else(String::new, |words| format!(r#"<p class="ties" data-testid="ties">{}</p>"#, escape(&words)))
}

/// How much of the expected time has passed, in tenths: what is read aloud is to change seldom.
fn tenths(model: &Model) -> u32 {
    let places = model.selection.variants();
    let ideal = places.iter().filter_map(|place| model.ideal.get(*place)).map(|run| run.timeline.until);
    let real = shown(model).into_iter().map(|(place, run)| {
        let ideal = model.ideal.get(place).map_or(Duration::ZERO, |run| run.timeline.until);
        if run.is_over() { ideal } else { run.timeline.until.min(ideal) }
    });
    let (whole, passed) = if model.scenario().real.blocks() {
        (ideal.sum::<Duration>(), real.sum::<Duration>())
    } else {
        (ideal.max().unwrap_or_default(), real.max().unwrap_or_default())
    };
    if whole.is_zero() { 0 } else { (10.0 * passed.as_secs_f64() / whole.as_secs_f64()) as u32 }
}

fn report(page: Page) -> Vec<AnyView> {
    let is_measurable = |model: &Model| model.is_running() && !model.has_own_axis() && model.phase != Phase::Preparing;
    let none = flag(move || page.read(|model| !is_measurable(model)));
    let tenths = Memo::new(move |_| page.read(|model| if is_measurable(model) { tenths(model).min(10) } else { 0 }));
    let percent = text(move || (tenths.get() * 10).to_string());
    let exact = text(move || page.read(exact));
    let hidden = flag(move || page.read(|model| model.phase != Phase::Finished || shown(model).is_empty()));
    let view = view! {
        <div
            class="progress"
            role="progressbar"
            aria-label="The run"
            aria-valuemin="0"
            aria-valuemax="100"
            aria-valuenow=percent
            data-testid="progress"
            hidden=none
        >
            <div style:width=text(move || format!("{}%", tenths.get() * 10))></div>
        </div>
        <details class="exact" data-testid="exact" hidden=hidden>
            <summary data-testid="open-exact">"How exact is that?"</summary>
            <ul data-testid="exact-words" inner_html=exact></ul>
        </details>
    };
    vec![view.into_any()]
}

/// Measured beside ideal, how late the timers were, and what bent that.
fn exact(model: &Model) -> String {
    if model.phase != Phase::Finished {
        return String::new();
    }
    let lines = shown(model).into_iter().map(|(place, run)| of_variant(model, place, run));
    each(lines.chain(bent(model)), |out, line| add(out, format_args!("<li>{}</li>", escape(&line))))
}

fn of_variant(model: &Model, place: usize, run: &Run) -> String {
    let title = model.scenario().variants[place].title;
    let clock = run.timeline.resolution;
    let took = clock.seconds(run.timeline.until);
    let ideal = model.ideal[place].timeline.until;
    let apart = run.timeline.until.abs_diff(ideal);
    let beside = match () {
        () if run.outside => String::new(),
        () if !clock.tells(apart) => format!(", the ideal {} as far as this clock tells", seconds(ideal)),
        () => {
            let more = if run.timeline.until > ideal { "more" } else { "less" };
            format!(", {} {more} than the ideal {}", in_millis(apart, clock), seconds(ideal))
        }
    };
    format!("{title}: measured {took}{beside}.{}", timers(model, run))
}

/// By how much the browser's timers were late, on the wall's clock: that is what they are good for, at any speed.
fn timers(model: &Model, run: &Run) -> String {
    let Some((drift, speed)) = drift(&run.trace).zip(run.speed).filter(|_| !model.scenario().real.blocks()) else {
        // At changing speed nothing can be said; and where the loop is blocked, not the timers are late, but the loop.
        return String::new();
    };
    let wall = Resolution::of_step(clock_step());
    let Drift { timers, p50, p95 } = drift;
    let [p50, p95] = [p50, p95].map(|late| in_millis(late.div_f64(speed), wall));
    let timers = if timers == 1 { "Its timer was".to_owned() } else { format!("Its {timers} timers were") };
    format!(" {timers} late by {p50} (p50), {p95} (p95).")
}

/// Milliseconds, with no digit below a step of the clock; number and unit stay in one line.
fn in_millis(time: Duration, clock: Resolution) -> String {
    let millis = time.as_secs_f64() * 1e3;
    let decimals = u32::from(clock.step() < Duration::from_millis(1));
    let step = clock.step().as_secs_f64() * 1e3;
    match () {
        () if !clock.tells(time) => format!("less than {}", clock.words()),
        // Of ten milliseconds and more only whole steps.
        () if step > 1.0 => fixed((millis / step).round() * step, 0) + "\u{a0}ms",
        () => fixed(millis, decimals) + "\u{a0}ms",
    }
}

/// What bent the figures, as far as that is known.
fn bent(model: &Model) -> Vec<String> {
    let runs = shown(model);
    let step = Resolution::of_step(clock_step());
    let mut said = Vec::new();
    if step.is_exact() {
        said.push(
            "This browser’s clock hardly moves: how finely it can tell times apart could not be measured.".to_owned(),
        );
    } else {
        let of_run = runs.iter().map(|(_, run)| run.timeline.resolution).max().unwrap_or_default();
        let in_run = if of_run == step { String::new() } else { format!(", which are {} of the run", of_run.words()) };
        said.push(format!(
            "This browser’s clock moves in steps of {}{in_run}. What lies closer together is the same, as far as it tells. \
             Its timers count whole milliseconds.",
            step.words()
        ));
    }
    let held_back: u32 = runs.iter().map(|(_, run)| run.held_back).sum();
    if held_back > 0 {
        let timers = if held_back == 1 { "1 timer was".to_owned() } else { format!("{held_back} timers were") };
        said.push(format!(
            "{timers} to come within 4 ms of the one before, in a chain: browsers hold such chains back to 4 ms each."
        ));
    }
    if !model.scenario().real.blocks() {
        let late = runs.iter().filter_map(|(_, run)| Some(drift(&run.trace)?.p95.div_f64(run.speed?))).max();
        if let Some(late) = late.filter(|late| *late > FRAME) {
            said.push(format!(
                "Timers were up to {} late (p95), more than a frame: this machine or browser had something else to do, and \
                 the times have that in them.",
                in_millis(late, step)
            ));
        }
    }
    if runs.iter().any(|(_, run)| run.pauses > 0) {
        said.push(
            "The page was hidden meanwhile: the run’s clock stood still, and what it waited for was set anew."
                .to_owned(),
        );
    }
    if runs.iter().any(|(_, run)| run.speed.is_none()) {
        said.push(
            "The speed was changed on the way: how late timers were cannot be said, and a step counts at the highest."
                .to_owned(),
        );
    }
    said
}
