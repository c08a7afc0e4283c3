"""Awaiting a coroutine runs it now; a task runs beside you."""

import asyncio
import time

FIRST = 2.0
SECOND = 1.0


async def work(name, seconds):
    print(f"{name} starts")
    await asyncio.sleep(seconds)
    print(f"{name} done")


async def one_after_the_other():
    await work("A", FIRST)
    # Only now does B begin.
    await work("B", SECOND)


async def both_on_the_loop():
    a = asyncio.create_task(work("A", FIRST), name="A")
    b = asyncio.create_task(work("B", SECOND), name="B")
    # Both start here, when main waits for the first time.
    await a
    await b


VARIANTS = {
    "one-after-the-other": one_after_the_other,
    "both-on-the-loop": both_on_the_loop,
}

if __name__ == "__main__":
    for name, main in VARIANTS.items():
        print(f"--- {name}")
        start = time.perf_counter()
        asyncio.run(main())
        print(f"{time.perf_counter() - start:.2f} s")
