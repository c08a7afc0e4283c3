fn world() -> World {
    World::new([2, 1], [(QueueKind::Fifo, 2), (QueueKind::Fifo, 2)])
}

async fn program() -> Result<String> {
    spawn("t2", async move {
        spawn("t4", async move {
            barrier(1).abort();
            give_place(6, 1);
            print(format!("7 gets {}", queue(0).get().await?));
            print(format!("8 gets {}", queue(0).try_get()));
            Ok("t4".to_owned())
        });
        set_result(9, 0);
        is_done(10, "t4");
        Ok("t2".to_owned())
    });
    sleep(ticks(4)).await?;
    {
        let job12 = job(12, Pool::Threads(1), &[2], false);
        print(format!("12 got {}", job12.await?));
    }
    if let Some(generator) = find_generator(1) {
        print(format!("13 has {}", or_none(generator.next().await?)));
    }
    barrier(0).reset();
    cancel(15, "main");
    sleep(ticks(1)).await?;
    Ok("main".to_owned())
}
