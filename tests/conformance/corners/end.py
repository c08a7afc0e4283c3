"""What becomes of the tasks that main leaves behind."""

import asyncio

from corners.common import cases, nap, spawn, stubborn


spawned = []


async def leftover_task():
    async def work():
        try:
            await asyncio.sleep(5)
        except asyncio.CancelledError:
            print("cleanup")
            await asyncio.sleep(1)
            print("clean")
            raise

    spawned.append(spawn(work(), name="work"))
    await asyncio.sleep(1)
    print("main done")


async def leftover_task_not_started():
    spawned.append(spawn(nap("a", 1), name="a"))
    print("main done")


async def leftover_task_starts_late():
    async def child():
        spawned.append(spawn(nap("late", 1), name="late"))
        print("child done")

    spawned.append(spawn(child(), name="child"))
    await asyncio.sleep(0)
    print("main done")


async def leftover_task_swallows():
    spawned.append(spawn(stubborn("a", 5), name="a"))
    await asyncio.sleep(1)
    print("main done")


async def leftover_task_is_due():
    spawned.append(spawn(nap("a", 1), name="a"))
    await asyncio.sleep(1)
    print("main done")


async def leftover_gather():
    async def parent():
        await asyncio.gather(spawn(nap("child", 5), name="child"))

    spawned.append(spawn(parent(), name="parent"))
    await asyncio.sleep(1)
    print("main done")


VARIANTS = cases(globals())
