"""A scraper fetches pages side by side and reads what is in them."""

import asyncio
import time

import services

PAGES = 6
PARSING = 0.1
LIMIT = 3


def between(html, start, end):
    """Every text that stands between these two."""
    parts = html.split(start)[1:]
    return [part.partition(end)[0] for part in parts]


def parse(html):
    time.sleep(PARSING)  # As long as a large page takes.
    title = "".join(between(html, "<title>", "</title>"))
    links = " ".join(between(html, '<a href="', '"')[:3])
    images = len(between(html, '<img src="', '"'))
    return f"{title:18} images: {images}, links: {links}"


async def scrape(page):
    html = await services.fetch(page)
    print(f"{page} fetched")
    # To read it is work for the processor: beside the loop.
    return await asyncio.to_thread(parse, html)


async def scrape_with_permit(page, limit):
    async with limit:
        return await scrape(page)


def pages():
    return list(services.PAGES)[:PAGES]


async def sequential():
    table = []
    for page in pages():
        table.append(await scrape(page))
    for row in table:
        print(row)


async def gathered():
    table = await asyncio.gather(*[scrape(page) for page in pages()])
    for row in table:
        print(row)


async def as_they_complete():
    limit = asyncio.Semaphore(LIMIT)
    # Tasks, so that they begin in this order.
    rows = [
        asyncio.create_task(scrape_with_permit(page, limit))
        for page in pages()
    ]
    for row in asyncio.as_completed(rows):
        print(await row)


VARIANTS = {
    "sequential": sequential,
    "gather": gathered,
    "as-completed": as_they_complete,
}

if __name__ == "__main__":
    for name, main in VARIANTS.items():
        print(f"--- {name}")
        start = time.perf_counter()
        asyncio.run(main())
        print(f"{time.perf_counter() - start:.2f} s")
