"""wait, as_completed with a time limit, gather that returns exceptions, and the loop's own calls."""

import asyncio

from corners.common import cases, fail, nap, outcome, spawn, stubborn


def names(tasks):
    return " ".join(sorted(task.get_name() for task in tasks)) or "none"


def many(*works):
    # as_completed takes a set of them: made before, they start in this order.
    return [spawn(work, name=f"work {number}") for number, work in enumerate(works)]


async def tell(tasks, **how):
    try:
        done, pending = await asyncio.wait(tasks, **how)
    except asyncio.CancelledError:
        print("wait cancelled")
        raise
    print(f"done {names(done)}, pending {names(pending)}")


def three():
    return [spawn(nap(name, seconds), name=name) for name, seconds in [("a", 2), ("b", 1), ("c", 3)]]


async def wait_for_all():
    await tell(three())


async def wait_for_the_first():
    tasks = three()
    await tell(tasks, return_when=asyncio.FIRST_COMPLETED)
    await tell(tasks)


async def wait_for_the_first_again_and_again():
    tasks = three()
    await tell(tasks, return_when=asyncio.FIRST_COMPLETED)
    await tell(tasks, return_when=asyncio.FIRST_COMPLETED)
    await tell(tasks[:1] + tasks[2:], return_when=asyncio.ALL_COMPLETED)


async def wait_for_the_first_failure():
    tasks = [spawn(nap("a", 1), name="a"), spawn(fail("b", 2), name="b"), spawn(nap("c", 3), name="c")]
    await tell(tasks, return_when=asyncio.FIRST_EXCEPTION)


async def wait_takes_no_cancellation_for_a_failure():
    tasks = [spawn(nap("a", 3), name="a"), spawn(nap("b", 2), name="b")]
    asyncio.get_running_loop().call_later(1, tasks[0].cancel)
    await tell(tasks, return_when=asyncio.FIRST_EXCEPTION)


async def wait_with_a_time_limit():
    tasks = three()
    await tell(tasks, timeout=1.5)
    await tell(tasks)


async def wait_with_a_limit_at_the_same_instant():
    tasks = three()
    await tell(tasks, timeout=1, return_when=asyncio.FIRST_COMPLETED)
    await tell(tasks)


async def wait_with_no_time_at_all():
    other = spawn(nap("other", 0), name="other")
    tasks = three()
    await tell(tasks, timeout=0)
    await other
    await tell(tasks)


async def wait_for_what_is_over_takes_a_turn():
    tasks = [spawn(nap("a", 0), name="a")]
    await asyncio.sleep(1)
    other = spawn(nap("other", 0), name="other")
    await tell(tasks)
    await other


async def wait_that_is_cancelled_leaves_the_tasks_alone():
    tasks = three()
    task = spawn(tell(tasks), name="task")
    await asyncio.sleep(1.5)
    task.cancel()
    await outcome("task", task)
    await tell(tasks)


async def completed_within_a_limit():
    tasks = many(nap("a", 1), nap("b", 3), nap("c", 4))
    for next_done in asyncio.as_completed(tasks, timeout=2):
        await outcome("next", next_done)
    print("over")
    await tell(tasks)


async def completed_within_a_limit_that_does_not_pass():
    tasks = many(nap("a", 1), nap("b", 2))
    for next_done in asyncio.as_completed(tasks, timeout=9):
        await outcome("next", next_done)
    await nap("main", 10)


async def gather_returns_exceptions():
    results = await asyncio.gather(*many(nap("a", 2), fail("b", 1), nap("c", 1)), return_exceptions=True)
    print(*map(str, results), sep=" | ")


async def gather_returns_cancellations():
    a = spawn(nap("a", 2), name="a")
    asyncio.get_running_loop().call_later(1, a.cancel)
    results = await asyncio.gather(a, *many(nap("b", 3)), return_exceptions=True)
    print(isinstance(results[0], asyncio.CancelledError), results[1])


async def gather_that_returns_exceptions_can_be_cancelled():
    async def work():
        await asyncio.gather(*many(nap("a", 2), stubborn("b", 3)), return_exceptions=True)

    task = spawn(work(), name="task")
    await asyncio.sleep(1)
    task.cancel()
    await outcome("task", task)


async def calls_come_in_order():
    loop = asyncio.get_running_loop()
    other = spawn(nap("other", 0), name="other")
    loop.call_soon(print, "soon")
    loop.call_later(1, print, "later")
    loop.call_at(loop.time() + 0.5, print, "at")
    never = loop.call_soon(print, "never")
    neither = loop.call_later(0.7, print, "neither")
    never.cancel()
    neither.cancel()
    print("asked")
    await asyncio.sleep(1)
    print("slept")
    await other


async def call_that_calls_and_spawns():
    loop = asyncio.get_running_loop()
    event = asyncio.Event()
    tasks = []

    def call():
        print("called")
        tasks.append(spawn(nap("a", 1), name="a"))
        loop.call_soon(print, "called again")
        event.set()

    loop.call_later(1, call)
    await event.wait()
    print("event")
    await tasks[0]


VARIANTS = cases(globals())
