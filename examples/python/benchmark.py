"""“10 to 100 times faster” says how many wait at a time."""

import asyncio
import time

REQUESTS = 100
LATENCY = 1.0


async def request(n):
    await asyncio.sleep(LATENCY)
    return n


async def sequential():
    start = time.perf_counter()
    answers = []
    for n in range(1, REQUESTS + 1):
        answers.append(await request(n))
    report(len(answers), time.perf_counter() - start)


async def gathered():
    start = time.perf_counter()
    requests = [request(n) for n in range(1, REQUESTS + 1)]
    answers = await asyncio.gather(*requests)
    report(len(answers), time.perf_counter() - start)


def report(answers, seconds):
    print(f"{answers} answers in {seconds:.1f} s")


VARIANTS = {"sequential": sequential, "gather": gathered}

if __name__ == "__main__":
    for name, main in VARIANTS.items():
        print(f"--- {name}")
        start = time.perf_counter()
        asyncio.run(main())
        print(f"{time.perf_counter() - start:.2f} s")
