//! Real runs, at twenty times the speed.
//!
//! How long they took is the machine's business. What is asserted is the order of what happened, and that a measured time
//! is never below the ideal one: a timer may come late, but never early.

use std::time::Duration;

use interleave_e2e::{Error, Result};
use serde_json::json;

use crate::{
    catalogue::{CATALOGUE, catalogue},
    page::Page,
};

/// Reads `measured 3.01 s · ideal 3.00 s`; the measured time as large as it can have been before it was rounded, since a
/// coarse clock gives fewer digits.
fn measured_and_ideal(time: &str) -> Option<(f64, f64)> {
    let (measured, ideal) = time.strip_prefix("measured ")?.split_once(" · ideal ")?;
    let seconds = |text: &str| text.strip_suffix(" s")?.parse::<f64>().ok();
    let decimals = measured.strip_suffix(" s")?.split_once('.').map_or(0, |(_, part)| i32::try_from(part.len()).unwrap_or(0));
    Some((seconds(measured)? + 0.5 / 10_f64.powi(decimals), seconds(ideal)?))
}

/// From Run over Stop to Run again, and then everything is measured, with the ideal still beside it.
pub(crate) async fn a_run_is_measured_beside_the_ideal(page: &Page<'_>) -> Result<()> {
    page.open("?scenario=gather&requests=3&latency=1&speed=20").await?;
    assert!(page.choices("Show").await?.is_empty(), "there is nothing to choose from before the first run");
    let recording = page.run().await?;
    assert_eq!(recording.buttons, ["Run", "Stop", "Run"]);
    assert_eq!(recording.statuses, ["Ideal", "Running", "Measured"]);
    assert!(page.text("status").await?.contains("20×"));
    for time in page.times().await? {
        let Some((measured, ideal)) = measured_and_ideal(&time) else { panic!("`{time}` is not measured") };
        assert!(measured >= ideal, "`{time}`: a timer came early");
    }
    let factor = page.text("factor-gather").await?;
    assert!(factor.strip_suffix('×').is_some_and(|it| it.parse::<f64>().is_ok_and(|it| it > 0.0)), "`{factor}`");

    page.choose("Show", "ideal").await?;
    page.wait_for_text("time-of-gather", "ideal 1.00 s").await?;
    page.choose("Show", "measured").await?;
    page.wait_for_text("time-of-gather", "measured ").await
}

/// Where things stand on the page, at each frame: the places that were not seen before.
const WATCH_PLACES: &str = "
    window.places = new Set();
    const look = () => {
        const tops = ['.bar', '.axis', '.legend', '.below'].map((css) => document.querySelector(css).getBoundingClientRect().top);
        places.add(tops.map((top) => Math.round(top + scrollY)).join(' '));
        requestAnimationFrame(look);
    };
    look();";

/// What is being watched, or clicked on, stays where it is when a run begins and when it ends.
pub(crate) async fn a_run_moves_nothing(page: &Page<'_>) -> Result<()> {
    for is_phone in [false, true] {
        // Two variants, three with speedups, three with times.
        for id in ["gather", "semaphore", "timeout"] {
            let address = format!("?scenario={id}&speed=20");
            if is_phone { page.open_on_phone(&address).await? } else { page.open(&address).await? }
            page.wait("the rest of the page", "seen('moment') && document.styleSheets.length > 1").await?;
            page.session.settle(Duration::from_millis(200), Duration::from_secs(3)).await?;
            page.session.execute(WATCH_PLACES, vec![]).await?;
            for _ in 0..2 {
                page.run().await?;
                page.wait("what is known of its times", "seen('open-exact') && true").await?;
            }
            let places = page.ask("new Promise((then) => requestAnimationFrame(() => then([...places])))").await?;
            assert_eq!(places.as_array().map(Vec::len), Some(1), "{id}, on a phone: {is_phone}; {places}");
        }
    }
    Ok(())
}

/// What was measured at one speed says which, whatever is set for the next run; at two speeds it claims neither.
pub(crate) async fn a_speed_changed_on_the_way_is_said(page: &Page<'_>) -> Result<()> {
    page.open("?scenario=gather&speed=20").await?;
    page.run().await?;
    page.set("speed", "5").await?;
    page.wait_for_text("status", "Measured just now at 20×").await?;
    page.set("speed", "0.25").await?;
    page.record().await?;
    page.click("run").await?;
    page.wait_for_text("status", "Running for real at 0.25×").await?;
    page.set("speed", "20").await?;
    page.until_over().await?;
    page.wait_for_text("status", "Measured just now at changing speed").await?;
    page.click("open-exact").await?;
    let exact = page.text("exact-words").await?;
    assert!(!exact.contains("p95") && exact.contains("The speed was changed on the way"), "`{exact}`");
    Ok(())
}

/// How far a run has come stands beside each variant and moves a bar; what is read aloud changes only with the variants.
pub(crate) async fn a_run_tells_how_far_it_has_come(page: &Page<'_>) -> Result<()> {
    // At this speed a slow machine, too, draws it now and then.
    page.open("?scenario=gather").await?;
    let keep = "(window.kept = { statuses: [], progress: [], done: [] }, new MutationObserver(() => { \
                const note = (list, it) => { if (it != null && list.at(-1) !== it) list.push(it); }; \
                note(kept.statuses, text('status')); note(kept.done, text('time-of-sequential')); \
                note(kept.progress, seen('progress')?.getAttribute('aria-valuenow')); }).observe(document.body, \
                { subtree: true, childList: true, characterData: true, attributes: true }), true)";
    page.ask(keep).await?;
    page.run().await?;
    let kept = page.ask("kept").await?;
    let list = |name: &str| crate::page::strings(&kept[name]);
    let (statuses, progress, done) = (list("statuses")?, list("progress")?, list("done")?);
    let running: Vec<&String> = statuses.iter().filter(|it| it.starts_with("Running")).collect();
    assert!(running[0].starts_with("Running for real") && running[0].contains("for about 3.00 s."), "{running:?}");
    assert!(running.iter().any(|it| it.contains("1 of 2 variants are over.")), "{running:?}");
    assert!(running.len() <= 3, "a live region is not to be flooded: {running:?}");
    assert!(progress.len() <= 11 && progress.is_sorted_by_key(|it| it.parse::<u32>().unwrap_or(999)), "{progress:?}");
    assert!(progress.len() > 2, "{progress:?}");
    let on_its_way = |it: &&String| it.contains(" of 3.00 s · ");
    // On a slow machine one of these may pass between two drawings.
    let some = |it: &String| it.ends_with("1 of 3 done") || it.ends_with("2 of 3 done");
    assert!(done.iter().filter(on_its_way).any(some), "{done:?}");
    assert!(!page.sees("progress").await?, "it is over");
    Ok(())
}

/// No digit is shown that the clock does not vouch for, and the order of what it cannot tell apart is not sold as times.
pub(crate) async fn a_coarse_clock_is_not_trusted_further_than_it_tells(page: &Page<'_>) -> Result<()> {
    page.open("?scenario=gather&variants=sequential,gather&speed=20").await?;
    // As coarse as browsers make it for those who ask not to be recognised. It moves while it is measured, and after that
    // only between two tasks of the page, however slow the machine is: what happens in one turn happens at one time.
    let coarse = "(() => { const now = performance.now.bind(performance); \
                  let [shown, reads, left] = [4 * Math.floor(now() / 4), 0, 5]; \
                  setInterval(() => { shown = Math.max(shown, 4 * Math.floor(now() / 4)); }, 4); \
                  Performance.prototype.now = () => { \
                      if (left > 0 && ++reads % 100 === 0) { left -= 1; shown += 4; } return shown; }; return true; })()";
    page.ask(coarse).await?;
    page.run().await?;
    for time in page.times().await? {
        let measured = time.strip_prefix("measured ").and_then(|time| time.split_once(' ')).map_or("", |(time, _)| time);
        let decimals = measured.split_once('.').map_or(0, |(_, part)| part.len());
        assert_eq!(decimals, 1, "a step is 80 ms of the run: `{time}`");
    }
    let same = page.text("ties").await?;
    assert!(same.starts_with("1–3: at the same time, as far as this clock tells, which moves by 80 ms."), "`{same}`");
    assert_eq!(page.completed().await?, ["request 1", "request 2", "request 3"], "the one thread knows their order");
    let times = page.texts("[data-testid=completed] .at").await?;
    assert!(times.iter().all(|time| time.split_once('.').is_some_and(|(_, part)| part.len() == 1)), "{times:?}");

    page.click("open-exact").await?;
    let exact = page.texts("[data-testid=exact-words] li").await?;
    assert!(exact[1].starts_with("gather: measured") && exact[1].contains("Its 3 timers were late by"), "{exact:?}");
    assert!(exact[2].contains("moves in steps of 4 ms, which are 80 ms of the run"), "{exact:?}");
    page.choose("Show", "ideal").await?;
    page.wait("the ideal times", "!seen('ties') && text('time-of-gather') === 'ideal 1.00 s'").await?;

    // Two variants that take the same time are no faster than each other, whatever the clock has said.
    page.open("?scenario=gather&requests=1&speed=20").await?;
    page.run().await?;
    page.wait("no claim", "text('factor-gather') === '='").await?;
    let says = "texts('.formula').some((it) => it.includes('the same, as far as this clock tells'))";
    assert!(page.holds(says).await?);
    Ok(())
}

/// Three equal requests end in the order in which they were sent, and the console tells so with times.
pub(crate) async fn equal_waits_end_in_the_order_of_their_start(page: &Page<'_>) -> Result<()> {
    page.open("?scenario=gather&speed=20").await?;
    page.run().await?;
    assert_eq!(page.completed().await?, ["request 1", "request 2", "request 3"]);
    assert_eq!(page.texts("[data-testid=completed] .place").await?, ["1", "2", "3"]);

    page.choose("Panel", "Console").await?;
    page.wait("the console", "seen('console')").await?;
    let printed = page.texts("[data-testid=console] samp").await?;
    let sent = (1..=3).map(|number| format!("request {number} sent"));
    let answered = (1..=3).map(|number| format!("request {number} answered"));
    let expected: Vec<String> = sent.chain(answered).chain(["answers: 3".to_owned()]).collect();
    assert_eq!(printed, expected);
    let times = page.texts("[data-testid=console] .at").await?;
    assert_eq!(times.len(), printed.len());
    assert!(times.iter().all(|time| time.parse::<f64>().is_ok()), "{times:?}");
    assert!(times.is_sorted_by_key(|time| time.parse::<f64>().unwrap_or_default() as u64), "{times:?}");

    page.choose("Panel", "Events").await?;
    page.wait("the table of events", "seen('events')").await?;
    assert!(page.texts("[data-testid=events] tbody tr").await?.len() > printed.len());
    Ok(())
}

/// The shortest wait ends first, wherever it stands in the program.
pub(crate) async fn unequal_waits_end_in_the_order_of_their_length(page: &Page<'_>) -> Result<()> {
    page.open("?scenario=gather-mixed&speed=20").await?;
    page.run().await?;
    assert_eq!(page.completed().await?, ["comments", "user", "posts"]);
    page.choose("Panel", "Console").await?;
    page.wait("the console", "seen('console')").await?;
    let printed = page.texts("[data-testid=console] samp").await?;
    let results = "page: user data, posts data, comments data";
    assert_eq!(printed.last().map(String::as_str), Some(results), "results keep the order of the arguments");
    Ok(())
}

/// Ten jobs, three at a time, are let in in the order in which they came.
pub(crate) async fn a_semaphore_lets_its_jobs_in_by_turns(page: &Page<'_>) -> Result<()> {
    page.open("?scenario=semaphore&speed=20").await?;
    page.run().await?;
    let jobs: Vec<String> = (1..=10).map(|number| format!("job {number}")).collect();
    page.choose("Variant", "semaphore").await?;
    assert_eq!(page.completed().await?, jobs);

    page.choose("Panel", "Console").await?;
    page.wait("the console", "seen('console')").await?;
    let (mut inside, mut most) = (0_i32, 0);
    for line in page.texts("[data-testid=console] samp").await? {
        inside += i32::from(line.ends_with("starts")) - i32::from(line.ends_with("done"));
        most = most.max(inside);
    }
    assert_eq!((inside, most), (0, 3), "three at a time, and nobody is left inside");
    Ok(())
}

/// A variant that holds up the page must not hold up the others, so each has the page to itself.
pub(crate) async fn blocking_variants_run_one_after_the_other(page: &Page<'_>) -> Result<()> {
    page.open("?scenario=blocking&speed=20").await?;
    let recording = page.run().await?;
    assert_eq!(recording.measured, ["blocking", "async", "threads"]);
    assert_eq!(recording.statuses.last().map(String::as_str), Some("Measured"));
    for variant in ["async", "threads"] {
        let silence = format!("document.querySelector('[data-testid=variant-{variant}] rect.silence')");
        assert!(!page.holds(&silence).await?, "a twentieth of a second is no silence: {variant}");
    }
    page.wait("a diagnosis", "texts('[data-testid=diagnoses] li').length").await?;
    let found = page.texts("[data-testid=diagnoses] li").await?;
    assert!(found[0].starts_with("blocking sleep The event loop was blocked"), "{found:?}");
    // A busy machine may hold up any step for as long as if it computed.
    let is_slow_only = |text: &String| text.contains("which computed");
    assert!(found[1..].iter().all(is_slow_only), "only one of the three blocks: {found:?}");
    assert!(found[0].contains("heartbeat"), "the one who suffered is named: {found:?}");
    Ok(())
}

/// While tasks wait, the program shows where, in either language; afterwards it is itself again.
pub(crate) async fn the_lines_that_wait_are_marked(page: &Page<'_>) -> Result<()> {
    page.open("?scenario=gather&latency=5&speed=0.25").await?;
    let marked = "all('[data-testid=code] .line').filter((it) => getComputedStyle(it).boxShadow !== 'none').map(said)";
    for (language, program, line) in [("Python", "async def", "sleep(LATENCY)"), ("Rust", "async fn", "sleep(latency)")] {
        page.choose("Language", language).await?;
        page.wait("the program", &format!("text('code').includes('{program}')")).await?;
        assert_eq!(page.ask(marked).await?, json!([]), "nothing runs yet");
        page.click("run").await?;
        page.wait("a line to be marked", &format!("{marked}.some((line) => line.includes('{line}'))")).await?;
        page.click("stop").await?;
        page.wait("the marks to go", &format!("{marked}.length === 0")).await?;
    }
    Ok(())
}

/// The order of completion of every variant, as the panel tells it.
async fn orders(page: &Page<'_>) -> Result<Vec<(String, Vec<String>)>> {
    let variants = page.choices("Variant").await?;
    if variants.is_empty() {
        return Ok(vec![("the only one".to_owned(), page.completed().await?)]);
    }
    let mut orders = Vec::new();
    for variant in variants {
        page.choose("Variant", &variant).await?;
        orders.push((variant, page.completed().await?));
    }
    Ok(orders)
}

/// What is drawn beforehand is what happens: each variant completes in the same order on both clocks.
pub(crate) async fn every_scenario_runs_as_it_was_drawn(page: &Page<'_>) -> Result<()> {
    for (id, variants) in CATALOGUE {
        page.open(&format!("?scenario={id}&speed=20")).await?;
        let drawn = orders(page).await?;
        assert!(drawn.iter().all(|(_, order)| !order.is_empty()), "{id}: {drawn:?}");
        let recording = page.run().await?;
        assert_eq!(recording.measured.len(), variants.len(), "{id}");
        for time in page.times().await? {
            let times = measured_and_ideal(&time);
            let (measured, ideal) = times.ok_or_else(|| Error::Answer(format!("{id}: `{time}` is not measured")))?;
            assert!(measured >= ideal, "{id}: `{time}`: a timer came early");
        }
        assert_eq!(orders(page).await?, drawn, "{id}");
    }
    Ok(())
}

/// Every other one runs to its end as well, and what it measured is drawn.
pub(crate) async fn every_scenario_runs_to_its_end(page: &Page<'_>) -> Result<()> {
    for (id, _) in catalogue() {
        page.open(&format!("?scenario={id}&speed=20")).await?;
        page.run().await?;
        let times = page.times().await?;
        let is_over = |time: &String| time.starts_with("measured ") || time.starts_with("deadlock ");
        assert!(times.iter().all(is_over), "{id}: {times:?}");
        assert!(!page.text("why").await?.is_empty(), "{id} does not say why");
    }
    Ok(())
}

/// A guess starts the run, and the run answers it.
pub(crate) async fn a_prediction_is_answered_by_the_run(page: &Page<'_>) -> Result<()> {
    page.open("?scenario=gather&speed=20").await?;
    page.click("predict").await?;
    page.wait("the timelines to go", "!seen('figure') && !seen('why')").await?;
    assert_eq!(page.query().await?, "?scenario=gather&speed=20&predict=on");
    // They come with what runs need.
    page.wait("the answers", "texts('[data-testid^=answer-]').length").await?;
    let answers = page.texts("[data-testid^=answer-]").await?;
    assert_eq!(answers, ["1.0 s", "2.0 s", "3.0 s"]);
    page.click("answer-2").await?;
    page.wait_for_text("status", "Measured").await?;
    page.wait("the verdict", "text('verdict')?.startsWith('You said 3.0 s. It is 1.0 s')").await?;
    assert!(page.sees("figure").await? && page.sees("why").await?);
    // The next scenario asks as well, and hides what comes out again.
    page.click("pick-gather-mixed").await?;
    let asks = "text('question')?.includes('who is done first') && !seen('figure')";
    page.wait("the next question", asks).await?;
    page.click("answer-0").await?;
    page.wait("the verdict", "text('verdict') === 'Right: comments.'").await?;
    page.click("predict").await?;
    page.wait("the question to go", "!seen('question')").await?;
    Ok(())
}

/// What ends is clicked in the order in which it is expected to; a run tells which of that was right, and why the rest was not.
pub(crate) async fn an_order_is_predicted_by_clicking_it(page: &Page<'_>) -> Result<()> {
    page.open("?scenario=gather-mixed&speed=20").await?;
    page.click("predict").await?;
    page.wait("what can be put in order", "seen('order-user')").await?;
    let offered = "[data-testid=order] .answers button";
    assert_eq!(page.texts(offered).await?, ["comments", "posts", "user"], "in an order that tells nothing");
    let told = page.texts(".factor, figure .time, [data-testid=why], [data-testid=order-told] td").await?;
    assert!(told.is_empty(), "nothing is told before: {told:?}");
    // By mouse, and taken back; then by keyboard, which keeps its place.
    page.click("order-posts").await?;
    page.click("order-user").await?;
    assert_eq!(page.texts(offered).await?, ["comments", "1posts", "2user"]);
    page.click("order-posts").await?;
    assert_eq!(page.texts(offered).await?, ["comments", "posts", "1user"]);
    page.ask("seen('order-comments').focus()").await?;
    page.session.press("Enter Tab Enter").await?;
    page.wait("three places", "texts('[data-testid=order] .place').join() === '2,3,1'").await?;
    assert!(page.holds("document.activeElement === seen('order-posts')").await?, "the focus was lost");
    assert!(page.holds("seen('order-posts').getAttribute('aria-pressed') === 'true'").await?);
    assert_eq!(page.query().await?, "?scenario=gather-mixed&speed=20&predict=on", "what is expected is nobody's business");

    page.run().await?;
    page.wait_for_text("order-verdict", "1 of 3 ended where you said.").await?;
    let rows = ["1usercomments ✗", "2commentsuser ✗", "3postsposts ✓"];
    assert_eq!(page.texts("[data-testid=order-told] tbody tr").await?, rows);
    let whys = page.texts("[data-testid=order-told] li").await?;
    assert_eq!(whys.len(), 2, "{whys:?}");
    assert!(whys[0].starts_with("user ended 2nd, not 1st: at ") && whys[0].contains("asleep"), "{whys:?}");
    assert!(!page.sees("order").await?, "it cannot be predicted any more");
    // With other values it is asked again.
    page.set("param-comments", "3").await?;
    page.wait("the question", "seen('order') && !seen('figure') && texts('[data-testid=order-told] td').length === 0").await?;
    assert_eq!(page.texts(offered).await?, ["comments", "posts", "user"]);
    Ok(())
}
