"""Asynchronous context managers: how they are left."""

import asyncio

from corners.common import cases, outcome, spawn


class Door:
    def __init__(self, name, open=0.5, shut=0.1, forgives=False, jams=None):
        self.name, self.open, self.shut = name, open, shut
        self.forgives, self.jams = forgives, jams

    async def __aenter__(self):
        print(f"{self.name} opens")
        await asyncio.sleep(self.open)
        if self.jams == "open":
            raise RuntimeError(f"{self.name} does not open")
        return self.name

    async def __aexit__(self, kind, error, trace):
        why = "cancelled" if kind is asyncio.CancelledError else error
        print(f"{self.name} is left: {why}")
        try:
            await asyncio.sleep(self.shut)
        except asyncio.CancelledError:
            print(f"{self.name} is left open")
            raise
        if self.jams == "shut":
            raise RuntimeError(f"{self.name} does not shut")
        print(f"{self.name} is shut")
        return self.forgives


async def enter(door, seconds=1, fails=False):
    async with door as name:
        print(f"inside {name}")
        await asyncio.sleep(seconds)
        if fails:
            raise RuntimeError("fell")
        return "through"


async def context_is_left_however_it_goes():
    await outcome("fine", enter(Door("a")))
    await outcome("fails", enter(Door("b"), fails=True))
    await outcome("forgiven", enter(Door("c", forgives=True), fails=True))
    await outcome("jammed", enter(Door("d", jams="open")))
    await outcome("stuck", enter(Door("e", jams="shut")))
    await outcome("stuck too", enter(Door("f", jams="shut"), fails=True))


async def context_is_cancelled():
    for name, forgives in ("strict", False), ("mild", True):
        task = spawn(enter(Door(name, forgives=forgives), 5), name=name)
        await asyncio.sleep(1)
        task.cancel()
        await outcome(name, task)


async def context_is_cancelled_on_its_way_in_and_out():
    for name, at in ("in", 0.25), ("out", 2):
        task = spawn(enter(Door(name, shut=1)), name=name)
        await asyncio.sleep(at)
        task.cancel()
        await outcome(name, task)


async def context_is_cancelled_twice():
    task = spawn(enter(Door("a", shut=1)), name="a")
    await asyncio.sleep(1)
    task.cancel()
    await asyncio.sleep(0.5)
    task.cancel()
    await outcome("a", task)


async def context_times_out():
    try:
        async with asyncio.timeout(1):
            await enter(Door("a", shut=2), 5)
    except TimeoutError:
        print("timed out")


async def context_is_nested():
    async def both():
        async with Door("outer", forgives=True):
            await enter(Door("inner"), fails=True)
            print("never")

    await outcome("both", both())


VARIANTS = cases(globals())
