"""Event: who hears of it."""

import asyncio

from corners.common import cases, outcome, spawn


async def waiter(name, event):
    try:
        await event.wait()
    except asyncio.CancelledError:
        print(f"{name} gives up")
        raise
    print(f"{name} goes on")


async def event_wakes_in_order():
    event = asyncio.Event()
    waiting = [spawn(waiter(name, event), name=name) for name in "abc"]
    await asyncio.sleep(0.5)
    event.set()
    print("set")
    for task in waiting:
        await task


async def event_that_is_set_is_not_waited_for():
    event = asyncio.Event()
    event.set()
    other = spawn(asyncio.sleep(0), name="other")
    await event.wait()
    print("at once", event.is_set())
    event.clear()
    print(event.is_set())
    await other


async def event_cleared_at_once_lets_them_go():
    event = asyncio.Event()
    early = spawn(waiter("early", event), name="early")
    await asyncio.sleep(0.5)
    event.set()
    event.clear()
    late = spawn(waiter("late", event), name="late")
    await early
    await asyncio.sleep(0.5)
    event.set()
    await late


async def event_waiter_is_cancelled():
    event = asyncio.Event()
    waiting = [spawn(waiter(name, event), name=name) for name in "abc"]
    await asyncio.sleep(0.5)
    waiting[1].cancel()
    event.set()
    for task in waiting:
        await outcome("wait", task)


async def event_waiter_is_cancelled_after_it():
    event = asyncio.Event()
    waiting = [spawn(waiter(name, event), name=name) for name in "abc"]
    await asyncio.sleep(0.5)
    event.set()
    waiting[1].cancel()
    for task in waiting:
        await outcome("wait", task)


async def event_set_by_a_waiter():
    first, second = asyncio.Event(), asyncio.Event()

    async def passes_on():
        await first.wait()
        second.set()
        print("passed on")

    last = spawn(waiter("last", second), name="last")
    passing = spawn(passes_on(), name="passing")
    await asyncio.sleep(0)
    first.set()
    await last
    await passing


VARIANTS = cases(globals())
