"""An error comes out of the await, and goes up until it is caught."""

import asyncio
import time
import traceback

FAILS_AFTER = 0.5


async def fetch():
    print("fetch starts")
    await asyncio.sleep(FAILS_AFTER)
    raise ConnectionError("the server is down")


async def show_page():
    # Nothing is caught here, so the error passes through.
    text = await fetch()
    print("page:", text)


async def not_caught():
    await show_page()
    print("main goes on")


async def caught():
    try:
        await show_page()
    except ConnectionError as error:
        print("caught:", error)
    print("main goes on")


VARIANTS = {"not-caught": not_caught, "caught": caught}

if __name__ == "__main__":
    for name, main in VARIANTS.items():
        print(f"--- {name}")
        start = time.perf_counter()
        try:
            asyncio.run(main())
        except ConnectionError:
            traceback.print_exc()
        print(f"{time.perf_counter() - start:.2f} s")
