fn world() -> World {
    World::new([2, 2], [(QueueKind::Fifo, 2), (QueueKind::Fifo, 1)])
}

async fn program() -> Result<String> {
    print(1);
    let tried2: Result<()> = async {
        barrier(0).abort();
        {
            let _place = place(1).acquire().await?;
            raise(5)?;
            cancel_with(6, "main");
            semaphore(1).release();
            forget("t9", async move {
                let tried10: Result<()> = async {
                    cancel_call(11, 0);
                    future_is_done(12, 0);
                    set_error(13, 1);
                    set_result(14, 0);
                    print(format!("15 came as {}", barrier(1).wait().await?));
                    Ok(())
                }
                .await;
                let tried10 = match tried10 {
                    Err(error) if error.is_cancelled() => {
                        async {
                            print(format!("10 catches {}", told(&error)));
                            Ok(())
                        }
                        .await
                    }
                    other => other,
                };
                print(16);
                cancel_future(17, 0);
                tried10?;
                Ok("t9".to_owned())
            });
        }
        _ = value(1).get();
        Ok(())
    }
    .await;
    let tried2 = match tried2 {
        Err(error) if error.is_cancelled() => {
            async {
                print(format!("2 catches {}", told(&error)));
                print(format!("19 got {}", job(19, Pool::Threads(1), &[], true).await?));
                let part20_0 = find("nobody");
                let part20_1 = find("nobody");
                print(format!("20 got {}", all_told(&gather([part20_0, part20_1].into_iter().flatten()).return_exceptions().await?)));
                Ok(())
            }
            .await
        }
        other => other,
    };
    tried2?;
    print(format!("21 done {}", queue(1).task_done()));
    cancel(22, "main");
    sleep(ticks(9)).await?;
    Ok("main".to_owned())
}
