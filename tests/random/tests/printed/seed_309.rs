fn world() -> World {
    World::new([1, 1], [(QueueKind::Priority, 2), (QueueKind::Priority, 0)])
}

async fn program() -> Result<String> {
    spawn("t2", async move {
        keep_call(0, call_later(ticks(2), || say("call 3")));
        print(4);
        let part5_0 = find("t15");
        let part5_1 = find("t15");
        let part5_2 = task(async move {
            Ok("t6".to_owned())
        });
        let part5_3 = task(async move {
            free_latch(8, 1);
            print(9);
            Ok("t7".to_owned())
        });
        let part5_4 = task(async move {
            Ok("t10".to_owned())
        });
        print(format!("5 got {}", all_told(&gather([part5_0, part5_1, part5_2, part5_3, part5_4].into_iter().flatten()).return_exceptions().await?)));
        Ok("t2".to_owned())
    });
    {
        let job11 = job(11, Pool::Threads(0), &[2, 5], false);
        set_result(12, 1);
        print(format!("13 got {}", promise(0).wait().await?));
        spawn("t15", async move {
            if let Some(task) = find("t15") {
                print(format!("16 got {}", wait_for(task, ticks(5)).await?));
            }
            cancel_call(17, 1);
            Ok("t15".to_owned())
        });
        print(format!("11 got {}", job11.await?));
    }
    print(18);
    if let Some(generator) = find_generator(1) {
        print(format!("19 has {}", or_none(generator.next().await?)));
    }
    sleep(ticks(0)).await?;
    Ok("main".to_owned())
}
