//! Fingers and wheels over the timelines.

use interleave_e2e::Result;
use serde_json::json;

use crate::page::Page;

const STAGE: &str = "document.querySelector('[data-testid=stage-semaphore]')";

/// What stands on the axis.
const AXIS: &str = "said(document.querySelector('.axis'))";

async fn open(page: &Page<'_>) -> Result<()> {
    page.open("?scenario=semaphore").await?;
    page.wait("what takes the timelines apart", "document.querySelector('.glass') && true").await?;
    Ok(())
}

/// A finger that does something, so many pixels from the upper left corner of the timeline. The first one is the one that
/// was there first.
async fn finger(page: &Page<'_>, kind: &str, id: u32, [x_px, y_px]: [f64; 2]) -> Result<()> {
    let script = format!(
        "const it = {STAGE}, corner = it.getBoundingClientRect(); it.dispatchEvent(new PointerEvent('pointer{kind}', {{
            bubbles: true, cancelable: true, pointerType: 'touch', pointerId: {id}, isPrimary: {id} === 1,
            clientX: corner.left + {x_px}, clientY: corner.top + {y_px} }}))"
    );
    page.session.execute(script, vec![]).await?;
    Ok(())
}

/// Turns a wheel over the middle of the axis; gives whether the page is left to scroll.
async fn wheel(page: &Page<'_>, how: &str) -> Result<bool> {
    let script = format!(
        "((it) => {{ const corner = it.getBoundingClientRect(); return it.dispatchEvent(new WheelEvent('wheel', {{
            bubbles: true, cancelable: true, clientX: (corner.left + 156 + corner.right - 28) / 2, clientY: corner.top + 20,
            {how} }})); }})({STAGE})"
    );
    page.holds(&script).await
}

/// What of the axis is seen, as the address has it.
async fn zoom(page: &Page<'_>) -> Result<(f64, f64)> {
    let query = page.query().await?;
    let numbers = query.split_once("zoom=").and_then(|(_, zoom)| zoom.split_once('-'));
    let numbers = numbers.and_then(|(from, to)| Some((from.parse().ok()?, to.parse().ok()?)));
    Ok(numbers.unwrap_or_else(|| panic!("no part of the axis in {query}")))
}

/// Two fingers that go apart look nearer, what is between them stays there, and both together move the axis. The address
/// follows when they are gone.
pub(crate) async fn two_fingers_look_nearer_and_aside(page: &Page<'_>) -> Result<()> {
    open(page).await?;
    let width = page.ask(&format!("{STAGE}.clientWidth")).await?.as_f64().unwrap_or_default();
    let x_px = |part: f64| 156.0 + (width - 156.0 - 28.0) * part;
    let whole = page.ask(AXIS).await?;
    finger(page, "down", 1, [x_px(0.4), 40.0]).await?;
    finger(page, "down", 2, [x_px(0.6), 40.0]).await?;
    finger(page, "move", 1, [x_px(0.3), 40.0]).await?;
    finger(page, "move", 2, [x_px(0.7), 40.0]).await?;
    page.wait("another axis", &format!("{AXIS} !== {whole}")).await?;
    assert_eq!(page.query().await?, "?scenario=semaphore", "the address is written in the middle of a gesture");
    finger(page, "up", 1, [x_px(0.3), 40.0]).await?;
    let (from, to) = zoom(page).await?;
    assert!((from - 2.5).abs() < 0.05 && (to - 7.5).abs() < 0.05, "half of ten seconds about the fifth: {from} to {to}");
    // The one that is left means nothing any more.
    finger(page, "move", 2, [x_px(0.2), 40.0]).await?;
    finger(page, "up", 2, [x_px(0.2), 40.0]).await?;
    assert!(!page.sees("card-semaphore").await?);

    finger(page, "down", 1, [x_px(0.4), 40.0]).await?;
    finger(page, "down", 2, [x_px(0.6), 40.0]).await?;
    finger(page, "move", 1, [x_px(0.2), 40.0]).await?;
    finger(page, "move", 2, [x_px(0.4), 40.0]).await?;
    // The browser takes them away: that ends it, too.
    finger(page, "cancel", 1, [x_px(0.2), 40.0]).await?;
    finger(page, "cancel", 2, [x_px(0.4), 40.0]).await?;
    let (from, to) = zoom(page).await?;
    assert!((from - 3.5).abs() < 0.05 && (to - 8.5).abs() < 0.05, "a fifth of five seconds later: {from} to {to}");
    Ok(())
}

/// A tap opens the card; a finger that scrolls the page does not, and may.
pub(crate) async fn one_finger_taps_and_scrolls(page: &Page<'_>) -> Result<()> {
    open(page).await?;
    // On a desk WebKit knows nothing of it.
    if page.holds("CSS.supports('touch-action', 'pan-y')").await? {
        assert_eq!(page.ask(&format!("getComputedStyle({STAGE}).touchAction")).await?, json!("pan-y"));
    }
    finger(page, "down", 1, [200.0, 96.0]).await?;
    finger(page, "move", 1, [202.0, 99.0]).await?;
    finger(page, "cancel", 1, [202.0, 99.0]).await?;
    assert!(!page.sees("card-semaphore").await?, "a finger that scrolls opens a card");
    finger(page, "down", 1, [200.0, 96.0]).await?;
    finger(page, "up", 1, [201.0, 97.0]).await?;
    page.wait("a card", "text('card-semaphore')?.startsWith('job 4: suspended')").await?;
    // Along the row it follows the finger.
    finger(page, "down", 1, [200.0, 52.0]).await?;
    finger(page, "move", 1, [230.0, 52.0]).await?;
    page.wait("the card of the row under it", "text('card-semaphore')?.startsWith('job 2')").await?;
    finger(page, "up", 1, [230.0, 52.0]).await?;
    assert!(page.sees("card-semaphore").await?, "what was found stays");
    Ok(())
}

/// A plain wheel is the page's; with Ctrl it looks nearer about the pointer, sideways it moves what is seen of the axis.
pub(crate) async fn a_wheel_looks_nearer_and_aside(page: &Page<'_>) -> Result<()> {
    open(page).await?;
    assert!(wheel(page, "deltaY: 100").await?, "a plain wheel is kept from the page");
    assert!(wheel(page, "deltaX: 100").await?, "there is nothing aside of the whole axis");
    assert_eq!(page.query().await?, "?scenario=semaphore");
    assert!(!wheel(page, "deltaY: -100, ctrlKey: true").await?, "the browser would zoom the page as well");
    page.wait("the address, after a rest", "location.search.includes('zoom=')").await?;
    let (from, to) = zoom(page).await?;
    assert!((from + to - 10.0).abs() < 0.05 && to - from < 8.0, "about the middle: {from} to {to}");
    assert!(!wheel(page, "deltaY: 60, shiftKey: true").await?);
    assert!(!wheel(page, "deltaX: 60").await?);
    page.wait("another part", &format!("!location.search.includes('zoom={from}-')")).await?;
    let (later, _) = zoom(page).await?;
    assert!(later > from, "{later} is not later than {from}");
    assert!(wheel(page, "deltaY: 100").await?, "a plain wheel is kept from the page once it looks nearer");
    // Far enough away is all of it.
    for _ in 0..3 {
        wheel(page, "deltaY: 100, ctrlKey: true").await?;
    }
    page.wait("the whole axis", "location.search === '?scenario=semaphore'").await?;
    Ok(())
}
