"""Calling an async function runs nothing; awaiting it does."""

import asyncio
import time

LATENCY = 1.0


async def fetch():
    print("fetch starts")
    await asyncio.sleep(LATENCY)
    print("fetch done")
    return "the answer"


async def never_awaited():
    _call = fetch()
    print("called, and nothing has run")
    # RuntimeWarning: coroutine 'fetch' was never awaited


async def awaited():
    call = fetch()
    print("called, and nothing has run")
    # Only now does it run.
    result = await call
    print("result:", result)


VARIANTS = {"never-awaited": never_awaited, "awaited": awaited}

if __name__ == "__main__":
    for name, main in VARIANTS.items():
        print(f"--- {name}")
        start = time.perf_counter()
        asyncio.run(main())
        print(f"{time.perf_counter() - start:.2f} s")
