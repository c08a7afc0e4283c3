"""To run things together, create every task before you await one."""

import asyncio
import time

WEATHER = 1.0
NEWS = 2.0


async def fetch(name, seconds):
    print(f"{name} requested")
    await asyncio.sleep(seconds)
    print(f"{name} arrived")
    return name


async def gathered():
    page = await asyncio.gather(
        fetch("weather", WEATHER),
        fetch("news", NEWS),
    )
    print("page:", ", ".join(page))


async def tasks_first():
    weather = fetch("weather", WEATHER)
    weather = asyncio.create_task(weather, name="weather")
    news = fetch("news", NEWS)
    news = asyncio.create_task(news, name="news")
    print(f"page: {await weather}, {await news}")


async def awaited_at_once():
    weather = fetch("weather", WEATHER)
    weather = await asyncio.create_task(weather, name="weather")
    # The second task is not created before the first is over.
    news = fetch("news", NEWS)
    news = await asyncio.create_task(news, name="news")
    print(f"page: {weather}, {news}")


VARIANTS = {
    "gather": gathered,
    "create-task": tasks_first,
    "awaited-at-once": awaited_at_once,
}

if __name__ == "__main__":
    for name, main in VARIANTS.items():
        print(f"--- {name}")
        start = time.perf_counter()
        asyncio.run(main())
        print(f"{time.perf_counter() - start:.2f} s")
