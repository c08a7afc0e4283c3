"""A shield lets the wait be cancelled, but not the work."""

import asyncio
import time

COMMIT = 2.0
LIMIT = 1.0


async def commit():
    print("commit begins")
    try:
        await asyncio.sleep(COMMIT)
    except asyncio.CancelledError:
        print("commit is cut off")
        raise
    print("commit done")
    return "saved"


async def plain():
    task = asyncio.create_task(commit(), name="commit")
    try:
        async with asyncio.timeout(LIMIT):
            print("in time:", await task)
    except TimeoutError:
        print("out of time")


async def shielded():
    task = asyncio.create_task(commit(), name="commit")
    try:
        async with asyncio.timeout(LIMIT):
            print("in time:", await asyncio.shield(task))
    except TimeoutError:
        print("out of time, but the commit goes on")
        # Who shields a task keeps it, and awaits it.
        print("late:", await task)


VARIANTS = {"plain": plain, "shielded": shielded}

if __name__ == "__main__":
    for name, main in VARIANTS.items():
        print(f"--- {name}")
        start = time.perf_counter()
        asyncio.run(main())
        print(f"{time.perf_counter() - start:.2f} s")
