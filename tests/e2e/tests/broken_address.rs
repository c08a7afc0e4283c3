//! Addresses that were cut off, mistyped or made up.

use interleave_e2e::Result;
use thirtyfour::By;

use crate::page::Page;

/// What stands in the address, what is shown instead, and whether something has to be said about it.
const CASES: [(&str, &str, &str); 16] = [
    // An unknown scenario, and nearly known ones.
    ("?scenario=nothing", "", "no scenario"),
    ("?scenario=", "", "no scenario"),
    ("?scenario=Semaphore", "?scenario=semaphore", "no scenario"),
    // Unknown parameters, and one of another scenario.
    ("?scenario=gather&colour=red", "?scenario=gather", "no parameter"),
    ("?scenario=gather&limit=3", "?scenario=gather", "no parameter"),
    // Out of range, not a number, between two steps, huge.
    ("?scenario=gather&latency=99", "?scenario=gather&latency=5", "more than"),
    ("?scenario=gather&latency=-1", "?scenario=gather&latency=0", "less than"),
    ("?scenario=gather&latency=soon", "?scenario=gather", "not a number"),
    ("?scenario=gather&latency=NaN", "?scenario=gather", "not a number"),
    ("?scenario=gather&requests=2.4", "?scenario=gather&requests=2", "between two steps"),
    ("?scenario=gather&latency=1e999", "?scenario=gather&latency=5", "more than"),
    ("?scenario=gather&speed=0", "?scenario=gather&speed=0.25", "speed"),
    // The same key twice.
    ("?scenario=gather&latency=2&latency=3", "?scenario=gather&latency=2", "more than once"),
    ("?scenario=gather&scenario=timeout", "?scenario=gather", "more than once"),
    // Percent-encoding that is none, and bytes that are no text.
    ("?scenario=gather&latency=%zz", "?scenario=gather", "percent-encoded"),
    ("?scenario=gather&%ff=1", "?scenario=gather", "percent-encoded"),
];

/// The page is drawn, says in a sentence what it could not use, and mends the address.
pub(crate) async fn whatever_the_address_says_the_page_works(page: &Page<'_>) -> Result<()> {
    let nonsense = format!("?scenario=gather&speed=20&{}", "x%".repeat(5_000));
    let names: Vec<String> = (0..990).map(|number| format!("p{number}=1")).collect();
    let many = format!("?{}&scenario=gather&speed=20", names.join("&"));
    let mended = "?scenario=gather&speed=20";
    let long = [(&*nonsense, mended, "ignored"), (&*many, mended, "ignored")];
    for (query, used, said) in CASES.into_iter().chain(long) {
        let name = &query[..query.len().min(60)];
        page.open(query).await?;
        let notices = page.texts("[data-testid=notices] li").await?;
        assert!((1..=6).contains(&notices.len()), "{name}: {notices:?}");
        assert!(notices.iter().any(|notice| notice.contains(said)), "{name}: {notices:?}");
        assert!(notices.iter().all(|notice| notice.chars().count() < 200), "{name}: {notices:?}");
        let address = page.query().await?;
        // Where the first scenario is at its defaults the address may say so, or nothing.
        let is_mended = if used.is_empty() { ["", "?scenario=gather"].contains(&&*address) } else { address == used };
        assert!(is_mended, "{name} was left as `{}`", &address[..address.len().min(80)]);
        assert!(!page.text("title").await?.is_empty(), "{name}");
        let times = page.times().await?;
        assert!(!times.is_empty() && times.iter().all(|time| time.starts_with("ideal ")), "{name}: {times:?}");
        assert!(page.holds("document.documentElement.scrollWidth <= innerWidth").await?, "{name} is too wide");
    }
    // The last of them is as good as any other.
    page.run().await?;
    assert_eq!(page.completed().await?, ["request 1", "request 2", "request 3"]);
    assert_eq!(page.site.stray_requests(), []);
    Ok(())
}

/// What stands in the address is quoted, never obeyed.
pub(crate) async fn a_text_from_the_address_is_never_markup(page: &Page<'_>) -> Result<()> {
    let markup = "%3Cimg%20src=x%20onerror=%22window.obeyed=1%22%3E";
    for query in [format!("?scenario={markup}"), format!("?{markup}={markup}"), format!("?latency={markup}")] {
        page.open(&query).await?;
        let notices = page.text("notices").await?;
        assert!(notices.contains("<img src"), "{query}: {notices}");
        assert!(!page.holds("document.querySelector('main img') || window.obeyed").await?, "{query} was obeyed");
    }
    assert_eq!(page.site.stray_requests(), []);
    Ok(())
}

/// Once read, a notice can be put away, and does not come back with the next pick.
pub(crate) async fn a_notice_can_be_dismissed(page: &Page<'_>) -> Result<()> {
    page.open("?scenario=gather&latency=99").await?;
    assert!(page.sees("notices").await?);
    page.click_on(By::Css("[data-testid=notices] button")).await?;
    page.wait("the notice to go", "!seen('notices')").await?;
    assert_eq!(page.times().await?, ["ideal 15.00 s", "ideal 5.00 s"], "what was used instead stays");
    page.open("?scenario=nothing").await?;
    assert!(page.sees("notices").await?);
    page.pick("hello").await?;
    page.wait("the notice to go with its cause", "!seen('notices')").await?;
    Ok(())
}
