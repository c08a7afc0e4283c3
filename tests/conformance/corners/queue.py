"""Queues: who gets what when."""

import asyncio

from corners.common import cases, outcome, spawn


async def getter(name, queue):
    try:
        item = await queue.get()
    except asyncio.CancelledError:
        print(f"{name} gives up")
        raise
    print(f"{name} gets {item}")
    return str(item)


async def putter(name, queue, item):
    try:
        await queue.put(item)
    except asyncio.CancelledError:
        print(f"{name} gives up")
        raise
    print(f"{name} has put {item}")


async def queue_of_one():
    queue = asyncio.Queue(1)

    async def producer():
        for item in range(4):
            await queue.put(item)
            print(f"put {item}", queue.qsize(), queue.full())
        await queue.put(None)

    async def consumer():
        while (item := await queue.get()) is not None:
            print(f"got {item}", queue.qsize(), queue.empty())
            await asyncio.sleep(item % 2)

    producing = spawn(producer(), name="producer")
    consuming = spawn(consumer(), name="consumer")
    await producing
    await consuming


async def queue_getters_in_order():
    queue = asyncio.Queue()
    waiting = [spawn(getter(name, queue), name=name) for name in "abc"]
    await asyncio.sleep(0.5)
    for item in range(3):
        queue.put_nowait(item)
    print("put")
    for task in waiting:
        await task


async def queue_newcomer_is_faster():
    queue = asyncio.Queue()
    waiting = [spawn(getter(name, queue), name=name) for name in "abc"]
    await asyncio.sleep(0.5)
    queue.put_nowait(0)
    print("main gets", queue.get_nowait())
    await asyncio.sleep(0.5)
    for item in range(1, 4):
        queue.put_nowait(item)
    for task in waiting:
        await task


async def queue_called_getter_is_cancelled():
    queue = asyncio.Queue()
    waiting = [spawn(getter(name, queue), name=name) for name in "abc"]
    await asyncio.sleep(0.5)
    queue.put_nowait(1)
    waiting[0].cancel()
    await asyncio.sleep(0.5)
    queue.put_nowait(2)
    for task in waiting:
        await outcome("get", task)


async def queue_getter_is_cancelled():
    queue = asyncio.Queue()
    waiting = [spawn(getter(name, queue), name=name) for name in "abc"]
    await asyncio.sleep(0.5)
    waiting[0].cancel()
    queue.put_nowait(1)
    queue.put_nowait(2)
    for task in waiting:
        await outcome("get", task)


async def queue_putters_in_order():
    queue = asyncio.Queue(2)
    waiting = [
        spawn(putter(f"putter {item}", queue, item), name=f"putter {item}")
        for item in range(5)
    ]
    await asyncio.sleep(0.5)
    for _ in range(5):
        print("got", await queue.get())
        await asyncio.sleep(0.25)
    for task in waiting:
        await task


async def queue_called_putter_is_cancelled():
    queue = asyncio.Queue(1)
    queue.put_nowait(0)
    waiting = [
        spawn(putter(f"putter {item}", queue, item), name=f"putter {item}")
        for item in (1, 2)
    ]
    await asyncio.sleep(0.5)
    print("got", queue.get_nowait())
    waiting[0].cancel()
    await asyncio.sleep(0.5)
    print("got", queue.get_nowait())
    for task in waiting:
        await outcome("put", task)


async def queue_is_joined():
    queue = asyncio.Queue()

    async def worker(name):
        while True:
            item = await queue.get()
            await asyncio.sleep(item)
            print(f"{name} has done {item}")
            queue.task_done()

    for item in (0.3, 0.1, 0.2, 0.1):
        queue.put_nowait(item)
    workers = [spawn(worker(name), name=name) for name in "ab"]
    await queue.join()
    print("joined")
    for task in workers:
        task.cancel()
    for task in workers:
        await outcome("worker", task)


async def queue_without_work_is_joined_at_once():
    queue = asyncio.Queue()
    other = spawn(asyncio.sleep(0), name="other")
    await queue.join()
    print("joined")
    await other


async def queue_orders():
    for kind in (asyncio.Queue, asyncio.LifoQueue, asyncio.PriorityQueue):
        queue = kind()
        for item in (3, 1, 2, 5, 4):
            queue.put_nowait(item)
        print(" ".join([str(await queue.get()) for _ in range(5)]))


VARIANTS = cases(globals())
