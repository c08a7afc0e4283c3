//! How much memory tasks take. Alone in its program, since it counts all that is allocated.

use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

use interleave::aio::{Aio, Result, sleep, spawn};
use interleave::host::virtual_time::VirtualTime;
use peak_alloc::PeakAlloc;

#[global_allocator]
static ALLOCATOR: PeakAlloc = PeakAlloc;

const TASKS: usize = 1_000_000;
const BYTES_AT_MOST: usize = 400;

async fn sleeper(ended: Rc<Cell<usize>>) -> Result<()> {
    sleep(Duration::from_secs(1)).await?;
    ended.set(ended.get() + 1);
    Ok(())
}

#[test]
fn a_million_sleeping_tasks_fit_and_run_to_the_end() {
    let ended = Rc::new(Cell::new(0));
    let future_bytes = size_of_val(&sleeper(ended.clone()));
    let count = ended.clone();
    let clock = Rc::new(VirtualTime::default());
    let before = ALLOCATOR.current_usage();
    let (aio, _main) = Aio::start(clock.clone(), async move {
        for _ in 0..TASKS {
            drop(spawn(sleeper(count.clone())));
        }
        sleep(Duration::from_secs(2)).await
    });
    // The first turn spawns them, the second puts them to sleep.
    aio.turn();
    aio.turn();
    let bytes = (ALLOCATOR.current_usage() - before) / TASKS;
    assert_eq!(ended.get(), 0);
    assert!(bytes >= future_bytes, "{bytes}, the futures alone take {future_bytes}: nothing is counted");
    let besides = bytes - future_bytes;
    clock.play(&aio);
    assert_eq!(ended.get(), TASKS);
    assert!(besides <= BYTES_AT_MOST, "{besides} bytes a task besides its future of {future_bytes}");
    drop(aio);
    let left = ALLOCATOR.current_usage().saturating_sub(before);
    assert!(left < 10_000, "{left} bytes are left behind");
}
