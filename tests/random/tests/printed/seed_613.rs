fn world() -> World {
    World::new([1, 2], [(QueueKind::Lifo, 0), (QueueKind::Fifo, 1)])
}

async fn program() -> Result<String> {
    spawn("t2", async move {
        blocking_sleep(ticks(1));
        Ok("t2".to_owned())
    });
    spawn("t5", async move {
        event(1).set();
        sleep(ticks(3)).await?;
        print(format!("8 gets {}", queue(0).try_get()));
        print(format!("9 gets {}", queue(1).try_get()));
        Ok("t5".to_owned())
    });
    spawn("t11", async move {
        timeout(ticks(5), async {
            timeout(ticks(5), async {
                print(format!("14 gets {}", queue(0).get().await?));
                Ok(())
            })
            .await?;
            Ok(())
        })
        .await?;
        cancel(15, "t2");
        event(0).clear();
        print(format!("17 gets {}", queue(1).try_get()));
        Ok("t11".to_owned())
    });
    let part18_0 = future(async move {
        raise(20)?;
        print(format!("21 gets {}", queue(0).get().await?));
        task_group(move |group22| async move {
            spawn_in(&group22, "t24", async move {
                let tried25: Result<()> = async {
                    Ok(())
                }
                .await;
                let tried25 = match tried25 {
                    Err(error) => {
                        async {
                            print(format!("25 catches {}", told(&error)));
                            Err(error)
                        }
                        .await
                    }
                    other => other,
                };
                tried25?;
                Ok("t24".to_owned())
            });
            event(0).wait().await?;
            Ok(())
        })
        .await?;
        Ok("t19".to_owned())
    });
    for next in as_completed(futures([part18_0])) {
        print(format!("18 got {}", next.await?));
    }
    if let Some(task) = take("t11") {
        print(format!("27 got {}", task.await?));
    }
    task_group(move |group28| async move {
        queue(1).put(2).await?;
        let waited30 = wait_for(async move {
            sleep(ticks(0)).await?;
            timeout(ticks(5), async {
                queue(0).put(3).await?;
                Ok(())
            })
            .await?;
            let part35_0 = take_for_gather("nobody");
            let part35_1 = take_for_gather("nobody");
            let part35_2 = task(async move {
                queue(0).put(0).await?;
                sleep(ticks(1)).await?;
                sleep(ticks(6)).await?;
                Ok("t36".to_owned())
            });
            let part35_3 = task(async move {
                let tried41: Result<()> = async {
                    sleep(ticks(5)).await?;
                    raise(43)?;
                    event(1).clear();
                    print(45);
                    Ok(())
                }
                .await;
                let tried41 = match tried41 {
                    Err(error) if error == Error::TimedOut => {
                        async {
                            print(format!("41 catches {}", told(&error)));
                            Ok(())
                        }
                        .await
                    }
                    other => other,
                };
                tried41?;
                Ok("t40".to_owned())
            });
            let part35_4 = task(async move {
                if let Some(task) = take("nobody") {
                    print(format!("47 got {}", task.await?));
                }
                print(format!("48 gets {}", queue(0).get().await?));
                Ok("t46".to_owned())
            });
            print(format!("35 got {}", gather([part35_0, part35_1, part35_2, part35_3, part35_4].into_iter().flatten()).await?.join(", ")));
            sleep(ticks(3)).await?;
            let tried50: Result<()> = async {
                print(format!("51 puts {}", queue(0).try_put(2)));
                queue(0).put(1).await?;
                Ok(())
            }
            .await;
            let tried50 = match tried50 {
                Err(error) if error == Error::TimedOut => {
                    async {
                        print(format!("50 catches {}", told(&error)));
                        is_done(53, "t11");
                        Ok(())
                    }
                    .await
                }
                other => other,
            };
            print(54);
            print(format!("55 gets {}", queue(0).try_get()));
            tried50?;
            Ok("t31".to_owned())
        }, ticks(4))
        .await?;
        print(format!("30 got {}", waited30));
        {
            let _held = lock(0).acquire().await?;
            let tried57: Result<()> = async {
                event(0).set();
                sleep(ticks(5)).await?;
                sleep(ticks(4)).await?;
                print(format!("61 gets {}", queue(0).try_get()));
                Ok(())
            }
            .await;
            let tried57 = match tried57 {
                Err(error) if error == Error::TimedOut => {
                    async {
                        print(format!("57 catches {}", told(&error)));
                        print(format!("62 done {}", queue(1).task_done()));
                        blocking_sleep(ticks(1));
                        Err(error)
                    }
                    .await
                }
                other => other,
            };
            tried57?;
            sleep(ticks(4)).await?;
            if let Some(task) = take("t11") {
                print(format!("65 got {}", task.await?));
            }
            print(66);
            if let Some(task) = take("t11") {
                print(format!("67 got {}", wait_for(task, ticks(1)).await?));
            }
        }
        print(68);
        sleep(ticks(2)).await?;
        Ok(())
    })
    .await?;
    sleep(ticks(0)).await?;
    Ok("main".to_owned())
}
