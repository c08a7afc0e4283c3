"""A queue between those who make items and those who use them."""

import asyncio
import random
import sys
import time

PRODUCERS = 2
ITEMS = 5
CONSUMERS = 3
HANDLING = 0.3
SIZE = 5
SEED = 7


async def producer(name, making, queue):
    for n, takes in enumerate(making, 1):
        await asyncio.sleep(takes)
        # Waits here while the queue is full.
        await queue.put(f"{name}.{n}")
        print(f"put {name}.{n}")


async def consumer(queue):
    while True:
        item = await queue.get()
        await asyncio.sleep(HANDLING)
        print(f"handled {item}")
        queue.task_done()


async def run(consumers):
    queue = asyncio.Queue(SIZE)
    chance = random.Random(SEED)
    producers = []
    for n in range(1, PRODUCERS + 1):
        making = [chance.randint(1, 5) / 10 for _ in range(ITEMS)]
        producers.append(
            asyncio.create_task(
                producer(n, making, queue), name=f"producer {n}"
            )
        )
    consumers = [
        asyncio.create_task(consumer(queue), name=f"consumer {n}")
        for n in range(1, consumers + 1)
    ]
    await asyncio.gather(*producers)
    print("everything is in the queue")
    await queue.join()
    # Nothing is left: they would wait for ever.
    for task in consumers:
        task.cancel()
    await asyncio.gather(*consumers, return_exceptions=True)
    print("everything is handled")


VARIANTS = {
    "one-consumer": lambda: run(1),
    "consumers": lambda: run(CONSUMERS),
}

if __name__ == "__main__":
    for name, main in VARIANTS.items():
        print(f"--- {name}")
        start = time.perf_counter()
        asyncio.run(main())
        print(f"{time.perf_counter() - start:.2f} s")
elif __name__ == "queue":
    # A neighbour wants the standard library's module of this name.
    sys.path.pop(0)
    del sys.modules["queue"]
    import queue
