//! Gather takes as long as its slowest part, and keeps the order.

use super::prelude::*;

const USER: Seconds = Seconds::new("user", "User", 1.0, 0.0, 5.0);
const POSTS: Seconds = Seconds::new("posts", "Posts", 1.5, 0.0, 5.0);
const COMMENTS: Seconds = Seconds::new("comments", "Comments", 0.5, 0.0, 5.0);

type Name = &'static str;

async fn fetch(name: Name, latency: Duration) -> Result<String> {
    span(name, async move {
        print(format!("{name} requested"));
        sleep(latency).await?;
        print(format!("{name} arrived"));
        Ok(format!("{name} data"))
    })
    .await
}

async fn sequential(set: Values) -> Result<()> {
    let user = fetch("user", set.get(USER)).await?;
    let posts = fetch("posts", set.get(POSTS)).await?;
    let comments = fetch("comments", set.get(COMMENTS)).await?;
    print(format!("page: {user}, {posts}, {comments}"));
    Ok(())
}

async fn gathered(set: Values) -> Result<()> {
    // Results come in the order of the arguments,
    // whoever was first.
    let page = gather([
        fetch("user", set.get(USER)),
        fetch("posts", set.get(POSTS)),
        fetch("comments", set.get(COMMENTS)),
    ])
    .await?;
    print(format!("page: {}", page.join(", ")));
    Ok(())
}

pub(super) static SCENARIO: Scenario = Scenario {
    id: "gather-mixed",
    group: Group::Together,
    short: "Unequal waits",
    title: "Three parts of a page, requested in turn or together",
    watch: "Watch the order of completion, then the order of the results on the last line.",
    params: &[USER.param(), POSTS.param(), COMMENTS.param()],
    presets: &[Preset { title: "one slow part", values: &[("posts", 5.0)] }],
    variants: &[
        Variant { id: "sequential", title: "sequential", main: |set| Box::pin(sequential(set)) },
        Variant { id: "gather", title: "gather", main: |set| Box::pin(gathered(set)) },
    ],
    compare: Compare::Speedup,
    real: Real::Waits,
    question: Question {
        ask: "With gather, who is done first?",
        choices: |told| {
            let lines = told.prints("gather").filter_map(|(_, line)| Some(line.strip_suffix(" arrived")?.to_owned()));
            lines.collect()
        },
    },
    why: |told| {
        let parts = [("user", told.get(USER)), ("posts", told.get(POSTS)), ("comments", told.get(COMMENTS))];
        let longest = parts.iter().map(|(_, latency)| *latency).max().unwrap_or_default();
        let slowest: Vec<_> = parts.iter().filter(|(_, latency)| *latency == longest).map(|(name, _)| *name).collect();
        format!(
            "With gather the slowest part decides the total: {}, {}. One after another the waits add up to {}. The results \
             stand in the order of the arguments, whoever arrived first.",
            slowest.join(" and "),
            secs(told.took("gather")),
            secs(told.took("sequential"))
        )
    },
};
