fn world() -> World {
    World::new([2, 1], [(QueueKind::Priority, 1), (QueueKind::Lifo, 1)])
}

async fn program() -> Result<String> {
    spawn("t2", async move {
        raise(3)?;
        new_future(0);
        if let Some(task) = find("t30") {
            print(format!("5 got {}", task.await?));
        }
        let part6_0 = find("t37");
        let part6_1 = task(async move {
            if let Some(task) = find("t30") {
                print(format!("8 got {}", task.await?));
            }
            blocking_sleep(ticks(2));
            let part10_0 = find("t30");
            let part10_1 = find("t37");
            let part10_2 = task(async move {
                sleep(ticks(3)).await?;
                barrier(1).abort();
                cancel_future(14, 1);
                place(1).acquire().await?.forget();
                Ok("t11".to_owned())
            });
            print(format!("10 got {}", gather([part10_0, part10_1, part10_2].into_iter().flatten()).await?.join(", ")));
            sleep(ticks(5)).await?;
            Ok("t7".to_owned())
        });
        let part6_2 = task(async move {
            semaphore(1).release();
            Ok("t17".to_owned())
        });
        let part6_3 = task(async move {
            print(format!("20 got {}", promise(1).wait().await?));
            let tried21: Result<()> = async {
                sleep(ticks(5)).await?;
                barrier(1).reset();
                keep_call(0, call_later(ticks(1), || say("call 24")));
                look(25, "main", Look::Result);
                uncancel(26, "main");
                Ok(())
            }
            .await;
            let tried21 = match tried21 {
                Err(error) if !error.is_cancelled() => {
                    async {
                        print(format!("21 catches {}", told(&error)));
                        print(27);
                        print(format!("28 came as {}", barrier(0).wait().await?));
                        Err(error)
                    }
                    .await
                }
                other => other,
            };
            tried21?;
            Ok("t19".to_owned())
        });
        print(format!("6 got {}", all_told(&gather([part6_0, part6_1, part6_2, part6_3].into_iter().flatten()).return_exceptions().await?)));
        spawn("t30", async move {
            on_done(31, "t2");
            sleep(ticks(2)).await?;
            place(0).acquire().await?.forget();
            cancel(34, "main");
            set_result(35, 1);
            Ok("t30".to_owned())
        });
        Ok("t2".to_owned())
    });
    spawn("t37", async move {
        cancel(38, "main");
        print(39);
        cancel_with(40, "main");
        queue(1).shut_down(true);
        task_group(move |group42| async move {
            timeout(ticks(0), async {
                keep_call(1, call_soon(|| say("call 44")));
                is_done(45, "main");
                print(format!("46 puts {}", queue(1).try_put(1)));
                latch(0).acquire().await?.forget();
                {
                    let held = condition(1).acquire().await?;
                    condition(1).notify_all(&held)?;
                }
                Ok(())
            })
            .await?;
            print(format!("49 done {}", queue(1).task_done()));
            {
                let held = condition(1).acquire().await?;
                condition(1).notify_all(&held)?;
            }
            Ok(())
        })
        .await?;
        Ok("t37".to_owned())
    });
    spawn("t52", async move {
        Ok("t52".to_owned())
    });
    queue(0).join().await?;
    look(54, "t30", Look::Result);
    print(format!("55 is in {}", name()));
    print(format!("56 gets {}", queue(0).get().await?));
    sleep(ticks(6)).await?;
    Ok("main".to_owned())
}
