fn world() -> World {
    World::new([2, 1], [(QueueKind::Priority, 1), (QueueKind::Fifo, 1)])
}

async fn program() -> Result<String> {
    if let Some(generator) = find_generator(0) {
        print(format!("1 has {}", or_none(generator.next().await?)));
    }
    new_generator(1, generator(move |values2| async move {
        let values2 = &values2;
        task_group(move |group3| async move {
            set_error(4, 1);
            close_generator(1).await?;
            Ok(())
        })
        .await?;
        print(6);
        event(0).set();
        values2.emit(8).await?;
        values2.emit(9).await?;
        values2.emit(10).await?;
        Ok(())
    }));
    if let Some(generator) = find_generator(0) {
        while let Some(value11) = generator.next().await? {
            print(format!("11 has {}", value11));
            event(0).clear();
            for _ in 0..1 {
                if let Some(task) = find("nobody") {
                    print(format!("14 got {}", shield(&task).await?));
                }
                task_group(move |group15| async move {
                    future_is_done(16, 1);
                    if let Some(task) = find("nobody") {
                        print(format!("17 got {}", task.await?));
                    }
                    queue(0).shut_down(false);
                    cancel(19, "main");
                    Ok(())
                })
                .await?;
                cancel(20, "main");
                close_generator(0).await?;
            }
            task_group(move |group22| async move {
                if let Some(task) = find("nobody") {
                    print(format!("23 got {}", task.await?));
                }
                cancel(24, "main");
                free_latch(25, 0);
                if let Some(generator) = find_generator(0) {
                    print(format!("26 has {}", or_none(generator.next().await?)));
                }
                Ok(())
            })
            .await?;
            with(
                manager(27, false, async {
                    for _ in 0..2 {
                        is_done(29, "main");
                        event(1).clear();
                        uncancel(31, "main");
                    }
                    print(format!("32 came as {}", barrier(1).wait().await?));
                    Ok(())
                }, async {
                    sleep(ticks(6)).await?;
                    close_generator(1).await?;
                    Ok(())
                }),
                |()| async {
                    semaphore(1).release();
                    let tasks36 = find_all([]);
                    print(format!("36 {}", parted(&wait(&tasks36, ReturnWhen::AllCompleted).within(ticks(0)).await?)));
                    free_latch(37, 0);
                    Ok(())
                },
            )
            .await?;
            print(format!("38 done {}", queue(0).task_done()));
        }
    }
    print(format!("39 came as {}", barrier(0).wait().await?));
    sleep(ticks(6)).await?;
    Ok("main".to_owned())
}
