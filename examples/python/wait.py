"""wait says who is done; it raises nothing and stops nobody."""

import asyncio
import time

QUICK = 0.5
FAULTY = 1.0
SLOW = 1.5


async def job(name, seconds):
    print(f"{name} starts")
    await asyncio.sleep(seconds)
    if name == "faulty":
        raise RuntimeError("out of paper")
    print(f"{name} succeeds")


async def wait_until(when):
    jobs = [("quick", QUICK), ("faulty", FAULTY), ("slow", SLOW)]
    jobs = [
        asyncio.create_task(job(name, seconds), name=name)
        for name, seconds in jobs
    ]
    done, pending = await asyncio.wait(jobs, return_when=when)
    print(f"{len(done)} done, {len(pending)} pending")
    for error in filter(None, [job.exception() for job in done]):
        print("one of them failed:", error)
    # wait leaves them running; on those that are over
    # this has no effect.
    for task in jobs:
        task.cancel()


VARIANTS = {
    "all-completed": lambda: wait_until(asyncio.ALL_COMPLETED),
    "first-exception": lambda: wait_until(asyncio.FIRST_EXCEPTION),
    "first-completed": lambda: wait_until(asyncio.FIRST_COMPLETED),
}

if __name__ == "__main__":
    for name, main in VARIANTS.items():
        print(f"--- {name}")
        start = time.perf_counter()
        asyncio.run(main())
        print(f"{time.perf_counter() - start:.2f} s")
