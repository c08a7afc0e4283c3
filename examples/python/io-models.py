"""Waits side by side need threads, or an event loop."""

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor

WAITS = 10
WAIT = 1.0
THREADS = 10


async def waiting(name):
    await asyncio.sleep(WAIT)
    print(f"{name} over")


async def in_thread(name, pool):
    loop = asyncio.get_running_loop()
    # One thread waits with it.
    await loop.run_in_executor(pool, time.sleep, WAIT)
    print(f"{name} over")


def names():
    return [f"wait {n}" for n in range(1, WAITS + 1)]


async def sequential():
    for name in names():
        await waiting(name)
    print("cost: 1 thread, 0 tasks beside main")


async def threads():
    with ThreadPoolExecutor(THREADS) as pool:
        waits = [in_thread(name, pool) for name in names()]
        tasks = len(await asyncio.gather(*waits))
    # The loop has one, and a pool makes no more than it needs.
    threads = 1 + min(tasks, THREADS)
    print(f"cost: {threads} threads, {tasks} tasks beside main")


async def asynchronous():
    waits = [waiting(name) for name in names()]
    tasks = len(await asyncio.gather(*waits))
    print(f"cost: 1 thread, {tasks} tasks beside main")


VARIANTS = {
    "sequential": sequential,
    "threads": threads,
    "async": asynchronous,
}

if __name__ == "__main__":
    for name, main in VARIANTS.items():
        print(f"--- {name}")
        start = time.perf_counter()
        asyncio.run(main())
        print(f"{time.perf_counter() - start:.2f} s")
