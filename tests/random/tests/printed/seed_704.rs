fn world() -> World {
    World::new([2, 2], [(QueueKind::Priority, 2), (QueueKind::Fifo, 2)])
}

async fn program() -> Result<String> {
    let part1_0 = future(async move {
        let tried3: Result<()> = async {
            let tried4: Result<()> = async {
                print(format!("5 done {}", queue(0).task_done()));
                cancel(6, "t54");
                event(0).set();
                Ok(())
            }
            .await;
            let tried4 = match tried4 {
                Err(error) if error == Error::Cancelled => {
                    async {
                        print(format!("4 catches {}", told(&error)));
                        queue(1).put(1).await?;
                        queue(0).put(3).await?;
                        Ok(())
                    }
                    .await
                }
                other => other,
            };
            cancel(10, "t73");
            queue(1).put(2).await?;
            tried4?;
            if let Some(task) = take("t33") {
                print(format!("12 got {}", wait_for(task, ticks(2)).await?));
            }
            event(1).set();
            blocking_sleep(ticks(4));
            Ok(())
        }
        .await;
        let tried3 = match tried3 {
            Err(error) => {
                async {
                    print(format!("3 catches {}", told(&error)));
                    event(1).set();
                    let part16_0 = take_for_gather("t36");
                    print(format!("16 got {}", gather([part16_0].into_iter().flatten()).await?.join(", ")));
                    Err(error)
                }
                .await
            }
            other => other,
        };
        print(format!("17 gets {}", queue(1).get().await?));
        raise(18)?;
        tried3?;
        print(format!("19 gets {}", queue(0).get().await?));
        if let Some(task) = take("t54") {
            print(format!("20 got {}", task.await?));
        }
        timeout(ticks(2), async {
            let tried22: Result<()> = async {
                cancel(23, "t33");
                event(0).wait().await?;
                print(25);
                Ok(())
            }
            .await;
            let tried22 = match tried22 {
                Err(error) => {
                    async {
                        print(format!("22 catches {}", told(&error)));
                        sleep(ticks(2)).await?;
                        Ok(())
                    }
                    .await
                }
                other => other,
            };
            is_done(27, "t33");
            event(1).set();
            tried22?;
            Ok(())
        })
        .await?;
        sleep(ticks(0)).await?;
        Ok("t2".to_owned())
    });
    let part1_1 = future(async move {
        Ok("t30".to_owned())
    });
    let part1_2 = future(async move {
        spawn("t33", async move {
            Ok("t33".to_owned())
        });
        event(1).wait().await?;
        spawn("t36", async move {
            let part37_0 = take("t52");
            let part37_1 = task(async move {
                print(39);
                sleep(ticks(3)).await?;
                Ok("t38".to_owned())
            });
            let part37_2 = task(async move {
                is_done(42, "t36");
                event(0).clear();
                print(44);
                Ok("t41".to_owned())
            });
            let part37_3 = task(async move {
                queue(0).put(1).await?;
                Ok("t45".to_owned())
            });
            for next in as_completed([part37_0, part37_1, part37_2, part37_3].into_iter().flatten()) {
                print(format!("37 got {}", next.await?));
            }
            sleep(ticks(5)).await?;
            print(format!("48 gets {}", queue(1).get().await?));
            Ok("t36".to_owned())
        });
        timeout(ticks(3), async {
            cancel(50, "t36");
            Ok(())
        })
        .await?;
        spawn("t52", async move {
            spawn("t54", async move {
                cancel(55, "t54");
                raise(56)?;
                cancel(57, "t54");
                cancel(58, "t54");
                Ok("t54".to_owned())
            });
            Ok("t52".to_owned())
        });
        Ok("t31".to_owned())
    });
    print(format!("1 got {}", gather(futures([part1_0, part1_1, part1_2])).await?.join(", ")));
    if let Some(task) = take("t33") {
        print(format!("59 got {}", wait_for(task, ticks(1)).await?));
    }
    let part60_0 = future(async move {
        sleep(ticks(4)).await?;
        sleep(ticks(1)).await?;
        blocking_sleep(ticks(1));
        {
            let _held = lock(1).acquire().await?;
            let part66_0 = take_for_gather("t73");
            let part66_1 = task(async move {
                print(68);
                Ok("t67".to_owned())
            });
            let part66_2 = task(async move {
                print(format!("70 gets {}", queue(0).get().await?));
                Ok("t69".to_owned())
            });
            print(format!("66 got {}", gather([part66_0, part66_1, part66_2].into_iter().flatten()).await?.join(", ")));
            cancel(71, "t54");
            spawn("t73", async move {
                if let Some(task) = take("nobody") {
                    print(format!("74 got {}", task.await?));
                }
                cancel(75, "main");
                Ok("t73".to_owned())
            });
            start("t77", async move {
                sleep(ticks(4)).await?;
                queue(0).join().await?;
                Ok("t77".to_owned())
            });
        }
        Ok("t61".to_owned())
    });
    for next in as_completed(futures([part60_0])) {
        print(format!("60 got {}", next.await?));
    }
    sleep(ticks(2)).await?;
    Ok("main".to_owned())
}
