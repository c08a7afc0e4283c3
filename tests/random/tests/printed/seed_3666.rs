fn world() -> World {
    World::new([2, 1], [(QueueKind::Fifo, 1), (QueueKind::Fifo, 2)])
}

async fn program() -> Result<String> {
    spawn("t2", async move {
        event(0).set();
        timeout(ticks(2), async {
            place(1).acquire().await?.forget();
            event(1).set();
            print(7);
            event(1).set();
            closeable(1).close();
            Ok(())
        })
        .await?;
        print(format!("10 gets {}", queue(0).try_get()));
        Ok("t2".to_owned())
    });
    spawn("t12", async move {
        print(format!("13 is in {}", name()));
        let part14_0 = find("t2");
        for next in as_completed([part14_0].into_iter().flatten()).within(ticks(2)) {
            print(format!("14 got {}", next.await?));
        }
        Ok("t12".to_owned())
    });
    spawn("t16", async move {
        free_lock(17, 0);
        queue(1).put(2).await?;
        give_place(19, 1);
        value(0).update(|value| *value = 20);
        Ok("t16".to_owned())
    });
    spawn("t22", async move {
        cancelling(23, "t12");
        for _ in 0..1 {
            _ = value(1).get();
            {
                let _place = semaphore(1).acquire().await?;
                on_done(27, "main");
                print(format!("28 is in {}", name()));
                rate(0).count();
                let tasks30 = find_all(["t16"]);
                print(format!("30 {}", parted(&wait(&tasks30, ReturnWhen::AllCompleted).within(ticks(2)).await?)));
            }
            event(0).set();
            value(1).set(32);
        }
        Ok("t22".to_owned())
    });
    latch(1).acquire().await?.forget();
    blocking_sleep(ticks(4));
    print(format!("35 got {}", job(35, Pool::Threads(1), &[6], true).await?));
    print(format!("36 got {}", job(36, Pool::Processes(0), &[], false).await?));
    event(0).wait().await?;
    sleep(ticks(0)).await?;
    Ok("main".to_owned())
}
