"""gather waits for many requests in the time of one."""

import asyncio
import time

REQUESTS = 3
LATENCY = 1.0


async def request(name):
    print(f"{name} sent")
    await asyncio.sleep(LATENCY)
    print(f"{name} answered")
    return f"answer to {name}"


async def sequential():
    answers = []
    for n in range(1, REQUESTS + 1):
        answers.append(await request(f"request {n}"))
    print("answers:", len(answers))


async def gathered():
    requests = [
        request(f"request {n}") for n in range(1, REQUESTS + 1)
    ]
    answers = await asyncio.gather(*requests)
    print("answers:", len(answers))


VARIANTS = {"sequential": sequential, "gather": gathered}

if __name__ == "__main__":
    for name, main in VARIANTS.items():
        print(f"--- {name}")
        start = time.perf_counter()
        asyncio.run(main())
        print(f"{time.perf_counter() - start:.2f} s")
