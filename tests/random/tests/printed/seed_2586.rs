fn world() -> World {
    World::new([1, 2], [(QueueKind::Lifo, 1), (QueueKind::Priority, 2)])
}

async fn program() -> Result<String> {
    spawn("t2", async move {
        cancel_future(3, 0);
        Ok("t2".to_owned())
    });
    spawn("t5", async move {
        cancel_with(6, "t5");
        cancel_call(7, 0);
        let part8_0 = find("nobody");
        let part8_1 = find("nobody");
        print(format!("8 got {}", all_told(&gather([part8_0, part8_1].into_iter().flatten()).return_exceptions().await?)));
        Ok("t5".to_owned())
    });
    cancel(9, "t2");
    keep_call(0, call_at(ticks(0), || say("call 10")));
    event(0).wait().await?;
    give_place(12, 1);
    sleep(ticks(3)).await?;
    sleep(ticks(0)).await?;
    Ok("main".to_owned())
}
