"""A batch waits for its slowest; a semaphore lets the next one in."""

import asyncio
import random
import time

REQUESTS = 40
PLACES = 8
SHORTEST = 0.2
LONGEST = 1.8
SEED = 7


def requests():
    """Every request's name, and how long it will take."""
    rng = random.Random(SEED)
    shortest, longest = round(SHORTEST * 10), round(LONGEST * 10)
    return [
        (f"request {n}", rng.randint(shortest, longest) / 10)
        for n in range(1, REQUESTS + 1)
    ]


async def request(name, seconds):
    print(f"{name} sent")
    await asyncio.sleep(seconds)
    print(f"{name} answered")


async def request_in_place(name, seconds, places):
    async with places:
        await request(name, seconds)


async def batches():
    waiting = requests()
    while waiting:
        batch, waiting = waiting[:PLACES], waiting[PLACES:]
        # The next batch begins when all of this one is over.
        await asyncio.gather(*[request(*one) for one in batch])


async def window():
    places = asyncio.Semaphore(PLACES)
    await asyncio.gather(
        *[request_in_place(*one, places) for one in requests()]
    )


VARIANTS = {"batches": batches, "semaphore": window}

if __name__ == "__main__":
    for name, main in VARIANTS.items():
        print(f"--- {name}")
        start = time.perf_counter()
        asyncio.run(main())
        print(f"{time.perf_counter() - start:.2f} s")
