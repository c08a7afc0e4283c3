"""A handler that blocks makes every other request wait."""

import asyncio
import math
import time

REQUESTS = 20
EVERY = 0.1
HANDLER = 0.5


async def blocking():
    time.sleep(HANDLER)


async def waiting():
    await asyncio.sleep(HANDLER)


async def request(name, start, arrival, handler):
    await asyncio.sleep(arrival)
    await handler()
    latency = round(1000 * (time.perf_counter() - start - arrival))
    print(f"{name} answered after {latency} ms")
    return latency


async def serve(handler):
    start = time.perf_counter()
    requests = []
    for n in range(REQUESTS):
        name = f"request {n + 1}"
        one = request(name, start, n * EVERY, handler)
        requests.append(asyncio.create_task(one, name=name))
    latencies = await asyncio.gather(*requests)
    report(latencies, time.perf_counter() - start)


def report(latencies, took):
    latencies = sorted(latencies)

    # The least that so many of a hundred do not exceed.
    def least(percent):
        place = math.ceil(len(latencies) * percent / 100) - 1
        return latencies[place]

    print(f"latency: p50 {least(50)} ms, p95 {least(95)} ms")
    rate = 60_000 * len(latencies) // round(1000 * took)
    print(f"throughput: {rate} per minute")


VARIANTS = {
    "blocking": lambda: serve(blocking),
    "async": lambda: serve(waiting),
}

if __name__ == "__main__":
    for name, main in VARIANTS.items():
        print(f"--- {name}")
        start = time.perf_counter()
        asyncio.run(main())
        print(f"{time.perf_counter() - start:.2f} s")
