"""Awaiting in a loop waits for one call after the other."""

import asyncio
import time

FETCHES = 3
LATENCY = 1.0


async def fetch(name):
    print(f"{name} starts")
    await asyncio.sleep(LATENCY)
    print(f"{name} done")


async def loop_of_awaits():
    # All are called here, but none of them runs yet.
    fetches = [fetch(f"fetch {n}") for n in range(1, FETCHES + 1)]
    for call in fetches:
        await call


async def tasks_first():
    # All are on the loop, and run as soon as main waits.
    fetches = [
        asyncio.create_task(fetch(f"fetch {n}"))
        for n in range(1, FETCHES + 1)
    ]
    for task in fetches:
        await task


async def gathered():
    fetches = [fetch(f"fetch {n}") for n in range(1, FETCHES + 1)]
    await asyncio.gather(*fetches)


VARIANTS = {
    "loop-of-awaits": loop_of_awaits,
    "tasks-first": tasks_first,
    "gather": gathered,
}

if __name__ == "__main__":
    for name, main in VARIANTS.items():
        print(f"--- {name}")
        start = time.perf_counter()
        asyncio.run(main())
        print(f"{time.perf_counter() - start:.2f} s")
