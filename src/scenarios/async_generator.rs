//! A stream of pages: what comes first can be handled first.

use super::prelude::*;

const PAGES: Count = Count::new("pages", "Pages", 3, 1, 30);
const ITEMS: Count = Count::new("items", "Items on a page", 3, 1, 10);
const FETCH: Seconds = Seconds::new("fetch", "A page", 0.5, 0.0, 3.0);
const PROCESS: Seconds = Seconds::new("process", "An item", 0.2, 0.0, 3.0);

type Page = Vec<String>;

fn pages(set: Values) -> Generator<Page> {
    generator(|page| async move {
        for n in 1..=set.get(PAGES) {
            let name = format!("page {n}");
            span(name, sleep(set.get(FETCH))).await?;
            print(format!("page {n} fetched"));
            let items = 1..=set.get(ITEMS);
            page.emit(items.map(|i| format!("{n}.{i}")).collect())
                .await?;
        }
        Ok(())
    })
}

async fn process(page: Page, set: &Values) -> Result<()> {
    for item in page {
        print(format!("item {item} starts"));
        span(format!("item {item}"), sleep(set.get(PROCESS)))
            .await?;
    }
    Ok(())
}

async fn collect(set: Values) -> Result<()> {
    let pages = pages(set.clone());
    let mut all = Page::new();
    while let Some(page) = pages.next().await? {
        all.extend(page);
    }
    process(all, &set).await
}

async fn stream(set: Values) -> Result<()> {
    let pages = pages(set.clone());
    while let Some(page) = pages.next().await? {
        process(page, &set).await?;
    }
    Ok(())
}

async fn prefetch(set: Values) -> Result<()> {
    let pages = pages(set.clone());
    let mut upcoming = spawn(pages.next());
    while let Some(page) = upcoming.await? {
        // Fetched while this page is processed.
        upcoming = spawn(pages.next());
        process(page, &set).await?;
    }
    Ok(())
}

pub(super) static SCENARIO: Scenario = Scenario {
    id: "async-generator",
    group: Group::Streams,
    short: "Page by page",
    title: "Pages that arrive, and items to process",
    watch: "Watch when the first item starts, and whether anything is fetched while items are processed.",
    params: &[PAGES.param(), ITEMS.param(), FETCH.param(), PROCESS.param()],
    presets: &[Preset { title: "slow pages", values: &[("fetch", 1.0)] }],
    variants: &[
        Variant { id: "collect", title: "collect all, then process", main: |set| Box::pin(collect(set)) },
        Variant { id: "stream", title: "process as pages arrive", main: |set| Box::pin(stream(set)) },
        Variant { id: "prefetch", title: "prefetch the next page", main: |set| Box::pin(prefetch(set)) },
    ],
    compare: Compare::Speedup,
    real: Real::Waits,
    question: Question {
        ask: "Pages processed as they arrive: how long will it take?",
        choices: |told| {
            let [all, ahead] = ["stream", "prefetch"].map(|variant| told.took(variant));
            [all, ahead, told.printed("collect", "starts").unwrap_or_default()].map(secs).into()
        },
    },
    why: |told| {
        let first = |variant| secs(told.printed(variant, "starts").unwrap_or_default());
        let [late, early] = ["collect", "stream"].map(first);
        let [collect, stream, ahead] = ["collect", "stream", "prefetch"].map(|variant| secs(told.took(variant)));
        let sooner = if late == early {
            format!("The first item starts at {late} either way")
        } else {
            format!("A stream starts the first item at {early}, not at {late}")
        };
        let overlap = if stream == ahead {
            format!("Here prefetching has nothing to overlap, and ends at {ahead} too.")
        } else {
            format!("Only overlap is faster: with the next page fetched while this one is processed, it ends at {ahead}.")
        };
        format!(
            "{sooner}. But in both nothing is fetched while items are processed: collecting ends at {collect}, streaming at \
             {stream}. {overlap}"
        )
    },
};
