"""A coroutine pauses at an await and goes on where it paused."""

import asyncio
import time

DELAY = 1.0


async def hello():
    print("hello")
    # While this coroutine sleeps, the event loop is free to run
    # others. Here there are none, so the program just waits.
    await asyncio.sleep(DELAY)
    print("hello again")


VARIANTS = {"hello": hello}

if __name__ == "__main__":
    for name, main in VARIANTS.items():
        print(f"--- {name}")
        start = time.perf_counter()
        asyncio.run(main())
        print(f"{time.perf_counter() - start:.2f} s")
