fn world() -> World {
    World::new([2, 1], [(QueueKind::Lifo, 0), (QueueKind::Fifo, 2)])
}

async fn program() -> Result<String> {
    spawn("t2", async move {
        timeout_at(ticks(8), async {
            print(format!("4 came as {}", barrier(0).wait().await?));
            {
                let _place = semaphore(1).acquire().await?;
                set_result(6, 1);
            }
            sleep(ticks(6)).await?;
            {
                let mut held = condition(1).acquire().await?;
                condition(1).wait(&mut held).await?;
                print("8 is told");
            }
            cancel_call(9, 0);
            Ok(())
        })
        .await?;
        for _ in 0..2 {
            print(format!("11 done {}", queue(1).task_done()));
        }
        event(1).wait().await?;
        timeout(ticks(0), async {
            Ok(())
        })
        .await?;
        Ok("t2".to_owned())
    });
    spawn("t15", async move {
        queue(0).put(1).await?;
        if let Some(task) = find("t24") {
            print(format!("17 got {}", task.await?));
        }
        spawn("t19", async move {
            on_done(20, "t24");
            Ok("t19".to_owned())
        });
        Ok("t15".to_owned())
    });
    spawn("t22", async move {
        Ok("t22".to_owned())
    });
    spawn("t24", async move {
        Ok("t24".to_owned())
    });
    new_future(0);
    print(format!("26 came as {}", barrier(0).wait().await?));
    timeout(ticks(5), async {
        if let Some(task) = find("t22") {
            print(format!("28 got {}", wait_for(task, ticks(5)).await?));
        }
        if let Some(task) = find("t19") {
            print(format!("29 got {}", wait_for(task, ticks(0)).await?));
        }
        set_error(30, 1);
        queue(1).join().await?;
        sleep(ticks(6)).await?;
        Ok(())
    })
    .await?;
    future_is_done(33, 1);
    give_place(34, 0);
    sleep(ticks(9)).await?;
    Ok("main".to_owned())
}
