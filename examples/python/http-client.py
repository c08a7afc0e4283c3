"""One request that fails need not cost the answers of the others."""

import asyncio
import time

from services import HTTPError, fetch

USERS = 5


async def user(number):
    name = await fetch(f"users/{number}")
    print(f"user {number} is {name}")
    return name


def requests():
    return [user(number) for number in range(1, USERS + 1)]


async def raise_first():
    try:
        users = await asyncio.gather(*requests())
        print("users:", ", ".join(users))
    except HTTPError as error:
        print("error:", error)


async def filter_errors():
    results = await asyncio.gather(*requests(), return_exceptions=True)
    users = [name for name in results if isinstance(name, str)]
    print("users:", ", ".join(users))


VARIANTS = {"raise": raise_first, "filter": filter_errors}

if __name__ == "__main__":
    for name, main in VARIANTS.items():
        print(f"--- {name}")
        start = time.perf_counter()
        asyncio.run(main())
        print(f"{time.perf_counter() - start:.2f} s")
