"""A lock keeps others out between reading and writing."""

import asyncio
import time

LATENCY = 0.1

CHANGES = [
    ("deposit 50", 50),
    ("withdraw 30", -30),
    ("deposit 20", 20),
    ("withdraw 40", -40),
]


class Account:
    balance = 100


async def change(name, amount, account):
    read = account.balance
    # Whoever else reads now reads the same balance.
    await asyncio.sleep(LATENCY)
    written = read + amount
    account.balance = written
    print(f"{name}: {read} -> {written}")


async def change_locked(name, amount, account, lock):
    async with lock:
        await change(name, amount, account)


async def without_lock():
    account = Account()
    changes = [
        change(name, amount, account) for name, amount in CHANGES
    ]
    await asyncio.gather(*changes)
    print("balance:", account.balance)


async def with_lock():
    account = Account()
    lock = asyncio.Lock()
    changes = [
        change_locked(name, amount, account, lock)
        for name, amount in CHANGES
    ]
    await asyncio.gather(*changes)
    print("balance:", account.balance)


VARIANTS = {"no-lock": without_lock, "lock": with_lock}

if __name__ == "__main__":
    for name, main in VARIANTS.items():
        print(f"--- {name}")
        start = time.perf_counter()
        asyncio.run(main())
        print(f"{time.perf_counter() - start:.2f} s")
