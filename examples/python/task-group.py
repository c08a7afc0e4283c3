"""A TaskGroup stops the others when one fails; gather does not."""

import asyncio
import time

FIRST = 1.0
SECOND = 0.5
THIRD = 2.0
FAILURES = 1


async def child(name, seconds, fails):
    print(f"{name} starts")
    await asyncio.sleep(seconds)
    if fails:
        raise ValueError(f"{name} failed")
    print(f"{name} done")


def children():
    return [
        ("A", FIRST, False),
        ("B", SECOND, FAILURES > 0),
        ("C", THIRD, False),
    ]


async def gathered():
    tasks = [
        asyncio.create_task(child(name, seconds, fails))
        for name, seconds, fails in children()
    ]
    try:
        await asyncio.gather(*tasks)
    except ValueError as error:
        print("gather raised:", error)
    # Nobody has stopped the others.
    await asyncio.wait(tasks)
    print("all are over")


async def grouped():
    try:
        async with asyncio.TaskGroup() as group:
            for name, seconds, fails in children():
                group.create_task(child(name, seconds, fails))
    except ExceptionGroup as error:
        count, first = len(error.exceptions), error.exceptions[0]
        print(f"the group raised {count} error: {first}")
    print("all are over")


VARIANTS = {"gather": gathered, "task-group": grouped}

if __name__ == "__main__":
    for name, main in VARIANTS.items():
        print(f"--- {name}")
        start = time.perf_counter()
        asyncio.run(main())
        print(f"{time.perf_counter() - start:.2f} s")
