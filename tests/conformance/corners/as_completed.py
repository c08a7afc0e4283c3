"""as_completed: order, errors, waiters that give up."""

import asyncio

from corners.common import cases, fail, nap, outcome, spawn


async def as_completed_hands_over():
    naps = [("a", 0.2), ("b", 0.3), ("c", 0.1), ("d", 0.3)]
    tasks = [spawn(nap(name, time), name=name) for name, time in naps]
    for earliest in asyncio.as_completed(tasks):
        print("handled", await earliest)


async def as_completed_handles_slowly():
    tasks = [spawn(nap(n, t), name=n) for n, t in [("a", 0.2), ("b", 0.1)]]
    for earliest in asyncio.as_completed(tasks):
        print("handled", await earliest)
        await asyncio.sleep(1)


async def as_completed_passes_errors_on():
    tasks = [spawn(nap("a", 1), name="a"), spawn(fail("b", 0.5), name="b")]
    for earliest in asyncio.as_completed(tasks):
        await outcome("earliest", earliest)


async def as_completed_is_cancelled():
    async def parent():
        tasks = [spawn(nap(name, 1), name=name) for name in "ab"]
        for earliest in asyncio.as_completed(tasks):
            await outcome("earliest", earliest)

    task = spawn(parent(), name="parent")
    await asyncio.sleep(0.5)
    task.cancel()
    await outcome("parent", task)


async def as_completed_forgets_a_waiter_that_was_cancelled():
    naps = [("a", 1), ("b", 2)]
    tasks = [spawn(nap(name, time), name=name) for name, time in naps]
    first, second = list(asyncio.as_completed(tasks))
    waiting = [
        spawn(outcome("first", first), name="first"),
        spawn(outcome("second", second), name="second"),
    ]
    await asyncio.sleep(0.5)
    waiting[0].cancel()
    await waiting[1]
    await waiting[0]


VARIANTS = cases(globals())
