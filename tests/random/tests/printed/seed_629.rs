fn world() -> World {
    World::new([2, 2], [(QueueKind::Priority, 2), (QueueKind::Fifo, 0)])
}

async fn program() -> Result<String> {
    spawn("t2", async move {
        queue(0).put(2).await?;
        if let Some(task) = take("t33") {
            print(format!("4 got {}", task.await?));
        }
        Ok("t2".to_owned())
    });
    spawn("t6", async move {
        queue(1).shut_down(true);
        timeout(ticks(3), async {
            print(9);
            sleep(ticks(5)).await?;
            Ok(())
        })
        .await?;
        spawn("t12", async move {
            print(format!("13 gets {}", queue(0).try_get()));
            sleep(ticks(0)).await?;
            queue(1).put(0).await?;
            Ok("t12".to_owned())
        });
        sleep(ticks(4)).await?;
        raise(17)?;
        Ok("t6".to_owned())
    });
    event(1).set();
    timeout(ticks(5), async {
        spawn("t21", async move {
            print(format!("22 gets {}", queue(0).get().await?));
            event(0).wait().await?;
            blocking_sleep(ticks(2));
            queue(1).join().await?;
            Ok("t21".to_owned())
        });
        Ok(())
    })
    .await?;
    print(format!("26 done {}", queue(0).task_done()));
    task_group(move |group27| async move {
        task_group({
            let group27 = group27.clone();
            move |group28| async move {
                task_group(move |group29| async move {
                    print(30);
                    blocking_sleep(ticks(2));
                    Ok(())
                })
                .await?;
                spawn_in(&group27, "t33", async move {
                    if let Some(task) = take("nobody") {
                        print(format!("34 got {}", task.await?));
                    }
                    print(format!("35 done {}", queue(1).task_done()));
                    print(format!("36 gets {}", queue(1).try_get()));
                    print(format!("37 gets {}", queue(1).try_get()));
                    Ok("t33".to_owned())
                });
                Ok(())
            }
        })
        .await?;
        if let Some(task) = take("t6") {
            print(format!("38 got {}", task.await?));
        }
        Ok(())
    })
    .await?;
    sleep(ticks(0)).await?;
    Ok("main".to_owned())
}
