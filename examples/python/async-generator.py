"""A stream of pages: what comes first can be handled first."""

import asyncio
import time

PAGES = 3
ITEMS = 3
FETCH = 0.5
PROCESS = 0.2


async def pages():
    for n in range(1, PAGES + 1):
        await asyncio.sleep(FETCH)
        print(f"page {n} fetched")
        yield [f"{n}.{i}" for i in range(1, ITEMS + 1)]


async def process(page):
    for item in page:
        print(f"item {item} starts")
        await asyncio.sleep(PROCESS)


async def collect():
    everything = []
    async for page in pages():
        everything.extend(page)
    await process(everything)


async def stream():
    async for page in pages():
        await process(page)


async def next_page(source):
    return await anext(source, None)


async def prefetch():
    source = pages()
    upcoming = asyncio.create_task(next_page(source))
    while page := await upcoming:
        # Fetched while this page is processed.
        upcoming = asyncio.create_task(next_page(source))
        await process(page)


VARIANTS = {
    "collect": collect,
    "stream": stream,
    "prefetch": prefetch,
}

if __name__ == "__main__":
    for name, main in VARIANTS.items():
        print(f"--- {name}")
        start = time.perf_counter()
        asyncio.run(main())
        print(f"{time.perf_counter() - start:.2f} s")
