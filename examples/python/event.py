"""An event lets everyone go on who waits for it."""

import asyncio
import time

WAITERS = 3
DELAY = 2.0


async def waiter(name, ready):
    print(f"{name} waits")
    await ready.wait()
    print(f"{name} goes on")


async def setter(ready):
    await asyncio.sleep(DELAY)
    print("setter sets the event")
    ready.set()


async def event():
    ready = asyncio.Event()
    tasks = []
    for n in range(1, WAITERS + 1):
        name = f"waiter {n}"
        tasks.append(
            asyncio.create_task(waiter(name, ready), name=name)
        )
    tasks.append(asyncio.create_task(setter(ready), name="setter"))
    await asyncio.gather(*tasks)
    # Set is set: who comes later does not wait.
    await ready.wait()
    print("main does not wait")


VARIANTS = {"event": event}

if __name__ == "__main__":
    for name, main in VARIANTS.items():
        print(f"--- {name}")
        start = time.perf_counter()
        asyncio.run(main())
        print(f"{time.perf_counter() - start:.2f} s")
