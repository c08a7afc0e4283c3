//! What an address can say beside the scenario, and the pages that scenarios have of their own.

use interleave_e2e::Result;
use thirtyfour::By;

use crate::{embed::Blog, page::Page};

async fn open(page: &Page<'_>, address: &str) -> Result<()> {
    page.open(address).await
}

/// A scenario's own page is the playground with that scenario, and goes on to the pages of others.
pub(crate) async fn a_scenario_has_a_page_of_its_own(page: &Page<'_>) -> Result<()> {
    open(page, "scenarios/semaphore.html?limit=4&speed=20").await?;
    assert!(page.text("title").await?.starts_with("A limit"));
    assert_eq!(page.ask("location.pathname.split('/').at(-1) + location.search").await?, "semaphore.html?limit=4&speed=20");
    assert_eq!(page.ask("document.getElementById('boot')").await?, serde_json::Value::Null);
    page.wait("the code", "text('code')?.includes('asyncio')").await?;
    page.run().await?;
    page.wait_for_text("status", "Measured").await?;
    page.pick("gather").await?;
    assert_eq!(page.ask("location.pathname.split('/').at(-1) + location.search").await?, "gather.html");
    page.session.refresh().await?;
    page.until_drawn().await?;
    assert_eq!(page.times().await?, ["ideal 3.00 s", "ideal 1.00 s"]);
    page.session.back().await?;
    page.wait("the one before", "text('title')?.startsWith('A limit')").await?;
    assert!(!page.sees("notices").await?);
    assert_eq!(page.site.stray_requests(), []);
    Ok(())
}

/// Without scripts a scenario's page has its words, its picture and its program, and so has an embed its picture.
pub(crate) async fn a_page_can_be_read_without_scripts(page: &Page<'_>) -> Result<()> {
    let frame = |id: &str, address: &str| {
        format!(r#"<iframe id="{id}" sandbox="" width="900" height="700" src="{}"></iframe>"#, page.site.url(address))
    };
    let body = [frame("page", "scenarios/gather.html"), frame("embed", "embed/gather.html")].concat();
    let blog = Blog::with("", &body).await?;
    blog.open(page).await?;
    for (id, words) in [("page", ["3.00 s", "await asyncio.gather", "one after another"].as_slice()), ("embed", &[])] {
        page.session.find(By::Id(id)).await?.enter_frame().await?;
        let picture = page.session.find(By::Css("#boot img")).await?;
        assert!(picture.is_displayed().await?, "{id}");
        assert!(picture.attr("alt").await?.is_some_and(|alt| alt.contains("3.00 s")), "{id}");
        let said = page.session.find(By::Id("boot")).await?.text().await?;
        for word in words {
            assert!(said.contains(word), "{id} does not say {word}: {said}");
        }
        page.session.enter_default_frame().await?;
    }
    assert!(page.site.stray_requests().is_empty());
    Ok(())
}

/// Any moment of the runs can be looked at, step by step, and sent as a link; a second person sees the same.
pub(crate) async fn a_moment_is_looked_at_and_sent(page: &Page<'_>) -> Result<()> {
    open(page, "?scenario=gather&at=1.5").await?;
    assert_eq!(page.times().await?, ["at 1.50 s · ideal 3.00 s", "ideal 1.00 s"]);
    page.choose("Variant", "sequential").await?;
    assert_eq!(page.completed().await?, ["request 1"]);
    page.click("next").await?;
    assert_eq!(page.query().await?, "?scenario=gather&at=2");
    assert_eq!(page.completed().await?, ["request 1", "request 2"]);
    page.click("previous").await?;
    assert_eq!(page.query().await?, "?scenario=gather&at=1");
    page.set("moment", "0.25").await?;
    assert_eq!(page.query().await?, "?scenario=gather&at=0.25");
    assert_eq!(page.times().await?, ["at 0.25 s · ideal 3.00 s", "at 0.25 s · ideal 1.00 s"]);
    page.set("moment", "3").await?;
    assert_eq!(page.query().await?, "?scenario=gather");
    assert_eq!(page.completed().await?, ["request 1", "request 2", "request 3"]);
    // Running begins anew, whatever was looked at.
    open(page, "?scenario=gather&at=1.5&speed=20").await?;
    page.run().await?;
    page.wait_for_text("status", "Measured").await?;
    assert_eq!(page.query().await?, "?scenario=gather&speed=20");
    page.click("previous").await?;
    assert!(page.times().await?[0].starts_with("at "), "{:?}", page.times().await?);
    Ok(())
}

/// An address says which variants are shown, in which order, in which language, with which panel, by which clock.
pub(crate) async fn an_address_holds_the_view(page: &Page<'_>) -> Result<()> {
    let query = "?scenario=semaphore&variants=unlimited,semaphore&code=rust&panel=console&clock=virtual";
    open(page, query).await?;
    assert_eq!(page.texts("section.variant h2").await?.len(), 2);
    assert_eq!(page.times().await?, ["ideal 1.00 s", "ideal 4.00 s"]);
    assert_eq!(page.text("factor-semaphore").await?, "0.3×");
    page.wait("the Rust program", "text('code')?.includes('async fn')").await?;
    page.wait("the console", "seen('console') && true").await?;
    assert_eq!(page.query().await?, query);
    page.click("run").await?;
    page.wait_for_text("status", "Run on the virtual clock").await?;
    page.choose("Language", "Python").await?;
    page.choose("Panel", "Events").await?;
    let query = "?scenario=semaphore&variants=unlimited,semaphore&panel=events&clock=virtual";
    assert_eq!(page.query().await?, query);
    Ok(())
}
