//! What somebody sees who comes for the first time.

use interleave_e2e::Result;

use crate::{
    page::Page,
    stage::{dist, serve},
};

/// The first scenario, its timelines and its answer are there before anybody has pressed anything.
pub(crate) async fn the_first_scenario_is_drawn_without_pressing_anything(page: &Page<'_>) -> Result<()> {
    for query in ["", "?"] {
        page.open(query).await?;
        assert_eq!(page.text("time-of-sequential").await?, "ideal 3.00 s");
        assert_eq!(page.text("time-of-gather").await?, "ideal 1.00 s");
        assert_eq!(page.text("factor-gather").await?, "3.0×");
        assert!(page.text("title").await?.starts_with("Three requests"));
        assert!(page.text("status").await?.starts_with("Ideal"));
        assert!(page.sees("run").await?);
        assert!(!page.sees("notices").await?, "there is nothing to complain about");
        assert_eq!(page.query().await?, "", "nothing was picked, so nothing stands in the address");
        // One drawing for each variant, each with a label for main and one for every request.
        let drawn = page.ask("all('.variant .lanes svg').map((it) => it.querySelectorAll('text.label').length)").await?;
        assert_eq!(drawn.to_string(), "[4,4]");
    }
    Ok(())
}

/// The page works in a sub-folder of its host, and asks nobody else for anything.
pub(crate) async fn nothing_is_asked_for_outside_the_folder(page: &Page<'_>) -> Result<()> {
    // A host of its own, so that nothing comes from the browser's cache.
    let site = serve(&dist()).await?;
    let page = Page { session: page.session, site: &site };
    page.open("?scenario=gather&speed=20").await?;
    page.run().await?;
    page.choose("Language", "Rust").await?;
    page.wait("the Rust program", "text('code').includes('async fn')").await?;
    page.pick("semaphore").await?;
    assert_eq!(page.site.stray_requests(), []);
    let folder = page.site.url("");
    for url in page.session.loaded_urls().await? {
        assert!(url.starts_with(&folder) || url.starts_with("data:"), "{url} was asked for");
    }
    let asked = page.site.requests();
    assert!(asked.iter().any(|it| it.path.ends_with("_bg.wasm")), "{asked:?}");
    let stored = "JSON.stringify([document.cookie, localStorage.length, sessionStorage.length])";
    assert_eq!(page.ask(stored).await?, r#"["",0,0]"#, "nothing is kept about a visitor");
    Ok(())
}

/// Whether a file is what one part of the scenarios' code needs for itself.
pub(crate) fn is_of_part(file: &str, name: &str) -> bool {
    let Some(rest) = file.strip_suffix(".wasm").and_then(|file| file.strip_prefix(name)) else { return false };
    rest.matches('-').count() == 1
}

/// Of the scenarios' code the page loads what it shows, and the rest when it is to be shown.
pub(crate) async fn only_the_code_that_is_shown_is_asked_for(page: &Page<'_>) -> Result<()> {
    // A host of its own, so that nothing comes from the browser's cache.
    let site = serve(&dist()).await?;
    let page = Page { session: page.session, site: &site };
    let loaded = || {
        let asked = page.site.requests();
        let files: Vec<_> = asked.iter().filter_map(|it| it.path.split_once("/parts/")).map(|(_, file)| file).collect();
        ["beginning", "coordination", "trouble", "programs"].map(|part| files.iter().filter(|file| is_of_part(file, part)).count())
    };
    for query in ["", "?scenario=gather"] {
        page.site.forget_requests();
        page.open(query).await?;
        assert_eq!(loaded()[1..], [0, 0, 0]);
    }
    page.pick("semaphore").await?;
    assert_eq!(loaded()[1..], [1, 0, 0]);
    page.pick("lock").await?;
    page.pick("gather").await?;
    assert_eq!(loaded()[1..], [1, 0, 0], "what is there is asked for again");
    page.site.forget_requests();
    page.open("scenarios/chat.html").await?;
    // WebKit does not reuse what was loaded early where, as here, the host says nothing about how long it may be kept.
    assert_eq!(loaded().map(|times| times.min(1)), [0, 0, 0, 1]);
    Ok(())
}

/// Neither loading nor running makes the console complain.
pub(crate) async fn the_console_stays_silent(page: &Page<'_>) -> Result<()> {
    page.open("?scenario=gather&speed=20").await?;
    page.run().await?;
    page.choose("Panel", "Console").await?;
    page.choose("Panel", "Events").await?;
    page.pick("blocking").await?;
    page.set("speed", "20").await?;
    page.run().await?;
    assert_eq!(page.session.console_errors().await?, Vec::<String>::new());
    Ok(())
}
