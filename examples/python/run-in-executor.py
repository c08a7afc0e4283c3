"""A blocking call goes to a thread, and the loop stays free."""

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor

CALL = 2.0
HEARTBEAT = 0.1


async def heartbeat(beats):
    while True:
        await asyncio.sleep(HEARTBEAT)
        beats.append("beat")


def make_report():
    print("call begins")
    time.sleep(CALL)  # Not ours to change: it blocks.
    return "report"


async def on_the_loop():
    return make_report()


async def in_a_thread():
    loop = asyncio.get_running_loop()
    with ThreadPoolExecutor(1) as pool:
        return await loop.run_in_executor(pool, make_report)


async def beside_a_heartbeat(call):
    beats = []
    pulse = asyncio.create_task(heartbeat(beats), name="heartbeat")
    result = await asyncio.create_task(call(), name="call")
    pulse.cancel()
    print(f"{result}, heartbeats: {len(beats)}")


VARIANTS = {
    "on-the-loop": lambda: beside_a_heartbeat(on_the_loop),
    "thread-pool": lambda: beside_a_heartbeat(in_a_thread),
}

if __name__ == "__main__":
    for name, main in VARIANTS.items():
        print(f"--- {name}")
        start = time.perf_counter()
        asyncio.run(main())
        print(f"{time.perf_counter() - start:.2f} s")
