//! Inside somebody else's page, on another origin.

use interleave_e2e::{Result, Site};
use thirtyfour::{By, WebElement};

use crate::{
    failures::Copy,
    page::{Page, quoted},
    stage::{dist, serve},
};

/// Styles that would be seen at once if they reached an embed, or came out of it.
const STYLE: &str = "* { letter-spacing: 3px; } button, input { display: none; } h1 { color: rgb(200, 0, 0); }";

/// Keeps what elements say.
const LISTEN: &str = "window.heard = [];
for (const is of ['ready', 'run', 'done', 'stop', 'error'])
  addEventListener('interleave:' + is, (event) => heard.push([is, event.detail]));";

/// A blog on an origin of its own, with one article.
pub(crate) struct Blog {
    site: Site,
    _folder: tempfile::TempDir,
}

impl Blog {
    pub(crate) async fn with(head: &str, body: &str) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let icon = r#"<link rel="icon" href="data:,">"#;
        let html = format!(
            "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>blog</title>{head}{icon}<body><h1>An article</h1>{body}"
        );
        let own = |name: &str| format!("<!doctype html><meta charset=\"utf-8\"><title>{name}</title><p>{name}</p>");
        let pages = [("index.html", html), ("other.html", own("other"))];
        Ok(Self { site: Site::serve_with(folder.path(), pages).await?, _folder: folder })
    }

    /// An article with the element's script, and something in its body.
    pub(crate) async fn with_element(site: &Site, body: &str) -> Result<Self> {
        let script = format!("<style>{STYLE}</style><script>{LISTEN}</script><script src=\"{}\" async></script>", site.url("embed.js"));
        Self::with(&script, body).await
    }

    pub(crate) async fn open(&self, page: &Page<'_>) -> Result<()> {
        page.session.goto(self.site.url("")).await?;
        Ok(())
    }
}

/// The frame of the first element, once its scenario is there.
async fn frame(page: &Page<'_>) -> Result<WebElement> {
    page.wait("the element's frame", "!!document.querySelector('interleave-scenario').shadowRoot?.querySelector('.shown')").await?;
    let script = "return document.querySelector('interleave-scenario').shadowRoot.querySelector('iframe')";
    Ok(page.session.execute(script, vec![]).await?.element()?)
}

/// Goes into the frame of the first element.
async fn enter(page: &Page<'_>) -> Result<()> {
    frame(page).await?.enter_frame().await?;
    until_drawn(page).await
}

async fn until_drawn(page: &Page<'_>) -> Result<()> {
    page.wait("lanes in the frame", "!!document.querySelector('.variant .lanes svg')").await?;
    Ok(())
}

async fn leave(page: &Page<'_>) -> Result<()> {
    Ok(page.session.enter_default_frame().await?)
}

/// What was heard of one kind.
async fn heard(page: &Page<'_>, is: &str) -> Result<serde_json::Value> {
    page.wait(&format!("`interleave:{is}`"), &format!("heard.find((it) => it[0] === {})", quoted(is))).await
}

/// A reader runs a scenario inside an article; the article hears of it, and neither changes how the other looks.
pub(crate) async fn an_element_runs_inside_an_article(page: &Page<'_>) -> Result<()> {
    let body = r#"<interleave-scenario scenario="gather" speed="20" code="python" controls="run step parameters" loading="eager"><p id="fallback">A picture</p></interleave-scenario>"#;
    let blog = Blog::with_element(page.site, body).await?;
    blog.open(page).await?;
    enter(page).await?;
    page.wait("the code", "text('code')?.includes('asyncio')").await?;
    assert_eq!(page.times().await?, ["ideal 3.00 s", "ideal 1.00 s"]);
    assert_eq!(page.ask("getComputedStyle(document.body).letterSpacing").await?, "normal", "the article's styles leak in");
    assert!(page.sees("run").await? && page.sees("param-latency").await? && !page.sees("speed").await?);
    assert!(!page.holds("document.querySelector('.rail')").await?, "an embed is no whole page");
    page.run().await?;
    page.wait_for_text("status", "Measured").await?;
    let fits = "document.documentElement.scrollHeight <= innerHeight + 1";
    page.wait("a frame as high as what is in it", fits).await?;
    leave(page).await?;
    let done = heard(page, "done").await?;
    assert_eq!(done[1]["scenario"], "gather");
    assert_eq!(done[1]["variants"][0]["ideal"], 3);
    assert!(done[1]["variants"][1]["measured"].as_f64().is_some_and(|measured| measured >= 0.9), "{done}");
    assert!(!page.holds("isSeen(document.getElementById('fallback'))").await?, "the fallback stands beside the frame");
    assert_eq!(page.ask("getComputedStyle(document.querySelector('h1')).color").await?, "rgb(200, 0, 0)");
    assert_eq!(page.ask("document.head.querySelectorAll('style').length").await?, 1, "styles leak out");
    Ok(())
}

/// The article can run and stop a scenario, and change what it shows.
pub(crate) async fn an_element_obeys_its_page(page: &Page<'_>) -> Result<()> {
    let body = r#"<interleave-scenario scenario="gather" clock="virtual" loading="click"></interleave-scenario>"#;
    let blog = Blog::with_element(page.site, body).await?;
    blog.open(page).await?;
    page.wait("the element", "customElements.get('interleave-scenario')").await?;
    assert!(!page.holds("document.querySelector('interleave-scenario').shadowRoot.querySelector('iframe')").await?);
    let run = "window.it = document.querySelector('interleave-scenario'); it.run().then((result) => { window.result = result; })";
    page.session.execute(run, vec![]).await?;
    let result = page.wait("what came out", "window.result").await?;
    let variants = serde_json::json!([
        { "id": "sequential", "ideal": 3, "measured": null },
        { "id": "gather", "ideal": 1, "measured": null },
    ]);
    assert_eq!(result["variants"], variants);

    page.session.execute("it.setAttribute('requests', '5'); it.setAttribute('theme', 'dark')", vec![]).await?;
    enter(page).await?;
    page.wait("five requests", "text('time-of-sequential') === 'ideal 5.00 s'").await?;
    let scheme = "getComputedStyle(document.documentElement).colorScheme";
    page.wait("the dark theme", &format!("{scheme} === 'dark'")).await?;
    leave(page).await?;
    page.session.execute("it.setAttribute('scenario', 'semaphore'); it.removeAttribute('requests')", vec![]).await?;
    enter(page).await?;
    page.wait("another scenario", "text('title')?.includes('limit')").await?;
    leave(page).await?;

    // A real run can be stopped from outside.
    page.session.execute("it.setAttribute('clock', 'real'); it.run().catch((error) => { window.why = error.message; })", vec![]).await?;
    page.wait("a run", "heard.filter((it) => it[0] === 'run').length === 2").await?;
    page.session.execute("it.stop()", vec![]).await?;
    heard(page, "stop").await?;
    assert_eq!(page.wait("the end of the promise", "window.why").await?, "the run was stopped");

    // Taken out it leaves nothing, and put back it begins anew.
    page.session.execute("it.remove()", vec![]).await?;
    assert_eq!(page.ask("window.length").await?, 0, "a frame is left");
    page.session.execute("it.setAttribute('loading', 'eager'); document.body.append(it)", vec![]).await?;
    enter(page).await
}

/// Without a theme of its own an element looks as the page does on which it stands, also when that changes.
pub(crate) async fn an_element_follows_the_theme_of_its_page(page: &Page<'_>) -> Result<()> {
    let style = "<style>body { background: white } body.night { background: rgb(20, 20, 30) }</style>";
    let body = format!(r#"{style}<interleave-scenario scenario="hello" loading="eager"></interleave-scenario>"#);
    let blog = Blog::with_element(page.site, &body).await?;
    blog.open(page).await?;
    let scheme = "getComputedStyle(document.documentElement).colorScheme";
    for (class, theme) in [("", "light"), ("night", "dark"), ("day", "light")] {
        page.session.execute(format!("document.body.className = '{class}'"), vec![]).await?;
        enter(page).await?;
        page.wait(theme, &format!("{scheme} === '{theme}'")).await?;
        leave(page).await?;
    }
    Ok(())
}

/// What stood there before comes back when the scenario cannot be loaded, with a way to try again.
pub(crate) async fn the_fallback_comes_back(page: &Page<'_>) -> Result<()> {
    let copy = Copy::make()?;
    let mend = copy.take(copy.ending(".wasm")?)?;
    let site = copy.serve().await?;
    let body = r#"<interleave-scenario scenario="gather" loading="eager"><p id="fallback">A picture</p></interleave-scenario>"#;
    let blog = Blog::with_element(&site, body).await?;
    blog.open(page).await?;
    let error = heard(page, "error").await?;
    assert!(error[1]["message"].as_str().is_some_and(|why| !why.is_empty()), "{error}");
    assert!(page.holds("isSeen(document.getElementById('fallback'))").await?, "the fallback is gone");
    let note = "document.querySelector('interleave-scenario').shadowRoot.querySelector('p').textContent";
    let said = page.ask(note).await?.to_string();
    assert!(said.contains("could not be loaded") && said.contains("Try again"), "{said}");
    mend()?;
    let again = "document.querySelector('interleave-scenario').shadowRoot.querySelector('button').click()";
    page.session.execute(again, vec![]).await?;
    enter(page).await?;
    assert_eq!(page.times().await?, ["ideal 3.00 s", "ideal 1.00 s"]);
    Ok(())
}

/// An article's attributes may be as wrong as an address: the nearest is shown, and said.
pub(crate) async fn a_wrong_attribute_is_said(page: &Page<'_>) -> Result<()> {
    let body = r#"<interleave-scenario scenario="gathr" latency="&lt;img src=x onerror=alert(1)&gt;" controls="run fly" loading="eager"></interleave-scenario>"#;
    let blog = Blog::with_element(page.site, body).await?;
    blog.open(page).await?;
    enter(page).await?;
    let notices = page.texts("[data-testid=notices] li").await?.join(" ");
    for part in ["no scenario “gathr”", "no control “fly”"] {
        assert!(notices.contains(part), "{part}: {notices}");
    }
    assert!(!page.holds("document.querySelector('img[src=x]')").await?, "an attribute became markup");
    Ok(())
}

/// A frame that may run scripts and nothing else has no origin: on a host that sends no CORS headers it may read no file. It
/// works all the same, with its code, and with no script in the article.
pub(crate) async fn a_sandboxed_frame_needs_nothing_of_its_host(page: &Page<'_>) -> Result<()> {
    let body = format!(
        r#"<iframe id="twin" sandbox="allow-scripts" width="900" height="700" src="{}"></iframe>"#,
        page.site.url("embed/gather.html?speed=20&code=python")
    );
    let blog = Blog::with("", &body).await?;
    blog.open(page).await?;
    page.session.find(By::Id("twin")).await?.enter_frame().await?;
    until_drawn(page).await?;
    assert_eq!(page.ask("self.origin").await?, "null");
    page.wait("the code", "text('code')?.includes('asyncio')").await?;
    page.run().await?;
    page.wait_for_text("status", "Measured").await?;
    assert_eq!(page.texts("[data-testid=factor-gather]").await?.len(), 1);
    Ok(())
}

/// The element can have such a frame, too, and speaks with it.
pub(crate) async fn a_sandboxed_element_is_heard(page: &Page<'_>) -> Result<()> {
    let body = r#"<interleave-scenario sandbox scenario="semaphore" clock="virtual" loading="eager"></interleave-scenario>"#;
    let blog = Blog::with_element(page.site, body).await?;
    blog.open(page).await?;
    enter(page).await?;
    assert_eq!(page.ask("self.origin").await?, "null");
    leave(page).await?;
    page.session.execute("document.querySelector('interleave-scenario').run()", vec![]).await?;
    let done = heard(page, "done").await?;
    assert_eq!(done[1]["scenario"], "semaphore");
    Ok(())
}

/// An article may forbid everything but the script and the frame, and have Trusted Types.
pub(crate) async fn a_strict_policy_of_the_article_is_obeyed(page: &Page<'_>) -> Result<()> {
    let origin = page.site.origin();
    let policy = format!(
        "default-src 'none'; script-src {origin}; frame-src {origin}; img-src data:; require-trusted-types-for 'script'; trusted-types 'none'"
    );
    let head = format!(
        r#"<meta http-equiv="Content-Security-Policy" content="{policy}"><script src="{}" async></script>"#,
        page.site.url("embed.js")
    );
    let body = r#"<interleave-scenario scenario="gather" loading="eager"><p>A picture</p></interleave-scenario>"#;
    let blog = Blog::with(&head, body).await?;
    blog.open(page).await?;
    enter(page).await?;
    assert_eq!(page.times().await?, ["ideal 3.00 s", "ideal 1.00 s"]);
    Ok(())
}

/// Only the page around a frame is obeyed, and only from where it says it is; only an element's own frame is heard.
pub(crate) async fn messages_from_elsewhere_are_ignored(page: &Page<'_>) -> Result<()> {
    let twin = |id: &str, origin: &str| {
        let address = page.site.url(&format!("embed/gather.html?clock=virtual&origin={origin}"));
        format!(r#"<iframe id="{id}" width="900" height="700" src="{address}"></iframe>"#)
    };
    let element = r#"<interleave-scenario scenario="hello" loading="eager"></interleave-scenario>"#;
    let body = format!("{}{element}<iframe id=\"other\" src=\"other.html\"></iframe>", twin("stranger", "https://other.example"));
    let blog = Blog::with_element(page.site, &body).await?;
    blog.open(page).await?;
    frame(page).await?;
    page.session.find(By::Id("stranger")).await?.enter_frame().await?;
    until_drawn(page).await?;
    leave(page).await?;

    // Somebody beside it, whoever is not where they said, and a frame that is not the element's.
    let script = "const stranger = document.getElementById('stranger').contentWindow, other = document.getElementById('other').contentWindow;
        const inner = document.querySelector('interleave-scenario').shadowRoot.querySelector('iframe');
        const run = { interleave: 1, do: 'run' };
        stranger.postMessage(run, '*');
        other.eval(`parent.document.querySelector('interleave-scenario').shadowRoot.querySelector('iframe').contentWindow.postMessage({ interleave: 1, do: 'run' }, '*')`);
        other.eval(`parent.postMessage({ interleave: 1, is: 'size', height: 7777 }, '*')`);
        postMessage({ interleave: 1, is: 'error', message: 'no' }, '*');
        for (const data of [null, 1, 'run', [], {}, { interleave: 2, do: 'run' }, { interleave: 1, do: 'eval', query: '<b>' }, { interleave: 1, do: 'set', query: 7, theme: {} }])
            inner.contentWindow.postMessage(data, '*');
        // What comes after all of these is obeyed.
        inner.contentWindow.postMessage({ interleave: 1, do: 'set', theme: 'dark' }, '*');";
    page.session.execute(script, vec![]).await?;
    enter(page).await?;
    let scheme = "getComputedStyle(document.documentElement).colorScheme";
    page.wait("the last message", &format!("{scheme} === 'dark'")).await?;
    assert!(page.text("status").await?.starts_with("Ideal"), "a message from beside it was obeyed");
    leave(page).await?;
    page.session.find(By::Id("stranger")).await?.enter_frame().await?;
    assert!(page.text("status").await?.starts_with("Ideal"), "a message from somewhere else than said was obeyed");
    leave(page).await?;
    let height = "document.querySelector('interleave-scenario').shadowRoot.querySelector('iframe').style.height";
    assert_ne!(page.ask(height).await?, "7777px");
    assert_eq!(page.ask("heard.filter((it) => it[0] !== 'ready').length").await?, 0);
    Ok(())
}

/// Of twenty scenarios in an article those are loaded that the reader comes near to, and the wasm is loaded once.
pub(crate) async fn twenty_elements_load_when_they_are_seen(page: &Page<'_>) -> Result<()> {
    let one = r#"<interleave-scenario scenario="gather"><p style="height: 900px">A picture</p></interleave-scenario>"#;
    // A host of its own, so that nothing comes from the browser's cache.
    let site = serve(&dist()).await?;
    let blog = Blog::with_element(&site, &one.repeat(20)).await?;
    blog.open(page).await?;
    frame(page).await?;
    let frames = "all('interleave-scenario').map((it) => it.shadowRoot.querySelectorAll('iframe').length)";
    let loaded = page.ask(frames).await?;
    assert_eq!(loaded[0], 1, "{loaded}");
    assert!(loaded.as_array().is_some_and(|all| all[4..].iter().all(|it| it == 0)), "{loaded}");
    page.session.execute("scrollTo(0, document.documentElement.scrollHeight)", vec![]).await?;
    page.wait("the last one", "!!all('interleave-scenario').at(-1).shadowRoot.querySelector('.shown')").await?;
    let loaded = page.ask(frames).await?;
    assert_eq!(loaded[9], 0, "what was scrolled over in a moment is loaded: {loaded}");
    // What is asked for again is answered with "not modified", if it is asked for at all.
    let whole = site.requests().into_iter().filter(|it| it.path.ends_with("_bg.wasm") && it.status == 200);
    assert_eq!(whole.count(), 1, "the wasm is loaded more than once");
    Ok(())
}

/// The dialog gives what an author pastes, and shows what it would look like.
pub(crate) async fn an_author_copies_what_is_shown(page: &Page<'_>) -> Result<()> {
    page.open("?scenario=semaphore&limit=4").await?;
    page.click("share").await?;
    let snippet = "document.querySelector('[data-testid=snippet]').value";
    page.wait("the dialog", &format!("seen('share-dialog') && {snippet}")).await?;
    assert_eq!(page.ask(snippet).await?, page.site.url("scenarios/semaphore.html?limit=4"));
    let choose = |what: &str, value: &str| {
        let field = format!("document.querySelector('.share [name={what}]{value}')");
        format!("{field}.click()")
    };
    page.session.execute(choose("form", "[value=\"1\"]"), vec![]).await?;
    page.session.execute(choose("control", "[value=\"2\"]"), vec![]).await?;
    page.session.execute(choose("variant", "[value=\"0\"]"), vec![]).await?;
    let text = page.wait("an element", &format!("{snippet}.includes('speed') && {snippet}")).await?.to_string();
    for part in [r#"scenario=\"semaphore\""#, r#"limit=\"4\""#, r#"variants=\"semaphore,unlimited\""#, r#"controls=\"run step speed\""#] {
        assert!(text.contains(part), "{part}: {text}");
    }
    page.wait("what it costs", "text('cost')?.includes(' kB for the element')").await?;
    // WebKit's driver stays with a document that another has taken the place of.
    let there = "(({ src, contentWindow, contentDocument }) => src.includes('variants=') && contentWindow.location.href === src && \
                 contentDocument.readyState === 'complete')(document.querySelector('[data-testid=preview]'))";
    page.wait("its preview", there).await?;
    page.session.find(By::Css("[data-testid=preview]")).await?.enter_frame().await?;
    until_drawn(page).await?;
    page.wait("a preview of what was chosen", "texts('section.variant h2').length === 2").await?;
    leave(page).await?;
    page.click("copy").await?;
    page.wait("a word", "text('copied')").await?;
    page.click("close-share").await?;
    page.wait("the dialog gone", "!seen('share-dialog')").await?;
    Ok(())
}

/// A run goes on behind the dialog, and the dialog stays what it is; without a clipboard it says how to copy.
pub(crate) async fn the_dialog_stays_while_a_run_goes_on(page: &Page<'_>) -> Result<()> {
    page.open("?scenario=gather&speed=0.25").await?;
    page.click("run").await?;
    page.wait_for_text("status", "Running").await?;
    page.click("share").await?;
    page.wait("the dialog", "seen('share-dialog') && true").await?;
    let script = "document.querySelector('[data-testid=share-dialog]').marked = true; \
        window.drawn = document.querySelector('.variant .lanes').innerHTML; \
        Object.defineProperty(navigator, 'clipboard', { value: undefined })";
    page.session.execute(script, vec![]).await?;
    page.wait("another frame", "document.querySelector('.variant .lanes').innerHTML !== window.drawn").await?;
    assert!(page.holds("document.querySelector('[data-testid=share-dialog]').marked").await?, "another dialog");
    page.click("copy").await?;
    page.wait("a word", "text('copied')?.includes('it is selected')").await?;
    page.session.execute("document.querySelector('.share [name=form][value=\"5\"]').click()", vec![]).await?;
    page.session.execute("document.querySelector('.share [name=variant]').click()", vec![]).await?;
    page.wait("a word", "texts('.purpose').join().includes('there is none')").await?;
    Ok(())
}
