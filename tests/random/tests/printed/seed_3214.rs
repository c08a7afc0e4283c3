fn world() -> World {
    World::new([1, 2], [(QueueKind::Lifo, 1), (QueueKind::Fifo, 0)])
}

async fn program() -> Result<String> {
    spawn("t2", async move {
        place(0).acquire().await?.forget();
        {
            let _held = lock(0).acquire().await?;
            print(format!("5 got {}", promise(1).wait().await?));
            {
                let _held = condition(0).acquire().await?;
                place(1).acquire().await?.forget();
            }
            {
                let job8 = job(8, Pool::Threads(1), &[0, 1], false);
                print(format!("8 got {}", job8.await?));
            }
        }
        queue(0).shut_down(false);
        Ok("t2".to_owned())
    });
    semaphore(0).release();
    if let Some(task) = find("t2") {
        print(format!("11 got {}", wait_for(task, ticks(4)).await?));
    }
    sleep(ticks(8)).await?;
    Ok("main".to_owned())
}
