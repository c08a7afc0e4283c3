"""A context manager closes what it has opened, however it goes."""

import asyncio
import time

CONNECT = 0.5
QUERY = 0.2
DISCONNECT = 0.1
FAILS = 1


class Connection:
    async def connect(self):
        await asyncio.sleep(CONNECT)
        print("connected")

    async def query(self):
        await asyncio.sleep(QUERY)
        if FAILS:
            raise RuntimeError("the query failed")
        print("the query was answered")

    async def disconnect(self):
        await asyncio.sleep(DISCONNECT)
        print("disconnected")

    async def __aenter__(self):
        await self.connect()
        return self

    async def __aexit__(self, *error):
        await self.disconnect()
        return False  # An error goes on its way.


async def without_manager():
    connection = Connection()
    await connection.connect()
    await connection.query()
    # An error never gets here.
    await connection.disconnect()


async def with_manager():
    async with Connection() as connection:
        await connection.query()


async def caught(work):
    try:
        await work
    except RuntimeError as error:
        print("caught:", error)


VARIANTS = {
    "without": lambda: caught(without_manager()),
    "with": lambda: caught(with_manager()),
}

if __name__ == "__main__":
    for name, main in VARIANTS.items():
        print(f"--- {name}")
        start = time.perf_counter()
        asyncio.run(main())
        print(f"{time.perf_counter() - start:.2f} s")
