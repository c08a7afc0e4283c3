fn world() -> World {
    World::new([1, 2], [(QueueKind::Priority, 0), (QueueKind::Fifo, 0)])
}

async fn program() -> Result<String> {
    spawn("t2", async move {
        Ok("t2".to_owned())
    });
    timeout_at(ticks(7), async {
        keep_call(0, call_later(ticks(6), || cancel("call 4", "t2")));
        Ok(())
    })
    .await?;
    cancel_future(5, 0);
    sleep(ticks(0)).await?;
    Ok("main".to_owned())
}
