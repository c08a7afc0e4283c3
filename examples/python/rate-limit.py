"""A limit on how many run at once does not limit how many start."""

import asyncio
import math
import time

REQUESTS = 20
LATENCY = 0.1
RATE = 5
PAUSE = 0.2
BURST = 5


async def request(name):
    print(f"{name} sent")
    await asyncio.sleep(LATENCY)


def interval_in_ms():
    # Between two requests that keep to the rate.
    return math.ceil(1000 / RATE)


async def inside(name, semaphore):
    async with semaphore:
        await request(name)
        await asyncio.sleep(PAUSE)


async def with_semaphore():
    semaphore = asyncio.Semaphore(RATE)
    requests = []
    for n in range(1, REQUESTS + 1):
        job = inside(f"request {n}", semaphore)
        requests.append(asyncio.create_task(job, name=f"request {n}"))
    await asyncio.gather(*requests)


class Bucket:
    """Holds BURST tokens, and gets a new one every interval."""

    def __init__(self):
        self.full_at = 1000 * time.perf_counter()

    async def take(self):
        # A token, or the next one that nobody has claimed.
        now = 1000 * time.perf_counter()
        self.full_at = max(self.full_at, now) + interval_in_ms()
        filling = BURST * interval_in_ms()
        wait = self.full_at - (now + filling)
        if wait > 0:
            await asyncio.sleep(wait / 1000)


async def with_token(name, bucket):
    await bucket.take()
    await request(name)


async def with_bucket():
    bucket = Bucket()
    requests = []
    for n in range(1, REQUESTS + 1):
        job = with_token(f"request {n}", bucket)
        requests.append(asyncio.create_task(job, name=f"request {n}"))
    await asyncio.gather(*requests)


async def evenly():
    requests = []
    for n in range(1, REQUESTS + 1):
        if n > 1:
            await asyncio.sleep(interval_in_ms() / 1000)
        job = request(f"request {n}")
        requests.append(asyncio.create_task(job, name=f"request {n}"))
    await asyncio.gather(*requests)


VARIANTS = {
    "semaphore": with_semaphore,
    "token-bucket": with_bucket,
    "evenly": evenly,
}

if __name__ == "__main__":
    for name, main in VARIANTS.items():
        print(f"--- {name}")
        start = time.perf_counter()
        asyncio.run(main())
        print(f"{time.perf_counter() - start:.2f} s")
