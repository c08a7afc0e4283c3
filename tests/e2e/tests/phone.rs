//! As wide as a phone.

use interleave_e2e::{Browser, Result, chromium::Screen};

use interleave::scenarios::ALL;
use crate::page::Page;

/// Fails when something stands out to the right.
pub(crate) async fn assert_fits(page: &Page<'_>, what: &str) -> Result<()> {
    let wide = "all('main *').filter((it) => it.getBoundingClientRect().right > innerWidth + 1 && \
                !it.closest('pre, svg, .panel, [aria-hidden=true]'))";
    let culprits = page.ask(&format!("{wide}.slice(0, 3).map((it) => it.outerHTML.slice(0, 100))")).await?;
    let width = page.ask("document.documentElement.scrollWidth - innerWidth").await?;
    assert!(width.as_i64().is_some_and(|width| width <= 0), "{what} is {width} px too wide: {culprits}");
    Ok(())
}

/// The narrowest page that has to do without scrolling sideways: 1280 pixels, four times as large.
const NARROWEST_PX: u32 = 320;

async fn open_on_the_narrowest(page: &Page<'_>, query: &str) -> Result<()> {
    page.open_on_phone(query).await?;
    if page.session.browser() == Browser::Chromium {
        page.session.emulate_screen(Screen { width_px: NARROWEST_PX, ..Screen::PHONE }).await?;
    } else {
        page.session.execute(format!("frameElement.width = {NARROWEST_PX}"), vec![]).await?;
    }
    // The drawings follow a frame later.
    let drawn = "all('.lanes svg').every((it) => Number(it.getAttribute('width')) <= innerWidth)";
    page.wait("the page to be narrow", &format!("innerWidth === {NARROWEST_PX} && {drawn}")).await?;
    Ok(())
}

/// Nothing has to be scrolled sideways, whatever is picked and whatever is open.
pub(crate) async fn no_scenario_is_wider_than_the_narrowest_phone(page: &Page<'_>) -> Result<()> {
    open_on_the_narrowest(page, "?scenario=hello").await?;
    page.wait("the tools", "seen('moment') && true").await?;
    for scenario in ALL {
        page.click("open-picker").await?;
        // A frame later it gets the focus, and the sheet scrolls to it: under a driver that has aimed at something else.
        page.wait("the search to have the focus", "document.activeElement === seen('search')").await?;
        page.pick(scenario.id).await?;
        assert_fits(page, scenario.id).await?;
    }
    for panel in ["Console", "Events", "Completed"] {
        page.choose("Panel", panel).await?;
        assert_fits(page, panel).await?;
    }
    page.choose("Language", "Rust").await?;
    page.wait("the Rust program", "text('code').includes('async fn')").await?;
    assert_fits(page, "the Rust program").await?;
    open_on_the_narrowest(page, "?scenario=semaphore&jobs=100&limit=20&layers=wakes,path,loop").await?;
    page.click("keys").await?;
    page.click("open-sweep").await?;
    page.wait("the curves", "seen('curves') && true").await?;
    assert_fits(page, "a hundred jobs, and everything that opens").await?;
    page.click("share").await?;
    page.wait("the dialog", "seen('share-dialog') && true").await?;
    for form in 0..7 {
        page.ask(&format!("all('dialog input[name=form]')[{form}].click()")).await?;
        let wide = "((it) => it.scrollWidth > it.clientWidth)(seen('share-dialog'))";
        assert!(!page.holds(wide).await?, "the dialog is too wide for form {form}");
    }
    open_on_the_narrowest(page, &format!("?{}=1", "x".repeat(2_000))).await?;
    assert_fits(page, "a long notice").await
}

/// The list opens over the page, picks, and is gone.
pub(crate) async fn the_picker_is_a_sheet(page: &Page<'_>) -> Result<()> {
    page.open_on_phone("?scenario=gather").await?;
    assert!(!page.sees("pick-hello").await?, "the list stands in the way");
    page.click("open-picker").await?;
    page.wait("the list", "seen('pick-hello')").await?;
    assert_eq!(page.texts("[data-testid^=pick-]").await?.len(), ALL.len());
    page.click("close-picker").await?;
    page.wait("the list to close", "!seen('pick-hello')").await?;
    assert_eq!(page.times().await?, ["ideal 3.00 s", "ideal 1.00 s"], "closing picks nothing");
    page.click("open-picker").await?;
    page.pick("timeout").await?;
    page.wait("the list to close", "!seen('pick-hello')").await?;
    assert_eq!(page.query().await?, "?scenario=timeout");
    assert_eq!(page.ask("scrollY").await?, 0, "a new scenario is read from its top");
    Ok(())
}

/// Running and reading work as on a desk, and what is measured fits too.
pub(crate) async fn a_run_fits_a_phone(page: &Page<'_>) -> Result<()> {
    page.open_on_phone("?scenario=semaphore&speed=20").await?;
    page.run().await?;
    page.wait_for_text("status", "Measured").await?;
    assert_eq!(page.completed().await?.len(), 10);
    assert_fits(page, "a measured run").await
}

/// Nothing that tells the answer is seen before a guess, however many variants there are.
pub(crate) async fn what_is_to_be_predicted_is_hidden(page: &Page<'_>) -> Result<()> {
    for scenario in ["gather", "wait", "hello", "cpu-bound"] {
        page.open_on_phone(&format!("?scenario={scenario}")).await?;
        page.click("predict").await?;
        page.wait("the timelines to go", "!seen('figure')").await?;
        let told = page.texts(".factor, .formula, figure .time, [data-testid=why], [data-testid=completed] li").await?;
        assert!(told.is_empty(), "{scenario}: {told:?}");
        assert!(page.sees("run").await?, "{scenario}");
        page.wait("the answers", "texts('[data-testid^=answer-]').length > 1").await?;
    }
    Ok(())
}
