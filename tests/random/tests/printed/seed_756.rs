fn world() -> World {
    World::new([1, 2], [(QueueKind::Fifo, 0), (QueueKind::Lifo, 1)])
}

async fn program() -> Result<String> {
    spawn("t2", async move {
        print(format!("3 gets {}", queue(1).try_get()));
        print(format!("4 done {}", queue(0).task_done()));
        spawn("t6", async move {
            Ok("t6".to_owned())
        });
        Ok("t2".to_owned())
    });
    spawn("t8", async move {
        print(9);
        cancel(10, "t6");
        event(0).set();
        Ok("t8".to_owned())
    });
    spawn("t13", async move {
        task_group(move |group14| async move {
            event(0).set();
            let part16_0 = take("t63");
            let part16_1 = task(async move {
                queue(0).join().await?;
                queue(1).put(3).await?;
                sleep(ticks(6)).await?;
                print(21);
                sleep(ticks(5)).await?;
                Ok("t17".to_owned())
            });
            let part16_2 = task(async move {
                sleep(ticks(5)).await?;
                Ok("t23".to_owned())
            });
            for next in as_completed([part16_0, part16_1, part16_2].into_iter().flatten()) {
                print(format!("16 got {}", next.await?));
            }
            Ok(())
        })
        .await?;
        {
            let _place = semaphore(1).acquire().await?;
            print(format!("26 puts {}", queue(1).try_put(1)));
            cancel(27, "t13");
            let tried28: Result<()> = async {
                task_group(move |group29| async move {
                    Ok(())
                })
                .await?;
                Ok(())
            }
            .await;
            let tried28 = match tried28 {
                Err(error) if error == Error::Cancelled => {
                    async {
                        print(format!("28 catches {}", told(&error)));
                        task_group(move |group30| async move {
                            print(format!("31 gets {}", queue(0).get().await?));
                            cancel(32, "t6");
                            Ok(())
                        })
                        .await?;
                        Ok(())
                    }
                    .await
                }
                other => other,
            };
            tried28?;
            let tried33: Result<()> = async {
                task_group(move |group34| async move {
                    print(35);
                    if let Some(task) = take("t63") {
                        print(format!("36 got {}", task.await?));
                    }
                    event(1).wait().await?;
                    Ok(())
                })
                .await?;
                Ok(())
            }
            .await;
            let tried33 = match tried33 {
                Err(error) if error != Error::Cancelled => {
                    async {
                        print(format!("33 catches {}", told(&error)));
                        task_group(move |group38| async move {
                            sleep(ticks(3)).await?;
                            Ok(())
                        })
                        .await?;
                        Err(error)
                    }
                    .await
                }
                other => other,
            };
            tried33?;
            queue(0).shut_down(true);
        }
        cancel(41, "t13");
        timeout(ticks(5), async {
            timeout(ticks(1), async {
                print(format!("44 done {}", queue(1).task_done()));
                sleep(ticks(2)).await?;
                cancel(46, "t8");
                event(1).wait().await?;
                queue(1).shut_down(false);
                Ok(())
            })
            .await?;
            raise(49)?;
            print(format!("50 done {}", queue(1).task_done()));
            cancel(51, "main");
            let part52_0 = take("t63");
            let part52_1 = task(async move {
                sleep(ticks(0)).await?;
                print(format!("55 gets {}", queue(0).try_get()));
                print(format!("56 puts {}", queue(1).try_put(2)));
                Ok("t53".to_owned())
            });
            let part52_2 = task(async move {
                event(0).clear();
                is_done(59, "t13");
                Ok("t57".to_owned())
            });
            let part52_3 = task(async move {
                Ok("t60".to_owned())
            });
            for next in as_completed([part52_0, part52_1, part52_2, part52_3].into_iter().flatten()) {
                print(format!("52 got {}", next.await?));
            }
            Ok(())
        })
        .await?;
        queue(1).put(2).await?;
        Ok("t13".to_owned())
    });
    spawn("t63", async move {
        cancel(64, "t13");
        cancel(65, "t13");
        let waited66 = wait_for(async move {
            start("t69", async move {
                raise(70)?;
                print(71);
                event(0).wait().await?;
                Ok("t69".to_owned())
            });
            event(0).set();
            is_done(74, "t13");
            Ok("t67".to_owned())
        }, ticks(5))
        .await?;
        print(format!("66 got {}", waited66));
        Ok("t63".to_owned())
    });
    sleep(ticks(0)).await?;
    Ok("main".to_owned())
}
