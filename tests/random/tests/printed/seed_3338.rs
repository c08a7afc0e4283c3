fn world() -> World {
    World::new([1, 2], [(QueueKind::Priority, 1), (QueueKind::Fifo, 0)])
}

async fn program() -> Result<String> {
    spawn("t2", async move {
        print(format!("3 gets {}", queue(1).get().await?));
        if let Some(task) = find("t2") {
            print(format!("4 got {}", task.await?));
        }
        is_done(5, "main");
        cancel_with(6, "t2");
        Ok("t2".to_owned())
    });
    cancel(7, "main");
    with(
        manager(8, false, async {
            Ok(())
        }, async {
            sleep(ticks(3)).await?;
            close_generator(1).await?;
            Ok(())
        }),
        |()| async {
            if let Some(generator) = find_generator(1) {
                while let Some(value11) = generator.next().await? {
                    print(format!("11 has {}", value11));
                    task_group(move |group12| async move {
                        look(13, "t2", Look::Error);
                        Ok(())
                    })
                    .await?;
                    if let Some(task) = find("main") {
                        print(format!("14 got {}", task.await?));
                    }
                    print(format!("15 got {}", job(15, Pool::Processes(0), &[1, 6], false).await?));
                }
            }
            set_result(16, 0);
            close_generator(1).await?;
            Ok(())
        },
    )
    .await?;
    queue(0).shut_down(true);
    print(format!("19 done {}", queue(1).task_done()));
    sleep(ticks(2)).await?;
    Ok("main".to_owned())
}
