use interleave::aio::{LifoQueue, PriorityQueue, Queue, Result, Store, Task, print, sleep, yield_now};

use super::{cases, none, outcome, secs, spawn, truth};

async fn getter(name: &str, queue: Queue<u32>) -> Result<String> {
    match queue.get().await {
        Ok(item) => {
            print(format!("{name} gets {item}"));
            Ok(item.to_string())
        }
        Err(error) => {
            print(format!("{name} gives up"));
            Err(error)
        }
    }
}

fn getters(queue: &Queue<u32>) -> [Task<String>; 3] {
    ["a", "b", "c"].map(|name| spawn(getter(name, queue.clone()), name))
}

fn putter(queue: &Queue<u32>, item: u32) -> Task<String> {
    let (queue, name) = (queue.clone(), format!("putter {item}"));
    let putter = {
        let name = name.clone();
        async move {
            if let Err(error) = queue.put(item).await {
                print(format!("{name} gives up"));
                return Err(error);
            }
            print(format!("{name} has put {item}"));
            none()
        }
    };
    spawn(putter, name)
}

fn put(queue: &Queue<u32>, item: u32) {
    queue.try_put(item).expect("room");
}

async fn queue_of_one() -> Result<()> {
    let queue = Queue::bounded(1);
    let producer = |queue: Queue<Option<u8>>| async move {
        for item in 0..4 {
            queue.put(Some(item)).await?;
            print(format!("put {item} {} {}", queue.len(), truth(queue.is_full())));
        }
        queue.put(None).await
    };
    let consumer = |queue: Queue<Option<u8>>| async move {
        while let Some(item) = queue.get().await? {
            print(format!("got {item} {} {}", queue.len(), truth(queue.is_empty())));
            sleep(secs(f64::from(item % 2))).await?;
        }
        Ok(())
    };
    let producing = spawn(producer(queue.clone()), "producer");
    let consuming = spawn(consumer(queue), "consumer");
    producing.await?;
    consuming.await
}

async fn queue_getters_in_order() -> Result<()> {
    let queue = Queue::new();
    let waiting = getters(&queue);
    sleep(secs(0.5)).await?;
    (0..3).for_each(|item| put(&queue, item));
    print("put");
    for task in waiting {
        task.await?;
    }
    Ok(())
}

async fn queue_newcomer_is_faster() -> Result<()> {
    let queue = Queue::new();
    let waiting = getters(&queue);
    sleep(secs(0.5)).await?;
    put(&queue, 0);
    print(format!("main gets {}", queue.try_get().expect("an item")));
    sleep(secs(0.5)).await?;
    (1..4).for_each(|item| put(&queue, item));
    for task in waiting {
        task.await?;
    }
    Ok(())
}

async fn queue_called_getter_is_cancelled() -> Result<()> {
    let queue = Queue::new();
    let waiting = getters(&queue);
    sleep(secs(0.5)).await?;
    put(&queue, 1);
    waiting[0].cancel();
    sleep(secs(0.5)).await?;
    put(&queue, 2);
    for task in waiting {
        outcome("get", task).await?;
    }
    Ok(())
}

async fn queue_getter_is_cancelled() -> Result<()> {
    let queue = Queue::new();
    let waiting = getters(&queue);
    sleep(secs(0.5)).await?;
    waiting[0].cancel();
    put(&queue, 1);
    put(&queue, 2);
    for task in waiting {
        outcome("get", task).await?;
    }
    Ok(())
}

async fn queue_putters_in_order() -> Result<()> {
    let queue = Queue::bounded(2);
    let waiting = [0, 1, 2, 3, 4].map(|item| putter(&queue, item));
    sleep(secs(0.5)).await?;
    for _ in 0..5 {
        print(format!("got {}", queue.get().await?));
        sleep(secs(0.25)).await?;
    }
    for task in waiting {
        task.await?;
    }
    Ok(())
}

async fn queue_called_putter_is_cancelled() -> Result<()> {
    let queue = Queue::bounded(1);
    put(&queue, 0);
    let waiting = [1, 2].map(|item| putter(&queue, item));
    sleep(secs(0.5)).await?;
    print(format!("got {}", queue.try_get().expect("an item")));
    waiting[0].cancel();
    sleep(secs(0.5)).await?;
    print(format!("got {}", queue.try_get().expect("an item")));
    for task in waiting {
        outcome("put", task).await?;
    }
    Ok(())
}

async fn queue_is_joined() -> Result<()> {
    let queue = Queue::new();
    let worker = |name: &'static str, queue: Queue<f64>| async move {
        loop {
            let item = queue.get().await?;
            sleep(secs(item)).await?;
            print(format!("{name} has done {item}"));
            queue.task_done();
        }
    };
    for item in [0.3, 0.1, 0.2, 0.1] {
        queue.put(item).await?;
    }
    let workers = ["a", "b"].map(|name| spawn(worker(name, queue.clone()), name));
    queue.join().await?;
    print("joined");
    for task in &workers {
        task.cancel();
    }
    for task in workers {
        outcome("worker", task).await?;
    }
    Ok(())
}

async fn queue_without_work_is_joined_at_once() -> Result<()> {
    let queue: Queue<()> = Queue::new();
    let other = spawn(yield_now(), "other");
    queue.join().await?;
    print("joined");
    other.await
}

async fn queue_orders() -> Result<()> {
    async fn all(queue: interleave::aio::QueueOf<impl Store<Item = u8>>) -> Result<()> {
        let mut order = Vec::new();
        for item in [3, 1, 2, 5, 4] {
            queue.put(item).await?;
        }
        while !queue.is_empty() {
            order.push(queue.get().await?.to_string());
        }
        print(order.join(" "));
        Ok(())
    }
    all(Queue::new()).await?;
    all(LifoQueue::new()).await?;
    all(PriorityQueue::new()).await
}

cases! {
    queue_of_one,
    queue_getters_in_order,
    queue_newcomer_is_faster,
    queue_called_getter_is_cancelled,
    queue_getter_is_cancelled,
    queue_putters_in_order,
    queue_called_putter_is_cancelled,
    queue_is_joined,
    queue_without_work_is_joined_at_once,
    queue_orders,
}
