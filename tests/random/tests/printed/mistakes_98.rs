fn world() -> World {
    World::new([2, 2], [(QueueKind::Lifo, 0), (QueueKind::Lifo, 0)])
}

async fn program() -> Result<String> {
    spawn("t2", async move {
        Ok("t2".to_owned())
    });
    spawn("t4", async move {
        queue(1).shut_down(false);
        Ok("t4".to_owned())
    });
    cancel(6, "t2");
    cancel_call(7, 0);
    rate(0).count();
    forget("t10", async move {
        for _ in 0..1 {
            _ = value(1).get();
            give_place(13, 0);
            event(0).wait().await?;
            print(15);
            value(1).set(16);
        }
        cancel_future(17, 1);
        Ok("t10".to_owned())
    });
    new_future(0);
    sleep(ticks(0)).await?;
    Ok("main".to_owned())
}
