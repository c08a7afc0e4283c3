//! Two runs beside each other: what is different, what is pinned, what is measured with the ruler; and very many rows.

use interleave_e2e::Result;

use crate::page::Page;

async fn open(page: &Page<'_>, query: &str) -> Result<()> {
    page.open(query).await?;
    page.wait("the tools", "seen('play') && seen('open-compare')").await?;
    Ok(())
}

/// The differences, as they are told.
async fn told(page: &Page<'_>) -> Result<Vec<String>> {
    page.texts("[data-testid=differences] > p, [data-testid=differences] li").await
}

/// Two variants, and what moves from the one to the other; then any two.
pub(crate) async fn two_runs_are_compared(page: &Page<'_>) -> Result<()> {
    open(page, "?scenario=gather").await?;
    page.click("open-compare").await?;
    page.wait("the differences", "all('[data-testid=differences] li').length").await?;
    assert_eq!(
        told(page).await?,
        [
            "gather takes 1.00 s, 2.00 s less than sequential.",
            "main ends 2.00 s earlier; waits 2.00 s less.",
            "request 2 comes 1.00 s earlier.",
            "request 3 comes 2.00 s earlier.",
            "One row is the same.",
        ]
    );
    let drawn = "seen('overlaid').querySelectorAll('.ghost').length > 0 && \
                 seen('overlaid').querySelectorAll('.suspended').length > 0";
    assert!(page.holds(drawn).await?, "the one's outlines, and the other");
    page.set("compare-other", "i0").await?;
    page.set("compare-one", "i1").await?;
    page.wait("the other way round", "text('differences').startsWith('sequential takes 3.00 s, 2.00 s more than gather.')")
        .await?;
    // Whoever follows the link compares the same.
    let query = page.query().await?;
    assert_eq!(query, "?scenario=gather&compare=gather,sequential");
    open(page, &query).await?;
    page.wait("the other way round", "text('differences')?.startsWith('sequential takes 3.00 s, 2.00 s more than gather.')")
        .await?;
    page.click("open-compare").await?;
    page.wait("it to close", "location.search === '?scenario=gather'").await?;
    open(page, "?scenario=gather&compare=gather").await?;
    page.wait_for_text("notices", "“compare” is “gather”, not two variants").await?;
    page.wait("what is likely", "text('differences')?.startsWith('gather takes 1.00 s, 2.00 s less')").await?;
    Ok(())
}

/// What was before a value was changed stands below what is now, and in the link.
pub(crate) async fn an_earlier_run_is_pinned_beside_the_present_one(page: &Page<'_>) -> Result<()> {
    open(page, "?scenario=semaphore").await?;
    page.click("open-compare").await?;
    page.click("pin").await?;
    page.wait_for_text("pinned-0-1", "Pinned: defaults · ideal 4.00 s").await?;
    page.set("param-limit", "5").await?;
    page.wait_for_text("time-of-semaphore", "ideal 2.00 s").await?;
    page.wait("the difference", "text('differences').includes('semaphore takes 2.00 s, 2.00 s less than semaphore, pinned: defaults.')")
        .await?;
    assert_eq!(page.query().await?, "?scenario=semaphore&limit=5&pins=defaults&compare=on");
    assert!(page.holds("seen('pinned-0-1').querySelectorAll('svg .suspended').length > 0").await?);
    // A measured one keeps what was measured.
    page.set("speed", "20").await?;
    page.run().await?;
    page.click("pin").await?;
    page.wait_for_text("pinned-1-1", "Pinned: limit 5 · measured").await?;
    let pinned = page.text("pinned-1-1").await?;
    page.set("param-limit", "10").await?;
    page.wait_for_text("time-of-semaphore", "ideal 1.00 s").await?;
    assert_eq!(page.text("pinned-1-1").await?, pinned);
    assert_eq!(page.query().await?, "?scenario=semaphore&limit=10&speed=20&pins=defaults;limit:5&compare=on");
    // Whoever follows the link sees the same, but for what only this browser has measured.
    open(page, "?scenario=semaphore&limit=10&pins=defaults;limit:5").await?;
    page.wait_for_text("pinned-1-1", "Pinned: limit 5 · ideal 2.00 s").await?;
    page.ask("document.querySelector('[data-testid=pinned-0-0] button').click()").await?;
    page.wait("one pin", "!seen('pinned-1-1') && text('pinned-0-1').startsWith('Pinned: limit 5')").await?;
    assert_eq!(page.query().await?, "?scenario=semaphore&limit=10&pins=limit:5");
    Ok(())
}

/// Variants are hidden and put in another order, without losing what was measured.
pub(crate) async fn variants_are_hidden_and_reordered(page: &Page<'_>) -> Result<()> {
    open(page, "?scenario=semaphore&speed=20").await?;
    page.run().await?;
    page.click("open-compare").await?;
    page.click("show-0").await?;
    page.wait("two variants", "all('section.variant').length === 2").await?;
    assert_eq!(page.query().await?, "?scenario=semaphore&speed=20&variants=semaphore,unlimited&compare=on");
    assert!(page.times().await?[0].starts_with("measured "), "{:?}", page.times().await?);
    page.wait("the tools", "seen('open-compare')").await?;
    page.click("up-2").await?;
    page.wait("the other order", "location.search.includes('variants=unlimited,semaphore')").await?;
    let order = "all('section.variant').map((it) => it.dataset.testid)";
    assert_eq!(page.ask(order).await?, serde_json::json!(["variant-unlimited", "variant-semaphore"]));
    page.session.back().await?;
    page.wait("the order before", "location.search.includes('variants=semaphore,unlimited')").await?;
    Ok(())
}

/// One time on all variants, and the distance to another.
pub(crate) async fn the_ruler_reads_all_variants(page: &Page<'_>) -> Result<()> {
    open(page, "?scenario=gather&layers=ruler").await?;
    page.wait_for_text("ruler", "Point at the timelines").await?;
    let at = |share: f64, kind: &str| {
        format!(
            "((it) => {{ const svg = document.querySelector('[data-testid=variant-gather] .lanes svg'); \
             const grid = [...svg.querySelectorAll('.grid')].map((it) => +it.getAttribute('x1')); \
             const box = it.getBoundingClientRect(); \
             const x = box.left + grid[0] + (grid.at(-1) - grid[0]) * {share}; \
             it.dispatchEvent(new PointerEvent('{kind}', {{ bubbles: true, clientX: x, clientY: box.top + 30 }})); }})(seen('stage-gather'))"
        )
    };
    page.ask(&at(1.0 / 6.0, "pointerdown")).await?;
    page.wait_for_text("ruler", "0.50 s").await?;
    assert!(page.text("ruler").await?.ends_with("sequential0 of 3 done · suspended: request 1gather0 of 3 done · suspended: request 1, request 2, request 3"), "{}", page.text("ruler").await?);
    page.ask(&at(5.0 / 6.0, "pointermove")).await?;
    page.wait_for_text("ruler", "2.50 s · 2.00 s after 0.50 s").await?;
    assert!(page.text("ruler").await?.contains("sequential2 of 3 done · suspended: request 3gatherover since 1.00 s"));
    assert_eq!(page.ask("all('.over svg line.ruler').length").await?, 4, "both ends on both variants");
    page.ask("seen('stage-gather').focus()").await?;
    page.session.press("r").await?;
    page.wait("it to go", "!seen('ruler') && location.search === '?scenario=gather'").await?;
    Ok(())
}

/// A thousand rows are painted as far as they are seen, and can be walked.
pub(crate) async fn very_many_rows_are_painted(page: &Page<'_>) -> Result<()> {
    open(page, "?scenario=gather&requests=1000").await?;
    let painted = "((it) => { const canvas = it.querySelector('canvas'); \
                   if (!canvas.width || !canvas.height) return 0; \
                   const data = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data; \
                   let sum = 0; for (let at = 0; at < data.length; at += 4) sum = (sum * 31 + data[at + 3] + data[at]) % 1000003; \
                   return sum; })(seen('sheet-gather'))";
    page.wait("something painted", painted).await?;
    assert_eq!(page.ask("all('[data-testid=variant-gather] .lanes svg').length").await?, 0, "not twice");
    let scroller = "seen('sheet-gather').closest('.scroller')";
    assert!(page.holds(&format!("{scroller}.scrollHeight > 5000 && {scroller}.clientHeight <= 600")).await?);
    assert!(page.holds("seen('sheet-gather').querySelector('canvas').clientHeight <= 600").await?, "only what is seen");
    let before = page.ask(painted).await?;
    page.ask(&format!("{scroller}.scrollTop = 3001")).await?;
    page.wait("other rows", &format!("{painted} !== {before}")).await?;
    page.ask(&format!("{scroller}.scrollTop = 0")).await?;
    page.wait("the first rows", &format!("{painted} === {before}")).await?;
    page.ask("seen('stage-gather').focus({ preventScroll: true })").await?;
    page.session.press(&"ArrowDown ".repeat(120)).await?;
    page.wait("the row that is walked to", &format!("{scroller}.scrollTop > 100 && text('card-gather')?.includes('request 119')")).await?;
    let shown = page.ask(painted).await?;
    page.session.press("+ +").await?;
    page.wait("a nearer view", &format!("{painted} !== {shown} && location.search.includes('zoom=')")).await?;
    page.wait("nothing of the others", "seen('sheet-sequential')").await?;
    Ok(())
}
