"""Six calls, not all of them lucky: each can be handled by itself."""

import asyncio
import random
import time

CALLS = 6
LIMIT = 1.0
FAILURE_RATE = 30
SEED = 7


async def service(seconds, fails):
    await asyncio.sleep(seconds)
    if fails:
        raise ConnectionError("no answer")


async def fetch(n, seconds, fails):
    try:
        async with asyncio.timeout(LIMIT):
            await service(seconds, fails)
    except TimeoutError:
        print(f"call {n} timed out")
        raise
    except ConnectionError:
        print(f"call {n} failed")
        raise
    print(f"call {n} answered")
    return n


async def safe_fetch(fetch):
    try:
        return await fetch
    except (TimeoutError, ConnectionError):
        return None


def fetches():
    rng = random.Random(SEED)
    for n in range(1, CALLS + 1):
        seconds = rng.randint(2, 18) / 10
        fails = rng.random() < FAILURE_RATE / 100
        yield fetch(n, seconds, fails)


async def unhandled():
    try:
        answers = await asyncio.gather(*fetches())
    except (TimeoutError, ConnectionError):
        answers = []
    print("answers:", len(answers))


async def handled():
    calls = map(safe_fetch, fetches())
    answers = await asyncio.gather(*calls)
    print("answers:", len([n for n in answers if n is not None]))


VARIANTS = {"unhandled": unhandled, "handled": handled}

if __name__ == "__main__":
    for name, main in VARIANTS.items():
        print(f"--- {name}")
        start = time.perf_counter()
        asyncio.run(main())
        print(f"{time.perf_counter() - start:.2f} s")
