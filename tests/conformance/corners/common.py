"""What the programs of this folder have in common.

Each program holds small cases of what asyncio does in the corners; its twin
of the same name, in Rust, must do the same at the same times. Tasks have
names, so that their ends can be compared as well.
"""

import asyncio

spawn = asyncio.create_task


async def nap(name, seconds):
    print(f"{name} starts")
    try:
        await asyncio.sleep(seconds)
    except asyncio.CancelledError:
        print(f"{name} cancelled")
        raise
    print(f"{name} done")
    return name


async def fail(name, seconds):
    await asyncio.sleep(seconds)
    print(f"{name} fails")
    raise RuntimeError(f"{name} failed")


async def stubborn(name, seconds):
    try:
        await asyncio.sleep(seconds)
    except asyncio.CancelledError:
        print(f"{name} swallows")
    return name


async def count(results):
    return len(await results)


async def outcome(name, awaitable):
    try:
        print(f"{name}:", await awaitable)
    except asyncio.CancelledError:
        print(f"{name}: cancelled")
    except TimeoutError:
        print(f"{name}: timed out")
    except RuntimeError as error:
        print(f"{name}: {error}")


async def visitor(name, semaphore, seconds):
    try:
        async with semaphore:
            print(f"{name} enters")
            await asyncio.sleep(seconds)
            print(f"{name} leaves")
    except asyncio.CancelledError:
        print(f"{name} gives up")
        raise


def cases(names):
    return {
        name: case
        for name, case in names.items()
        if asyncio.iscoroutinefunction(case) and not case.__code__.co_argcount
    }
