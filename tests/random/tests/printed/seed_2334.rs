fn world() -> World {
    World::new([1, 1], [(QueueKind::Fifo, 0), (QueueKind::Fifo, 0)])
}

async fn program() -> Result<String> {
    spawn("t2", async move {
        sleep(ticks(5)).await?;
        if let Some(generator) = find_generator(0) {
            print(format!("4 has {}", or_none(generator.next().await?)));
        }
        place(1).acquire().await?.forget();
        {
            let job6 = job(6, Pool::Threads(0), &[4, 0], false);
            print(format!("7 came as {}", barrier(0).wait().await?));
            latch(1).acquire().await?.forget();
            print(format!("6 got {}", job6.await?));
        }
        Ok("t2".to_owned())
    });
    spawn("t10", async move {
        spawn("t12", async move {
            let tried13: Result<()> = async {
                task_group(move |group14| async move {
                    give_place(15, 0);
                    print(format!("16 got {}", promise(1).wait().await?));
                    print(format!("17 got {}", promise(0).wait().await?));
                    cancelling(18, "t31");
                    Ok(())
                })
                .await?;
                Ok(())
            }
            .await;
            let tried13 = match tried13 {
                Err(error) if is_exception(&error) => {
                    async {
                        print(format!("13 catches {}", told(&error)));
                        task_group(move |group19| async move {
                            Ok(())
                        })
                        .await?;
                        Err(error)
                    }
                    .await
                }
                other => other,
            };
            tried13?;
            raise(20)?;
            {
                let _held = lock(0).acquire().await?;
                on_done(22, "t2");
                {
                    let held = condition(1).acquire().await?;
                    condition(1).notify_all(&held)?;
                }
                queue(1).put(1).await?;
                print(format!("25 got {}", job(25, Pool::Threads(0), &[0, 5], false).await?));
                cancel_future(26, 0);
            }
            Ok("t12".to_owned())
        });
        event(1).set();
        keep_call(0, call_later(ticks(0), || set_result("call 28", 0)));
        look(29, "t34", Look::Result);
        spawn("t31", async move {
            print(format!("32 is in {}", name()));
            Ok("t31".to_owned())
        });
        Ok("t10".to_owned())
    });
    spawn("t34", async move {
        Ok("t34".to_owned())
    });
    spawn("t36", async move {
        if let Some(task) = find("t31") {
            print(format!("37 got {}", shield(&task).await?));
        }
        print(format!("38 got {}", job(38, Pool::Threads(1), &[5, 0], false).await?));
        set_result(39, 1);
        queue(1).put(0).await?;
        Ok("t36".to_owned())
    });
    sleep(ticks(0)).await?;
    Ok("main".to_owned())
}
