//! When something is missing or breaks: never a blank page.

use std::{
    fs,
    path::{Path, PathBuf},
};

use interleave_e2e::{Error, Result, Site};
use serde_json::json;
use tempfile::TempDir;
use thirtyfour::By;

use crate::{
    first_visit::is_of_part,
    page::Page,
    stage::{dist, serve},
};

/// A copy of the built page, to take things out of.
pub(crate) struct Copy(TempDir);

impl Copy {
    pub(crate) fn make() -> Result<Self> {
        let copy = Self(tempfile::tempdir()?);
        copy_folder(&dist(), copy.0.path())?;
        Ok(copy)
    }

    /// Takes a file away, and gives it back when the returned function is called.
    pub(crate) fn take(&self, path: PathBuf) -> Result<impl FnOnce() -> Result<()>> {
        let aside = self.0.path().join("aside");
        fs::rename(&path, &aside).map_err(|source| Error::File { path: path.clone(), source })?;
        Ok(move || Ok(fs::rename(aside, path)?))
    }

    /// The file of the page's own program, in the top folder, whose name ends like this.
    pub(crate) fn ending(&self, end: &str) -> Result<PathBuf> {
        let files = fs::read_dir(self.0.path())?.flatten().map(|entry| entry.path());
        let found = files.into_iter().find(|path| {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            // Not the script that a frame without an origin loads in place of the wasm.
            name.starts_with("interleave-") && name.ends_with(end) && !name.ends_with(".wasm.js")
        });
        found.ok_or_else(|| Error::Answer(format!("the built page has no file *{end}")))
    }

    /// Takes away what one part of the scenarios' code needs for itself.
    pub(crate) fn take_part(&self, name: &str) -> Result<impl FnOnce() -> Result<()>> {
        let found = self.parts()?.into_iter().find(|path| is_of_part(&file_name(path), name));
        self.take(found.ok_or_else(|| Error::Answer(format!("the built page has no part {name}")))?)
    }

    /// Takes away what is common to all parts: the file that names the most of them.
    fn take_common(&self) -> Result<impl FnOnce() -> Result<()>> {
        let wasm = self.parts()?.into_iter().filter(|path| path.extension() == Some("wasm".as_ref()));
        let found = wasm.max_by_key(|path| file_name(path).matches('-').count());
        self.take(found.ok_or_else(|| Error::Answer("the built page has no parts".to_owned()))?)
    }

    fn parts(&self) -> Result<Vec<PathBuf>> {
        Ok(fs::read_dir(self.0.path().join("parts"))?.flatten().map(|entry| entry.path()).collect())
    }

    pub(crate) async fn serve(&self) -> Result<Site> {
        serve(self.path()).await
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }
}

fn copy_folder(from: &Path, to: &Path) -> Result<()> {
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            fs::create_dir(&target)?;
            copy_folder(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}

fn file_name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

/// Opens a page that cannot start, checks what it says, and tries again once `mend` has been called.
async fn fails_then_starts(page: &Page<'_>, mend: impl FnOnce() -> Result<()>) -> Result<()> {
    page.session.goto(page.site.url("?scenario=timeout")).await?;
    page.wait("a button to try again", "all('button').some((it) => isSeen(it) && said(it) === 'Try again')").await?;
    let said = page.texts("#boot p").await?.join(" ");
    assert!(said.contains("could not be loaded"), "{said}");
    mend()?;
    page.click_on(By::XPath("//button[normalize-space()='Try again']")).await?;
    page.until_drawn().await?;
    assert_eq!(page.times().await?, ["ideal 5.00 s", "ideal 2.00 s", "ideal 2.00 s"]);
    Ok(())
}

/// Without its WebAssembly the page says so, and starts as soon as it is there.
pub(crate) async fn a_missing_program_is_said_and_can_be_tried_again(page: &Page<'_>) -> Result<()> {
    let copy = Copy::make()?;
    let mend = copy.take(copy.ending(".wasm")?)?;
    let site = copy.serve().await?;
    fails_then_starts(&Page { session: page.session, site: &site }, mend).await
}

/// The same for the script that loads it.
pub(crate) async fn a_missing_script_is_said_and_can_be_tried_again(page: &Page<'_>) -> Result<()> {
    let copy = Copy::make()?;
    let mend = copy.take(copy.ending(".js")?)?;
    let site = copy.serve().await?;
    fails_then_starts(&Page { session: page.session, site: &site }, mend).await
}

/// The same for the code of the scenario that the address asks for.
pub(crate) async fn a_missing_part_is_said_and_can_be_tried_again(page: &Page<'_>) -> Result<()> {
    let copy = Copy::make()?;
    let mend = copy.take_part("trouble")?;
    let site = copy.serve().await?;
    fails_then_starts(&Page { session: page.session, site: &site }, mend).await
}

/// The same for what is common to all parts.
pub(crate) async fn what_all_parts_need_can_be_tried_again(page: &Page<'_>) -> Result<()> {
    let copy = Copy::make()?;
    let mend = copy.take_common()?;
    let site = copy.serve().await?;
    fails_then_starts(&Page { session: page.session, site: &site }, mend).await
}

/// What runs need is loaded after the first drawing; while it is missing the page says so, and keeps what it shows.
pub(crate) async fn runs_that_cannot_be_loaded_can_be_tried_again(page: &Page<'_>) -> Result<()> {
    let copy = Copy::make()?;
    let mend = copy.take_part("runs")?;
    let site = copy.serve().await?;
    let page = Page { session: page.session, site: &site };
    page.open("?scenario=blocking&speed=20").await?;
    page.click("run").await?;
    page.wait("a notice", "text('notices')?.includes('could not be loaded')").await?;
    assert!(page.text("status").await?.starts_with("Ideal, from the virtual clock."));
    assert!(!page.sees("stop").await?, "nothing runs");
    mend()?;
    page.run().await?;
    assert!(!page.sees("notices").await?, "the complaint stays although it is settled");
    page.wait("a diagnosis", "texts('[data-testid=diagnoses] li').length").await?;
    Ok(())
}

/// A worker whose program is missing is given up at once, and the model computes.
pub(crate) async fn a_missing_worker_is_said_and_stood_in_for(page: &Page<'_>) -> Result<()> {
    for file in ["worker_bg.wasm", "worker.js", "worker_loader.js"] {
        let copy = Copy::make()?;
        let _ = copy.take(copy.0.path().join(file))?;
        let site = copy.serve().await?;
        let page = Page { session: page.session, site: &site };
        page.open("?scenario=cpu-bound&speed=20").await?;
        page.run().await?;
        let status = page.text("status").await?;
        assert!(status.contains("The model stood in for the world outside: the worker failed"), "{file}: {status}");
    }
    Ok(())
}

/// A scenario whose code cannot be had is not shown; the one before it stays, and it can be picked again.
pub(crate) async fn a_scenario_that_cannot_be_loaded_leaves_the_one_before(page: &Page<'_>) -> Result<()> {
    let copy = Copy::make()?;
    let mend = copy.take_part("coordination")?;
    let site = copy.serve().await?;
    let page = Page { session: page.session, site: &site };
    page.open("?scenario=gather&speed=20").await?;
    page.click("pick-semaphore").await?;
    page.wait("a notice", "text('notices')?.includes('could not be loaded')").await?;
    assert_eq!(page.query().await?, "?scenario=gather&speed=20");
    page.run().await?;
    assert_eq!(page.completed().await?, ["request 1", "request 2", "request 3"]);

    // What is there can be picked meanwhile.
    page.pick("wait").await?;
    assert!(!page.sees("notices").await?, "the complaint stays although something else was picked");
    mend()?;
    page.pick("semaphore").await?;
    assert!(!page.sees("notices").await?, "the complaint stays although it is settled");
    page.run().await?;
    page.wait_for_text("status", "Measured").await
}

/// Whoever has waited for long is told that it may be the connection, but not when it is known to be something else.
pub(crate) async fn a_failure_is_not_talked_over(page: &Page<'_>) -> Result<()> {
    let copy = Copy::make()?;
    let mend = copy.take(copy.ending(".wasm")?)?;
    let site = copy.serve().await?;
    // Nobody wants to wait here for as long as that: such timers are called by hand.
    let script = "window.late = []; const soon = window.setTimeout;
                window.setTimeout = (call, delay) => delay > 5000 ? late.push(call) : soon(call, delay);";
    let held = page.session.devtools("Page.addScriptToEvaluateOnNewDocument", json!({ "source": script })).await?;
    page.session.goto(site.url("")).await?;
    page.wait("the message", "texts('#boot p').join().includes('could not be loaded')").await?;
    assert_eq!(page.ask("late.length").await?, 1, "nobody is told that it takes long");
    page.session.execute("late.forEach((call) => call())", vec![]).await?;
    let said = page.texts("#boot p").await?.join(" ");
    let identifier = json!({ "identifier": held["identifier"] });
    page.session.devtools("Page.removeScriptToEvaluateOnNewDocument", identifier).await?;
    assert!(said.contains("could not be loaded"), "the reason was replaced by: {said}");
    mend()
}

/// A program listing that cannot be had is said in its place; everything else goes on.
pub(crate) async fn missing_code_leaves_the_rest_alone(page: &Page<'_>) -> Result<()> {
    let copy = Copy::make()?;
    let mend = copy.take(copy.0.path().join("code").join("gather.py.html"))?;
    let site = copy.serve().await?;
    let page = Page { session: page.session, site: &site };
    page.open("?scenario=gather&speed=20").await?;
    let alert = "all('[role=alert]').filter(isSeen).map(said).join(' ')";
    let said = page.wait("a message in the code's place", alert).await?.to_string();
    assert!(said.contains("could not be loaded") && said.contains("404"), "{said}");
    assert_eq!(page.times().await?, ["ideal 3.00 s", "ideal 1.00 s"]);
    page.run().await?;
    assert_eq!(page.completed().await?, ["request 1", "request 2", "request 3"]);

    page.choose("Language", "Rust").await?;
    page.wait("the other language", "text('code')?.includes('async fn')").await?;
    assert_eq!(page.ask(alert).await?, "", "the complaint stays although it is settled");
    page.choose("Language", "Python").await?;
    page.wait("the message again", alert).await?;
    mend()?;
    page.click_on(By::XPath("//button[normalize-space()='Try again']")).await?;
    page.wait("the code", "text('code')?.includes('asyncio')").await?;
    assert_eq!(page.ask(alert).await?, "", "the complaint stays although it is settled");
    Ok(())
}

/// When the program itself breaks, here for want of a message channel, the page starts again, and says why.
pub(crate) async fn a_page_that_fails_starts_again_with_what_was_picked(page: &Page<'_>) -> Result<()> {
    page.open("?scenario=gather&latency=2&speed=20").await?;
    fail(page).await?;
    page.wait("another document", "!window.before && isDrawn()").await?;
    let said = page.texts("[data-testid=notices]").await?.join(" ");
    assert!(said.contains("has started again") && said.contains("message channel"), "{said}");
    assert_eq!(page.query().await?, "?scenario=gather&latency=2&speed=20", "what was picked is lost");
    page.run().await?;
    page.wait_for_text("status", "Measured").await?;
    // Who loads it by hand has nothing to be told.
    page.session.execute("window.before = true; location.reload()", vec![]).await?;
    page.wait("another document", "!window.before && isDrawn()").await?;
    assert!(!page.holds("seen('notices')").await?);
    Ok(())
}

/// When it breaks again at once, the reader is asked.
pub(crate) async fn a_page_that_fails_again_offers_a_way_on(page: &Page<'_>) -> Result<()> {
    page.open("?scenario=gather&latency=2&speed=20").await?;
    fail(page).await?;
    page.wait("another document", "!window.before && isDrawn()").await?;
    fail(page).await?;
    page.wait("a way on", "seen('reload')").await?;
    let card = page.texts("[role=alert]").await?.join(" ");
    assert!(card.contains("Something went wrong") && card.contains("message channel"), "{card}");
    assert_eq!(page.texts("[role=alert]").await?.len(), 1, "one message is enough");
    page.click("reload").await?;
    page.wait("another document", "!window.before && isDrawn()").await?;
    assert_eq!(page.query().await?, "?scenario=gather&latency=2&speed=20", "what was picked is lost");
    page.run().await?;
    page.wait_for_text("status", "Measured").await
}

async fn fail(page: &Page<'_>) -> Result<()> {
    let script = "window.before = true; window.MessageChannel = function () { throw new Error('none left') }";
    page.session.execute(script, vec![]).await?;
    page.click("run").await
}
