"""A task goes on while its creator does other work."""

import asyncio
import time

DOWNLOADS = 3
DURATION = 2.0
WORK = 0.5


async def job(name, seconds):
    print(f"{name} starts")
    await asyncio.sleep(seconds)
    print(f"{name} done")


async def await_each():
    for n in range(1, DOWNLOADS + 1):
        await job(f"download {n}", DURATION)
    await job("other work", WORK)


async def create_tasks():
    tasks = []
    for n in range(1, DOWNLOADS + 1):
        name = f"download {n}"
        download = job(name, DURATION)
        tasks.append(asyncio.create_task(download, name=name))
    print("tasks created")
    # They start when main first awaits, somewhere in here.
    await job("other work", WORK)
    for task in tasks:
        await task


VARIANTS = {
    "await-each": await_each,
    "create-tasks": create_tasks,
}

if __name__ == "__main__":
    for name, main in VARIANTS.items():
        print(f"--- {name}")
        start = time.perf_counter()
        asyncio.run(main())
        print(f"{time.perf_counter() - start:.2f} s")
