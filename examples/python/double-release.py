"""Cleanup that is written twice is done twice."""

import asyncio
import time

QUERY = 2.0
LIMIT = 1.0
CLOSE = 0.2


class Connection:
    def __init__(self):
        print("connection opened")

    async def query(self):
        async with asyncio.timeout(LIMIT):
            await asyncio.sleep(QUERY)
        print("query done")

    async def close(self):
        print("connection closed")
        await asyncio.sleep(CLOSE)


async def both():
    connection = Connection()
    try:
        await connection.query()
    except TimeoutError:
        print("query timed out")
        await connection.close()
    finally:
        # This is done however the query has ended.
        await connection.close()


async def finally_only():
    connection = Connection()
    try:
        await connection.query()
    except TimeoutError:
        print("query timed out")
    finally:
        await connection.close()


VARIANTS = {"both": both, "finally": finally_only}

if __name__ == "__main__":
    for name, main in VARIANTS.items():
        print(f"--- {name}")
        start = time.perf_counter()
        asyncio.run(main())
        print(f"{time.perf_counter() - start:.2f} s")
