//! You schedule: the reader chooses which ready task goes next.

use interleave_e2e::Result;
use serde_json::json;

use crate::{failures::Copy, page::Page};

/// Whom there is to choose from.
async fn ready(page: &Page<'_>) -> Result<Vec<String>> {
    page.texts("[data-testid=ready] button b").await
}

/// Waits for the tools below the timelines, which come with a style sheet of their own.
async fn until_ready(page: &Page<'_>) -> Result<()> {
    let is_there = "seen('open-schedule') && getComputedStyle(seen('open-schedule')).visibility === 'visible'";
    page.wait("the button", is_there).await?;
    Ok(())
}

async fn open(page: &Page<'_>) -> Result<()> {
    until_ready(page).await?;
    page.click("open-schedule").await?;
    page.wait("the run to stop at a choice", "seen('choose-0')").await?;
    Ok(())
}

/// By mouse: whom one chooses goes first, what comes of it stands beside the loop's own order, and all of it in the link.
pub(crate) async fn a_reader_schedules_by_mouse(page: &Page<'_>) -> Result<()> {
    page.open("?scenario=semaphore&jobs=3&limit=1").await?;
    assert!(!page.sees("schedule").await?, "nothing of it is there before it is wanted");
    open(page).await?;
    assert_eq!(page.query().await?, "?scenario=semaphore&jobs=3&limit=1&schedule=semaphore");
    assert_eq!(ready(page).await?, ["job 1", "job 2", "job 3"], "who has not run has the name that it gets");
    page.wait_for_text("schedule-status", "At 0.00 s, 3 tasks are ready: which goes next?").await?;
    assert!(page.text("choose-0").await?.contains("sleeps until 1.00 s"), "what it is going to do is said");
    assert!(page.text("choose-0").await?.contains("line "), "and where it stands");
    page.click("choose-2").await?;
    page.wait_for_text("schedule-status", "You have chosen job 3.").await?;
    assert_eq!(ready(page).await?, ["job 1", "job 2"]);
    assert_eq!(page.query().await?, "?scenario=semaphore&jobs=3&limit=1&schedule=semaphore.2");
    page.click("choose-1").await?;
    page.click("schedule-undo").await?;
    page.wait("the choice to be taken back", "location.search.endsWith('schedule=semaphore.2')").await?;
    page.click("schedule-go-on").await?;
    page.wait_for_text("schedule-status", "semaphore is over, with 1 choice of yours.").await?;
    let changed = page.texts("[data-testid=schedule-changed] li").await?;
    assert_eq!(
        changed[..2],
        [
            "Your order takes 3.00 s, as asyncio’s does.",
            "Yours ends in the order job 3, job 1, job 2; asyncio’s in the order job 1, job 2, job 3."
        ]
    );
    assert_eq!(page.text("schedule-time").await?, "3.00 s");
    let query = page.query().await?;
    assert_eq!(query, "?scenario=semaphore&jobs=3&limit=1&schedule=semaphore.2.fifo");
    assert_eq!(page.times().await?, ["ideal 3.00 s", "ideal 3.00 s", "ideal 1.00 s"], "the others are as they were");

    // The link has it all, and what it says wrong is said.
    page.open(&query).await?;
    page.wait_for_text("schedule-status", "semaphore is over, with 1 choice of yours.").await?;
    assert_eq!(page.texts("[data-testid=schedule-changed] li").await?, changed);
    page.click("schedule-restart").await?;
    page.wait("a new beginning", "location.search.endsWith('schedule=semaphore')").await?;
    page.open("?scenario=semaphore&jobs=3&limit=1&schedule=semaphore.29.fifo").await?;
    page.wait_for_text("schedule-refused", "The 2nd choice is not among what is ready").await?;
    page.wait("the link to be mended", "location.search.endsWith('schedule=semaphore.2')").await?;
    assert_eq!(ready(page).await?, ["job 1", "job 2"]);
    page.open("?scenario=semaphore&schedule=semaphore.0!").await?;
    page.wait_for_text("notices", "Choice 2 of “schedule”, “!”, cannot be made").await?;
    until_ready(page).await?;
    page.click("open-schedule").await?;
    page.wait("it to close", "!seen('schedule') && !location.search.includes('schedule')").await?;
    assert_eq!(page.site.stray_requests(), []);
    Ok(())
}

/// By keyboard alone: numbers choose, Backspace takes back, and the focus is never lost.
pub(crate) async fn a_reader_schedules_by_keyboard(page: &Page<'_>) -> Result<()> {
    page.open("?scenario=gather-mixed").await?;
    until_ready(page).await?;
    page.ask("seen('open-schedule').focus()").await?;
    page.session.press("Enter").await?;
    page.wait("the run to stop at a choice", "seen('choose-0')").await?;
    page.session.press("Tab Enter").await?;
    page.wait_for_text("schedule-status", "You have chosen user.").await?;
    page.session.press("2").await?;
    page.wait_for_text("schedule-status", "gather is over, with 2 choices of yours.").await?;
    let query = page.query().await?;
    assert_eq!(query, "?scenario=gather-mixed&schedule=gather.01");
    page.wait("the focus to be found", "document.activeElement === seen('schedule-status')").await?;
    page.session.press("Backspace 1").await?;
    page.wait("another choice", "location.search.endsWith('schedule=gather.00')").await?;
    assert_eq!(
        page.texts("[data-testid=schedule-changed] li").await?,
        ["Your order takes 1.50 s, as asyncio’s does.", "What ends, ends in the same order."],
        "these are the loop's own choices"
    );
    // Numbers mean something here, and nothing elsewhere.
    page.ask("seen('run').focus()").await?;
    page.session.press("1").await?;
    assert!(page.query().await?.ends_with("schedule=gather.00"));
    // With other values the choices stay, and so does the rest of the page.
    page.set("param-user", "2").await?;
    page.wait("the longer run", "text('schedule-time') === '2.00 s'").await?;
    page.pick("gather").await?;
    page.wait("it to be gone", "!seen('schedule')").await?;
    assert_eq!(page.ask("location.search").await?, json!("?scenario=gather"));
    Ok(())
}

/// Nothing of it is wider than a phone, and a part that is missing is said and can be tried again.
pub(crate) async fn a_schedule_fits_a_phone_and_can_be_tried_again(page: &Page<'_>) -> Result<()> {
    page.open_on_phone("?scenario=gather&requests=30&schedule=gather").await?;
    page.wait("the run to stop at a choice", "seen('choose-0')").await?;
    assert_eq!(ready(page).await?.len(), 20);
    assert!(page.holds("texts('.schedule .more')[0].startsWith('And 10 more')").await?);
    assert!(page.holds("document.documentElement.scrollWidth <= 360").await?);
    page.session.enter_default_frame().await?;

    let copy = Copy::make()?;
    let mend = copy.take_part("schedule")?;
    let site = copy.serve().await?;
    let page = Page { session: page.session, site: &site };
    page.open("?scenario=gather&schedule=gather.1").await?;
    page.wait_for_text("schedule-loading", "That could not be loaded").await?;
    mend()?;
    until_ready(&page).await?;
    page.click("open-schedule").await?;
    page.wait_for_text("schedule-status", "You have chosen request 2.").await
}
