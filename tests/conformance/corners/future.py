"""Bare futures and shield: who is woken when, and whom a cancellation hits."""

import asyncio

from corners.common import cases, fail, nap, outcome, spawn, stubborn


def future():
    return asyncio.get_running_loop().create_future()


async def waiter(name, future):
    try:
        print(f"{name} gets", await future)
    except asyncio.CancelledError:
        print(f"{name} cancelled")
        raise
    except RuntimeError as error:
        print(f"{name}: {error}")


async def future_wakes_in_order_of_coming():
    answer = future()
    tasks = [spawn(waiter(name, answer), name=name) for name in "abc"]
    await asyncio.sleep(1)
    answer.set_result(42)
    print("set")
    await asyncio.gather(*tasks)


async def future_that_is_done_does_not_suspend():
    answer = future()
    answer.set_result(1)
    other = spawn(nap("other", 0), name="other")
    await waiter("main", answer)
    await other


async def future_with_an_error():
    answer = future()
    tasks = [spawn(waiter(name, answer), name=name) for name in "ab"]
    await asyncio.sleep(1)
    answer.set_exception(RuntimeError("no answer"))
    await asyncio.gather(*tasks)


async def future_is_cancelled_with_who_waits_for_it():
    answer = future()
    a, b = (spawn(waiter(name, answer), name=name) for name in "ab")
    await asyncio.sleep(1)
    a.cancel()
    print("done" if answer.done() else "open")
    await outcome("b", b)
    await outcome("a", a)


async def future_cancelled_by_itself():
    answer = future()
    a, b = (spawn(waiter(name, answer), name=name) for name in "ab")
    await asyncio.sleep(1)
    print(answer.cancel(), answer.cancel())
    await outcome("a", a)
    await outcome("b", b)


async def future_set_just_before_its_waiter_is_cancelled():
    answer = future()
    a = spawn(waiter("a", answer), name="a")
    await asyncio.sleep(1)
    answer.set_result(1)
    a.cancel()
    await outcome("a", a)


async def callbacks_and_waiters_of_a_future_take_turns():
    answer = future()
    a = spawn(waiter("a", answer), name="a")
    await asyncio.sleep(0)
    answer.add_done_callback(lambda _: print("called"))
    b = spawn(waiter("b", answer), name="b")
    await asyncio.sleep(0)
    answer.set_result(1)
    await asyncio.gather(a, b)
    answer.add_done_callback(lambda _: print("called late"))
    print("before that")
    await asyncio.sleep(0)


async def shield_keeps_a_cancellation_away():
    work = spawn(nap("work", 2), name="work")

    async def await_it():
        return await asyncio.shield(work)

    task = spawn(await_it(), name="task")
    await asyncio.sleep(1)
    task.cancel()
    await outcome("task", task)
    await outcome("work", work)


async def shield_of_what_is_over():
    work = spawn(nap("work", 0), name="work")
    await asyncio.sleep(1)
    other = spawn(nap("other", 0), name="other")
    print(await asyncio.shield(work))
    await other


async def shield_passes_an_error_on():
    await outcome("shield", asyncio.shield(fail("work", 1)))


async def shield_of_a_task_that_is_cancelled_itself():
    work = spawn(nap("work", 2), name="work")
    asyncio.get_running_loop().call_later(1, work.cancel)
    await outcome("shield", asyncio.shield(work))


async def shield_under_a_time_limit():
    work = spawn(stubborn("work", 2), name="work")
    try:
        async with asyncio.timeout(1):
            await asyncio.shield(work)
    except TimeoutError:
        print("timed out")
    await outcome("work", work)


async def shield_left_behind_ends_with_the_run():
    work = spawn(nap("work", 2), name="work")
    try:
        async with asyncio.timeout(1):
            await asyncio.shield(work)
    except TimeoutError:
        print("timed out")


VARIANTS = cases(globals())
