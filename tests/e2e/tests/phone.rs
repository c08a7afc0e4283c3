//! As wide as a phone.

use interleave_e2e::Result;

use interleave::scenarios::ALL;
use crate::page::Page;

/// Fails when something stands out to the right.
async fn assert_fits(page: &Page<'_>, what: &str) -> Result<()> {
    let wide = "all('main *').filter((it) => it.getBoundingClientRect().right > 361 && !it.closest('pre, svg, .events'))";
    let culprits = page.ask(&format!("{wide}.slice(0, 3).map((it) => it.outerHTML.slice(0, 100))")).await?;
    let width = page.ask("document.documentElement.scrollWidth").await?;
    assert!(width.as_u64().is_some_and(|width| width <= 360), "{what} is {width} px wide: {culprits}");
    Ok(())
}

/// Nothing has to be scrolled sideways, whatever is picked and whatever panel is open.
pub(crate) async fn no_scenario_is_wider_than_a_phone(page: &Page<'_>) -> Result<()> {
    page.open_on_phone("?scenario=hello").await?;
    assert_eq!(page.ask("innerWidth").await?, 360);
    for scenario in ALL {
        page.click("open-picker").await?;
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
    page.open_on_phone("?scenario=semaphore&jobs=100&limit=20").await?;
    assert_fits(page, "a hundred jobs").await?;
    page.open_on_phone(&format!("?{}=1", "x".repeat(2_000))).await?;
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
        assert!(page.sees("run").await? && page.texts("[data-testid^=answer-]").await?.len() > 1, "{scenario}");
    }
    Ok(())
}
