"""A context manager that times what happens inside it."""

import asyncio
import time

BODY = 1.5


class Timer:
    async def __aenter__(self):
        self.began = time.perf_counter()

    async def __aexit__(self, *error):
        took = time.perf_counter() - self.began
        print(f"took {took:.2f} s")
        return False


async def timer():
    async with Timer():
        print("body starts")
        await asyncio.sleep(BODY)
        print("body done")


VARIANTS = {"timer": timer}

if __name__ == "__main__":
    for name, main in VARIANTS.items():
        print(f"--- {name}")
        start = time.perf_counter()
        asyncio.run(main())
        print(f"{time.perf_counter() - start:.2f} s")
