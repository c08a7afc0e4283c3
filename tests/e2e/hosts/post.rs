//! What has to be true of a post with scenarios in it, whoever has made it.
//!
//! Every example tells the same: two tags, `gather` as it is and `semaphore` with another limit; a plain frame with
//! another latency; a picture with a link.

use std::{future::Future, pin::Pin, time::Duration};

use interleave_e2e::{Browser, Error, Result, Session, Site};
use serde_json::{Value, json};

/// A post in a browser.
pub(crate) struct Post<'a> {
    pub(crate) session: &'a Session,
    /// Where the post is.
    pub(crate) blog: &'a Site,
    /// Where the page is published.
    pub(crate) host: &'a Site,
    /// The post's path in its site.
    pub(crate) path: &'a str,
}

/// A test that has been started.
type Running<'a> = Pin<Box<dyn Future<Output = Result<()>> + 'a>>;

/// One test of a post.
pub(crate) struct Check {
    pub(crate) name: &'static str,
    /// The browsers in which it can be told.
    pub(crate) browsers: &'static [Browser],
    /// Whether it is about what engines make of a post; the others are about the tag.
    pub(crate) of_every_engine: bool,
    /// What is done to the HTML before it is served, with the address of the published page.
    pub(crate) change: fn(&str, &str) -> String,
    pub(crate) run: for<'a> fn(&'a Post<'a>) -> Running<'a>,
}

fn unchanged(html: &str, _: &str) -> String {
    html.to_owned()
}

pub(crate) const ALL: &[Check] = &[
    Check {
        name: "the_tags_become_frames_that_draw",
        browsers: &Browser::ALL,
        of_every_engine: true,
        change: unchanged,
        run: |post| Box::pin(the_tags_become_frames_that_draw(post)),
    },
    Check {
        name: "a_plain_frame_draws",
        browsers: &Browser::ALL,
        of_every_engine: true,
        change: unchanged,
        run: |post| Box::pin(a_plain_frame_draws(post)),
    },
    Check {
        name: "without_scripts_the_pictures_stand",
        browsers: &[Browser::Chromium],
        of_every_engine: true,
        change: unchanged,
        run: |post| Box::pin(without_scripts_the_pictures_stand(post)),
    },
    Check {
        name: "a_tag_runs_and_says_so",
        browsers: &Browser::ALL,
        of_every_engine: false,
        change: unchanged,
        run: |post| Box::pin(a_tag_runs_and_says_so(post)),
    },
    Check {
        name: "a_plain_frame_is_as_high_as_it_says",
        browsers: &Browser::ALL,
        of_every_engine: false,
        change: unchanged,
        run: |post| Box::pin(a_plain_frame_is_as_high_as_it_says(post)),
    },
    Check {
        name: "a_strict_policy_is_enough",
        browsers: &Browser::ALL,
        of_every_engine: false,
        change: with_a_strict_policy,
        run: |post| Box::pin(the_tags_become_frames_that_draw(post)),
    },
    Check {
        name: "a_host_that_is_gone_leaves_the_fallback",
        browsers: &Browser::ALL,
        of_every_engine: false,
        change: |html, address| html.replace(&format!("{address}/embed.js"), "http://127.0.0.1:9/embed.js"),
        run: |post| Box::pin(the_fallback_stays(post)),
    },
];

/// The tags of a post, and what has to be read in their frames and in no others.
const TAGS: [(&str, &[&str], &[&str]); 2] =
    [("gather", &["3.00 s", "1.00 s"], &[]), ("semaphore", &["10.00 s", "2.00 s"], &["unlimited", "4.00 s"])];

/// Whether all of a frame's content can be seen, and little room is left below it.
const FITS: &str = "document.documentElement.scrollHeight <= innerHeight && \
    innerHeight - Math.max(...[...document.body.children].map((it) => it.getBoundingClientRect().bottom)) < 40";

/// The published page's address is in the tags' children: a picture with words for those who do not see it, and a link.
pub(crate) fn the_fallback_stands_in_the_html(html: &str, address: &str) {
    for (scenario, ..) in TAGS {
        let tag = html
            .split("<interleave-scenario")
            .skip(1)
            .find(|rest| rest.split('>').next().is_some_and(|tag| tag.contains(&format!("scenario=\"{scenario}\""))));
        let tag = tag.unwrap_or_else(|| panic!("no tag for {scenario}"));
        let inside = tag.split("</interleave-scenario>").next().unwrap_or_default();
        assert_picture_with_link(inside, address, scenario, ".svg");
    }
    assert_eq!(html.matches(&format!("src=\"{address}/embed.js\"")).count(), 1, "the script is asked for once");
    let last = html.rsplit("</interleave-scenario>").next().unwrap_or_default();
    assert_picture_with_link(last, address, "gather", ".light.png");
    assert!(last.contains(&format!("<iframe src=\"{address}/embed/gather.html?latency=2\"")), "{last}");
    assert!(last.contains("sandbox=\"allow-scripts allow-popups allow-popups-to-escape-sandbox\""), "{last}");
    assert!(!html.contains("host.example"), "the address stands in one place");
}

fn assert_picture_with_link(html: &str, address: &str, scenario: &str, extension: &str) {
    assert!(html.contains(&format!("href=\"{address}/scenarios/{scenario}.html")), "no link to {scenario}: {html}");
    assert!(html.contains(&format!("src=\"{address}/pictures/{scenario}{extension}\"")), "no picture: {html}");
    let words = html.split("alt=\"").nth(1).and_then(|rest| rest.split('"').next());
    assert!(words.is_some_and(|words| words.len() > 20), "no words for the picture: {html}");
}

/// Allows what the documentation says is enough.
fn with_a_strict_policy(html: &str, address: &str) -> String {
    let host = address.split('/').take(3).collect::<Vec<_>>().join("/");
    let policy = format!(
        "default-src 'none'; script-src {host} 'self'; frame-src {host}; img-src {host} data:; style-src 'self'; base-uri 'none'"
    );
    html.replacen("<head>", &format!("<head><meta http-equiv=\"Content-Security-Policy\" content=\"{policy}\">"), 1)
}

/// Each tag holds a frame in which its own scenario is drawn with its own parameters.
async fn the_tags_become_frames_that_draw(post: &Post<'_>) -> Result<()> {
    post.open().await?;
    for (scenario, said, unsaid) in TAGS {
        post.enter_tag(scenario).await?;
        post.until_drawn(said).await?;
        let text = post.session.eval("document.body.innerText").await?.to_string();
        for word in unsaid {
            assert!(!text.contains(word), "the attributes of {scenario} are not obeyed: {text}");
        }
        post.session.wait_until("a frame as high as its content", FITS, post.session.patience()).await?;
        post.assert_only_known_hosts().await?;
        post.session.enter_default_frame().await?;
    }
    post.assert_nothing_failed().await
}

/// A frame without any script of the site's, in a sandbox, obeys its query.
async fn a_plain_frame_draws(post: &Post<'_>) -> Result<()> {
    post.open().await?;
    post.enter("document.querySelector('iframe[src*=\"/embed/gather.html\"]')").await?;
    post.until_drawn(&["6.00 s", "2.00 s"]).await?;
    post.assert_only_known_hosts().await?;
    post.session.enter_default_frame().await?;
    post.assert_nothing_failed().await
}

/// The site's own script obeys what a plain frame says of its height.
async fn a_plain_frame_is_as_high_as_it_says(post: &Post<'_>) -> Result<()> {
    post.open().await?;
    let frame = "document.querySelector('iframe[src*=\"/embed/gather.html\"]')";
    post.session.eval(&format!("({frame}.scrollIntoView(), null)")).await?;
    let told = format!("{frame}.style.height");
    post.session.wait_until("its height", &told, post.session.patience()).await?;
    post.enter(frame).await?;
    post.until_drawn(&["6.00 s", "2.00 s"]).await?;
    post.session.wait_until("a frame as high as its content", FITS, post.session.patience()).await?;
    post.session.enter_default_frame().await?;
    post.assert_nothing_failed().await
}

/// Who allows no scripts sees the pictures, as large as the page keeps room for.
async fn without_scripts_the_pictures_stand(post: &Post<'_>) -> Result<()> {
    post.session.devtools("Emulation.setScriptExecutionDisabled", json!({ "value": true })).await?;
    post.session.goto(post.url()).await?;
    let pictures = "[...document.querySelectorAll('a[href*=\"/scenarios/\"] > img')]";
    let loaded = format!("{pictures}.length === 3 && {pictures}.every((it) => it.complete)");
    post.session.wait_until("the pictures", &loaded, post.session.patience()).await?;
    let shown = post
        .session
        .eval(&format!(
            "{pictures}.map((it) => [it.currentSrc, it.getClientRects().length, it.naturalWidth > 0, \
             Math.abs(it.naturalWidth / it.naturalHeight - it.getAttribute('width') / it.getAttribute('height')) < 0.01, \
             Math.abs(it.naturalWidth / it.naturalHeight - it.width / it.height) < 0.02])"
        ))
        .await?;
    for picture in shown.as_array().into_iter().flatten() {
        assert_eq!(picture[1], 1, "not seen: {picture}");
        assert_eq!(picture[2], true, "not loaded: {picture}");
        assert_eq!(picture[3], true, "the size in the post is not the picture's: {picture}");
        assert_eq!(picture[4], true, "out of proportion: {picture}");
    }
    post.assert_nothing_failed().await
}

/// The tag's methods are obeyed, and its events reach the document.
async fn a_tag_runs_and_says_so(post: &Post<'_>) -> Result<()> {
    post.open().await?;
    let listen = "(window.heard = [], ['ready', 'run', 'done', 'stop', 'error'].forEach((it) => \
                  document.addEventListener('interleave:' + it, (event) => window.heard.push([it, event.target.localName]))))";
    post.session.eval(listen).await?;
    post.enter_tag("gather").await?;
    post.until_drawn(TAGS[0].1).await?;
    post.session.enter_default_frame().await?;
    post.session.eval("(document.querySelector('interleave-scenario').run(), null)").await?;
    let heard = |event: &str| format!("window.heard.some((it) => it[0] === '{event}') && window.heard");
    post.session.wait_until("the start", &heard("run"), post.session.patience()).await?;
    let all = post.session.wait_until("the end", &heard("done"), post.session.patience()).await?;
    for event in all.as_array().into_iter().flatten() {
        assert_eq!(event[1], "interleave-scenario");
        assert_ne!(event[0], "error");
    }
    post.assert_nothing_failed().await
}

/// Where the script cannot be had the post is as it was written.
async fn the_fallback_stays(post: &Post<'_>) -> Result<()> {
    post.session.visit(&post.url()).await?;
    let seen =
        "[...document.querySelectorAll('interleave-scenario > a > img')].map((it) => it.getClientRects().length)";
    assert_eq!(post.session.eval(seen).await?, json!([1, 1]));
    Ok(())
}

impl Post<'_> {
    /// The post's address, on a host of another name than the published page's.
    fn url(&self) -> String {
        self.blog.url(self.path).replace("127.0.0.1", "localhost")
    }

    async fn open(&self) -> Result<()> {
        self.session.goto(self.url()).await?;
        self.session.wait_for("interleave-scenario").await
    }

    /// Enters the frame of a tag, which comes when the tag is near.
    async fn enter_tag(&self, scenario: &str) -> Result<()> {
        let tag = format!("document.querySelector('interleave-scenario[scenario={scenario}]')");
        self.session.eval(&format!("({tag}.scrollIntoView(), null)")).await?;
        self.enter(&format!("{tag}.shadowRoot?.querySelector('iframe')")).await
    }

    /// Enters the frame that a JavaScript expression finds.
    async fn enter(&self, expression: &str) -> Result<()> {
        self.session.wait_until("a frame", &format!("Boolean({expression})"), self.session.patience()).await?;
        let script = format!("const it = {expression}; it.scrollIntoView(); return it;");
        Ok(self.session.execute(script, vec![]).await?.element()?.enter_frame().await?)
    }

    /// Waits until lanes are drawn, with these times beside them.
    async fn until_drawn(&self, times: &[&str]) -> Result<()> {
        let times = Value::from(times.to_vec());
        let drawn = format!(
            "document.querySelector('.lanes svg text') && {times}.every((it) => document.body.innerText.includes(it))"
        );
        self.session.wait_until(&format!("lanes with {times}"), &drawn, self.session.patience()).await?;
        self.session.settle(Duration::from_millis(200), Duration::from_secs(3)).await
    }

    /// The document that is entered has asked nobody but the two sites.
    async fn assert_only_known_hosts(&self) -> Result<()> {
        let blog = self.blog.origin().replace("127.0.0.1", "localhost");
        for url in self.session.loaded_urls().await? {
            let known = [self.host.origin(), blog.clone(), "data:".to_owned(), "blob:".to_owned(), "about:".to_owned()];
            assert!(known.iter().any(|known| url.starts_with(known)), "{url} was asked for");
        }
        Ok(())
    }

    /// Nothing was asked for in vain, and the browser had nothing to complain about in the post.
    async fn assert_nothing_failed(&self) -> Result<()> {
        self.assert_only_known_hosts().await?;
        assert_eq!(self.host.stray_requests(), []);
        assert_eq!(self.blog.stray_requests(), []);
        if self.session.browser() == Browser::Chromium {
            let complaints = self.session.console_errors().await?;
            if !complaints.is_empty() {
                return Err(Error::Answer(complaints.join("\n")));
            }
        }
        Ok(())
    }
}
