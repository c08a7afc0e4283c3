"""A blocking call stops the loop, and every other task with it."""

import asyncio
import time

JOBS = 3
DURATION = 1.0
HEARTBEAT = 0.1


async def heartbeat(beats):
    while True:
        await asyncio.sleep(HEARTBEAT)
        beats.append("beat")


async def blocking(name):
    print(f"{name} starts")
    time.sleep(DURATION)  # No await: nobody else can run.
    print(f"{name} done")


async def waiting(name):
    print(f"{name} starts")
    await asyncio.sleep(DURATION)
    print(f"{name} done")


async def in_thread(name):
    print(f"{name} starts")
    await asyncio.to_thread(time.sleep, DURATION)
    print(f"{name} done")


async def run_jobs(job):
    beats = []
    pulse = asyncio.create_task(heartbeat(beats), name="heartbeat")
    names = [f"job {n}" for n in range(1, JOBS + 1)]
    await asyncio.gather(
        *[asyncio.create_task(job(n), name=n) for n in names]
    )
    pulse.cancel()
    print("heartbeats:", len(beats))


VARIANTS = {
    "blocking": lambda: run_jobs(blocking),
    "async": lambda: run_jobs(waiting),
    "threads": lambda: run_jobs(in_thread),
}

if __name__ == "__main__":
    for name, main in VARIANTS.items():
        print(f"--- {name}")
        start = time.perf_counter()
        asyncio.run(main())
        print(f"{time.perf_counter() - start:.2f} s")
