"""Asynchronous generators: who runs their bodies, and how they end."""

import asyncio

from corners.common import cases, spawn


async def numbers(name, count, seconds):
    try:
        for number in range(count):
            await asyncio.sleep(seconds)
            print(f"{name} gives {number}")
            yield number
    except GeneratorExit:
        print(f"{name} is closed")
        raise
    except asyncio.CancelledError:
        print(f"{name} is cancelled")
        raise
    finally:
        await asyncio.sleep(0.5)
        print(f"{name} is cleaned up")


async def stubborn():
    try:
        yield 1
    except GeneratorExit:
        yield 2
    yield 3


async def tell(what, awaitable):
    try:
        print(f"{what}:", await awaitable)
    except StopAsyncIteration:
        print(f"{what}: None")
    except asyncio.CancelledError:
        print(f"{what}: cancelled")
        raise
    except (RuntimeError, GeneratorExit) as error:
        print(f"{what}: {error}")


async def generator_runs_inside_its_caller():
    async for number in numbers("a", 3, 1):
        print(f"main has {number}")
        await asyncio.sleep(0.5)
    print("over")


async def generator_is_closed():
    generator = numbers("a", 3, 1)
    await tell("next", anext(generator))
    await tell("close", generator.aclose())
    await tell("next", anext(generator))
    await tell("close", generator.aclose())


async def generator_is_closed_before_it_begins():
    generator = numbers("a", 3, 1)
    await tell("close", generator.aclose())
    await tell("next", anext(generator))


async def generator_ignores_that_it_is_closed():
    generator = stubborn()
    await tell("next", anext(generator))
    await tell("close", generator.aclose())
    await tell("next", anext(generator))
    await tell("next", anext(generator))


async def generator_is_asked_twice():
    generator = numbers("a", 2, 1)
    first = spawn(tell("first", anext(generator)), name="first")
    await asyncio.sleep(0.5)
    await tell("second", anext(generator))
    await tell("close", generator.aclose())
    await first
    closing = spawn(tell("closing", generator.aclose()), name="closing")
    await asyncio.sleep(0)
    await tell("next", anext(generator))
    await closing


async def generator_fails():
    async def fails():
        yield 1
        await asyncio.sleep(1)
        raise RuntimeError("no more")

    generator = fails()
    for _ in range(3):
        await tell("next", anext(generator))


async def generator_fails_when_closed():
    async def fails():
        try:
            yield 1
        except GeneratorExit:
            await asyncio.sleep(1)
            raise RuntimeError("stuck")

    generator = fails()
    await tell("next", anext(generator))
    await tell("close", generator.aclose())
    await tell("next", anext(generator))


async def generator_caller_is_cancelled():
    generator = numbers("a", 3, 1)

    async def caller():
        async for number in generator:
            print(f"caller has {number}")

    calling = spawn(caller(), name="caller")
    await asyncio.sleep(1.5)
    calling.cancel()
    await asyncio.wait([calling])
    await tell("next", anext(generator))


async def generator_is_limited_in_time():
    generator = numbers("a", 3, 1)
    try:
        async with asyncio.timeout(2.5):
            async for number in generator:
                print(f"main has {number}")
    except TimeoutError:
        print("timed out")
    await tell("next", anext(generator))


async def generator_stands_in_a_limit_while_its_caller_sleeps():
    async def limited():
        async with asyncio.timeout(1):
            yield "in time"

    generator = limited()
    await tell("next", anext(generator))
    try:
        await asyncio.sleep(2)
    except asyncio.CancelledError:
        print("cancelled")
    await generator.aclose()


async def generator_goes_on_after_a_cancellation():
    async def stays():
        while True:
            try:
                await asyncio.sleep(1)
                yield "in time"
            except asyncio.CancelledError:
                yield "cancelled"

    generator = stays()

    async def caller():
        for _ in range(3):
            await tell("next", anext(generator))

    calling = spawn(caller(), name="caller")
    await asyncio.sleep(1.5)
    calling.cancel()
    await calling
    await generator.aclose()


VARIANTS = cases(globals())
