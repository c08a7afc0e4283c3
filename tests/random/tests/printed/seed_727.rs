fn world() -> World {
    World::new([1, 2], [(QueueKind::Priority, 0), (QueueKind::Fifo, 2)])
}

async fn program() -> Result<String> {
    spawn("t2", async move {
        let tried3: Result<()> = async {
            event(1).set();
            spawn("t6", async move {
                let tried7: Result<()> = async {
                    print(format!("8 puts {}", queue(1).try_put(1)));
                    if let Some(task) = take("t37") {
                        print(format!("9 got {}", task.await?));
                    }
                    sleep(ticks(5)).await?;
                    print(format!("11 done {}", queue(0).task_done()));
                    Ok(())
                }
                .await;
                let tried7 = match tried7 {
                    Err(error) => {
                        async {
                            print(format!("7 catches {}", told(&error)));
                            queue(0).shut_down(false);
                            event(1).set();
                            Err(error)
                        }
                        .await
                    }
                    other => other,
                };
                tried7?;
                Ok("t6".to_owned())
            });
            queue(0).join().await?;
            Ok(())
        }
        .await;
        let tried3 = match tried3 {
            Err(error) => {
                async {
                    print(format!("3 catches {}", told(&error)));
                    timeout(ticks(4), async {
                        print(16);
                        Ok(())
                    })
                    .await?;
                    print(format!("17 puts {}", queue(0).try_put(0)));
                    Err(error)
                }
                .await
            }
            other => other,
        };
        tried3?;
        queue(0).put(2).await?;
        Ok("t2".to_owned())
    });
    spawn("t20", async move {
        sleep(ticks(5)).await?;
        print(22);
        Ok("t20".to_owned())
    });
    spawn("t24", async move {
        sleep(ticks(1)).await?;
        spawn("t27", async move {
            let tried28: Result<()> = async {
                cancel(29, "t24");
                spawn("t31", async move {
                    print(format!("32 gets {}", queue(0).get().await?));
                    queue(0).put(1).await?;
                    event(1).clear();
                    queue(0).join().await?;
                    Ok("t31".to_owned())
                });
                Ok(())
            }
            .await;
            let tried28 = match tried28 {
                Err(error) => {
                    async {
                        print(format!("28 catches {}", told(&error)));
                        spawn("t37", async move {
                            let tried38: Result<()> = async {
                                print(format!("39 done {}", queue(0).task_done()));
                                if let Some(task) = take("t44") {
                                    print(format!("40 got {}", task.await?));
                                }
                                Ok(())
                            }
                            .await;
                            let tried38 = match tried38 {
                                Err(error) if error == Error::Cancelled => {
                                    async {
                                        print(format!("38 catches {}", told(&error)));
                                        Ok(())
                                    }
                                    .await
                                }
                                other => other,
                            };
                            tried38?;
                            Ok("t37".to_owned())
                        });
                        event(1).wait().await?;
                        Ok(())
                    }
                    .await
                }
                other => other,
            };
            tried28?;
            Ok("t27".to_owned())
        });
        task_group(move |group42| async move {
            Ok(())
        })
        .await?;
        Ok("t24".to_owned())
    });
    spawn("t44", async move {
        if let Some(task) = take("t52") {
            print(format!("45 got {}", wait_for(task, ticks(1)).await?));
        }
        Ok("t44".to_owned())
    });
    task_group(move |group46| async move {
        if let Some(task) = take("t2") {
            print(format!("47 got {}", wait_for(task, ticks(4)).await?));
        }
        if let Some(task) = take("t6") {
            print(format!("48 got {}", task.await?));
        }
        sleep(ticks(2)).await?;
        sleep(ticks(5)).await?;
        spawn("t52", {
            let group46 = group46.clone();
            async move {
                print(format!("53 done {}", queue(1).task_done()));
                spawn_in(&group46, "t55", async move {
                    let tried56: Result<()> = async {
                        queue(0).put(2).await?;
                        event(1).clear();
                        Ok(())
                    }
                    .await;
                    let tried56 = match tried56 {
                        Err(error) if error != Error::Cancelled => {
                            async {
                                print(format!("56 catches {}", told(&error)));
                                sleep(ticks(1)).await?;
                                event(1).clear();
                                Ok(())
                            }
                            .await
                        }
                        other => other,
                    };
                    tried56?;
                    Ok("t55".to_owned())
                });
                queue(0).put(3).await?;
                raise(62)?;
                spawn("t64", async move {
                    let tried65: Result<()> = async {
                        print(66);
                        queue(0).put(0).await?;
                        queue(1).shut_down(true);
                        Ok(())
                    }
                    .await;
                    let tried65 = match tried65 {
                        Err(error) if error != Error::Cancelled => {
                            async {
                                print(format!("65 catches {}", told(&error)));
                                is_done(69, "t2");
                                sleep(ticks(3)).await?;
                                Err(error)
                            }
                            .await
                        }
                        other => other,
                    };
                    tried65?;
                    Ok("t64".to_owned())
                });
                Ok("t52".to_owned())
            }
        });
        Ok(())
    })
    .await?;
    sleep(ticks(0)).await?;
    Ok("main".to_owned())
}
