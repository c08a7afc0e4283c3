"""A test that brings its own clock does not have to wait."""

import asyncio
import time

REMINDER = 5.0


class RealClock:
    def now(self):
        return time.perf_counter()

    async def sleep(self, seconds):
        await asyncio.sleep(seconds)


class VirtualClock:
    def __init__(self):
        self.time = 0.0

    def now(self):
        return self.time

    async def sleep(self, seconds):
        self.time += seconds


# The code under test takes the clock that it is given.
async def remind(clock, after):
    asked = clock.now()
    await clock.sleep(after)
    return f"reminded after {clock.now() - asked:.1f} s"


async def test(clock):
    began = time.perf_counter()
    result = await remind(clock, REMINDER)
    expected = f"reminded after {REMINDER:.1f} s"
    verdict = "passed" if result == expected else "failed"
    print(f"{verdict}: {result}")
    print(f"the test waited {time.perf_counter() - began:.1f} s")


VARIANTS = {
    "real-clock": lambda: test(RealClock()),
    "virtual-clock": lambda: test(VirtualClock()),
}

if __name__ == "__main__":
    for name, main in VARIANTS.items():
        print(f"--- {name}")
        start = time.perf_counter()
        asyncio.run(main())
        print(f"{time.perf_counter() - start:.2f} s")
