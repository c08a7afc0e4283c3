"""An end marker stops one consumer; each needs its own."""

import asyncio
import time

ITEMS = 10
EVERY = 0.5
HANDLING = 1.0


async def producer(markers, queue):
    for item in range(1, ITEMS + 1):
        await queue.put(item)
        await asyncio.sleep(EVERY)
    for _ in range(markers):
        await queue.put(None)
    print("producer stops")


async def consumer(name, queue):
    # None is the end marker.
    while (item := await queue.get()) is not None:
        await asyncio.sleep(HANDLING)
        print(f"{name} handled item {item}")
    print(f"{name} stops")


async def run(markers):
    queue = asyncio.Queue()
    a, b = [
        asyncio.create_task(consumer(name, queue), name=name)
        for name in ("consumer A", "consumer B")
    ]
    items = asyncio.create_task(
        producer(markers, queue), name="producer"
    )
    await asyncio.gather(items, a, b)
    print("everybody has stopped")


VARIANTS = {
    "one-marker": lambda: run(1),
    "marker-each": lambda: run(2),
}

if __name__ == "__main__":
    for name, main in VARIANTS.items():
        print(f"--- {name}")
        start = time.perf_counter()
        try:
            # With one marker it would never end.
            asyncio.run(asyncio.wait_for(main(), 10))
        except TimeoutError:
            print("nobody will ever put another item")
        print(f"{time.perf_counter() - start:.2f} s")
