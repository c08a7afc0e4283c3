"""Semaphore: who is next."""

import asyncio

from corners.common import cases, outcome, spawn, visitor


async def semaphore_is_fair():
    semaphore = asyncio.Semaphore(2)
    visits = [("a", 0.2), ("b", 0.3), ("c", 0.1), ("d", 0.3), ("e", 0.1)]
    await asyncio.gather(
        *[
            spawn(visitor(name, semaphore, time), name=name)
            for name, time in visits
        ]
    )


async def semaphore_nobody_overtakes():
    semaphore = asyncio.Semaphore(1)

    async def hog():
        for turn in range(3):
            async with semaphore:
                print(f"hog {turn}")

    async with semaphore:
        waiting = spawn(visitor("waits", semaphore, 1), name="waits")
        await asyncio.sleep(0)
    hogging = spawn(hog(), name="hog")
    await waiting
    await hogging


async def semaphore_newcomer_waits_for_the_granted():
    semaphore = asyncio.Semaphore(3)
    for _ in range(3):
        await semaphore.acquire()
    waiting = [
        spawn(visitor(name, semaphore, 1), name=name) for name in "ab"
    ]
    await asyncio.sleep(0.5)
    for _ in range(3):
        semaphore.release()
    async with semaphore:
        print("main enters")
    for task in waiting:
        await task


async def semaphore_granted_waiter_is_cancelled():
    semaphore = asyncio.Semaphore(1)
    await semaphore.acquire()
    waiting = [
        spawn(visitor(name, semaphore, 1), name=name) for name in "abc"
    ]
    await asyncio.sleep(0.5)
    semaphore.release()
    waiting[0].cancel()
    for task in waiting:
        await outcome("visit", task)


async def semaphore_waiter_is_cancelled():
    semaphore = asyncio.Semaphore(1)
    await semaphore.acquire()
    waiting = [
        spawn(visitor(name, semaphore, 1), name=name) for name in "abc"
    ]
    await asyncio.sleep(0.5)
    waiting[0].cancel()
    await asyncio.sleep(0.5)
    semaphore.release()
    for task in waiting:
        await outcome("visit", task)


async def semaphore_waiter_is_cancelled_then_released():
    async def ticks():
        for tick in range(4):
            print(f"tick {tick}")
            await asyncio.sleep(0)

    semaphore = asyncio.Semaphore(1)
    await semaphore.acquire()
    waiting = [
        spawn(visitor(name, semaphore, 1), name=name) for name in "abc"
    ]
    await asyncio.sleep(0.5)
    waiting[0].cancel()
    semaphore.release()
    ticking = spawn(ticks(), name="ticks")
    for task in waiting:
        await outcome("visit", task)
    await ticking


async def semaphore_bounded_released_too_often():
    semaphore = asyncio.BoundedSemaphore(2)
    await semaphore.acquire()
    await semaphore.acquire()
    waiting = spawn(visitor("waits", semaphore, 1), name="waits")
    await asyncio.sleep(0.5)
    semaphore.release()
    semaphore.release()
    await waiting
    try:
        semaphore.release()
    except ValueError as error:
        print(error)
    async with semaphore, semaphore:
        print("main enters", semaphore.locked())


VARIANTS = cases(globals())
