"""as_completed hands over each answer as soon as it is there."""

import asyncio
import time

CACHE = 0.5
DATABASE = 1.5
SEARCH = 2.5


async def ask(name, seconds):
    print(f"{name} asked")
    await asyncio.sleep(seconds)
    print(f"{name} answered")
    return name


def ask_all():
    sources = [
        ("search", SEARCH),
        ("cache", CACHE),
        ("database", DATABASE),
    ]
    return [
        asyncio.create_task(ask(name, seconds), name=name)
        for name, seconds in sources
    ]


def handle(answer):
    print(f"{answer} handled")


async def gather_then_handle():
    for answer in await asyncio.gather(*ask_all()):
        handle(answer)


async def as_they_complete():
    for earliest in asyncio.as_completed(ask_all()):
        handle(await earliest)


VARIANTS = {
    "gather-then-handle": gather_then_handle,
    "as-they-complete": as_they_complete,
}

if __name__ == "__main__":
    for name, main in VARIANTS.items():
        print(f"--- {name}")
        start = time.perf_counter()
        asyncio.run(main())
        print(f"{time.perf_counter() - start:.2f} s")
