"""Sync code cannot await: it gets no answer, or runs a loop for it."""

import asyncio
import time

CALLS = 3
LATENCY = 1.0


async def fetch(n):
    print(f"fetch {n} starts")
    await asyncio.sleep(LATENCY)
    print(f"fetch {n} done")
    return n


def only_called():
    for n in range(1, CALLS + 1):
        print("got a", type(fetch(n)).__name__)


def loop_per_call():
    for n in range(1, CALLS + 1):
        print("got", asyncio.run(fetch(n)))


async def fetch_all():
    calls = [fetch(n) for n in range(1, CALLS + 1)]
    return await asyncio.gather(*calls)


def one_loop():
    for answer in asyncio.run(fetch_all()):
        print("got", answer)


VARIANTS = {
    "only-called": only_called,
    "loop-per-call": loop_per_call,
    "one-loop": one_loop,
}

if __name__ == "__main__":
    for name, main in VARIANTS.items():
        print(f"--- {name}")
        start = time.perf_counter()
        main()
        print(f"{time.perf_counter() - start:.2f} s")
