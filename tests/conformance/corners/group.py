"""TaskGroup: who is cancelled when, and what comes out of it."""

import asyncio

from corners.common import cases, fail, nap, outcome, spawn, stubborn


class Ordered(dict):
    """A set in order of insertion: CPython's own has none, so it is pinned."""

    add = dict.setdefault

    def discard(self, item):
        self.pop(item, None)


class Group(asyncio.TaskGroup):
    def __init__(self):
        super().__init__()
        self._tasks = Ordered()

    def spawn(self, work, name):
        return self.create_task(work, name=name)


def told(error):
    if isinstance(error, BaseExceptionGroup):
        return "[" + ", ".join(map(told, error.exceptions)) + "]"
    return str(error)


async def tell(name, work):
    try:
        await work
        print(f"{name}: fine")
    except asyncio.CancelledError:
        print(f"{name}: cancelled")
        raise
    except Exception as error:
        print(f"{name}: {told(error)}")


async def group_waits_for_all():
    async with Group() as group:
        group.spawn(nap("a", 2), "a")
        b = group.spawn(nap("b", 1), "b")
        print("body ends")
    print("over", b.result())


async def group_of_nobody():
    other = spawn(asyncio.sleep(0), name="other")
    async with Group():
        print("body")
    print("over")
    await other


async def group_cancels_the_others():
    async def work():
        async with Group() as group:
            group.spawn(nap("a", 3), "a")
            group.spawn(fail("b", 1), "b")
            group.spawn(nap("c", 2), "c")
            await nap("body", 5)

    await tell("group", work())
    await nap("after", 1)


async def group_cancels_the_others_when_its_body_is_over():
    async def work():
        async with Group() as group:
            group.spawn(nap("a", 3), "a")
            group.spawn(fail("b", 1), "b")

    await tell("group", work())
    await nap("after", 1)


async def group_body_fails():
    async def work():
        async with Group() as group:
            group.spawn(nap("a", 3), "a")
            group.spawn(nap("b", 2), "b")
            await fail("body", 1)

    await tell("group", work())


async def group_of_several_errors():
    async def clumsy(name, seconds):
        try:
            await asyncio.sleep(seconds)
        except asyncio.CancelledError:
            raise RuntimeError(f"{name} failed too") from None

    async def work():
        async with Group() as group:
            group.spawn(clumsy("a", 3), "a")
            group.spawn(fail("b", 1), "b")
            group.spawn(clumsy("c", 3), "c")
            await clumsy("body", 3)

    await tell("group", work())


async def group_errors_at_once():
    async def work():
        async with Group() as group:
            group.spawn(fail("a", 1), "a")
            group.spawn(fail("b", 1), "b")
            group.spawn(nap("c", 2), "c")

    await tell("group", work())


async def group_in_a_group():
    async def inner():
        async with Group() as group:
            group.spawn(fail("x", 1), "x")
            group.spawn(nap("y", 2), "y")

    async def outer():
        async with Group() as group:
            group.spawn(tell("inner", inner()), "told")
            group.spawn(inner(), "inner")
            group.spawn(nap("z", 3), "z")

    await tell("outer", outer())


async def group_is_cancelled_from_outside():
    async def work():
        async with Group() as group:
            group.spawn(nap("a", 3), "a")
            group.spawn(nap("b", 3), "b")
            print("body ends")
        print("never")

    task = spawn(work(), name="work")
    await asyncio.sleep(1)
    task.cancel()
    await outcome("work", task)


async def group_body_is_cancelled_from_outside():
    async def work():
        async with Group() as group:
            group.spawn(nap("a", 3), "a")
            await nap("body", 3)

    task = spawn(work(), name="work")
    await asyncio.sleep(1)
    task.cancel()
    await outcome("work", task)


async def group_cleans_up_for_long():
    async def slow(name):
        try:
            await asyncio.sleep(9)
        except asyncio.CancelledError:
            await asyncio.sleep(2)
            print(f"{name} is clean")
            raise

    async def work():
        async with Group() as group:
            group.spawn(slow("a"), "a")
            group.spawn(fail("b", 1), "b")
            await slow("body")

    await tell("group", work())


async def group_cancelled_twice():
    async def work():
        async with Group() as group:
            group.spawn(stubborn("a", 3), "a")
            group.spawn(nap("b", 3), "b")

    task = spawn(work(), name="work")
    await asyncio.sleep(1)
    task.cancel()
    await asyncio.sleep(0)
    task.cancel()
    await outcome("work", task)


async def group_task_is_cancelled_by_hand():
    async with Group() as group:
        a = group.spawn(nap("a", 3), "a")
        group.spawn(nap("b", 2), "b")
        await asyncio.sleep(1)
        a.cancel()
    print("over", a.cancelled())


async def group_inside_a_time_limit():
    async def work():
        async with Group() as group:
            group.spawn(nap("a", 3), "a")
            group.spawn(nap("b", 1), "b")

    await outcome("work", asyncio.wait_for(work(), 2))


async def group_task_is_awaited_and_gathered():
    async with Group() as group:
        a = group.spawn(nap("a", 1), "a")
        b = group.spawn(nap("b", 2), "b")
        c = group.spawn(nap("c", 2), "c")
        print(await a)
        print(" ".join(await asyncio.gather(b, c)))
    print("over")


async def group_grows():
    async def grows(group, depth):
        print(f"depth {depth}")
        await asyncio.sleep(1)
        if depth < 3:
            group.spawn(grows(group, depth + 1), f"depth {depth + 1}")

    async with Group() as group:
        group.spawn(grows(group, 1), "depth 1")
    print("over")


VARIANTS = cases(globals())
