//! A page that cannot be seen: its timers drop to one a second, so its clock stands still.

use std::time::Duration;

use interleave_e2e::Result;
use serde_json::Value;

use crate::page::Page;

/// Makes the page believe that its tab was left, or come back to.
async fn hide(page: &Page<'_>, hidden: bool) -> Result<()> {
    let state = if hidden { "hidden" } else { "visible" };
    let script = "Object.defineProperty(document, 'visibilityState', { value: arguments[0], configurable: true });
                  Object.defineProperty(document, 'hidden', { value: arguments[0] === 'hidden', configurable: true });
                  document.dispatchEvent(new Event('visibilitychange', { bubbles: true }));";
    page.session.execute(script, vec![Value::from(state)]).await?;
    Ok(())
}

/// The run stands still and says so, goes on when the page is shown again, and the pause is not part of its time.
pub(crate) async fn a_hidden_page_pauses_its_run(page: &Page<'_>) -> Result<()> {
    page.open("?scenario=gather-mixed&speed=1").await?;
    page.record().await?;
    page.click("run").await?;
    page.wait_for_text("status", "Running").await?;
    hide(page, true).await?;
    page.wait_for_text("status", "Paused").await?;
    assert!(page.sees("stop").await?, "a paused run can still be stopped");
    let before = page.times().await?;
    tokio::time::sleep(Duration::from_millis(400)).await;
    assert_eq!(page.times().await?, before, "the clock went on although nobody could see it");

    page.set("speed", "2").await?;
    hide(page, false).await?;
    let recording = page.until_over().await?;
    assert_eq!(recording.statuses, ["Ideal", "Running", "Paused", "Running", "Measured"]);
    assert_eq!(page.completed().await?, ["comments", "user", "posts"]);
    let status = page.text("status").await?;
    assert!(status.contains("paused once"), "{status}");
    Ok(())
}

/// Run in a page that is hidden already: nothing happens until it is shown.
pub(crate) async fn a_run_started_while_hidden_waits(page: &Page<'_>) -> Result<()> {
    page.open("?scenario=gather&speed=20").await?;
    hide(page, true).await?;
    page.record().await?;
    page.click("run").await?;
    page.wait_for_text("status", "Paused").await?;
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert!(page.text("status").await?.starts_with("Paused"));
    assert!(page.times().await?.iter().all(|time| time.starts_with("0.0")), "{:?}", page.times().await?);
    hide(page, false).await?;
    page.until_over().await?;
    assert_eq!(page.completed().await?, ["request 1", "request 2", "request 3"]);
    page.wait_for_text("status", "Measured").await
}

/// What is asked of the world outside goes on while the page is hidden, and so does the clock that measures it.
pub(crate) async fn a_run_that_asks_the_world_outside_goes_on(page: &Page<'_>) -> Result<()> {
    page.open("?scenario=http-client").await?;
    hide(page, true).await?;
    let recording = page.run().await?;
    assert!(!recording.statuses.contains(&"Paused".to_owned()), "{:?}", recording.statuses);
    let status = page.text("status").await?;
    assert!(status.contains("answered over the network") && !status.contains("paused"), "{status}");
    Ok(())
}

/// The same with another tab in front, for real: a page that is not painted cannot say that it has paused, but what it
/// says afterwards is right.
pub(crate) async fn a_tab_that_is_really_left_pauses_its_run(page: &Page<'_>) -> Result<()> {
    page.open("?scenario=gather-mixed&speed=1").await?;
    page.record().await?;
    page.click("run").await?;
    page.wait_for_text("status", "Running").await?;
    let ours = page.session.window().await?;
    let other = page.session.new_tab().await?;
    page.session.switch_to_window(other).await?;
    page.session.goto("about:blank").await?;
    tokio::time::sleep(Duration::from_millis(300)).await;
    page.session.close_window().await?;
    page.session.switch_to_window(ours).await?;
    page.set("speed", "20").await?;
    page.until_over().await?;
    assert_eq!(page.completed().await?, ["comments", "user", "posts"]);
    let status = page.text("status").await?;
    assert!(status.starts_with("Measured") && status.contains("paused once"), "{status}");
    Ok(())
}
