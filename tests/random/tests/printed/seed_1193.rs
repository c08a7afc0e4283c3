fn world() -> World {
    World::new([2, 2], [(QueueKind::Fifo, 1), (QueueKind::Fifo, 1)])
}

async fn program() -> Result<String> {
    spawn("t2", async move {
        on_future_done(3, 0);
        semaphore(1).release();
        on_done(5, "main");
        if let Some(generator) = find_generator(1) {
            let mut left6 = 1;
            while let Some(value6) = generator.next().await? {
                print(format!("6 has {}", value6));
                queue(0).join().await?;
                if let Some(task) = find("t2") {
                    print(format!("8 got {}", task.await?));
                }
                print(format!("9 got {}", job(9, Pool::Default, &[], false).await?));
                left6 -= 1;
                if left6 == 0 {
                    break;
                }
            }
        }
        Ok("t2".to_owned())
    });
    let waited10 = wait_for(async move {
        let tried12: Result<()> = async {
            print(format!("13 done {}", queue(0).task_done()));
            for _ in 0..2 {
                cancel_with(15, "t2");
                sleep(ticks(3)).await?;
            }
            event(1).set();
            print(format!("18 got {}", job(18, Pool::Threads(1), &[2, 3], false).await?));
            Ok(())
        }
        .await;
        let tried12 = match tried12 {
            Err(error) if is_exception(&error) => {
                async {
                    print(format!("12 catches {}", told(&error)));
                    blocking_sleep(ticks(2));
                    sleep(ticks(0)).await?;
                    Ok(())
                }
                .await
            }
            other => other,
        };
        tried12?;
        Ok("t11".to_owned())
    }, ticks(5))
    .await?;
    print(format!("10 got {}", waited10));
    print(format!("21 came as {}", barrier(1).wait().await?));
    barrier(1).abort();
    sleep(ticks(0)).await?;
    Ok("main".to_owned())
}
