"""Inside a running loop there is no starting another: await."""

import asyncio
import time
import traceback

LATENCY = 1.0


async def fetch():
    print("fetch starts")
    await asyncio.sleep(LATENCY)
    return "the answer"


async def run_inside():
    print("main starts")
    answer = asyncio.run(fetch())
    print("main has", answer)


async def awaited():
    print("main starts")
    answer = await fetch()
    print("main has", answer)


VARIANTS = {"run-inside": run_inside, "await": awaited}

if __name__ == "__main__":
    for name, main in VARIANTS.items():
        print(f"--- {name}")
        start = time.perf_counter()
        try:
            asyncio.run(main())
        except RuntimeError:
            traceback.print_exc()
        print(f"{time.perf_counter() - start:.2f} s")
