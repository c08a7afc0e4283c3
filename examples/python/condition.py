"""A condition tells those who wait that something has changed."""

import asyncio
import time

CONSUMERS = 3
EVERY = 0.5


class Buffer:
    def __init__(self):
        self.items = []
        self.changed = asyncio.Condition()
        self.wake_ups = 0


async def consumer(name, buffer):
    async with buffer.changed:
        while not buffer.items:
            await buffer.changed.wait()
            buffer.wake_ups += 1
            print(f"{name} wakes up")
        item = buffer.items.pop(0)
        print(f"{name} takes item {item}")


async def producer(buffer, everyone):
    for item in range(1, CONSUMERS + 1):
        await asyncio.sleep(EVERY)
        async with buffer.changed:
            buffer.items.append(item)
            print(f"producer puts item {item}")
            if everyone:
                buffer.changed.notify_all()
            else:
                buffer.changed.notify(1)


async def run(everyone):
    buffer = Buffer()
    tasks = []
    for n in range(1, CONSUMERS + 1):
        name = f"consumer {n}"
        tasks.append(
            asyncio.create_task(consumer(name, buffer), name=name)
        )
    tasks.append(
        asyncio.create_task(
            producer(buffer, everyone), name="producer"
        )
    )
    await asyncio.gather(*tasks)
    print("wake-ups:", buffer.wake_ups)


VARIANTS = {
    "notify": lambda: run(everyone=False),
    "notify-all": lambda: run(everyone=True),
}

if __name__ == "__main__":
    for name, main in VARIANTS.items():
        print(f"--- {name}")
        start = time.perf_counter()
        asyncio.run(main())
        print(f"{time.perf_counter() - start:.2f} s")
