//! Ending a run before its end.

use interleave_e2e::Result;

use crate::page::Page;

/// A run that would take a minute.
const LONG: &str = "?scenario=gather&latency=5&speed=0.25";

async fn start(page: &Page<'_>) -> Result<()> {
    page.open(LONG).await?;
    page.record().await?;
    page.click("run").await?;
    page.wait("Stop to appear", "text('stop') === 'Stop'").await?;
    page.wait_for_text("status", "Running").await
}

/// What was drawn stays, says how far it came, and Run starts afresh.
pub(crate) async fn a_stopped_run_can_be_run_again(page: &Page<'_>) -> Result<()> {
    start(page).await?;
    page.wait("the run to move on", "texts('[data-testid^=time-of-]').every((it) => !/^(ideal|0\\.0+ )/.test(it))").await?;
    page.click("stop").await?;
    let recording = page.until_over().await?;
    assert_eq!(recording.buttons, ["Run", "Stop", "Run"]);
    assert_eq!(recording.statuses, ["Ideal", "Running", "Stopped"]);
    for time in page.times().await? {
        assert!(time.starts_with("stopped at "), "`{time}`");
    }
    assert_eq!(page.text("factor-gather").await?, "3.0×", "an unfinished run has no answer: the ideal one stands");

    page.set("speed", "20").await?;
    let recording = page.run().await?;
    assert_eq!(recording.statuses, ["Stopped", "Running", "Measured"]);
    for time in page.times().await? {
        assert!(time.starts_with("measured "), "`{time}`");
    }
    assert_eq!(page.completed().await?, ["request 1", "request 2", "request 3"]);
    Ok(())
}

/// A run belongs to what it was started for.
pub(crate) async fn another_scenario_ends_the_run(page: &Page<'_>) -> Result<()> {
    start(page).await?;
    page.pick("hello").await?;
    assert!(page.text("status").await?.starts_with("Ideal"));
    assert_eq!(page.times().await?, ["ideal 1.00 s"]);
    assert!(page.sees("run").await?);
    page.pick("gather").await?;
    assert_eq!(page.times().await?, ["ideal 3.00 s", "ideal 1.00 s"], "nothing of the run is left");
    Ok(())
}

/// Timelines of other values would be wrong beside the ones that are being measured.
pub(crate) async fn a_changed_parameter_ends_the_run(page: &Page<'_>) -> Result<()> {
    start(page).await?;
    page.set("param-latency", "0.5").await?;
    page.wait_for_text("status", "Ideal").await?;
    assert_eq!(page.times().await?, ["ideal 1.50 s", "ideal 0.50 s"]);
    page.set("speed", "20").await?;
    page.run().await?;
    page.wait_for_text("status", "Measured").await
}
