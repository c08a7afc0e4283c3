"""What the executor is compared with: `asyncio_programs.py PROGRAM COUNT` prints how many seconds it took."""

import asyncio
import sys
import time


async def tasks(count):
    async def task():
        await asyncio.sleep(0)

    await asyncio.gather(*[asyncio.create_task(task()) for _ in range(count)])


async def lock(count):
    shared = asyncio.Lock()

    async def player():
        for _ in range(count):
            async with shared:
                await asyncio.sleep(0)
            await asyncio.sleep(0)

    await asyncio.gather(player(), player())


async def event(count):
    async def player(mine, other, begins):
        for _ in range(count):
            if begins:
                other.set()
            await mine.wait()
            mine.clear()
            if not begins:
                other.set()

    there, back = asyncio.Event(), asyncio.Event()
    await asyncio.gather(player(back, there, True), player(there, back, False))


async def queue(count):
    async def player(mine, other, begins):
        for number in range(count):
            if begins:
                await other.put(number)
            got = await mine.get()
            if not begins:
                await other.put(got)

    there, back = asyncio.Queue(1), asyncio.Queue(1)
    await asyncio.gather(player(back, there, True), player(there, back, False))


program, count = globals()[sys.argv[1]], int(sys.argv[2])
began = time.perf_counter()
asyncio.run(program(count))
print(time.perf_counter() - began)
