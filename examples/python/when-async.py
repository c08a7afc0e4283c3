"""Waits can overlap on one thread; computing cannot."""

import asyncio
import time

JOBS = 10
DURATION = 1.0
CPU = 50


async def job(n):
    computing = DURATION * CPU / 100
    waiting = DURATION - computing
    # Stands for computing: the thread is not free.
    time.sleep(computing)
    await asyncio.sleep(waiting)
    print(f"job {n} done")


async def sequential():
    for n in range(1, JOBS + 1):
        await job(n)


async def gathered():
    jobs = [job(n) for n in range(1, JOBS + 1)]
    await asyncio.gather(*jobs)


VARIANTS = {"sequential": sequential, "gather": gathered}

if __name__ == "__main__":
    for name, main in VARIANTS.items():
        print(f"--- {name}")
        start = time.perf_counter()
        asyncio.run(main())
        print(f"{time.perf_counter() - start:.2f} s")
