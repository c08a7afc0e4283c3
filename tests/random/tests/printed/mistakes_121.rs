fn world() -> World {
    World::new([1, 2], [(QueueKind::Lifo, 0), (QueueKind::Fifo, 2)])
}

async fn program() -> Result<String> {
    spawn("t2", async move {
        value(0).set(3);
        value(1).update(|value| *value = 4);
        closeable(1).open();
        keep_call(0, call_at(ticks(6), || cancel("call 6", "t12")));
        Ok("t2".to_owned())
    });
    spawn("t8", async move {
        spawn("t10", async move {
            spawn("t12", async move {
                blocking_sleep(ticks(1));
                let tasks14 = find_all(["t12", "t12", "t10"]);
                print(format!("14 {}", parted(&wait(&tasks14, ReturnWhen::FirstException).await?)));
                cancel(15, "t19");
                Ok("t12".to_owned())
            });
            on_done(16, "t39");
            value(0).update(|value| *value = 17);
            Ok("t10".to_owned())
        });
        spawn("t19", async move {
            if let Some(task) = find("t19") {
                print(format!("20 got {}", shield(&task).await?));
            }
            closeable(0).open();
            value(0).set(22);
            {
                let prepared23 = operation("t24", async move {
                    let tried25: Result<()> = async {
                        on_done(26, "t39");
                        event(0).set();
                        Ok(())
                    }
                    .await;
                    let tried25 = match tried25 {
                        Err(error) if error.is_cancelled() => {
                            async {
                                print(format!("25 catches {}", told(&error)));
                                barrier(1).reset();
                                queue(1).pour(1, 1, 7);
                                Ok(())
                            }
                            .await
                        }
                        other => other,
                    };
                    keep_call(1, call_at(ticks(11), || cancel("call 30", "t12")));
                    tried25?;
                    Ok("t24".to_owned())
                });
                event(1).clear();
                keep_call(0, call_soon(|| cancel("call 32", "t39")));
                {
                    let held = condition(0).acquire().await?;
                    condition(0).notify_all(&held)?;
                }
                print(format!("34 puts {}", queue(0).try_put(1)));
                sleep(ticks(2)).await?;
                print(format!("23 got {}", prepared23.await?));
            }
            cancel_with(36, "t12");
            Ok("t19".to_owned())
        });
        {
            let held = condition(0).acquire().await?;
            condition(0).notify(&held, 0)?;
        }
        Ok("t8".to_owned())
    });
    spawn("t39", async move {
        on_future_done(40, 1);
        print(format!("41 gets {}", queue(0).try_get()));
        on_done(42, "t39");
        sleep(ticks(6)).await?;
        {
            let held = condition(1).acquire().await?;
            condition(1).notify(&held, 2)?;
        }
        Ok("t39".to_owned())
    });
    spawn("t46", async move {
        sleep(ticks(2)).await?;
        _ = value(1).get();
        closeable(1).close();
        Ok("t46".to_owned())
    });
    new_future(1);
    {
        let held = condition(1).acquire().await?;
        condition(1).notify(&held, 0)?;
    }
    set_result(52, 1);
    sleep(ticks(3)).await?;
    Ok("main".to_owned())
}
