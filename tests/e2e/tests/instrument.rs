//! Taking the timelines apart: what a reader finds out about a stretch, an event, a moment.

use interleave_e2e::Result;
use serde_json::json;

use crate::page::Page;

const STAGE: &str = "document.querySelector('[data-testid=stage-semaphore]')";

async fn open(page: &Page<'_>, query: &str) -> Result<()> {
    page.open(query).await?;
    page.wait("what takes the timelines apart", "seen('moment') && document.querySelector('.glass') && true").await?;
    Ok(())
}

/// A pointer that moves there, in pixels from the upper left corner.
async fn point(page: &Page<'_>, element: &str, [x_px, y_px]: [f64; 2], kind: &str) -> Result<()> {
    let script = format!(
        "const corner = {element}.getBoundingClientRect(); {element}.dispatchEvent(new PointerEvent('{kind}', {{ bubbles: true, \
         pointerType: 'mouse', clientX: corner.left + {x_px}, clientY: corner.top + {y_px} }}))"
    );
    page.session.execute(script, vec![]).await?;
    Ok(())
}

/// Whatever is pointed at says what it is; the keyboard reaches the same, and that is read aloud.
pub(crate) async fn a_card_tells_what_is_pointed_at(page: &Page<'_>) -> Result<()> {
    open(page, "?scenario=semaphore").await?;
    // Job 4, while the first three are inside.
    point(page, STAGE, [200.0, 96.0], "pointermove").await?;
    page.wait("a card", "seen('card-semaphore') && true").await?;
    let card = page.text("card-semaphore").await?;
    for words in ["job 4: suspended", "0.00 s – 1.00 s, for 1.00 s", "semaphore", "woken by job", "19 of the Python program"] {
        assert!(card.contains(words), "{words}: {card}");
    }
    let aloud = "said(document.querySelector('[data-testid=variant-semaphore] [aria-live]'))";
    assert_eq!(page.ask(aloud).await?, json!(""), "a pointer is not read aloud");
    point(page, STAGE, [200.0, 96.0], "pointerleave").await?;
    page.wait("no card", "!seen('card-semaphore')").await?;

    page.session.execute(format!("{STAGE}.focus()"), vec![]).await?;
    page.session.press("ArrowDown").await?;
    page.session.press("ArrowDown").await?;
    page.wait("job 1", "text('card-semaphore')?.startsWith('job 1: suspended')").await?;
    page.wait("it to be read aloud", &format!("{aloud}.startsWith('job 1: suspended')")).await?;
    page.session.press("ArrowRight").await?;
    page.wait("what it does then", "text('card-semaphore')?.startsWith('job 1: running')").await?;
    page.session.press("Escape").await?;
    page.wait("no card", "!seen('card-semaphore')").await?;
    Ok(())
}

/// Layers are drawn on request, stand in the address, and come with it.
pub(crate) async fn layers_are_drawn_and_sent(page: &Page<'_>) -> Result<()> {
    open(page, "?scenario=semaphore").await?;
    assert!(!page.holds("document.querySelector('.over svg')").await?);
    for place in 0..3 {
        page.session.execute(format!("all('.layers input')[{place}].click()").replace("all(", "document.querySelectorAll("), vec![]).await?;
    }
    assert_eq!(page.query().await?, "?scenario=semaphore&layers=wakes,path,loop");
    open(page, "?scenario=semaphore&layers=wakes,path,loop").await?;
    page.wait("wake-ups", "all('[data-testid=variant-semaphore] .wake').length > 5").await?;
    page.wait("the critical path", "all('[data-testid=variant-semaphore] .path').length > 3").await?;
    page.wait("the loop", "all('.loop svg').length === 3").await?;
    Ok(())
}

/// The axis is looked at nearer, by button and by key, and a link shows the same part of it.
pub(crate) async fn the_axis_can_be_looked_at_nearer(page: &Page<'_>) -> Result<()> {
    open(page, "?scenario=semaphore").await?;
    let axis = "said(document.querySelector('.axis'))";
    let whole = page.ask(axis).await?;
    page.click("nearer").await?;
    page.wait("another axis", &format!("{axis} !== {whole}")).await?;
    assert_eq!(page.query().await?, "?scenario=semaphore&zoom=2-8");
    let near = page.ask(axis).await?;
    open(page, "?scenario=semaphore&zoom=2-8").await?;
    assert_eq!(page.ask(axis).await?, near);
    let beyond = "all('.lanes rect').length";
    open(page, "?scenario=semaphore&zoom=100-200").await?;
    assert!(page.holds(beyond).await?, "nothing is drawn where the run is over long before");
    open(page, "?scenario=semaphore&zoom=2-8").await?;
    // What lies beyond is not drawn over the names.
    let inside = "all('.lanes rect').every((it) => it.x.baseVal.value >= 87 && it.x.baseVal.value + it.width.baseVal.value < 1400)";
    assert!(page.holds(inside).await?);
    page.session.execute(format!("{STAGE}.focus()"), vec![]).await?;
    page.session.press("d").await?;
    page.wait("a later part", "location.search.includes('zoom=3.2-9.2')").await?;
    page.session.press("f").await?;
    page.wait("the whole axis", &format!("{axis} === {whole}")).await?;
    assert_eq!(page.query().await?, "?scenario=semaphore");
    Ok(())
}

/// What was drawn plays like a film, stops where that is asked for, and steps back at any time.
pub(crate) async fn what_was_recorded_plays_and_stops(page: &Page<'_>) -> Result<()> {
    open(page, "?scenario=semaphore&speed=20").await?;
    page.set("pause-when", "3").await?;
    page.click("play").await?;
    page.wait("the first line on the console", "text('moment-words') === '0.00 s' || text('moment-words') === '1.00 s'").await?;
    page.wait("a stop", "text('play') === 'Play'").await?;
    page.set("pause-when", "0").await?;
    page.click("play").await?;
    page.wait("the end", "text('moment-words') === 'the whole run' && text('play') === 'Play'").await?;
    page.click("previous").await?;
    page.wait("an event before the end", "text('moment-words') !== 'the whole run'").await?;
    page.session.execute(format!("{STAGE}.focus()"), vec![]).await?;
    page.session.press(".").await?;
    page.wait("the last event", "text('moment-words') === '10.00 s'").await?;
    Ok(())
}

/// A run can be held, looked at step by step, and goes on.
pub(crate) async fn a_run_is_held_and_goes_on(page: &Page<'_>) -> Result<()> {
    open(page, "?scenario=gather&speed=0.5").await?;
    page.click("run").await?;
    page.wait_for_text("status", "Running").await?;
    page.click("play").await?;
    page.wait_for_text("status", "Held").await?;
    let time = page.times().await?;
    tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    assert_eq!(page.times().await?, time, "its clock stands still");
    page.click("previous").await?;
    page.wait("a moment before", "text('moment-words') !== 'the whole run'").await?;
    page.click("play").await?;
    page.wait_for_text("status", "Running").await?;
    page.wait_for_text("status", "Measured").await?;
    assert_eq!(page.completed().await?, ["request 1", "request 2", "request 3"]);

    // A step that was on its way when the run was stopped is none of the next run's.
    page.click("run").await?;
    page.wait_for_text("status", "Running").await?;
    page.click("play").await?;
    page.wait_for_text("status", "Held").await?;
    page.click("next").await?;
    page.click("stop").await?;
    page.wait_for_text("status", "Stopped").await?;
    page.set("speed", "20").await?;
    page.click("run").await?;
    page.wait_for_text("status", "Measured").await
}

/// A run stops by itself where something happens that was asked for.
pub(crate) async fn a_run_stops_at_the_first_failure(page: &Page<'_>) -> Result<()> {
    open(page, "?scenario=gather-errors&speed=0.5").await?;
    page.set("pause-when", "1").await?;
    page.click("run").await?;
    page.wait_for_text("status", "Held").await?;
    page.set("pause-when", "0").await?;
    page.click("play").await?;
    page.wait_for_text("status", "Measured").await
}

/// A line of either program lights what was done there, and what is pointed at lights its line and names it.
pub(crate) async fn lines_and_stretches_light_each_other(page: &Page<'_>) -> Result<()> {
    for (query, program, attribute, words) in [
        ("?scenario=semaphore", "async def", "data-rust", "19 of the Python program"),
        ("?scenario=semaphore&code=rust", "async fn", "data-line", "22 of the Rust program"),
    ] {
        open(page, query).await?;
        page.wait("the program", &format!("text('code')?.includes('{program}')")).await?;
        point(page, STAGE, [200.0, 96.0], "pointermove").await?;
        page.wait("a card", "seen('card-semaphore') && true").await?;
        let lines = format!("all('[data-testid=code] [{attribute}]')");
        let lit = format!("{lines}.filter((it) => getComputedStyle(it).outlineStyle === 'solid').map(said)");
        page.wait("its line", &format!("{lit}.length === 1 && {lit}[0].includes('semaphore')")).await?;
        assert!(page.holds(&format!("text('card-semaphore').includes('{words}')")).await?, "{query}: {words}");
        let script = "[...document.querySelectorAll('[data-testid=code] .line')].find((it) => it.textContent.includes('sleep('))\
                      .dispatchEvent(new PointerEvent('pointermove', { bubbles: true }));";
        page.session.execute(script, vec![]).await?;
        page.wait("what was done there", "all('.over .lit').length > 5").await?;
    }
    Ok(())
}

/// The end of a bar is dragged: the job takes longer, what comes after it follows, and the link says so.
pub(crate) async fn a_job_is_made_slower(page: &Page<'_>) -> Result<()> {
    open(page, "?scenario=gather").await?;
    // From the end of the second request to half as far again: the third one begins later.
    let drag = "((it) => {
        const lines = [...document.querySelectorAll('[data-testid=variant-sequential] .lanes svg .grid')];
        const xs = lines.map((line) => +line.getAttribute('x1'));
        const box = it.getBoundingClientRect(), second = (xs.at(-1) - xs[0]) / 3;
        const send = (kind, x) => it.dispatchEvent(new PointerEvent(kind, { bubbles: true, pointerId: 1, pointerType: 'mouse',
            button: 0, clientX: box.left + x, clientY: box.top + 2 * 22 + 9 }));
        const end = xs[0] + 2 * second;
        send('pointermove', end);
        const cursor = getComputedStyle(it).cursor;
        send('pointerdown', end);
        send('pointermove', end + second / 4);
        send('pointermove', end + second / 2);
        send('pointerup', end + second / 2);
        return cursor;
    })(seen('stage-sequential'))";
    assert_eq!(page.ask(drag).await?, json!("ew-resize"), "the end of a bar shows that it can be dragged");
    page.wait_for_text("slower", "request 2 takes 150 % of its time").await?;
    assert_eq!(page.times().await?, ["ideal 3.50 s", "ideal 1.50 s"], "in both variants");
    assert_eq!(page.query().await?, "?scenario=gather&slower=request+2%3A150");
    assert_eq!(page.value("what-if").await?, "150");
    // The same by keyboard, and by a slider.
    page.ask("seen('stage-sequential').focus()").await?;
    page.session.press("ArrowDown ArrowDown ArrowDown ArrowDown ]").await?;
    page.wait_for_text("slower", "request 2 takes 150 % of its time, request 3 takes 110 % of its time").await?;
    page.set("what-if", "200").await?;
    page.wait_for_text("slower", "request 2 takes 150 % of its time, request 3 takes 200 % of its time").await?;
    assert_eq!(page.times().await?, ["ideal 4.50 s", "ideal 2.00 s"]);
    // Measured, it is as slow.
    page.set("speed", "20").await?;
    page.run().await?;
    assert!(page.times().await?[0].ends_with("ideal 4.50 s"));
    page.click("as-it-is").await?;
    page.wait("the program's own times", "texts('[data-testid^=time-of-]').join() === 'ideal 3.00 s,ideal 1.00 s'").await?;
    assert_eq!(page.query().await?, "?scenario=gather&speed=20");
    Ok(())
}
