"""Work for the processor needs processors, not an event loop."""

import asyncio
import time
from concurrent.futures import ProcessPoolExecutor

from services import sum_of_squares

SUMS = 4
DURATION = 1.0
WORKERS = 4


async def here(n):
    # No await in it: the others wait for its end.
    total = sum_of_squares(10_000 * n, DURATION)
    print(f"sum {n} is {total}")


async def on_the_loop():
    sums = [here(n) for n in range(1, SUMS + 1)]
    await asyncio.gather(*sums)


async def in_worker(n, pool):
    loop = asyncio.get_running_loop()
    total = await loop.run_in_executor(
        pool, sum_of_squares, 10_000 * n, DURATION
    )
    print(f"sum {n} is {total}")


async def worker_pool():
    with ProcessPoolExecutor(WORKERS) as pool:
        sums = [in_worker(n, pool) for n in range(1, SUMS + 1)]
        await asyncio.gather(*sums)


VARIANTS = {"on-the-loop": on_the_loop, "worker-pool": worker_pool}

if __name__ == "__main__":
    for name, main in VARIANTS.items():
        print(f"--- {name}")
        start = time.perf_counter()
        asyncio.run(main())
        print(f"{time.perf_counter() - start:.2f} s")
