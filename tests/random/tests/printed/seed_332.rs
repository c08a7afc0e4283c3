fn world() -> World {
    World::new([1, 1], [(QueueKind::Lifo, 0), (QueueKind::Priority, 0)])
}

async fn program() -> Result<String> {
    spawn("t2", async move {
        sleep(ticks(5)).await?;
        task_group(move |group4| async move {
            if let Some(task) = take("t55") {
                print(format!("5 got {}", task.await?));
            }
            print(format!("6 puts {}", queue(0).try_put(0)));
            {
                let _held = lock(0).acquire().await?;
                blocking_sleep(ticks(4));
            }
            sleep(ticks(3)).await?;
            print(format!("10 gets {}", queue(1).get().await?));
            Ok(())
        })
        .await?;
        spawn("t12", async move {
            let tried13: Result<()> = async {
                sleep(ticks(5)).await?;
                for _ in 0..3 {
                    print(format!("16 gets {}", queue(1).get().await?));
                    event(1).set();
                    event(1).set();
                    event(1).wait().await?;
                }
                Ok(())
            }
            .await;
            let tried13 = match tried13 {
                Err(error) if error == Error::Cancelled => {
                    async {
                        print(format!("13 catches {}", told(&error)));
                        blocking_sleep(ticks(4));
                        timeout(ticks(2), async {
                            if let Some(task) = take("t72") {
                                print(format!("22 got {}", task.await?));
                            }
                            cancel(23, "t68");
                            if let Some(task) = take("t78") {
                                print(format!("24 got {}", task.await?));
                            }
                            print(format!("25 gets {}", queue(0).get().await?));
                            print(format!("26 gets {}", queue(0).get().await?));
                            Ok(())
                        })
                        .await?;
                        Ok(())
                    }
                    .await
                }
                other => other,
            };
            let tried27: Result<()> = async {
                sleep(ticks(1)).await?;
                sleep(ticks(5)).await?;
                sleep(ticks(0)).await?;
                print(format!("31 puts {}", queue(1).try_put(1)));
                queue(0).put(3).await?;
                Ok(())
            }
            .await;
            let tried27 = match tried27 {
                Err(error) => {
                    async {
                        print(format!("27 catches {}", told(&error)));
                        if let Some(task) = take("t55") {
                            print(format!("33 got {}", task.await?));
                        }
                        Err(error)
                    }
                    .await
                }
                other => other,
            };
            tried27?;
            print(format!("34 gets {}", queue(1).get().await?));
            tried13?;
            Ok("t12".to_owned())
        });
        Ok("t2".to_owned())
    });
    spawn("t36", async move {
        timeout(ticks(3), async {
            print(format!("38 done {}", queue(0).task_done()));
            cancel(39, "main");
            blocking_sleep(ticks(3));
            let part41_0 = future(async move {
                Ok("t42".to_owned())
            });
            let part41_1 = future(async move {
                if let Some(task) = take("t78") {
                    print(format!("44 got {}", task.await?));
                }
                cancel(45, "t2");
                queue(0).join().await?;
                if let Some(task) = take("t55") {
                    print(format!("47 got {}", task.await?));
                }
                Ok("t43".to_owned())
            });
            print(format!("41 got {}", gather(futures([part41_0, part41_1])).await?.join(", ")));
            Ok(())
        })
        .await?;
        raise(48)?;
        Ok("t36".to_owned())
    });
    print(format!("49 gets {}", queue(1).get().await?));
    timeout(ticks(5), async {
        queue(0).join().await?;
        print(format!("52 done {}", queue(1).task_done()));
        Ok(())
    })
    .await?;
    print(format!("53 done {}", queue(1).task_done()));
    spawn("t55", async move {
        let tried56: Result<()> = async {
            task_group(move |group57| async move {
                Ok(())
            })
            .await?;
            Ok(())
        }
        .await;
        let tried56 = match tried56 {
            Err(error) if error != Error::Cancelled => {
                async {
                    print(format!("56 catches {}", told(&error)));
                    task_group(move |group58| async move {
                        is_done(59, "t68");
                        queue(1).join().await?;
                        timeout(ticks(3), async {
                            cancel(62, "t55");
                            Ok(())
                        })
                        .await?;
                        is_done(63, "t72");
                        event(1).set();
                        Ok(())
                    })
                    .await?;
                    Err(error)
                }
                .await
            }
            other => other,
        };
        tried56?;
        print(65);
        Ok("t55".to_owned())
    });
    task_group(move |group66| async move {
        spawn_in(&group66, "t68", async move {
            event(0).wait().await?;
            print(format!("70 done {}", queue(0).task_done()));
            spawn("t72", async move {
                cancel(73, "t12");
                print(format!("74 puts {}", queue(0).try_put(3)));
                is_done(75, "t55");
                print(format!("76 puts {}", queue(0).try_put(2)));
                Ok("t72".to_owned())
            });
            spawn("t78", async move {
                let tried79: Result<()> = async {
                    print(format!("80 puts {}", queue(0).try_put(3)));
                    is_done(81, "t55");
                    queue(1).put(0).await?;
                    Ok(())
                }
                .await;
                let tried79 = match tried79 {
                    Err(error) => {
                        async {
                            print(format!("79 catches {}", told(&error)));
                            queue(1).put(3).await?;
                            event(0).set();
                            Err(error)
                        }
                        .await
                    }
                    other => other,
                };
                tried79?;
                Ok("t78".to_owned())
            });
            Ok("t68".to_owned())
        });
        Ok(())
    })
    .await?;
    sleep(ticks(0)).await?;
    Ok("main".to_owned())
}
