"""Condition: who is told, who gets the lock, who hears of a cancellation."""

import asyncio
import sys

from corners.common import cases, nap, outcome, spawn


class Condition(asyncio.Condition):
    async def wait_once(self):
        told = asyncio.get_running_loop().create_future()
        cancelled = None
        self.release()
        self._waiters.append(told)
        try:
            await told
        except asyncio.CancelledError as error:
            cancelled = error
        self._waiters.remove(told)
        while True:
            try:
                await self.acquire()
                break
            except asyncio.CancelledError as error:
                cancelled = error
        if cancelled:
            self.notify()
            raise cancelled
        return True

    if sys.version_info < (3, 13):
        wait = wait_once  # Loses neither what it was told nor a message.


async def waiter(name, condition, seconds=0):
    async with condition:
        print(f"{name} waits")
        try:
            await condition.wait()
        except asyncio.CancelledError as error:
            print(f"{name} cancelled", *error.args)
            raise
        print(f"{name} told", condition.locked())
        await asyncio.sleep(seconds)
        print(f"{name} leaves")


def waiters(names, condition, seconds=0):
    return [
        spawn(waiter(name, condition, seconds), name=name) for name in names
    ]


async def tell(condition, count):
    async with condition:
        condition.notify(count)
        print(f"told {count}")


async def condition_tells_in_order():
    condition = Condition()
    tasks = waiters("abcde", condition)
    await asyncio.sleep(1)
    await tell(condition, 1)
    await asyncio.sleep(1)
    await tell(condition, 2)
    await asyncio.sleep(1)
    await tell(condition, 5)
    await asyncio.gather(*tasks)


async def condition_gives_the_lock_to_one_after_the_other():
    condition = Condition()
    tasks = waiters("abc", condition, 1)
    await asyncio.sleep(1)
    async with condition:
        condition.notify_all()
        print("all told")
        await asyncio.sleep(0.5)
    late = waiters("d", condition)
    await asyncio.gather(*tasks)
    await tell(condition, 1)
    await late[0]


async def condition_waits_for_a_predicate():
    condition, items = Condition(), []

    async def consumer(name):
        async with condition:
            await condition.wait_for(lambda: print(f"{name} looks") or items)
            print(f"{name} gets", items.pop(0))

    tasks = [spawn(consumer(name), name=name) for name in "abc"]
    for item in range(3):
        await asyncio.sleep(1)
        async with condition:
            items.append(item)
            condition.notify_all()
    await asyncio.gather(*tasks)


async def condition_waiter_is_cancelled():
    condition = Condition()
    tasks = waiters("abc", condition)
    await asyncio.sleep(1)
    tasks[0].cancel("no need")
    await asyncio.sleep(1)
    await tell(condition, 3)
    for task in tasks:
        await outcome("waiter", task)


async def condition_told_waiter_is_cancelled():
    condition = Condition()
    tasks = waiters("abc", condition)
    await asyncio.sleep(1)
    async with condition:
        condition.notify()
        tasks[0].cancel()
    await asyncio.sleep(1)
    await tell(condition, 1)
    for task in tasks:
        await outcome("waiter", task)


async def condition_cancelled_then_told():
    condition = Condition()
    tasks = waiters("abc", condition)
    await asyncio.sleep(1)
    async with condition:
        tasks[0].cancel()
        condition.notify()
    await asyncio.sleep(1)
    await tell(condition, 1)
    for task in tasks:
        await outcome("waiter", task)


async def condition_cancelled_on_the_way_to_the_lock():
    condition = Condition()
    tasks = waiters("ab", condition)
    await asyncio.sleep(1)
    async with condition:
        condition.notify()
        for message in "first", "second", "third":
            await asyncio.sleep(0.5)
            tasks[0].cancel(message)
        await asyncio.sleep(0.5)
        print("main leaves")
    for task in tasks:
        await outcome("waiter", task)


async def condition_times_out_when_it_has_the_lock():
    condition = Condition()

    async def limited():
        async with condition:
            try:
                async with asyncio.timeout(1):
                    await condition.wait()
            except TimeoutError:
                print("timed out", condition.locked())

    task = spawn(limited(), name="limited")
    await asyncio.sleep(0.5)
    async with condition:
        await nap("holder", 2)
    await task


async def condition_shares_its_lock():
    lock = asyncio.Lock()
    full, empty = Condition(lock), Condition(lock)
    tasks = waiters("a", full, 1) + waiters("b", empty, 1)
    await asyncio.sleep(1)
    async with lock:
        full.notify()
        empty.notify()
    print(full.locked(), empty.locked())
    await asyncio.gather(*tasks)


VARIANTS = cases(globals())
