//! Files handled side by side are written as each is ready.

use super::prelude::*;
use super::services::{self, read_file, write_file};

const FILES: Count = Count::new("files", "Files", 4, 1, 8);
const WRITING: Seconds = Seconds::new("writing", "Writing", 0.2, 0.0, 2.0);

type Name = &'static str;

async fn convert(name: Name, writing: Duration) -> Result<()> {
    span(name, async move {
        let text = read_file(name).await?;
        print(format!("{name} read"));
        let text = text.to_ascii_uppercase();
        write_file(name, &text, writing).await?;
        print(format!("{name} written: {text}"));
        Ok(())
    })
    .await
}

fn files(set: &Values) -> impl Iterator<Item = Name> {
    services::FILES.into_iter().take(set.get(FILES))
}

async fn sequential(set: Values) -> Result<()> {
    for name in files(&set) {
        convert(name, set.get(WRITING)).await?;
    }
    Ok(())
}

async fn concurrent(set: Values) -> Result<()> {
    let writing = set.get(WRITING);
    let jobs = files(&set).map(|name| convert(name, writing));
    gather(jobs).await?;
    Ok(())
}

pub(super) static SCENARIO: Scenario = Scenario {
    id: "file-io",
    group: Group::Programs,
    short: "Reading and writing files",
    title: "Files read, changed and written again",
    watch: "Watch the order in which the files are written. If it matters, somebody has to see to it.",
    params: &[FILES.param(), WRITING.param()],
    presets: &[Preset { title: "8 files", values: &[("files", 8.0)] }],
    variants: &[
        Variant { id: "sequential", title: "sequential", main: |set| Box::pin(sequential(set)) },
        Variant { id: "concurrent", title: "concurrent", main: |set| Box::pin(concurrent(set)) },
    ],
    compare: Compare::Speedup,
    real: Real::Files,
    question: Question {
        ask: "All at once: in which order are the files written?",
        choices: |told| {
            let (ready, listed) = (order(told, "concurrent"), order(told, "sequential"));
            let backwards: Vec<_> = ready.iter().rev().cloned().collect();
            [ready, listed, backwards].map(|order| order.join(", ")).into()
        },
    },
    why: |told| {
        let [in_turn, together] = ["sequential", "concurrent"].map(|variant| secs(told.took(variant)));
        if told.get(FILES) == 1 {
            return format!("A single file takes {together} either way: it cannot be written before it has been read.");
        }
        format!(
            "In turn, reading and writing add up to {in_turn}, and the files are written as they are listed. Side by side the \
             slowest one decides, {together}, and each is written as soon as it has been read: {}.",
            order(told, "concurrent").join(", ")
        )
    },
};

/// The files in the order in which a variant wrote them.
fn order(told: &Told, variant: &str) -> Vec<String> {
    let name = |line: String| line.split_once(" written").map(|(name, _)| name.to_owned());
    told.prints(variant).filter_map(|(_, line)| name(line)).collect()
}
