"""An asynchronous iterator waits before it gives the next value."""

import asyncio
import time

NUMBERS = 5
PAUSE = 0.5


class Numbers:
    def __init__(self, end):
        self.last = 0
        self.end = end

    def __aiter__(self):
        return self

    async def __anext__(self):
        if self.last == self.end:
            raise StopAsyncIteration
        self.last += 1
        await asyncio.sleep(PAUSE)
        return self.last


async def iterate():
    async for number in Numbers(NUMBERS):
        print(f"got {number}")
    print("no more")


VARIANTS = {"iterator": iterate}

if __name__ == "__main__":
    for name, main in VARIANTS.items():
        print(f"--- {name}")
        start = time.perf_counter()
        asyncio.run(main())
        print(f"{time.perf_counter() - start:.2f} s")
