"""Barrier: who passes when, and what breaks it."""

import asyncio

from corners.common import cases, outcome, spawn
from corners.condition import Condition


class Barrier(asyncio.Barrier):
    def __init__(self, parties):
        super().__init__(parties)
        self._cond = Condition()


async def party(name, barrier, rounds=1, before=0):
    await asyncio.sleep(before)
    for _ in range(rounds):
        try:
            index = await barrier.wait()
            print(f"{name} passes {index}", barrier.n_waiting)
        except asyncio.BrokenBarrierError:
            print(f"{name} broken", barrier.n_waiting, barrier.broken)
        except asyncio.CancelledError:
            print(f"{name} cancelled", barrier.n_waiting)
            raise


def parties(names, barrier, **options):
    return [
        spawn(party(name, barrier, **options), name=name) for name in names
    ]


async def barrier_waits_for_all():
    barrier = Barrier(3)
    tasks = []
    for name in "abc":
        tasks += parties(name, barrier)
        await asyncio.sleep(1)
        print(barrier.n_waiting, barrier.parties)
    await asyncio.gather(*tasks)


async def barrier_of_one():
    barrier = Barrier(1)
    await asyncio.gather(*parties("ab", barrier, rounds=2))


async def barrier_is_used_again():
    barrier = Barrier(2)
    tasks = parties("abcd", barrier, rounds=3)
    await asyncio.gather(*tasks)


async def barrier_newcomers_wait_until_the_others_are_gone():
    barrier = Barrier(3)
    first = parties("abc", barrier)
    await asyncio.sleep(0)
    second = parties("def", barrier)
    print("waiting", barrier.n_waiting)
    await asyncio.sleep(0)
    print("waiting", barrier.n_waiting)
    await asyncio.gather(*first, *second)


async def barrier_party_is_cancelled():
    barrier = Barrier(4)
    tasks = parties("abc", barrier)
    await asyncio.sleep(1)
    tasks[0].cancel()
    await asyncio.sleep(1)
    print("waiting", barrier.n_waiting)
    tasks += parties("de", barrier)
    for task in tasks:
        await outcome("party", task)


async def barrier_last_party_is_cancelled():
    barrier = Barrier(2)
    tasks = parties("a", barrier)
    await asyncio.sleep(1)
    tasks[0].cancel()
    tasks += parties("bc", barrier)
    for task in tasks:
        await outcome("party", task)


async def barrier_let_through_and_cancelled():
    barrier = Barrier(3)
    tasks = parties("ab", barrier)
    await asyncio.sleep(1)
    print("main passes", await barrier.wait())
    tasks[0].cancel()
    tasks += parties("c", barrier)
    await asyncio.sleep(1)
    tasks += parties("de", barrier)
    for task in tasks:
        await outcome("party", task)


async def barrier_is_aborted():
    barrier = Barrier(3)
    tasks = parties("ab", barrier)
    await asyncio.sleep(1)
    await barrier.abort()
    print("aborted", barrier.broken, barrier.n_waiting)
    tasks += parties("c", barrier)
    await asyncio.gather(*tasks)
    print(barrier.broken)
    await barrier.reset()
    print(barrier.broken)
    await asyncio.gather(*parties("def", barrier))


async def barrier_is_reset():
    barrier = Barrier(3)
    tasks = parties("ab", barrier)
    await asyncio.sleep(1)
    await barrier.reset()
    print("reset", barrier.broken, barrier.n_waiting)
    tasks += parties("cde", barrier)
    await asyncio.gather(*tasks)
    print(barrier.broken, barrier.n_waiting)


async def barrier_is_reset_while_they_go():
    barrier = Barrier(3)
    tasks = parties("ab", barrier)
    await asyncio.sleep(1)
    print("main passes", await barrier.wait())
    await barrier.reset()
    tasks += parties("cde", barrier)
    await asyncio.gather(*tasks)


async def barrier_is_aborted_while_they_go():
    barrier = Barrier(3)
    tasks = parties("ab", barrier)
    await asyncio.sleep(1)
    print("main passes", await barrier.wait())
    tasks += parties("cd", barrier)
    await asyncio.sleep(0)
    await barrier.abort()
    await asyncio.gather(*tasks)
    print(barrier.broken)


async def barrier_times_out():
    barrier = Barrier(2)

    async def limited():
        try:
            async with asyncio.timeout(1):
                await barrier.wait()
        except TimeoutError:
            print("timed out", barrier.n_waiting)
            await barrier.abort()

    task = spawn(limited(), name="limited")
    late = parties("a", barrier, before=2)
    await asyncio.gather(task, *late)


VARIANTS = cases(globals())
