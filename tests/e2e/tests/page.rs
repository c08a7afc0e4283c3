//! The page as its readers know it: run, pick, read.

use interleave_e2e::{Browser, Error, Result, Session, Site, chromium::Screen};
use serde_json::{Value, json};
use thirtyfour::By;

use crate::stage::NARROW_PAGE;

/// What expressions asked of the page can use: elements that are in view of a reader, and their texts.
const HELPERS: &str = r#"
const all = (css) => [...document.querySelectorAll(css)];
const isSeen = (it) => it.getClientRects().length > 0;
const seen = (id) => all(`[data-testid="${id}"]`).find(isSeen) ?? null;
const said = (it) => it.textContent.replace(/\s+/g, " ").trim();
const text = (id) => { const it = seen(id); return it && said(it); };
const texts = (css) => all(css).filter(isSeen).map(said);
const isDrawn = () => text("title") && text("code") !== "" && all(".variant .lanes svg, .variant canvas").length > 0;
"#;

/// The page in a browser, at whatever address it is.
pub(crate) struct Page<'a> {
    pub(crate) session: &'a Session,
    pub(crate) site: &'a Site,
}

/// A string as JavaScript writes it.
pub(crate) fn quoted(text: &str) -> String {
    Value::from(text).to_string()
}

impl Page<'_> {
    /// Opens the page with this query and waits until it is drawn.
    pub(crate) async fn open(&self, query: &str) -> Result<()> {
        self.session.goto(self.site.url(query)).await?;
        self.until_drawn().await
    }

    /// Opens the page as wide as a phone: a phone's screen in Chromium, a frame of that width elsewhere.
    pub(crate) async fn open_on_phone(&self, query: &str) -> Result<()> {
        if self.session.browser() == Browser::Chromium {
            self.session.emulate_screen(Screen::PHONE).await?;
            return self.open(query).await;
        }
        self.session.goto(self.site.url(&format!("{NARROW_PAGE}{query}"))).await?;
        self.session.wait_for("iframe[src]").await?;
        self.session.enter_frame(0).await?;
        self.until_drawn().await
    }

    /// Waits until the timelines and the code are there.
    pub(crate) async fn until_drawn(&self) -> Result<()> {
        self.wait("the page to be drawn", "isDrawn()").await?;
        Ok(())
    }

    /// The value of a JavaScript expression, which may use [`HELPERS`].
    pub(crate) async fn ask(&self, expression: &str) -> Result<Value> {
        self.session.eval(&with_helpers(expression)).await
    }

    /// Whether a JavaScript expression is truthy.
    pub(crate) async fn holds(&self, expression: &str) -> Result<bool> {
        Ok(self.ask(&format!("!!({expression})")).await? == json!(true))
    }

    /// Waits until an expression is truthy.
    pub(crate) async fn wait(&self, what: &str, expression: &str) -> Result<Value> {
        self.session.wait_until(what, &with_helpers(expression), self.session.patience()).await
    }

    /// Waits until the text of an element starts in this way.
    pub(crate) async fn wait_for_text(&self, id: &str, start: &str) -> Result<()> {
        let what = format!("`{id}` to say “{start}…”");
        self.wait(&what, &format!("text({})?.startsWith({})", quoted(id), quoted(start))).await?;
        Ok(())
    }

    /// The text of the visible element with this test id.
    pub(crate) async fn text(&self, id: &str) -> Result<String> {
        match self.ask(&format!("text({})", quoted(id))).await? {
            Value::String(text) => Ok(text),
            _ => Err(Error::Answer(format!("no visible element `{id}`"))),
        }
    }

    /// The texts of the visible elements that match a CSS selector, in the order of the page.
    pub(crate) async fn texts(&self, css: &str) -> Result<Vec<String>> {
        strings(&self.ask(&format!("texts({})", quoted(css))).await?)
    }

    /// Whether an element with this test id can be seen.
    pub(crate) async fn sees(&self, id: &str) -> Result<bool> {
        self.holds(&format!("seen({})", quoted(id))).await
    }

    /// Clicks the element with this test id.
    pub(crate) async fn click(&self, id: &str) -> Result<()> {
        self.wait(&format!("an element `{id}`"), &format!("seen({})", quoted(id))).await?;
        self.click_on(By::Css(format!("[data-testid=\"{id}\"]"))).await
    }

    /// Clicks the first visible element found in this way.
    pub(crate) async fn click_on(&self, by: By) -> Result<()> {
        for element in self.session.find_all(by.clone()).await? {
            if element.is_displayed().await? {
                // Apart from the click: while a page still scrolls, or grows above, Firefox clicks beside what it aims at.
                element.scroll_into_view().await?;
                return Ok(element.click().await?);
            }
        }
        Err(Error::Answer(format!("nothing to click on that is found by {by:?}")))
    }

    /// Picks one of a group of radio buttons by its label, such as `Rust` in `Language`.
    pub(crate) async fn choose(&self, group: &str, label: &str) -> Result<()> {
        let labels = format!("//fieldset[normalize-space(legend)='{group}']//label[normalize-space()='{label}']");
        self.click_on(By::XPath(labels)).await
    }

    /// The labels of a group of radio buttons; none when the group cannot be seen.
    pub(crate) async fn choices(&self, group: &str) -> Result<Vec<String>> {
        let legend = quoted(group);
        let found =
            format!("all('fieldset').filter((it) => isSeen(it) && said(it.querySelector('legend')) === {legend})");
        strings(&self.ask(&format!("{found}.flatMap((it) => [...it.querySelectorAll('label')].map(said))")).await?)
    }

    /// Sets a control as dragging it and letting go would.
    pub(crate) async fn set(&self, id: &str, value: &str) -> Result<()> {
        let (css, value) = (quoted(&format!("[data-testid=\"{id}\"]")), quoted(value));
        let steps = "it.dispatchEvent(new Event('input', { bubbles: true })), \
                     it.dispatchEvent(new Event('change', { bubbles: true }))";
        self.ask(&format!("((it) => (it.value = {value}, {steps}))(document.querySelector({css}))")).await?;
        Ok(())
    }

    /// The value of a control.
    pub(crate) async fn value(&self, id: &str) -> Result<String> {
        let value = self.ask(&format!("seen({}).value", quoted(id))).await?;
        Ok(value.as_str().unwrap_or_default().to_owned())
    }

    /// What follows the path in the address, with its question mark.
    pub(crate) async fn query(&self) -> Result<String> {
        Ok(self.ask("location.search").await?.as_str().unwrap_or_default().to_owned())
    }

    /// How the variants' times are given, in order: `ideal 3.00 s`, `measured 3.01 s · ideal 3.00 s`.
    pub(crate) async fn times(&self) -> Result<Vec<String>> {
        self.texts("[data-testid^=time-of-]").await
    }

    /// The names in the order of completion, of the variant that the panels are about.
    pub(crate) async fn completed(&self) -> Result<Vec<String>> {
        self.texts("[data-testid=completed] b").await
    }

    /// Goes to another scenario by the list, and waits until all of it is there.
    pub(crate) async fn pick(&self, scenario: &str) -> Result<()> {
        self.click(&format!("pick-{scenario}")).await?;
        self.until_picked(scenario).await
    }

    /// Waits until a scenario is the one that is shown.
    pub(crate) async fn until_picked(&self, scenario: &str) -> Result<()> {
        let what = format!("the scenario {scenario}");
        let link = format!("document.querySelector('[data-testid=pick-{scenario}]')");
        let current = format!("{link}?.getAttribute('aria-current') === 'page'");
        self.wait(&what, &format!("{current} && isDrawn()")).await?;
        Ok(())
    }
}

fn with_helpers(expression: &str) -> String {
    format!("(() => {{ {HELPERS} return ({expression}); }})()")
}

/// An array of strings.
pub(crate) fn strings(value: &Value) -> Result<Vec<String>> {
    let strings = value.as_array().and_then(|items| items.iter().map(|it| it.as_str().map(str::to_owned)).collect());
    strings.ok_or_else(|| Error::Answer(format!("not a list of texts: {value}")))
}
