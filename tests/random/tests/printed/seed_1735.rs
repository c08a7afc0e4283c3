fn world() -> World {
    World::new([1, 2], [(QueueKind::Fifo, 0), (QueueKind::Lifo, 1)])
}

async fn program() -> Result<String> {
    spawn("t2", async move {
        Ok("t2".to_owned())
    });
    spawn("t4", async move {
        let tasks5 = find_all(["t8", "t8"]);
        print(format!("5 {}", parted(&wait(&tasks5, ReturnWhen::AllCompleted).await?)));
        task_group(move |group6| async move {
            spawn_in(&group6, "t8", async move {
                set_result(9, 1);
                {
                    let mut held = condition(1).acquire().await?;
                    condition(1).wait(&mut held).await?;
                    print("10 is told");
                }
                queue(0).shut_down(false);
                print(format!("12 came as {}", barrier(0).wait().await?));
                cancelling(13, "t4");
                Ok("t8".to_owned())
            });
            give_place(14, 0);
            Ok(())
        })
        .await?;
        Ok("t4".to_owned())
    });
    spawn("t16", async move {
        on_done(17, "t8");
        {
            let _held = condition(0).acquire().await?;
            keep_call(1, call_at(ticks(12), || say("call 19")));
            let waited20 = shield(async move {
                latch(0).acquire().await?.forget();
                print(format!("23 gets {}", queue(1).try_get()));
                {
                    let mut held = condition(1).acquire().await?;
                    condition(1).wait_for(&mut held, || event(0).is_set()).await?;
                    print("24 is told");
                }
                print(format!("25 done {}", queue(1).task_done()));
                on_done(26, "t2");
                Ok("t21".to_owned())
            })
            .await?;
            print(format!("20 got {}", waited20));
        }
        Ok("t16".to_owned())
    });
    let part27_0 = future(async move {
        let part29_0 = find("t8");
        for next in as_completed([part29_0].into_iter().flatten()) {
            print(format!("29 got {}", next.await?));
        }
        set_error(30, 0);
        Ok("t28".to_owned())
    });
    print(format!("27 got {}", all_told(&gather(futures([part27_0])).return_exceptions().await?)));
    sleep(ticks(3)).await?;
    timeout(ticks(0), async {
        Ok(())
    })
    .await?;
    for _ in 0..1 {
        spawn("t35", async move {
            free_latch(36, 1);
            if let Some(task) = find("t2") {
                print(format!("37 got {}", shield(&task).await?));
            }
            timeout(ticks(4), async {
                blocking_sleep(ticks(1));
                print(40);
                Ok(())
            })
            .await?;
            is_done(41, "t8");
            Ok("t35".to_owned())
        });
        uncancel(42, "t16");
        event(0).wait().await?;
    }
    sleep(ticks(0)).await?;
    Ok("main".to_owned())
}
