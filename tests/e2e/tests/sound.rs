//! Runs that can be heard. What would sound is written down: no machine that tests has ears.

use interleave_e2e::Result;
use serde_json::{Value, json};

use crate::{
    outside::in_the_page,
    page::{Page, strings},
    stage::DEAF,
};

/// What has sounded since the page was opened: each note's shape and its pitch.
async fn notes(page: &Page<'_>) -> Result<Vec<String>> {
    strings(&page.ask("(document.body.dataset.notes ?? '').split(' ').filter(Boolean)").await?)
}

/// A page that hears nothing, and writes down what would sound.
async fn open(page: &Page<'_>, query: &str) -> Result<()> {
    page.open(query).await?;
    page.wait("the tools", "seen('moment') && true").await?;
    in_the_page(page, DEAF).await?;
    page.wait("a page that hears nothing", "document.body.dataset.deaf").await?;
    Ok(())
}

/// Nothing sounds unasked; then each completion does once, the later the higher, a failure otherwise; and so does what is
/// played again.
pub(crate) async fn a_run_can_be_heard(page: &Page<'_>) -> Result<()> {
    // One variant: what ends in one frame, however long that takes on this machine, is few enough for each to sound.
    open(page, "?scenario=gather-errors&variants=raise").await?;
    page.run().await?;
    assert_eq!(notes(page).await?, Vec::<String>::new(), "it sounds unasked");
    if !page.holds("'AudioContext' in window").await? {
        assert!(!page.sees("sound").await?, "what cannot be done is offered");
        return Ok(());
    }
    assert!(!page.holds("seen('sound').checked").await?);

    page.click("sound").await?;
    let heard = ["sawtooth:110", "triangle:248", "triangle:275"];
    page.run().await?;
    page.wait("each completion", "document.body.dataset.notes?.split(' ').length >= 3").await?;
    assert_eq!(notes(page).await?, heard);
    page.ask("delete document.body.dataset.notes").await?;
    page.click("play").await?;
    page.wait("the recording's end", "text('play') === 'Play' && document.body.dataset.notes?.split(' ').length >= 3").await?;
    assert_eq!(notes(page).await?.len(), 3, "what is played sounds as often as it did");

    // Three hundred completions in what the page takes for one second are no blare.
    page.pick("semaphore").await?;
    page.set("speed", "20").await?;
    page.set("param-jobs", "100").await?;
    page.set("param-limit", "20").await?;
    page.ask("delete document.body.dataset.notes").await?;
    page.ask("document.body.dataset.stopped = 'yes'").await?;
    page.run().await?;
    assert_eq!(notes(page).await?.len(), 20);

    page.click("sound").await?;
    assert_eq!(page.ask("document.body.dataset.closed").await?, json!("yes"), "it is let go of");
    page.ask("delete document.body.dataset.notes").await?;
    page.pick("gather").await?;
    page.run().await?;
    assert_eq!(notes(page).await?, Vec::<String>::new(), "it still sounds");
    assert_eq!(page.query().await?, "?scenario=gather", "whether it sounds is nobody else's business");
    Ok(())
}

/// Where a browser has no sound it is not offered, and one that refuses it breaks nothing.
pub(crate) async fn a_page_without_sound_says_nothing_of_it(page: &Page<'_>) -> Result<()> {
    let source = "if (location.search.includes('mute')) delete window.AudioContext;
                  else window.AudioContext = class { constructor() { throw new Error('no device'); } };";
    let script = page.session.devtools("Page.addScriptToEvaluateOnNewDocument", json!({ "source": source })).await?;
    page.open("?scenario=gather&speed=20").await?;
    page.click("sound").await?;
    page.wait("a word about it", "text('notices')?.includes('no sound')").await?;
    assert!(!page.holds("seen('sound').checked").await?);
    page.run().await?;
    page.wait_for_text("status", "Measured").await?;

    page.open("?scenario=gather&mute=1").await?;
    page.wait("the tools", "seen('moment') && true").await?;
    assert!(!page.sees("sound").await?);
    let identifier = script.get("identifier").cloned().unwrap_or(Value::Null);
    page.session.devtools("Page.removeScriptToEvaluateOnNewDocument", json!({ "identifier": identifier })).await?;
    Ok(())
}
