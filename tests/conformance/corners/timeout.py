"""timeout: whose cancellation it is."""

import asyncio

from corners.common import cases, count, nap, outcome, spawn, stubborn, visitor


async def limited(name, limit, awaitable):
    try:
        async with asyncio.timeout(limit):
            print(f"{name}:", await awaitable)
    except TimeoutError:
        print(f"{name}: timed out")
    except asyncio.CancelledError:
        print(f"{name}: cancelled")
        raise


async def timeout_passes():
    await limited("limit", 1, nap("a", 2))
    await limited("limit", 2, nap("b", 1))
    await limited("limit", 1, nap("c", 1))
    await asyncio.sleep(5)


async def timeout_of_a_task():
    await limited("limit", 1, spawn(nap("a", 2), name="a"))
    await limited("limit", 2, spawn(nap("b", 1), name="b"))
    await limited("limit", 1, spawn(nap("c", 1), name="c"))
    await limited("limit", 1, spawn(stubborn("d", 2), name="d"))


async def timeout_with_the_result_just_there():
    task = spawn(nap("a", 1), name="a")
    await asyncio.sleep(0.5)
    await limited("limit", 0.5, task)


async def timeout_swallowed():
    await limited("limit", 1, stubborn("a", 2))
    await nap("after", 1)


async def timeout_cleanup_is_slow():
    async def work():
        try:
            await asyncio.sleep(5)
        finally:
            await asyncio.sleep(1)
            print("clean")

    await limited("limit", 1, work())


async def timeout_inner_is_first():
    await limited("outer", 2, limited("inner", 1, nap("a", 3)))
    await nap("after", 1)


async def timeout_outer_is_first():
    await limited("outer", 1, limited("inner", 2, nap("a", 3)))
    await nap("after", 1)


async def timeout_both_at_once():
    await limited("outer", 1, limited("inner", 1, nap("a", 3)))
    await nap("after", 1)


async def timeout_outer_passes_while_inner_cleans_up():
    async def work():
        try:
            await asyncio.sleep(5)
        except asyncio.CancelledError:
            await nap("cleanup", 2)
            raise

    await limited("outer", 2, limited("inner", 1, work()))
    await nap("after", 1)


async def timeout_and_cancel():
    task = spawn(limited("limit", 2, nap("a", 3)), name="task")
    await asyncio.sleep(1)
    task.cancel()
    await outcome("task", task)


async def timeout_and_cancel_at_once():
    task = spawn(limited("limit", 1, nap("a", 3)), name="task")
    await asyncio.sleep(1)
    task.cancel()
    await outcome("task", task)


async def timeout_passes_after_cancel():
    async def work():
        try:
            await asyncio.sleep(5)
        except asyncio.CancelledError:
            await nap("cleanup", 2)
            raise

    task = spawn(limited("limit", 2, work()), name="task")
    await asyncio.sleep(1)
    task.cancel()
    await outcome("task", task)


async def timeout_after_a_swallowed_cancel():
    async def work():
        await stubborn("first", 5)
        await limited("limit", 1, nap("second", 5))

    task = spawn(work(), name="task")
    await asyncio.sleep(1)
    task.cancel()
    await outcome("task", task)


async def timeout_around_gather():
    tasks = [spawn(nap("a", 1), name="a"), spawn(nap("b", 3), name="b")]
    await limited("limit", 2, count(asyncio.gather(*tasks)))


async def timeout_around_a_semaphore():
    semaphore = asyncio.Semaphore(1)
    inside = spawn(visitor("inside", semaphore, 2), name="inside")
    await asyncio.sleep(0)
    await limited("limit", 1, visitor("waits", semaphore, 1))
    await limited("limit", 3, visitor("waits", semaphore, 1))
    await inside


VARIANTS = cases(globals())
