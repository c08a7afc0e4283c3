fn world() -> World {
    World::new([2, 1], [(QueueKind::Fifo, 0), (QueueKind::Fifo, 2)])
}

async fn program() -> Result<String> {
    sleep(ticks(6)).await?;
    sleep(ticks(2)).await?;
    queue(0).join().await?;
    sleep(ticks(0)).await?;
    Ok("main".to_owned())
}
