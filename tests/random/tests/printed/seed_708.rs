fn world() -> World {
    World::new([2, 1], [(QueueKind::Fifo, 0), (QueueKind::Fifo, 0)])
}

async fn program() -> Result<String> {
    spawn("t2", async move {
        Ok("t2".to_owned())
    });
    task_group(move |group3| async move {
        sleep(ticks(2)).await?;
        queue(1).join().await?;
        spawn("t7", {
            let group3 = group3.clone();
            async move {
                print(8);
                if let Some(task) = take("t25") {
                    print(format!("9 got {}", task.await?));
                }
                spawn_in(&group3, "t11", async move {
                    queue(0).shut_down(true);
                    event(0).wait().await?;
                    event(0).set();
                    raise(15)?;
                    event(1).set();
                    Ok("t11".to_owned())
                });
                let part17_0 = take_for_gather("t25");
                let part17_1 = take_for_gather("t25");
                let part17_2 = task(async move {
                    print(19);
                    Ok("t18".to_owned())
                });
                let part17_3 = task(async move {
                    cancel(21, "t25");
                    cancel(22, "t11");
                    sleep(ticks(3)).await?;
                    Ok("t20".to_owned())
                });
                print(format!("17 got {}", gather([part17_0, part17_1, part17_2, part17_3].into_iter().flatten()).await?.join(", ")));
                Ok("t7".to_owned())
            }
        });
        spawn("t25", async move {
            Ok("t25".to_owned())
        });
        Ok(())
    })
    .await?;
    queue(0).shut_down(false);
    print(format!("27 done {}", queue(0).task_done()));
    sleep(ticks(2)).await?;
    Ok("main".to_owned())
}
