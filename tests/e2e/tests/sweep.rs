//! Every value of a parameter at once, as curves.

use interleave_e2e::Result;

use crate::{failures::Copy, page::Page};

/// Opens the curves and waits until they are drawn.
async fn open(page: &Page<'_>) -> Result<()> {
    page.click("open-sweep").await?;
    page.wait("the curves", "seen('curves')?.querySelectorAll('path.curve').length").await?;
    Ok(())
}

/// What the value is that the keyboard is at.
async fn spoken(page: &Page<'_>) -> Result<String> {
    let said = page.ask("seen('curves').getAttribute('aria-valuetext')").await?;
    Ok(said.as_str().unwrap_or_default().to_owned())
}

/// The words name the fastest and the knee; arrows go from value to value, and Enter takes one.
pub(crate) async fn the_knee_of_a_limit_is_said_and_a_value_taken(page: &Page<'_>) -> Result<()> {
    page.open("?scenario=semaphore").await?;
    assert!(!page.sees("curves").await?, "nothing is computed before it is wanted");
    open(page).await?;
    assert_eq!(page.value("sweep-param").await?, "limit");
    assert_eq!(
        page.texts("[data-testid=sweep-words] li").await?,
        [
            "Limit from 1 to 20.",
            "sequential takes 10.00 s with every value.",
            "semaphore is fastest from 10 on, with 1.00 s; the knee is at 5: 2.00 s.",
            "unlimited takes 1.00 s with every value.",
        ]
    );
    assert_eq!(page.texts(".curves .knee-word, .curves .present-word").await?, ["now 3", "knee at 5"]);
    assert_eq!(spoken(page).await?, "Limit 3: sequential 10.00 s; semaphore 4.00 s, 2.5×; unlimited 1.00 s, 10×");
    let before = page.ask("history.length").await?;
    page.ask("seen('curves').focus()").await?;
    page.session.press("ArrowRight ArrowRight").await?;
    page.wait_for_text("sweep-reading", "Limit 5: sequential 10.00 s; semaphore 2.00 s, 5.0×").await?;
    assert!(spoken(page).await?.starts_with("Limit 5: "));
    assert_eq!(page.times().await?[1], "ideal 4.00 s", "looking sets nothing");
    page.session.press("Enter").await?;
    page.wait_for_text("time-of-semaphore", "ideal 2.00 s").await?;
    assert_eq!(page.query().await?, "?scenario=semaphore&limit=5");
    assert_eq!(page.value("param-limit").await?, "5");
    assert_eq!(page.ask("history.length").await?, before, "as a slider does it");
    assert!(page.holds("document.activeElement === seen('curves')").await?, "the focus was lost");
    page.session.press("End Enter").await?;
    page.wait_for_text("time-of-semaphore", "ideal 1.00 s").await?;
    assert_eq!(page.query().await?, "?scenario=semaphore&limit=20");
    Ok(())
}

/// What is changed elsewhere changes the curves; a scenario has its own.
pub(crate) async fn curves_follow_what_is_picked(page: &Page<'_>) -> Result<()> {
    page.open("?scenario=semaphore").await?;
    open(page).await?;
    page.set("param-duration", "2").await?;
    page.wait("the other times", "text('sweep-words').includes('sequential takes 20.00 s with every value.')").await?;
    page.set("sweep-param", "duration").await?;
    page.wait("the other parameter", "text('sweep-words').startsWith('Duration from 0.0 s to 5.0 s.')").await?;
    assert!(page.text("sweep-words").await?.contains("no knee, since more makes it slower"));
    page.pick("gather").await?;
    page.wait("the other scenario", "text('sweep-words').startsWith('Requests from 1 to 1000.')").await?;
    page.click("open-sweep").await?;
    page.wait("the curves to go", "!seen('curves')").await?;
    assert_eq!(page.site.stray_requests(), []);
    Ok(())
}

/// A tap takes the value under the finger, and nothing is wider than a phone.
pub(crate) async fn curves_fit_a_phone(page: &Page<'_>) -> Result<()> {
    page.open_on_phone("?scenario=semaphore").await?;
    open(page).await?;
    assert!(page.holds("document.documentElement.scrollWidth <= 360").await?);
    let inside = "all('.curves text').every((it) => it.getBoundingClientRect().right <= innerWidth)";
    assert!(page.holds(inside).await?, "a text stands out to the right");
    // Where the axis ends.
    let tap = "((it) => { const box = it.getBoundingClientRect(); it.dispatchEvent(new MouseEvent('click', \
               { bubbles: true, clientX: box.right - 14, clientY: box.top + 60 })); })(seen('curves'))";
    page.ask(tap).await?;
    page.wait_for_text("time-of-semaphore", "ideal 1.00 s").await?;
    assert_eq!(page.value("param-limit").await?, "20");
    Ok(())
}

/// What cannot be loaded is said where it was asked for, and comes when it is asked for again.
pub(crate) async fn curves_that_cannot_be_loaded_can_be_tried_again(page: &Page<'_>) -> Result<()> {
    let copy = Copy::make()?;
    let mend = copy.take_part("sweep")?;
    let site = copy.serve().await?;
    let page = Page { session: page.session, site: &site };
    page.open("?scenario=semaphore").await?;
    page.click("open-sweep").await?;
    page.wait("a word about it", "text('sweep-status')?.includes('could not be loaded')").await?;
    mend()?;
    page.click("open-sweep").await?;
    page.wait("it to close", "document.querySelector('[data-testid=sweep-status]').textContent === ''").await?;
    open(&page).await
}
