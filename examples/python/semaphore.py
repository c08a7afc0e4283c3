"""A semaphore lets only so many jobs run at the same time."""

import asyncio
import time

JOBS = 10
DURATION = 1.0
LIMIT = 3


async def job(name):
    print(f"{name} starts")
    await asyncio.sleep(DURATION)
    print(f"{name} done")


async def job_with_permit(name, semaphore):
    # Waits here while LIMIT others are inside.
    async with semaphore:
        await job(name)


async def sequential():
    for n in range(1, JOBS + 1):
        await job(f"job {n}")


async def limited():
    semaphore = asyncio.Semaphore(LIMIT)
    jobs = [
        job_with_permit(f"job {n}", semaphore)
        for n in range(1, JOBS + 1)
    ]
    await asyncio.gather(*jobs)


async def unlimited():
    jobs = [job(f"job {n}") for n in range(1, JOBS + 1)]
    await asyncio.gather(*jobs)


VARIANTS = {
    "sequential": sequential,
    "semaphore": limited,
    "unlimited": unlimited,
}

if __name__ == "__main__":
    for name, main in VARIANTS.items():
        print(f"--- {name}")
        start = time.perf_counter()
        asyncio.run(main())
        print(f"{time.perf_counter() - start:.2f} s")
