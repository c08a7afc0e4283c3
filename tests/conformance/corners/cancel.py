"""Who hears of a cancellation, where, and what comes of it."""

import asyncio

from corners.common import cases, nap, outcome, spawn, stubborn


async def cancelled_before_start():
    task = spawn(nap("a", 1), name="a")
    print(task.cancel(), task.done())
    await outcome("a", task)
    print("main done")


async def cancelled_twice():
    task = spawn(nap("a", 1), name="a")
    await asyncio.sleep(0.5)
    print(task.cancel(), task.cancel())
    await outcome("a", task)


async def cancel_of_the_finished():
    task = spawn(nap("a", 0.5), name="a")
    await asyncio.sleep(1)
    print(task.done(), task.cancel())
    await outcome("a", task)


async def cancel_wins_over_a_result():
    task = spawn(nap("a", 0.5), name="a")
    await asyncio.sleep(0.5)
    print("cancels", task.cancel())
    await outcome("a", task)


async def cleanup_awaits():
    async def work():
        try:
            await asyncio.sleep(5)
        finally:
            print("cleanup")
            await asyncio.sleep(1)
            print("clean")

    task = spawn(work(), name="work")
    await asyncio.sleep(0.5)
    task.cancel()
    await outcome("work", task)


async def cleanup_is_cancelled_too():
    async def work():
        try:
            await asyncio.sleep(5)
        except asyncio.CancelledError:
            await outcome("cleanup", nap("cleanup", 1))
            raise

    task = spawn(work(), name="work")
    await asyncio.sleep(0.5)
    task.cancel()
    await asyncio.sleep(0.5)
    task.cancel()
    await outcome("work", task)


async def cancel_passes_on():
    async def parent():
        child = spawn(nap("child", 5), name="child")
        await outcome("child in parent", child)
        await nap("parent", 1)
        return "parent"

    task = spawn(parent(), name="parent")
    await asyncio.sleep(0.5)
    task.cancel()
    await outcome("parent", task)


async def cancel_passes_on_twice():
    async def parent():
        return await spawn(nap("child", 5), name="child")

    async def grandparent():
        return await spawn(parent(), name="parent")

    task = spawn(grandparent(), name="grandparent")
    await asyncio.sleep(0.5)
    task.cancel()
    await outcome("grandparent", task)


async def child_swallows():
    async def parent():
        print("child gave", await spawn(stubborn("child", 5), name="child"))
        await nap("parent", 1)
        return "parent"

    task = spawn(parent(), name="parent")
    await asyncio.sleep(0.5)
    task.cancel()
    await outcome("parent", task)


async def child_just_finished():
    async def parent():
        return await spawn(nap("child", 0.5), name="child")

    task = spawn(parent(), name="parent")
    await asyncio.sleep(0.5)
    await asyncio.sleep(0)
    print("cancels", task.cancel())
    await outcome("parent", task)


async def swallowed():
    task = spawn(stubborn("a", 5), name="a")
    await asyncio.sleep(0.5)
    task.cancel()
    await outcome("a", task)


async def cancels_itself():
    async def work():
        asyncio.current_task().cancel()
        print("still here")
        await asyncio.sleep(0)
        print("not here")

    task = spawn(work(), name="a")
    await asyncio.sleep(3)
    await outcome("a", task)


async def cancels_itself_and_returns():
    async def work():
        asyncio.current_task().cancel()
        return "value"

    task = spawn(work(), name="a")
    await asyncio.sleep(3)
    await outcome("a", task)


async def cancels_itself_and_fails():
    async def work():
        asyncio.current_task().cancel()
        raise RuntimeError("failed")

    task = spawn(work(), name="a")
    await asyncio.sleep(3)
    await outcome("a", task)


async def cancels_itself_then_awaits_a_child():
    async def work():
        child = spawn(nap("child", 1), name="child")
        asyncio.current_task().cancel()
        await outcome("child", child)
        return "value"

    task = spawn(work(), name="a")
    await asyncio.sleep(3)
    await outcome("a", task)


async def cancels_itself_then_awaits_the_finished():
    async def work():
        child = spawn(nap("child", 0), name="child")
        await asyncio.sleep(1)
        asyncio.current_task().cancel()
        await outcome("child", child)
        await outcome("next", nap("next", 1))
        return "value"

    task = spawn(work(), name="a")
    await asyncio.sleep(3)
    await outcome("a", task)


VARIANTS = cases(globals())
