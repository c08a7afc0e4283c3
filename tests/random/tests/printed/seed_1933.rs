fn world() -> World {
    World::new([2, 2], [(QueueKind::Priority, 2), (QueueKind::Fifo, 0)])
}

async fn program() -> Result<String> {
    spawn("t2", async move {
        new_generator(0, generator(move |values3| async move {
            let values3 = &values3;
            free_lock(4, 0);
            let part5_0 = find("nobody");
            print(format!("5 got {}", gather([part5_0].into_iter().flatten()).await?.join(", ")));
            {
                let job6 = job(6, Pool::Processes(0), &[1], false);
                is_done(7, "t2");
                queue(1).put(0).await?;
                on_done(9, "t30");
                print(format!("10 got {}", job(10, Pool::Threads(1), &[], true).await?));
                event(0).set();
                print(format!("6 got {}", job6.await?));
            }
            Ok(())
        }));
        let tried12: Result<()> = async {
            task_group(move |group13| async move {
                barrier(1).reset();
                new_generator(1, generator(move |values15| async move {
                    let values15 = &values15;
                    latch(0).acquire().await?.forget();
                    blocking_sleep(ticks(2));
                    values15.emit(18).await?;
                    values15.emit(19).await?;
                    Ok(())
                }));
                keep_call(1, call_later(ticks(1), || say("call 20")));
                Ok(())
            })
            .await?;
            Ok(())
        }
        .await;
        let tried12 = match tried12 {
            Err(error) if is_exception(&error) => {
                async {
                    print(format!("12 catches {}", told(&error)));
                    task_group(move |group21| async move {
                        cancel(22, "t35");
                        print(format!("23 gets {}", queue(0).get().await?));
                        cancel_with(24, "t2");
                        new_generator(0, generator(move |values25| async move {
                            let values25 = &values25;
                            cancel(26, "t2");
                            if let Some(task) = find("nobody") {
                                print(format!("27 got {}", task.await?));
                            }
                            Ok(())
                        }));
                        Ok(())
                    })
                    .await?;
                    Err(error)
                }
                .await
            }
            other => other,
        };
        tried12?;
        give_place(28, 1);
        Ok("t2".to_owned())
    });
    spawn("t30", async move {
        barrier(1).abort();
        timeout(ticks(1), async {
            Ok(())
        })
        .await?;
        if let Some(generator) = find_generator(1) {
            print(format!("33 has {}", or_none(generator.next().await?)));
        }
        Ok("t30".to_owned())
    });
    spawn("t35", async move {
        event(0).wait().await?;
        print(format!("37 came as {}", barrier(0).wait().await?));
        new_future(0);
        sleep(ticks(0)).await?;
        Ok("t35".to_owned())
    });
    print(format!("40 got {}", promise(0).wait().await?));
    print(format!("41 got {}", job(41, Pool::Threads(0), &[2, 2], true).await?));
    on_future_done(42, 1);
    sleep(ticks(10)).await?;
    Ok("main".to_owned())
}
