//! Everything that can be picked, and what it shows before anything has been run.

use std::{collections::HashSet, fs};

use interleave::{
    aio::trace::{Ending, Trace},
    scenarios::{ALL, Scenario},
    timeline::seconds,
};
use interleave_e2e::{Error, Result};

use crate::{
    page::{Page, quoted},
    stage::dist,
};

/// Every scenario with its variants and their times on an ideal machine, as the page tells them.
pub(crate) fn catalogue() -> Vec<(&'static str, Vec<(&'static str, String)>)> {
    let time = |trace: &Trace| match trace.ended() {
        Some((at, Ending::Deadlock)) => format!("deadlock at {}", seconds(at)),
        _ => seconds(trace.until()),
    };
    let times = |scenario: &Scenario| scenario.ideal(&scenario.defaults()).iter().map(time).collect::<Vec<_>>();
    let ids = |scenario: &Scenario| scenario.variants.iter().map(|variant| variant.id).collect::<Vec<_>>();
    ALL.iter().map(|scenario| (scenario.id, ids(scenario).into_iter().zip(times(scenario)).collect())).collect()
}

/// Some of them, written down by hand, in which nothing but the waits decides who is done when.
pub(crate) const CATALOGUE: [(&str, &[(&str, &str)]); 9] = [
    ("hello", &[("hello", "1.00 s")]),
    ("event-loop", &[("one-after-the-other", "3.00 s"), ("both-on-the-loop", "2.00 s")]),
    ("gather", &[("sequential", "3.00 s"), ("gather", "1.00 s")]),
    ("gather-mixed", &[("sequential", "3.00 s"), ("gather", "1.50 s")]),
    ("as-completed", &[("gather-then-handle", "2.50 s"), ("as-they-complete", "2.50 s")]),
    ("semaphore", &[("sequential", "10.00 s"), ("semaphore", "4.00 s"), ("unlimited", "1.00 s")]),
    ("timeout", &[("none", "5.00 s"), ("wait-for", "2.00 s"), ("timeout", "2.00 s")]),
    ("cancellation", &[("cleans-up", "1.50 s"), ("swallows", "1.50 s"), ("ignores", "9.00 s")]),
    ("blocking", &[("blocking", "3.00 s"), ("async", "1.00 s"), ("threads", "1.00 s")]),
];

/// A click in the list changes title, address and timelines, and the times are those of the catalogue.
pub(crate) async fn every_scenario_can_be_picked(page: &Page<'_>) -> Result<()> {
    // Start with one that is not the first to be picked.
    page.open("?scenario=blocking").await?;
    let mut titles = HashSet::new();
    let all = catalogue();
    for (id, times) in CATALOGUE {
        let known = all.iter().find(|(known, _)| *known == id).map(|(_, variants)| variants.as_slice());
        let known: Vec<_> = known.into_iter().flatten().map(|(variant, time)| (*variant, time.as_str())).collect();
        assert_eq!(known, times, "{id}");
    }
    for (id, variants) in &all {
        page.pick(id).await?;
        let title = page.text("title").await?;
        assert_eq!(page.query().await?, format!("?scenario={id}"));
        assert!(page.session.title().await?.starts_with(&title), "{id}: the window has another title");
        assert!(titles.insert(title), "{id} has the title of another scenario");
        let is_model = ALL.iter().any(|scenario| scenario.id == *id && scenario.real.is_outside());
        let word = if is_model { "model" } else { "ideal" };
        for (variant, time) in variants {
            assert_eq!(page.text(&format!("time-of-{variant}")).await?, format!("{word} {time}"), "{id}: {variant}");
            assert!(page.sees(&format!("variant-{variant}")).await?, "{id}: {variant} is not drawn");
        }
        let shown = page.texts("[data-testid^=time-of-]").await?.len();
        assert_eq!(shown, variants.len(), "{id} shows timelines of something else");
        let answers = page.texts("[data-testid^=factor-], [data-testid^=time-]:not([data-testid^=time-of-])").await?;
        assert!(!answers.is_empty(), "{id} gives no answer");
        let decimals = |answer: &String| answer.ends_with('×') || answer.ends_with(" s");
        assert!(answers.iter().all(decimals), "{id}: {answers:?}");
        assert!(!page.text("why").await?.is_empty(), "{id} does not say why");
    }
    Ok(())
}

/// Both tabs show the program of this scenario, and not that of the one before.
pub(crate) async fn both_languages_are_shown_for_every_scenario(page: &Page<'_>) -> Result<()> {
    page.open("?scenario=blocking").await?;
    for (id, _) in catalogue() {
        page.pick(id).await?;
        for (language, extension, word) in [("Python", "py", "asyncio"), ("Rust", "rs", "async fn")] {
            page.choose("Language", language).await?;
            let path = dist().join("code").join(format!("{id}.{extension}.html"));
            let built = fs::read_to_string(&path).map_err(|source| Error::File { path, source })?;
            let plain = format!("(it => (it.innerHTML = {}, said(it)))(document.createElement('pre'))", quoted(&built));
            let same = format!("text('code') === {plain}");
            page.wait(&format!("{id} in {language}"), &same).await?;
            assert!(page.text("code").await?.contains(word), "{id}: no `{word}` in {language}");
        }
    }
    Ok(())
}

/// Typing narrows the list down; nothing found is said.
pub(crate) async fn the_list_can_be_searched(page: &Page<'_>) -> Result<()> {
    page.open("?scenario=gather").await?;
    assert_eq!(page.texts("[data-testid^=pick-]").await?.len(), ALL.len());
    for (typed, found) in [("semaphore", 1), ("GATHER", 1), ("no such scenario", 0), ("", ALL.len())] {
        page.set("search", typed).await?;
        let count = format!("texts('[data-testid^=pick-]').length {} {found}", if found == 1 { ">=" } else { "===" });
        page.wait(&format!("`{typed}` to find {found}"), &count).await?;
        let nothing = page.holds("all('.rail [role=status]').some((it) => isSeen(it) && said(it))").await?;
        assert_eq!(nothing, found == 0, "`{typed}`");
    }
    Ok(())
}

/// Keeps back the answers to whoever asks for the part with the semaphore.
const HOLD: &str = "const ask = window.fetch; window.held = [];
    window.fetch = (what, how) => String(what).includes('/parts/coordination-')
        ? new Promise((done) => held.push(() => done(ask(what, how))))
        : ask(what, how);";

const LET_GO: &str = "held.splice(0).forEach((answer) => answer());";

/// While its code is on its way, the page stays as it is, and says what it waits for.
pub(crate) async fn a_scenario_on_its_way_is_announced(page: &Page<'_>) -> Result<()> {
    page.open("?scenario=gather&speed=20").await?;
    page.session.execute(HOLD, vec![]).await?;
    page.click("pick-semaphore").await?;
    page.wait("a notice", "text('notices')?.includes('Loading')").await?;
    assert_eq!(page.query().await?, "?scenario=gather&speed=20");
    page.run().await?;
    page.session.execute(LET_GO, vec![]).await?;
    page.until_picked("semaphore").await?;
    assert!(!page.sees("notices").await?, "it is still announced");
    Ok(())
}

/// A scenario whose code comes after another one was picked is not shown any more.
pub(crate) async fn what_was_picked_last_is_shown(page: &Page<'_>) -> Result<()> {
    page.open("?scenario=gather").await?;
    page.session.execute(HOLD, vec![]).await?;
    let listen = "window.shown = []; const push = history.pushState.bind(history);
        history.pushState = (state, title, address) => { shown.push(address); push(state, title, address); };";
    page.session.execute(listen, vec![]).await?;
    page.click("pick-semaphore").await?;
    page.pick("wait").await?;
    page.session.execute(LET_GO, vec![]).await?;
    page.pick("lock").await?;
    assert_eq!(page.ask("shown.join(' ')").await?, "?scenario=wait ?scenario=lock");
    Ok(())
}
