fn world() -> World {
    World::new([2, 1], [(QueueKind::Fifo, 1), (QueueKind::Fifo, 0)])
}

async fn program() -> Result<String> {
    spawn("t2", async move {
        queue(0).join().await?;
        {
            let _held = lock(0).acquire().await?;
            new_future(1);
            spawn("t7", async move {
                set_result(8, 1);
                print(format!("9 done {}", queue(1).task_done()));
                {
                    let mut held = condition(1).acquire().await?;
                    condition(1).wait_for(&mut held, || event(1).is_set()).await?;
                    print("10 is told");
                }
                give_place(11, 0);
                Ok("t7".to_owned())
            });
            spawn("t13", async move {
                queue(1).put(2).await?;
                keep_call(1, call_later(ticks(5), || event(0).set()));
                Ok("t13".to_owned())
            });
        }
        print(format!("16 puts {}", queue(1).try_put(2)));
        cancel(17, "main");
        Ok("t2".to_owned())
    });
    spawn("t19", async move {
        queue(1).put(1).await?;
        spawn("t22", async move {
            close_generator(1).await?;
            queue(0).put(2).await?;
            task_group(move |group25| async move {
                event(0).set();
                print(format!("27 puts {}", queue(1).try_put(2)));
                print(28);
                free_latch(29, 0);
                latch(0).acquire().await?.forget();
                Ok(())
            })
            .await?;
            {
                let _held = condition(1).acquire().await?;
                uncancel(32, "t2");
                raise(33)?;
                keep_call(0, call_at(ticks(0), || say("call 34")));
                print(format!("35 got {}", job(35, Pool::Processes(1), &[], false).await?));
                look(36, "main", Look::Error);
            }
            {
                let _place = semaphore(1).acquire().await?;
                queue(0).put(2).await?;
            }
            Ok("t22".to_owned())
        });
        sleep(ticks(3)).await?;
        Ok("t19".to_owned())
    });
    spawn("t41", async move {
        print(format!("42 got {}", job(42, Pool::Threads(1), &[0, 1], true).await?));
        event(1).clear();
        queue(0).shut_down(false);
        free_lock(45, 1);
        if let Some(task) = find("t2") {
            print(format!("46 got {}", shield(&task).await?));
        }
        Ok("t41".to_owned())
    });
    spawn("t48", async move {
        Ok("t48".to_owned())
    });
    if let Some(task) = find("t7") {
        print(format!("49 got {}", task.await?));
    }
    {
        let _held = condition(0).acquire().await?;
        cancelling(51, "t48");
        print(52);
    }
    print(format!("53 done {}", queue(1).task_done()));
    latch(0).acquire().await?.forget();
    sleep(ticks(0)).await?;
    Ok("main".to_owned())
}
