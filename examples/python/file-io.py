"""Files handled side by side are written as each is ready."""

import asyncio
import time

import services
from services import read_file, write_file

FILES = 4
WRITING = 0.2


async def convert(name):
    text = await read_file(name)
    print(f"{name} read")
    text = text.upper()
    await write_file(name, text, WRITING)
    print(f"{name} written: {text}")


def files():
    return list(services.FILES)[:FILES]


async def sequential():
    for name in files():
        await convert(name)


async def concurrent():
    await asyncio.gather(*[convert(name) for name in files()])


VARIANTS = {"sequential": sequential, "concurrent": concurrent}

if __name__ == "__main__":
    for name, main in VARIANTS.items():
        print(f"--- {name}")
        start = time.perf_counter()
        asyncio.run(main())
        print(f"{time.perf_counter() - start:.2f} s")
