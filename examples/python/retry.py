"""What fails once may work the next time, after a pause that grows."""

import asyncio
import random
import time

SEED = 12
FAILURE_RATE = 60
ATTEMPTS = 5
BACKOFF = 0.2
LIMIT = 2.5
CALL = 0.5


async def attempt(n, rng):
    await asyncio.sleep(CALL)
    if rng.random() < FAILURE_RATE / 100:
        print(f"attempt {n} fails")
        raise ConnectionError("no answer")
    print(f"attempt {n} works")
    return "the answer"


async def pause(n, rng):
    # Twice as long each time, and by chance up to a half shorter:
    # those who failed together return one by one.
    longest = BACKOFF * 2 ** (n - 1)
    wait = longest * rng.randint(50, 100) / 100
    await asyncio.sleep(wait)


async def retry(rng):
    for n in range(1, ATTEMPTS):
        try:
            return await attempt(n, rng)
        except ConnectionError:
            await pause(n, rng)
    return await attempt(ATTEMPTS, rng)


async def limited(rng):
    # One limit for all attempts and pauses together.
    async with asyncio.timeout(LIMIT):
        return await retry(rng)


async def tell(call):
    try:
        print("got", await call)
    except ConnectionError as error:
        print("given up:", error)
    except TimeoutError:
        print("out of time")


VARIANTS = {
    "none": lambda: tell(attempt(1, random.Random(SEED))),
    "retry": lambda: tell(retry(random.Random(SEED))),
    "limited": lambda: tell(limited(random.Random(SEED))),
}

if __name__ == "__main__":
    for name, main in VARIANTS.items():
        print(f"--- {name}")
        start = time.perf_counter()
        asyncio.run(main())
        print(f"{time.perf_counter() - start:.2f} s")
