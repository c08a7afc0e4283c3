fn world() -> World {
    World::new([1, 1], [(QueueKind::Lifo, 0), (QueueKind::Fifo, 1)])
}

async fn program() -> Result<String> {
    spawn("t2", async move {
        {
            let _held = lock(0).acquire().await?;
            sleep(ticks(0)).await?;
            print(format!("5 got {}", job(5, Pool::Processes(1), &[6], false).await?));
            let part6_0 = find("t2");
            let part6_1 = task(async move {
                {
                    let mut held = condition(1).acquire().await?;
                    condition(1).wait_for(&mut held, || event(1).is_set()).await?;
                    print("8 is told");
                }
                cancel(9, "t2");
                keep_call(0, call_at(ticks(10), || set_result("call 10", 0)));
                event(1).wait().await?;
                Ok("t7".to_owned())
            });
            for next in as_completed([part6_0, part6_1].into_iter().flatten()).within(ticks(4)) {
                print(format!("6 got {}", next.await?));
            }
        }
        queue(1).put(1).await?;
        print(format!("13 is in {}", name()));
        print(format!("14 done {}", queue(1).task_done()));
        cancel_future(15, 1);
        Ok("t2".to_owned())
    });
    timeout_at(ticks(10), async {
        close_generator(0).await?;
        cancel_with(18, "main");
        cancel(19, "t2");
        let part20_0 = find("t2");
        print(format!("20 got {}", gather([part20_0].into_iter().flatten()).await?.join(", ")));
        Ok(())
    })
    .await?;
    print(21);
    print(22);
    sleep(ticks(0)).await?;
    Ok("main".to_owned())
}
