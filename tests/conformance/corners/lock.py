"""Lock: who is next."""

import asyncio

from corners.common import cases, outcome, spawn, visitor


async def lock_is_fair():
    lock = asyncio.Lock()
    visits = [("a", 0.2), ("b", 0.3), ("c", 0.1)]
    await asyncio.gather(
        *[spawn(visitor(name, lock, time), name=name) for name, time in visits]
    )


async def lock_nobody_overtakes():
    lock = asyncio.Lock()

    async def hog():
        for turn in range(3):
            async with lock:
                print(f"hog {turn}", lock.locked())

    async with lock:
        waiting = spawn(visitor("waits", lock, 1), name="waits")
        await asyncio.sleep(0)
    print(lock.locked())
    hogging = spawn(hog(), name="hog")
    await waiting
    await hogging


async def lock_waiter_is_cancelled():
    lock = asyncio.Lock()
    await lock.acquire()
    waiting = [spawn(visitor(name, lock, 1), name=name) for name in "abc"]
    await asyncio.sleep(0.5)
    waiting[0].cancel()
    await asyncio.sleep(0.5)
    lock.release()
    for task in waiting:
        await outcome("visit", task)


async def lock_waiter_is_cancelled_then_released():
    lock = asyncio.Lock()
    await lock.acquire()
    waiting = [spawn(visitor(name, lock, 1), name=name) for name in "abc"]
    await asyncio.sleep(0.5)
    waiting[0].cancel()
    lock.release()
    for task in waiting:
        await outcome("visit", task)


async def lock_granted_waiter_is_cancelled():
    lock = asyncio.Lock()
    await lock.acquire()
    waiting = [spawn(visitor(name, lock, 1), name=name) for name in "abc"]
    await asyncio.sleep(0.5)
    lock.release()
    waiting[0].cancel()
    for task in waiting:
        await outcome("visit", task)


async def lock_newcomer_waits_for_the_granted():
    lock = asyncio.Lock()
    await lock.acquire()
    waiting = spawn(visitor("waits", lock, 1), name="waits")
    await asyncio.sleep(0.5)
    lock.release()
    async with lock:
        print("main enters")
    await waiting


async def lock_everyone_gives_up():
    lock = asyncio.Lock()
    await lock.acquire()
    waiting = [spawn(visitor(name, lock, 1), name=name) for name in "ab"]
    await asyncio.sleep(0.5)
    for task in waiting:
        task.cancel()
    lock.release()
    async with lock:
        print("main enters")
    for task in waiting:
        await outcome("visit", task)


VARIANTS = cases(globals())
