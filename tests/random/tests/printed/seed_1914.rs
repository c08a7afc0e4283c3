fn world() -> World {
    World::new([2, 2], [(QueueKind::Lifo, 2), (QueueKind::Lifo, 1)])
}

async fn program() -> Result<String> {
    spawn("t2", async move {
        queue(0).join().await?;
        on_future_done(4, 1);
        new_generator(0, generator(move |values5| async move {
            let values5 = &values5;
            {
                let _place = place(1).acquire().await?;
            }
            Ok(())
        }));
        with(
            manager(7, true, async {
                spawn("t9", async move {
                    let tried10: Result<()> = async {
                        if let Some(task) = find("t19") {
                            print(format!("11 got {}", task.await?));
                        }
                        cancel_with(12, "t9");
                        print(format!("13 gets {}", queue(0).try_get()));
                        print(format!("14 puts {}", queue(1).try_put(1)));
                        Ok(())
                    }
                    .await;
                    let tried10 = match tried10 {
                        Err(error) if error == Error::TimedOut => {
                            async {
                                print(format!("10 catches {}", told(&error)));
                                set_result(15, 1);
                                {
                                    let held = condition(1).acquire().await?;
                                    condition(1).notify(&held, 0)?;
                                }
                                Err(error)
                            }
                            .await
                        }
                        other => other,
                    };
                    {
                        let mut held = condition(1).acquire().await?;
                        condition(1).wait_for(&mut held, || event(0).is_set()).await?;
                        print("17 is told");
                    }
                    tried10?;
                    Ok("t9".to_owned())
                });
                spawn("t19", async move {
                    print(format!("20 got {}", promise(0).wait().await?));
                    Ok("t19".to_owned())
                });
                Ok(())
            }, async {
                if let Some(task) = find("t9") {
                    print(format!("21 got {}", task.await?));
                }
                Ok(())
            }),
            |()| async {
                queue(0).join().await?;
                {
                    let _held = condition(0).acquire().await?;
                    sleep(ticks(2)).await?;
                    blocking_sleep(ticks(4));
                    cancel_call(26, 1);
                    if let Some(task) = find("t9") {
                        print(format!("27 got {}", task.await?));
                    }
                }
                free_latch(28, 0);
                {
                    let mut held = condition(1).acquire().await?;
                    condition(1).wait(&mut held).await?;
                    print("29 is told");
                }
                place(0).acquire().await?.forget();
                Ok(())
            },
        )
        .await?;
        set_result(31, 0);
        Ok("t2".to_owned())
    });
    sleep(ticks(0)).await?;
    Ok("main".to_owned())
}
