"""A coroutine, a task and a bare future can all be awaited."""

import asyncio
import time

DURATION = 1.0


async def work(name):
    print(f"{name} runs")
    await asyncio.sleep(DURATION)
    return name


async def set_later(future):
    await asyncio.sleep(DURATION)
    print("setter sets the future")
    future.set_result("future")


async def await_three():
    # A coroutine runs here, as a part of main.
    coroutine = work("coroutine")
    result = await coroutine
    print("result of the", result)

    # A task runs by itself; main waits for its end.
    task = asyncio.create_task(work("task"), name="task")
    result = await task
    print("result of the", result)

    # A bare future runs nothing: another task must set it.
    future = asyncio.get_running_loop().create_future()
    setter = asyncio.create_task(set_later(future), name="setter")
    result = await future
    print("result of the", result)
    await setter


VARIANTS = {"awaitables": await_three}

if __name__ == "__main__":
    for name, main in VARIANTS.items():
        print(f"--- {name}")
        start = time.perf_counter()
        asyncio.run(main())
        print(f"{time.perf_counter() - start:.2f} s")
