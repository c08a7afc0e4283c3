use interleave::aio::trace::{Ending, TaskId};
use interleave::aio::{Options, sleep, spawn, yield_now};
use interleave::host::virtual_time;

use crate::support::secs;

#[test]
fn a_loop_without_end_is_stopped() {
    let run = virtual_time::run::<_, ()>(async {
        loop {
            yield_now().await?;
        }
    });
    assert_eq!(run.result, None);
    assert_eq!(run.trace.ended(), Some((secs(0.0), Ending::Runaway(TaskId::MAIN))));
    assert!(run.trace.len() > Options::default().turns_at_once as usize);
}

#[test]
fn a_program_that_always_sleeps_again_is_stopped() {
    let run = virtual_time::run::<_, ()>(async {
        drop(spawn(async { Ok(()) }));
        loop {
            sleep(secs(0.001)).await?;
        }
    });
    assert_eq!(run.result, None);
    assert_eq!(run.trace.ended().map(|(_, how)| how), Some(Ending::Stopped));
}

#[test]
fn a_deadline_beyond_all_time_does_not_overflow() {
    let run = virtual_time::run(async {
        sleep(secs(1.0)).await?;
        sleep(std::time::Duration::MAX).await
    });
    assert_eq!(run.result, Some(Ok(())));
    assert_eq!(run.trace.until(), std::time::Duration::MAX);
}
