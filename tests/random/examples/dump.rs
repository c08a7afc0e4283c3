use interleave::aio::*;
use interleave::host::virtual_time;
use std::time::Duration;
fn main() {
    let run = virtual_time::run(async {
        let main = interleave_random::world::truth(true);
        let _ = main;
        let waits = spawn(async move { sleep(Duration::from_millis(1250)).await });
        let h = waits.clone();
        let t = spawn(async move {
            sleep(Duration::from_secs(1)).await?;
            blocking_sleep(Duration::from_millis(750));
            h.cancel();
            Ok(())
        });
        let _ = t.await;
        let _ = waits.await;
        Ok(())
    });
    for e in run.trace.events() { println!("{:?} {:?} {:?}", e.at, e.task, e.what); }
    for d in interleave::timeline::diagnose(&run.trace) { println!("{:?} {}", d.kind, d.text); }
}
