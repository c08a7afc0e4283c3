fn world() -> World {
    World::new([1, 2], [(QueueKind::Fifo, 1), (QueueKind::Priority, 0)])
}

async fn program() -> Result<String> {
    spawn("t2", async move {
        queue(0).shut_down(true);
        cancel(4, "t21");
        let tasks5 = find_all([]);
        print(format!("5 {}", parted(&wait(&tasks5, ReturnWhen::AllCompleted).await?)));
        let tried6: Result<()> = async {
            blocking_sleep(ticks(4));
            if let Some(task) = find("t21") {
                print(format!("8 got {}", task.await?));
            }
            if let Some(task) = find("t2") {
                print(format!("9 got {}", shield(&task).await?));
            }
            sleep(ticks(0)).await?;
            Ok(())
        }
        .await;
        let tried6 = match tried6 {
            Err(error) if error.is_cancelled() => {
                async {
                    print(format!("6 catches {}", told(&error)));
                    let part11_0 = find("t21");
                    let part11_1 = task(async move {
                        free_latch(13, 0);
                        queue(1).put(3).await?;
                        Ok("t12".to_owned())
                    });
                    let part11_2 = task(async move {
                        queue(1).put(1).await?;
                        sleep(ticks(5)).await?;
                        event(1).wait().await?;
                        Ok("t15".to_owned())
                    });
                    print(format!("11 got {}", all_told(&gather([part11_0, part11_1, part11_2].into_iter().flatten()).return_exceptions().await?)));
                    on_future_done(19, 1);
                    Ok(())
                }
                .await
            }
            other => other,
        };
        tried6?;
        Ok("t2".to_owned())
    });
    spawn("t21", async move {
        Ok("t21".to_owned())
    });
    spawn("t23", async move {
        event(0).set();
        if let Some(task) = find("t23") {
            print(format!("25 got {}", wait_for(task, ticks(5)).await?));
        }
        Ok("t23".to_owned())
    });
    latch(0).acquire().await?.forget();
    set_error(27, 0);
    print(format!("28 done {}", queue(0).task_done()));
    event(1).clear();
    timeout_at(ticks(4), async {
        event(1).wait().await?;
        let tasks32 = find_all(["t23", "t2"]);
        print(format!("32 {}", parted(&wait(&tasks32, ReturnWhen::FirstCompleted).await?)));
        {
            let _held = lock(1).acquire().await?;
            cancel(34, "t2");
            sleep(ticks(4)).await?;
            free_latch(36, 1);
            print(format!("37 is in {}", name()));
            print(format!("38 got {}", promise(1).wait().await?));
        }
        Ok(())
    })
    .await?;
    sleep(ticks(9)).await?;
    Ok("main".to_owned())
}
