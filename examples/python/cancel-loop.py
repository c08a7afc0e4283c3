"""A loop that is cancelled stops at the await where it waits."""

import asyncio
import time

TICKS = 10
PERIOD = 1.0
CANCEL_AT = 3.0


async def tick():
    for n in range(TICKS):
        print(f"tick {n}")
        # The request arrives here, where the loop waits.
        await asyncio.sleep(PERIOD)
    print("all ticks done")


async def cancelled():
    ticker = asyncio.create_task(tick(), name="ticker")
    await asyncio.sleep(CANCEL_AT)
    print("main asks the ticker to stop")
    ticker.cancel()
    try:
        await ticker
        print("ticker was over before")
    except asyncio.CancelledError:
        print("ticker was cancelled")


VARIANTS = {"cancelled": cancelled}

if __name__ == "__main__":
    for name, main in VARIANTS.items():
        print(f"--- {name}")
        start = time.perf_counter()
        asyncio.run(main())
        print(f"{time.perf_counter() - start:.2f} s")
