"""A timeout cancels what it no longer waits for."""

import asyncio
import time

OPERATION = 5.0
LIMIT = 2.0


async def operation():
    print("operation starts")
    try:
        await asyncio.sleep(OPERATION)
    except asyncio.CancelledError:
        print("operation cancelled")
        raise
    print("operation done")
    return "the answer"


async def without_limit():
    print("result:", await operation())


async def with_wait_for():
    try:
        result = await asyncio.wait_for(operation(), LIMIT)
        print("result:", result)
    except TimeoutError:
        print("caught TimeoutError")


async def with_timeout():
    try:
        # Limits everything in the block, not just one call.
        async with asyncio.timeout(LIMIT):
            result = await operation()
            print("result:", result)
    except TimeoutError:
        print("caught TimeoutError")


VARIANTS = {
    "none": without_limit,
    "wait-for": with_wait_for,
    "timeout": with_timeout,
}

if __name__ == "__main__":
    for name, main in VARIANTS.items():
        print(f"--- {name}")
        start = time.perf_counter()
        asyncio.run(main())
        print(f"{time.perf_counter() - start:.2f} s")
