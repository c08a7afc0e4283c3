"""Everybody on a channel hears its messages in the same order."""

import asyncio
import random
import time

from services import Channel

CLIENTS = 3
MESSAGES = 2
SEED = 7

NAMES = ["Ada", "Ben", "Cleo", "Dan", "Eve", "Finn"]


async def talk(name, numbers, channel):
    for n in range(1, MESSAGES + 1):
        await asyncio.sleep(numbers.randint(2, 18) / 10)
        print(f"{name} sends {name} {n}")
        channel.post(name, f"{name} {n}")


async def listen(name, inbox):
    while (message := await inbox.get()) is not None:
        print(f"{name} hears {message}")


async def chat():
    channel = Channel()
    numbers = random.Random(SEED)
    clients = NAMES[:CLIENTS]
    listeners = [
        asyncio.create_task(
            listen(name, channel.join(name)), name=f"{name} listens"
        )
        for name in clients
    ]
    talkers = [
        asyncio.create_task(
            talk(name, numbers, channel), name=f"{name} talks"
        )
        for name in clients
    ]
    await asyncio.gather(*talkers)
    channel.close()
    await asyncio.gather(*listeners)


VARIANTS = {"chat": chat}

if __name__ == "__main__":
    for name, main in VARIANTS.items():
        print(f"--- {name}")
        start = time.perf_counter()
        asyncio.run(main())
        print(f"{time.perf_counter() - start:.2f} s")
