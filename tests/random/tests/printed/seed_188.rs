fn world() -> World {
    World::new([1, 1], [(QueueKind::Lifo, 0), (QueueKind::Lifo, 2)])
}

async fn program() -> Result<String> {
    spawn("t2", async move {
        event(0).wait().await?;
        event(0).wait().await?;
        spawn("t6", async move {
            cancel(7, "t28");
            Ok("t6".to_owned())
        });
        let tried8: Result<()> = async {
            sleep(ticks(6)).await?;
            for next in as_completed(futures([])) {
                print(format!("10 got {}", next.await?));
            }
            Ok(())
        }
        .await;
        let tried8 = match tried8 {
            Err(error) if error == Error::TimedOut => {
                async {
                    print(format!("8 catches {}", told(&error)));
                    spawn("t12", async move {
                        print(format!("13 done {}", queue(0).task_done()));
                        queue(0).put(2).await?;
                        Ok("t12".to_owned())
                    });
                    print(15);
                    Ok(())
                }
                .await
            }
            other => other,
        };
        tried8?;
        sleep(ticks(5)).await?;
        Ok("t2".to_owned())
    });
    spawn("t18", async move {
        for _ in 0..1 {
            spawn("t21", async move {
                print(format!("22 done {}", queue(0).task_done()));
                cancel(23, "t2");
                print(format!("24 puts {}", queue(1).try_put(0)));
                Ok("t21".to_owned())
            });
            task_group(move |group25| async move {
                event(0).wait().await?;
                Ok(())
            })
            .await?;
        }
        spawn("t28", async move {
            spawn("t30", async move {
                Ok("t30".to_owned())
            });
            print(format!("31 gets {}", queue(1).try_get()));
            spawn("t33", async move {
                is_done(34, "t33");
                Ok("t33".to_owned())
            });
            blocking_sleep(ticks(4));
            Ok("t28".to_owned())
        });
        let part36_0 = take_for_gather("t44");
        let part36_1 = take_for_gather("t47");
        let part36_2 = task(async move {
            print(format!("38 gets {}", queue(1).get().await?));
            queue(0).shut_down(true);
            event(1).wait().await?;
            Ok("t37".to_owned())
        });
        let part36_3 = task(async move {
            queue(1).put(0).await?;
            Ok("t41".to_owned())
        });
        print(format!("36 got {}", gather([part36_0, part36_1, part36_2, part36_3].into_iter().flatten()).await?.join(", ")));
        Ok("t18".to_owned())
    });
    spawn("t44", async move {
        queue(0).put(2).await?;
        spawn("t47", async move {
            print(format!("48 done {}", queue(0).task_done()));
            spawn("t50", async move {
                if let Some(task) = take("t62") {
                    print(format!("51 got {}", task.await?));
                }
                if let Some(task) = take("t92") {
                    print(format!("52 got {}", task.await?));
                }
                if let Some(task) = take("t62") {
                    print(format!("53 got {}", task.await?));
                }
                Ok("t50".to_owned())
            });
            sleep(ticks(2)).await?;
            let waited55 = wait_for(async move {
                Ok("t56".to_owned())
            }, ticks(3))
            .await?;
            print(format!("55 got {}", waited55));
            Ok("t47".to_owned())
        });
        let part57_0 = future(async move {
            event(0).set();
            sleep(ticks(6)).await?;
            spawn("t62", async move {
                sleep(ticks(6)).await?;
                event(1).set();
                print(format!("65 gets {}", queue(0).try_get()));
                Ok("t62".to_owned())
            });
            Ok("t58".to_owned())
        });
        let part57_1 = future(async move {
            queue(1).shut_down(false);
            sleep(ticks(0)).await?;
            timeout(ticks(3), async {
                Ok(())
            })
            .await?;
            Ok("t66".to_owned())
        });
        let part57_2 = future(async move {
            timeout(ticks(2), async {
                event(0).set();
                event(0).wait().await?;
                queue(0).put(3).await?;
                print(75);
                cancel(76, "t97");
                Ok(())
            })
            .await?;
            {
                let _place = semaphore(0).acquire().await?;
                blocking_sleep(ticks(4));
                sleep(ticks(1)).await?;
                if let Some(task) = take("t97") {
                    print(format!("80 got {}", task.await?));
                }
                print(format!("81 done {}", queue(0).task_done()));
                cancel(82, "t87");
            }
            print(format!("83 done {}", queue(1).task_done()));
            Ok("t70".to_owned())
        });
        print(format!("57 got {}", gather(futures([part57_0, part57_1, part57_2])).await?.join(", ")));
        print(84);
        queue(1).put(2).await?;
        Ok("t44".to_owned())
    });
    spawn("t87", async move {
        sleep(ticks(2)).await?;
        sleep(ticks(2)).await?;
        print(90);
        spawn("t92", async move {
            let waited93 = wait_for(async move {
                if let Some(task) = take("t97") {
                    print(format!("95 got {}", task.await?));
                }
                Ok("t94".to_owned())
            }, ticks(2))
            .await?;
            print(format!("93 got {}", waited93));
            spawn("t97", async move {
                Ok("t97".to_owned())
            });
            is_done(98, "t92");
            start("t100", async move {
                raise(101)?;
                event(0).wait().await?;
                print(format!("103 done {}", queue(1).task_done()));
                print(104);
                queue(1).put(3).await?;
                Ok("t100".to_owned())
            });
            Ok("t92".to_owned())
        });
        Ok("t87".to_owned())
    });
    queue(0).join().await?;
    sleep(ticks(3)).await?;
    sleep(ticks(0)).await?;
    Ok("main".to_owned())
}
