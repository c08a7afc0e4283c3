fn world() -> World {
    World::new([1, 1], [(QueueKind::Fifo, 1), (QueueKind::Fifo, 2)])
}

async fn program() -> Result<String> {
    spawn("t2", async move {
        with(
            manager(3, false, async {
                queue(1).put(1).await?;
                Ok(())
            }, async {
                Ok(())
            }),
            |()| async {
                semaphore(1).release();
                print(format!("6 got {}", job(6, Pool::Threads(0), &[], false).await?));
                Ok(())
            },
        )
        .await?;
        print(format!("7 is in {}", name()));
        Ok("t2".to_owned())
    });
    spawn("t9", async move {
        keep_call(1, call_soon(|| event(1).set()));
        if let Some(task) = find("t9") {
            print(format!("11 got {}", task.await?));
        }
        print(format!("12 done {}", queue(0).task_done()));
        if let Some(generator) = find_generator(1) {
            print(format!("13 has {}", or_none(generator.next().await?)));
        }
        Ok("t9".to_owned())
    });
    spawn("t15", async move {
        {
            let held = condition(1).acquire().await?;
            condition(1).notify(&held, 2)?;
        }
        latch(1).acquire().await?.forget();
        {
            let _place = place(1).acquire().await?;
            place(1).acquire().await?.forget();
            print(format!("20 came as {}", barrier(1).wait().await?));
            timeout(ticks(5), async {
                if let Some(task) = find("t2") {
                    print(format!("22 got {}", task.await?));
                }
                Ok(())
            })
            .await?;
            new_generator(0, generator(move |values23| async move {
                let values23 = &values23;
                values23.emit(24).await?;
                event(1).set();
                values23.emit(26).await?;
                print(format!("27 got {}", promise(1).wait().await?));
                values23.emit(28).await?;
                set_error(29, 1);
                print(format!("30 got {}", promise(1).wait().await?));
                Ok(())
            }));
        }
        Ok("t15".to_owned())
    });
    place(0).acquire().await?.forget();
    keep_call(1, call_soon(|| say("call 32")));
    queue(0).shut_down(false);
    future_is_done(34, 0);
    let tasks35 = find_all(["t2", "t9"]);
    print(format!("35 {}", parted(&wait(&tasks35, ReturnWhen::AllCompleted).within(ticks(3)).await?)));
    sleep(ticks(0)).await?;
    Ok("main".to_owned())
}
