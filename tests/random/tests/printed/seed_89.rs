fn world() -> World {
    World::new([1, 2], [(QueueKind::Lifo, 1), (QueueKind::Lifo, 0)])
}

async fn program() -> Result<String> {
    spawn("t2", async move {
        Ok("t2".to_owned())
    });
    spawn("t4", async move {
        for _ in 0..2 {
            timeout(ticks(6), async {
                print(format!("7 gets {}", queue(1).get().await?));
                sleep(ticks(4)).await?;
                print(9);
                print(10);
                cancel(11, "t68");
                Ok(())
            })
            .await?;
            cancel(12, "t60");
            spawn("t14", async move {
                print(format!("15 gets {}", queue(0).get().await?));
                cancel(16, "t68");
                event(0).set();
                sleep(ticks(2)).await?;
                print(format!("19 done {}", queue(1).task_done()));
                Ok("t14".to_owned())
            });
        }
        event(0).wait().await?;
        print(format!("21 done {}", queue(1).task_done()));
        queue(1).shut_down(true);
        Ok("t4".to_owned())
    });
    spawn("t24", async move {
        task_group(move |group25| async move {
            Ok(())
        })
        .await?;
        let tried26: Result<()> = async {
            cancel(27, "t24");
            spawn("t29", async move {
                queue(0).join().await?;
                Ok("t29".to_owned())
            });
            let tried31: Result<()> = async {
                Ok(())
            }
            .await;
            let tried31 = match tried31 {
                Err(error) if error == Error::Cancelled => {
                    async {
                        print(format!("31 catches {}", told(&error)));
                        event(1).set();
                        print(format!("33 gets {}", queue(1).get().await?));
                        Err(error)
                    }
                    .await
                }
                other => other,
            };
            tried31?;
            sleep(ticks(3)).await?;
            Ok(())
        }
        .await;
        let tried26 = match tried26 {
            Err(error) => {
                async {
                    print(format!("26 catches {}", told(&error)));
                    event(0).set();
                    Ok(())
                }
                .await
            }
            other => other,
        };
        is_done(36, "t24");
        task_group(move |group37| async move {
            raise(38)?;
            Ok(())
        })
        .await?;
        tried26?;
        cancel(39, "t60");
        let tried40: Result<()> = async {
            cancel(41, "t68");
            let part42_0 = take("t51");
            let part42_1 = task(async move {
                sleep(ticks(6)).await?;
                print(format!("45 gets {}", queue(0).get().await?));
                Ok("t43".to_owned())
            });
            let part42_2 = task(async move {
                Ok("t46".to_owned())
            });
            let part42_3 = task(async move {
                print(format!("48 gets {}", queue(1).get().await?));
                print(format!("49 gets {}", queue(0).get().await?));
                Ok("t47".to_owned())
            });
            for next in as_completed([part42_0, part42_1, part42_2, part42_3].into_iter().flatten()) {
                print(format!("42 got {}", next.await?));
            }
            spawn("t51", async move {
                if let Some(task) = take("t68") {
                    print(format!("52 got {}", task.await?));
                }
                Ok("t51".to_owned())
            });
            Ok(())
        }
        .await;
        let tried40 = match tried40 {
            Err(error) => {
                async {
                    print(format!("40 catches {}", told(&error)));
                    queue(0).put(1).await?;
                    raise(54)?;
                    Err(error)
                }
                .await
            }
            other => other,
        };
        {
            let _place = semaphore(0).acquire().await?;
            if let Some(task) = take("t51") {
                print(format!("56 got {}", task.await?));
            }
            event(1).set();
            if let Some(task) = take("t60") {
                print(format!("58 got {}", task.await?));
            }
        }
        tried40?;
        Ok("t24".to_owned())
    });
    spawn("t60", async move {
        queue(0).join().await?;
        task_group(move |group62| async move {
            let tried63: Result<()> = async {
                event(0).set();
                cancel(65, "t60");
                sleep(ticks(5)).await?;
                Ok(())
            }
            .await;
            let tried63 = match tried63 {
                Err(error) => {
                    async {
                        print(format!("63 catches {}", told(&error)));
                        Err(error)
                    }
                    .await
                }
                other => other,
            };
            tried63?;
            spawn("t68", async move {
                print(format!("69 puts {}", queue(1).try_put(0)));
                cancel(70, "t24");
                cancel(71, "main");
                Ok("t68".to_owned())
            });
            spawn("t73", async move {
                queue(0).join().await?;
                cancel(75, "t68");
                Ok("t73".to_owned())
            });
            start("t77", async move {
                is_done(78, "t2");
                cancel(79, "t60");
                queue(1).join().await?;
                if let Some(task) = take("nobody") {
                    print(format!("81 got {}", task.await?));
                }
                Ok("t77".to_owned())
            });
            queue(0).put(2).await?;
            Ok(())
        })
        .await?;
        cancel(83, "t14");
        Ok("t60".to_owned())
    });
    sleep(ticks(0)).await?;
    Ok("main".to_owned())
}
