"""Pools: when a job begins, and who hears of its end."""

import asyncio
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor

from corners.common import cases, nap, outcome, spawn


def give(pool, job, *args):
    return asyncio.get_running_loop().run_in_executor(pool, job, *args)


def block(name, seconds):
    print(f"{name} begins")
    time.sleep(seconds)
    return name


async def work(name, pool, seconds):
    print(f"{name} is given")
    try:
        print(await give(pool, block, name, seconds), "is back")
    except asyncio.CancelledError:
        print(f"{name} is cancelled")
        raise


def jobs(pool, names, seconds):
    return [spawn(work(name, pool, seconds), name=name) for name in names]


async def pool_is_first_in_first_out():
    pool = ThreadPoolExecutor(2)
    tasks = [
        spawn(work(name, pool, seconds), name=name)
        for name, seconds in [("a", 3), ("b", 1), ("c", 1), ("d", 2), ("e", 0)]
    ]
    await nap("main", 1.5)
    tasks += jobs(pool, "f", 0.5)
    await asyncio.gather(*tasks)


async def pool_leaves_the_loop_alone():
    pool = ThreadPoolExecutor(1)

    async def ticks():
        for tick in range(5):
            print(f"tick {tick}")
            await asyncio.sleep(0.5)

    await asyncio.gather(spawn(ticks(), name="ticks"), *jobs(pool, "ab", 1))


async def pool_of_zero_length_jobs():
    pool = ThreadPoolExecutor(1)

    async def ticks():
        for tick in range(6):
            print(f"tick {tick}")
            await asyncio.sleep(0)

    tasks = jobs(pool, "abc", 0)
    await asyncio.gather(spawn(ticks(), name="ticks"), *tasks)


async def pool_job_is_withdrawn():
    pool = ThreadPoolExecutor(1)
    tasks = jobs(pool, "abc", 2)
    await asyncio.sleep(1)
    tasks[1].cancel()
    for task in tasks:
        await outcome("job", task)


async def pool_job_that_has_begun_runs_on():
    pool = ThreadPoolExecutor(1)
    tasks = jobs(pool, "ab", 2)
    await asyncio.sleep(1)
    tasks[0].cancel()
    for task in tasks:
        await outcome("job", task)


async def pool_job_times_out():
    pool = ThreadPoolExecutor(1)
    tasks = jobs(pool, "a", 3)
    await asyncio.sleep(0)
    for limit in 1, 1:
        try:
            async with asyncio.timeout(limit):
                await work("late", pool, 1)
        except TimeoutError:
            print("timed out")
    await work("last", pool, 1)
    await asyncio.gather(*tasks)


async def pool_worker_is_free_just_when_a_job_is_cancelled():
    pool = ThreadPoolExecutor(1)
    tasks = jobs(pool, "abc", 1)
    await asyncio.sleep(1)
    tasks[1].cancel()
    for task in tasks:
        await outcome("job", task)


async def pool_job_is_cancelled_just_before_a_worker_is_free():
    pool = ThreadPoolExecutor(1)

    async def cancels():
        await asyncio.sleep(1)
        tasks[1].cancel()
        print("cancelled")

    cancelling = spawn(cancels(), name="cancels")
    await asyncio.sleep(0)
    tasks = jobs(pool, "abc", 1)
    await cancelling
    for task in tasks:
        await outcome("job", task)


async def pool_job_begins_before_it_is_awaited():
    pool = ThreadPoolExecutor(1)
    first = give(pool, block, "first", 2)
    second = give(pool, block, "second", 2)
    print("given")
    await asyncio.sleep(1)
    print(await first)
    await asyncio.sleep(3)
    print(await second)


async def pool_job_fails():
    pool = ThreadPoolExecutor(1)

    def fails():
        time.sleep(1)
        raise RuntimeError("no such file")

    async def failing():
        await give(pool, fails)

    tasks = [spawn(failing(), name="failing"), *jobs(pool, "a", 1)]
    for task in tasks:
        await outcome("job", task)


async def pool_job_prints_when_it_gets_there():
    pool = ThreadPoolExecutor(2)

    def steps(name):
        for step in range(3):
            print(f"{name} {step}")
            time.sleep(1)

    jobs = give(pool, steps, "a"), give(pool, steps, "b")
    await spawn(nap("c", 1.5), name="c")
    for job in jobs:
        await job


async def pool_goes_on_while_the_loop_is_blocked():
    pool = ThreadPoolExecutor(2)

    async def silent(name, seconds):
        await give(pool, time.sleep, seconds)
        print(f"{name} is back")

    jobs = [("a", 1), ("b", 2.5), ("c", 1), ("d", 3), ("e", 2)]
    tasks = [spawn(silent(*job), name=job[0]) for job in jobs]
    await asyncio.sleep(0.5)
    time.sleep(2.5)
    tasks.append(spawn(silent("f", 1), name="f"))
    await asyncio.gather(*tasks)


async def pool_job_begins_before_a_request_to_cancel_arrives():
    pool = ThreadPoolExecutor(1)

    async def silent(name, seconds):
        await give(pool, time.sleep, seconds)
        print(f"{name} is back")

    jobs = [("a", 1), ("b", 2), ("c", 1), ("d", 1)]
    tasks = [spawn(silent(*job), name=job[0]) for job in jobs]
    await asyncio.sleep(0.5)
    tasks[1].cancel()
    tasks[2].cancel()
    time.sleep(1)
    for task in tasks:
        await outcome("job", task)


async def pools_have_their_own_workers():
    one, two = ThreadPoolExecutor(1), ProcessPoolExecutor(2)
    tasks = [spawn(work(name, one, 1), name=name) for name in "ab"]
    await asyncio.sleep(0)

    async def compute(name):
        await give(two, time.sleep, 1)
        print(f"{name} is computed")

    tasks += [spawn(compute(name), name=name) for name in "cde"]
    for number in range(3):
        thread = asyncio.to_thread(time.sleep, 1)
        tasks.append(spawn(thread, name=f"thread {number}"))
    await asyncio.gather(*tasks)


VARIANTS = cases(globals())
