fn world() -> World {
    World::new([2, 1], [(QueueKind::Fifo, 0), (QueueKind::Fifo, 2)])
}

async fn program() -> Result<String> {
    spawn("t2", async move {
        {
            let mut held = condition(1).acquire().await?;
            condition(1).wait_for(&mut held, || event(1).is_set()).await?;
            print("3 is told");
        }
        Ok("t2".to_owned())
    });
    spawn("t5", async move {
        new_generator(0, generator(move |values6| async move {
            let values6 = &values6;
            sleep(ticks(0)).await?;
            task_group(move |group8| async move {
                print(9);
                Ok(())
            })
            .await?;
            Ok(())
        }));
        print(format!("10 got {}", promise(1).wait().await?));
        Ok("t5".to_owned())
    });
    print(format!("11 gets {}", queue(0).get().await?));
    event(1).wait().await?;
    task_group(move |group13| async move {
        print(format!("14 got {}", job(14, Pool::Threads(0), &[], true).await?));
        print(15);
        print(format!("16 got {}", promise(1).wait().await?));
        if let Some(generator) = find_generator(1) {
            print(format!("17 has {}", or_none(generator.next().await?)));
        }
        {
            let prepared18 = operation("t19", async move {
                {
                    let held = condition(1).acquire().await?;
                    condition(1).notify_all(&held)?;
                }
                closeable(0).open();
                print(22);
                keep_call(1, call_soon(|| cancel("call 23", "main")));
                Ok("t19".to_owned())
            });
            if let Some(task) = find("t5") {
                print(format!("24 got {}", task.await?));
            }
            print(format!("25 came as {}", barrier(1).wait().await?));
            print(format!("18 got {}", prepared18.await?));
        }
        Ok(())
    })
    .await?;
    sleep(ticks(2)).await?;
    Ok("main".to_owned())
}
