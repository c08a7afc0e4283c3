"""When main returns, what it has not waited for is cancelled."""

import asyncio
import time

TASKS = 5
STEP = 0.4
OTHER_WORK = 1.0


async def upload(name, seconds, finished):
    await asyncio.sleep(seconds)
    print(f"{name} done")
    finished.append(name)


def upload_all(finished):
    return [
        asyncio.create_task(upload(f"upload {n}", STEP * n, finished))
        for n in range(1, TASKS + 1)
    ]


async def no_wait():
    finished = []
    # Python keeps no task for its own sake: without a reference
    # they might be gone even before main returns.
    _uploads = upload_all(finished)
    await asyncio.sleep(OTHER_WORK)
    print("main returns, finished:", len(finished))


async def gathered():
    finished = []
    uploads = upload_all(finished)
    await asyncio.sleep(OTHER_WORK)
    await asyncio.gather(*uploads)
    print("main returns, finished:", len(finished))


VARIANTS = {"no-wait": no_wait, "gather": gathered}

if __name__ == "__main__":
    for name, main in VARIANTS.items():
        print(f"--- {name}")
        start = time.perf_counter()
        asyncio.run(main())
        print(f"{time.perf_counter() - start:.2f} s")
