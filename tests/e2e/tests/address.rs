//! The address: what is picked can be shared, and found again.

use interleave_e2e::Result;
use thirtyfour::By;

use crate::page::Page;

/// What the keyboard and the speed's list have changed is in the address, and the address alone brings it back.
pub(crate) async fn a_shared_address_opens_what_was_seen(page: &Page<'_>) -> Result<()> {
    page.open("?scenario=gather").await?;
    page.ask("seen('param-latency').focus()").await?;
    page.session.press("ArrowRight ArrowRight ArrowUp").await?;
    page.wait_for_text("time-of-gather", "ideal 1.30 s").await?;
    page.wait("the address to follow", "location.search.includes('latency=1.3')").await?;
    page.set("speed", "5").await?;
    assert_eq!(page.query().await?, "?scenario=gather&latency=1.3&speed=5");
    let seen = (page.text("title").await?, page.times().await?, page.text("factor-gather").await?);

    let shared = page.query().await?;
    page.session.goto("about:blank").await?;
    page.open(&shared).await?;
    assert_eq!((page.text("title").await?, page.times().await?, page.text("factor-gather").await?), seen);
    assert_eq!(seen.1, ["ideal 3.90 s", "ideal 1.30 s"]);
    assert_eq!(page.value("param-latency").await?, "1.3");
    assert_eq!(page.value("speed").await?, "5");
    assert_eq!(page.query().await?, shared, "opening an address does not change it");
    assert!(!page.sees("notices").await?);
    Ok(())
}

/// Each scenario that was picked is one step back, with the parameters that it had.
pub(crate) async fn back_and_forward_restore_what_was_picked(page: &Page<'_>) -> Result<()> {
    page.open("?scenario=gather&latency=2").await?;
    page.pick("semaphore").await?;
    page.set("param-limit", "5").await?;
    page.wait_for_text("time-of-semaphore", "ideal 2.00 s").await?;
    page.pick("timeout").await?;

    page.session.back().await?;
    page.until_picked("semaphore").await?;
    page.wait_for_text("time-of-semaphore", "ideal 2.00 s").await?;
    assert_eq!(page.query().await?, "?scenario=semaphore&limit=5");
    assert_eq!(page.value("param-limit").await?, "5");

    page.session.back().await?;
    page.until_picked("gather").await?;
    page.wait_for_text("time-of-gather", "ideal 2.00 s").await?;
    assert_eq!(page.value("param-latency").await?, "2");

    page.session.forward().await?;
    page.until_picked("semaphore").await?;
    page.session.forward().await?;
    page.until_picked("timeout").await?;
    assert_eq!(page.query().await?, "?scenario=timeout");
    assert_eq!(page.times().await?, ["ideal 5.00 s", "ideal 2.00 s", "ideal 2.00 s"]);
    Ok(())
}

/// A preset is a step that Back undoes; Reset goes to the defaults and keeps the speed.
pub(crate) async fn a_preset_and_reset_are_steps_to_go_back(page: &Page<'_>) -> Result<()> {
    page.open("?scenario=gather&requests=7&speed=5").await?;
    page.click_on(By::XPath("//*[@class='params']//button[1]")).await?;
    page.wait_for_text("time-of-sequential", "ideal 6.00 s").await?;
    assert_eq!(page.query().await?, "?scenario=gather&latency=2&speed=5");
    page.click("reset").await?;
    page.wait_for_text("time-of-sequential", "ideal 3.00 s").await?;
    assert_eq!(page.query().await?, "?scenario=gather&speed=5");
    page.session.back().await?;
    page.wait_for_text("time-of-sequential", "ideal 6.00 s").await?;
    page.session.back().await?;
    page.wait_for_text("time-of-sequential", "ideal 7.00 s").await?;
    assert_eq!(page.query().await?, "?scenario=gather&requests=7&speed=5");
    Ok(())
}

/// Dragging redraws at every step, but the address and the history see only where it ended; the slider under the
/// finger stays the one that was taken hold of.
pub(crate) async fn a_drag_is_no_step_and_keeps_its_slider(page: &Page<'_>) -> Result<()> {
    page.open("?scenario=gather").await?;
    let before = page.ask("history.length").await?;
    page.session.execute("window.held = document.querySelector('[data-testid=param-latency]')", vec![]).await?;
    for (value, time) in [("1.5", "ideal 1.50 s"), ("2.5", "ideal 2.50 s"), ("4", "ideal 4.00 s")] {
        page.ask(&format!("(held.value = {value}, held.dispatchEvent(new Event('input', {{ bubbles: true }})))")).await?;
        page.wait_for_text("time-of-gather", time).await?;
        assert!(page.holds("held === seen('param-latency')").await?, "the slider was replaced while it was dragged");
        assert_eq!(page.query().await?, "?scenario=gather");
    }
    page.ask("held.dispatchEvent(new Event('change', { bubbles: true }))").await?;
    page.wait("the address to follow", "location.search === '?scenario=gather&latency=4'").await?;
    assert_eq!(page.ask("history.length").await?, before);
    Ok(())
}
