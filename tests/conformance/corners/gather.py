"""gather: order, first error, cancellation."""

import asyncio

from corners.common import cases, count, fail, nap, outcome, spawn, stubborn


async def gather_keeps_the_order():
    naps = [("a", 0.2), ("b", 0.3), ("c", 0.1)]
    tasks = [spawn(nap(name, time), name=name) for name, time in naps]
    print(*await asyncio.gather(*tasks))


async def gather_of_nothing():
    ticking = spawn(nap("a", 0), name="a")
    print(len(await asyncio.gather()))
    await ticking


async def gather_fails():
    tasks = [
        spawn(nap("a", 1), name="a"),
        spawn(fail("b", 0.5), name="b"),
        spawn(fail("c", 0.7), name="c"),
    ]
    await outcome("gather", count(asyncio.gather(*tasks)))
    await asyncio.sleep(1)


async def gather_child_is_cancelled():
    async def gives_up():
        await asyncio.sleep(0.5)
        raise asyncio.CancelledError

    tasks = [spawn(gives_up(), name="a"), spawn(nap("b", 1), name="b")]
    await outcome("gather", count(asyncio.gather(*tasks)))
    await asyncio.sleep(1)


async def gather_is_cancelled():
    async def parent():
        tasks = [spawn(nap(name, 1), name=name) for name in "abc"]
        await outcome("gather", count(asyncio.gather(*tasks)))
        await nap("parent", 1)
        return "parent"

    task = spawn(parent(), name="parent")
    await asyncio.sleep(0.5)
    task.cancel()
    await outcome("parent", task)


async def gather_is_cancelled_and_all_swallow():
    async def parent():
        tasks = [spawn(stubborn(name, 1), name=name) for name in "abc"]
        await outcome("gather", count(asyncio.gather(*tasks)))
        await nap("parent", 1)
        return "parent"

    task = spawn(parent(), name="parent")
    await asyncio.sleep(0.5)
    task.cancel()
    await outcome("parent", task)


async def gather_is_cancelled_and_one_swallows():
    async def parent():
        tasks = [
            spawn(stubborn("a", 1), name="a"),
            spawn(nap("b", 1), name="b"),
        ]
        await outcome("gather", count(asyncio.gather(*tasks)))
        return "parent"

    task = spawn(parent(), name="parent")
    await asyncio.sleep(0.5)
    task.cancel()
    await outcome("parent", task)


async def gather_has_failed_when_cancelled():
    async def parent():
        tasks = [
            spawn(fail("a", 0.5), name="a"),
            spawn(nap("b", 1), name="b"),
        ]
        await outcome("gather", count(asyncio.gather(*tasks)))
        await asyncio.sleep(1)
        return "parent"

    task = spawn(parent(), name="parent")
    await asyncio.sleep(0.5)
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    print("cancels", task.cancel())
    await outcome("parent", task)


async def gather_is_cancelled_before_it_hears():
    async def parent():
        tasks = [
            spawn(nap("a", 0.2), name="a"),
            spawn(nap("b", 0.5), name="b"),
        ]
        await outcome("gather", count(asyncio.gather(*tasks)))
        await nap("parent", 1)
        return "parent"

    task = spawn(parent(), name="parent")
    await asyncio.sleep(0.5)
    await asyncio.sleep(0)
    print("cancels", task.cancel())
    await outcome("parent", task)


async def gather_in_gather():
    async def parent(name):
        return await count(
            asyncio.gather(
                spawn(nap(f"{name}1", 1), name=f"{name}1"),
                spawn(nap(f"{name}2", 2), name=f"{name}2"),
            )
        )

    async def all_of_it():
        return await count(
            asyncio.gather(
                spawn(parent("a"), name="a"), spawn(parent("b"), name="b")
            )
        )

    task = spawn(all_of_it(), name="all")
    await asyncio.sleep(1.5)
    task.cancel()
    await outcome("all", task)


VARIANTS = cases(globals())
