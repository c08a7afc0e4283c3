//! What the page went through while a run was on.
//!
//! At twenty times the speed a run is over before a driver can ask twice, so the page itself keeps the record: it looks
//! after every change of the document, and misses nothing that lasted for a frame.

use interleave_e2e::Result;
use serde_json::Value;

use crate::page::{Page, strings};

/// Starts a new record in `window.recorded`.
const RECORD: &str = r#"(() => {
    const recorded = { buttons: [], statuses: [], measured: [] };
    const note = (list, it) => { if (it && list.at(-1) !== it) list.push(it); };
    const look = () => {
        note(recorded.buttons, text("run") ?? text("stop"));
        // Whether a run has to wait for its code to come is the network's business.
        const status = (text("status") ?? "").split(/\W/)[0];
        if (status !== "Getting") note(recorded.statuses, status);
        for (const it of all("[data-testid^=time-of-]")) {
            const variant = it.dataset.testid.slice("time-of-".length);
            if (said(it).startsWith("measured") && !recorded.measured.includes(variant)) recorded.measured.push(variant);
        }
    };
    look();
    window.recorder?.disconnect();
    window.recorder = new MutationObserver(look);
    window.recorder.observe(document.body, { subtree: true, childList: true, characterData: true, attributes: true });
    window.recorded = recorded;
})()"#;

/// The record of one run, each list in order and without immediate repetitions.
#[derive(Debug)]
pub(crate) struct Recording {
    /// The labels of the button that runs and stops.
    pub(crate) buttons: Vec<String>,
    /// The first words of the status.
    pub(crate) statuses: Vec<String>,
    /// The variants, in the order in which they were over.
    pub(crate) measured: Vec<String>,
}

impl Page<'_> {
    /// Starts a new record.
    pub(crate) async fn record(&self) -> Result<()> {
        self.ask(RECORD).await?;
        Ok(())
    }

    /// Waits until what was started after [`Page::record`] has ended, one way or another.
    pub(crate) async fn until_over(&self) -> Result<Recording> {
        let over = "recorded.buttons.includes('Stop') && recorded.buttons.at(-1) === 'Run' && recorded";
        let recorded = self.wait("the run to be over", over).await?;
        let list = |name: &str| strings(recorded.get(name).unwrap_or(&Value::Null));
        Ok(Recording { buttons: list("buttons")?, statuses: list("statuses")?, measured: list("measured")? })
    }

    /// Presses Run and waits until every variant is over.
    pub(crate) async fn run(&self) -> Result<Recording> {
        self.record().await?;
        self.click("run").await?;
        self.until_over().await
    }
}
