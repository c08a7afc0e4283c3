"""A call without an await does nothing at all."""

import asyncio
import time

SAVE = 1.0


async def save():
    print("saving")
    await asyncio.sleep(SAVE)
    print("saved")


async def forgotten():
    print("edited")
    # Python warns only when it runs, once the call is lost.
    save()
    print("closed")


async def awaited():
    print("edited")
    await save()
    print("closed")


VARIANTS = {"forgotten": forgotten, "awaited": awaited}

if __name__ == "__main__":
    for name, main in VARIANTS.items():
        print(f"--- {name}")
        start = time.perf_counter()
        asyncio.run(main())
        print(f"{time.perf_counter() - start:.2f} s")
