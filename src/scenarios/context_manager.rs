//! A context manager closes what it has opened, however it goes.

use super::prelude::*;

const CONNECT: Seconds = Seconds::new("connect", "Connect", 0.5, 0.0, 2.0);
const QUERY: Seconds = Seconds::new("query", "Query", 0.2, 0.0, 2.0);
const DISCONNECT: Seconds = Seconds::new("disconnect", "Disconnect", 0.1, 0.0, 2.0);
const FAILS: Count = Count::new("fails", "Queries that fail", 1, 0, 1);

#[derive(Clone)]
struct Connection {
    set: Values,
    socket: Closeable,
}

impl Connection {
    fn new(set: &Values) -> Self {
        let socket = Closeable::new().named("connection");
        Self { set: set.clone(), socket }
    }

    async fn connect(&self) -> Result<()> {
        span("connect", sleep(self.set.get(CONNECT))).await?;
        self.socket.open();
        print("connected");
        Ok(())
    }

    async fn query(&self) -> Result<()> {
        span("query", async {
            sleep(self.set.get(QUERY)).await?;
            if self.set.get(FAILS) > 0 {
                return Err(Error::raised("the query failed"));
            }
            print("the query was answered");
            Ok(())
        })
        .await
    }

    async fn disconnect(&self) -> Result<()> {
        span("disconnect", sleep(self.set.get(DISCONNECT))).await?;
        self.socket.close();
        print("disconnected");
        Ok(())
    }
}

impl ContextManager for Connection {
    type Value = Self;

    async fn enter(&mut self) -> Result<Self> {
        self.connect().await?;
        Ok(self.clone())
    }

    async fn exit(&mut self, _: Option<&Error>) -> Result<bool> {
        self.disconnect().await?;
        Ok(false) // An error goes on its way.
    }
}

async fn without_manager(set: Values) -> Result<()> {
    let connection = Connection::new(&set);
    connection.connect().await?;
    connection.query().await?;
    // An error never gets here.
    connection.disconnect().await
}

async fn with_manager(set: Values) -> Result<()> {
    with(Connection::new(&set), |connection| async move {
        connection.query().await
    })
    .await?;
    Ok(())
}

async fn caught(
    work: impl Future<Output = Result<()>>,
) -> Result<()> {
    match work.await {
        Err(Error::Raised(message)) => {
            print(format!("caught: {message}"));
            Ok(())
        }
        other => other,
    }
}

pub(super) static SCENARIO: Scenario = Scenario {
    id: "context-manager",
    group: Group::Streams,
    short: "Closed, however it goes",
    title: "A connection, and a query that fails",
    watch: "Watch whether the connection is closed when the query fails. Who catches the error no longer knows of it.",
    params: &[CONNECT.param(), QUERY.param(), DISCONNECT.param(), FAILS.param()],
    presets: &[Preset { title: "the query succeeds", values: &[("fails", 0.0)] }],
    variants: &[
        Variant {
            id: "without",
            title: "without a context manager",
            main: |set| Box::pin(caught(without_manager(set))),
        },
        Variant { id: "with", title: "with a context manager", main: |set| Box::pin(caught(with_manager(set))) },
    ],
    compare: Compare::Durations,
    real: Real::Waits,
    question: Question {
        ask: "Without a context manager: what becomes of the connection?",
        choices: |told| {
            let ways = ["it stays open", "it is closed at the end", "the error closes it"];
            let right = usize::from(told.printed("without", "disconnected").is_some());
            [right, (right + 1) % 3, (right + 2) % 3].map(|way| ways[way].to_owned()).into()
        },
    },
    why: |told| {
        let closed = secs(told.printed("with", "disconnected").unwrap_or_default());
        match told.printed("with", "caught") {
            None => format!(
                "Nothing goes wrong, so both close the connection at {closed}, and nobody sees the difference. Let the query \
                 fail."
            ),
            Some(caught) => format!(
                "The query fails at {}. Without a context manager the error jumps over the line that disconnects, and the \
                 connection stays open. With one it is closed at {closed} on the way out, and whoever catches the error \
                 gets it at {}.",
                secs(told.took("without")),
                secs(caught)
            ),
        }
    },
};
