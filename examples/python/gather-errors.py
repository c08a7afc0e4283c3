"""One of three fails: gather gives up, or it collects everything."""

import asyncio
import time

FETCH = 0.5
FAILS_AT = 0.3


async def fetch(name):
    await asyncio.sleep(FETCH)
    print(f"{name} done")
    return f"data of {name}"


async def fail(name):
    await asyncio.sleep(FAILS_AT)
    print(f"{name} fails")
    raise ConnectionError(f"{name} failed")


def fetch_all():
    return [
        asyncio.create_task(fetch("fetch 1"), name="fetch 1"),
        asyncio.create_task(fail("fetch 2"), name="fetch 2"),
        asyncio.create_task(fetch("fetch 3"), name="fetch 3"),
    ]


async def raise_first():
    fetches = fetch_all()
    try:
        await asyncio.gather(*fetches)
    except ConnectionError as error:
        print("caught:", error)
    # Nobody has stopped the others: they are still there.
    await asyncio.wait(fetches)
    print("all are over")


async def return_exceptions():
    fetches = fetch_all()
    results = await asyncio.gather(*fetches, return_exceptions=True)
    for result in results:
        if isinstance(result, ConnectionError):
            print("error:", result)
        else:
            print("result:", result)


VARIANTS = {
    "raise": raise_first,
    "return-exceptions": return_exceptions,
}

if __name__ == "__main__":
    for name, main in VARIANTS.items():
        print(f"--- {name}")
        start = time.perf_counter()
        asyncio.run(main())
        print(f"{time.perf_counter() - start:.2f} s")
