use interleave::aio::{Error, Result, TaskGroup, gather, print, sleep, spawn, task_group, timeout};
use interleave::host::virtual_time;
use interleave::timeline::diagnose;

use crate::support::{nap, secs, story};

async fn fails(seconds: f64) -> Result<()> {
    sleep(secs(seconds)).await?;
    Err(Error::raised("no"))
}

#[test]
fn a_group_that_is_dropped_asks_its_tasks_to_stop() {
    let told = story(async {
        let work = Box::pin(task_group(|group| async move {
            drop(group.spawn(nap("a", 9.0)));
            sleep(secs(9.0)).await
        }));
        let dropped = futures::future::select(work, Box::pin(sleep(secs(1.0)))).await;
        drop(dropped);
        print("dropped");
        sleep(secs(1.0)).await
    });
    let expected = ["0.0 a begins", "1.0 dropped", "1.0 a is cancelled", "2.0 Some(Ok(()))"];
    assert_eq!(told.lines().collect::<Vec<_>>(), expected);
}

#[test]
fn a_task_that_comes_too_late_for_its_group_never_runs() {
    let run = virtual_time::run(async {
        let group = task_group(|group| async move { Ok(group) }).await?;
        assert_eq!(group.spawn(async { Ok("it ran") }).await, Err(Error::Cancelled(None)));

        let failed = task_group(|group: TaskGroup| async move {
            let late = group.clone();
            let cleans_up = async move {
                let result = sleep(secs(9.0)).await;
                assert_eq!(late.spawn(async { Ok("it ran") }).await, Err(Error::Cancelled(None)));
                result
            };
            drop(group.spawn(cleans_up));
            drop(group.spawn(fails(1.0)));
            Ok(())
        });
        failed.await
    });
    assert_eq!(run.result, Some(Err(Error::Group(vec![Error::raised("no")]))));
    assert_eq!(run.trace.until(), secs(1.0));
}

#[test]
fn the_requests_of_a_group_of_its_own_leave_no_trace_on_its_task() {
    let run = virtual_time::run(async {
        // The group ends by its own error before the limit, in its body and while it waits for its tasks.
        for body_sleeps in [9.0, 0.0] {
            let work = task_group(|group| async move {
                drop(group.spawn(fails(1.0)));
                sleep(secs(body_sleeps)).await
            });
            let error = timeout(secs(5.0), work).await;
            assert_eq!(error, Err(Error::Group(vec![Error::raised("no")])));
        }
        // A limit around what comes next can still tell its own request from others'.
        timeout(secs(1.0), sleep(secs(9.0))).await
    });
    assert_eq!(run.result, Some(Err(Error::TimedOut)));
    assert_eq!(run.trace.until(), secs(3.0));
}

#[test]
fn nobody_is_said_to_have_swallowed_what_a_group_asked() {
    let run = virtual_time::run(async {
        let parent = spawn(async {
            let failed = task_group(|group| async move {
                drop(group.spawn(fails(1.0)));
                sleep(secs(9.0)).await
            });
            Ok(failed.await.is_err())
        });
        parent.await
    });
    assert_eq!(run.result, Some(Ok(true)));
    assert!(run.trace.to_string().contains("cancelled by its group"), "{}", run.trace);
    assert_eq!(diagnose(&run.trace).len(), 0);
}

#[test]
fn a_gather_and_a_group_both_hear_of_a_task_that_they_share() {
    let told = story(async {
        task_group(|group| async move {
            let tasks = [group.spawn(nap("a", 1.0)), group.spawn(nap("b", 2.0))];
            // Giving up on the gather does not take the tasks from the group, only its request to stop reaches them.
            assert_eq!(timeout(secs(1.5), gather(tasks)).await, Err(Error::TimedOut));
            Ok(())
        })
        .await
    });
    let expected = ["0.0 a begins", "0.0 b begins", "1.0 a ends", "1.5 b is cancelled", "1.5 Some(Ok(()))"];
    assert_eq!(told.lines().collect::<Vec<_>>(), expected);
}
