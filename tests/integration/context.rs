use std::pin::pin;

use expect_test::expect;
use futures::future::select;
use interleave::aio::{ContextManager, Error, Result, generator, print, sleep, with};

use crate::support::{secs, story};

struct Connection;

impl ContextManager for Connection {
    type Value = ();

    async fn enter(&mut self) -> Result<()> {
        print("connects");
        sleep(secs(1.0)).await
    }

    async fn exit(&mut self, error: Option<&Error>) -> Result<bool> {
        print(format!("disconnects: {error:?}"));
        sleep(secs(1.0)).await?;
        Ok(false)
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        print("gone");
    }
}

#[test]
fn dropping_a_context_does_not_leave_it_but_drops_its_manager() {
    let told = story(async {
        select(pin!(sleep(secs(2.0))), pin!(with(Connection, |()| sleep(secs(5.0))))).await;
        Ok(())
    });
    expect![[r#"
        0.0 connects
        2.0 gone
        2.0 Some(Ok(()))
    "#]]
    .assert_eq(&told);
}

#[test]
fn a_generator_that_is_closed_leaves_its_contexts() {
    let told = story(async {
        let rows = generator(|rows| async move {
            with(Connection, |()| async {
                rows.emit(1).await?;
                rows.emit(2).await
            })
            .await
            .map(drop)
        });
        print(format!("{:?}", rows.next().await));
        rows.aclose().await
    });
    expect![[r#"
        0.0 connects
        1.0 Ok(Some(1))
        1.0 disconnects: Some(GeneratorExit)
        2.0 gone
        2.0 Some(Ok(()))
    "#]]
    .assert_eq(&told);
}
