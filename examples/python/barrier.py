"""A barrier lets nobody through before all are there."""

import asyncio
import time

PARTIES = 3
APART = 0.5


async def party(name, way, barrier):
    await asyncio.sleep(way)
    print(f"{name} arrives")
    await barrier.wait()
    print(f"{name} passes")


async def barrier():
    start = asyncio.Barrier(PARTIES)
    parties = []
    for n in range(1, PARTIES + 1):
        name = f"party {n}"
        # Each one has a longer way than the one before.
        way = APART * n
        parties.append(
            asyncio.create_task(party(name, way, start), name=name)
        )
    await asyncio.gather(*parties)


VARIANTS = {"barrier": barrier}

if __name__ == "__main__":
    for name, main in VARIANTS.items():
        print(f"--- {name}")
        start = time.perf_counter()
        asyncio.run(main())
        print(f"{time.perf_counter() - start:.2f} s")
