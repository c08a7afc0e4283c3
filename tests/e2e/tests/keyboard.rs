//! Without a mouse.

use interleave_e2e::Result;

use crate::page::Page;

/// More presses of Tab than the page has places to stop at before its controls.
const TABS: usize = 40;

/// Presses Tab until the element with this test id has the focus.
async fn tab_to(page: &Page<'_>, id: &str) -> Result<()> {
    for _ in 0..TABS {
        if page.holds(&format!("document.activeElement?.dataset.testid === '{id}'")).await? {
            return Ok(());
        }
        page.session.press("Tab").await?;
    }
    panic!("{TABS} presses of Tab do not lead to `{id}`");
}

/// Tab leads to Run; Enter and Space both press it, and the focus stays where it is.
pub(crate) async fn a_run_needs_no_mouse(page: &Page<'_>) -> Result<()> {
    page.open("?scenario=gather&speed=20").await?;
    // Past the list of scenarios.
    tab_to(page, "skip").await?;
    page.session.press("Enter").await?;
    tab_to(page, "run").await?;
    assert!(page.holds("document.activeElement.matches(':focus-visible')").await?, "the focus cannot be seen");
    for key in ["Enter", "Space"] {
        page.record().await?;
        page.session.press(key).await?;
        let recording = page.until_over().await?;
        assert_eq!(recording.buttons, ["Run", "Stop", "Run"], "{key}");
        assert_eq!(recording.statuses.last().map(String::as_str), Some("Measured"), "{key}");
        assert!(page.holds("document.activeElement === seen('run')").await?, "{key}: the focus was lost");
    }
    tab_to(page, "param-latency").await?;
    page.session.press("ArrowLeft").await?;
    page.wait_for_text("time-of-gather", "ideal 0.90 s").await
}

/// A slash goes to the search, what is typed filters, Enter takes the first that is left.
pub(crate) async fn a_slash_searches_and_enter_picks(page: &Page<'_>) -> Result<()> {
    page.open("?scenario=gather").await?;
    page.session.press("/").await?;
    page.wait("the search to have the focus", "document.activeElement === seen('search')").await?;
    assert_eq!(page.value("search").await?, "", "the slash itself is not typed");
    page.session.press("sema").await?;
    page.wait("one scenario to be left", "texts('[data-testid^=pick-]').length === 1 && seen('pick-semaphore')").await?;
    page.session.press("Enter").await?;
    page.until_picked("semaphore").await?;
    assert_eq!(page.query().await?, "?scenario=semaphore");
    // Inside a field a slash is a letter like any other.
    page.ask("seen('search').select()").await?;
    page.session.press("a/b").await?;
    page.wait("a slash in the field", "seen('search').value === 'a/b'").await?;
    Ok(())
}

/// Tabs and segments are radio buttons: one stop for Tab, arrows inside.
pub(crate) async fn radio_buttons_follow_the_arrows(page: &Page<'_>) -> Result<()> {
    page.open("?scenario=gather").await?;
    page.ask("document.querySelector('input[name=Language]').focus()").await?;
    page.session.press("ArrowRight").await?;
    page.wait("the Rust program", "text('code').includes('async fn')").await?;
    page.session.press("ArrowLeft").await?;
    page.wait("the Python program", "text('code').includes('asyncio')").await?;
    page.ask("document.querySelector('input[name=Panel]').focus()").await?;
    page.session.press("ArrowRight").await?;
    page.wait("the console", "seen('console')").await?;
    page.session.press("ArrowRight").await?;
    page.wait("the events", "seen('events')").await?;
    Ok(())
}

/// On a phone's width the list covers the page; Escape puts it away and the focus goes back to where it came from.
pub(crate) async fn escape_closes_the_sheet(page: &Page<'_>) -> Result<()> {
    page.open_on_phone("?scenario=gather").await?;
    assert!(!page.sees("search").await?, "the sheet is open from the start");
    page.ask("seen('open-picker').focus()").await?;
    page.session.press("Enter").await?;
    page.wait("the search to have the focus", "document.activeElement === seen('search')").await?;
    assert!(page.holds("document.querySelector('main').inert").await?, "what is covered can still be reached");
    page.session.press("Escape").await?;
    page.wait("the sheet to close", "!seen('search')").await?;
    page.wait("the focus to come back", "document.activeElement === seen('open-picker')").await?;
    assert!(!page.holds("document.querySelector('main').inert").await?);

    page.session.press("/").await?;
    page.wait("a slash to open the sheet", "document.activeElement === seen('search')").await?;
    page.session.press("timeout").await?;
    page.wait("the list to follow", "seen('pick-timeout') && !seen('pick-gather')").await?;
    page.session.press("Enter").await?;
    page.wait("the sheet to close", "!seen('search')").await?;
    page.until_picked("timeout").await
}
