//! A scraper fetches pages side by side and reads what is in them.

use super::prelude::*;
use super::services;

const PAGES: Count = Count::new("pages", "Pages", 6, 1, 12);
const PARSING: Seconds = Seconds::new("parsing", "Parsing", 0.1, 0.0, 1.0);
const LIMIT: Count = Count::new("limit", "Limit", 3, 1, 12);

type Page = String;

/// Every text that stands between these two.
fn between<'a>(
    html: &'a str,
    start: &str,
    end: &str,
) -> Vec<&'a str> {
    let parts = html.split(start).skip(1);
    parts.map(|part| part.split(end).next().unwrap_or("")).collect()
}

fn parse(html: &str, takes: Duration) -> String {
    blocking_sleep(takes); // As long as a large page takes.
    let title = between(html, "<title>", "</title>").join("");
    let links = between(html, "<a href=\"", "\"");
    let links = links[..links.len().min(3)].join(" ");
    let images = between(html, "<img src=\"", "\"").len();
    format!("{title:18} images: {images}, links: {links}")
}

async fn fetch(page: &str) -> Result<String> {
    let name = format!("fetch {page}");
    span(name, services::fetch(page)).await
}

async fn scrape(page: Page, takes: Duration) -> Result<String> {
    let html = fetch(&page).await?;
    print(format!("{page} fetched"));
    // To read it is work for the processor: beside the loop.
    let row = to_thread(move || Ok(parse(&html, takes)));
    span(format!("parse {page}"), row).await
}

async fn scrape_with_permit(
    page: Page,
    takes: Duration,
    limit: Semaphore,
) -> Result<String> {
    let _permit = limit.acquire().await?;
    scrape(page, takes).await
}

fn pages(set: &Values) -> impl Iterator<Item = Page> {
    let typed = set.address(); // One of the reader's own.
    let all = typed.into_iter().chain(services::PAGES);
    all.map(str::to_owned).take(set.get(PAGES))
}

async fn sequential(set: Values) -> Result<()> {
    let mut table = Vec::new();
    for page in pages(&set) {
        let row = scrape(page.clone(), set.get(PARSING));
        table.push(span(page, row).await?);
    }
    table.iter().for_each(print);
    Ok(())
}

async fn gathered(set: Values) -> Result<()> {
    let takes = set.get(PARSING);
    let rows = pages(&set)
        .map(|page| span(page.clone(), scrape(page, takes)));
    let table = gather(rows).await?;
    table.iter().for_each(print);
    Ok(())
}

async fn as_they_complete(set: Values) -> Result<()> {
    let limit = Semaphore::new(set.get(LIMIT)).named("limit");
    let takes = set.get(PARSING);
    let rows = pages(&set).map(|page| {
        let limit = limit.clone();
        span(page.clone(), scrape_with_permit(page, takes, limit))
    });
    for row in as_completed(rows) {
        print(row.await?);
    }
    Ok(())
}

pub(super) static SCENARIO: Scenario = Scenario {
    id: "web-scraper",
    group: Group::Programs,
    short: "A web scraper",
    title: "Pages fetched, then read for their title, links and images",
    watch: "Watch fetching and parsing of each page, and when the rows of the table are printed: all at the end, or each as \
            its page is read.",
    params: &[PAGES.param(), PARSING.param(), LIMIT.param()],
    presets: &[Preset { title: "12 pages, limit 4", values: &[("pages", 12.0), ("limit", 4.0)] }],
    variants: &[
        Variant { id: "sequential", title: "sequential", main: |set| Box::pin(sequential(set)) },
        Variant { id: "gather", title: "gather", main: |set| Box::pin(gathered(set)) },
        Variant {
            id: "as-completed",
            title: "as completed, with a limit",
            main: |set| Box::pin(as_they_complete(set)),
        },
    ],
    compare: Compare::Speedup,
    real: Real::Fetches { address: true },
    question: Question {
        ask: "As completed, with the limit: when is the first row of the table printed?",
        choices: |told| {
            [row(told, "as-completed"), row(told, "gather"), told.took("as-completed"), row(told, "sequential")]
                .map(secs)
                .into()
        },
    },
    why: |told| {
        let [in_turn, at_once, limited] = ["sequential", "gather", "as-completed"].map(|variant| secs(told.took(variant)));
        let (pages, limit) = (told.get(PAGES), told.get(LIMIT));
        if pages == 1 {
            return format!("A single page takes {at_once} in every way: it is fetched, then read.");
        }
        let with_limit = match limit {
            _ if limit >= pages => format!("A limit of {limit} holds nobody up: {limited}"),
            1 => format!("A limit of 1 makes it as slow as the loop, {limited}"),
            _ => format!("With {limit} at a time it is {limited}, kinder to the site"),
        };
        format!(
            "In turn, {pages} pages take {in_turn}; all at once, as long as the slowest one, {at_once}. {with_limit}, and the \
             first row is there at {} already.",
            secs(row(told, "as-completed"))
        )
    },
};

/// When a variant printed the first row of its table.
fn row(told: &Told, variant: &str) -> Duration {
    told.printed(variant, "links: ").unwrap_or_default()
}
