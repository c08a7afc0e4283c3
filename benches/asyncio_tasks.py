"""Spawns tasks that yield once, and prints how many seconds they took: what benches/native.rs is compared with."""

import asyncio
import sys
import time


async def task():
    await asyncio.sleep(0)


async def main(tasks):
    await asyncio.gather(*[asyncio.create_task(task()) for _ in range(tasks)])


began = time.perf_counter()
asyncio.run(main(int(sys.argv[1])))
print(time.perf_counter() - began)
