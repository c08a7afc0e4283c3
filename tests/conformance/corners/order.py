"""In which order things happen."""

import asyncio
import time

from corners.common import cases, nap, spawn


async def ready_queue():
    async def steps(name):
        for step in range(3):
            print(f"{name} {step}")
            await asyncio.sleep(0)

    tasks = [spawn(steps(name), name=name) for name in "abc"]
    print("main spawned")
    await asyncio.sleep(0)
    print("main again")
    for task in tasks:
        await task
    print("main done")


async def equal_deadlines():
    async def naps(name, *seconds):
        for duration in seconds:
            await asyncio.sleep(duration)
        print(name)

    await asyncio.gather(
        spawn(naps("a", 0.1, 0.2), name="a"),
        spawn(naps("b", 0.3), name="b"),
        spawn(naps("c", 0.2, 0.1), name="c"),
        spawn(naps("d", 0.3), name="d"),
    )


async def timers_and_yields():
    async def ticks():
        for tick in range(6):
            print(f"tick {tick}")
            await asyncio.sleep(0)

    async def waits():
        await asyncio.sleep(0.5)
        print("timer")
        await asyncio.sleep(0)
        print("after timer")

    waiting = spawn(waits(), name="waits")
    await asyncio.sleep(0.5)
    ticking = spawn(ticks(), name="ticks")
    await waiting
    print("main heard")
    await ticking


async def blocked_loop():
    async def block():
        await asyncio.sleep(0.1)
        time.sleep(2)
        print("unblocked")
        await asyncio.sleep(0)
        print("yielded")

    await asyncio.gather(
        spawn(nap("a", 1.5), name="a"),
        spawn(block(), name="block"),
        spawn(nap("b", 0.5), name="b"),
        spawn(nap("c", 1.5), name="c"),
    )


async def threads():
    async def thread(name, seconds):
        await asyncio.to_thread(time.sleep, seconds)
        print(name)

    async def ticks():
        for tick in range(4):
            print(f"tick {tick}")
            await asyncio.sleep(0)

    await asyncio.gather(
        spawn(thread("none", 0), name="none"),
        spawn(ticks(), name="ticks"),
        spawn(thread("long", 2), name="long"),
        spawn(nap("nap", 1), name="nap"),
        spawn(thread("short", 1), name="short"),
    )


VARIANTS = cases(globals())
