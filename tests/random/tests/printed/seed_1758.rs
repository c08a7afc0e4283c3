fn world() -> World {
    World::new([1, 1], [(QueueKind::Fifo, 0), (QueueKind::Lifo, 1)])
}

async fn program() -> Result<String> {
    spawn("t2", async move {
        Ok("t2".to_owned())
    });
    {
        let _place = semaphore(0).acquire().await?;
        let tasks4 = find_all([]);
        print(format!("4 {}", parted(&wait(&tasks4, ReturnWhen::FirstCompleted).await?)));
        for next in as_completed(futures([])).within(ticks(0)) {
            print(format!("5 got {}", next.await?));
        }
    }
    event(1).set();
    sleep(ticks(2)).await?;
    Ok("main".to_owned())
}
