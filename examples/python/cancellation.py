"""Cancelling is a request: clean up, then pass it on."""

import asyncio
import time

TASK = 10.0
CANCEL_AT = 1.0
CLEANUP = 0.5
STEP = 2.0


async def cleans_up():
    try:
        await asyncio.sleep(TASK)
    except asyncio.CancelledError:
        print("worker cleans up")
        await asyncio.sleep(CLEANUP)
        raise  # Whoever awaits the worker sees it cancelled.
    return "finished"


async def swallows():
    try:
        await asyncio.sleep(TASK)
    except asyncio.CancelledError:
        print("worker cleans up")
        await asyncio.sleep(CLEANUP)
    return "finished"


async def ignores():
    for _ in range(int(TASK / STEP)):
        try:
            await asyncio.sleep(STEP)
        except asyncio.CancelledError:
            print("worker goes on")
    return "finished"


async def cancel(work):
    worker = asyncio.create_task(work(), name="worker")
    await asyncio.sleep(CANCEL_AT)
    print("main asks the worker to stop")
    worker.cancel()
    try:
        print("worker returned:", await worker)
    except asyncio.CancelledError:
        print("worker was cancelled")


VARIANTS = {
    "cleans-up": lambda: cancel(cleans_up),
    "swallows": lambda: cancel(swallows),
    "ignores": lambda: cancel(ignores),
}

if __name__ == "__main__":
    for name, main in VARIANTS.items():
        print(f"--- {name}")
        start = time.perf_counter()
        asyncio.run(main())
        print(f"{time.perf_counter() - start:.2f} s")
