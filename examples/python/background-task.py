"""A task in the background lives no longer than the loop."""

import asyncio
import time

JOB = 10.0
ANSWER = 1.0


async def work(name, seconds):
    print(f"{name} starts")
    await asyncio.sleep(seconds)
    print(f"{name} done")


async def wait_for_it():
    await work("job", JOB)
    await work("answer", ANSWER)


async def keep_the_handle():
    job = asyncio.create_task(work("job", JOB), name="job")
    await work("answer", ANSWER)
    await job


async def drop_the_handle():
    asyncio.create_task(work("job", JOB), name="job")
    # After this main is over, and with it the loop.
    await work("answer", ANSWER)


VARIANTS = {
    "wait-for-it": wait_for_it,
    "keep-the-handle": keep_the_handle,
    "drop-the-handle": drop_the_handle,
}

if __name__ == "__main__":
    for name, main in VARIANTS.items():
        print(f"--- {name}")
        start = time.perf_counter()
        asyncio.run(main())
        print(f"{time.perf_counter() - start:.2f} s")
