"""Tasks end in their own order; results come as they are awaited."""

import asyncio
import time

FIRST = 2.0
SECOND = 1.0
THIRD = 3.0


async def work(name, seconds):
    print(f"{name} starts")
    await asyncio.sleep(seconds)
    print(f"{name} done")
    return name


async def awaited_in_turn():
    a = await work("A", FIRST)
    b = await work("B", SECOND)
    c = await work("C", THIRD)
    print(f"results: {a}, {b}, {c}")


async def as_tasks():
    a = asyncio.create_task(work("A", FIRST), name="A")
    b = asyncio.create_task(work("B", SECOND), name="B")
    c = asyncio.create_task(work("C", THIRD), name="C")
    # The result of a task that is over waits to be asked for.
    print(f"results: {await a}, {await b}, {await c}")


VARIANTS = {"awaited-in-turn": awaited_in_turn, "as-tasks": as_tasks}

if __name__ == "__main__":
    for name, main in VARIANTS.items():
        print(f"--- {name}")
        start = time.perf_counter()
        asyncio.run(main())
        print(f"{time.perf_counter() - start:.2f} s")
