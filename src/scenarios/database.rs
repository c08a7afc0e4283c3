//! Queries run side by side only if each has a connection.

use super::prelude::*;
use super::services;

const USERS: Seconds = Seconds::new("users", "Users", 1.0, 0.0, 5.0);
const POSTS: Seconds = Seconds::new("posts", "Posts", 1.5, 0.0, 5.0);
const CONNECTIONS: Count = Count::new("connections", "Connections", 2, 1, 4);

async fn query(
    table: &'static str,
    takes: Duration,
    pool: Semaphore,
) -> Result<()> {
    span(table, async move {
        print(format!("{table} asks for a connection"));
        let _connection = pool.acquire().await?;
        print(format!("{table} has a connection"));
        let rows = services::query(table, takes).await?;
        print(format!("{table}: {} rows", rows.len()));
        Ok(())
    })
    .await
}

fn pool_of(connections: usize) -> Semaphore {
    Semaphore::new(connections).named("connection pool")
}

async fn sequential(set: Values) -> Result<()> {
    let pool = pool_of(set.get(CONNECTIONS));
    query("users", set.get(USERS), pool.clone()).await?;
    query("posts", set.get(POSTS), pool).await
}

async fn both_on(pool: Semaphore, set: Values) -> Result<()> {
    gather([
        query("users", set.get(USERS), pool.clone()),
        query("posts", set.get(POSTS), pool),
    ])
    .await?;
    Ok(())
}

async fn concurrent(set: Values) -> Result<()> {
    both_on(pool_of(set.get(CONNECTIONS)), set).await
}

async fn pool_of_one(set: Values) -> Result<()> {
    both_on(pool_of(1), set).await
}

pub(super) static SCENARIO: Scenario = Scenario {
    id: "database",
    group: Group::Programs,
    short: "A pool of connections",
    title: "Two queries and a pool of connections",
    watch: "Watch the posts: when they ask for a connection, and when they have one.",
    params: &[USERS.param(), POSTS.param(), CONNECTIONS.param()],
    presets: &[Preset { title: "1 connection", values: &[("connections", 1.0)] }],
    variants: &[
        Variant { id: "sequential", title: "sequential", main: |set| Box::pin(sequential(set)) },
        Variant { id: "concurrent", title: "concurrent", main: |set| Box::pin(concurrent(set)) },
        Variant { id: "pool-of-one", title: "concurrent, pool of 1", main: |set| Box::pin(pool_of_one(set)) },
    ],
    compare: Compare::Speedup,
    real: Real::Database,
    question: Question {
        ask: "On a pool of 1, when do the posts get a connection?",
        choices: |told| {
            let has = |variant| told.printed(variant, "posts has").unwrap_or_default();
            [has("pool-of-one"), has("concurrent"), told.took("pool-of-one"), told.get(POSTS)].map(secs).into()
        },
    },
    why: |told| {
        let [in_turn, together, on_one] =
            ["sequential", "concurrent", "pool-of-one"].map(|variant| secs(told.took(variant)));
        let waits = secs(told.printed("pool-of-one", "posts has").unwrap_or_default());
        if told.get(CONNECTIONS) == 1 {
            return format!(
                "With a single connection it makes no difference how the queries are started: the posts wait for it until \
                 {waits}, and all three ways take {in_turn}."
            );
        }
        format!(
            "In turn the queries add up to {in_turn}. With a connection for each the slower one decides: {together}. On a pool \
             of 1 they are started together too, but the posts wait for the connection until {waits}, and it takes {on_one} \
             again."
        )
    },
};
