//! What stays behind: nothing, however often something was run, shown and taken away.

use interleave_e2e::{Result, Session};
use serde_json::{Value, json};

use crate::{embed::Blog, page::Page};

/// Runs and stops the scenario some times; a run has a few frames.
const RUN_AND_STOP: &str = r"
const [times, done] = arguments;
const frame = () => new Promise(requestAnimationFrame);
const button = (id) => document.querySelector(`[data-testid=${id}]`);
(async () => {
    for (let n = 0; n < times; n++) {
        button('run').click();
        for (let k = 0; k < 3; k++) await frame();
        button('stop').click();
        await frame();
    }
})().then(() => done('done'), (error) => done(String(error)));
";

/// What there is after everything was collected that can be.
#[derive(Debug)]
struct Held {
    /// Bytes of JavaScript's heap.
    heap: f64,
    /// Bytes of the wasm memory.
    wasm: f64,
    nodes: f64,
    documents: f64,
    listeners: f64,
}

impl Held {
    async fn by(session: &Session) -> Result<Self> {
        // What is freed in one go may free more in the next.
        for _ in 0..3 {
            session.devtools("HeapProfiler.collectGarbage", json!({})).await?;
        }
        let counters = session.devtools("Memory.getDOMCounters", json!({})).await?;
        let heap = session.devtools("Runtime.getHeapUsage", json!({})).await?;
        // To begin again gives what began before.
        let script = "done(self.interleave ? (await interleave.init()).memory.buffer.byteLength : 0)";
        let script = format!("(async (done) => {{ {script} }})(arguments[0])");
        let wasm = session.execute_async(script, vec![]).await?.json().clone();
        let number = |value: &Value| value.as_f64().unwrap_or(f64::NAN);
        Ok(Self {
            heap: number(&heap["usedSize"]),
            wasm: number(&wasm),
            nodes: number(&counters["nodes"]),
            documents: number(&counters["documents"]),
            listeners: number(&counters["jsEventListeners"]),
        })
    }
}

async fn run_and_stop(page: &Page<'_>, times: u32) -> Result<()> {
    for _ in 0..times / 50 {
        let ended = page.session.execute_async(RUN_AND_STOP, vec![json!(50)]).await?;
        assert_eq!(*ended.json(), json!("done"));
    }
    Ok(())
}

/// Five hundred runs that were started and stopped leave both heaps, and the document, as they were.
pub(crate) async fn five_hundred_runs_leave_memory_where_it_was(page: &Page<'_>) -> Result<()> {
    page.open("?scenario=semaphore").await?;
    // Caches and compiled code have their size by then.
    run_and_stop(page, 100).await?;
    let before = Held::by(page.session).await?;
    run_and_stop(page, 500).await?;
    let after = Held::by(page.session).await?;
    let told = format!("before {before:?}, after {after:?}");
    eprintln!("{told}");
    assert_eq!(after.wasm, before.wasm, "{told}");
    assert!(after.heap - before.heap < 500_000.0, "more than 1 kB is kept of each run: {told}");
    assert!((after.nodes - before.nodes).abs() < 100.0 && after.listeners <= before.listeners, "{told}");
    Ok(())
}

/// Embeds that are taken out of an article leave no frame, no listener, no document.
pub(crate) async fn embeds_that_are_removed_leave_nothing(page: &Page<'_>) -> Result<()> {
    let blog = Blog::with_element(page.site, r#"<div id="place"></div>"#).await?;
    blog.open(page).await?;
    page.wait("the element", "customElements.get('interleave-scenario')").await?;
    let show = async || -> Result<()> {
        let add = r#"window.heard = []; document.getElementById("place").innerHTML = '<interleave-scenario scenario="gather" loading="eager"></interleave-scenario>'.repeat(4)"#;
        page.session.execute(add, vec![]).await?;
        page.wait("four embeds", "heard.filter((it) => it[0] === 'ready').length === 4").await?;
        page.session.execute("document.getElementById('place').replaceChildren(); heard.length = 0", vec![]).await?;
        Ok(())
    };
    show().await?;
    let before = Held::by(page.session).await?;
    for _ in 0..5 {
        show().await?;
    }
    let after = Held::by(page.session).await?;
    let told = format!("before {before:?}, after {after:?}");
    eprintln!("{told}");
    assert_eq!(page.ask("window.length").await?, 0, "a frame is left");
    assert!(after.documents <= before.documents && after.listeners <= before.listeners, "{told}");
    // A frame that is left holds megabytes; what twenty of them leave in the browser's own books is less than that of one.
    assert!(after.nodes - before.nodes < 50.0 && after.heap - before.heap < 250_000.0, "{told}");
    Ok(())
}
