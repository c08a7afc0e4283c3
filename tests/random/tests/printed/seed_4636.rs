fn world() -> World {
    World::new([2, 2], [(QueueKind::Fifo, 2), (QueueKind::Fifo, 1)])
}

async fn program() -> Result<String> {
    start("t2", async move {
        if let Some(generator) = find_generator(0) {
            print(format!("3 has {}", or_none(generator.next().await?)));
        }
        print(format!("4 got {}", promise(0).wait().await?));
        cancel_call(5, 0);
        for _ in 0..1 {
            _ = value(0).get();
            print(8);
            queue(1).put(1).await?;
            event(1).clear();
            value(0).set(11);
        }
        Ok("t2".to_owned())
    });
    spawn("t13", async move {
        place(1).acquire().await?.forget();
        new_future(1);
        cancel(16, "t13");
        Ok("t13".to_owned())
    });
    uncancel(17, "main");
    sleep(ticks(5)).await?;
    Ok("main".to_owned())
}
