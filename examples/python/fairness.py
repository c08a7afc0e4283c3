"""A task that computes for long lets the others in by sleep(0)."""

import asyncio
import time

STEPS = 10
STEP = 0.1
POLITE = 2
ROUNDS = 3
PAUSE = 0.2


async def greedy(yields):
    for _ in range(STEPS):
        # A step of computing, which holds the thread.
        time.sleep(STEP)
        if yields:
            # Whoever is ready runs once, then this goes on.
            await asyncio.sleep(0)
    print("greedy done")


async def polite(name):
    starved = 0
    for _ in range(ROUNDS):
        due = time.perf_counter() + PAUSE
        await asyncio.sleep(PAUSE)
        starved += max(0, time.perf_counter() - due)
    print(f"{name} done, starved for {starved:.1f} s")


async def run(yields):
    tasks = []
    for n in range(1, POLITE + 1):
        name = f"polite {n}"
        tasks.append(asyncio.create_task(polite(name), name=name))
    tasks.append(asyncio.create_task(greedy(yields), name="greedy"))
    await asyncio.gather(*tasks)


VARIANTS = {
    "no-yield": lambda: run(yields=False),
    "yield": lambda: run(yields=True),
}

if __name__ == "__main__":
    for name, main in VARIANTS.items():
        print(f"--- {name}")
        start = time.perf_counter()
        asyncio.run(main())
        print(f"{time.perf_counter() - start:.2f} s")
