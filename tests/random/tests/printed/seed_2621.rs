fn world() -> World {
    World::new([1, 1], [(QueueKind::Fifo, 1), (QueueKind::Fifo, 0)])
}

async fn program() -> Result<String> {
    print(format!("1 got {}", gather(futures([])).await?.join(", ")));
    sleep(ticks(0)).await?;
    Ok("main".to_owned())
}
