fn world() -> World {
    World::new([2, 1], [(QueueKind::Fifo, 1), (QueueKind::Lifo, 0)])
}

async fn program() -> Result<String> {
    spawn("t2", async move {
        let waited3 = shield(async move {
            on_future_done(5, 1);
            timeout_at(ticks(0), async {
                value(0).set(7);
                print(format!("8 puts {}", queue(1).try_put(1)));
                queue(1).pour(3, 2, 10);
                Ok(())
            })
            .await?;
            print(format!("10 puts {}", queue(1).try_put(1)));
            print(format!("11 done {}", queue(0).task_done()));
            Ok("t4".to_owned())
        })
        .await?;
        print(format!("3 got {}", waited3));
        barrier(1).reset();
        free_latch(13, 1);
        event(1).wait().await?;
        Ok("t2".to_owned())
    });
    closeable(1).close();
    sleep(ticks(8)).await?;
    Ok("main".to_owned())
}
