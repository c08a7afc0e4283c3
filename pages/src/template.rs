//! The built page as a template: the same head and scripts, for another place and with other words.

use std::cell::Cell;

use anyhow::{Result, bail};
use interleave::draw::escape;
use lol_html::html_content::ContentType::{Html, Text};
use lol_html::{ElementContentHandlers, RewriteStrSettings, Selector, element, rewrite_str};

/// What an earlier run has put into the page, and what takes the place of something in it.
const REPLACED: &str = "link[rel=canonical], link[rel=manifest], link[rel=icon], link[rel=apple-touch-icon], \
    link[rel=alternate], link[rel=stylesheet][href*=static-], link[rel=stylesheet][href*=embed-], link[rel=preload][href*='parts/'], meta[name=robots], meta[property^='og:'], \
    meta[name^='twitter:'], #boot nav";

/// A page of the site as `index.html` of a built page begins it.
#[derive(Debug)]
pub struct Template {
    html: String,
    style_sheets: usize,
    /// What it says about itself.
    pub title: String,
    /// The same in a sentence.
    pub description: String,
}

/// What makes a page of the template.
#[derive(Debug, Default)]
pub struct Page {
    /// Attributes of the root.
    pub root: Vec<(&'static str, String)>,
    /// Whether it lies in a folder of the site.
    pub is_below: bool,
    /// For a page that a frame without an origin must be able to load: nothing in it may need an answer that says who may read
    /// it, and its policy says where its files come from, since `WebKit` never finds such a frame to be `'self'`.
    pub framed_from: Option<String>,
    /// Another title.
    pub title: Option<String>,
    /// Another description.
    pub description: Option<String>,
    /// Markup for the head.
    pub head: String,
    /// The files of the site that the program will ask for, beyond those that the template names. A frame may have no right to
    /// read them: there `src/start.js` decides.
    pub parts: Vec<String>,
    /// More that stands on the script that starts the program.
    pub script: Vec<(&'static str, String)>,
    /// The address of a style sheet that comes after the template's own.
    pub style_sheet: String,
    /// Whether the heading of the template stays.
    pub keeps_heading: bool,
    /// Markup before and after the message that the page is loading.
    pub around_message: (String, String),
}

type Handlers<'h> = Vec<(std::borrow::Cow<'h, Selector>, ElementContentHandlers<'h>)>;

fn rewritten(html: &str, element_content_handlers: Handlers<'_>) -> Result<String> {
    Ok(rewrite_str(html, RewriteStrSettings { element_content_handlers, ..RewriteStrSettings::new() })?)
}

impl Template {
    /// Reads it.
    ///
    /// # Errors
    ///
    /// When something is missing that the pages need.
    pub fn read(html: &str) -> Result<Self> {
        let html = rewritten(
            html,
            vec![element!(REPLACED, |element| {
                element.remove();
                Ok(())
            })],
        )?;
        let (mut title, mut description) = (String::new(), String::new());
        let [roots, titles, boots, messages, sheets] = [const { Cell::new(0) }; 5];
        let count = |counter: &Cell<usize>| {
            counter.set(counter.get() + 1);
            Ok(())
        };
        rewritten(
            &html,
            vec![
                element!("html", |_| count(&roots)),
                element!("title", |_| count(&titles)),
                lol_html::text!("title", |text| {
                    title.push_str(text.as_str());
                    Ok(())
                }),
                element!("meta[name=description]", |meta| {
                    description = meta.get_attribute("content").unwrap_or_default();
                    Ok(())
                }),
                element!("main#boot", |_| count(&boots)),
                element!("#boot [data-boot]", |_| count(&messages)),
                element!("link[rel=stylesheet]", |_| count(&sheets)),
            ],
        )?;
        let needed =
            [(&roots, "<html>"), (&titles, "<title>"), (&boots, "<main id=boot>"), (&messages, "[data-boot] in #boot")];
        for (found, what) in needed {
            if found.get() != 1 {
                bail!("the page has {} times {what}, not once", found.get());
            }
        }
        if description.is_empty() {
            bail!("the page has no <meta name=description>");
        }
        Ok(Self { html, style_sheets: sheets.get(), title: unescaped(&title), description: unescaped(&description) })
    }

    /// A page of the site.
    ///
    /// # Errors
    ///
    /// When the template cannot be rewritten.
    pub fn page(&self, page: &Page) -> Result<String> {
        let sheet = format!(r#"<link rel="stylesheet" href="{}">"#, escape(&page.style_sheet));
        let mut sheets_left = self.style_sheets;
        let handlers = vec![
            element!("html", |html| {
                for (name, value) in &page.root {
                    html.set_attribute(name, &escape(value))?;
                }
                Ok(())
            }),
            element!("title", |title| {
                if let Some(words) = &page.title {
                    title.set_inner_content(words, Text);
                }
                let sheet = if self.style_sheets == 0 { &*sheet } else { "" };
                title.after(&format!("{}{sheet}", page.head), Html);
                Ok(())
            }),
            element!("meta[name=description]", |meta| {
                if let Some(words) = &page.description {
                    meta.set_attribute("content", &escape(words))?;
                }
                Ok(())
            }),
            element!("link[rel=stylesheet]", |link| {
                sheets_left -= 1;
                if sheets_left == 0 {
                    link.after(&sheet, Html);
                }
                Ok(())
            }),
            element!("[href], [src]", |element| {
                if page.is_below {
                    for name in ["href", "src"] {
                        if let Some(moved) = element.get_attribute(name).as_deref().and_then(one_up) {
                            element.set_attribute(name, &moved)?;
                        }
                    }
                }
                Ok(())
            }),
            element!("script", |script| {
                for (name, value) in &page.script {
                    script.set_attribute(name, &escape(value))?;
                }
                if page.framed_from.is_some() {
                    script.set_attribute("data-parts", &escape(&page.parts.join(" ")))?;
                    return Ok(());
                }
                let up = if page.is_below { "../" } else { "" };
                // Not before it: it is needed first.
                for file in page.parts.iter().rev() {
                    let link = format!(r#"<link rel="preload" as="fetch" crossorigin href="{up}{}">"#, escape(file));
                    script.after(&link, Html);
                }
                Ok(())
            }),
            element!("link, script", |element| {
                if page.framed_from.is_some() {
                    element.remove_attribute("integrity");
                    element.remove_attribute("crossorigin");
                    if element.get_attribute("rel").is_some_and(|rel| matches!(&*rel, "preload" | "modulepreload")) {
                        element.remove();
                    }
                }
                Ok(())
            }),
            element!("meta[http-equiv=Content-Security-Policy]", |meta| {
                if let (Some(from), Some(mut policy)) = (&page.framed_from, meta.get_attribute("content")) {
                    for name in ["script-src", "style-src", "img-src"] {
                        policy = policy.replace(&format!("{name} 'self'"), &format!("{name} 'self' {from}"));
                    }
                    meta.set_attribute("content", &policy)?;
                }
                Ok(())
            }),
            element!("#boot h1", |heading| {
                if !page.keeps_heading {
                    heading.remove();
                }
                Ok(())
            }),
            element!("main#boot", |boot| {
                boot.prepend(&page.around_message.0, Html);
                boot.append(&page.around_message.1, Html);
                Ok(())
            }),
        ];
        rewritten(&self.html, handlers)
    }
}

/// An address from a folder of the site, if it is relative to the site.
fn one_up(address: &str) -> Option<String> {
    let name = address.split(['/', '?', '#']).next().unwrap_or_default();
    let is_relative = !address.is_empty() && !address.starts_with(['/', '#']) && !name.contains(':');
    is_relative.then(|| format!("../{}", address.trim_start_matches("./")))
}

/// The few entities that the minifier leaves in a text.
fn unescaped(text: &str) -> String {
    let pairs = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&amp;", "&")];
    pairs.iter().fold(text.trim().to_owned(), |text, (entity, sign)| text.replace(entity, sign))
}

#[cfg(test)]
mod tests {
    use super::*;

    const HTML: &str = "<!doctype html><html lang=en><meta charset=utf-8><title>A &amp; B</title>\
        <meta content=\"What it is.\" name=description><link href=data:, rel=icon>\
        <link href=./a-1.css integrity=sha384-a rel=stylesheet><link href=./b-2.css rel=stylesheet>\
        <script defer src=start-3.js integrity=sha384-s></script>\
        <link crossorigin href=./p-4.js integrity=sha384-p rel=preload as=script></head><body>\
        <main class=boot id=boot><h1>A</h1><p data-boot=message>Loading…</p><noscript><p>No.</p></noscript></main></body></html>";

    fn template() -> Template {
        Template::read(HTML).expect("a template")
    }

    #[test]
    fn the_template_says_what_it_is() {
        let template = template();
        assert_eq!((&*template.title, &*template.description), ("A & B", "What it is."));
        assert!(!template.html.contains("rel=icon"));
    }

    #[test]
    fn a_page_below_finds_what_the_template_finds() {
        let parts = ["parts/a-1.wasm", "parts/b-2.wasm"].map(str::to_owned).to_vec();
        let page = Page { is_below: true, parts, style_sheet: "../s.css".to_owned(), ..Page::default() };
        let html = template().page(&page).expect("a page");
        for there in ["\"../a-1.css\" integrity", "\"../start-3.js\"", "\"../p-4.js\"", "<title>A &amp; B</title>"] {
            assert!(html.contains(there), "{there}: {html}");
        }
        let order = ["a-1.css", "b-2.css", "s.css", "start-3.js", "../parts/a-1.wasm", "../parts/b-2.wasm"]
            .map(|name| html.find(name));
        assert!(order.is_sorted() && order[0].is_some(), "{html}");
    }

    #[test]
    fn a_framed_page_asks_for_nothing_that_says_who_may_read_it() {
        let parts = vec!["parts/a-1.wasm".to_owned()];
        let page = Page { framed_from: Some("https://a.example".to_owned()), parts, ..Page::default() };
        let policy = "script-src 'self' 'wasm-unsafe-eval'; style-src 'self'";
        let policy = format!("<meta http-equiv=\"Content-Security-Policy\" content=\"{policy}\"><title>");
        let template = Template::read(&HTML.replace("<title>", &policy)).expect("a template");
        let html = template.page(&page).expect("a page");
        let policy = "script-src 'self' https://a.example 'wasm-unsafe-eval'; style-src 'self' https://a.example\"";
        assert!(html.contains(policy), "{html}");
        assert!(html.contains("data-parts=\"parts/a-1.wasm\""), "{html}");
        for missing in ["integrity", "crossorigin", "preload"] {
            assert!(!html.contains(missing), "{missing}: {html}");
        }
        assert!(html.contains("start-3.js"), "{html}");
    }

    #[test]
    fn words_are_no_markup_and_the_message_stays() {
        let page = Page {
            root: vec![("data-scenario", "\"><script>".to_owned())],
            title: Some("</title><script>".to_owned()),
            description: Some("\"><script>".to_owned()),
            around_message: ("<div>".to_owned(), "</div>".to_owned()),
            ..Page::default()
        };
        let html = template().page(&page).expect("a page");
        assert_eq!(html.matches("<script").count(), 1, "{html}");
        assert!(
            html.contains("id=boot><div><p data-boot=message>Loading…</p><noscript><p>No.</p></noscript></div></main>"),
            "{html}"
        );
    }

    #[test]
    fn what_stood_there_before_is_not_there_twice() {
        let page = Page {
            head: r#"<link rel="canonical" href="https://a/"><link rel="manifest" href="m"><meta property="og:title" content="a">"#
                .to_owned(),
            style_sheet: "static-1.css".to_owned(),
            keeps_heading: true,
            around_message: (String::new(), "<nav><a href=b>b</a></nav>".to_owned()),
            ..Page::default()
        };
        let once = template().page(&page).expect("a page");
        let twice = Template::read(&once).expect("a template").page(&page).expect("a page");
        assert_eq!(once, twice);
    }

    #[test]
    fn only_relative_addresses_are_moved() {
        for (address, moved) in [("a.css", "../a.css"), ("./a/b.js", "../a/b.js"), ("?a=b:c", "../?a=b:c")] {
            assert_eq!(one_up(address).as_deref(), Some(moved));
        }
        for kept in ["", "#a", "/a", "//a/b", "https://a/b", "data:,", "mailto:a"] {
            assert_eq!(one_up(kept), None, "{kept}");
        }
    }

    #[test]
    fn a_page_without_what_is_needed_is_an_error() {
        for part in ["<html lang=en>", "<title>A &amp; B</title>", "id=boot", "data-boot=message", "What it is."] {
            assert!(Template::read(&HTML.replace(part, "")).is_err(), "{part}");
        }
    }
}
