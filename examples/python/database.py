"""Queries run side by side only if each has a connection."""

import asyncio
import time

import services

USERS = 1.0
POSTS = 1.5
CONNECTIONS = 2


async def query(table, seconds, pool):
    print(f"{table} asks for a connection")
    async with pool:
        print(f"{table} has a connection")
        rows = await services.query(table, seconds)
        print(f"{table}: {len(rows)} rows")


async def sequential():
    pool = asyncio.Semaphore(CONNECTIONS)
    await query("users", USERS, pool)
    await query("posts", POSTS, pool)


async def both_on(pool):
    await asyncio.gather(
        query("users", USERS, pool),
        query("posts", POSTS, pool),
    )


async def concurrent():
    await both_on(asyncio.Semaphore(CONNECTIONS))


async def pool_of_one():
    await both_on(asyncio.Semaphore(1))


VARIANTS = {
    "sequential": sequential,
    "concurrent": concurrent,
    "pool-of-one": pool_of_one,
}

if __name__ == "__main__":
    for name, main in VARIANTS.items():
        print(f"--- {name}")
        start = time.perf_counter()
        asyncio.run(main())
        print(f"{time.perf_counter() - start:.2f} s")
